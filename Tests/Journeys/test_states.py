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


@pytest.mark.parametrize("script", [True, False])
def test_check_9_a_change_of_address_that_waits_is_seen_and_taken_back(browser, server, script):
    username = f"wes.waits{int(script)}"
    add(server, username, "--dashboard")
    activate(server, username, PHONE)
    wes = Person(browser, server, java_script_enabled=script)
    wes.sign_in(username, PASSWORD)
    wes.open("/profile")
    assert "Waiting for confirmation" not in wes.text()
    for address in ("wes.new", "wes.newer"):
        wes.open("/profile")
        wes.fill(email=f"{address}{int(script)}@acme.example")
        wes.press("Save")
        if wes.heading() == "Confirm it is you":
            wes.confirm(PASSWORD)
        assert f"Waiting for confirmation at {address}{int(script)}@acme.example." in wes.text()
    confirm = newest_link(server, f"wes.newer{int(script)}@acme.example")
    if script:
        wes.look("email-waiting")
    # The admins see it too, and may take it back.
    olive = Person(browser, server, java_script_enabled=script)
    olive.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
    olive.open(f"/account/users/{username}")
    assert "Waiting for confirmation at wes.newer" in olive.text()
    first, second = (wes, olive) if script else (olive, wes)
    first.press("Withdraw the change")
    assert "stays as it is." in first.text() and "Waiting for confirmation" not in first.text()
    if script:
        is_led_on(first)
    second.press("Withdraw the change")
    assert second.heading() == "This change is already settled"
    assert wes.open(confirm) == 410, "the link that was taken back still works"
    for person in (wes, olive):
        assert not person.complaints, f"check 2: {person.complaints}"
        person.close()
