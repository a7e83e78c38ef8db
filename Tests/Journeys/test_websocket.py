"""WebSocket through the reverse proxy: judged as any request, then bytes both ways for as long as whoever opened it may have it."""

import contextlib
import json
import signal
import socket
import ssl
import threading
import time

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect
from websockets.sync.server import serve

import latchkey
import mailserver
from patience import until
from rawupstream import RawUpstream, field
from test_no_stale_grant import ROLES
from test_reverse_proxy import NUMBERS, proxy, reason, single
from upstream import Upstream
from wire import Wire, resident

UNASKED = "/api/accounts/930044/disconnects"
PASSWORD = "a lantern beside the river 41"


class Echo:
    """An upstream that says everything back, and remembers what it was told and which connections are open."""

    def __init__(self, context=None):
        self.requests, self.open = [], set()
        self.server = serve(
            self.speak, "127.0.0.1", 0, max_size=None, ssl=context, select_subprotocol=lambda _, offered: "plain" if "plain" in offered else None,
            compression=None)
        self.port = self.server.socket.getsockname()[1]
        self.url = f"{'https' if context else 'http'}://127.0.0.1:{self.port}"

    def speak(self, connection):
        self.requests.append(connection.request)
        self.open.add(connection)
        try:
            for message in connection:
                connection.send(message)
        finally:
            self.open.discard(connection)

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()


@pytest.fixture
def echo():
    with Echo() as server:
        yield server


@pytest.fixture
def server(tmp_path, echo):
    with proxy(tmp_path, single(echo)) as server:
        yield server


def joined(server, path=NUMBERS, token=None, **more):
    headers = {} if token is False else {"Authorization": token or server.token}
    context = ssl.create_default_context(cafile=server.ca_file)
    return connect(
        server.proxy.replace("https", "wss") + path, ssl=context, additional_headers={**headers, **more.pop("headers", {})}, max_size=None,
        compression=None, proxy=None, **more)


def is_closed_within(connection, seconds):
    """Whether the client hears of the end in that time."""
    try:
        connection.recv(timeout=seconds)
    except ConnectionClosed:
        return True
    except TimeoutError:
        return False
    return False


def test_messages_of_every_size_come_back_and_the_upstream_knows_who_speaks(server, echo):
    with joined(server, path=NUMBERS + "?a=1", subprotocols=["plain"], headers={"Latchkey-User": "mallory", "X-Forwarded-For": "6.6.6.6"}) as socket:
        assert socket.subprotocol == "plain"
        for message in ["", "hello", b"\x00\xff", "ä" * 40_000, b"a" * (10 << 20)]:
            socket.send(message)
            assert socket.recv(timeout=30) == message
        told = {name.lower(): value for name, value in echo.requests[0].headers.raw_items()}
        assert echo.requests[0].path == NUMBERS + "?a=1"
        assert told["latchkey-user"] == server.facts["api_user"]["username"] and told["latchkey-account"] == "920012"
        assert told["x-forwarded-for"] == "127.0.0.1" and told["x-request-id"] == told["latchkey-request-id"]
        assert "authorization" not in told
    until(lambda: not echo.open, "the upstream does not hear that the client has gone")


