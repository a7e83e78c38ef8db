"""What is done to HTTP/1.1 in test_attacks_http.py, said in HTTP/2: the same answers at both TLS listeners."""

import base64
import json
import re

import http2
import latchkey
import pytest
from patience import until
from upstream import Upstream
from wire import Wire, resident

LISTENERS = ["proxy", "dashboard"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with Upstream() as upstream:
        folder = tmp_path_factory.mktemp("http2-requests")
        with latchkey.Server(folder / "data", command="demo", flags=["--upstream", upstream.url]) as server:
            user = server.facts["api_user"]
            server.upstream, server.token = upstream, latchkey.basic(user["username"], user["password"])
            # At the dashboard's listener programs are served the account API alone.
            server.paths = {"proxy": server.facts["allowed"]["path"], "dashboard": f"/api/users/{user['username']}"}
            yield server
            assert server.process.poll() is None, "the server died"


def ask(server, listener, *headers, authority="localhost", path=None, method="GET", body=b""):
    """(status, headers, body); status 0 when the stream was reset or the connection ended."""
    with Wire(server, getattr(server, listener), alpn=("h2",)) as wire:
        try:
            return http2.exchange(wire.socket, authority, path or server.paths[listener], headers, method, body, agreed=True)
        except OSError:
            return 0, [], b""


def encoded(text):
    return ("authorization", "Basic " + base64.b64encode(text if isinstance(text, bytes) else text.encode()).decode())


def same(answer):
    """An answer without what names this one request."""
    status, fields, body = answer
    return status, [field for field in fields if field[0] not in ("date", "latchkey-request-id")], re.sub(rb"req_\w{26}", b"req", body)


@pytest.mark.parametrize("listener", LISTENERS)
def test_t1_every_fault_of_credentials_is_one_answer_on_http2_too(server, listener):
    values = ["Basic", "Basic !!!", "Basic dTpw,", "Basic dTpw x", "Digest username=\"u\", realm=\"x\"", "A" * 20_000, "Basic dTpw==", "Basic dTp-"]
    inputs = [(), *((("authorization", value),) for value in values)]
    inputs += [(encoded(text),) for text in ("nocolon", ":", "u:", ":p", "u:p", b"u:\xff", f"{server.facts['api_user']['username']}:wrong")]
    answers = [ask(server, listener, *headers) for headers in inputs]
    assert ask(server, listener, ("authorization", server.token))[0] == 200
    for headers, answer in zip(inputs, answers):
        assert answer[0] == 401, (headers, answer)
        assert [value for name, value in answer[1] if name == "www-authenticate"] == ['Basic realm="Latchkey", charset="UTF-8"'], headers
        assert same(answer) == same(answers[0]), (headers, same(answer), same(answers[0]))


@pytest.mark.parametrize("listener", LISTENERS)
def test_t2_the_scheme_has_no_case_and_spaces_may_repeat_on_http2_too(server, listener):
    word = server.token.split(" ")[1]
    for good in ("basic", "BASIC", "BaSiC", "Basic ", "Basic   "):
        assert ask(server, listener, ("authorization", f"{good} {word}"))[0] == 200, good
    for bad in (f"Basic\t{word}", f"Basic \t{word}", f"Basic{word}", f"Basic {word} ."):
        assert ask(server, listener, ("authorization", bad))[0] == 401, bad


def passes(server):
    text = server.call("/metrics", base=server.gate)[2].decode()
    return sum(float(line.split()[-1]) for line in text.splitlines() if line.startswith("latchkey_gate_decisions_total") and 'outcome="pass"' in line)


@pytest.mark.parametrize("listener", LISTENERS)
def test_t3_two_authorization_fields_are_refused_in_every_order_on_http2_too(server, listener):
    good, bad, seen = ("authorization", server.token), ("authorization", "Basic dTpw"), len(server.upstream.seen)
    assert ask(server, listener, good)[0] == 200
    counted = passes(server)
    assert counted > 0 and len(server.upstream.seen) == seen + (listener == "proxy")
    for pair in [(good, bad), (bad, good), (good, good)]:
        status, fields, body = ask(server, listener, *pair)
        assert status == 400 and dict(fields)["content-type"] == "application/problem+json", (pair, status, body)
    assert passes(server) == counted and len(server.upstream.seen) == seen + (listener == "proxy")


@pytest.mark.parametrize("listener", LISTENERS)
@pytest.mark.parametrize("options, headers, expected", [
    ({"authority": ""}, [], (400, 0)), ({"authority": "a@localhost"}, [], (400,)), ({"authority": "localhost.."}, [], (400,)),
    ({"authority": "localhost,evil"}, [], (400,)), ({"authority": "[fe80::1%25eth0]"}, [], (400,)), ({"authority": "localhost:99999"}, [], (400,)),
    ({}, [("host", "evil.example")], (400,)), ({}, [("host", "localhost"), ("host", "localhost")], (400,)), ({"path": "*"}, [], (400,)),
    ({"path": "*", "method": "OPTIONS"}, [], (400,)), ({"path": "http://evil.example/"}, [], (400,)), ({"path": "signin"}, [], (400,)),
    ({"method": "get"}, [], (400, 405, 501)), ({"method": "G T"}, [], (400, 0, 405, 501)), ({"method": "TRACE"}, [], (405,)),
], ids=str)
def test_t9_t37_a_request_for_nobody_or_by_no_method_never_passes_on_http2(server, listener, options, headers, expected):
    assert ask(server, listener, ("authorization", server.token))[0] == 200
    seen = len(server.upstream.seen)
    status, fields, body = ask(server, listener, ("authorization", server.token), *headers, **options)
    assert status in expected, (status, body)
    assert status != 405 or "GET" in dict(fields)["allow"]
    assert len(server.upstream.seen) == seen


def test_t9_t37_a_host_is_one_name_however_it_is_spelled_on_http2(server):
    port = server.dashboard.rsplit(":", 1)[1]
    for name in ("LocalHost", "localhost.", f"LOCALHOST.:{port}", f"localhost:{port}", "127.0.0.1", "[::1]", "[0:0:0:0:0:0:0:1]"):
        assert ask(server, "dashboard", authority=name, path="/signin")[0] == 200, name
    for name in ("evil.example", "localhost.evil.example", "xn--localhost"):
        assert ask(server, "dashboard", authority=name, path="/signin")[0] == 421, name
    # The same word, or two words that somebody behind us might take for two hosts.
    assert ask(server, "dashboard", ("host", "localhost"), path="/signin")[0] == 200
    assert ask(server, "dashboard", ("host", "LOCALHOST."), path="/signin")[0] == 400
    assert ask(server, "dashboard", ("x-forwarded-host", "evil.example"), path="/signin")[0] == 200
    assert ask(server, "dashboard", path="/signin", method="PURGE")[0] == 501


@pytest.mark.parametrize("listener", LISTENERS)
def test_t10_too_much_is_refused_and_leaves_nothing_behind_on_http2(server, listener):
    base = resident(server.process)
    inputs = {
        "1,001 fields": ([(f"a{number}", "b") for number in range(1001)], {}), "66,000 fields": ([("a", "")] * 66_000, {}),
        "81 KB of one field": ([("x", "a" * 81_000)], {}), "100 KB of path": ([], {"path": "/" + "a" * 100_000}),
        "65,536 bytes of path": ([], {"path": "/" + "a" * 65_535})}
    for what, (headers, options) in inputs.items():
        status = ask(server, listener, ("authorization", server.token), *headers, **options)[0]
        # Above twice the limit the connection ends; below it the front door says so itself.
        assert status in (0, 414, 431), (what, status)
    status, _, body = ask(
        server, "dashboard", ("authorization", server.token), ("content-type", "application/json"), path=f"{server.paths['dashboard']}/password",
        method="PUT", body=b"[" * 8000 + b"]" * 8000)
    assert status == 400, (status, body)
    assert ask(server, listener, ("authorization", server.token))[0] == 200
    until(lambda: resident(server.process) < base + 16, f"memory stays up: {base:.0f} to {resident(server.process):.0f} MiB", 10)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/healthz", "/metrics", "/favicon.ico", "/.well-known/security.txt", "/robots.txt"])
def test_t39_there_is_no_way_around_for_health_checkers_and_preflights_on_http2(server, method, path):
    assert ask(server, "proxy", ("authorization", server.token))[0] == 200
    seen = len(server.upstream.seen)
    for agent in ("GoogleHC/1.0", "kube-probe/1.2"):
        headers = (("user-agent", agent), ("origin", "https://a.example"), ("access-control-request-method", "GET"))
        status, fields, body = ask(server, "proxy", *headers, path=path, method=method)
        assert status == 401 and not [name for name, _ in fields if name.startswith("access-control")], (status, fields)
    assert len(server.upstream.seen) == seen


def test_t40_the_upstream_sees_neither_the_password_nor_our_cookie_on_http2(server):
    status, _, body = ask(
        server, "proxy", ("authorization", server.token), ("cookie", "a=1"), ("cookie", "__Host-latchkey=secret-session"), ("cookie", "b=2"),
        ("proxy-authorization", "Basic dTpw"))
    told = {name.lower(): value for name, value in json.loads(body)["headers"]}
    assert status == 200 and "authorization" not in told and "proxy-authorization" not in told and "secret-session" not in json.dumps(told)
    assert told["cookie"].replace(" ", "") == "a=1;b=2", told["cookie"]
