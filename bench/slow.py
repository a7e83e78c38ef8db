"""Slow clients on the real binary (T100): thousands of connections that say nothing, drip, or take nothing, at each listener, and what
everybody else notices of them.

What must hold in any run (each slow connection ends by its deadline, others get their answers, the process lives and gets its memory and
descriptors back) ends the run with status 1 when it does not. Times are printed beside their targets.
"""

import argparse
import collections
import contextlib
import json
import multiprocessing
import os
import pathlib
import select
import signal
import socket
import ssl
import subprocess
import tempfile
import time
import urllib.parse

from peers import ORDERS, basic
from processes import LATCHKEY, LOAD_CORE, ROOT, latchkey

FAILED = []
REFUSED = "/api/accounts/920012/disconnects"


def must(holds, what):
    print(("  ok    " if holds else "  FAILED ") + what, flush=True)
    if not holds:
        FAILED.append(what)


class Place:
    """A listener: where it is, how it is spoken to, and a question that the server answers alone."""

    def __init__(self, name, url, facts):
        parts = urllib.parse.urlsplit(url)
        self.name, self.port, self.secure = name, parts.port, parts.scheme == "https"
        user = facts["api_user"]
        self.authorization = f"Authorization: {basic(user['username'], user['password'])}\r\n"
        self.host = f"Host: localhost:{self.port}\r\n"
        self.context_file = facts["ca_file"]
        self.context = ssl.create_default_context(cafile=self.context_file)

    def question(self):
        if self.name == "gate":
            return (f"GET /gate/nginx HTTP/1.1\r\n{self.host}{self.authorization}X-Original-Method: GET\r\nX-Original-URI: {ORDERS}\r\n"
                    "X-Real-IP: 203.0.113.1\r\n\r\n").encode()
        path = REFUSED if self.name == "proxy" else "/signin"
        return f"GET {path} HTTP/1.1\r\n{self.host}{self.authorization if self.name == 'proxy' else ''}\r\n".encode()

    def body(self):
        path = {"proxy": "/api/accounts/920012/orders", "dashboard": "/signin", "gate": "/gate/caddy"}[self.name]
        fields = self.authorization if self.name == "proxy" else ""
        kind = "application/x-www-form-urlencoded"
        return f"POST {path} HTTP/1.1\r\n{self.host}{fields}Content-Type: {kind}\r\nContent-Length: 60000\r\n\r\na=".encode()


class Client:
    """One connection of the herd."""

    __slots__ = ("herd", "socket", "state", "opened", "ended", "asked", "answered", "rest")

    def __init__(self, herd, number):
        self.herd, self.state, self.ended, self.answered, self.rest = herd, "connecting", None, 0, b""
        self.socket = socket.socket()
        self.socket.setblocking(False)
        if herd.kind == "takes nothing":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        # As many addresses as it takes to stay below what one address may have.
        self.socket.bind((f"127.0.{1 + number // 500}.1", 0))
        with contextlib.suppress(BlockingIOError):
            self.socket.connect(("127.0.0.1", herd.place.port))

    def turn(self):
        """Whatever can be done now; False while the connection is not set up."""
        if self.state == "connecting":
            fault = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if fault:
                return self.end()
            self.opened = time.monotonic()
            herd = self.herd
            if herd.place.secure and herd.kind not in ("says nothing", "half a handshake", "greets only"):
                self.socket = herd.context.wrap_socket(self.socket, do_handshake_on_connect=False, server_hostname="localhost")
                self.state = "shaking"
            else:
                return self.ready()
        if self.state == "shaking":
            try:
                self.socket.do_handshake()
            except ssl.SSLWantReadError:
                return self.herd.watch(self, select.EPOLLIN)
            except ssl.SSLWantWriteError:
                return self.herd.watch(self, select.EPOLLOUT)
            except OSError:
                return self.end()
            return self.ready()
        if self.herd.kind == "takes nothing":
            return None
        try:
            while data := self.socket.recv(65536):
                self.answered += len(data)
                if self.herd.kind == "idle" and self.state == "asked":
                    self.opened, self.state = time.monotonic(), "set up"
                    self.herd.pending.discard(self)
        except (BlockingIOError, ssl.SSLWantReadError):
            return None
        except OSError:
            pass
        return self.end()

    def ready(self):
        self.state = "set up"
        self.opened = time.monotonic()
        self.herd.pending.discard(self)
        # End of file is all that somebody who takes nothing learns of the end.
        self.herd.watch(self, select.EPOLLIN | select.EPOLLRDHUP if self.herd.kind != "takes nothing" else select.EPOLLRDHUP | select.EPOLLHUP)
        first = {"says nothing": b"", "half a handshake": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"a" * 32,
                 "drips a header": b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ", "drips a body": self.herd.place.body(),
                 "idle": self.herd.place.question(), "greets only": self.herd.greeting}.get(self.herd.kind, b"")
        if self.herd.kind == "idle":
            self.state = "asked"
            self.herd.pending.add(self)
        self.send(first)

    def send(self, data):
        try:
            if data:
                self.socket.send(data)
        except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
            return False
        except OSError:
            self.end()
            return False
        return True

    def drip(self):
        if self.state != "set up":
            return
        if self.herd.kind == "takes nothing":
            # Questions until the server stops reading them because nobody takes its answers.
            while not self.ended and self.send(self.herd.place.question() * 8):
                pass
        elif self.herd.kind.startswith("drips") or self.herd.kind == "half a handshake":
            self.send(b"a")

    def end(self):
        if self.ended is None:
            self.ended = time.monotonic()
            self.herd.gone(self)


