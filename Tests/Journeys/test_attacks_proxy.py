"""Attacks on the way through a proxy, named after the catalogue of attacks: against the real server, over raw sockets."""

import contextlib
import json
import socket
import ssl
import threading
import urllib.parse

import latchkey
import proxies
import pytest
from patience import until
from wire import Wire

import upstream as upstream_module

ALLOWED = "/api/accounts/920012/availableNumbers"
CLOSE = "Connection: close\r\n"


@pytest.fixture(scope="module")
def api():
    with upstream_module.Upstream() as server:
        yield server


@pytest.fixture(scope="module")
def server(tmp_path_factory, api):
    config = f"upstream:\n  url: {api.url}\n"
    with latchkey.Server(tmp_path_factory.mktemp("attacks") / "data", command="demo", config=config) as running:
        running.right = "Authorization: " + latchkey.basic(running.facts["api_user"]["username"], running.facts["api_user"]["password"]) + "\r\n"
        yield running


def ask(server, target, headers="", method="GET", host="localhost", right=True, version="HTTP/1.1"):
    """One request through the reverse proxy's listener, byte for byte: (status, headers, body)."""
    raw = f"{method} {target} {version}\r\n" + (f"Host: {host}\r\n" if host is not None else "") + (server.right if right else "") + headers + "\r\n"
    with proxies.BuiltIn(server).connect() as connection:
        return proxies.exchange(connection, raw.encode("latin-1"), method)


def gate(server, path, headers, source="127.0.0.1", method="GET"):
    """One question to the gate's listener, byte for byte."""
    parts = urllib.parse.urlsplit(server.gate)
    with socket.create_connection((parts.hostname, parts.port), timeout=20, source_address=(source, 0)) as connection:
        return proxies.exchange(connection, f"{method} {path} HTTP/1.1\r\nHost: gate\r\n{headers}\r\n".encode("latin-1"), method)


# The headers that each endpoint reads, beside the credentials.
def question(kind, target, method="GET", client="203.0.113.9"):
    """(path, headers)"""
    if kind in ("nginx", "haproxy"):
        return f"/gate/{kind}", f"X-Original-Method: {method}\r\nX-Original-URI: {target}\r\nX-Real-IP: {client}\r\n"
    if kind in ("caddy", "traefik"):
        return f"/gate/{kind}", f"X-Forwarded-Method: {method}\r\nX-Forwarded-Uri: {target}\r\nX-Forwarded-For: {client}\r\n"
    return f"/gate/envoy{target}", f"X-Forwarded-For: {client}\r\n"


KINDS = ["nginx", "caddy", "traefik", "envoy", "haproxy"]


def passes(server):
    """Whoever has the right opens every door: where others are refused, it is not because nothing opens."""
    assert ask(server, ALLOWED)[0] == 200
    for kind in KINDS:
        path, headers = question(kind, ALLOWED)
        assert gate(server, path, headers + server.right)[0] == 200, kind


@pytest.mark.parametrize("kind", KINDS)
def test_T31_each_endpoint_reads_the_headers_of_its_own_proxy_only(server, kind):
    path, own = question(kind, ALLOWED)
    assert gate(server, path, own + server.right)[0] == 200
    others = "".join(
        question(other, "/api/accounts/920012/disconnects", client="6.6.6.6")[1] for other in ("nginx", "caddy"))
    ours = {line.split(":")[0] for line in own.splitlines()}
    foreign = "".join(f"{line}\r\n" for line in others.splitlines() if line.split(":")[0] not in ours)
    assert gate(server, path, own + foreign + server.right)[0] == 200
    status = gate(server, "/gate/envoy" if kind == "envoy" else path, foreign + server.right)[0]
    assert status in (400, 403), f"{status}: judged by another proxy's headers"


