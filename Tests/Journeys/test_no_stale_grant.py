"""Every kind of change, by every way in: the next call is judged by it, within one second when the change came from another process."""

import pathlib
import signal
import threading
import time

import pytest

import latchkey
import patience
from forms import FormClient

ROLES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Catalogue" / "Texts" / "roles.yaml"
USER = "acme-orders"
OLD, NEW = "a lantern beside the river 41", "two lanterns behind the mill 42"
ORDERS = "/api/accounts/920012/availableNumbers"
WEST = "/api/accounts/930044/reports"
ADMINS_ONLY = "/api/accounts/920012/users"
# Everything the user has before a change, as the form of the access page says it.
BASE = {
    "level": "admin", "access": ["dashboard", "api"], "accounts": ["920012", "930044"],
    "roles": ["920012:ordering", "920012:reporting", "930044:reporting"],
}


class Installation:
    """A server with one user whose standing is put back before each change, and an operator who is signed in."""

    def __init__(self, server, catalogue):
        self.server, self.catalogue = server, catalogue
        operator = server.facts["admin"] if "operator" not in server.facts else server.facts["operator"]
        self.operator = FormClient(server).sign_in(operator["username"], operator["password"])

    def cli(self, *arguments, **more):
        return self.server.cli(*arguments, **more)

    def call(self, path=ORDERS, password=OLD):
        return self.server.call(path, USER, password)[0]

    def reset(self):
        self.reload(ROLES.read_text(), "shipped")
        self.cli("user", "activate", USER, check=False)
        self.cli("user", "set-level", USER, BASE["level"])
        self.cli("user", "set-access", USER, "--dashboard", "--api")
        roles = [word for role in BASE["roles"] for word in ("--role", role)]
        self.cli("user", "grant", USER, "--account", "920012", "--account", "930044", *roles)
        self.cli("user", "password", USER, "--password-stdin", stdin=OLD)
        for path in (ORDERS, WEST, ADMINS_ONLY):
            patience.until(lambda: self.call(path) == 200, f"{path} does not open after the standing was put back", seconds=5)
        # Warm: from memory, on every path that a change may be about.
        for path in (ORDERS, WEST, ADMINS_ONLY):
            assert self.call(path) == 200

    def reload(self, text, mark):
        if self.catalogue.read_text() != text:
            self.catalogue.write_text(text)
            before = self.server.log_path.read_text().count("catalogue read anew")
            self.server.process.send_signal(signal.SIGHUP)
            patience.until(
                lambda: self.server.log_path.read_text().count("catalogue read anew") > before, f"the catalogue ({mark}) is not read", seconds=5)

    # The ways in.

    def access_page(self, **changes):
        page = f"/account/users/{USER}/access"
        status, _, text = self.operator.post(page, {**BASE, **changes})
        assert status == 303, (status, text[:1500])

    def act_page(self, act):
        page = f"/account/users/{USER}/{act}"
        status, _, text = self.operator.post(page, {})
        assert status == 303, (status, text[:1500])

    def password_page(self):
        own = FormClient(self.server).sign_in(USER, OLD)
        # A password that the command line set must be replaced before anything else, or may be: both are the same rule.
        status, _, text = own.post("/profile/password", {"current_password": OLD, "password": NEW})
        assert status == 303, (status, text[:1500])

    def password_api(self):
        answer = self.server.call(
            f"/api/users/{USER}/password", USER, OLD, method="PUT", headers={"Content-Type": "application/json"}, body=f'{{"password":"{NEW}"}}',
            base=self.server.dashboard)
        assert answer[0] == 200, answer


@pytest.fixture(scope="module")
def installation(tmp_path_factory):
    place = tmp_path_factory.mktemp("stale")
    catalogue = place / "roles.yaml"
    catalogue.write_text(ROLES.read_text())
    flags = ["--catalogue", str(catalogue), "--log-level", "notice"]
    with latchkey.Server(place / "data", command="demo", flags=flags) as server:
        yield Installation(server, catalogue)


def without(name, value):
    return {name: [other for other in BASE[name] if other != value]}


