"""The warm decision beside what others do, the reverse proxy beside other proxies, memory and start: one table, one JSON file.

Every server answers the same user with the same password. The server has one core, the load another; rounds alternate, so that a
noisy minute falls on all alike. Figures are ratios within this run; the absolute ones belong to this machine and are never asserted.
"""

import argparse
import base64
import contextlib
import json
import pathlib
import statistics
import subprocess
import tempfile
import time

from processes import BARE, LATCHKEY, LOAD_CORE, Process, free_port, latchkey, status, tool, wrk

USER, PASSWORD = "acme-orders", None
ORDERS = "/api/accounts/920012/orders"


class Peer:
    """One server in one set-up: how it is started, what is asked of it, what it keeps of the password."""

    def __init__(self, name, secret, start, headers=None, path="/", scheme="http", connections=64):
        self.name, self.secret, self.start, self.path, self.scheme, self.connections = name, secret, start, path, scheme, connections
        self.headers = headers if headers is not None else {"Authorization": basic(USER, PASSWORD)}
        self.rates, self.p99 = [], []

    def url(self):
        return f"{self.scheme}://localhost:{self.port}{self.path}" if self.scheme == "https" else f"http://127.0.0.1:{self.port}{self.path}"


def basic(user, password):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def nginx_conf(folder, port, inside, outside="", workers=1):
    return f"""
daemon off; master_process on; worker_processes {workers}; pid {folder}/nginx.pid; error_log {folder}/error.log crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  {outside}
  server {{ listen 127.0.0.1:{port} reuseport; {inside} }}
}}
"""


@contextlib.contextmanager
def nginx(folder, inside, outside="", core=None, name="nginx", port=None):
    folder = pathlib.Path(folder) / name
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    (folder / "nginx.conf").write_text(nginx_conf(folder, port, inside, outside))
    extra = {} if core is None else {"core": core}
    with Process([tool("nginx"), "-e", folder / "start.log", "-c", folder / "nginx.conf"], folder, name=name, **extra) as server:
        server.started = server.wait_until_answers(port)
        yield port, server


def htpasswd(*flags):
    return subprocess.run(["htpasswd", "-nb", *flags, USER, PASSWORD], capture_output=True, text=True, check=True).stdout.strip()


def nginx_basic(line):
    """nginx answers from a file, since `return` would come before the password is asked for."""
    @contextlib.contextmanager
    def start(folder):
        folder = pathlib.Path(folder)
        (folder / "htpasswd").write_text(line + "\n")
        (folder / "htpasswd").chmod(0o644)
        folder.chmod(0o755)
        inside = f'location / {{ auth_basic "bench"; auth_basic_user_file {folder}/htpasswd; empty_gif; }}'
        with nginx(folder, inside) as (port, server):
            yield port, server
    return start


@contextlib.contextmanager
def nginx_floor(folder):
    with nginx(folder, "location / { return 200; }") as (port, server):
        yield port, server


@contextlib.contextmanager
def bare(folder):
    port = free_port()
    with Process([BARE, str(port)], folder, name="bare-nio") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


@contextlib.contextmanager
def apache(folder, line):
    folder, port = pathlib.Path(folder), free_port()
    folder.chmod(0o755)
    (folder / "htpasswd").write_text(line + "\n")
    (folder / "www").mkdir(exist_ok=True)
    (folder / "www" / "index.txt").write_text("ok")
    modules = ["mpm_event", "authz_core", "authz_user", "authn_core", "authn_file", "auth_basic", "dir"]
    loads = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in modules)
    (folder / "apache.conf").write_text(f"""
ServerRoot {folder}
ServerName localhost
Listen 127.0.0.1:{port}
PidFile {folder}/pid
ErrorLog {folder}/error.log
LogLevel crit
User www-data
Group www-data
{loads}
KeepAlive On
MaxKeepAliveRequests 0
KeepAliveTimeout 60
DocumentRoot {folder}/www
<Directory {folder}/www>
AuthType Basic
AuthName bench
AuthBasicProvider file
AuthUserFile {folder}/htpasswd
Require valid-user
DirectoryIndex index.txt
</Directory>
""")
    with Process([tool("apache2"), "-f", folder / "apache.conf", "-D", "FOREGROUND"], folder, name="apache") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


