"""The acceptance checks 23 and 24: opening a link changes nothing; links that ended, were used, were cut off or are somebody else's each say what to do next; asking for a new one
works, and not without end."""

import json
import re
import time

import latchkey
import pytest
import sitemap
from browser import Person
from forms import FormClient
from test_checks_acts import PASSWORD, activate, newest_link

PHONE = "9195550134"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with latchkey.Server(tmp_path_factory.mktemp("links") / "data", command="demo") as server:
        yield server


def add(server, username, *more, stdin=None):
    server.cli("user", "add", "--username", username, "--first-name", "Li", "--last-name", "Nk", "--email", f"{username}@acme.example", "--phone", PHONE,
               "--dashboard", "--account", "920012", *more, stdin=stdin)


def end(server, username):
    """The time of every open link of a user is over."""
    server.sql("UPDATE links SET expires_at = ? WHERE state = 'open' AND user_id = (SELECT id FROM users WHERE username = ?)",
               round(time.time() * 1000) - 60_000, username)


def verification(server):
    add(server, "end.verify")
    return "end.verify", newest_link(server, "end.verify@acme.example")


def choosing(server):
    add(server, "end.choose")
    status, headers, _ = FormClient(server).post(newest_link(server, "end.choose@acme.example"), {"phone": PHONE})
    assert status == 303
    return "end.choose", headers["Location"].split("?")[0]


def reset(server):
    add(server, "end.reset")
    activate(server, "end.reset", PHONE)
    server.cli("user", "send-reset", "end.reset")
    return "end.reset", newest_link(server, "end.reset@acme.example")


def collecting(server):
    server.sql("UPDATE settings SET password_delivery = 'link'")
    add(server, "end.collect", "--password-stdin", stdin="nineteen quiet lighthouses\n")
    status, _, _ = FormClient(server).post(newest_link(server, "end.collect@acme.example"), {"phone": PHONE})
    assert status == 303
    return "end.collect", newest_link(server, "end.collect@acme.example")


def moving(server):
    add(server, "end.move")
    activate(server, "end.move", PHONE)
    FormClient(server).sign_in("end.move", PASSWORD).confirmed_post(
        "/profile", {"first_name": "Li", "last_name": "Nk", "email": "end.moved@acme.example", "phone": PHONE}, PASSWORD)
    return "end.move", newest_link(server, "end.moved@acme.example")


def kept(server):
    """Everything that opening a link could change."""
    return {table: server.sql(f"SELECT * FROM {table} ORDER BY 1") for table in ("links", "users", "credentials", "prepared_passwords", "audit")}


@pytest.mark.parametrize("kind", [verification, choosing, reset, moving, collecting], ids=lambda kind: kind.__name__)
def test_checks_23_and_24_opening_a_link_changes_nothing_and_one_whose_time_is_over_says_when_and_what_to_do_next(browser, server, kind):
    username, link = kind(server)
    # Readers of mail open links, and programs that look for harm do: that changes nothing.
    before = kept(server)
    for _ in range(3):
        assert FormClient(server).get(link)[0] == 200
    assert kept(server) == before, f"check 23: opening {link} changes something"
    end(server, username)
    person = Person(browser, server)
    assert person.open(link) == 410, f"check 24: {link}"
    assert person.heading() == "This link has ended", person.text()
    if kind is not moving:
        assert re.search(r"It ended 1 minute ago\.", person.text()), f"check 24: not when: {person.text()}"
        assert re.search(r"\d+ \w+ 20\d\d, \d\d:\d\d UTC", person.page.locator("main time").get_attribute("title")), "check 24: not when exactly"
    # What was typed into a page that lay open too long is not taken either.
    ways = person.page.locator("main a.btn")
    assert ways.count(), "check 24: no way on"
    person.look(f"link-ended-{kind.__name__}")
    if kind is moving:
        assert "Ask for the change again in your profile" in person.text()
    else:
        person.follow("Email me a new link")
        assert person.heading() == "Forgotten your password?"
    person.close()


def letters_to(server, address):
    return sum(letter["to"] == address for letter in json.loads(server.cli("mail", "list", "--json").stdout)["letters"])


def ask(person, name):
    person.open("/forgot")
    person.fill(name=name)
    person.press("Email me a link")
    assert "If that matches a user, an email is on its way." in person.text(), person.text()


def test_check_24_a_new_link_comes_works_and_is_not_sent_without_end(browser, server):
    add(server, "again.link")
    old, address = newest_link(server, "again.link@acme.example"), "again.link@acme.example"
    end(server, "again.link")
    server.sql("DELETE FROM throttle")
    person = Person(browser, server)
    person.open(old)
    person.follow("Email me a new link")
    before = letters_to(server, address)
    ask(person, "again.link")
    assert letters_to(server, address) == before + 1, "check 24: no new link"
    new = newest_link(server, address)
    assert new != old and person.open(new) == 200 and person.heading() == "Verify your account"
    assert person.open(old) == 410, "check 24: the old one still opens"
    # However often somebody asks, the mailbox does not fill: the answer is the same, and the letters stop.
    for _ in range(12):
        ask(person, "again.link")
    sent = letters_to(server, address) - before
    assert 1 < sent <= 4, f"check 24: {sent} letters for 13 requests"
    refused = server.sql("SELECT count(*) FROM audit WHERE action = 'password.reset-asked' AND reason = 'too-many-requests'")
    assert refused[0][0] >= 1, "check 24: that too many were asked for is not in the log"
    person.close()


def test_check_24_a_used_link_says_so(browser, server):
    add(server, "used.link")
    verify = newest_link(server, "used.link@acme.example")
    _, headers, _ = FormClient(server).post(verify, {"phone": PHONE})
    choose = headers["Location"].split("?")[0]
    assert FormClient(server).post(choose, {"password": PASSWORD})[0] == 303
    person = Person(browser, server)
    assert person.open(verify) == 200 and "already verified" in person.text()
    assert person.page.locator("main a", has_text="Sign in").count()
    assert person.open(choose) == 410 and person.heading() == "This link was already used"
    assert person.page.locator("main a", has_text="Email me a new link").count()
    person.close()


@pytest.mark.parametrize("kind", ("verify", "password", "collect", "email"))
def test_check_24_a_malformed_link_says_how_it_got_broken(browser, server, kind):
    person = Person(browser, server)
    for token in (sitemap.NO_TOKEN, "x", sitemap.NO_TOKEN[:-1], sitemap.NO_TOKEN + "=", "%F0%9F%A6%8A"):
        status = person.open(f"/{kind}/{token}")
        assert status in (404, 410), (kind, token, status)
        assert "Open it from the email again, or copy the whole address" in person.text(), f"check 24: {kind} {token}: {person.text()}"
        assert person.page.locator("main a.btn").count(), f"check 24: {kind} {token}"
    person.close()


def test_check_24_a_link_of_somebody_else_asks_who_shall_go_on(browser, server):
    add(server, "other.link")
    link = newest_link(server, "other.link@acme.example")
    person = Person(browser, server)
    basic = server.facts["basic"]
    person.sign_in(basic["username"], basic["password"])
    assert person.open(link) == 200
    assert "You are signed in as ben.basic. Continue as other.link?" in person.text()
    person.look("link-of-somebody-else")
    assert person.page.locator("main a", has_text="Stay signed in as ben.basic").get_attribute("href") == "/home"
    person.follow("Continue as other.link")
    assert person.heading() == "Verify your account"
    person.close()