# What a change does to a call that was answered 200 a moment ago.
EFFECTS = {
    "password": lambda i: i.call() == 401,
    "role taken": lambda i: i.call() == 403,
    "account taken": lambda i: i.call(WEST) == 403,
    "level lowered": lambda i: i.call(ADMINS_ONLY) == 403,
    "API access taken": lambda i: i.call() == 401,
    "deactivated": lambda i: i.call() == 401,
    "catalogue read anew": lambda i: i.call() == 403,
    "entitlement withdrawn": lambda i: i.call("/api/accounts/920012/tnlookup/1") not in (401, 403),
}
# (change, way) → how. `within` is 0 for what the server itself has acknowledged: the very next call.
CELLS = {
    ("password", "page"): lambda i: i.password_page(),
    ("password", "API"): lambda i: i.password_api(),
    ("password", "command line"): lambda i: i.cli("user", "password", USER, "--password-stdin", stdin=NEW),
    ("role taken", "page"): lambda i: i.access_page(**without("roles", "920012:ordering")),
    ("role taken", "command line"): lambda i: i.cli("user", "revoke", USER, "--role", "920012:ordering"),
    ("account taken", "page"): lambda i: i.access_page(accounts=["920012"], roles=["920012:ordering", "920012:reporting"]),
    ("account taken", "command line"): lambda i: i.cli("user", "revoke", USER, "--account", "930044"),
    ("level lowered", "page"): lambda i: i.access_page(level="basic"),
    ("level lowered", "command line"): lambda i: i.cli("user", "set-level", USER, "basic"),
    ("API access taken", "page"): lambda i: i.access_page(access=["dashboard"]),
    ("API access taken", "command line"): lambda i: i.cli("user", "set-access", USER, "--dashboard"),
    ("deactivated", "page"): lambda i: i.act_page("deactivate"),
    ("deactivated", "command line"): lambda i: i.cli("user", "deactivate", USER),
    ("catalogue read anew", "signal"): lambda i: i.reload(ROLES.read_text().replace("id: ordering\n", "id: ordering-renamed\n"), "renamed"),
}
# Cells of the product that there is no way to take, and why.
ABSENT = {
    ("role taken", "API"): "the admin API does not change users yet",
    ("account taken", "API"): "the admin API does not change users yet",
    ("level lowered", "API"): "the admin API does not change users yet",
    ("API access taken", "API"): "the admin API does not change users yet",
    ("deactivated", "API"): "the admin API does not change users yet",
    ("catalogue read anew", "page"): "a catalogue is a file; a signal has it read",
    ("catalogue read anew", "API"): "a catalogue is a file; a signal has it read",
    ("catalogue read anew", "command line"): "a catalogue is a file; a signal has it read",
    ("rotation ended", "page"): "rotation is tested where it is made",
    ("rotation ended", "API"): "rotation is tested where it is made",
    ("rotation ended", "command line"): "rotation is tested where it is made",
    ("entitlement withdrawn", "page"): "no page changes contracts yet",
    ("entitlement withdrawn", "API"): "the admin API does not change accounts yet",
    ("locked", "page"): "nobody can lock an API user out: failures slow an address down, and sign-in at the dashboard is another door",
    ("locked", "API"): "the same",
    ("locked", "command line"): "the same",
}
CHANGES = [*EFFECTS, "rotation ended", "locked"]
WAYS = ["page", "API", "command line"]


def test_every_change_by_every_way_is_tested_or_said_to_be_absent():
    tested = {*CELLS, ("entitlement withdrawn", "command line")}
    product = {(change, way) for change in CHANGES for way in WAYS}
    assert product - tested - set(ABSENT) == set()
    assert tested & set(ABSENT) == set()


@pytest.mark.parametrize("change,way", CELLS, ids=[f"{change} by {way}" for change, way in CELLS])
def test_the_next_call_is_judged_by_a_change(installation, change, way):
    installation.reset()
    CELLS[(change, way)](installation)
    if way == "command line":
        patience.until(lambda: EFFECTS[change](installation), f"{change} by {way} is not known after a second", seconds=1.0)
    else:
        assert EFFECTS[change](installation), f"{change} by {way}: the very next call was judged by what was before"
    if change == "password":
        patience.until(lambda: installation.call(password=NEW) == 200, "the new password does not work", seconds=1.0)


def test_what_is_given_counts_from_the_next_call_on(installation):
    installation.reset()
    installation.access_page(**without("roles", "920012:ordering"))
    assert installation.call() == 403
    installation.access_page()
    assert installation.call() == 200
    installation.act_page("deactivate")
    assert installation.call() == 401
    installation.act_page("activate")
    assert installation.call() == 200


