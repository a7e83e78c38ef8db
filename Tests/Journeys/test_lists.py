"""Lists: every filter in the address, files with the same rows, events one by one."""

import csv
import io
import json

from browser import Person
from forms import FormClient


def operator(demo):
    return FormClient(demo).sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])


def test_check_32_filters_and_order_live_in_the_address_and_survive_reload_and_back(browser, demo):
    person = Person(browser, demo)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    person.open("/account/users")
    person.page.select_option("#access", "api")
    person.press("Filter")
    person.page.get_by_role("columnheader", name="Username").get_by_role("link").click()
    person.page.wait_for_url("**sort=username&order=desc**")
    assert "access=api" in person.page.url
    names = person.page.locator("tbody th a").all_inner_texts()
    assert names and person.page.get_by_role("columnheader", name="Username").get_attribute("aria-sort") == "descending"
    person.page.reload()
    assert person.page.locator("tbody th a").all_inner_texts() == names
    person.page.locator("tbody th a").first.click()
    person.page.wait_for_url("**/account/users/*")
    person.page.go_back()
    assert person.page.locator("tbody th a").all_inner_texts() == names
    assert person.page.locator("#access").input_value() == "api"
    person.close()


def test_check_33_the_file_has_the_rows_and_the_order_of_the_filter(demo):
    client = operator(demo)
    status, headers, text = client.get("/account/users.csv?sort=username&order=desc")
    assert status == 200 and headers["Content-Type"].startswith("text/csv") and "no-store" in headers["Cache-Control"]
    rows = list(csv.DictReader(io.StringIO(text)))
    names = [row["username"] for row in rows]
    assert names == sorted(names, key=str.lower, reverse=True) and len(names) >= 5
    programs = list(csv.DictReader(io.StringIO(client.get("/account/users.csv?access=api")[2])))
    # Other tests add programs of their own.
    assert demo.facts["api_user"]["username"] in [row["username"] for row in programs] and len(programs) < len(rows)
    assert {row["access_methods"] for row in programs} == {"api"} and all(row["added_at"].endswith("Z") for row in programs)


def test_check_33_a_name_that_is_a_formula_is_harmless_in_the_file(demo):
    demo.cli(
        "user", "add", "--username", "formula", "--first-name", "=cmd|' /C calc'!A0", "--last-name", "Zoë 李", "--email", "formula@example.com",
        "--phone", "919 555 0199", "--api", "--account", "920012")
    rows = csv.DictReader(io.StringIO(operator(demo).get("/account/users.csv?q=formula")[2]))
    row = next(rows)
    assert row["first_name"] == "'=cmd|' /C calc'!A0" and row["last_name"] == "Zoë 李"


def test_the_log_is_exported_with_its_filter_as_csv_and_as_json_lines(demo):
    client = operator(demo).confirm(demo.facts["operator"]["password"])
    status, _, text = client.get("/account/audit.jsonl?action=user.added")
    events = [json.loads(line) for line in text.splitlines()]
    assert status == 200 and len(events) >= 4 and {event["action"] for event in events} == {"user.added"}
    assert [event["event"] for event in events] == sorted((event["event"] for event in events), reverse=True)
    rows = list(csv.DictReader(io.StringIO(client.get("/account/audit.csv?action=user.added")[2])))
    assert [int(row["event"]) for row in rows] == [event["event"] for event in events]
    assert [row["chain"] for row in rows] == [event["chain"] for event in events]
    status, _, page = client.get(f"/account/audit/{events[0]['event']}")
    assert status == 200 and events[0]["chain"] in page
    # An export is itself an event.
    assert "audit.exported" in client.get("/account/audit.jsonl?action=audit.exported")[2]


def test_an_admin_sees_neither_operators_nor_their_events(demo):
    client = FormClient(demo).sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    assert demo.facts["operator"]["username"] not in client.get("/account/users.csv")[2]
    assert client.get("/account/audit/1")[0] == 404
