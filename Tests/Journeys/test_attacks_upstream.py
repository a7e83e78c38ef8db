"""Between the reverse proxy and its upstream: what an upstream may see and send (T40, T41), and whose answer is whose over HTTP/2 (T42)."""

import contextlib
import json
import random
import socket
import ssl
import struct
import threading
import time

import h2.config
import h2.connection
import h2.events
import latchkey
import pytest
from patience import until
from rawupstream import RawUpstream, field
from wire import Wire, resident

NUMBERS, ORDERS, REFUSED = "/api/accounts/920012/availableNumbers", "/api/accounts/920012/orders", "/api/accounts/930044/disconnects"


@contextlib.contextmanager
def proxy(folder, upstream):
    with latchkey.Server(folder / "data", command="demo", config=f"upstreams:\n  - url: {upstream.url}\n") as server:
        server.token = latchkey.basic(server.facts["api_user"]["username"], server.facts["api_user"]["password"])
        yield server
        assert server.process.poll() is None, "the server died"


def head(server, method="GET", path=NUMBERS, *fields):
    return f"{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {server.token}\r\n" + "".join(f"{f}\r\n" for f in fields) + "\r\n"


OWN_ANSWERS = {
    "error page": (500, b"HTTP/1.1 500 Oops\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<h1>no</h1>"),
    "redirect": (302, b"HTTP/1.1 302 Found\r\nLocation: http://elsewhere.example/login?next=/\r\nContent-Length: 0\r\n\r\n"),
    "its own challenge": (401, b"HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm=\"api\"\r\nContent-Length: 2\r\n\r\nno"),
    "its own refusal": (403, b"HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno"),
}


@pytest.mark.parametrize("fields", [(), ("X-Lane: none", "Expect: 100-continue")], ids=["plain", "by the ordinary way"])
def test_t40_error_pages_and_redirects_go_to_the_client_and_no_credential_to_the_upstream(tmp_path, fields):
    def act(connection, sent):
        case = field(sent, "X-Case")
        connection.send(OWN_ANSWERS[case][1] if case else b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with RawUpstream(act) as upstream, proxy(tmp_path, upstream) as server:
        secret = ("Cookie: a=1; __Host-latchkey=session", "Proxy-Authorization: Basic dTpw", "SSL-Client-Cert: certificate",
                  "X-Forwarded-Client-Cert: certificate", "X-Client-Cert: certificate", "X-SSL-Client-Verify: SUCCESS")
        with Wire(server, server.proxy) as wire:
            wire.send(head(server)).answer()
            for case, (status, _) in OWN_ANSWERS.items():
                answer = wire.send(head(server, "GET", NUMBERS, f"X-Case: {case}", *secret, *fields)).answer()
                assert answer.status == status, (case, answer)
                # As the upstream said it: nothing is followed, and nothing of the gate's own is put in its place.
                assert answer.get("Location") == ("http://elsewhere.example/login?next=/" if case == "redirect" else None)
                assert answer.get("WWW-Authenticate") == ('Digest realm="api"' if case == "its own challenge" else None)
            reached = len(upstream.heads)
            for path, token in [(REFUSED, server.token), (NUMBERS, "Basic dTpw"), (NUMBERS, None)]:
                lines = f"Authorization: {token}\r\n" if token else ""
                answer = wire.send(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n{lines}" + "".join(f"{f}\r\n" for f in secret) + "\r\n").answer()
                assert answer.status in (401, 403)
        assert len(upstream.heads) == reached, "what was refused reached the upstream"
        for sent in upstream.heads:
            lowered = sent.lower()
            assert b"authorization" not in lowered and b"session" not in lowered and server.token.split(" ")[1].encode() not in sent, sent


def test_t41_a_header_of_a_gigabyte_is_cut_off_early(tmp_path):
    sent = [0]

    def act(connection, request):
        if field(request, "X-Case") is None:
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            return True
        connection.send(b"HTTP/1.1 200 OK\r\n")
        line = b"X-Filling: " + b"a" * 65_000 + b"\r\n" if field(request, "X-Case") == "fields" else b"a" * 65_536
        if field(request, "X-Case") == "one field":
            connection.send(b"X-Filling: ")
        for _ in range((1 << 30) // len(line)):
            connection.send(line)
            sent[0] += len(line)
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, upstream) as server:
        with Wire(server, server.proxy) as wire:
            wire.send(head(server)).answer()
        base = resident(server.process)
        for case in ("fields", "one field"):
            sent[0] = 0
            with Wire(server, server.proxy) as wire:
                answer = wire.send(head(server, "GET", NUMBERS, f"X-Case: {case}")).answer()
                assert answer.status == 502 and json.loads(answer.body)["reason"] == "upstream-answer", answer
            assert sent[0] < 32 << 20, f"{sent[0] >> 20} MiB were taken"
            assert resident(server.process) < base + 64
            with Wire(server, server.proxy) as wire:
                assert wire.send(head(server)).answer().body == b"ok"


@pytest.mark.parametrize("case", ["in its body", "in its answer", "before its answer", "by a reset"])
def test_t41_a_client_that_goes_away_leaves_nothing_behind(tmp_path, case):
    answering = threading.Event()

    def act(connection, sent):
        if field(sent, "X-Case") is None:
            token = field(sent, "X-Token")
            connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(token)}\r\n\r\n{token}".encode())
            return True
        if case == "before its answer":
            answering.wait(5)
        connection.body(sent)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 50000000\r\n\r\n" + b"stolen" * 100_000)
        with contextlib.suppress(OSError):
            while connection.connection.recv(65_536):
                pass
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, upstream) as server:
        with Wire(server, server.proxy) as wire:
            wire.send(head(server, "GET", NUMBERS, "X-Token: warm")).answer()
        base = resident(server.process)
        for _ in range(30):
            wire = Wire(server, server.proxy)
            if case == "in its body":
                wire.send(head(server, "POST", ORDERS, "X-Case: 1", "Content-Length: 1000000") + "x" * 50_000)
            else:
                wire.send(head(server, "GET", NUMBERS, "X-Case: 1"))
            if case in ("in its answer", "by a reset"):
                wire.more()
            if case == "by a reset":
                wire.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            wire.close()
            with Wire(server, server.proxy) as other:
                for number in range(3):
                    assert other.send(head(server, "GET", NUMBERS, f"X-Token: mine-{number}")).answer().body == f"mine-{number}".encode()
        answering.set()
        until(lambda: resident(server.process) < base + 32, "memory stays up", 10)


