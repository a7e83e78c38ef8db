"""The acceptance checks that every page has to pass, page by page: 1, 2, 4, 16, 29, 34, 36 and 38.

The pages come from the sitemap; a failing one names its check, its address and who looked.
"""

import gzip
import re

import pytest

import checks
import sitemap
from browser import LOOKS, Person, judged, shown, violations
from forms import FormClient

PEOPLE = ("operator", "admin", "basic", "public")

def signed_in(browser, demo, who, **options):
    person = Person(browser, demo, **options)
    if who != "public":
        person.sign_in(demo.facts[who]["username"], demo.facts[who]["password"])
    return person


@pytest.fixture(scope="module")
def visitors(browser, demo):
    """A person of each kind, each signed in once."""
    found = {who: signed_in(browser, demo, who) for who in PEOPLE}
    yield found
    for person in found.values():
        person.close()


@pytest.fixture(scope="module")
def clients(demo):
    """A program for each kind of visitor."""
    found = {"public": FormClient(demo)}
    for who in PEOPLE[:3]:
        found[who] = FormClient(demo).sign_in(demo.facts[who]["username"], demo.facts[who]["password"])
    return found


def test_the_sitemap_holds_every_route_with_who_may_go_there():
    routes = sitemap.registered()
    listed = {("get", place.pattern): place.least for place in sitemap.PLACES if place.pattern not in sitemap.EXTRA}
    listed |= {("post", pattern): least for pattern, least in sitemap.ACTS.items()}
    assert routes, "no route was read from the sources"
    assert {route: level for route, level in routes.items() if listed.get(route) != level} == {}, "not in the sitemap, or for others"
    assert set(listed) - set(routes) == set(), "in the sitemap, and nowhere else"


@pytest.mark.parametrize("who", PEOPLE)
def test_checks_1_2_4_and_38_every_page_in_both_themes_and_widths(visitors, demo, pictures, who):
    person, requests, faults, again = visitors[who], [], [], 0
    person.page.on("request", lambda request: requests.append(request.url))
    for path, expected in sitemap.pages(who):
        is_again = expected == 403 or (expected == 303 and who == "public")
        again += is_again
        if is_again and again > 2:
            continue  # The refusal or the sign-in page once more; who gets which is check 29.
        shown(person.page, *LOOKS[0])
        requests.clear()
        status = person.open(path)
        if (status == 200 and expected == 303) or (path.startswith("/signin") and who != "public"):
            expected = status  # The browser followed: to the sign-in page, or home from there.
        faults += [] if status == expected else [f"{path}: {status} and not {expected}"]
        faults += [f"5.5: {path}: a line of more than 68 characters: {line}" for line in person.page.evaluate(checks.LONG_LINES)]
        faults += [f"check 38: {path}: {url} is elsewhere" for url in requests if not url.startswith((demo.dashboard, "data:"))]
        faults += [f"check 38: {path}: {len(requests)} requests"] if len(requests) > 5 else []
        # The operator sees everything that an admin sees, in every look: the same page needs two.
        for width, scheme, rules in judged(LOOKS if who in ("operator", "public") else LOOKS[::2]):
            shown(person.page, width, scheme)
            faults += [f"check 1: {path} at {width}, {scheme}: {fault}" for fault in violations(person.page, rules)]
            if pictures:
                name = f"{who}{re.sub('[^a-z0-9]+', '-', path.replace(sitemap.NO_TOKEN, 'token'))}-{width}-{scheme}"
                person.page.screenshot(path=pictures / f"{name}.png", full_page=True)
        if who in ("operator", "public"):
            faults += [f"{path}: {fault}" for fault in checks.narrow_and_large(person.page)]
        faults += [f"check 2: {path}: {complaint}" for complaint in person.complaints]
        person.complaints.clear()
    assert not faults, f"as {who}:\n" + "\n".join(faults)


@pytest.mark.parametrize("who", PEOPLE)
def test_check_29_every_address_answers_each_level_as_the_sitemap_says(clients, who):
    faults = []
    for path, expected in sitemap.pages(who) + sitemap.files(who):
        status = clients[who].get(path)[0]
        allowed = {expected, 303} if path.startswith(("/signin", "/account/audit.", "/renew")) or path.endswith("/rotate") else {expected}
        faults += [] if status in allowed else [f"check 29: {path}: {status} and not {expected}"]
    assert not faults, f"as {who}:\n" + "\n".join(faults)