def test_many_at_once_do_not_mix(server, echo):
    def talk(number, faults):
        try:
            with joined(server) as socket:
                for round in range(20):
                    socket.send(f"{number}-{round}" * (1 + number * round * 50))
                    assert socket.recv(timeout=30) == f"{number}-{round}" * (1 + number * round * 50)
        except Exception as fault:
            faults.append(repr(fault))
    faults = []
    threads = [threading.Thread(target=talk, args=(number, faults)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not faults, faults[:2]


@pytest.mark.parametrize("path, token, status, why", [
    (NUMBERS, False, 401, None), (NUMBERS, latchkey.basic("acme-orders", "wrong"), 401, None), (UNASKED, None, 403, None)])
def test_who_may_not_pass_gets_the_answer_that_any_request_would(server, echo, path, token, status, why):
    with pytest.raises(InvalidStatus) as refused:
        joined(server, path=path, token=token)
    answer = refused.value.response
    assert answer.status_code == status and (status != 401 or "Basic" in answer.headers["WWW-Authenticate"])
    plain = server.call(path, headers={"Authorization": token or server.token} if token is not False else {})
    same = lambda body: {key: value for key, value in json.loads(body).items() if key not in ("request_id", "requestId", "instance")}
    assert plain[0] == status and same(plain[2]) == same(answer.body)
    assert not echo.requests


def deactivated(server, user):
    server.cli("user", "deactivate", user)


def without_role(server, user):
    server.cli("user", "revoke", user, "--role", "920012:ordering")


def without_api(server, user):
    server.cli("user", "set-access", user, "--dashboard")


def new_password(server, user):
    server.cli("user", "password", user, "--password-stdin", stdin=PASSWORD)


def other_rules(server, user):
    server.catalogue.write_text(server.catalogue.read_text().replace("availableNumbers", "otherNumbers"))
    server.process.send_signal(signal.SIGHUP)


@pytest.mark.parametrize("loss", [deactivated, without_role, without_api, new_password, other_rules])
def test_who_loses_access_loses_the_connection_within_a_second(tmp_path, echo, loss):
    catalogue = tmp_path / "roles.yaml"
    catalogue.write_text(ROLES.read_text())
    with proxy(tmp_path, single(echo), flags=["--catalogue", str(catalogue), "--log-level", "info"]) as server:
        server.catalogue = catalogue
        user = server.facts["api_user"]["username"]
        with joined(server) as socket:
            socket.send("before")
            assert socket.recv(timeout=5) == "before"
            assert not is_closed_within(socket, 1.2), "it was closed for no reason"
            loss(server, user)
            assert is_closed_within(socket, 1.0), "the client's connection is still open"
            until(lambda: not echo.open, "the upstream's connection is still open", seconds=1)
        with pytest.raises(InvalidStatus):
            joined(server)
        said = server.log_path.read_text()
        assert "tunnel ended" in said and "forbidden" in said and server.token.split()[1] not in said
        until(lambda: figures(server)['latchkey_tunnels_ended_total{reason="forbidden"}'] == 1, "it is not counted", seconds=2)


def test_what_happens_to_others_closes_nothing(tmp_path, echo):
    with proxy(tmp_path, single(echo)) as server, joined(server) as socket:
        users = [line.split()[0] for line in server.cli("user", "list").stdout.splitlines()[1:]]
        taken = 0
        for name in users:
            if name not in (server.facts["api_user"]["username"], "admin"):
                with contextlib.suppress(AssertionError):  # somebody's last admin
                    server.cli("user", "deactivate", name)
                    taken += 1
        assert taken
        server.cli("user", "grant", server.facts["api_user"]["username"], "--role", "920012:reporting")
        assert not is_closed_within(socket, 2)
        socket.send("still")
        assert socket.recv(timeout=5) == "still"


KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="


def handshake(server, wire, *fields):
    return (f"GET {NUMBERS} HTTP/1.1\r\nHost: {wire.host}\r\nAuthorization: {server.token}\r\nConnection: keep-alive, Upgrade\r\n"
            f"Upgrade: websocket\r\n{KEY}\r\nSec-WebSocket-Version: 13\r\n"
            + "".join(f"{line}\r\n" for line in fields) + "\r\n").encode()


AGREED = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nX-Mine: 1\r\n\r\n")


def until_silence(connection):
    connection.connection.settimeout(10)
    data = connection.bytes
    connection.bytes = b""
    while part := connection.connection.recv(65536):
        data += part
    return data


def test_bytes_right_behind_the_handshake_arrive_on_both_sides(tmp_path):
    """In one piece with it, before the answer, and as the last thing that is said."""
    got = []

    def act(connection, head):
        connection.send(AGREED + b"early from the upstream")
        got.append(until_silence(connection))
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        for size in (1, 30, 5_000, 300_000):
            with Wire(server, server.proxy) as wire:
                wire.send(handshake(server, wire) + b"e" * size)
                while b"early from the upstream" not in wire.buffer:
                    assert wire.more(), wire.buffer
                head = wire.buffer.split(b"\r\n\r\n")[0]
                assert head.startswith(b"HTTP/1.1 101 ") and b"websocket" in head and b"X-Mine: 1" in head and b"transfer-encoding" not in head.lower()
                wire.send(b" and late")
                wire.socket.unwrap() if size == 30 else None
            until(lambda: len(got) > 0, "the upstream does not hear the end", seconds=15)
            assert got.pop() == b"e" * size + b" and late"


def test_what_the_upstream_says_last_arrives_although_it_has_gone(tmp_path):
    said = b"x" * 3_000_000

    def act(connection, head):
        connection.send(AGREED + said)
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        for _ in range(5):
            with Wire(server, server.proxy) as wire:
                wire.send(handshake(server, wire))
                assert wire.rest().split(b"\r\n\r\n", 1)[1] == said


DECLINED = {
    "200": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Mine: 1\r\n\r\nok", 200, b"ok"),
    "426": (b"HTTP/1.1 426 Upgrade Required\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n", 426, b""),
    "big": (b"HTTP/1.1 400 No\r\nContent-Length: 3000000\r\n\r\n" + b"n" * 3_000_000, 400, b"n" * 3_000_000),
    "chunks": (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, b"ok"),
    "until the end": (b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nok", 200, b"ok"),
    "204": (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    "101 for something else": (b"HTTP/1.1 101 Switching\r\nUpgrade: irc\r\nConnection: upgrade\r\n\r\n", 502, None),
    "101 to another key": (AGREED.replace(b"s3pP", b"s3pQ"), 502, None),
    "101 without a key": (AGREED.replace(b"Sec-WebSocket-Accept", b"X-Other"), 502, None),
    "101 for nothing": (b"HTTP/1.1 101 Switching\r\n\r\n", 502, None),
    "no HTTP": (b"hello\r\n\r\n", 502, None),
    "99": (b"HTTP/1.1 099 x\r\nContent-Length: 0\r\n\r\n", 502, None),
    "nothing": (b"", 502, None),
}


@pytest.mark.parametrize("case", DECLINED)
def test_an_upstream_that_does_not_change_the_protocol_is_quoted(tmp_path, case):
    sent, status, body = DECLINED[case]

    def act(connection, head):
        connection.send(sent)
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        with Wire(server, server.proxy) as wire:
            answer = wire.send(handshake(server, wire)).answer()
            assert answer.status == status, answer
            assert answer.body == body if body is not None else reason(answer) in ("upstream-answer", "upstream-unreachable")
            if case == "200":
                assert answer.get("X-Mine") == "1"
            assert answer.get("Connection") == "close" and wire.rest() == b""
        with Wire(server, server.proxy) as wire:
            assert wire.send(handshake(server, wire)).answer().status == status


def test_an_upstream_that_is_silent_or_away_or_leaves_its_answer_unfinished(tmp_path):
    def act(connection, head):
        if field(head, "X-Case") == "half":
            connection.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
        time.sleep(4)
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream, headerTimeout=1, idleTimeout=1)) as server:
        with Wire(server, server.proxy) as wire:
            answer = wire.send(handshake(server, wire)).answer()
            assert answer.status == 504 and reason(answer) == "upstream-timeout"
        with Wire(server, server.proxy) as wire:
            began = time.monotonic()
            assert wire.send(handshake(server, wire, "X-Case: half")).rest().endswith(b"\r\n\r\nabc") and time.monotonic() - began < 3.5
    with proxy(tmp_path / "away", single(upstream)) as server, Wire(server, server.proxy) as wire:
        answer = wire.send(handshake(server, wire)).answer()
        assert answer.status == 502 and reason(answer) == "upstream-unreachable"


def test_requests_that_mean_no_websocket_are_ordinary_ones(tmp_path):
    with Upstream() as upstream, proxy(tmp_path, single(upstream)) as server:
        for line, fields in [
            (f"GET {NUMBERS} HTTP/1.1", ["Connection: Upgrade", "Upgrade: h2c"]),
            (f"GET {NUMBERS} HTTP/1.1", ["Upgrade: websocket", KEY]),
            (f"GET {NUMBERS} HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket, h2c", KEY]),
            (f"GET {NUMBERS} HTTP/1.0", ["Connection: Upgrade", "Upgrade: websocket", KEY]),
            (f"GET {NUMBERS} HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket"]),
            (f"GET {NUMBERS} HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket", KEY, KEY]),
            (f"GET {NUMBERS} HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket", KEY, "Content-Length: 0"]),
            ("POST /api/accounts/920012/orders HTTP/1.1", ["Connection: Upgrade", "Upgrade: websocket", KEY, "Content-Length: 0"]),
        ]:
            with Wire(server, server.proxy) as wire:
                fields = [f"Host: {wire.host}", f"Authorization: {server.token}", *fields]
                answer = wire.send(line + "\r\n" + "\r\n".join(fields) + "\r\n\r\n").answer()
                assert answer.status == 200, (line, fields, answer)
                assert not [name for name, _ in upstream.seen[-1]["headers"] if name.lower() == "upgrade"]


