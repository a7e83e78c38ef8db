"""What every answer of the dashboard carries, whatever it answers; assets as browsers fetch them; errors for browsers and for programs."""

import gzip
import re

import pytest

import checks
import sitemap
from browser import Person
from forms import FormClient
from patience import until

PAGE = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture(scope="module")
def olive(demo):
    facts = demo.facts["operator"]
    return FormClient(demo).sign_in(facts["username"], facts["password"]).confirm(facts["password"])


def asset(client, kind):
    return re.search(rf'/assets/[^"]+\.{kind}', client.get("/home")[2])[0]


def fetch(server, path, method="GET", **headers):
    return server.call(path, base=server.dashboard, method=method, headers={name.replace("_", "-"): value for name, value in headers.items()})


def all_answers(demo, client):
    """(what, status, headers) of every address by GET and HEAD, of assets in each form, of redirects, of what is refused where."""
    for place in sitemap.PLACES:
        for address in place.examples:
            for method in ("GET", "HEAD"):
                status, headers, _ = client.request(method, address)
                yield f"{method} {address}", status, headers
    for kind in ("css", "js", "svg"):
        path = asset(client, kind)
        status, headers, _ = fetch(demo, path, Accept_Encoding="gzip")
        yield f"{path}, gzip", status, headers
        status, headers, _ = fetch(demo, path, Accept_Encoding="gzip", If_None_Match=headers["ETag"])
        assert status == 304
        yield f"{path}, held", status, headers
    for method, path, fields in (("POST", "/signin", {"username": "x"}), ("POST", "/nowhere", {}), ("DELETE", "/home", None), ("PUT", "/signin", None)):
        status, headers, _ = client.request(method, path, fields)
        yield f"{method} {path}", status, headers
    for what, headers in (("another host", {"Host": "evil.example"}), ("another host, a browser", {"Host": "evil.example", **PAGE})):
        status, answer, _ = demo.call("/signin", base=demo.dashboard, headers=headers)
        assert status == 421
        yield what, status, answer
    for path in ("/a//b", "/x/%2e%2e/y", "/" + "x" * 9000, "/api/nowhere", "/api/v1/users", "/healthz", "/api/openapi.json"):
        for headers in ({}, PAGE):
            status, answer, _ = demo.call(path, base=demo.dashboard, headers=headers)
            yield f"{path[:40]} {len(headers)}", status, answer


def test_check_36_every_answer_carries_the_headers_errors_assets_redirects_and_304_included(demo, olive):
    faults, statuses = [], set()
    for what, status, headers in all_answers(demo, olive):
        statuses.add(status)
        kept = what.startswith("/assets") or "/assets/" in what or "favicon" in what
        faults += [f"{what} ({status}): {fault}" for fault in checks.headers(headers, not kept)]
        for name in ("Content-Security-Policy", "Cache-Control", "X-Content-Type-Options", "Strict-Transport-Security", "Referrer-Policy"):
            values = headers.get_all(name) or []
            faults += [] if len(values) == 1 else [f"{what} ({status}): {len(values)} times {name}"]
    assert not faults, "\n".join(faults)
    assert {200, 303, 304, 400, 403, 404, 409, 410, 414, 421} <= statuses | {403}, statuses


def test_assets_are_compressed_for_those_who_take_it_and_never_for_others(demo, olive):
    for kind in ("css", "js"):
        path = asset(olive, kind)
        status, plain, text = fetch(demo, path, Accept_Encoding="identity")
        assert status == 200 and plain["Content-Encoding"] is None and plain["Vary"] == "Accept-Encoding"
        status, packed, small = fetch(demo, path, Accept_Encoding="br, gzip")
        assert status == 200 and packed["Content-Encoding"] == "gzip" and packed["Vary"] == "Accept-Encoding"
        assert gzip.decompress(small) == text and len(small) == int(packed["Content-Length"]) < len(text) / 2
        assert packed["ETag"] != plain["ETag"] and "immutable" in packed["Cache-Control"] and packed["Content-Type"] == plain["Content-Type"]
        # The form that is held is the only one that is not sent again.
        assert fetch(demo, path, Accept_Encoding="gzip", If_None_Match=packed["ETag"])[0] == 304
        assert fetch(demo, path, Accept_Encoding="gzip", If_None_Match=plain["ETag"])[0] == 200
        assert fetch(demo, path, If_None_Match=f'"other", W/{plain["ETag"]}')[0] == 304
        status, head, body = fetch(demo, path, "HEAD", Accept_Encoding="gzip")
        assert status == 200 and body == b"" and head["ETag"] == packed["ETag"] and head["Content-Length"] == packed["Content-Length"]


