"""The acceptance checks about who may do what: 25, 26, 28, 29 and 30."""

import re
import statistics
import time

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


def test_check_25_a_locked_name_is_answered_alike_whether_it_exists_or_not(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        now, answers = round(time.time() * 1000), set()
        for name in ("ben.basic", "nobody.here"):
            server.sql("INSERT INTO throttle VALUES (?, 12, ?, ?)", f"signin:user:{name}", now, now + 900_000)
            status, headers, text = FormClient(server).post("/signin", {"username": name, "password": "not the password"})
            answers.add((status, headers["Retry-After"], re.sub(r'value="[^"]*"|req_\w+', "", text)))
        assert len(answers) == 1, f"check 25: {[answer[:2] for answer in answers]}"


@pytest.mark.alone
def test_check_25_unknown_wrong_waiting_and_deactivated_take_the_same_time(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        server.cli("user", "add", "--username", "off.user", "--first-name", "Off", "--last-name", "User", "--email", "off.user@acme.example",
                   "--phone", "9195550151", "--dashboard", "--account", "920012")
        server.cli("user", "deactivate", "off.user")
        classes = {"unknown": "nobody.here", "wrong": "ben.basic", "waiting": "wen.waiting", "deactivated": "off.user", "API only": "acme-orders"}
        # The page that asks is fetched before: what is timed is the answer alone.
        forms = {name: FormClient(server) for name in classes.values()}
        hidden = {name: client.form("/signin") for name, client in forms.items()}
        seen = {kind: [] for kind in classes}
        for _ in range(5):
            for kind, name in classes.items():
                begun = time.perf_counter()
                status, _, text = forms[name].request("POST", "/signin", {**hidden[name], "username": name, "password": "not the password"})
                seen[kind].append(time.perf_counter() - begun)
                assert status == 422 and WRONG in text, (kind, status)
        medians = {kind: statistics.median(times) for kind, times in seen.items()}
        middle = statistics.median(medians.values())
        assert all(abs(median - middle) <= middle / 10 for median in medians.values()), f"check 25: {medians}"


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


def visible(person, sentence):
    """The words are on the page, drawn, and not only in a hint that appears by itself."""
    return person.page.locator("main").get_by_text(sentence).first.is_visible()


def test_check_30_the_last_admin_is_guarded_and_the_reason_is_visible_text(browser, demo):
    olive = client(demo, "operator").confirm(demo.facts["operator"]["password"])
    person = signed_in(browser, demo, "operator")
    last = re.compile("(last|only) active admin")
    # Lowered: the page says why not, offers no way, and what is sent all the same changes nothing.
    person.open("/account/users/ana.admin/access")
    assert visible(person, "This is the only active admin of Acme East and Acme West"), "check 30: lowering: no reason"
    status, _, text = olive.post("/account/users/ana.admin/access", {"level": "basic", "access": "dashboard", "accounts": ["920012", "930044"]})
    assert status in (409, 422) and last.search(text), ("check 30: lowering", status)
    # An account taken away, and the access method without which nobody administers.
    for fields in ({"level": "admin", "access": "dashboard", "accounts": ["920012"]}, {"level": "admin", "access": "api", "accounts": ["920012", "930044"]}):
        status, _, text = olive.post("/account/users/ana.admin/access", fields)
        assert status in (409, 422), ("check 30: taking away", fields, status)
    # Deactivated and deleted: the page that asks says why not, and has no button for it.
    for act in ("deactivate", "delete"):
        assert person.open(f"/account/users/ana.admin/{act}") == 409, f"check 30: {act} is offered"
        assert visible(person, last), f"check 30: {act}: no reason: {person.text()}"
        assert person.page.locator("main form[method=post]").count() == 0, f"check 30: {act} has a button"
        hidden = olive.form("/account/users/ben.basic/deactivate", "/account/users/ben.basic/deactivate")
        assert olive.request("POST", f"/account/users/ana.admin/{act}", {**hidden, "confirmation": "ana.admin"})[0] in (403, 409)
    person.look("last-admin")
    person.close()
    assert client(demo, "admin").get("/account/users")[0] == 200, "check 30: the last admin is none any more"


def test_check_30_ones_own_row_is_guarded_and_the_reason_is_visible_text(browser, demo):
    ana = signed_in(browser, demo, "admin")
    ana.open("/account/users/ana.admin/access")
    assert ana.page.locator("main [name=level]:enabled").count() == 0, "check 30: one's own level can be chosen"
    assert visible(ana, re.compile("your own", re.I)), f"check 30: no reason: {ana.text()}"
    assert ana.open("/account/users/ana.admin/deactivate") in (403, 409)
    assert visible(ana, "You cannot deactivate yourself"), ana.text()
    # Not in the menu either.
    ana.open("/account/users/ana.admin")
    assert ana.page.locator("main details.menu a", has_text=re.compile("Deactivate|Delete")).count() == 0, "check 30: offered in the menu"
    ana.close()
    olive = signed_in(browser, demo, "operator")
    assert olive.open("/account/users/olive.operator/delete") in (403, 409), "check 30: deleting oneself is offered"
    assert visible(olive, re.compile("yourself|your own", re.I)), olive.text()
    olive.close()
