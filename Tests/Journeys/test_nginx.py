"""The same API user through real nginx, with the file from deploy/nginx."""

import http.client
import json
import pathlib
import socket
import subprocess
import urllib.parse

import latchkey
import pytest
from patience import until

ROOT = pathlib.Path(__file__).resolve().parents[2]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Nginx:
    """A TLS server in front of the upstream that asks Latchkey first."""

    def __init__(self, folder, server, upstream):
        self.folder, self.port = folder, free_port()
        gate = urllib.parse.urlsplit(server.gate)
        text = (ROOT / "deploy" / "nginx" / "latchkey.conf").read_text()
        for given, ours in {
            "127.0.0.1:8445;": f"{gate.hostname}:{gate.port};", "127.0.0.1:8080;": f"127.0.0.1:{upstream.port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;", "server_name api.example.com;": "server_name localhost;",
            "/etc/nginx/tls/api.example.com.pem": server.ca_file,
            "/etc/nginx/tls/api.example.com.key": str(pathlib.Path(server.ca_file).with_name("key.pem")),
        }.items():
            assert text.count(given) == 1, given
            text = text.replace(given, ours)
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log {folder}/error.log info;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;"
            f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n{text}\n}}\n")

    def __enter__(self):
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)])
        def listens():
            assert self.process.poll() is None, (self.folder / "error.log").read_text()
            with socket.socket() as probe:
                return probe.connect_ex(("127.0.0.1", self.port)) == 0
        until(listens, "nginx does not listen", 10)
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait(timeout=10)


@pytest.fixture
def nginx(tmp_path, demo, upstream):
    with Nginx(tmp_path, demo, upstream) as proxy:
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
    status, _, body = call(allowed["path"], method=allowed["method"], headers=forged)
    assert status == 200, body
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
        folder = tmp_path / "nginx"
        folder.mkdir()
        user, allowed = server.facts["api_user"], server.facts["allowed"]
        with Nginx(folder, server, upstream) as proxy:
            base = f"https://localhost:{proxy.port}"
            assert server.call(allowed["path"], user["username"], user["password"], base=base)[0] == 200
            seen = len(upstream.seen)
            server.stop()
            assert server.call(allowed["path"], user["username"], user["password"], base=base)[0] in (500, 502, 503)
            assert len(upstream.seen) == seen