@pytest.mark.parametrize("who", PEOPLE)
def test_checks_34_36_and_38_every_page_as_it_leaves_the_server(clients, who):
    faults = []
    for path, _ in sitemap.pages(who):
        status, headers, text = clients[who].get(path)
        faults += [f"{path}: {fault}" for fault in checks.times(text) + checks.headers(headers, who != "public") + checks.frame(text)]
        weight = len(gzip.compress(text.encode()))
        faults += [f"check 38: {path} weighs {weight}"] if weight > (30_000 if text.count("<tr") > 60 else 15_000) else []
        faults += [f"check 36: {path}: inline: {found}" for found in re.findall(r"<style\b|<script\b(?![^>]*\bsrc=)|\sstyle=|\son[a-z]+=\"", text)]
    assert not faults, f"as {who}:\n" + "\n".join(faults)


def test_check_36_assets_carry_the_headers_too_and_are_kept_for_good(clients):
    text = clients["public"].get("/signin")[2]
    assets = sorted(set(re.findall(r'(?:href|src)="(/assets/[^"]+)"', text)))
    assert {path.rsplit(".", 1)[1] for path in assets} == {"css", "js", "svg"}
    for path in assets + ["/favicon.ico"]:
        status, headers, body = clients["public"].get(path)
        assert status == 200 and body, path
        faults = checks.headers(headers, signed_in=False)
        assert not faults, f"check 36: {path}: {faults}"
        kept = headers["Cache-Control"]
        assert "immutable" in kept and "max-age=31536000" in kept or path == "/favicon.ico" and "max-age" in kept, f"check 36: {path}: {kept}"
        kinds = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8", "svg": "image/svg+xml", "ico": "image/svg+xml"}
        assert headers["Content-Type"] == kinds[path.rsplit(".", 1)[1]], f"check 36: {path}"
        assert "Set-Cookie" not in headers and headers["ETag"], f"check 36: {path}"
        assert clients["public"].get(path, headers={"If-None-Match": headers["ETag"]})[0] == 304, f"check 36: {path}: sent again"
    # Nothing in them asks for anything else, and an old name is not answered with something new.
    for path in assets:
        assert not re.search(r"url\(|@import|https?://(?!www\.w3\.org/)", clients["public"].get(path)[2]), f"check 36: {path} loads something"
        assert clients["public"].get(re.sub(r"[0-9a-f]{16}", "0" * 16, path))[0] == 404


def test_check_36_no_template_has_inline_script_or_style_or_an_unquoted_or_unescaped_value():
    for template in sorted((sitemap.SOURCES / "Texts").glob("*.mustache")):
        text = template.read_text()
        assert not re.search(r"\sstyle\s*=|<style\b|\son\w+\s*=|javascript:", text), template.name
        assert not re.search(r"<script\b(?![^>]*\ssrc=)", text), template.name
        assert "{{{" not in text and "{{&" not in text, template.name
        assert not re.search(r"<[^>]*\s[\w-]+=(?![\"'])", re.sub(r'"[^"]*"', '""', re.sub(r"\{\{.*?\}\}", "", text))), f"{template.name}: an attribute without quotes"


def test_check_16_no_page_offers_to_change_a_username_and_adding_one_says_so(clients):
    assert "permanent" in clients["admin"].get("/account/users/new")[2].lower()
    for who, paths in {"admin": ("/account/users/ben.basic", "/account/users/ben.basic/access", "/profile"), "basic": ("/profile",)}.items():
        for path in paths:
            assert not re.search(r'<(?:input|select|textarea)\b[^>]*name="username"', clients[who].get(path)[2]), path
    # A field that is sent all the same changes nothing.
    hidden = clients["admin"].form("/account/users/ben.basic", "/account/users/ben.basic")
    fields = {"first_name": "Ben", "last_name": "Brandt", "email": "ben.basic@acme.example", "phone": "919 555 0135", "username": "ben.other"}
    clients["admin"].request("POST", "/account/users/ben.basic", {**hidden, **fields})
    assert clients["admin"].get("/account/users/ben.basic")[0] == 200 and clients["admin"].get("/account/users/ben.other")[0] == 404
