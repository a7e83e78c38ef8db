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
        assert "A test is on its way to you" in person.text()
        assert "queued as L" in person.text()
        assert any("Test from Latchkey" in letter["Subject"] for _, letter, _ in mail.box.letters)
        person.look("settings-email-tested")
        person.close()


def test_name_and_support_contact_stand_on_pages_and_in_letters(browser, tmp_path, mail):
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
        person.close()


def test_a_card_that_is_not_right_says_so_and_the_others_keep_what_is_saved(demo):
    client = FormClient(demo).sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    fields = {"card": "links", "verification_hours": "500", "password_link_hours": "24", "reset_minutes": "20"}
    client.confirm(demo.facts["operator"]["password"])
    status, _, text = client.post("/account/settings/security", fields)
    assert status == 422 and "Enter a whole number from 1 to 336" in text and 'value="500"' in text
    status, headers, _ = client.post("/account/settings/security", {**fields, "verification_hours": "72"})
    assert status == 303 and "notice=saved" in headers["Location"]
    assert 'value="20"' in client.get("/account/settings/security")[2]


def test_only_operators_see_the_settings(demo):
    client = FormClient(demo).sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    for path in ("/account/settings", "/account/settings/security", "/account/settings/email", "/account/settings/about"):
        assert client.get(path)[0] == 403, path
