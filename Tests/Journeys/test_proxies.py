"""One table of requests through every proxy and through the built-in reverse proxy: one answer."""

import http.client
import json
import re
import socket
import threading
import urllib.parse

import http2
import latchkey
import proxies
import proxytable
import pytest
from forms import FormClient
from patience import until
from proxytable import OWN, ROWS

import upstream as upstream_module

PASSWORD = "nineteen quiet lighthouses"
CHALLENGE = 'Basic realm="Latchkey", charset="UTF-8"'
IDENTITY = {"latchkey-user", "latchkey-account", "latchkey-roles", "latchkey-request-id"}


@pytest.fixture(scope="module")
def api():
    with upstream_module.Upstream() as server:
        yield server


@pytest.fixture(scope="module")
def installation(tmp_path_factory, api):
    config = f"upstream:\n  url: {api.url}\n"
    with latchkey.Server(tmp_path_factory.mktemp("proxies") / "data", command="demo", config=config) as server:
        for number, username in enumerate(["Acme.Plain", "gone-1", "waiting-1"]):
            server.cli(
                "user", "add", "--username", username, "--first-name", "API", "--last-name", "User", "--email", f"{username}@acme.example",
                "--phone", "9195550150", "--api", "--account", "920012", "--password-stdin", stdin=PASSWORD + "\n")
            if username != "waiting-1":
                verify(server, f"{username}@acme.example")
        server.cli("user", "deactivate", "gone-1")
        server.people = {
            "orders": (server.facts["api_user"]["username"], server.facts["api_user"]["password"]), "plain": ("Acme.Plain", PASSWORD),
            "gone": ("gone-1", PASSWORD), "waiting": ("waiting-1", PASSWORD), "ben": ("ben.basic", server.facts["basic"]["password"]),
            "plain in lower case": ("acme.plain", PASSWORD), "orders with a wrong password": ("acme-orders", "wrong"),
            "nobody": ("nobody-here", PASSWORD),
        }
        yield server


def verify(server, address):
    """As the reader of the held letter."""
    def texts():
        # One that is still on its way cannot be read yet.
        letters = json.loads(server.cli("mail", "list", "--json").stdout)["letters"]
        shown = [server.cli("mail", "show", str(letter["id"])).stdout for letter in letters if letter["to"].lower() == address.lower()]
        return [text for text in shown if "/verify/" in text]

    until(texts, "no letter to be read", pause=0.1)
    text = texts()[0]
    found = re.search(r"https://\S+/verify/\S+", text)
    assert found, text
    path = urllib.parse.urlsplit(found.group(0)).path
    status, _, page = FormClient(server).post(path, {"phone": "919 555 0150"})
    assert status in (200, 303), page


def gate_of(server):
    parts = urllib.parse.urlsplit(server.gate)
    return f"{parts.hostname}:{parts.port}"


KINDS = ["built-in"] + [kind.name for kind in proxies.ALL]


@pytest.fixture(scope="module", params=KINDS)
def proxy(request, installation, api, tmp_path_factory):
    if request.param == "built-in":
        yield proxies.BuiltIn(installation)
        return
    kind = next(kind for kind in proxies.ALL if kind.name == request.param)
    with kind(tmp_path_factory.mktemp(kind.name), gate_of(installation), api.port, installation.ca_file) as running:
        yield running


def test_one_answer(proxy, installation, api):
    wrong = []
    for index, row in enumerate(ROWS):
        fault = differs(proxy, installation, api, row, index)
        if fault:
            wrong.append(f"{row.name}: {fault}")
    assert not wrong, f"{proxy.name}:\n" + "\n".join(wrong)


def differs(proxy, installation, api, row, index):
    """What is not as the table says, or None."""
    mark = f"{proxy.name}-{index}"
    # An address of its own for every row, so that one row's wrong passwords slow no other; the gate must be told of it.
    source = f"127.{10 + KINDS.index(proxy.name)}.0.{index + 1}"
    raw = row.raw(installation.people, mark, f"localhost:{proxy.port}")
    with proxy.connect(source) as connection:
        status, headers, body = proxies.exchange(connection, raw, row.method)
    reached = [seen for seen in api.seen if any(name.lower() == "x-mark" and value == mark for name, value in seen["headers"])]
    own = OWN[proxy.name].get(row.name)
    if own and not own.passes:
        if status not in own.statuses or reached:
            return f"{status}, not {own.statuses}, though it {own.why}: {body[:200]} {reached}"
        if row.status != 200 and refused(row, status, headers, body) is None:
            return "answers as all the others now; the table says otherwise"
        return None
    if row.status == 200 or own:
        return passes(row, installation, status, body, reached, source, proxy)
    if reached:
        return f"the upstream was reached: {reached}"
    return refused(row, status, headers, body)