def test_silence_on_both_sides_ends_it_and_a_word_from_either_keeps_it(tmp_path, echo):
    with proxy(tmp_path, single(echo, webSocketIdleTimeout=2)) as server:
        with joined(server, ping_interval=None) as socket:
            for _ in range(4):
                socket.send("word")
                assert socket.recv(timeout=5) == "word"
                assert not is_closed_within(socket, 1)
            assert is_closed_within(socket, 4)
            until(lambda: not echo.open, "the upstream's connection is still open", seconds=2)
            assert figures(server)['latchkey_tunnels_ended_total{reason="idle"}'] == 1


def test_neither_side_is_faster_than_the_other_takes(tmp_path):
    sent, wait, taken = [0], threading.Event(), [0]

    def act(connection, head):
        connection.send(AGREED)
        if field(head, "X-Case") == "upstream speaks":
            with contextlib.suppress(OSError):
                while sent[0] < 400_000_000:
                    connection.send(b"a" * 100_000)
                    sent[0] += 100_000
        else:
            wait.wait(30)
            while part := connection.connection.recv(1 << 20):
                taken[0] += len(part)
        return False

    def settled(read):
        last = -1
        while last != read():
            last = read()
            time.sleep(0.3)
        return last

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        base = resident(server.process)
        with Wire(server, server.proxy, receive_buffer=16_384) as wire:
            wire.send(handshake(server, wire, "X-Case: upstream speaks"))
            until(lambda: sent[0] > 0, "nothing comes")
            assert settled(lambda: sent[0]) < 40_000_000 and resident(server.process) < base + 32
            got = 0
            while got < 60_000_000:
                got += len(wire.socket.recv(1 << 20))
        given = [0]
        with Wire(server, server.proxy, timeout=1) as wire:
            wire.send(handshake(server, wire, "X-Case: client speaks"))
            with contextlib.suppress(TimeoutError):
                while given[0] < 400_000_000:
                    given[0] += wire.socket.send(b"b" * 16_000)
            assert given[0] < 40_000_000 and resident(server.process) < base + 32, given
            wait.set()
            until(lambda: taken[0] >= given[0] - 16_000, "the rest does not arrive")