def test_T32_forwarding_headers_of_strangers_are_ignored_and_a_range_of_everybody_is_refused(server, tmp_path):
    # The built-in listener trusts nobody: whatever the client says, the failures are counted against its own address.
    statuses = [
        ask(server, ALLOWED, f"X-Forwarded-For: 198.51.100.{number}\r\nAuthorization: {latchkey.basic('nobody-t32', 'x')}\r\n", right=False)[0]
        for number in range(8)]
    assert statuses[0] == 401 and statuses[-1] == 429, statuses
    assert ask(server, ALLOWED, "X-Forwarded-Proto: http\r\n")[0] == 200, "a stranger's word about the transport counted"
    for block in ("0.0.0.0/0", "::/0"):
        config = tmp_path / "all.yaml"
        config.write_text(f"trustedProxies: ['{block}']\n")
        refused = server.cli("serve", "--config", str(config), check=False)
        assert refused.returncode == 2 and "/0" in refused.stderr, refused.stderr


PROXY_LINES = {
    "version 1": b"PROXY TCP4 203.0.113.7 127.0.0.1 5 443\r\n", "version 1, unknown": b"PROXY UNKNOWN\r\n",
    "version 2": b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes([203, 0, 113, 7, 127, 0, 0, 1, 0, 5, 1, 187]),
}


@pytest.mark.parametrize("listener", ["proxy", "dashboard", "gate"])
@pytest.mark.parametrize("line", PROXY_LINES)
def test_T32_the_proxy_protocol_is_not_spoken_whoever_speaks_it(server, api, listener, line):
    """Before TLS, where it belongs, and inside, where it may be smuggled."""
    parts = urllib.parse.urlsplit(getattr(server, listener))
    # What gets 200 here when nothing stands before it.
    target, fields = {"proxy": (ALLOWED, ""), "dashboard": ("/signin", ""), "gate": question("nginx", ALLOWED)}[listener]
    request = f"GET {target} HTTP/1.1\r\nHost: localhost\r\n{server.right}{fields}Connection: close\r\n\r\n".encode()
    with Wire(server, getattr(server, listener)) as wire:
        assert wire.send(request).answer().status == 200
    seen = len(api.seen)
    with socket.create_connection(("127.0.0.1", parts.port), timeout=15) as raw:
        raw.sendall(PROXY_LINES[line])
        got, speaks = b"", raw
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            if listener != "gate":
                speaks = ssl.create_default_context(cafile=server.ca_file).wrap_socket(raw, server_hostname="localhost")
            speaks.sendall(request)
            while data := speaks.recv(65_536):
                got += data
        assert b"HTTP/1.1 2" not in got, got
    if listener != "gate":
        with Wire(server, getattr(server, listener)) as wire:
            got = wire.send(PROXY_LINES[line] + request).rest()
        assert b"HTTP/1.1 2" not in got, got
    assert len(api.seen) == seen


@pytest.mark.parametrize("target", [
    "/api/accounts/920012/x/../availableNumbers", "/api/accounts/920012/%2e%2e/availableNumbers", "/api/accounts/111111%2f..%2f920012/orders",
    "/api/accounts/111111%5c..%5c920012/orders", "//api/accounts/920012/availableNumbers", ALLOWED + "/", ALLOWED + ";a", ALLOWED + "%00",
    ALLOWED + "%252e", ALLOWED + "/.", "/./" + ALLOWED[1:],
])
def test_T33_a_path_that_servers_read_differently_is_refused_at_every_door(server, api, target):
    passes(server)
    seen = len(api.seen)
    assert ask(server, target)[0] == 400
    for kind in KINDS:
        path, headers = question(kind, target)
        status, told, _ = gate(server, path, headers + server.right)
        assert status == (403 if kind == "nginx" else 400), (kind, status)
        assert kind != "nginx" or dict(told)["Latchkey-Status"] == "400"
    assert len(api.seen) == seen


