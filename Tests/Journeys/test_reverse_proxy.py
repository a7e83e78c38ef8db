"""The built-in reverse proxy: routes, streaming, upstreams that misbehave, clients that go away."""

import contextlib
import hashlib
import json
import random
import socket
import ssl
import struct
import threading
import time
import urllib.parse

import latchkey
import mailserver
import pytest
from patience import until
from rawupstream import RawUpstream, field
from upstream import Upstream
from wire import Wire, resident

ORDERS, NUMBERS = "/api/accounts/920012/orders", "/api/accounts/920012/availableNumbers"


@contextlib.contextmanager
def proxy(folder, config="", **options):
    with latchkey.Server(folder / "data", command="demo", config=config, **options) as server:
        user = server.facts["api_user"]
        server.token = latchkey.basic(user["username"], user["password"])
        yield server
        assert server.process.poll() is None, "the server died"


def single(upstream, **more):
    lines = "".join(f"    {key}: {value}\n" for key, value in more.items())
    return f"upstreams:\n  - url: {upstream.url}\n{lines}"


def head(server, wire, method="GET", path=NUMBERS, *fields):
    return f"{method} {path} HTTP/1.1\r\nHost: {wire.host}\r\nAuthorization: {server.token}\r\n" + "".join(f"{f}\r\n" for f in fields) + "\r\n"


def ask(server, method="GET", path=NUMBERS, *fields):
    with Wire(server, server.proxy) as wire:
        return wire.send(head(server, wire, method, path, "Connection: close", *fields)).answer()


def reason(answer):
    return json.loads(answer.body)["reason"]


def test_the_longest_prefix_of_whole_segments_chooses_the_upstream(tmp_path):
    with Upstream() as everything, Upstream() as orders:
        config = f"upstreams:\n  - path: /\n    url: {everything.url}\n  - path: {ORDERS}\n    url: {orders.url}\nproxy:\n  hosts: [api.example.com]\n"
        with proxy(tmp_path, config) as server:
            def call(path, host="api.example.com", *fields):
                with Wire(server, server.proxy) as wire:
                    return wire.send(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: {server.token}\r\nConnection: close\r\n"
                                     + "".join(f"{f}\r\n" for f in fields) + "\r\n").answer()
            assert call(NUMBERS).status == 200 and [call["path"] for call in everything.seen] == [NUMBERS] and not orders.seen
            assert call(ORDERS + "/1?x=/y").status == 200 and [call["path"] for call in orders.seen] == [ORDERS + "/1?x=/y"]
            assert call(NUMBERS, "elsewhere.example").status == 421
            call(NUMBERS, "API.example.com.", "Forwarded: for=6.6.6.6", "X-Request-Id: mine", "X-Forwarded-For: 6.6.6.6", "Via: 1.1 me")
            told = {name.lower(): value for name, value in everything.seen[-1]["headers"]}
            assert told["forwarded"] == 'for=127.0.0.1;host="api.example.com";proto=https' and told["x-forwarded-for"] == "127.0.0.1"
            assert told["x-request-id"] == told["latchkey-request-id"]
            assert told["host"] == "api.example.com" and "authorization" not in told