def test_when_one_side_goes_the_other_is_closed(tmp_path, echo):
    with proxy(tmp_path, single(echo)) as server:
        client = joined(server)
        until(lambda: echo.open, "the upstream hears nothing")
        client.socket.shutdown(socket.SHUT_RDWR)
        until(lambda: not echo.open, "the upstream's connection is still open", seconds=3)
        with joined(server) as client:
            until(lambda: echo.open, "the upstream hears nothing")
            for connection in list(echo.open):
                connection.socket.shutdown(socket.SHUT_RDWR)
            assert is_closed_within(client, 3)


@pytest.mark.parametrize("busy, least, most", [(False, 0, 3), (True, 3, 7)])
def test_a_server_that_is_told_to_stop_lets_tunnels_finish_what_they_are_saying_and_no_more(tmp_path, echo, busy, least, most):
    with latchkey.Server(tmp_path / "data", command="demo", config=single(echo)) as server:
        user = server.facts["api_user"]
        server.token = latchkey.basic(user["username"], user["password"])
        with joined(server) as client:
            client.send("a")
            assert client.recv(timeout=5) == "a"
            began = time.monotonic()
            server.process.send_signal(signal.SIGTERM)
            with contextlib.suppress(ConnectionClosed):
                while busy and time.monotonic() - began < 15:
                    client.send("b" * 100_000)
                    assert client.recv(timeout=5) == "b" * 100_000
                    time.sleep(0.05)
            assert is_closed_within(client, 3)
            assert server.process.wait(timeout=20) == 0 and least < time.monotonic() - began < most
            until(lambda: not echo.open, "the upstream's connection is still open", seconds=2)


def figures(server):
    """What the metrics say of tunnels."""
    lines = server.call("/metrics", base=server.gate)[2].decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if line.startswith("latchkey_tunnels"))}