class Herd:
    """Many alike clients, all driven by one loop."""

    TOGETHER = 48

    def __init__(self, place, kind, count):
        self.place, self.kind, self.count = place, kind, count
        self.epoll, self.open, self.pending, self.ended = select.epoll(), {}, set(), []
        self.context = ssl.create_default_context(cafile=place.context_file)
        self.refused = 0
        outgoing = ssl.MemoryBIO()
        with contextlib.suppress(ssl.SSLWantReadError):
            self.context.wrap_bio(ssl.MemoryBIO(), outgoing, server_hostname="localhost").do_handshake()
        self.greeting = outgoing.read()

    def watch(self, client, events):
        self.epoll.modify(client.socket.fileno(), events | select.EPOLLERR)

    def gone(self, client):
        with contextlib.suppress(OSError):
            self.epoll.unregister(client.socket.fileno())
        self.open.pop(client.socket.fileno(), None)
        self.pending.discard(client)
        client.socket.close()
        if client.state == "set up":
            self.ended.append(client.ended - client.opened)
        else:
            self.refused += 1

    def start(self):
        """Opens all of them, a few at a time. Returns the seconds that took."""
        begun, started = time.monotonic(), 0
        while (started < self.count or self.pending) and time.monotonic() - begun < 120:
            while started < self.count and len(self.pending) < self.TOGETHER:
                client = Client(self, started)
                started += 1
                self.pending.add(client)
                self.open[client.socket.fileno()] = client
                self.epoll.register(client.socket.fileno(), select.EPOLLOUT)
            self.turn(0.2)
        return time.monotonic() - begun

    def turn(self, seconds):
        for number, _ in self.epoll.poll(seconds):
            if client := self.open.get(number):
                client.turn()

    def drip_until(self, done, seconds):
        end, next_drip = time.monotonic() + seconds, 0.0
        while not done() and time.monotonic() < end:
            if time.monotonic() >= next_drip:
                for client in list(self.open.values()):
                    client.drip()
                next_drip = time.monotonic() + 1
            self.turn(0.1)

    def close(self):
        for client in list(self.open.values()):
            client.socket.close()
        self.epoll.close()


