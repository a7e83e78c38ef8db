"""What an answer tells about a user's standing (nothing), and what memories of passwords can be made to believe (nothing either)."""

import concurrent.futures
import re
import sqlite3
import time

import latchkey
import pytest
import standing
from forms import FormClient
from patience import until

RIGHT = "a lantern beside the river 41"
TRUSTING = "trustedProxies: [127.0.0.1]\n"


class Place:
    """A server with users of every standing; asked as a proxy asks, for clients at whatever address."""

    def __init__(self, server):
        self.server, self.path, self.next = server, server.facts["allowed"]["path"], 0
        self.user = server.facts["api_user"]
        standing.add(server, "people-only", RIGHT, access=("dashboard",))
        standing.add(server, "not-verified", RIGHT, verify=False)
        standing.add(server, "no-password")
        standing.add(server, "switched-off", RIGHT)
        server.cli("user", "deactivate", "switched-off")
        standing.add(server, "locked-now", RIGHT, access=("api", "dashboard"))
        # As ten wrong passwords at the sign-in page leave it.
        now = int(time.time() * 1000)
        server.sql("INSERT INTO throttle (key, failures, last_failure_at, blocked_until) VALUES (?, 12, ?, ?)", "signin:user:locked-now", now, now + 3_600_000)
        self.standings = {
            "existing": self.user["username"], "nobody": "nobody.at.all", "people only": "people-only", "not verified": "not-verified",
            "without a password": "no-password", "deactivated": "switched-off",
            "locked": "locked-now"}

    def address(self):
        """One that nobody has failed at, in a network that nobody has."""
        self.next += 1
        return f"10.{self.next // 250}.{self.next % 250}.1"

    def ask(self, name, password, address=None, path=None, kind="caddy"):
        target = path or self.path
        headers = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": target, "X-Forwarded-For": address or self.address()}
        if kind in ("nginx", "haproxy"):
            headers = {"X-Original-Method": "GET", "X-Original-URI": target, "X-Real-IP": address or self.address()}
        door = f"/gate/envoy{target}" if kind == "envoy" else f"/gate/{kind}"
        if kind == "envoy":
            headers = {"X-Forwarded-For": address or self.address()}
        begun = time.perf_counter()
        status, fields, body = self.server.call(door, name, password, headers=headers, base=self.server.gate)
        shown = int(fields.get("Latchkey-Status") or status)
        return shown, plain(fields, body), time.perf_counter() - begun

    def form(self, path, fields, address=None):
        """A form as a browser of its own sends it: (status, everything of the answer that does not name the question, seconds)."""
        client = FormClient(self.server)
        hidden = client.form(path)
        begun = time.perf_counter()
        status, headers, text = client.request("POST", path, {**hidden, **fields}, {"X-Forwarded-For": address or self.address()})
        seconds = time.perf_counter() - begun
        for value in fields.values():
            text = text.replace(value, "")
        return status, plain(headers, re.sub(r'value="[\w-]{43,64}"', "", text).encode()), seconds

    def hashes(self):
        text = self.server.call("/metrics", base=self.server.gate)[2].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("latchkey_hash_seconds_count"))


def plain(fields, body):
    """An answer without what names this one request."""
    names = {"date", "latchkey-request-id", "content-length"}
    kept = sorted((name.lower(), re.sub(r"=[\w-]{40,}", "", value)) for name, value in fields.items() if name.lower() not in names)
    return tuple(kept), re.sub(rb"req_\w{26}", b"req", body)


def lasting(fields):
    """Without how long there is to wait, which is less with every second."""
    return tuple(field for field in fields if field[0] != "retry-after")


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    with latchkey.Server(tmp_path_factory.mktemp("standing") / "data", command="demo", config=TRUSTING) as server:
        yield Place(server)


