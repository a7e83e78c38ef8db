"""Real proxies with the files of deploy/, each in a process of its own between a client and the upstream, asking a gate."""

import contextlib
import http.client
import pathlib
import socket
import ssl
import subprocess
import sys
import urllib.parse

from patience import until
from ports import free_port

ROOT = pathlib.Path(__file__).resolve().parents[2]
BIN = pathlib.Path(sys.executable).parent


class Proxy:
    """A proxy's process. `gate` is HOST:PORT; `swap` changes further texts of its files."""

    name = ""
    files = {}

    def __init__(self, folder, gate, upstream_port, certificate, swap=None):
        self.folder = pathlib.Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.port, self.gate, self.upstream_port = free_port(), gate, upstream_port
        self.certificate = pathlib.Path(certificate)
        self.key = self.certificate.with_name("key.pem")
        self.process = None
        changes = {**self.changes(), **(swap or {})}
        texts = {file: (ROOT / "deploy" / path).read_text() for file, path in self.files.items()}
        for given, ours in changes.items():
            assert sum(text.count(given) for text in texts.values()) == 1, f"{self.name}: {given!r} is not there once"
            texts = {file: text.replace(given, ours) for file, text in texts.items()}
        for file, text in texts.items():
            (self.folder / file).write_text(self.frame(file, text))

    def frame(self, file, text):
        return text

    def __enter__(self):
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(self.command(), stdout=self.log, stderr=self.log, cwd=self.folder)

        def listens():
            assert self.process.poll() is None, f"{self.name} did not start:\n{self.said()}"
            with contextlib.suppress(OSError):
                self.connect().close()
                return True
            return False

        try:
            until(listens, f"{self.name} does not listen", 20)
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait(timeout=10)
        self.log.close()

    def said(self):
        return (self.folder / "log").read_text(errors="replace")[-3000:]

    def connect(self, source="127.0.0.1", alpn=("http/1.1",), timeout=20):
        return tls_connection(self.port, self.certificate, source, alpn, timeout)


def tls_connection(port, certificate, source="127.0.0.1", alpn=("http/1.1",), timeout=20):
    context = ssl.create_default_context(cafile=certificate)
    context.set_alpn_protocols(list(alpn))
    raw = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))
    try:
        return context.wrap_socket(raw, server_hostname="localhost")
    except BaseException:
        raw.close()
        raise


def exchange(connection, raw, method="GET"):
    """Sends bytes and reads one answer: (status, [(name, value)], body); (0, [], b"") if the connection ends without one."""
    try:
        connection.sendall(raw)
        answer = http.client.HTTPResponse(connection, method=method)
        answer.begin()
        return answer.status, answer.getheaders(), answer.read()
    except (ConnectionError, http.client.BadStatusLine, ssl.SSLEOFError):
        return 0, [], b""


class BuiltIn:
    """Latchkey's own reverse proxy, under the same handle."""

    name = "built-in"

    def __init__(self, server):
        self.port, self.certificate = urllib.parse.urlsplit(server.proxy).port, server.ca_file

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    connect = Proxy.connect

    def said(self):
        return ""