def others(place, stop, out):
    """Somebody who calls 200 times a second on one connection, and opens a new one for every fourth call: what that took."""
    kept, fresh, codes = [], [], collections.Counter()

    def connect():
        raw = socket.create_connection(("127.0.0.1", place.port), timeout=20)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return place.context.wrap_socket(raw, server_hostname="localhost") if place.secure else raw

    def ask(connection):
        connection.sendall(place.question())
        data = b""
        while b"\r\n\r\n" not in data:
            part = connection.recv(65536)
            if not part:
                raise ConnectionError("closed")
            data += part
        head, _, body = data.partition(b"\r\n\r\n")
        length = next((int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")), 0)
        while len(body) < length:
            body += connection.recv(65536)
        codes[int(head[9:12])] += 1

    with contextlib.suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, 0)  # the herd, on the same core, goes after this
    connection, number = connect(), 0
    ask(connection)
    while not stop.is_set():
        begun = time.monotonic()
        if number % 4 == 3:
            with connect() as other:
                ask(other)
            fresh.append(time.monotonic() - begun)
        else:
            ask(connection)
            kept.append(time.monotonic() - begun)
        number += 1
        time.sleep(max(0, 0.005 - (time.monotonic() - begun)))
    out.put((kept, fresh, dict(codes)))


@contextlib.contextmanager
def somebody(place):
    """Yields a function that ends the calls and tells what was seen."""
    stop, out = multiprocessing.Event(), multiprocessing.Queue()
    process = multiprocessing.Process(target=others, args=(place, stop, out), daemon=True)
    process.start()
    seen = []

    def told():
        if not seen:
            stop.set()
            try:
                seen.append(out.get(timeout=60))
            except Exception:  # the caller died: it was refused or not answered
                seen.append(([60.0], [60.0], {"not answered": 1}))
        return seen[0]
    try:
        yield told
    finally:
        told()
        process.join(5)
        process.kill()


def p99(values):
    return sorted(values)[min(len(values) - 1, int(len(values) * 0.99))] * 1000 if values else float("nan")


def settled(server, seconds=20):
    """Resident memory once it no longer falls."""
    least, end = server.resident(), time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.5)
        now = server.resident()
        if now > least - 0.5:
            return now
        least = now
    return least


# kind → (how long the server bears it: seconds between what is promised at least and at most, whether in the clear too)
KINDS = {
    "says nothing": ((9, 13), True), "half a handshake": ((9, 13), False), "greets only": ((9, 19), False), "drips a header": ((9, 16), True), "drips a body": ((9, 17), True),
    "idle": ((58, 70), True), "takes nothing": ((55, 95), True),
}

# Of those who have begun TLS and ask nothing the oldest go when there are too many; where there is no TLS they have their time.
GO_FOR_OTHERS = ("greets only", "drips a header")