def test_t14_a_wrong_password_is_answered_alike_and_on_the_grid_whatever_the_standing_at_the_gate(place):
    assert place.ask(place.user["username"], place.user["password"], "203.0.113.9")[0] == 200, "nobody is remembered"
    answers = set()
    for kind, name in place.standings.items():
        for number in range(3):
            status, answer, seconds = place.ask(name, f"wrong {number}")
            assert status == 401 and seconds >= 0.249, (kind, status, seconds)
            answers.add(answer)
    for kind in ("people only", "not verified", "deactivated"):
        # Right, and not enough: who may not call is told no more than who guesses.
        status, answer, seconds = place.ask(place.standings[kind], RIGHT)
        assert status == 401 and seconds >= 0.249, (kind, status, seconds)
        answers.add(answer)
    assert len(answers) == 1, answers


def test_t14_t16_a_sign_in_is_refused_alike_and_on_the_grid_whatever_the_standing(place):
    answers = {kind: set() for kind in place.standings}
    for kind, name in place.standings.items():
        for number in range(3):
            status, answer, seconds = place.form("/signin", {"username": name, "password": f"wrong {number}"})
            if kind == "locked":
                assert status == 429, status
                continue
            assert status == 422 and seconds >= 0.249, (kind, status, seconds)
            answers[kind].add(answer)
    assert len(set().union(*answers.values())) == 1, answers
    # And after the failures that make a name wait, which it does whether anybody has it or not.
    held, locked = set(), set()
    now = int(time.time() * 1000)
    for name in ("locked-now", "nobody.locked"):
        place.server.sql(
            "INSERT OR REPLACE INTO throttle (key, failures, last_failure_at, blocked_until) VALUES (?, 12, ?, ?)", f"signin:user:{name}", now, now + 3_600_000)
    for name in ("locked-now", "nobody.locked"):
        status, answer, _ = place.form("/signin", {"username": name, "password": "wrong"})
        locked.add((status, lasting(answer[0]), re.sub(rb"\d+", b"", answer[1])))
    assert len(locked) == 1 and locked.pop()[0] == 429, "a lock is told of"
    for kind, name in place.standings.items():
        if kind == "locked":
            continue
        # More than twenty failures in all, for what is told after many.
        for number in range(20):
            status, answer, _ = place.form("/signin", {"username": name, "password": f"wrong again {number}"})
        assert status == 429, (kind, status)
        held.add((lasting(answer[0]), re.sub(rb"\d+", b"", answer[1])))
    assert len(held) == 1, held


def test_t16_asking_for_a_new_password_is_answered_alike_and_on_the_grid_whatever_the_standing(place):
    answers = set()
    for kind, name in place.standings.items():
        for asked in (name, f"{name}@acme.example"):
            status, answer, seconds = place.form("/forgot", {"name": asked})
            assert status == 303 and seconds >= 0.249, (kind, status, seconds)
            answers.add(answer)
    assert len(answers) == 1, answers
    # Nor is anything told to who asks again and again: how many letters there are is between us and the mailbox.
    def again(pair):
        kind, number = pair
        return place.form("/forgot", {"name": place.standings[kind]})[:2]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        repeated = set(pool.map(again, [(kind, number) for kind in place.standings for number in range(20)]))
    assert len(repeated) == 1 and {status for status, _ in repeated} == {303}, repeated
    resets = [letter for letter in standing.letters(place.server, "people-only@acme.example") if letter["kind"] == "reset"]
    assert 1 <= len(resets) <= 6, "a flood of letters"
    assert standing.letters(place.server, "people-only@acme.example"), "no letter at all was written"
    assert not standing.letters(place.server, "nobody.at.all@acme.example")


def test_t15_many_at_once_with_one_wrong_password_cost_the_same_for_a_name_that_nobody_has(place):
    spent = {}
    for name in ("no-password", "nobody.like.that", "switched-off"):
        before = place.hashes()
        with concurrent.futures.ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda n: place.ask(name, "one wrong password", f"10.200.{n}.1")[0], range(50)))
        assert set(answers) == {401}, answers
        spent[name] = place.hashes() - before
    assert set(spent.values()) == {1}, spent


