"""The acceptance checks about who may do what: 25, 26, 28, 29 and 30."""

import re

import pytest

import latchkey
from browser import Person
from forms import FormClient
from test_checks_pages import signed_in

WRONG = "The username or password is not right, or this user cannot sign in here."


def client(demo, who):
    return FormClient(demo).sign_in(demo.facts[who]["username"], demo.facts[who]["password"])


def test_check_25_unknown_wrong_locked_and_deactivated_are_one_answer_in_words_and_status(tmp_path):
    """That the work is the same too is counted where passwords are checked: a busy machine tells nothing about time."""
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        server.cli("user", "add", "--username", "off.user", "--first-name", "Off", "--last-name", "User", "--email", "off.user@acme.example",
                   "--phone", "919 555 0151", "--dashboard", "--account", "920012")
        server.cli("user", "deactivate", "off.user")
        answers = set()
        for name in ("nobody.here", "ben.basic", "wen.waiting", "off.user", "acme-orders"):
            status, _, text = FormClient(server).post("/signin", {"username": name, "password": "not the password"})
            assert WRONG in text, f"check 25: {name}"
            answers.add((status, re.sub(r'value="[^"]*"|req_\w+', "", text)))
        assert len(answers) == 1, "check 25: the pages differ"


def test_check_26_an_api_user_gets_no_session_and_a_dashboard_user_no_answer_from_the_api(browser, demo):
    user = demo.facts["api_user"]
    program = Person(browser, demo)
    program.sign_in(user["username"], user["password"])
    assert "This user can only call the API. Ask an admin for a dashboard user." in program.text()
    assert "__Host-latchkey" not in {cookie["name"] for cookie in program.context.cookies()} or program.open("/home") == 200 and "/signin" in program.page.url
    program.close()
    basic = demo.facts["basic"]
    status, _, body = demo.call(demo.facts["allowed"]["path"], basic["username"], basic["password"])
    assert status in (401, 403) and len(body) > 20, (status, body)


ACTS = [
    ("/account/users/ben.basic/reset", {}),
    ("/account/users/ben.basic/access", {"level": "admin", "access": "dashboard", "accounts": "920012"}),
    ("/account/users/ben.basic", {"first_name": "Ben", "last_name": "Brandt", "email": "other@acme.example", "phone": "919 555 0135"}),
    ("/account/users/ben.basic/delete", {"confirmation": "ben.basic"}),
    ("/account/settings", {"card": "general"}),
    ("/account/settings/security", {"card": "security"}),
    ("/profile", {"first_name": "Olive", "last_name": "Okafor", "email": "olive.new@latchkey.example", "phone": "919 555 0130"}),
]


@pytest.fixture(scope="module")
def unconfirmed(demo):
    return client(demo, "operator")


@pytest.mark.parametrize("path, fields", ACTS, ids=[path for path, _ in ACTS])
def test_check_28_every_act_that_counts_asks_for_the_password(unconfirmed, path, fields):
    status, _, text = unconfirmed.post(path, fields)
    assert status == 200 and "Confirm it is you" in text, f"check 28: {path} asked nothing ({status})"


@pytest.mark.parametrize("path", ["/account/audit.csv", "/account/audit.jsonl"])
def test_check_28_exports_of_the_log_ask_first(unconfirmed, path):
    status, headers, _ = unconfirmed.get(path)
    assert status == 303 and headers["Location"].startswith("/confirm?next=")


def test_check_28_it_is_asked_once_and_then_the_exports_come(demo):
    olive = client(demo, "operator").confirm(demo.facts["operator"]["password"])
    for path in ("/account/audit.csv", "/account/audit.jsonl"):
        assert olive.get(path)[0] == 200
    status, _, text = olive.post("/account/users/ben.basic/reset", {})
    assert status == 303, "check 28: asked a second time"


def test_check_29_a_basic_user_has_no_account_tab_and_is_told_whom_to_ask(browser, demo):
    ben = signed_in(browser, demo, "basic")
    assert "Account" not in ben.page.locator("nav[aria-label=Main]").inner_text().split("\n")
    for path in ("/account/users", "/account/users/acme-orders", "/account/settings", "/account/audit"):
        assert ben.open(path) == 403, path
        assert "You need admin level for this page" in ben.text() and "Ana Almeida" in ben.text()
    assert ben.open("/profile") == 200
    ben.close()


def test_check_30_the_last_admin_and_ones_own_row_are_guarded_and_the_reason_is_text(browser, demo):
    ana, olive = client(demo, "admin"), client(demo, "operator").confirm(demo.facts["operator"]["password"])
    # One's own row: neither lowered nor deactivated nor deleted, whatever is sent.
    page = ana.get("/account/users/ana.admin/access")[2]
    assert "You cannot change your own" in page or "yourself" in page or "your own" in page.lower(), "check 30: no reason on the own row"
    assert ana.get("/account/users/ana.admin/deactivate")[0] in (403, 409)
    assert "your" in ana.get("/account/users/ana.admin/deactivate")[2].lower()
    # The last admin of an account, by the one who may do most.
    status, _, text = olive.post("/account/users/ana.admin/deactivate", {})
    assert status in (403, 409, 422) and "last active admin" in text, (status, text)
    status, _, text = olive.post("/account/users/ana.admin/access", {"level": "basic", "access": "dashboard", "accounts": ["920012", "930044"]})
    assert status in (403, 409, 422), status
    assert ana.get("/account/users")[0] == 200
