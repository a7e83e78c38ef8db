"""Rotation without downtime, as a person, a command and a program see it."""

import json
import time

from browser import Person
from patience import until

PATH = "/api/accounts/920012/availableNumbers"


def test_check_20_a_password_is_rotated_without_downtime(browser, demo, pictures):
    robot, old = demo.facts["api_user"]["username"], demo.facts["api_user"]["password"]

    def status(password):
        return demo.call(PATH, robot, password)[0]

    assert status(old) == 200
    person = Person(browser, demo, pictures)
    admin = demo.facts["operator"]
    person.sign_in(admin["username"], admin["password"])
    person.follow("Credentials")
    person.look("credentials")
    person.follow(robot)
    person.look("credential-one")
    person.follow("Rotate")
    person.confirm(admin["password"])
    person.look("credential-rotate")
    person.choose("password_choice", "typed")
    person.press("Rotate")
    assert person.page.title().startswith("Error: "), person.text()
    person.look("credential-rotate-error")
    person.choose("password_choice", "generate")

    # The page that shows it once.
    person.press("Rotate")
    assert person.heading() == "Copy the new password", person.text()
    new = person.page.locator("output").inner_text()
    assert new.startswith("lk_") and len(new) == 36
    person.look("credential-secret")
    assert (status(old), status(new)) == (200, 200)

    # Sending the same form again shows nothing again and rotates nothing.
    person.page.on("dialog", lambda dialog: dialog.accept())
    person.page.reload()
    assert "This password was already shown" in person.text() and new not in person.page.content()
    assert (status(old), status(new)) == (200, 200)

    # Who used the old one last, within 5 seconds of the call.
    person.open(f"/credentials/{robot}")
    until(lambda: person.page.reload() and "from 127.0.0.1, GET " + PATH in person.text(), "last use is shown", seconds=8)
    assert "Two passwords are live" in person.text()
    person.look("credential-two")
    person.press("Extend 24 hours")
    assert "The old password now stops working" in person.text()
    person.look("credential-extended")
    person.press("End now")
    assert "Old password ended. Only the current one works now." in person.text()
    assert (status(old), status(new)) == (401, 200)
    person.close()

    # By the command line in another process, within a second.
    third = demo.cli("credential", "rotate", robot, "--grace", "0").stdout.strip()
    began = time.monotonic()
    until(lambda: status(new) == 401, "another process ended the password", seconds=2)
    assert time.monotonic() - began < 1.2
    assert status(third) == 200
    shown = json.loads(demo.cli("credential", "show", robot, "--json").stdout)
    assert [password["label"] for password in shown["passwords"]] == ["current"]

    # By the API, by the program itself; a repeated key neither rotates nor shows.
    path = f"/api/v1/users/{robot}/password-rotation"
    headers = {"Content-Type": "application/json", "Idempotency-Key": "a-key"}
    body = json.dumps({"graceSeconds": 600})
    code, answer, text = demo.call(path, robot, third, "POST", headers, body)
    assert (code, answer["Cache-Control"]) == (201, "no-store"), text
    fourth = json.loads(text)["password"]
    assert (status(third), status(fourth)) == (200, 200)
    code, answer, text = demo.call(path, robot, fourth, "POST", headers, body)
    assert code == 200 and answer["Idempotency-Replayed"] == "true" and "password\"" not in text.decode()
    code, _, text = demo.call(path, robot, fourth, "DELETE", {"If-Match": '"something else"'})
    assert code == 412, text
    code, _, text = demo.call(path, robot, fourth, "DELETE")
    assert code == 200, text
    assert (status(third), status(fourth)) == (401, 200)
    # Others of this process call with the demo's password too.
    demo.facts["api_user"]["password"] = fourth