def test_t18_a_name_that_is_guessed_at_waits_at_every_door_and_its_owner_at_none(place):
    name = standing.add(place.server, "guessed-at", RIGHT, access=("api", "dashboard"))
    home = "203.0.113.77"
    assert place.ask(name, RIGHT, home)[0] == 200
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        guesses = []
        # On a busy machine some are told that the queue is full, and do not count.
        while guesses.count(401) < 100 and len(guesses) < 600:
            guesses += list(pool.map(lambda n: place.ask(name, f"guess {n}")[0], range(len(guesses), len(guesses) + 8)))
    assert guesses.count(401) >= 100 and set(guesses) <= {401, 429, 503}, guesses
    # Any change of the user ends what is remembered: from now on a password has to be looked at.
    place.server.cli("user", "grant", name, "--role", "920012:reporting")
    until(lambda: place.ask(name, RIGHT)[0] == 429, "a name with a hundred failures is looked at from anywhere", 3)
    hashes = place.hashes()
    for kind in ("caddy", "nginx", "traefik", "envoy", "haproxy"):
        assert place.ask(name, RIGHT, kind=kind)[0] == 429, kind
    elsewhere = {"X-Forwarded-For": place.address()}
    assert place.server.call(place.path, name, RIGHT, headers=elsewhere)[0] == 429
    assert place.server.call(f"/api/users/{name}", name, RIGHT, headers=elsewhere, base=place.server.dashboard)[0] == 429
    assert place.form("/signin", {"username": name, "password": RIGHT})[0] == 429
    assert place.hashes() == hashes, "a password was looked at all the same"
    assert place.ask(name, RIGHT, home)[0] == 200
    # The way out that needs no admin.
    assert place.form("/forgot", {"name": name})[0] == 303
    new = "another lantern beside the river 42"
    assert FormClient(place.server).post(standing.link(place.server, f"{name}@acme.example", "password"), {"password": new})[0] == 303
    assert place.ask(name, new)[0] == 200


def test_t18_a_sign_in_that_is_locked_stops_no_api_calls(place):
    """A stranger at the dashboard's door must not be able to stop somebody's programs: the lock is of that door."""
    name = standing.add(place.server, "locked-out", RIGHT, access=("api", "dashboard"))
    assert place.ask(name, RIGHT, "203.0.113.78")[0] == 200
    statuses = [place.form("/signin", {"username": name, "password": f"guess {n}"})[0] for n in range(7)]
    assert statuses == [422] * 6 + [429], statuses
    assert place.form("/signin", {"username": name, "password": RIGHT})[0] == 429
    assert place.ask(name, RIGHT, "203.0.113.78")[0] == 200
    assert place.ask(name, RIGHT)[0] == 200


def test_t25_a_name_and_a_password_that_only_together_are_anothers_open_nothing(place):
    standing.add(place.server, "join", "ed by a lantern on the river")
    standing.add(place.server, "joined", " by a lantern on the river")
    assert place.ask("join", "ed by a lantern on the river")[0] == 200
    assert place.ask("joined", " by a lantern on the river")[0] == 200
    for name, password in (("join", " by a lantern on the river"), ("joined", "ed by a lantern on the river"), ("joine", "d by a lantern on the river")):
        assert place.ask(name, password)[0] == 401, (name, password)


def test_t26_nothing_of_a_long_name_or_password_is_cut_off(place):
    name, password = "long-" + "n" * 95, "p" * 20 + " long enough to be cut off by others " * 4
    standing.add(place.server, name, password)
    assert place.ask(name, password)[0] == 200
    for other in (name + "n" * 200, name[:-1], name + "\0"):
        assert place.ask(other, password)[0] == 401, other
    for other in (password[:72], password[:-1], password + " ", password[:72] + "x" * (len(password) - 72), password + "\0", password * 3):
        assert place.ask(name, other)[0] == 401, other


