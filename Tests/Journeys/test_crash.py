"""kill -9 in the middle of adding users: what was acknowledged is there, what was not is there whole or not at all."""

import json
import random
import signal
import threading

import latchkey
from forms import FormClient

ROUNDS = 20


def audit_entries(server):
    """The whole trail, page by page."""
    before, entries = [], []
    while True:
        page = json.loads(server.cli("audit", "list", "--json", "--limit", "1000", *before).stdout)["entries"]
        if not page:
            return entries
        entries += page
        before = ["--before", str(page[-1]["number"])]


def usernames(server):
    """Every user, page by page."""
    names, page = set(), 1
    while True:
        users = json.loads(server.cli("user", "list", "--json", "--page", str(page)).stdout)["users"]
        if not users:
            return names
        names |= {user["username"] for user in users}
        page += 1


def test_nothing_acknowledged_is_lost_when_the_server_is_killed(tmp_path):
    dice = random.Random(20)
    acknowledged, tried = set(), []
    demo = latchkey.Server(tmp_path / "data", command="demo")
    cookies = None
    for round_number in range(ROUNDS):
        with demo:
            admin = FormClient(demo)
            if cookies:
                admin.cookies = dict(cookies)
            else:
                admin.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
                cookies = dict(admin.cookies)
            hidden = admin.form("/account/users/new")
            lock, enough = threading.Lock(), threading.Event()

            def add(worker):
                for number in range(200):
                    name = f"crash-{round_number}-{worker}-{number}"
                    with lock:
                        tried.append(name)
                    try:
                        status, _, text = admin.request("POST", "/account/users/new", {
                            **hidden, "username": name, "first_name": "Crash", "last_name": "Test", "email": f"{name}@example.com",
                            "phone": "919 555 0134", "level": "basic", "access": "api", "accounts": "920012",
                            "roles": "920012:ordering", "password_choice": "own"})
                    except OSError:
                        return
                    except Exception as fault:  # the connection broke in the middle of an answer
                        assert "http.client" in type(fault).__module__, fault
                        return
                    assert status == 303, (status, text[:1500])
                    with lock:
                        acknowledged.add(name)
                        if len(acknowledged) % 7 == dice.randrange(7):
                            enough.set()

            workers = [threading.Thread(target=add, args=(worker,)) for worker in range(4)]
            for worker in workers:
                worker.start()
            assert enough.wait(30), "no user was added"
            demo.stop(signal.SIGKILL)
            for worker in workers:
                worker.join(30)
    with demo:
        users = usernames(demo)
        letters = [
            letter for letter in json.loads(demo.cli("mail", "list", "--json", "--limit", "100000").stdout)["letters"]
            if letter["kind"] == "verification" and letter["to"].startswith("crash-")]
        assert acknowledged <= users, f"lost: {sorted(acknowledged - users)}"
        unknown = {name for name in users if name.startswith("crash-")} - set(tried)
        assert not unknown, unknown
        written = sorted(letter["to"].split("@")[0] for letter in letters)
        assert written == sorted(name for name in users if name.startswith("crash-")), "users and their letters differ"
        verdict = demo.cli("audit", "verify", "--json")
        assert json.loads(verdict.stdout)["intact"] is True, verdict.stdout
        added = [
            entry for entry in audit_entries(demo)
            if entry["action"] == "user.added" and (entry.get("user") or "").startswith("crash-")]
        assert sorted(entry["user"] for entry in added) == written, "users and their audit entries differ"
    assert len(acknowledged) >= ROUNDS