def run(server, place, kind, count, hold):
    (least, most), _ = KINDS[kind]
    base = settled(server, 3)
    herd = Herd(place, kind, count)
    with somebody(place) as told:
        try:
            took = herd.start()
            together = len(herd.open)
            herd.drip_until(lambda: not herd.open, min(hold, 4))
            grown = server.resident() - base
            herd.drip_until(lambda: not herd.open, most + 5)
            left = len(herd.open)
        finally:
            herd.close()
        kept, fresh, codes = told()
    ended = sorted(herd.ended)
    name = f"{count:,} at the {place.name} listener: {kind}"
    must(left == 0 and ended and ended[-1] < most + took, f"{name}: each ended, the last after {ended[-1] if ended else 0:.1f} s ({left} left)")
    must(set(codes) <= {200, 403}, f"{name}: others were answered ({codes})")
    if kind != "takes nothing" and not (place.secure and kind in GO_FOR_OTHERS):
        must(ended and ended[len(ended) // 2] > least, f"{name}: none was cut off early (median {ended[len(ended) // 2] if ended else 0:.1f} s)")
    return {
        "listener": place.name, "kind": kind, "connections": count, "open_together": together, "refused": herd.refused, "opened_in_s": round(took, 1),
        "memory_mib": round(grown, 1), "median_end_s": round(ended[len(ended) // 2], 1) if ended else None,
        "p99_kept_ms": round(p99(kept), 1), "p99_fresh_ms": round(p99(fresh), 1), "samples_kept": len(kept),
        "samples_fresh": len(fresh)}


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def without_descriptors(folder):
    """A process that may have few files, and clients who take them all."""
    arguments = ["prlimit", "--nofile=400:400", str(LATCHKEY), "demo", "--json", "--data", f"{folder}/few", "--dashboard-port", "0", "--proxy-port", "0",
                 "--gate-port", "0"]
    with open(f"{folder}/few.log", "wb") as log, subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True) as process:
        facts = json.loads(process.stdout.readline())
        places = {name: Place(name, facts[f"{name}_url"], facts) for name in ("dashboard", "proxy", "gate")}
        port = places["gate"].port
        kept = socket.create_connection(("127.0.0.1", port))
        taken = []
        with contextlib.suppress(OSError):
            for number in range(900):
                client = socket.socket()
                client.settimeout(1)
                client.bind((f"127.0.{1 + number // 200}.1", 0))
                taken.append(client)
                client.connect(("127.0.0.1", (places["proxy"] if number % 2 else places["gate"]).port))
        time.sleep(1)
        before = processor_seconds(process.pid)
        time.sleep(4)
        spent = (processor_seconds(process.pid) - before) / 4
        must(process.poll() is None and spent < 0.3, f"as many connections as there may be: the process lives and spends {spent:.2f} of a processor")
        kept.sendall(places["gate"].question())
        with contextlib.suppress(OSError):
            kept.settimeout(5)
            must(kept.recv(100).startswith(b"HTTP/1.1 200"), "as many connections as there may be: one from before is answered")
        for client in taken:
            client.close()
        recovered = False
        begun = time.monotonic()
        while not recovered and time.monotonic() - begun < 15:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=3) as fresh:
                fresh.settimeout(3)
                fresh.sendall(places["gate"].question())
                recovered = fresh.recv(100).startswith(b"HTTP/1.1 200")
        must(recovered, f"connections given back: new connections are answered after {time.monotonic() - begun:.1f} s")
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
    return {"processor_share": round(spent, 3)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="a tenth of the connections")
    arguments.add_argument("--kind", action="append", choices=KINDS)
    arguments.add_argument("--listener", action="append", choices=["gate", "proxy", "dashboard"])
    arguments.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    count = 1000 if options.quick else 10_000
    os.sched_setaffinity(0, {int(core) for core in LOAD_CORE.split(",")})
    seen = []
    with tempfile.TemporaryDirectory(prefix="latchkey-slow-") as folder:
        with latchkey(folder) as (facts, server):
            os.nice(10)
            for listener in options.listener or ["gate", "proxy", "dashboard"]:
                place = Place(listener, facts[f"{listener}_url"], facts)
                for kind in options.kind or KINDS:
                    if place.secure or KINDS[kind][1]:
                        seen.append(run(server, place, kind, count, 60))
                        print("       ", seen[-1], flush=True)
            must(server.process.poll() is None, "the process lived through it")
        few = without_descriptors(folder)
    rows = [f"| {row['listener']} | {row['kind']} | {row['open_together']:,} | {row['p99_kept_ms']} ({row['samples_kept']}) | "
            f"{row['p99_fresh_ms']} ({row['samples_fresh']}) | {row['memory_mib']} | "
            f"{row['median_end_s']} |" for row in seen]
    text = "\n".join([
        "### Slow clients", "", "| listener | the herd | open together | others' p99 (of so many), kept connection, ms (≤ 50) | new connection, ms | memory, MiB (≤ 128) | closed after, s |",
        "| --- | --- | --- | --- | --- | --- | --- |", *rows, "",
        f"Without a descriptor left the process spends {few['processor_share']} of a processor.", ""])
    (options.out / "slow.md").write_text(text)
    (options.out / "slow.json").write_text(json.dumps({"herds": seen, "descriptors": few}, indent=2))
    print("\n" + text)
    if FAILED:
        raise SystemExit(f"{len(FAILED)} did not hold")


if __name__ == "__main__":
    main()
