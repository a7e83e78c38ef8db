"""The acceptance checks 32 and 34 with an installation that has enough in it: lists of several pages, and moments on both sides of a
clock change."""

import datetime
import re

import latchkey
import pytest
from browser import Person
from forms import FormClient
from patience import until

# Enough for a second page of each list.
CROWD = ["--users", "130", "--events", "300"]
BERLIN, UTC = "Europe/Berlin", datetime.timezone.utc
# The same wall clock twice: at one o'clock UTC Berlin's clocks went back from three to two.
BEFORE, AFTER = (datetime.datetime(2026, 10, 25, hour, 30, tzinfo=UTC) for hour in (0, 1))


@pytest.fixture(scope="module")
def crowd(tmp_path_factory):
    with latchkey.Server(tmp_path_factory.mktemp("crowd") / "data", command="demo", flags=CROWD) as server:
        user = server.facts["api_user"]
        for path, status in ((server.facts["refused"]["path"], 403), ("/api/accounts/111111/orders", 403), (server.facts["allowed"]["path"], 200)):
            assert server.call(path, user["username"], user["password"])[0] == status
        client = FormClient(server).sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
        until(lambda: user["username"] not in client.get("/credentials?show=never")[2], "the call is a use")
        yield server


@pytest.fixture(scope="module")
def olive(browser, crowd):
    person = Person(browser, crowd)
    person.sign_in(crowd.facts["operator"]["username"], crowd.facts["operator"]["password"])
    yield person
    person.close()


ROWS = """() => [...document.querySelectorAll('main tbody tr')].map(row => { const copy = row.cloneNode(true);
  for (const moment of copy.querySelectorAll('time')) moment.textContent = moment.getAttribute('datetime'); return copy.textContent })"""


def rows(page):
    """What the rows say, with moments as the machine reads them."""
    return page.evaluate(ROWS)


def choose(person, name, value):
    control = person.page.locator(f"main form[method=get] [name={name}]").first
    control.evaluate("control => { for (let at = control; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true }")
    control.select_option(value) if control.evaluate("control => control.tagName") == "SELECT" else control.fill(value)


# Address, what is filtered, the heading that sorts, whether there is a further page after that, and a filter that nothing meets.
LISTS = {
    "users": ("/account/users", {"access": "api"}, "Username", True, {"q": "nobody-at-all"}),
    "audit": ("/account/audit", {"action": "user.added"}, None, True, {"q": "nothing-at-all"}),
    "credentials": ("/credentials", {"show": "never"}, None, True, {"show": "rotating"}),
    "refused": ("/account/refused", {"reason": "role-missing"}, None, False, {"user": "nobody-at-all"}),
    "accounts": ("/account/accounts", {}, None, False, {"q": "no-such-account"}),
}


@pytest.mark.parametrize("name", LISTS)
def test_check_32_filter_order_and_page_live_in_the_address_together_and_reload_and_back_restore_them(olive, name):
    path, filters, heading, pages, _ = LISTS[name]
    page = olive.page
    olive.open(path)
    everything = rows(page)
    wanted = []
    if filters:
        wanted += [f"{field}={value}" for field, value in filters.items()]
        if "show" in filters:
            page.locator(f'main nav a[href$="{wanted[0]}"]').click()
        else:
            for field, value in filters.items():
                choose(olive, field, value)
            page.locator("main form[method=get] button").first.click()
        page.wait_for_url(lambda url: all(part in url for part in wanted))
        assert rows(page) and rows(page) != everything, f"check 32: {name}: the filter filters nothing"
        assert name != "credentials" or page.locator('main nav a[aria-current]').get_attribute("href").endswith(wanted[0])
    if heading:
        before = rows(page)
        page.get_by_role("columnheader", name=heading).get_by_role("link").click()
        page.wait_for_url("**sort=**")
        wanted += ["sort=username", "order=desc"]
        assert rows(page) != before and page.get_by_role("columnheader", name=heading).get_attribute("aria-sort") == "descending"
    if pages:
        before = rows(page)
        page.locator("main a[rel=next]").first.click()
        page.wait_for_url(re.compile(r"[?&](page=2|before=\d+)"))
        wanted.append("page=2" if "page=2" in page.url else "before=")
        assert rows(page) and not set(rows(page)) & set(before), f"check 32: {name}: the second page has rows of the first"
    assert all(part in page.url for part in wanted), f"check 32: {name}: {page.url} has not all of {wanted}"
    address, seen = page.url, rows(page)
    page.reload()
    assert rows(page) == seen, f"check 32: {name}: a reload shows others"
    for field, value in filters.items() if "show" not in filters else ():
        assert page.locator(f"main form[method=get] [name={field}]").first.input_value() == value, f"check 32: {name}: {field} is not shown as chosen"
    page.locator("main tbody a").first.click()
    page.wait_for_url(lambda url: url != address)
    page.go_back()
    assert page.url == address and rows(page) == seen, f"check 32: {name}: Back shows others"
    # A copy of the address, in another window, is the same list.
    other = olive.context.new_page()
    other.goto(address)
    assert rows(other) == seen, f"check 32: {name}: the address alone shows others"
    other.close()