def refused(row, status, headers, body):
    if status != row.status:
        return f"{status} {body[:300]}, not {row.status}"
    challenges = [value for name, value in headers if name.lower() == "www-authenticate"]
    if challenges != ([CHALLENGE] if status == 401 else []):
        return f"challenges {challenges}"
    told = {name.lower(): value for name, value in headers}
    if status == 405 and "GET" not in told.get("allow", ""):
        return f"no Allow: {told}"
    if any(name in told for name in ("latchkey-user", "latchkey-refusal")):
        return f"tells the client {told}"
    if row.method == "HEAD":
        return None if body == b"" else "a body for HEAD"
    if row.xml:
        return None if body.startswith(b"<?xml") else f"no XML: {body[:200]}"
    if told.get("content-type") != "application/problem+json":
        return f"content type {told.get('content-type')}"
    problem = json.loads(body)
    if (problem["reason"], problem["status"]) != (row.reason, row.status) or not problem["request_id"].startswith("req_"):
        return f"{problem}"
    return None


def passes(row, installation, status, body, reached, source, proxy):
    if status != 200 or len(reached) != 1:
        return f"{status}, reached {len(reached)} times: {body[:300]}"
    seen = reached[0]
    told = [(name.lower(), value) for name, value in seen["headers"]]
    names = [name for name, _ in told]
    username = installation.people[row.user][0]
    identity = {"latchkey-user": username, "latchkey-account": row.account, "latchkey-roles": row.roles}
    for name, expected in identity.items():
        values = [value for known, value in told if known == name]
        absent = name in row.absent.get(proxy.name, ()) and not values
        if values != [expected] and not absent:
            return f"{name} is {values}, not {expected!r}"
    ids = [value for name, value in told if name == "latchkey-request-id"]
    if len(ids) != 1 or not ids[0].startswith("req_"):
        return f"request id {ids}"
    leaked = [name for name in names if proxytable.is_forged(name)]
    if leaked or any("forged" in value for _, value in told):
        return f"reached the upstream: {leaked} {[pair for pair in told if 'forged' in pair[1]]}"
    if "authorization" in names:
        return "the password reached the upstream"
    forwarded = [value for name, value in told if name == "x-forwarded-for"]
    if forwarded != [source]:
        return f"X-Forwarded-For is {forwarded}, the client was {source}"
    if seen["method"] != row.method or not same_target(seen["path"], row.target) or seen["body"] != row.body:
        return f"the upstream got {seen['method']} {seen['path']} {seen['body']!r}"
    return None


def same_target(one, other):
    other = re.sub("^http://[^/]+", "", other)
    (path, _, query), (expected, _, wanted) = one.partition("?"), other.partition("?")
    return urllib.parse.unquote(path) == urllib.parse.unquote(expected) and urllib.parse.unquote(query) == urllib.parse.unquote(wanted)


def test_clients_that_speak_http2_get_the_same_answers(proxy, installation, api):
    right = ("authorization", latchkey.basic(*installation.people["orders"]))
    forged = [(name.lower(), value) for name, value in proxytable.FORGED + proxytable.ELSEWHERE]
    host = f"localhost:{proxy.port}"

    def ask(path, *headers, method="GET", body=b""):
        with proxy.connect(alpn=["h2"]) as connection:
            return http2.exchange(connection, host, path, headers, method, body)

    seen = len(api.seen)
    for method, path, body in [("GET", proxytable.ALLOWED + "?a=1", b""), ("POST", proxytable.PLAIN, b"x" * 5000)]:
        status, _, answer = ask(path, right, *forged, method=method, body=body)
        assert status == 200, answer
        facts = api.seen[-1]
        told = {name.lower(): value for name, value in facts["headers"]}
        assert (facts["method"], facts["path"], facts["body"]) == (method, path, body.decode())
        assert (told["latchkey-user"], told["latchkey-account"], told["latchkey-roles"]) == ("acme-orders", "920012", "ordering,reporting")
        assert "authorization" not in told and not any(proxytable.is_forged(name) for name in told) and "forged" not in json.dumps(told)
    assert len(api.seen) == seen + 2
    for path, headers, expected, reason in [
        (proxytable.ALLOWED, [], 401, "not-authenticated"), (proxytable.REFUSED, [right, *forged], 403, "role-missing"),
        ("/api/accounts/920012/../930044/orders", [right], 400, "path-refused"), (proxytable.PLAIN + "/", [right], 400, "path-refused"),
    ]:
        status, headers, body = ask(path, *headers)
        assert status == expected and json.loads(body)["reason"] == reason, (path, status, body)
        assert [value for name, value in headers if name == "www-authenticate"] == ([CHALLENGE] if status == 401 else [])
    assert len(api.seen) == seen + 2