class Streams:
    """Many calls at once over one HTTP/2 connection."""

    def __init__(self, server):
        self.server, self.wire = server, Wire(server, server.proxy, alpn=("h2",))
        self.h2 = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
        self.h2.initiate_connection()
        self.answers = {}

    def start(self, token, kind):
        stream = self.h2.get_next_available_stream_id()
        method, path = ("POST", ORDERS) if kind in ("post", "broken off") else ("GET", REFUSED if kind == "refused" else NUMBERS)
        credentials = [] if kind == "wrong" else [("authorization", self.server.token)]
        fields = [(":method", method), (":scheme", "https"), (":authority", "localhost"), (":path", path), *credentials, ("x-token", token)]
        self.h2.send_headers(stream, fields, end_stream=method == "GET")
        if kind == "post":
            self.h2.send_data(stream, token.encode(), end_stream=True)
        if kind in ("broken off", "reset"):
            self.h2.reset_stream(stream)
        self.answers[stream] = {"token": token, "kind": kind, "status": None, "fields": {}, "body": b"", "ended": kind in ("broken off", "reset")}
        return stream

    def finish(self):
        self.wire.send(self.h2.data_to_send())
        while not all(answer["ended"] for answer in self.answers.values()):
            assert self.wire.more(), "the connection ended"
            data, self.wire.buffer = self.wire.buffer, b""
            for event in self.h2.receive_data(data):
                answer = self.answers.get(getattr(event, "stream_id", None))
                if isinstance(event, h2.events.ResponseReceived):
                    answer["fields"] = dict(event.headers)
                    answer["status"] = int(answer["fields"][":status"])
                elif isinstance(event, h2.events.DataReceived):
                    answer["body"] += event.data
                    self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
                elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                    answer["ended"] = True
            self.wire.send(self.h2.data_to_send())
        answers, self.answers = self.answers, {}
        return answers.values()


def test_t42_every_answer_belongs_to_its_call_over_http2_beside_http1(tmp_path):
    """Ten thousand calls with a name each: HTTP/2 streams, some broken off, beside HTTP/1.1 calls on the lane, over the same upstream."""
    def act(connection, sent):
        connection.body(sent)
        token = field(sent, "X-Token").encode()
        connection.send(b"HTTP/1.1 200 OK\r\nX-Token: %b\r\nContent-Length: %d\r\n\r\n%b" % (token, len(token), token))

    faults, calls, each, lock = [], [0], 1250, threading.Lock()

    def note(count):
        with lock:
            calls[0] += count

    def over_http2(server, number):
        chance, name = random.Random(number), 0
        while name < each:
            streams = Streams(server)
            for _ in range(4):
                before = name
                for _ in range(chance.randint(1, 40)):
                    name += 1
                    streams.start(f"{number}-{name}", chance.choice(["get", "get", "get", "post", "post", "refused", "wrong", "broken off", "reset"]))
                note(name - before)
                for answer in streams.finish():
                    expected = {"refused": 403, "wrong": 401, "broken off": None, "reset": None}.get(answer["kind"], 200)
                    if answer["kind"] in ("broken off", "reset"):
                        continue
                    assert answer["status"] == expected, answer
                    if expected == 200:
                        assert answer["fields"]["x-token"] == answer["token"] and answer["body"] == answer["token"].encode(), answer
                # Resets are counted as abuse above two hundred in half a minute.
            streams.wire.close()

    def over_http1(server, number):
        chance, name = random.Random(number), 0
        while name < each:
            with Wire(server, server.proxy) as wire:
                for _ in range(chance.randint(1, 200)):
                    name += 1
                    token = f"{number}-{name}"
                    note(1)
                    answer = wire.send(head(server, "GET", NUMBERS, f"X-Token: {token}")).answer()
                    assert answer.status == 200 and answer.get("X-Token") == token and answer.body == token.encode(), (token, answer)

    def guarded(work, *arguments):
        try:
            work(*arguments)
        except Exception as fault:
            faults.append((arguments[1], repr(fault)[:600]))

    with RawUpstream(act) as upstream, proxy(tmp_path, upstream) as server:
        threads = [threading.Thread(target=guarded, args=(work, server, number)) for number in range(8) for work in [over_http2 if number % 2 else over_http1]]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(240)
        assert not faults and not any(thread.is_alive() for thread in threads), faults[:3]
        assert calls[0] >= 10_000, calls