@contextlib.contextmanager
def haproxy(folder, user):
    folder, port = pathlib.Path(folder), free_port()
    (folder / "haproxy.cfg").write_text(f"""
global
  maxconn 4096
  nbthread 1
defaults
  mode http
  timeout client 60s
  timeout server 60s
  timeout connect 5s
userlist bench
  user {USER} {user}
frontend front
  bind 127.0.0.1:{port}
  http-request auth realm bench unless {{ http_auth(bench) }}
  http-request return status 200
""")
    with Process([tool("haproxy"), "-f", folder / "haproxy.cfg"], folder, name="haproxy") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


def caddy_hash():
    return subprocess.run([tool("caddy"), "hash-password", "--plaintext", PASSWORD], capture_output=True, text=True, check=True).stdout.strip()


@contextlib.contextmanager
def caddy(folder, hashed, answer='respond "ok" 200', tls=False):
    folder, port = pathlib.Path(folder), free_port()
    # A Caddyfile's basic_auth keeps proven passwords in memory; nothing is to be turned on for that.
    site = f"https://localhost:{port}" if tls else f"http://127.0.0.1:{port}"
    (folder / "Caddyfile").write_text(f"""
{{
  admin off
  auto_https disable_redirects
  skip_install_trust
  persist_config off
}}
{site} {{
  {'tls internal' if tls else ''}
  basic_auth {{
    {USER} {hashed}
  }}
  {answer}
}}
""")
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "GOMAXPROCS": "1"}
    with Process([tool("caddy"), "run", "--config", folder / "Caddyfile"], folder, environment=home, name="caddy") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


@contextlib.contextmanager
def traefik(folder, line):
    folder, port = pathlib.Path(folder), free_port()
    (folder / "dynamic.yaml").write_text(json.dumps({"http": {
        "routers": {"all": {"rule": "PathPrefix(`/`)", "service": "ping@internal", "middlewares": ["users"], "entryPoints": ["web"]}},
        "middlewares": {"users": {"basicAuth": {"users": [line]}}}}}))
    (folder / "static.yaml").write_text(json.dumps({
        "entryPoints": {"web": {"address": f"127.0.0.1:{port}"}}, "ping": {"manualRouting": True}, "log": {"level": "ERROR"},
        "providers": {"file": {"filename": str(folder / "dynamic.yaml")}}, "global": {"checkNewVersion": False, "sendAnonymousUsage": False}}))
    with Process([tool("traefik"), f"--configFile={folder}/static.yaml"], folder, environment={"GOMAXPROCS": "1"}, name="traefik") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


@contextlib.contextmanager
def envoy(folder, line):
    folder, port = pathlib.Path(folder), free_port()
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench",
        "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [
            {"match": {"prefix": "/"}, "direct_response": {"status": 200, "body": {"inline_string": "ok"}}}]}]},
        "http_filters": [
            {"name": "envoy.filters.http.basic_auth", "typed_config": {
                "@type": "type.googleapis.com/envoy.extensions.filters.http.basic_auth.v3.BasicAuth", "users": {"inline_string": line}}},
            {"name": "envoy.filters.http.router", "typed_config": {"@type": "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"}}]}
    (folder / "envoy.json").write_text(json.dumps({"static_resources": {"listeners": [{
        "name": "front", "address": {"socket_address": {"address": "127.0.0.1", "port_value": port}},
        "filter_chains": [{"filters": [{"name": "envoy.filters.network.http_connection_manager", "typed_config": manager}]}]}]}}))
    arguments = [tool("envoy"), "-c", folder / "envoy.json", "--concurrency", "1", "--log-level", "error", "--base-id", str(port)]
    with Process(arguments, folder, name="envoy") as server:
        server.started = server.wait_until_answers(port)
        yield port, server