def test_t28_a_stored_password_that_cannot_be_read_is_a_wrong_one_and_the_log_says_so(place):
    other = standing.add(place.server, "untouched", RIGHT)
    database = sqlite3.connect(place.server.data / "latchkey.sqlite", timeout=20)
    kept = database.execute("SELECT hash FROM credentials WHERE user_id = (SELECT id FROM users WHERE username = ?)", (other,)).fetchone()[0]
    for number, planted in enumerate([
            b"", b"garbage", b"$argon2id$v=19$m=4194304,t=1,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            kept[:-1] + bytes([kept[-1] ^ 1]), kept]):
        name, said = standing.add(place.server, f"tampered-{number}", RIGHT), place.server.log_path.read_text().count("does not open")
        database.execute("UPDATE credentials SET hash = ? WHERE user_id = (SELECT id FROM users WHERE username = ?)", (planted, name))
        database.commit()
        # Somebody else's hash is sealed for somebody else.
        assert place.ask(name, RIGHT)[0] == 401, planted
        assert place.server.log_path.read_text().count("does not open") > said, "nobody is told"
    database.close()
    assert place.ask(other, RIGHT)[0] == 200


def test_t29_more_first_uses_than_the_queue_holds_are_told_to_come_again_and_are_served_then(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo", flags=["--users", "500"]) as server:
        crowd = server.facts["crowd"]["password"]
        names = [f"load-{number:07}" for number in range(500) if number % 5 and number % 50 != 49]

        def use(number):
            headers = {"X-Original-Method": "GET", "X-Original-URI": "/api/accounts/920012/orders", "X-Real-IP": f"10.1.{number % 250}.{1 + number // 250}"}
            status, fields, _ = server.call("/gate/nginx", names[number], crowd, headers=headers, base=server.gate)
            return int(fields.get("Latchkey-Status") or status), fields.get("Retry-After")

        left, told = set(range(len(names))), set()
        begun = time.monotonic()
        while left and time.monotonic() - begun < 60:
            with concurrent.futures.ThreadPoolExecutor(200) as pool:
                answers = dict(zip(sorted(left), pool.map(use, sorted(left))))
            for number, (status, again) in answers.items():
                assert status in (200, 503), f"a right password was answered with {status}"
                assert status == 200 or again is not None, "503 without Retry-After"
                told.add(status)
            left = {number for number in left if answers[number][0] != 200}
            health = time.monotonic()
            assert server.call("/healthz", base=server.dashboard)[0] == 200 and time.monotonic() - health < 2
        assert not left, f"{len(left)} were never served"
        assert told == {200, 503}, "the queue never overflowed"


FILES = {
    "a certificate that is none": ("tls:\n  certificate: {bad}\n  key: {bad}\n", None), "a certificate that is not there": ("tls:\n  certificate: {none}\n  key: {none}\n", None),
    "an authority that is none": ("upstream:\n  url: https://a.example\n  caFile: {bad}\n", None),
    "an authority that is not there": ("upstream:\n  url: https://a.example\n  caFile: {none}\n", None),
    "an instance key that is none": ("", b"garbage"), "an empty instance key": ("", b""),
}


@pytest.mark.parametrize("case", FILES)
def test_t38_t88_a_file_that_trust_rests_on_and_that_cannot_be_read_keeps_the_server_from_starting(tmp_path, case):
    config, key = FILES[case]
    bad = tmp_path / "bad.pem"
    bad.write_text("not a certificate")
    (tmp_path / "c.yaml").write_text(config.format(bad=bad, none=tmp_path / "nowhere.pem") or "log:\n  level: info\n")
    data = tmp_path / "data"
    if key is not None:
        data.mkdir(mode=0o700)
        (data / "instance.key").write_bytes(key)
        (data / "instance.key").chmod(0o600)
    ports = [word for name in ("dashboard", "proxy", "gate") for word in (f"--{name}-port", "0")]
    done = latchkey.Server(data).cli("serve", "--config", str(tmp_path / "c.yaml"), *ports, check=False)
    assert done.returncode in (1, 2) and done.stderr.startswith("latchkey: "), (done.returncode, done.stderr)
    assert "Fatal" not in done.stderr and not done.stdout