def test_the_gate_is_told_who_the_client_is(proxy, installation):
    source = f"127.{10 + KINDS.index(proxy.name)}.9.9"
    raw = b"GET /api/accounts/920012/orders HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: 1.2.3.4\r\nX-Real-IP: 1.2.3.4\r\nAuthorization: %s\r\n\r\n"
    statuses = []
    for _ in range(7):
        with proxy.connect(source) as connection:
            status, headers, _ = proxies.exchange(connection, raw % latchkey.basic("nobody-at-all", "x").encode())
        statuses.append(status)
    assert statuses[:5] == [401] * 5 and statuses[-1] == 429, statuses
    assert any(name.lower() == "retry-after" for name, _ in headers), headers
    with proxy.connect(source.replace(".9.9", ".9.8")) as connection:
        assert proxies.exchange(connection, raw % latchkey.basic("nobody-at-all", "x").encode())[0] == 401


class Slow:
    """A gate that accepts, reads, and never answers."""

    def __init__(self):
        self.server = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.server.getsockname()[1]}"
        self.open = []

    def __enter__(self):
        def accept():
            while True:
                try:
                    self.open.append(self.server.accept()[0])
                except OSError:
                    return
        threading.Thread(target=accept, daemon=True).start()
        return self

    def hang_up(self):
        self.server.shutdown(socket.SHUT_RDWR)
        self.server.close()
        for connection in self.open:
            connection.close()

    def __exit__(self, *_):
        if self.server.fileno() >= 0:
            self.hang_up()


RIGHT = b"GET /api/accounts/920012/orders HTTP/1.1\r\nHost: localhost\r\nLatchkey-User: forged\r\nAuthorization: Basic dTpw\r\n\r\n"


@pytest.mark.parametrize("kind", proxies.ALL, ids=lambda kind: kind.name)
def test_nothing_passes_while_the_gate_is_away(kind, installation, api, tmp_path):
    seen = len(api.seen)
    with kind(tmp_path / kind.name, f"127.0.0.1:{proxies.free_port()}", api.port, installation.ca_file) as proxy:
        with proxy.connect() as connection:
            status, _, body = proxies.exchange(connection, RIGHT)
    assert status in (500, 502, 503), (status, body)
    assert len(api.seen) == seen


@pytest.mark.parametrize("kind", proxies.ALL, ids=lambda kind: kind.name)
def test_nothing_passes_while_the_gate_is_slow(kind, installation, api, tmp_path):
    seen = len(api.seen)
    with Slow() as gate, kind(tmp_path / kind.name, gate.address, api.port, installation.ca_file, swap=kind.faster) as proxy:
        asked = len(gate.open)
        with proxy.connect() as connection:
            connection.sendall(RIGHT)
            until(lambda: len(gate.open) > asked, "the gate is not asked")
            if not kind.faster:
                gate.hang_up()
            answer = http.client.HTTPResponse(connection)
            answer.begin()
            assert answer.status in (500, 502, 503, 504), answer.status
    assert len(api.seen) == seen


def test_an_error_in_haproxys_script_lets_nothing_pass(installation, api, tmp_path):
    seen = len(api.seen)
    broken = {"local status = answer": 'error("on purpose")\n    local status = answer'}
    raw = proxytable.Row("allowed", 200).raw(installation.people, "broken", "localhost")
    with proxies.HAProxy(tmp_path / "haproxy", gate_of(installation), api.port, installation.ca_file, swap=broken) as proxy:
        with proxy.connect() as connection:
            status, _, body = proxies.exchange(connection, raw)
    assert status == 503, (status, body)
    assert len(api.seen) == seen
