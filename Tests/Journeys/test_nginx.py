"""The same API user through real nginx, with the file from deploy/nginx."""

import json
import urllib.parse

import latchkey
import proxies
import pytest
from forms import FormClient

def nginx_before(server, upstream, folder):
    gate = urllib.parse.urlsplit(server.gate)
    return proxies.Nginx(folder, f"{gate.hostname}:{gate.port}", upstream.port, server.ca_file)


@pytest.fixture
def nginx(tmp_path, demo, upstream):
    with nginx_before(demo, upstream, tmp_path / "nginx") as proxy:
        yield proxy


def test_nginx_asks_the_gate_and_tells_the_upstream_who_called(nginx, demo, upstream):
    base = f"https://localhost:{nginx.port}"
    user = demo.facts["api_user"]

    def call(path, username=user["username"], password=user["password"], **more):
        return demo.call(path, username, password, base=base, **more)

    forged = {
        "Latchkey-User": "root", "latchkey_user": "root", "Latchkey-Roles": "all", "Latchkey-Account": "1", "X-Original-URI": "/public",
        "X-Original-Method": "GET", "X-Forwarded-Uri": "/public",
    }
    allowed, refused = demo.facts["allowed"], demo.facts["refused"]
    # The first is proven, the second passes by what is remembered: both tell the program apart from others.
    for agent in ("first-sync/1", "second-sync/2"):
        status, _, body = call(allowed["path"], method=allowed["method"], headers={**forged, "User-Agent": agent})
        assert status == 200, body
    ana = FormClient(demo).sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    page = ana.get(f"/credentials/{user['username']}")[2]
    assert "first-sync/1" in page and "second-sync/2" in page
    told = [(name.lower(), value) for name, value in json.loads(body)["headers"]]
    assert [value for name, value in told if name == "latchkey-user"] == [user["username"]]
    assert [value for name, value in told if name == "latchkey-account"] == ["920012"]
    assert "authorization" not in dict(told) and "all" not in dict(told)["latchkey-roles"] and "latchkey_user" not in dict(told)
    seen = len(upstream.seen)

    status, headers, body = call(refused["path"], method=refused["method"])
    assert status == 403 and json.loads(body)["reason"] in ("role-missing", "no-such-route"), body
    assert headers["Content-Type"] == "application/problem+json"
    status, headers, body = call(allowed["path"].replace("920012", "111111"))
    assert (status, json.loads(body)["reason"]) == (403, "account-not-granted")
    for answer in [
        call(allowed["path"], password="wrong"), call(allowed["path"], username=user["username"].upper()),
        demo.call(allowed["path"], base=base),
    ]:
        assert answer[0] == 401
        assert answer[1].get_all("WWW-Authenticate") == ['Basic realm="Latchkey", charset="UTF-8"']
        assert json.loads(answer[2])["status"] == 401
    for trick in ["/api/accounts/920012/../930044/orders", "/api/accounts/930044%2f..%2f920012/orders", "//api/accounts/920012/orders",
                  "/api/accounts/920012/orders;x", "/api/accounts/920012/%2e%2e/orders"]:
        status, _, body = call(trick)
        assert status == 400, (trick, status, body)
    status, _, body = call(refused["path"], method=refused["method"], headers={"Accept": "application/xml"})
    assert status == 403 and body.startswith(b"<?xml") and b"<ResponseStatus>" in body
    assert len(upstream.seen) == seen, "a refused call reached the upstream"


def test_nginx_refuses_when_the_gate_is_away(tmp_path, upstream):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        user, allowed = server.facts["api_user"], server.facts["allowed"]
        with nginx_before(server, upstream, tmp_path / "nginx") as proxy:
            base = f"https://localhost:{proxy.port}"
            assert server.call(allowed["path"], user["username"], user["password"], base=base)[0] == 200
            seen = len(upstream.seen)
            server.stop()
            assert server.call(allowed["path"], user["username"], user["password"], base=base)[0] in (500, 502, 503)
            assert len(upstream.seen) == seen