def test_a_withdrawn_entitlement_stops_handing_out_and_leaves_what_was_handed_out(installation):
    installation.reset()
    lookup = "/api/accounts/920012/tnlookup/1"
    installation.cli("account", "entitle", "920012", "--contract", "tn-lookup")
    installation.cli("user", "grant", USER, "--role", "920012:tn-lookup")
    # The demo's API has nothing there: whatever it says, the gate has let the call pass.
    patience.until(lambda: installation.call(lookup) not in (401, 403), "the role is not known after a second", seconds=1.0)
    installation.cli("account", "entitle", "920012", "--withdraw", "tn-lookup")
    time.sleep(1.0)  # the second in which it must have been seen
    assert EFFECTS["entitlement withdrawn"](installation)
    installation.cli("user", "revoke", USER, "--role", "920012:tn-lookup")
    patience.until(lambda: installation.call(lookup) == 403, "a role that was taken away is still there after a second", seconds=1.0)
    assert installation.cli("user", "grant", USER, "--role", "920012:tn-lookup", check=False).returncode == 1


def test_T22_no_call_that_starts_after_a_changed_password_was_acknowledged_passes_with_the_old_one(installation):
    installation.reset()
    answers, lock, stop = [], threading.Lock(), threading.Event()

    def caller():
        connection = installation.server.connection()
        header = {"Authorization": latchkey.basic(USER, OLD)}
        while not stop.is_set():
            started = time.monotonic()
            connection.request("GET", ORDERS, headers=header)
            answer = connection.getresponse()
            answer.read()
            with lock:
                answers.append((started, answer.status))
            if answer.status != 200:
                return

    threads = [threading.Thread(target=caller) for _ in range(64)]
    for thread in threads:
        thread.start()
    patience.until(lambda: len(answers) > 640, "64 connections do not get their answers")
    installation.password_api()
    changed = time.monotonic()
    first = installation.call(password=NEW)
    patience.until(lambda: not any(thread.is_alive() for thread in threads), "a connection still passes with the old password", seconds=10)
    stop.set()
    for thread in threads:
        thread.join()
    late = [status for started, status in answers if started > changed and status == 200]
    assert late == [], f"{len(late)} calls passed with the old password after the change was acknowledged"
    assert first == 200, "the new password does not work at once"
    assert {status for _, status in answers} <= {200, 401, 429}


def test_T24_commits_of_another_process_are_seen_within_a_second_every_time(installation):
    installation.reset()
    slowest = 0.0
    for _ in range(5):
        installation.cli("user", "revoke", USER, "--role", "920012:ordering")
        done = time.monotonic()
        patience.until(lambda: installation.call() == 403, "the role is still there", seconds=1.0)
        slowest = max(slowest, time.monotonic() - done)
        installation.cli("user", "grant", USER, "--role", "920012:ordering")
        patience.until(lambda: installation.call() == 200, "the role is not there", seconds=1.0)
    assert slowest < 1.0


def test_T27_one_credential_is_judged_anew_for_each_account_role_and_door(installation):
    installation.reset()
    installation.access_page(accounts=["920012"], roles=["920012:ordering"])
    assert installation.call() == 200
    assert installation.call("/api/accounts/930044/availableNumbers") == 403
    assert installation.call("/api/accounts/920012/messages") == 403
    assert installation.call() == 200
    door = {"X-Original-Method": "GET", "X-Real-IP": "198.51.100.9"}
    for path, status in ((ORDERS, 200), ("/api/accounts/930044/availableNumbers", 403), ("/api/accounts/920012/messages", 403)):
        answer = installation.server.call(
            "/gate/nginx", USER, OLD, headers={**door, "X-Original-URI": path}, base=installation.server.gate)
        assert answer[0] == status, (path, answer)


def test_a_catalogue_with_faults_is_refused_whole_and_the_log_says_each_fault(installation):
    installation.reset()
    installation.catalogue.write_text("roles:\n  - id: Ordering\n    name: x\n    colour: red\n")
    log = installation.server.log_path
    before = len(log.read_text())
    installation.server.process.send_signal(signal.SIGHUP)
    patience.until(lambda: "the one in force stays" in log.read_text()[before:], "the log says nothing of a refused catalogue", seconds=5)
    said = log.read_text()[before:]
    assert "is not a role id" in said and "colour" in said and "4:5" in said, said
    assert installation.call() == 200