class Nginx(Proxy):
    name = "nginx"
    files = {"nginx.conf": "nginx/latchkey.conf"}
    faster = {"proxy_read_timeout 15s;": "proxy_read_timeout 1s;"}

    def changes(self):
        return {
            "127.0.0.1:8445;": f"{self.gate};", "127.0.0.1:8080;": f"127.0.0.1:{self.upstream_port};",
            "listen 443 ssl http2;": f"listen 127.0.0.1:{self.port} ssl http2;", "server_name api.example.com;": "server_name localhost;",
            "/etc/nginx/tls/api.example.com.pem": str(self.certificate), "/etc/nginx/tls/api.example.com.key": str(self.key),
        }

    def frame(self, file, text):
        places = " ".join(f"{kind}_temp_path {self.folder}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
        return (
            f"daemon off; worker_processes 1; pid {self.folder}/nginx.pid; error_log {self.folder}/log info;\n"
            f"events {{ worker_connections 256; }}\nhttp {{ access_log off; {places}\n{text}\n}}\n")

    def command(self):
        return ["/usr/sbin/nginx", "-c", str(self.folder / "nginx.conf"), "-p", str(self.folder)]


class Caddy(Proxy):
    name = "caddy"
    files = {"Caddyfile": "caddy/Caddyfile"}
    faster = {"response_header_timeout 15s": "response_header_timeout 1s"}

    def changes(self):
        return {
            "api.example.com {": f"https://localhost:{self.port} {{\n\tbind 127.0.0.1\n\ttls {self.certificate} {self.key}",
            "forward_auth 127.0.0.1:8445 {": f"forward_auth {self.gate} {{",
            "reverse_proxy 127.0.0.1:8080 {": f"reverse_proxy 127.0.0.1:{self.upstream_port} {{",
        }

    def frame(self, file, text):
        return "{\n\tadmin off\n\tauto_https disable_redirects\n\tpersist_config off\n\tskip_install_trust\n\tservers {\n\t\tprotocols h1 h2\n\t}\n}\n" + text

    def command(self):
        return ["env", f"HOME={self.folder}", f"XDG_DATA_HOME={self.folder}", str(BIN / "caddy"), "run", "--config", str(self.folder / "Caddyfile")]


class Traefik(Proxy):
    name = "traefik"
    files = {"traefik.yaml": "traefik/traefik.yaml", "latchkey.yaml": "traefik/latchkey.yaml"}
    # Its timeout for the gate is 30 s and cannot be set.
    faster = {}

    def changes(self):
        return {
            'address: ":443"': f'address: "127.0.0.1:{self.port}"', "/etc/traefik/latchkey.yaml": str(self.folder / "latchkey.yaml"),
            "http://127.0.0.1:8445/": f"http://{self.gate}/", "http://127.0.0.1:8080": f"http://127.0.0.1:{self.upstream_port}",
            "/etc/traefik/tls/api.example.com.pem": str(self.certificate), "/etc/traefik/tls/api.example.com.key": str(self.key),
        }

    def command(self):
        return [str(BIN / "traefik"), f"--configFile={self.folder / 'traefik.yaml'}"]

    def __enter__(self):
        super().__enter__()

        def routes():
            with self.connect(timeout=1) as connection:
                try:
                    return exchange(connection, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")[0] != 404
                except TimeoutError:
                    return True  # waits for the gate, so it has a route

        until(routes, f"traefik has no route:\n{self.said()}", 20)
        return self


class Envoy(Proxy):
    name = "envoy"
    files = {"envoy.yaml": "envoy/envoy.yaml"}
    faster = {"timeout: 15s": "timeout: 1s"}

    def changes(self):
        host, port = self.gate.split(":")
        return {
            "{ address: 0.0.0.0, port_value: 443 }": f"{{ address: 127.0.0.1, port_value: {self.port} }}",
            "{ address: 127.0.0.1, port_value: 8445 }": f"{{ address: {host}, port_value: {port} }}",
            "{ address: 127.0.0.1, port_value: 8080 }": f"{{ address: 127.0.0.1, port_value: {self.upstream_port} }}",
            "/etc/envoy/tls/api.example.com.pem": str(self.certificate), "/etc/envoy/tls/api.example.com.key": str(self.key),
        }

    def command(self):
        import envoy
        binary = pathlib.Path(envoy.__file__).parent / "_bin" / "envoy"
        return [
            str(binary), "-c", str(self.folder / "envoy.yaml"), "--concurrency", "1", "--disable-hot-restart", "-l", "warning"]


class HAProxy(Proxy):
    name = "haproxy"
    files = {"haproxy.cfg": "haproxy/haproxy.cfg", "latchkey.lua": "haproxy/latchkey.lua"}
    faster = {"timeout = 4000": "timeout = 500"}

    def changes(self):
        both = self.folder / "both.pem"
        both.write_text(self.certificate.read_text() + self.key.read_text())
        return {
            "bind :443 ": f"bind 127.0.0.1:{self.port} ", "/etc/haproxy/tls/api.example.com.pem": str(both),
            "/etc/haproxy/latchkey.lua": str(self.folder / "latchkey.lua"), "lua.latchkey 127.0.0.1:8445": f"lua.latchkey {self.gate}",
            "server api 127.0.0.1:8080": f"server api 127.0.0.1:{self.upstream_port}",
        }

    def command(self):
        return ["/usr/sbin/haproxy", "-db", "-f", str(self.folder / "haproxy.cfg")]


ALL = [Nginx, Caddy, Traefik, Envoy, HAProxy]