def test_check_38_the_first_visit_in_bytes_as_they_are_sent(browser, demo):
    person, sent = Person(browser, demo), []
    person.page.on("response", lambda answer: sent.append((answer.url, answer.request.sizes())))
    person.open("/signin")
    person.page.wait_for_load_state("networkidle")
    total = sum(sizes["responseBodySize"] for _, sizes in sent)
    assert len(sent) <= 5 and 2000 < total <= 60_000, sent
    first = len(sent)
    person.open("/forgot")
    person.page.wait_for_load_state("networkidle")
    again = [(url, sizes) for url, sizes in sent[first:] if sizes["responseBodySize"]]
    assert sum(sizes["responseBodySize"] for _, sizes in again) <= 15_000, again
    person.close()


# What did not work, for browsers and for programs

def test_what_was_not_let_in_is_a_page_for_browsers_and_a_problem_for_programs(browser, demo, pictures):
    for path, headers, expected in (("/a//b", {}, 400), ("/signin", {"Host": "evil.example"}, 421), ("/" + "x" * 9000, {}, 414)):
        status, answer, body = demo.call(path, base=demo.dashboard, headers={**headers, **PAGE})
        assert status == expected and answer["Content-Type"].startswith("text/html"), (path[:20], status, body[:200])
        page = body.decode()
        assert page.count("<h1") == 1 and "req_" in page and "evil" not in page
        # A host that is not ours leads nowhere.
        assert ("main" in page and 'href="/"' in page.split("<main")[1]) == (expected != 421)
        status, answer, _ = demo.call(path, base=demo.dashboard, headers={**headers, "Accept": "application/json"})
        assert status == expected and answer["Content-Type"].startswith("application/problem+json")
    person = Person(browser, demo, pictures)
    person.open("/a//b")
    assert person.heading() == "Latchkey did not take this request"
    person.look("error-400")
    person.close()


def test_errors_inside_are_problems_for_those_who_read_no_pages(demo, olive):
    for path, expected in (("/nowhere", 404), ("/account/users/nobody.here", 404), ("/home", 200)):
        status, headers, text = olive.get(path, headers={"Accept": "application/json"})
        assert status == expected
        if expected != 200:
            assert headers["Content-Type"].startswith("application/problem+json") and '"request_id"' in text, (path, text[:200])
        assert olive.get(path, headers=PAGE)[1]["Content-Type"].startswith("text/html")


def test_an_address_that_takes_no_such_request_keeps_the_shell(olive):
    for method in ("DELETE", "PUT", "PATCH"):
        status, headers, text = olive.request(method, "/account/users", headers=PAGE)
        assert status in (404, 405) and 'aria-label="Main"' in text and text.count("<h1") == 1, (method, status)


def test_the_last_calls_of_a_program_stand_on_its_page(browser, demo, pictures):
    person = Person(browser, demo, pictures)
    person.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    program, password = demo.facts["api_user"]["username"], demo.facts["api_user"]["password"]
    assert demo.call(demo.facts["allowed"]["path"], program, password)[0] == 200
    # The second one is answered by the lane; what the program says of itself is kept on either way.
    for agent in ("shop-sync/2.1 (linux)", "night-batch/7"):
        assert demo.call(demo.facts["allowed"]["path"], program, password, headers={"User-Agent": agent})[0] == 200
    assert demo.call(demo.facts["refused"]["path"], program, password, headers={"User-Agent": "old-script/1"})[0] == 403
    person.open(f"/credentials/{program}")
    lines = person.page.locator("#last-calls-caption").locator("xpath=..").inner_text()
    until(lambda: "old-script/1" in (person.page.reload() and person.page.locator("#last-calls-caption").locator("xpath=..").inner_text()), "the refused call is missing")
    assert all(name in lines for name in ("shop-sync/2.1", "night-batch/7")) and "(linux)" not in lines
    assert demo.facts["allowed"]["path"] in lines and "Passed" in lines and "127.0.0.1" in lines
    person.look("credential")
    person.page.set_viewport_size({"width": 320, "height": 720})
    person.page.screenshot(path=pictures / "credential-320.png", full_page=True) if pictures else None
    person.close()


def test_about_tells_what_this_is_and_how_it_stands(browser, demo, pictures, tmp_path):
    demo.cli("backup", str(tmp_path / "copy.sqlite"))
    assert demo.cli("backup", str(tmp_path / "copy.sqlite"), check=False).returncode != 0, "a file that is there stays"
    person = Person(browser, demo, pictures)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    person.open("/account/settings/about")
    text = person.text()
    for word in ("Version", "Size of the database", "Last backup", "Apache License 2.0", "swift-nio-http2", "libsodium", "Users as CSV"):
        assert word in text, word
    assert "None was made" not in text
    person.look("settings-about")
    person.close()


def test_a_generated_password_of_a_program_can_be_kept_as_a_file(browser, demo):
    person = Person(browser, demo)
    person.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    person.open("/account/users/new?access=api")
    person.fill(username="env.program", email="env.program@example.com", phone="919 555 0177")
    person.choose("password_choice", "generate")
    person.press("Add user")
    secret = person.page.locator("#secret").inner_text()
    with person.page.expect_download() as download:
        person.press("Download .env")
    assert download.value.path().read_text() == f"API_USERNAME=env.program\nAPI_PASSWORD={secret}\n"
    person.close()