def test_what_cannot_be_used_of_upstreams_is_said_at_the_start(tmp_path):
    import subprocess
    (tmp_path / "c.yaml").write_text(
        "upstreams:\n  - url: ftp://a\n  - path: /a/../b\n    url: http://a\n    caFile: /nowhere\n  - path: /x\n    urll: http://a\n"
        "  - path: /y\n    url: https://a\n    caFile: /nowhere\n    connectTimeout: soon\n    insecure: true\n")
    done = subprocess.run([str(latchkey.BINARY), "serve", "--data", str(tmp_path / "d"), "--config", str(tmp_path / "c.yaml")],
                          capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
    for part in ["c.yaml:2): \"ftp://a\"", "upstreams.path", "upstreams.caFile", "c.yaml:7", "urll", "upstreams.connectTimeout", "insecure"]:
        assert part in done.stderr, (part, done.stderr)


@pytest.fixture
def tls_upstream(tmp_path):
    certificate, key = mailserver.make_certificate(tmp_path)
    with Upstream() as upstream:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        upstream.server.socket = context.wrap_socket(upstream.server.socket, server_side=True, do_handshake_on_connect=False)
        upstream.certificate = certificate
        yield upstream


@pytest.mark.parametrize("host, more, expected", [
    ("localhost", "caFile: CA", 200), ("localhost", "", 502), ("127.0.0.1", "caFile: CA", 200)])
def test_the_upstreams_certificate_is_verified(tmp_path, tls_upstream, host, more, expected):
    config = f"upstreams:\n  - url: https://{host}:{tls_upstream.port}\n    {more.replace('CA', str(tls_upstream.certificate))}\n"
    with proxy(tmp_path, config) as server:
        answer = ask(server)
        assert answer.status == expected, answer
        if expected == 502:
            assert reason(answer) == "upstream-certificate" and not tls_upstream.seen


GIGABYTE = 1 << 30


def test_a_gigabyte_each_way_goes_through_in_constant_memory(tmp_path):
    part = bytes(range(256)) * 4096

    def act(connection, sent):
        if sent.startswith(b"POST"):
            got = connection.body(sent)
            connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(str(got))}\r\n\r\n{got}".encode())
        else:
            connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {GIGABYTE}\r\n\r\n".encode())
            for _ in range(GIGABYTE // len(part)):
                connection.send(part)

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        ask(server, "POST", ORDERS, "Content-Length: 0")
        base, peak, done = resident(server.process), 0, threading.Event()

        def watch():
            nonlocal peak
            while not done.wait(0.05):
                peak = max(peak, resident(server.process))
        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            with Wire(server, server.proxy, timeout=60) as wire:
                wire.send(head(server, wire, "POST", ORDERS, f"Content-Length: {GIGABYTE}"))
                for _ in range(GIGABYTE // len(part)):
                    wire.socket.sendall(part)
                answer = wire.answer()
                assert answer.body == str(GIGABYTE).encode() and answer.get("Connection") != "close"
                wire.send(head(server, wire))
                while b"\r\n\r\n" not in wire.buffer:
                    assert wire.more()
                got, view = len(wire.buffer.split(b"\r\n\r\n", 1)[1]), bytearray(1 << 20)
                while got < GIGABYTE:
                    count = wire.socket.recv_into(view)
                    assert count
                    got += count
                assert got == GIGABYTE
        finally:
            done.set()
            watcher.join()
        assert peak < base + 64, f"from {base:.0f} to {peak:.0f} MiB"


def test_a_connection_whose_body_has_been_read_is_kept(tmp_path):
    """Also when the upstream answers the moment it has the last byte."""
    def act(connection, sent):
        connection.body(sent)
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        ended = []

        def speak():
            with Wire(server, server.proxy) as wire:
                for _ in range(200):
                    wire.send(head(server, wire, "POST", ORDERS, "Content-Length: 600000").encode() + bytes(600_000))
                    answer = wire.answer()
                    if answer.status != 200 or answer.get("Connection") == "close":
                        return ended.append(answer)

        threads = [threading.Thread(target=speak) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not ended


def test_an_upstream_is_no_faster_than_its_reader(tmp_path):
    """A client that reads nothing holds the upstream up, and a slow upstream holds its client up; memory stays."""
    sent = [0]

    def act(connection, request):
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 400000000\r\n\r\n")
        for _ in range(400):
            connection.send(b"a" * 1_000_000)
            sent[0] += 1_000_000

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        base = resident(server.process)
        with Wire(server, server.proxy, receive_buffer=16_384) as wire:
            wire.send(head(server, wire))
            until(lambda: sent[0] > 0, "nothing comes")
            last = -1
            while last != sent[0]:
                last = sent[0]
                time.sleep(0.3)
            assert sent[0] < 40_000_000 and resident(server.process) < base + 32, (sent[0], resident(server.process) - base)


ANSWERS = {
    "nothing": (b"", 502), "HTTP/0.9": (b"hello\r\n", 502), "no status": (b"HTTP/1.1\r\n\r\n", 502), "a status of words": (b"HTTP/1.1 abc OK\r\n\r\n", 502),
    "status 99": (b"HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", 502), "status 999": (b"HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n", 502),
    "status 101 unasked": (b"HTTP/1.1 101 Switching\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n", 502),
    "a field without a colon": (b"HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", 502),
    "two lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 502),
    "length and coding": (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 502),
    "100 and 103 first": (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200),
    "a body until the end": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", 200),
    "an empty chunked body": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 200),
    "an end and two ends more": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n0\r\n\r\n0\r\n\r\n", 200),
    "two answers": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200),
    "204 with a body": (b"HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 204),
    "3 MB of header": (b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 3_000_000 + b"\r\n\r\n", 502),
    "endless fields": (b"HTTP/1.1 200 OK\r\n" + b"X: a\r\n" * 1_000_000, 502),
}


def test_t41_whatever_the_upstream_sends_is_answered_and_the_next_call_has_its_own_answer(tmp_path):
    def act(connection, sent):
        case = field(sent, "X-Case")
        if case is None:
            token = field(sent, "X-Token") or ""
            connection.send(f"HTTP/1.1 200 OK\r\nContent-Length: {len(token)}\r\n\r\n{token}".encode())
            return True
        connection.send(ANSWERS[case][0])
        return case in ("two answers", "an end and two ends more", "204 with a body", "an empty chunked body", "100 and 103 first")

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        base = resident(server.process)
        for case, (_, expected) in ANSWERS.items():
            with Wire(server, server.proxy) as wire:
                answer = wire.send(head(server, wire, "GET", NUMBERS, f"X-Case: {case}")).answer()
                assert answer.status == expected, (case, answer)
                if expected == 502:
                    assert reason(answer) in ("upstream-answer", "upstream-unreachable"), case
                assert b"evil" not in answer.body
                if answer.get("Connection") != "close":
                    assert wire.send(head(server, wire, "GET", NUMBERS, f"X-Token: after-{case}")).answer().body.decode() == f"after-{case}"
        assert resident(server.process) < base + 64


def test_t41_what_breaks_off_breaks_off_for_the_client_too(tmp_path):
    def act(connection, sent):
        kind = field(sent, "X-Case")
        if kind == "reset":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            connection.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif kind == "chunks":
            connection.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nZZ\r\n")
        elif kind == "short":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
        elif kind == "silent":
            time.sleep(3)
        elif kind == "drip":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(40):
                connection.send(b"a")
                time.sleep(0.1)
        elif kind == "stall":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc")
            time.sleep(3)
        return False

    timeouts = {"headerTimeout": 1, "idleTimeout": 1, "wholeTimeout": 2, "connectTimeout": 1}
    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream, **timeouts)) as server:
        for kind in ("reset", "chunks", "short", "drip", "stall"):
            with Wire(server, server.proxy) as wire:
                began = time.monotonic()
                wire.send(head(server, wire, "GET", NUMBERS, f"X-Case: {kind}"))
                try:
                    got = wire.rest()
                except (ConnectionError, ssl.SSLError):
                    got = b""
                assert len(got.split(b"\r\n\r\n", 1)[-1]) < 1000 and not got.endswith(b"0\r\n\r\n"), (kind, got)
                assert time.monotonic() - began < 6, kind
        answer = ask(server, "GET", NUMBERS, "X-Case: silent")
        assert answer.status == 504 and reason(answer) == "upstream-timeout"
    with proxy(tmp_path / "refused", single(upstream, connectTimeout=1)) as server:
        answer = ask(server)
        assert answer.status == 502 and reason(answer) == "upstream-unreachable"