@pytest.mark.parametrize("target, status", [
    ("/api/accounts/920012/disconnects?x=" + ALLOWED, 403), ("/api/accounts/920012/disconnects?/../availableNumbers", 403),
    ("/api/accounts/111111/orders?" + ALLOWED, 403), ("/api/accounts/920012/disconnects#" + ALLOWED, 400),
    ("/api/accounts/920012/disconnects%23" + ALLOWED, 400), (ALLOWED + "/../disconnects", 400), ("/api/accounts/920012/disconnects%2f..%2favailableNumbers", 400),
    (ALLOWED + "x", 403), ("/api/accounts/920012/ordersx", 403), ("/x" + ALLOWED, 403), ("/api/accounts/.*/availableNumbers", 403),
    ("/api/accounts/920012/availableNumbers$", 403), ("/API/ACCOUNTS/920012/ORDERS", 403),
])
def test_T34_rules_match_on_the_canonical_path_only(server, api, target, status):
    passes(server)
    seen = len(api.seen)
    assert ask(server, target)[0] == status
    for kind in KINDS:
        path, headers = question(kind, target)
        assert gate(server, path, headers + server.right)[0] == (403 if kind == "nginx" else status), kind
    assert len(api.seen) == seen


@pytest.mark.parametrize("name", [
    "Latchkey-User", "latchkey-user", "LATCHKEY-USER", "latchkey_user", "Latchkey_User", "Latchkey-Roles", "Latchkey.Account",
    "Latchkey-Request-Id", "Latchkey-Anything", "Remote-User", "remote_user", "X-Remote-User", "X_Forwarded_For", "X-Original-URL",
    "X-Forwarded-Prefix", "X-HTTP-Method-Override",
])
def test_T35_an_identity_cannot_be_forged_in_any_spelling(server, api, name):
    status, _, body = ask(server, ALLOWED, f"{name}: forged\r\n")
    assert status == 200 and b"forged" not in body, body
    seen = len(api.seen)
    assert ask(server, ALLOWED, f"{name}: forged\r\n", right=False)[0] == 401
    assert len(api.seen) == seen


@pytest.mark.parametrize("named", [
    "Latchkey-User", "latchkey-user, Latchkey-Roles, close", "Authorization", "X-Forwarded-For, X-Forwarded-Proto", "Host", "Content-Length",
    "Transfer-Encoding",
])
def test_T36_connection_takes_nothing_of_ours_away(server, named):
    status, _, body = ask(server, ALLOWED, f"Connection: {named}\r\n")
    assert status == 200, body
    told = {name.lower() for name, _ in json.loads(body)["headers"]}
    assert {"latchkey-user", "latchkey-account", "latchkey-roles", "latchkey-request-id", "x-forwarded-for", "host"} <= told


def test_T37_hosts_that_disagree_are_refused(server, api):
    for host in ("LocalHost", "localhost.", "LOCALHOST.:8444", "localhost:8444", "[::1]:8444", "127.0.0.1"):
        assert ask(server, ALLOWED, host=host)[0] == 200, host
    seen = len(api.seen)
    for host in ("a@b", "a b", "", "a/b", "a,b", ".", "a..", "[fe80::1%25eth0]", "localhost:0", "localhost:99999", "a\\b", "b\xfccher.example"):
        assert ask(server, ALLOWED, host=host)[0] == 400, host
    assert ask(server, ALLOWED, host=None)[0] == 400
    assert ask(server, ALLOWED, "Host: other\r\n")[0] == 400
    assert ask(server, f"http://other.example{ALLOWED}")[0] == 400
    assert len(api.seen) == seen
    _, _, body = ask(server, ALLOWED, "X-Forwarded-Host: other.example\r\n")
    assert b"other.example" not in body


