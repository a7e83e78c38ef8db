"""Settings: a card saves by itself, and the test letter comes back with the mail server's own words."""

import latchkey
from browser import Person
from forms import FormClient
from mailserver import text_of


def test_a_test_letter_arrives_and_the_servers_reply_is_told(browser, tmp_path, mail, pictures):
    with latchkey.Server(tmp_path / "data", command="demo", config=mail.config()) as server:
        person = Person(browser, server, pictures)
        person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
        person.open("/account/settings/email")
        person.press("Send a test to me")
        assert "The mail server took the test." in person.page.locator(".note.ok").inner_text()
        assert "queued as L" in person.text() and "(STARTTLS)" in person.text()
        assert any("Test from Latchkey" in letter["Subject"] for _, letter, _ in mail.box.letters)
        person.look("settings-email-tested")
        person.close()


def test_a_test_letter_that_did_not_leave_says_so_in_the_servers_own_words_with_what_to_do(browser, tmp_path, mail, pictures):
    with latchkey.Server(tmp_path / "data", command="demo", config=mail.config()) as server:
        person = Person(browser, server, pictures)
        person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
        address = "olive.operator@latchkey.example"
        for answer in ("550 5.7.1 No letters from you", "451 4.3.0 Come back later"):
            mail.box.answers[address] = [answer] * 9
            person.open("/account/settings/email")
            person.press("Send a test to me")
            said = person.page.locator("main .note").inner_text()
            assert person.page.locator(".note.bad").count() == 1 and person.page.locator(".note.ok").count() == 0, said
            assert "The test did not leave" in said and f"answered: {answer}" in said and "then send the test again" in said, said
        person.look("settings-email-refused")
        mail.__exit__()
        person.press("Send a test to me")
        said = person.page.locator(".note.bad").inner_text()
        assert "was not reached" in said and "connect" in said and "host, port and encryption" in said, said
        assert person.page.evaluate("!!document.activeElement.closest('.note.bad')")
        person.look("settings-email-down")
        mail.controller.stop = lambda: None
        person.close()


def test_without_a_mail_server_the_test_letter_is_held_and_that_is_no_success(browser, demo):
    person = Person(browser, demo)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    person.open("/account/settings/email")
    person.press("Send a test to me")
    assert "The test is held" in person.page.locator("main .note.warn").inner_text() and person.page.locator(".note.ok").count() == 0
    person.close()


def test_name_support_contact_and_how_long_links_work_stand_on_pages_and_in_letters_after_a_restart_too(browser, tmp_path, mail):
    with latchkey.Server(tmp_path / "data", command="demo", config=mail.config()) as server:
        person = Person(browser, server)
        person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
        person.open("/account/settings")
        person.fill(name="Acme ID", support="help@acme.example")
        person.press("Save Name and support")
        person.confirm(server.facts["operator"]["password"])
        assert "Saved." in person.text() and "Acme ID" in person.page.locator("header").inner_text()
        server.cli(
            "user", "add", "--username", "mia-api", "--first-name", "Mia", "--last-name", "Moreau", "--email", "mia@example.com", "--phone",
            "919 555 0134", "--api", "--account", "920012")
        letter = mail.box.wait_for("mia@example.com", "Verify your Latchkey account")
        assert "Questions? Ask help@acme.example." in " ".join(text_of(letter).split())
        assert "Acme ID" in letter.get_body(("html",)).get_content()
        person.open("/account/settings/security")
        person.fill(reset_minutes="45", verification_hours="48")
        person.press("Save Links in emails")
        person.open("/account/users/new")
        assert "Its link works for 48 hours." in person.text()
        person.close()
        # Nobody has signed in yet: a stranger reads the same.
        server.stop()
        server.start()
        stranger = Person(browser, server)
        stranger.open("/forgot")
        assert "Acme ID" in stranger.page.locator("header").inner_text()
        stranger.fill(name="nobody")
        stranger.press("Email me a link")
        assert "Its link works for 45 minutes." in stranger.text() and "Support: help@acme.example." in stranger.text()
        stranger.close()


def test_a_card_that_is_not_right_says_so_and_the_others_keep_what_is_saved(demo):
    client = FormClient(demo).sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    fields = {"card": "links", "verification_hours": "500", "password_link_hours": "24", "reset_minutes": "20"}
    client.confirm(demo.facts["operator"]["password"])
    status, _, text = client.post("/account/settings/security", fields)
    assert status == 422 and "Hours that a verification link works: enter a whole number from 1 to 336" in text and 'value="500"' in text
    status, headers, _ = client.post("/account/settings/security", {**fields, "verification_hours": "72"})
    assert status == 303 and "notice=saved" in headers["Location"]
    assert 'value="20"' in client.get("/account/settings/security")[2]


def test_only_operators_see_the_settings(demo):
    client = FormClient(demo).sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    for path in ("/account/settings", "/account/settings/security", "/account/settings/email", "/account/settings/about"):
        assert client.get(path)[0] == 403, path