def sha512():
    return subprocess.run(["openssl", "passwd", "-6", PASSWORD], capture_output=True, text=True, check=True).stdout.strip()


# MARK: What is measured

def decision_headers(facts):
    return {"Authorization": basic(facts["api_user"]["username"], facts["api_user"]["password"]), "X-Original-Method": "GET",
            "X-Original-URI": ORDERS, "X-Real-IP": "203.0.113.7"}


def rounds(peers, count, seconds, folder, what):
    """Each peer once a round, in turn; a peer's process lives for its measurement only, after a second of warming up."""
    for number in range(count):
        for index, peer in enumerate(peers):
            place = pathlib.Path(tempfile.mkdtemp(dir=folder))
            with peer.start(place) as (port, server):
                peer.port = port
                # Some take connections before they know their rules.
                deadline = time.monotonic() + 15
                while (answer := status(peer.url(), peer.headers)) not in (200, 204) and time.monotonic() < deadline:
                    time.sleep(0.1)
                if answer not in (200, 204):
                    raise SystemExit(f"{peer.name} answered {answer} before the measurement:\n" + "\n".join(
                        log.read_text(errors="replace")[-1500:] for log in place.rglob("*.log")))
                wrk(peer.url(), peer.headers, 1, peer.connections)
                seen = wrk(peer.url(), peer.headers, seconds, peer.connections)
                if seen["refused"]:
                    raise SystemExit(f"{peer.name} refused {seen['refused']} right requests")
                peer.rates.append(seen["rate"])
                peer.p99.append(seen["p99"])
                peer.memory, peer.begun = server.resident(), server.started
            print(f"  {what} {number + 1}/{count} {peer.name}: {seen['rate']:,.0f}/s", flush=True)




def table(title, peers, first):
    lines = [f"### {title}", "", "| server | stored secret | requests/s, median | min to max | p99 ms | MiB | start ms | Latchkey is |",
             "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |"]
    for peer in sorted(peers, key=lambda peer: -statistics.median(peer.rates)):
        ratio = statistics.median(ours / theirs for ours, theirs in zip(first.rates, peer.rates))
        # wrk names no percentile when too few answers came.
        late = [value for value in peer.p99 if value is not None]
        lines.append(
            f"| {peer.name} | {peer.secret} | {statistics.median(peer.rates):,.0f} | {min(peer.rates):,.0f} to {max(peer.rates):,.0f} "
            f"| {f'{statistics.median(late):.2f}' if late else '–'} | {peer.memory:.0f} | {peer.begun:.0f} | {ratio:.2f}× |")
    return "\n".join(lines) + "\n"


def ratio(ours, theirs):
    return statistics.median(a / b for a, b in zip(ours.rates, theirs.rates))


