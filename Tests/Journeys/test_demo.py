"""What `latchkey demo` prints works as it stands."""

import json
import os
import re
import shlex
import signal
import stat
import subprocess
import time

import latchkey
from forms import FormClient


def test_the_demo_says_everything_one_needs_in_one_line_of_json(demo):
    facts = demo.facts
    assert {"dashboard_url", "proxy_url", "gate_url", "ca_file", "accounts", "operator", "admin", "basic", "api_user", "allowed",
            "refused"} <= set(facts)
    assert [str(account) for account in facts["accounts"]] == ["920012", "930044"]
    user = facts["api_user"]
    assert demo.call(facts["allowed"]["path"], user["username"], user["password"], facts["allowed"]["method"])[0] == 200
    assert demo.call(facts["refused"]["path"], user["username"], user["password"], facts["refused"]["method"])[0] == 403
    for who in ("operator", "admin", "basic"):
        FormClient(demo).sign_in(facts[who]["username"], facts[who]["password"])


def test_the_printed_curl_line_works_as_it_stands(tmp_path):
    arguments = [str(latchkey.BINARY), "demo", "--data", str(tmp_path / "data"), "--dashboard-port", "0", "--proxy-port", "0", "--gate-port", "0"]
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        printed = ""
        while "curl " not in printed:
            line = process.stdout.readline()
            assert line, printed
            printed += line
        command = next(line[line.index("curl "):] for line in printed.splitlines() if "curl " in line)
        done = subprocess.run(shlex.split(command), capture_output=True, text=True, timeout=20)
        assert done.returncode == 0 and json.loads(done.stdout)["account"] == "920012", (command, done.stdout, done.stderr)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=40)
        process.stdout.close()


def test_a_second_start_keeps_certificate_key_and_passwords(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo") as first:
        certificate = open(first.ca_file).read()
        user = first.facts["api_user"]
    with latchkey.Server(tmp_path / "data", command="demo") as second:
        assert open(second.ca_file).read() == certificate
        assert second.facts["api_user"] == user
        assert second.call(second.facts["allowed"]["path"], user["username"], user["password"])[0] == 200
    for path in (tmp_path / "data").iterdir():
        if path.is_file() and path.suffix not in (".pem",) or path.name == "key.pem":
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, f"{path.name} can be read by others"


def test_requests_in_flight_are_finished_when_the_server_is_told_to_stop(tmp_path):
    """A body that is half sent when SIGTERM comes is still answered."""
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        user = server.facts["api_user"]
        connection = server.connection()
        body = b"x" * 1000
        connection.putrequest("POST", "/api/accounts/920012/orders")
        connection.putheader("Authorization", latchkey.basic(user["username"], user["password"]))
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        connection.send(body[:500])
        # The gate has decided and the upstream waits for the rest: then the server is told to stop.
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.send(body[500:])
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        connection.close()
        assert server.process.wait(timeout=35) == 0


def test_health_and_readiness_are_told_on_dashboard_and_gate(demo):
    for base in (demo.dashboard, demo.gate):
        assert demo.call("/healthz", base=base)[0] == 200
        assert demo.call("/readyz", base=base)[0] == 200


def test_logs_are_one_json_object_a_line(demo):
    demo.call("/nowhere?token=abc", base=demo.dashboard, headers={"User-Agent": "evil\x1b[31m agent"})
    for line in demo.log_path.read_text().splitlines():
        json.loads(line)
    assert "token=abc" not in demo.log_path.read_text()


def test_a_demo_of_a_size_holds_that_many_users_who_can_call_and_is_filled_once(tmp_path):
    flags = ["--users", "12", "--events", "60"]
    for _ in range(2):
        with latchkey.Server(tmp_path / "data", command="demo", flags=flags) as demo:
            crowd = demo.facts["crowd"]
            assert crowd["username"] == "load-0000001"
            assert demo.call("/api/accounts/920012/orders", "load-0000011", crowd["password"])[0] == 200
            # Every fifth is a person, who does not call the API.
            assert demo.call("/api/accounts/920012/orders", "load-0000010", crowd["password"])[0] == 401
            listed = json.loads(demo.cli("user", "list", "--json").stdout)
            assert sum(user["username"].startswith("load-") for user in listed["users"]) == 12
    assert "unbroken" in demo.cli("audit", "verify").stdout.lower()
