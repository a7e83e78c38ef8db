"""The framings of T7 through the proxies that ask the gate: what one of them reads as one request, nobody behind it reads as two."""

import ssl
import urllib.parse

import latchkey
import proxies
import pytest
from test_attacks_http import FRAMINGS
from upstream import Upstream
from wire import Wire, statuses

ORDERS = "/api/accounts/920012/orders"
# Without a password: whoever takes it for a request has it refused, and nobody may carry it to the upstream.
SMUGGLED = "GET /api/accounts/920012/smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def api():
    with Upstream() as server:
        yield server


@pytest.fixture(scope="module")
def installation(tmp_path_factory, api):
    with latchkey.Server(tmp_path_factory.mktemp("smuggling") / "data", command="demo", config=f"upstream:\n  url: {api.url}\n") as server:
        server.token = latchkey.basic(server.facts["api_user"]["username"], server.facts["api_user"]["password"])
        yield server


@pytest.fixture(scope="module", params=proxies.ALL, ids=lambda kind: kind.name)
def proxy(request, installation, api, tmp_path_factory):
    gate = urllib.parse.urlsplit(installation.gate)
    folder = tmp_path_factory.mktemp(request.param.name)
    with request.param(folder, f"{gate.hostname}:{gate.port}", api.port, installation.ca_file) as running:
        yield running


def plain(installation, api, url):
    """What everybody reads alike gets through, so that a refusal is one of the framing."""
    seen = len(api.seen)
    with Wire(installation, url) as wire:
        answer = wire.send(f"POST {ORDERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {installation.token}\r\nContent-Length: 3\r\n\r\nabc").answer()
    assert answer.status == 200 and [call["body"] for call in api.seen[seen:]] == ["abc"], answer


@pytest.mark.parametrize("case", FRAMINGS)
def test_t7_nothing_is_smuggled_behind_a_proxy_that_asks_the_gate(proxy, installation, api, case):
    url = f"https://localhost:{proxy.port}"
    plain(installation, api, url)
    seen, waits = len(api.seen), False
    with Wire(installation, url, timeout=2) as wire:
        start = f"POST {ORDERS} HTTP/1.1\r\nHost: localhost\r\nAuthorization: {installation.token}\r\n"
        wire.send(start + FRAMINGS[case] + SMUGGLED)
        try:
            got = wire.rest()
        except (TimeoutError, ssl.SSLError):
            got, waits = wire.buffer, True  # it keeps the connection, or waits for more of a body
    reached = [call["path"] for call in api.seen[seen:]]
    assert reached in ([], [ORDERS]), (case, reached)
    told = statuses(got)
    # One answer; or a second one to what was framed as a second request, and that is a refusal.
    assert len(told) <= 2 and told[1:] in ([], [400], [401], [403]), (case, told, got[:600])
    assert 200 not in told[1:], (case, told)
    assert reached or waits or not told or told[0] >= 400, (case, told)
    plain(installation, api, url)