def decisions(folder, count, seconds, only):
    global PASSWORD
    # One demo, whose password the others get too.
    base = folder / "demo"
    with latchkey(base) as (facts, _):
        PASSWORD = facts["api_user"]["password"]

    @contextlib.contextmanager
    def ours(place):
        with latchkey(base) as (facts, server):
            status(facts["gate_url"] + "/gate/nginx", decision_headers(facts))
            yield int(facts["gate_url"].rsplit(":", 1)[1]), server

    ask = decision_headers({"api_user": {"username": USER, "password": PASSWORD}})
    first = Peer("Latchkey, forward-auth, all on", "Argon2id 19 MiB", ours, ask, "/gate/nginx")
    sha, bcrypt5, bcrypt10, apr1 = htpasswd("-s"), htpasswd("-B"), htpasswd("-B", "-C", "10"), htpasswd("-m")
    caddy14, six = caddy_hash(), sha512()
    peers = [
        first,
        Peer("bare SwiftNIO HTTP/1 handler, no auth", "none", bare, {}),
        Peer("nginx return 200, no auth", "none", nginx_floor, {}),
        Peer("nginx auth_basic {SHA}", "unsalted SHA-1", nginx_basic(sha)),
        Peer("nginx auth_basic apr1", "apr1 (MD5 × 1000)", nginx_basic(apr1)),
        Peer("nginx auth_basic bcrypt", "bcrypt 5", nginx_basic(bcrypt5)),
        Peer("Caddy basic_auth (its memory on)", "bcrypt 14", lambda place: caddy(place, caddy14)),
        # With 64 connections each would wait for all: eight keep one core as busy.
        Peer("Apache auth_basic", "bcrypt 10", lambda place: apache(place, bcrypt10), path="/index.txt", connections=8),
        # Its best case. mod_authn_socache keeps the stored hash, not the proof, and saves nothing here.
        Peer("Apache auth_basic {SHA}", "unsalted SHA-1", lambda place: apache(place, sha), path="/index.txt"),
        Peer("HAProxy http_auth", "sha512-crypt", lambda place: haproxy(place, f"password {six}"), connections=8),
        Peer("HAProxy http_auth, insecure-password", "in the clear", lambda place: haproxy(place, f"insecure-password {PASSWORD}")),
        Peer("Traefik basicAuth", "bcrypt 5", lambda place: traefik(place, bcrypt5)),
        Peer("Envoy basic_auth", "unsalted SHA-1", lambda place: envoy(place, sha)),
    ]
    if only:
        peers = [peer for peer in peers if peer is first or any(word in peer.name for word in only)]
    rounds(peers, count, seconds, folder, "decision")
    return first, peers


AUTH_REQUEST = """
location / {{ auth_request /_auth; empty_gif; }}
location = /_auth {{ internal; proxy_pass http://auth{path}; proxy_pass_request_body off; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_set_header Content-Length ""; proxy_set_header X-Original-Method $request_method; proxy_set_header X-Original-URI {ORDERS};
  proxy_set_header X-Real-IP $remote_addr; }}
"""


def auth_requests(folder, count, seconds):
    """nginx and what it asks, both on one core."""
    outside = "upstream auth {{ server 127.0.0.1:{port}; keepalive 64; keepalive_requests 1000000000; }}"

    @contextlib.contextmanager
    def ours(place):
        with latchkey(folder / "demo") as (facts, server):
            gate = facts["gate_url"].rsplit(":", 1)[1]
            with nginx(place, AUTH_REQUEST.format(path="/gate/nginx", ORDERS=ORDERS), outside.format(port=gate)) as (port, front):
                front.started = server.started
                yield port, server

    @contextlib.contextmanager
    def theirs(place):
        with nginx(place, "location / { return 204; }", name="auth") as (auth, server):
            with nginx(place, AUTH_REQUEST.format(path="/", ORDERS=ORDERS), outside.format(port=auth)) as (port, _):
                yield port, server

    first = Peer("nginx auth_request → Latchkey", "Argon2id 19 MiB", ours)
    floor = Peer("nginx auth_request → nginx return 204", "none", theirs)
    rounds([first, floor], count, seconds, folder, "auth_request")
    return first, floor