@pytest.mark.parametrize("name", LISTS)
def test_check_32_no_match_says_so_with_a_way_back_and_is_not_the_empty_list(olive, empty, name):
    path, _, _, _, nothing = LISTS[name]
    page = olive.page
    olive.open(f"{path}?{'&'.join(f'{field}={value}' for field, value in nothing.items())}")
    assert not rows(page)
    none = olive.page.locator("main").inner_text()
    way = olive.page.locator("main a", has_text=re.compile("Clear"))
    assert way.count(), f"check 32: {name}: no way out of a filter that nothing meets"
    way.first.click()
    olive.page.wait_for_url(f"**{path}")
    assert rows(page), f"check 32: {name}: the way out shows nothing"
    if name in ("users", "credentials", "refused"):
        status, _, text = empty.get(path)
        assert status == 200 and EMPTY[name] in text and EMPTY[name] not in none, f"check 32: {name}: empty and no match are the same"


EMPTY = {"users": "You are the only user", "credentials": "No API credentials yet", "refused": "No call was refused"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory):
    """Signed in to an installation that has just been set up."""
    with latchkey.Server(tmp_path_factory.mktemp("empty") / "data") as server:
        client = FormClient(server)
        status, _, text = client.post(server.facts["setup_url"].removeprefix(server.dashboard), {
            "account_id": "920012", "account_name": "Acme", "company_name": "Acme", "username": "first.user", "first_name": "First", "last_name": "User",
            "email": "first@example.com", "phone": "9195550100", "password": "quiet rivers in the evening", "password_delivery": "email"})
        assert status == 303, text
        yield client.sign_in("first.user", "quiet rivers in the evening")


# Moments

RELATIVE = """() => { const rtf = new Intl.RelativeTimeFormat('en', {numeric: 'auto'});
  const units = [['year', 31536e3], ['month', 2592e3], ['day', 86400], ['hour', 3600], ['minute', 60], ['second', 1]];
  return [...document.querySelectorAll('time')].map(t => { const s = (Date.parse(t.getAttribute('datetime')) - Date.now()) / 1000;
    const [unit, size] = units.find(([, n]) => Math.abs(s) >= n) ?? units[5];
    return {shown: t.textContent, expected: rtf.format(Math.round(s / size), unit), title: t.title, machine: t.getAttribute('datetime')} }) }"""


def utc_words(machine):
    moment = datetime.datetime.fromisoformat(machine.replace("Z", "+00:00"))
    return f"{moment.day} {moment:%B %Y, %H:%M} UTC"


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Pacific/Auckland", BERLIN])
def test_check_34_a_moment_is_relative_to_now_whatever_the_clock_of_the_browser_says_about_its_zone(browser, crowd, zone):
    person = Person(browser, crowd, timezone_id=zone)
    # Half a day and a second after the server's now.
    later = datetime.datetime.now(UTC) + datetime.timedelta(hours=12, seconds=1)
    person.page.clock.set_fixed_time(later)
    person.sign_in(crowd.facts["operator"]["username"], crowd.facts["operator"]["password"])
    seen = 0
    for path in ("/account/audit", "/account/users/ana.admin", "/credentials", "/account/refused"):
        person.open(path)
        for moment in person.page.evaluate(RELATIVE):
            seen += 1
            assert moment["shown"] == moment["expected"], f"check 34: {path} in {zone}: {moment}"
            assert moment["title"].endswith(utc_words(moment["machine"])), f"check 34: {path} in {zone}: {moment}"
    assert seen > 100
    person.close()


def test_check_34_a_moment_is_told_with_the_offset_of_its_own_day_across_a_clock_change(browser, crowd):
    for username, moment in (("ben.basic", BEFORE), ("ana.admin", AFTER)):
        crowd.sql("UPDATE users SET created_at = ? WHERE username = ?", round(moment.timestamp() * 1000), username)
    person = Person(browser, crowd, java_script_enabled=False)
    person.sign_in(crowd.facts["operator"]["username"], crowd.facts["operator"]["password"])
    person.open("/profile/appearance")
    person.page.select_option("[name=time_zone]", BERLIN)
    person.press("Save")
    words = []
    for username, moment in (("ben.basic", BEFORE), ("ana.admin", AFTER)):
        person.open(f"/account/users/{username}")
        stamp = person.page.locator(f'time[datetime^="{moment:%Y-%m-%dT%H:%M}"]').first
        words.append(stamp.inner_text())
        assert stamp.get_attribute("title") == utc_words(stamp.get_attribute("datetime")), "check 34: the full UTC text"
    assert words == ["25 October 2026, 02:30 (UTC+2)", "25 October 2026, 02:30 (UTC+1)"], f"check 34: {words}"
    person.close()
    # With script the same two lie an hour apart, whichever zone the browser is in.
    olive = Person(browser, crowd, timezone_id=BERLIN)
    olive.page.clock.set_fixed_time(AFTER + datetime.timedelta(hours=2))
    olive.sign_in(crowd.facts["operator"]["username"], crowd.facts["operator"]["password"])
    shown = []
    for username, moment in (("ben.basic", BEFORE), ("ana.admin", AFTER)):
        olive.open(f"/account/users/{username}")
        stamp = olive.page.locator(f'time[datetime^="{moment:%Y-%m-%dT%H:%M}"]').first
        until(lambda: "ago" in stamp.inner_text(), "check 34: no relative form")
        shown.append(stamp.inner_text())
    assert shown == ["3 hours ago", "2 hours ago"], f"check 34: {shown}"
    olive.close()
