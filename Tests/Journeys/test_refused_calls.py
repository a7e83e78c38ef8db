"""Refused calls: from a refusal to the role that ends it; what the metrics tell and what they never tell."""

import json
import re
import sqlite3

import latchkey
import pytest
from browser import Person
from patience import until

TYPED = "Tr0ub4dor-typed-into-the-wrong-box"


@pytest.fixture
def demo(tmp_path):
    with latchkey.Server(tmp_path / "data", command="demo", flags=["--log-level", "info"]) as server:
        yield server


def refused(demo, method="POST", path="/api/accounts/920012/portins"):
    user = demo.facts["api_user"]
    return demo.call(path, user["username"], user["password"], method=method)


@pytest.mark.parametrize("javascript", [True, False])
def test_a_call_refused_for_a_role_is_found_on_the_page_and_passes_once_the_role_is_added(browser, demo, pictures, javascript):
    status, headers, body = refused(demo)
    problem = json.loads(body)
    assert (status, problem["reason"]) == (403, "role-missing") and "Ask an admin" in problem["detail"]
    person = Person(browser, demo, pictures, java_script_enabled=javascript)
    person.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])

    def shown():
        person.open("/account/refused")
        return problem["roles"][0]["name"] in person.text()

    until(shown, "the refused call is not on the page", 20, 0.3)
    assert "role-missing" in person.text() and "POST /api/accounts/920012/portins" in person.text()
    if javascript:
        person.look("refused-calls")
    person.page.get_by_role("link", name=re.compile("Add role")).first.click()
    person.page.wait_for_url("**/access?role=*")
    assert "not saved yet" in person.text()
    role = problem["roles"][0]["id"]
    box = person.page.locator(f'[name=roles][value="920012:{role}"]')
    assert box.is_checked()
    if javascript:
        person.look("role-ticked")
    assert refused(demo)[0] == 403, "the link alone changed something"
    person.press("Save")
    until(lambda: refused(demo)[0] != 403, "the call is still refused")
    person.open("/account/refused")
    assert "The user has it now" in person.text()
    person.open("/account/refused?reason=wrong-password")
    assert "No refused call fits this filter." in person.text()
    if javascript:
        person.look("refused-calls-none")
    person.close()


def test_a_request_id_is_explained_on_the_command_line_and_over_json(demo):
    request = json.loads(refused(demo)[2])["request_id"]
    until(lambda: demo.cli("explain-request", request, check=False).returncode == 0, "the call was not written down")
    told = json.loads(demo.cli("explain-request", request, "--json").stdout)
    assert told["reason"] == "role-missing" and told["request_id"] == request and told["roles"] and told["what_to_do"].endswith(".")
    assert told["user"] == demo.facts["api_user"]["username"] and told["account"] == "920012" and told["listener"] == "proxy"
    unknown = demo.cli("explain-request", "req_nothing", check=False)
    assert unknown.returncode == 3 and "Calls that passed are not kept" in unknown.stderr
    listed = json.loads(demo.cli("refused", "list", "--reason", "role-missing", "--json").stdout)
    assert listed["calls"][0]["request_id"] == request


def test_a_password_in_the_username_field_is_kept_nowhere_and_metrics_name_nobody(demo):
    user = demo.facts["api_user"]
    for path in ["/api/accounts/920012/orders", "/secret-path-7f3a/%41", "/api/accounts/777777/x", "/../etc", "/a;b"]:
        demo.call(path, TYPED, "x")
        demo.call(path, user["username"], "wrong-password-91c")
        demo.call(path, headers={"User-Agent": "agent-55d"})
        demo.call(path, user["username"], user["password"], method="BREW")
    demo.call("/gate/nginx", base=demo.gate, headers={"X-Original-URI": "/secret-path-7f3a", "X-Original-Method": "GET", "X-Real-IP": "203.0.113.77"})
    until(lambda: json.loads(demo.cli("refused", "list", "--json").stdout)["calls"], "nothing written")
    status, headers, body = demo.call("/metrics", base=demo.gate)
    text = body.decode()
    assert status == 200 and headers["Content-Type"].startswith("text/plain; version=0.0.4")
    for secret in [TYPED, "secret-path", "777777", "agent-55d", user["username"], "203.0.113", "127.0.0.1", "920012", "BREW", "/api"]:
        assert secret not in text, secret
    names = set()
    for line in text.splitlines():
        if line.startswith("#"):
            names.add(line.split()[2])
            continue
        assert re.fullmatch(r'[a-z_]+(\{[a-z]+="[A-Za-z0-9.+-]*"(,[a-z]+="[A-Za-z0-9.+-]*")*\})? [0-9.]+', line), line
    for name in ["gate_decisions_total", "gate_decision_seconds", "hash_seconds", "hash_queue", "memory_entries", "letters", "connections", "store_write_seconds"]:
        assert f"latchkey_{name}" in names, name
    assert re.search(r'latchkey_gate_decisions_total\{door="proxy",outcome="refuse",reason="wrong-password",way="cold"\} [1-9]', text)
    assert re.search(r'latchkey_gate_decisions_total\{door="proxy",outcome="refuse",reason="path-refused",way="cold"\} [1-9]', text)
    assert demo.call("/metrics", base=demo.gate, headers={"Host": "evil.example"})[0] == 403
    assert demo.call("/metrics", base=demo.dashboard)[0] == 404
    demo.stop()
    for file in demo.data.iterdir():
        assert not file.is_file() or TYPED.encode() not in file.read_bytes(), file
    log = demo.log_path.read_text()
    assert TYPED not in log and "wrong-password-91c" not in log
    lines = [json.loads(line) for line in log.splitlines()]
    told = [line for line in lines if line["message"] == "call refused" and line["reason"] == "wrong-password"]
    assert told and all(line["request_id"].startswith("req_") for line in told)


def test_a_storm_of_different_paths_leaves_a_bounded_number_of_rows(demo):
    connection = demo.connection(demo.proxy)
    for number in range(1500):
        connection.request("GET", f"/storm/{number}")
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 401
    connection.close()

    def rows():
        database = sqlite3.connect(f"file:{demo.data}/latchkey.sqlite?mode=ro", uri=True)
        try:
            return database.execute("SELECT count(*), sum(occurrences) FROM refused_calls").fetchone()
        finally:
            database.close()

    until(lambda: rows()[1] == 1500, "not all calls are counted")
    assert rows()[0] <= 1500
