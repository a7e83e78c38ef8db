"""Mail over real SMTP: TLS both ways, authentication, refusals for now and for good, and held mail."""

import json

import latchkey
import mailserver
import pytest
from patience import until


def add(server, name, address):
    server.cli(
        "user", "add", "--username", name, "--first-name", "Mia", "--last-name", "Moreau", "--email", address, "--phone",
        "919 555 0134", "--api", "--account", "920012")


def letters_to(server, address):
    return [letter for letter in json.loads(server.cli("mail", "list", "--json").stdout)["letters"] if letter["to"] == address]


@pytest.mark.parametrize("security", ["plain", "startTLS", "implicitTLS"])
def test_a_letter_leaves_by_each_kind_of_connection(tmp_path, security):
    with mailserver.MailServer(tmp_path, security) as mail:
        with latchkey.Server(tmp_path / "data", command="demo", config=mail.config()) as server:
            add(server, "mia-api", "mia@example.com")
            letter = mail.box.wait_for("mia@example.com", "Verify your Latchkey account")
            assert letter["Auto-Submitted"] == "auto-generated" and letter["Message-ID"] and letter["Date"]
            assert letter["From"].addresses[0].addr_spec == "latchkey@example.com"
            assert letter.get_content_type() == "multipart/alternative"
            assert mailserver.link_in(letter).startswith(server.dashboard + "/verify/")
            until(lambda: letters_to(server, "mia@example.com")[0]["state"] == "sent", "the outbox does not say sent")
            assert "queued as L" in letters_to(server, "mia@example.com")[0]["last_reply"]


def test_a_refusal_for_good_is_shown_in_the_servers_words_and_one_for_now_is_tried_again(tmp_path):
    with mailserver.MailServer(tmp_path) as mail:
        mail.box.answers["gone@example.com"] = ["550 5.1.1 no such mailbox here"]
        mail.box.answers["busy@example.com"] = ["451 4.3.0 try again in a moment"]
        with latchkey.Server(tmp_path / "data", command="demo", config=mail.config()) as server:
            add(server, "gone-user", "gone@example.com")
            add(server, "busy-user", "busy@example.com")
            until(lambda: letters_to(server, "gone@example.com")[0]["state"] == "failed", "the refused letter is not given up")
            assert "no such mailbox here" in letters_to(server, "gone@example.com")[0]["last_reply"]
            until(lambda: letters_to(server, "busy@example.com")[0]["attempts"] == 1, "the other letter was not tried")
            waiting = letters_to(server, "busy@example.com")[0]
            assert waiting["state"] == "queued" and "try again in a moment" in waiting["last_reply"]
            assert not [to for to, _, _ in mail.box.letters if to in ("gone@example.com", "busy@example.com")]


def test_a_server_that_cannot_be_trusted_gets_no_letter(tmp_path):
    with mailserver.MailServer(tmp_path) as mail:
        config = "\n".join(line for line in mail.config().splitlines() if "caFile" not in line) + "\n"
        with latchkey.Server(tmp_path / "data", command="demo", config=config) as server:
            add(server, "mia-api", "mia@example.com")
            until(lambda: letters_to(server, "mia@example.com")[0]["attempts"] >= 1, "never tried")
            assert letters_to(server, "mia@example.com")[0]["state"] == "queued"
            assert not mail.box.letters


def test_without_a_mail_server_letters_are_held_and_the_operator_reads_them(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        add(server, "mia-api", "mia@example.com")
        until(lambda: letters_to(server, "mia@example.com")[0]["state"] == "held", "the letter is not held")
        shown = json.loads(server.cli("mail", "show", str(letters_to(server, "mia@example.com")[0]["id"]), "--json").stdout)
        assert "/verify/" in shown["text"] and shown["subject"] == "Verify your Latchkey account"
