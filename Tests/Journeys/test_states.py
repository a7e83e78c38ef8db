"""States that take a history: a password that is collected once, one that an admin knew, a change of address that is stopped. Each is
looked at in both widths and themes (check 1), and leads on as every act does (check 9)."""

import latchkey
import pytest
from browser import Person
from forms import FormClient
from test_checks_acts import PASSWORD, activate, newest_link

PHONE, PREPARED = "9195550134", "nineteen quiet lighthouses"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with latchkey.Server(tmp_path_factory.mktemp("states") / "data", command="demo") as server:
        yield server


@pytest.fixture
def person(browser, server):
    person = Person(browser, server)
    yield person
    assert not person.complaints, f"check 2: {person.complaints}"
    person.close()


def add(server, username, *more, stdin=None):
    server.cli("user", "add", "--username", username, "--first-name", "Sta", "--last-name", "Te", "--email", f"{username}@acme.example", "--phone", PHONE,
               "--account", "920012", *more, stdin=stdin)


def is_led_on(person):
    """A notice with the focus; loading again and going back send nothing again."""
    page, sent = person.page, []
    assert page.evaluate("!!document.activeElement.closest('.note[data-focus]')"), f"check 9: {person.text()[:600]}"
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.reload()
    page.go_back()
    page.go_forward()
    assert person.heading() and not sent, f"check 9: {sent}"


def test_check_18_a_prepared_password_is_collected_once_and_its_owner_has_to_choose_another(server, person):
    server.sql("UPDATE settings SET password_delivery = 'link'")
    add(server, "carl.collect", "--dashboard", "--password-stdin", stdin=PREPARED + "\n")
    person.open(newest_link(server, "carl.collect@acme.example"))
    person.fill(phone=PHONE)
    person.press("Verify")
    assert "We sent a second email with a link that shows your password once" in person.text()
    person.look("verified-link")
    link = newest_link(server, "carl.collect@acme.example")
    for _ in range(3):
        assert person.open(link) == 200 and PREPARED not in person.page.content(), "check 23: a GET shows it"
    person.look("collect")
    person.press("Show it now")
    assert person.page.locator("output").inner_text() == PREPARED
    person.look("collected")
    person.page.on("dialog", lambda dialog: dialog.accept())
    person.page.reload()
    assert PREPARED not in person.page.content(), "check 18: a reload shows it again"
    assert person.open(link) == 410 and "This password was already shown" in person.text() and PREPARED not in person.page.content(), "check 18"
    person.look("collected-already")
    # An admin knew it: nothing else is to be had before another one is chosen.
    person.sign_in("carl.collect", PREPARED)
    assert person.heading() == "Choose a new password", person.text()
    for path in ("/home", "/profile", "/quickstart"):
        person.open(path)
        assert person.page.url.endswith("/renew"), f"{path} is open before a password was chosen"
    person.look("must-choose")
    person.fill(password="short")
    person.press("Save password")
    assert person.page.title().startswith("Error: ") and person.page.input_value("[name=password]") == "", "checks 7 and 8"
    person.look("must-choose-error")
    # Afresh: a browser asks before it goes back to the answer of a POST, and nothing of ours can help that.
    person.open("/renew")
    person.fill(password=PASSWORD)
    person.press("Save password")
    assert "Your password is changed" in person.text()
    is_led_on(person)
    assert person.open("/profile") == 200 and person.heading() == "Your profile"


def test_check_9_a_change_of_address_is_stopped_from_the_old_mailbox(server, person):
    add(server, "sam.stop", "--dashboard")
    activate(server, "sam.stop", PHONE)
    client = FormClient(server).sign_in("sam.stop", PASSWORD)
    client.confirmed_post("/profile", {"first_name": "Sta", "last_name": "Te", "email": "sam.moved@acme.example", "phone": PHONE}, PASSWORD)
    confirm, stop = newest_link(server, "sam.moved@acme.example"), newest_link(server, "sam.stop@acme.example")
    assert stop.endswith("/stop") and not confirm.endswith("/stop")
    for _ in range(3):
        assert person.open(stop) == 200, "check 23"
    person.look("email-stop")
    person.press("Stop the change")
    assert "The change is stopped. Your email address stays as it is." in person.text()
    is_led_on(person)
    person.look("email-stopped")
    assert person.open(confirm) == 410, "the link that was stopped still works"
    person.look("email-change-ended")
    assert 'value="sam.stop@acme.example"' in client.get("/profile")[2]