@pytest.mark.parametrize("kind", KINDS)
def test_T38_whatever_cannot_be_parsed_is_a_refusal(server, kind):
    passes(server)
    path, headers = question(kind, ALLOWED)
    lines = headers.splitlines()
    malformed = ["".join(f"{line}\r\n" for line in lines[:index] + lines[index + 1:]) for index in range(len(lines))]
    malformed += [headers + f"{line}\r\n" for line in lines]
    malformed += [question(kind, target)[1] for target in ("", "nonsense", "\x7f", "%", "http://x/", "*")] if kind != "envoy" else []
    malformed += [question(kind, ALLOWED, client=client)[1] for client in ("", "garbage", "1.2.3", "1.2.3.4.5", "::g", "unknown")]
    malformed += [headers + server.right]  # with the one below: two passwords
    for bad in malformed:
        status = gate(server, path, bad + server.right)[0]
        assert 400 <= status < 500, (status, bad)
    for target in ("", "x", "*", "?", "//", "/%", "/..", "/../nginx", "/\x7f"):
        assert 400 <= gate(server, "/gate/envoy" + target, "X-Forwarded-For: 203.0.113.9\r\n" + server.right)[0] < 500, target


@pytest.mark.parametrize("target", ["/", "/healthz", "/metrics", "/favicon.ico", "/.well-known/security.txt", "/gate/nginx", "/signin", "/robots.txt"])
def test_T39_there_is_no_way_around_for_health_checkers_and_preflights(server, api, target):
    passes(server)
    seen = len(api.seen)
    for method in ("GET", "HEAD", "OPTIONS", "POST"):
        for agent in ("GoogleHC/1.0", "kube-probe/1.2", "ELB-HealthChecker/2.0"):
            headers = f"User-Agent: {agent}\r\nOrigin: https://a.example\r\nAccess-Control-Request-Method: GET\r\n"
            assert ask(server, target, headers, method, right=False)[0] == 401, (method, agent)
    assert len(api.seen) == seen


@pytest.mark.parametrize("line", [f"TRACE {ALLOWED}", "TRACE *", "CONNECT 127.0.0.1:1", f"CONNECT {ALLOWED}", "CONNECT other.example:443"])
def test_T11_connect_and_trace_are_no_methods_of_this_server(server, api, line):
    seen = len(api.seen)
    with Wire(server, server.proxy) as wire:
        answer = wire.send(f"{line} HTTP/1.1\r\nHost: {wire.host}\r\n{server.right}\r\nGET {ALLOWED} HTTP/1.1\r\nHost: {wire.host}\r\n\r\n").answer()
        assert answer.status == 405 and "GET" in answer.get("Allow") and "TRACE" not in answer.get("Allow"), answer
        # Nothing that follows is taken for a tunnel's, or for another request.
        assert answer.get("Connection") == "close" and wire.rest() == b""
    assert len(api.seen) == seen


def test_T40_the_upstream_sees_neither_the_password_nor_our_cookie(server, api):
    status, _, body = ask(server, ALLOWED, "Cookie: a=1; __Host-latchkey=secret-session; b=2\r\nProxy-Authorization: Basic dTpw\r\nSSL-Client-Cert: x\r\n")
    assert status == 200
    told = {name.lower(): value for name, value in json.loads(body)["headers"]}
    assert "authorization" not in told and "proxy-authorization" not in told and "secret-session" not in json.dumps(told)
    assert told["cookie"] == "a=1; b=2"
    seen = len(api.seen)
    assert ask(server, "/api/accounts/920012/disconnects", "Cookie: __Host-latchkey=x\r\n")[0] == 403
    assert ask(server, ALLOWED, "Cookie: __Host-latchkey=x\r\n", right=False)[0] == 401
    assert len(api.seen) == seen