@pytest.mark.parametrize("case, status", [
    ("one byte of the header at a time", 504), ("nothing after the header", None), ("a body that never ends", None),
    ("a body that never ends in chunks", None), ("a client that takes nothing", None)])
def test_t41_whoever_is_slow_the_whole_time_is_the_whole_time(tmp_path, case, status):
    """Other times are long; memory stays, the upstream is left in peace afterwards, and the next call has its answer."""
    over = threading.Event()

    def act(connection, sent):
        if field(sent, "X-Case") is None:
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
            return True
        try:
            if status:
                for byte in b"HTTP/1.1 200 OK\r\n" + b"X: " + b"a" * 10_000:
                    connection.send(bytes([byte]))
                    time.sleep(0.05)
            length = b"Transfer-Encoding: chunked" if "chunks" in case else b"Content-Length: 1000000000000"
            connection.send(b"HTTP/1.1 200 OK\r\n" + length + b"\r\n\r\n")
            part = b"a" * 100_000
            while "nothing after" not in case:
                connection.send(b"186a0\r\n" + part + b"\r\n" if "chunks" in case else part)
            assert not connection.connection.recv(1)
        except OSError:
            pass
        over.set()
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream, wholeTimeout=2)) as server:
        ask(server)
        base = resident(server.process)
        with Wire(server, server.proxy, receive_buffer=16_384 if "takes nothing" in case else None) as wire:
            began = time.monotonic()
            wire.send(head(server, wire, "GET", NUMBERS, "X-Case: yes"))
            if status:
                answer = wire.answer()
                assert answer.status == status and reason(answer) == "upstream-timeout"
            elif "takes nothing" not in case:
                with contextlib.suppress(ConnectionError, ssl.SSLError):
                    while wire.socket.recv(1 << 20):
                        assert time.monotonic() - began < 10
                assert 1.5 < time.monotonic() - began < 5
            until(over.is_set, "the upstream is not left in peace", seconds=6)
            assert time.monotonic() - began < 6 and resident(server.process) < base + 64
        assert ask(server).body == b"ok"


