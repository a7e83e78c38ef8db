"""Slow clients (T100): connections that say nothing or drip end by their deadline, and what they hold is not missed by others.

A few of each kind, all at the same time; `bench/slow.sh` does it with ten thousand, and with those that take minutes.
"""

import contextlib
import json
import os
import resource
import select
import socket
import ssl
import subprocess
import threading
import time
import urllib.parse

import latchkey
import pytest
from patience import until
from upstream import Upstream
from wire import Wire, resident

EACH = 30
HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 32


def ready(sockets):
    """Those at which something came, or the end."""
    poll, by_number = select.poll(), {one.fileno(): one for one in sockets}
    for number in by_number:
        poll.register(number, select.POLLIN)
    return {by_number[number] for number, _ in poll.poll(0)}


class Target:
    def __init__(self, server):
        self.server, self.path = server, server.facts["allowed"]["path"]
        self.token = latchkey.basic(server.facts["api_user"]["username"], server.facts["api_user"]["password"])
        self.listeners = {"proxy": server.proxy, "dashboard": server.dashboard, "gate": server.gate}

    def plain(self, listener, source="127.0.0.1"):
        """A connection of which nothing more is known than that it is there."""
        return socket.create_connection(("127.0.0.1", urllib.parse.urlsplit(self.listeners[listener]).port), timeout=20, source_address=(source, 0))

    def wire(self, listener, **options):
        return Wire(self.server, self.listeners[listener], **options)

    def question(self, listener):
        if listener == "gate":
            return (f"GET /gate/nginx HTTP/1.1\r\nHost: a\r\nAuthorization: {self.token}\r\nX-Original-Method: GET\r\nX-Original-URI: {self.path}\r\n"
                    "X-Real-IP: 203.0.113.1\r\n\r\n")
        return f"GET {'/signin' if listener == 'dashboard' else self.path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {self.token}\r\n\r\n"


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    with Upstream() as upstream:
        place = tmp_path_factory.mktemp("slow")
        with latchkey.Server(place / "data", command="demo", flags=["--upstream", upstream.url]) as server:
            yield Target(server)
            assert server.process.poll() is None, "the server died"
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class Slow:
    """One connection, how it behaves, and when it was ended."""

    def __init__(self, target, listener, kind, number):
        self.kind, self.listener, self.ended = kind, listener, None
        source = f"127.0.2.{1 + number}"
        secure = listener != "gate"
        if kind in ("nothing", "half a handshake"):
            self.socket = target.plain(listener, source)
        else:
            self.socket = target.wire(listener, source=source).socket
        first = {
            "half a handshake": HELLO, "a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ",
            "a second header": target.question(listener).encode() + b"GET / HTTP/1.1\r\nX: ",
            "a body": f"POST {'/signin' if listener == 'dashboard' else '/api/accounts/920012/orders'} HTTP/1.1\r\nHost: localhost\r\n"
                      f"Authorization: {target.token}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50000\r\n\r\na=".encode()}
        if kind in first and (secure or kind != "half a handshake"):
            self.socket.sendall(first[kind])
        self.opened = time.monotonic()
        self.socket.setblocking(False)

    def look(self):
        """Reads what came; True once it is over."""
        with contextlib.suppress(BlockingIOError, ssl.SSLWantReadError):
            try:
                while self.socket.recv(65536):
                    pass
            except OSError as error:
                if isinstance(error, (BlockingIOError, ssl.SSLWantReadError)):
                    raise
            self.ended = time.monotonic() - self.opened
            self.socket.close()
            return True
        return False

    def drip(self):
        if self.kind != "nothing":
            with contextlib.suppress(OSError):
                self.socket.send(b"a")


KINDS = {"proxy": ["nothing", "half a handshake", "a header", "a second header", "a body"],
         "dashboard": ["nothing", "half a handshake", "a header", "a second header", "a body"], "gate": ["nothing", "a header", "a second header"]}


@pytest.fixture(scope="module")
def herd(target):
    """All of them at once, until each is ended: (who, how others fared meanwhile)."""
    base = resident(target.server.process)
    slow = [Slow(target, listener, kind, number) for listener, kinds in KINDS.items() for kind in kinds for number in range(EACH)]
    stop, others = threading.Event(), {listener: [] for listener in KINDS}

    def call(listener):
        with target.wire(listener, source="127.0.3.1") as kept:
            while not stop.is_set():
                begun = time.monotonic()
                assert kept.send(target.question(listener)).answer().status == 200
                with target.wire(listener, source="127.0.3.2") as fresh:
                    assert fresh.send(target.question(listener)).answer().status == 200
                others[listener].append(time.monotonic() - begun)
                stop.wait(0.1)

    threads = [threading.Thread(target=call, args=(listener,)) for listener in KINDS]
    for thread in threads:
        thread.start()
    open_, deadline, next_drip = list(slow), time.monotonic() + 25, 0.0
    while open_ and time.monotonic() < deadline:
        if time.monotonic() > next_drip:
            for one in open_:
                one.drip()
            next_drip = time.monotonic() + 1
        time.sleep(0.1)
        came = ready([one.socket for one in open_])
        open_ = [one for one in open_ if one.socket not in came or not one.look()]
    grown = resident(target.server.process) - base
    stop.set()
    for thread in threads:
        thread.join()
    yield slow, others, grown
    for one in open_:
        one.socket.close()