class Chaos:
    """An upstream that answers every request with the bytes that its path asks for."""

    ANSWERS = {
        "huge-header": (b"HTTP/1.1 200 OK\r\nX-Big: " + b"a" * (1 << 20), {502}), "no-http": (b"SSH-2.0-chaos\r\n\r\n", {502}),
        "bad-status": (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", {502}), "http09": (b"<html>hello</html>", {502}),
        "upgrade": (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", {502}),
        "early-hints": (b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", {200}),
        "two-answers": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nstolen", {200}),
        "two-lengths": (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", {502}),
        "nothing": (b"", {502}),
    }

    def __enter__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.server.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def accept(self):
        while True:
            try:
                connection = self.server.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection:
            try:
                while head := self.head(connection):
                    what = head.split(b"?", 1)[1].split(b" ")[0].decode() if b"?" in head.split(b"\r\n")[0] else ""
                    if what not in self.ANSWERS:
                        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
                        continue
                    connection.sendall(self.ANSWERS[what][0])
                    if what not in ("early-hints", "two-answers"):
                        return
            except OSError:
                pass  # the proxy has had enough, which is its right

    @staticmethod
    def head(connection):
        head = b""
        while b"\r\n\r\n" not in head:
            part = connection.recv(65536)
            if not part:
                return b""
            head += part
        return head

    def __exit__(self, *_):
        self.server.close()


def test_T41_a_broken_upstream_breaks_nothing_else(tmp_path):
    with Chaos() as chaos, latchkey.Server(tmp_path / "data", command="demo", config=f"upstream:\n  url: {chaos.url}\n") as server:
        server.right = "Authorization: " + latchkey.basic(server.facts["api_user"]["username"], server.facts["api_user"]["password"]) + "\r\n"
        assert ask(server, ALLOWED)[2] == b"fine"
        memory = resident(server)
        for what, (_, statuses) in Chaos.ANSWERS.items():
            for _ in range(3):
                status, _, body = ask(server, f"{ALLOWED}?{what}")
                assert status in statuses and b"stolen" not in body, (what, status, body[:200])
                status, _, body = ask(server, ALLOWED)
                assert (status, body) == (200, b"fine"), f"after {what}: {status} {body[:200]}"
        assert resident(server) - memory < 64 << 20


def resident(server):
    """Bytes."""
    with open(f"/proc/{server.process.pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * 4096


def test_T42_no_answer_is_anothers(server, api):
    """Allowed, refused, with and without bodies, pipelined on kept connections: each answer carries its own request's mark."""
    def requests(worker):
        for number in range(120):
            mark = f"m{worker}-{number}"
            kind = number % 4
            if kind == 0:
                yield mark, 200, f"GET {ALLOWED}?{mark} HTTP/1.1\r\nHost: localhost\r\n{server.right}\r\n"
            elif kind == 1:
                yield mark, 403, f"GET /api/accounts/920012/disconnects?{mark} HTTP/1.1\r\nHost: localhost\r\n{server.right}\r\n"
            elif kind == 2:
                body = f"body={mark}"
                yield mark, 200, (
                    f"POST /api/accounts/920012/orders?{mark} HTTP/1.1\r\nHost: localhost\r\n{server.right}"
                    f"Content-Length: {len(body)}\r\n\r\n{body}")
            else:
                yield mark, 401, f"GET {ALLOWED}?{mark} HTTP/1.1\r\nHost: localhost\r\n\r\n"

    wrong = []

    def work(worker):
        with proxies.BuiltIn(server).connect() as connection:
            batch = list(requests(worker))
            for start in range(0, len(batch), 4):
                part = batch[start:start + 4]
                connection.sendall("".join(raw for _, _, raw in part).encode())
                stream = connection.makefile("rb")
                for mark, expected, _ in part:
                    status, body = one_answer(stream)
                    if status != expected or (status == 200 and f"?{mark}" not in json.loads(body)["path"]):
                        wrong.append((mark, expected, status, body[:200]))

    workers = [threading.Thread(target=work, args=(worker,)) for worker in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert not wrong and not any(worker.is_alive() for worker in workers), wrong[:3]
    until(lambda: sum("?m" in seen["path"] for seen in api.seen) == 8 * 60, "refused calls reached the upstream, or allowed ones did not", 5)


def one_answer(stream):
    """Reads exactly one answer of a kept connection."""
    status = int(stream.readline().split(b" ")[1])
    length = 0
    while line := stream.readline().strip():
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
        assert name.lower() != b"transfer-encoding", "answers of this upstream have a length"
    return status, stream.read(length)