def test_a_body_above_the_limit_is_refused(tmp_path):
    with Upstream() as upstream, proxy(tmp_path, single(upstream, bodyLimit=200_000)) as server:
        with Wire(server, server.proxy) as wire:
            answer = wire.send(head(server, wire, "POST", ORDERS, "Content-Length: 200001")).answer()
            assert answer.status == 413 and reason(answer) == "too-large"
        with Wire(server, server.proxy) as wire:
            wire.send(head(server, wire, "POST", ORDERS, "Transfer-Encoding: chunked"))
            with contextlib.suppress(OSError, ssl.SSLError):
                for _ in range(4):
                    wire.send(b"10000\r\n" + b"a" * 65_536 + b"\r\n")
                assert wire.answer().status in (413, 502)
        assert not [call for call in upstream.seen if call["body"]]


def test_a_call_is_repeated_only_when_it_can_do_no_harm(tmp_path):
    def act(connection, sent):
        connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok") if b"X-Fail" not in sent else None
        return b"X-Fail" not in sent

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        for method, path, most in [("GET", NUMBERS, 2), ("POST", ORDERS, 1)]:
            assert ask(server, method, path, "Content-Length: 0").status == 200
            seen = len(upstream.heads)
            assert ask(server, method, path, "X-Fail: 1", "Content-Length: 0").status == 502
            assert len(upstream.heads) - seen <= most, method


def test_t42_every_answer_belongs_to_its_call(tmp_path):
    """Allowed, refused, with bodies, expecting 100, pipelined and broken off, on kept connections: 10,000 calls, each with a name."""
    def act(connection, sent):
        connection.body(sent)
        token = field(sent, "X-Token")
        body = token.encode() * (1 + int(token.split("-")[1]) % 3)
        if int(token.split("-")[1]) % 50 == 7:
            connection.send(b"HTTP/1.1 200 OK\r\nConnection: close\r\nX-Token: %b\r\n\r\n%b" % (token.encode(), body))
            return False
        connection.send(b"HTTP/1.1 200 OK\r\nX-Token: %b\r\nContent-Length: %d\r\n\r\n%b" % (token.encode(), len(body), body))

    faults, count, each = [], 8, 1250
    refused = "/api/accounts/930044/disconnects"

    def client(server, number):
        try:
            chance, name = random.Random(number), 0
            while name < each:
                with Wire(server, server.proxy) as wire:
                    for _ in range(chance.randint(1, 60)):
                        batch, expected = "", []
                        for _ in range(chance.choice([1, 1, 1, 2, 5])):
                            name += 1
                            token, kind = f"{number}-{name}", chance.choice(["get", "get", "refused", "post", "chunked", "wrong", "expect"])
                            mark = f"X-Token: {token}"
                            if kind == "get":
                                batch += head(server, wire, "GET", NUMBERS, mark)
                            elif kind == "refused":
                                batch += head(server, wire, "GET", refused, mark)
                            elif kind == "wrong":
                                batch += f"GET {NUMBERS} HTTP/1.1\r\nHost: a\r\n{mark}\r\n\r\n"
                            elif kind == "post":
                                batch += head(server, wire, "POST", ORDERS, mark, f"Content-Length: {len(token)}") + token
                            elif kind == "expect":
                                batch += head(server, wire, "POST", ORDERS, mark, "Expect: 100-continue", f"Content-Length: {len(token)}") + token
                            else:
                                batch += head(server, wire, "POST", ORDERS, mark, "Transfer-Encoding: chunked") + f"{len(token):x}\r\n{token}\r\n0\r\n\r\n"
                            expected.append((token, kind))
                        wire.send(batch)
                        if chance.random() < 0.03:
                            break  # goes away without reading
                        for token, kind in expected:
                            answer = wire.answer()
                            if kind == "refused":
                                assert answer.status == 403, (kind, answer)
                            elif kind == "wrong":
                                assert answer.status == 401, (kind, answer)
                            else:
                                assert answer.status == 200 and answer.get("X-Token") == token, (token, kind, answer)
                                assert answer.body == token.encode() * (1 + int(token.split("-")[1]) % 3)
        except Exception as fault:
            faults.append((number, repr(fault)[:600]))

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        threads = [threading.Thread(target=client, args=(server, number)) for number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not faults, faults[:3]
