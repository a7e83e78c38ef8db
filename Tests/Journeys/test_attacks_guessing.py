"""Guessing, enumeration and limits, against the real server."""

import collections
import concurrent.futures
import itertools
import signal
import statistics
import time

import latchkey
import pytest
from forms import FormClient


class Target:
    """A server, asked as a proxy in front of it asks: for clients at whatever address."""

    def __init__(self, server):
        self.server, self.path = server, server.facts["allowed"]["path"]
        self.user, self.admin = server.facts["api_user"], server.facts["admin"]

    def ask(self, name, password, address, **more):
        headers = {"X-Forwarded-Method": "GET", "X-Forwarded-Uri": self.path, "X-Forwarded-For": address, **more}
        begun = time.perf_counter()
        status, fields, body = self.server.call("/gate/caddy", name, password, headers=headers, base=self.server.gate)
        return status, fields, body, time.perf_counter() - begun

    def hashes(self):
        text = self.server.call("/metrics", base=self.server.gate)[2].decode()
        return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("latchkey_hash_seconds_count"))


@pytest.fixture
def target(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        yield Target(server)


def auc(left, right):
    """How well two classes can be told apart by time: 0.5 is not at all (Mann-Whitney)."""
    return sum((a > b) + (a == b) / 2 for a in left for b in right) / (len(left) * len(right))


@pytest.mark.alone
def test_t14_no_class_of_failure_can_be_told_from_another_by_time(target):
    classes = {
        "existing": (target.user["username"], "a wrong password"), "unknown": ("nobody.at.all", "a wrong password"),
        "dashboard only": (target.admin["username"], "a wrong password"), "right, but no API access": tuple(
            target.admin[key] for key in ("username", "password")), "mistyped": (target.user["username"], "lk_mistyped"),
    }
    seen, bodies, address = {kind: [] for kind in classes}, set(), itertools.count()

    def ask(kind, pause):
        # One after the other, so that no hash waits for another; not one after another's answer, which comes a quarter of a second later.
        time.sleep(pause)
        number = next(address)
        return kind, target.ask(*classes[kind], f"203.{number // 250}.{number % 250}.7")

    with concurrent.futures.ThreadPoolExecutor(len(classes)) as pool:
        for turn in range(15):
            # Each class is as often the first, which finds the machine idle, as any other.
            order = collections.deque(classes)
            order.rotate(turn)
            for kind, (status, fields, body, seconds) in pool.map(ask, order, [0.05 * number for number in range(len(classes))]):
                assert status == 401, (kind, status)
                assert seconds >= 0.249, (kind, seconds)
                seen[kind].append(seconds % 0.25)
                names = {"date", "latchkey-request-id"}
                bodies.add(tuple(sorted((key, value) for key, value in fields.items() if key.lower() not in names)))
    assert len(bodies) == 1, bodies
    medians = {kind: statistics.median(times) for kind, times in seen.items()}
    # Without the grid a hash lies between them: 20 ms and more.
    assert max(medians.values()) - min(medians.values()) < 0.008, medians
    for kind, times in seen.items():
        assert 0.15 < auc(times, seen["existing"]) < 0.85, (kind, medians)


def test_t16_a_sign_in_a_reset_and_their_answers_are_the_same_for_known_and_unknown_names(target):
    def answer(path, fields):
        status, headers, text = FormClient(target.server).post(path, fields)
        return status, headers.get("Location"), len(text) - text.count(fields.get("username", "\0")) * len(fields.get("username", ""))
    known, unknown = target.admin["username"], "x" * len(target.admin["username"])
    assert len({answer("/signin", {"username": name, "password": "wrong"})[:2] for name in (known, unknown)}) == 1
    for name in (known, unknown):
        for attempt in range(7):
            outcome = answer("/signin", {"username": name, "password": f"wrong {attempt}"})[0]
        assert outcome == 429, (name, outcome)


def test_t17_the_count_of_failures_survives_kill_9(tmp_path):
    server = latchkey.Server(tmp_path / "data", command="demo")

    def guess(target, numbers):
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            return list(pool.map(lambda n: target.ask("nobody.at.all", f"guess {n}", f"203.{n}.0.7")[0], numbers))

    with server:
        assert set(guess(Target(server), range(50))) == {401}
        time.sleep(1.5)  # what was counted is written within a second
        server.stop(signal.SIGKILL)
    with server:
        target = Target(server)
        statuses = guess(target, range(50, 101))
        assert statuses[-1] == 429 and 38 <= statuses.count(401) <= 51, statuses
        hashes = target.hashes()
        assert guess(target, range(101, 111)) == [429] * 10
        assert target.hashes() == hashes, "a guess beyond the limit was hashed"
        assert target.ask(target.user["username"], target.user["password"], "203.0.113.9")[0] == 200


def test_t20_spellings_of_a_name_are_counted_together(target):
    name = target.user["username"]
    spellings = [name, name.upper(), name.title(), name.swapcase()]
    statuses = [target.ask(spellings[n % 4], f"guess {n}", "203.0.113.5")[0] for n in range(8)]
    assert statuses == [401] * 6 + [429] * 2, statuses
    assert target.ask(name, target.user["password"], "203.0.114.5")[0] == 200


def test_t21_forwarding_headers_of_strangers_move_nobody_to_another_address(target):
    statuses = []
    for number in range(8):
        spoofed = {
            "X-Forwarded-For": f"203.0.113.{number}, 198.51.100.{number}", "Forwarded": f"for=203.0.113.{number}", "X-Real-IP": f"10.0.0.{number}",
            "True-Client-IP": f"::ffff:10.0.0.{number}"}
        statuses.append(target.server.call(target.path, target.user["username"], f"guess {number}", headers=spoofed)[0])
    assert statuses == [401] * 6 + [429] * 2, statuses


def test_t21_one_password_tried_with_many_names_from_one_network_is_stopped(target):
    assert target.ask(target.user["username"], target.user["password"], "203.0.113.200")[0] == 200
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(lambda n: target.ask(f"name-{n}", "Summer-2026", f"203.0.113.{n + 1}")[0], range(40)))
    assert statuses.count(401) >= 30 and statuses[-1] == 429, statuses
    assert target.ask("one-more", "Summer-2026", "203.0.113.250")[0] == 429
    assert target.ask("one-more", "Summer-2026", "203.0.114.250")[0] == 401
    assert target.ask(target.user["username"], target.user["password"], "203.0.113.200")[0] == 200