@pytest.mark.parametrize("listener,kind", [(listener, kind) for listener, kinds in KINDS.items() for kind in kinds])
def test_t100_a_connection_that_says_nothing_or_drips_is_ended_by_its_deadline(herd, listener, kind):
    ended = [one.ended for one in herd[0] if (one.listener, one.kind) == (listener, kind)]
    assert len(ended) == EACH and None not in ended, f"{ended.count(None)} of {EACH} stayed open"
    # Ten seconds; a lane looks every five, and bodies are looked at every two and a half.
    assert min(ended) > 8 and max(ended) < 17, (min(ended), max(ended))


@pytest.mark.parametrize("listener", KINDS)
def test_t100_others_are_answered_meanwhile_on_old_connections_and_new_ones(herd, listener):
    times = sorted(herd[1][listener])
    assert len(times) > 20, "others got no answers"
    # bench/slow.sh measures; this only sees to it that nobody is forgotten.
    assert times[len(times) // 2] < 1, f"others waited {times[len(times) // 2] * 1000:.0f} ms"
    assert herd[2] < 64, f"memory grew by {herd[2]:.0f} MiB"


def test_t100_one_address_has_a_thousand_connections_at_most_and_no_other_address_notices(target):
    crowd = [target.plain("proxy", "127.0.4.1") for _ in range(1020)]
    try:
        until(lambda: len(ready(crowd)) == 20, "not 20 of 1,020 were turned away", 5)
        with target.wire("proxy", source="127.0.4.2") as wire:
            assert wire.send(target.question("proxy")).answer().status == 200
    finally:
        for one in crowd:
            one.close()
    def again():
        with contextlib.suppress(OSError, AssertionError), target.wire("proxy", source="127.0.4.1") as wire:
            return wire.send(target.question("proxy")).answer().status == 200
        return False
    until(again, "the address is still turned away", 5)


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as facts:
        fields = facts.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def test_t100_clients_who_take_every_descriptor_there_is_leave_the_server_some_and_get_what_they_give_back(tmp_path):
    """The system's library of queues ends a process that cannot open one more file: so that must not come to pass."""
    arguments = ["prlimit", "--nofile=300:300", str(latchkey.BINARY), "demo", "--json", "--data", str(tmp_path / "data"), "--dashboard-port", "0",
                 "--proxy-port", "0", "--gate-port", "0"]
    with open(tmp_path / "log", "wb") as log, subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        try:
            facts = json.loads(process.stdout.readline())
            ports = [urllib.parse.urlsplit(facts[f"{name}_url"]).port for name in ("gate", "proxy", "dashboard")]
            token = latchkey.basic(facts["api_user"]["username"], facts["api_user"]["password"])
            question = (f"GET /gate/nginx HTTP/1.1\r\nHost: a\r\nAuthorization: {token}\r\nX-Original-Method: GET\r\n"
                        f"X-Original-URI: {facts['allowed']['path']}\r\nX-Real-IP: 203.0.113.1\r\n\r\n").encode()
            kept = socket.create_connection(("127.0.0.1", ports[0]), timeout=20)
            crowd = [socket.create_connection(("127.0.0.1", ports[number % 3]), timeout=20, source_address=(f"127.0.5.{1 + number % 9}", 0))
                     for number in range(600)]
            until(lambda: len(ready(crowd)) > 400, "nobody was turned away", 5)
            before, begun = processor_seconds(process.pid), time.monotonic()
            for _ in range(20):
                kept.sendall(question)
                assert kept.recv(1000).startswith(b"HTTP/1.1 200")
                time.sleep(0.05)
            assert process.poll() is None
            assert (processor_seconds(process.pid) - before) / (time.monotonic() - begun) < 0.6, "it spins"
            assert len(os.listdir(f"/proc/{process.pid}/fd")) < 280
            for one in crowd:
                one.close()
            def again():
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", ports[0]), timeout=5) as fresh:
                    fresh.sendall(question)
                    return fresh.recv(1000).startswith(b"HTTP/1.1 200")
                return False
            until(again, "new connections are not answered", 5)
        finally:
            process.terminate()
            process.wait(timeout=40)
        assert process.returncode == 0