def test_there_are_no_more_than_may_be_and_each_is_counted(tmp_path, echo):
    with proxy(tmp_path, single(echo, webSocketLimit=2), flags=["--log-level", "info"]) as server:
        with joined(server) as first, joined(server):
            with pytest.raises(InvalidStatus) as refused:
                joined(server)
            assert refused.value.response.status_code == 503 and b"too-many-tunnels" in refused.value.response.body
            assert len(echo.requests) == 2
            first.send("x" * 1000)
            assert first.recv(timeout=5) == "x" * 1000
            assert figures(server)["latchkey_tunnels"] == 2 and figures(server)["latchkey_tunnels_rejected_total"] == 1
            first.close()
            until(lambda: figures(server)["latchkey_tunnels"] == 1, "its place is not free", seconds=5)
            with joined(server) as third:
                third.send("x")
                assert third.recv(timeout=5) == "x"
        until(lambda: figures(server)["latchkey_tunnels"] == 0, "places are not free", seconds=5)
        assert figures(server)['latchkey_tunnels_ended_total{reason="left"}'] == 3
        ends = [json.loads(line) for line in server.log_path.read_text().splitlines() if "tunnel ended" in line]
        assert len(ends) == 3 and all(end["reason"] == "left" and end["request_id"] for end in ends)
        # A frame of four to eight bytes and its header, each way.
        assert int(ends[0]["bytes_from_client"]) > int(ends[0]["bytes_from_upstream"]) > 1000, ends


def test_a_request_that_the_upstream_declines_takes_no_place(tmp_path):
    def act(connection, head):
        connection.send(b"HTTP/1.1 400 No\r\nContent-Length: 0\r\n\r\n")
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream, webSocketLimit=1)) as server:
        for _ in range(3):
            with Wire(server, server.proxy) as wire:
                assert wire.send(handshake(server, wire)).answer().status == 400


def test_a_side_that_has_said_its_last_word_still_hears_the_other(tmp_path):
    got, said = [], threading.Event()

    def act(connection, head):
        connection.send(AGREED)
        if field(head, "X-Case") == "upstream first":
            connection.send(b"the last word")
            connection.connection.shutdown(socket.SHUT_WR)
            got.append(until_silence(connection))
        else:
            got.append(until_silence(connection))
            # Python's client cannot end its side while it is being answered.
            assert said.wait(10)
            connection.send(b"a" * 300_000)
        return False

    with RawUpstream(act) as upstream, proxy(tmp_path, single(upstream)) as server:
        with Wire(server, server.proxy) as wire:
            assert wire.send(handshake(server, wire, "X-Case: upstream first")).rest().endswith(b"\r\n\r\nthe last word")
            wire.send(b"e" * 300_000).close()
            until(lambda: got, "the upstream does not hear the end", seconds=3)
            assert got.pop() == b"e" * 300_000
        with Wire(server, server.proxy) as wire:
            wire.send(handshake(server, wire, "X-Case: client first") + b"question")
            # A client that ends its side before it is answered has gone, as with any request.
            while b"\r\n\r\n" not in wire.buffer:
                assert wire.more()
            wire.socket.setblocking(False)
            with contextlib.suppress(ssl.SSLWantReadError):
                wire.socket.unwrap()
            said.set()
            wire.socket.settimeout(10)
            assert wire.rest().split(b"\r\n\r\n", 1)[1] == b"a" * 300_000 and got.pop() == b"question"


@pytest.mark.parametrize("more, passes", [("caFile: CA", True), ("", False)])
def test_the_upstreams_certificate_is_verified_for_a_tunnel_too(tmp_path, more, passes):
    certificate, key = mailserver.make_certificate(tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with Echo(context) as echo:
        config = f"upstreams:\n  - url: https://localhost:{echo.port}\n    {more.replace('CA', str(certificate))}\n"
        with proxy(tmp_path, config) as server:
            if passes:
                with joined(server) as client:
                    client.send(b"s" * 1_000_000)
                    assert client.recv(timeout=10) == b"s" * 1_000_000
            else:
                with pytest.raises(InvalidStatus) as refused:
                    joined(server)
                assert refused.value.response.status_code == 502 and b"upstream-certificate" in refused.value.response.body
                assert not echo.requests