def proxies(folder, count, seconds):
    """Over TLS with kept connections, as the proxy listener speaks it; 1 KiB from an upstream on the load's core."""
    body = folder / "www"
    (body / "api" / "accounts" / "920012").mkdir(parents=True, exist_ok=True)
    (body / "api" / "accounts" / "920012" / "orders").write_text("x" * 1024)
    for part in (folder, body):
        part.chmod(0o755)
    caddy14 = caddy_hash()
    with nginx(folder, f"root {body}; sendfile on;", "open_file_cache max=10;", core=LOAD_CORE, name="upstream") as (upstream, _):
        @contextlib.contextmanager
        def ours(place):
            with latchkey(folder / "demo", flags=["--upstream", f"http://127.0.0.1:{upstream}"]) as (facts, server):
                yield int(facts["proxy_url"].rsplit(":", 1)[1]), server

        certificate, key = folder / "demo" / "data" / "cert.pem", next((folder / "demo" / "data").glob("*key*.pem"), None)

        @contextlib.contextmanager
        def plain_nginx(place):
            port = free_port()
            inside = (f"listen 127.0.0.1:{port} ssl; ssl_certificate {certificate}; ssl_certificate_key {key}; "
                      'location / { proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ""; }')
            outside = f"upstream up {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}"
            with nginx(place, inside, outside) as (_, server):
                server.wait_until_answers(port)
                yield port, server

        first = Peer("Latchkey reverse proxy", "Argon2id 19 MiB", ours, path=ORDERS, scheme="https")
        peers = [
            first,
            Peer("Caddy reverse_proxy with basic_auth (its memory on)", "bcrypt 14",
                 lambda place: caddy(place, caddy14, f"reverse_proxy 127.0.0.1:{upstream}", tls=True), path=ORDERS, scheme="https"),
            Peer("nginx proxy_pass, no auth", "none", plain_nginx, {}, path=ORDERS, scheme="https"),
        ]
        rounds(peers, count, seconds, folder, "reverse proxy")
    return first, peers


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rounds", type=int, default=5)
    arguments.add_argument("--seconds", type=int, default=3)
    arguments.add_argument("--only", nargs="*", help="peers whose name contains one of these words (Latchkey is always there)")
    arguments.add_argument("--skip", nargs="*", default=[], choices=["decision", "auth_request", "proxy"])
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/bench"))
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    texts, facts, targets = [], {}, []

    def note(title, first, peers):
        texts.append(table(title, peers, first))
        facts[title] = [{"name": peer.name, "secret": peer.secret, "requests_per_second": peer.rates, "p99_ms": peer.p99,
                         "resident_mib": round(peer.memory, 1), "start_ms": round(peer.begun)} for peer in peers]

    with tempfile.TemporaryDirectory(prefix="latchkey-bench-") as temporary:
        folder = pathlib.Path(temporary)
        folder.chmod(0o755)
        first, peers = decisions(folder, options.rounds if "decision" not in options.skip else 1, options.seconds, options.only)
        note("Warm decision", first, peers)
        for word, wanted in (("bare SwiftNIO", 0.9), ("{SHA}", 1.2), ("Caddy", 1.7), ("auth_basic bcrypt", 100)):
            for peer in peers:
                if word in peer.name and peer.name.startswith(("bare", "nginx", "Caddy")):
                    targets.append((f"warm decision / {peer.name}", wanted, ratio(first, peer)))
        targets.append(("idle memory after start and load, MiB (at most)", -60, first.memory))
        if "auth_request" not in options.skip:
            ours, floor = auth_requests(folder, options.rounds, options.seconds)
            note("Through nginx auth_request, both on one core", ours, [ours, floor])
            targets.append(("through auth_request / nginx return 204", 0.9, ratio(ours, floor)))
        if "proxy" not in options.skip:
            ours, peers = proxies(folder, options.rounds, options.seconds)
            note("Reverse proxy over TLS, 1 KiB answers", ours, peers)
            targets.append(("reverse proxy / Caddy", 1.0, ratio(ours, peers[1])))
            targets.append(("reverse proxy / nginx without auth", 0.5, ratio(ours, peers[2])))
    lines = ["### Targets", "", "| what | target | seen | |", "| --- | ---: | ---: | --- |"]
    for what, wanted, seen in targets:
        met = seen <= -wanted if wanted < 0 else seen >= wanted
        lines.append(f"| {what} | {'≤' if wanted < 0 else '≥'} {abs(wanted)} | {seen:.2f} | {'met' if met else 'MISSED'} |")
    texts.append("\n".join(lines) + "\n")
    (options.out / "peers.md").write_text("\n".join(texts))
    (options.out / "peers.json").write_text(json.dumps(
        {"at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()), "tables": facts,
         "targets": [{"what": what, "target": wanted, "seen": seen} for what, wanted, seen in targets]}, indent=2))
    print("\n" + "\n".join(texts))


if __name__ == "__main__":
    main()
