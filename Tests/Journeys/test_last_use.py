"""The last use of a password, seen by the people who look after it, a few seconds after the call."""

import latchkey
import pytest
from browser import Person
from patience import until


@pytest.fixture
def demo(tmp_path):
    """One of its own: a password is written once a minute, and others call with the shared one's."""
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        yield server


def test_a_call_of_the_own_api_is_on_the_credential_page_within_five_seconds(browser, demo, pictures):
    robot = demo.facts["api_user"]
    other = demo.facts["basic"]["username"]
    person = Person(browser, demo, pictures)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    person.open(f"/credentials/{robot['username']}")
    assert "from 127.0.0.1" not in person.text()

    # The program may not look at others: the password was right all the same, and that is a use.
    path = f"/api/v1/users/{other}"
    status = demo.call(path, robot["username"], robot["password"])[0]
    assert status in (403, 404), status
    until(lambda: person.page.reload() and "from 127.0.0.1, GET " + path in person.text(), "the call of the API is shown", seconds=6)
    person.close()


def test_a_call_at_the_gate_is_on_the_credential_page_within_five_seconds(browser, demo, pictures):
    robot = demo.facts["api_user"]
    person = Person(browser, demo, pictures)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    person.open(f"/credentials/{robot['username']}")
    path = demo.facts["allowed"]["path"]
    assert demo.call(path, robot["username"], robot["password"])[0] == 200
    until(lambda: person.page.reload() and "from 127.0.0.1, GET " + path in person.text(), "the call is shown", seconds=6)
    person.close()
