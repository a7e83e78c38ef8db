"""The acceptance checks 9 and 10, for everything that changes something: each act of the sitemap is pressed twice in a hurry, looked at,
loaded again, gone back from, and sent once more as it was."""

import collections
import dataclasses
import json
import re
import time

import playwright.sync_api
import pytest

import latchkey
import sitemap
from browser import Person
from forms import FormClient
from patience import until

PASSWORD = "forty slow bicycles uphill"
NEW = {"first_name": "Act", "last_name": "Three", "email": "act.three@acme.example", "phone": "9195550133"}


@dataclasses.dataclass(frozen=True)
class Act:
    pattern: str
    # Where its form stands, and what is typed and ticked there.
    page: str
    fields: dict = dataclasses.field(default_factory=dict, hash=False)
    # Where the form goes, when that is not where it stands.
    action: str = ""
    who: str = "operator"
    # The way on is notice enough: the next page says by itself where one is.
    notice: bool = True
    # A page that shows something once, instead of leading on: that it is not shown again is check 18.
    shows: bool = False
    # Which of several forms with the same address.
    button: str = ""


USER = "/account/users/act.one"
ACTS = [
    Act("/confirm", "/confirm?next=/home", {"password": "{operator}"}, action="/confirm", notice=False),
    Act("/home/steps", "/home", action="/home/steps"),
    Act("/account/users/new", "/account/users/new", {"username": "act.three", **NEW, "access": "dashboard"}),
    Act(sitemap.USER, USER, {"phone": "919 555 0171"}),
    Act(f"{sitemap.USER}/access", f"{USER}/access", {"roles": "920012:reporting"}),
    *[Act(f"{sitemap.USER}/{act}", f"/account/users/{name}/{act}") for act, name in (
        ("resend", "act.one"), ("unlock", "act.locked"), ("reset", "act.two"), ("signout", "act.two"), ("deactivate", "act.one"),
        ("activate", "act.one"))],
    Act(f"{sitemap.USER}/delete", f"{USER}/delete", {"confirmation": "act.one"}),
    Act("/account/accounts/new", "/account/accounts/new", {"account_id": "777001", "account_name": "Act", "company_name": "Acme"}),
    Act("/account/accounts/:id", "/account/accounts/920012", {"roles": "tn-lookup"}),
    Act("/account/accounts/:id/reminders", "/account/accounts/920012", {"reminder_days": "77"}, action="/account/accounts/920012/reminders"),
    Act("/account/audit", "/account/audit"),
    Act("/account/settings", "/account/settings", {"support": "help@acme.example"}),
    *[Act("/account/settings/security", "/account/settings/security", {field: value}, button=card) for card, field, value in (
        ("passwords", "renewal_days", "91"), ("sign-in", "lock_after", "11"), ("links", "reset_minutes", "31"))],
    Act("/account/settings/email", "/account/settings/email"),
    Act("/account/mail/:id", "/account/mail/{letter}", shows=True),
    Act("/credentials/:username/rotate", "/credentials/acme-orders/rotate", {"password_choice": "generate"}, shows=True),
    Act("/credentials/:username/extend", "/credentials/acme-orders", action="/credentials/acme-orders/extend"),
    Act("/credentials/:username/end", "/credentials/acme-orders", action="/credentials/acme-orders/end"),
    Act("/credentials/:username/stop", "/credentials/acme-orders/stop", {"confirmation": "acme-orders"}),
    Act("/profile", "/profile", {"first_name": "Acton"}, who="act.two"),
    Act("/profile/notifications", "/profile/notifications", {"letters": "-access"}, who="act.two"),
    Act("/profile/appearance", "/profile/appearance", {"theme": "dark"}, who="act.two"),
    Act("/profile/sessions", "/profile/sessions", who="act.two"),
    Act("/profile/security", "/profile/security", {"current_password": PASSWORD, "password": PASSWORD + " again"}, who="act.two"),
    Act("/switch", "/home", {"account": "930044"}, action="/switch", notice=False),
    Act("/forgot", "/forgot", {"name": "act.two"}, who="stranger"),
    Act("/verify/:token", "{verify}", {"phone": "919-555-0133"}, who="stranger"),
    Act("/password/:token", "{password}", {"password": PASSWORD}, who="stranger"),
    Act("/email/:token", "{email}", who="stranger"),
    Act("/signin", "/signin", {"username": "act.three", "password": PASSWORD}, who="stranger", notice=False),
    Act("/signout", "/home", action="/signout", who="stranger"),
]
# Where else each of the others is done, since it needs an installation or a state of its own.
ELSEWHERE = {
    "/setup/:token": "test_main_job", "/renew": "test_states", "/collect/:token": "test_states", "/email/:token/stop": "test_states", "/profile/email": "test_states",
    f"{sitemap.USER}/email": "test_states",
    "/stay": "test_shell: the script sends it and stays on the page",
}


@pytest.fixture(scope="module")
def place(browser, tmp_path_factory):
    """An installation with some people, of its own: these acts change whatever can be changed."""
    with latchkey.Server(tmp_path_factory.mktemp("acts") / "data", command="demo") as server:
        for username, number in (("act.one", 0), ("act.two", 1), ("act.locked", 2)):
            server.cli(
                "user", "add", "--username", username, "--first-name", "Act", "--last-name", "One", "--email", f"{username}@acme.example",
                "--phone", f"919555013{number}", "--dashboard", "--account", "920012")
        for username, number in (("act.two", 1), ("act.locked", 2)):
            activate(server, username, f"919555013{number}")
        now = round(time.time() * 1000)
        server.sql("INSERT INTO throttle VALUES ('signin:user:act.locked', 10, ?, ?)", now, now + 900_000)
        people = {"operator": Person(browser, server), "act.two": Person(browser, server), "stranger": Person(browser, server)}
        operator = server.facts["operator"]
        people["operator"].sign_in(operator["username"], operator["password"])
        server.people = people
        yield server
        for person in people.values():
            person.close()


def newest_link(server, address):
    """The path in the newest held letter to an address."""
    def held():
        letters = [letter for letter in json.loads(server.cli("mail", "list", "--json").stdout)["letters"] if letter["to"] == address]
        # While one is on its way to being held, the newest of the held ones is an old one.
        return [] if any(letter["state"] == "queued" for letter in letters) else [letter["id"] for letter in letters if letter["state"] == "held"]

    def path():
        texts = [json.loads(server.cli("mail", "show", number, "--json").stdout)["text"] for number in sorted(held(), key=int, reverse=True)[:1]]
        found = re.search(r"https://[^/\s]+(/(?:verify|password|collect|email)/\S+)", texts[0]) if texts else None
        return found and found[1]

    until(path, f"no link for {address}", pause=0.1)
    return path()


def activate(server, username, phone):
    """As the reader of the letter."""
    client = FormClient(server)
    _, headers, _ = client.post(newest_link(server, f"{username}@acme.example"), {"phone": phone})
    link = headers["Location"].split("?")[0]
    assert client.post(link, {"password": PASSWORD})[0] == 303


def events(server):
    """What the log holds: {number: what was done}."""
    return {number: what for number, *what in server.sql("SELECT number, action, result FROM audit ORDER BY number DESC LIMIT 30")}


def test_check_9_and_check_10_hold_for_every_act_of_the_sitemap():
    assert {act.pattern for act in ACTS} | set(ELSEWHERE) == set(sitemap.ACTS)


@pytest.mark.parametrize("act", ACTS, ids=[f"{act.page.replace('/', '-')[1:]}{'-' + act.button if act.button else ''}" for act in ACTS])
def test_check_9_a_post_leads_on_and_says_so_and_check_10_twice_is_once(place, act):
    person, page = place.people[act.who], place.people[act.who].page
    where, fields = act.page, dict(act.fields)
    if act.who == "act.two" and person.open("/profile") == 200 and person.heading() == "Sign in":
        person.sign_in("act.two", PASSWORD)
        FormClient(place).sign_in("act.two", PASSWORD)
    if act.pattern == "/verify/:token":
        where = newest_link(place, "act.three@acme.example")
    elif act.pattern == "/password/:token":
        where = place.next_link
    elif act.pattern == "/email/:token":
        FormClient(place).sign_in("act.two", PASSWORD + " again").confirmed_post(
            "/profile", {"first_name": "Acton", "last_name": "One", "email": "act.moved@acme.example", "phone": "919 555 0131"}, PASSWORD + " again")
        where = newest_link(place, "act.moved@acme.example")
    elif act.pattern == "/account/mail/:id":
        where = f"/account/mail/{max((int(l['id']) for l in json.loads(place.cli('mail', 'list', '--json').stdout)['letters'] if l['state'] == 'held'))}"
    fields = {name: value.replace("{operator}", place.facts["operator"]["password"]) for name, value in fields.items()}
    action = act.action or where

    assert person.open(where) == 200, person.text()
    form = page.locator(f'form[method=post][action="{action}"]')
    if act.button:
        form = form.filter(has=page.locator(f'input[name=card][value="{act.button}"]'))
    form = form.last if act.pattern == "/profile/sessions" else form.first
    form.evaluate("form => { const menu = form.closest('details'); if (menu) menu.open = true }")
    fill(form, fields)
    before, sent = events(place), []
    page.on("request", lambda request: sent.append(request) if request.method == "POST" else None)
    answers = []
    page.on("response", lambda answer: answers.append((answer.request.method, answer.status)))
    button = form.locator(f'button[value="{fields["account"]}"]' if act.pattern == "/switch" else "button:not([type=button])").last
    page.evaluate("window.wasHere = true")
    button.dblclick()
    until(lambda: is_another(page), f"check 10: {act.pattern}: no other page came")

    done = {number: what for number, what in events(place).items() if number not in before}
    twice = [what for what, count in collections.Counter(map(tuple, done.values())).items() if count > 1]
    assert not twice, f"check 10: {act.pattern}: {twice} was done twice"
    body = sent[0].post_data_buffer.decode()
    if act.shows:
        assert all(status in (200, 410) for method, status in answers if method == "POST"), answers
        return
    assert ("POST", 303) in answers and all(status == 303 for method, status in answers if method == "POST"), f"check 9: {act.pattern}: {answers}"
    assert not page.title().startswith("Error: "), person.text()
    place.next_link = page.url.removeprefix(place.dashboard).split("?")[0]
    if act.notice:
        assert page.locator(".note[data-focus]").count() == 1, f"check 9: {act.pattern}: no notice: {person.text()[:600]}"
        assert page.evaluate("!!document.activeElement.closest('.note[data-focus]')"), f"check 9: {act.pattern}: the notice has no focus"
    answers.clear()
    page.reload()
    page.go_back()
    page.go_forward()
    # The page that asked may say that this does not fit any more, or that nothing is there.
    assert all(method == "GET" and status < 500 for method, status in answers), f"check 9: {act.pattern}: loading it again or going back: {answers}"
    assert person.heading(), f"check 9: {act.pattern}"
    seen = events(place)
    person.context.request.post(place.dashboard + action.split("?")[0], data=body, max_redirects=0, headers={
        "Content-Type": "application/x-www-form-urlencoded", "Origin": place.dashboard})
    repeated = [what for number, what in events(place).items() if number not in seen and what[1] == "done" and what[0] != "session.signed-in"]
    assert not repeated, f"check 10: {act.pattern}: sent again, it does {repeated} again"


def is_another(page):
    """Whether a page has come since the press. The second press may break off what the first began to load."""
    try:
        return page.evaluate("!window.wasHere && document.readyState === 'complete'")
    except playwright.sync_api.Error:
        return False  # between two pages


def fill(form, fields):
    for name, value in fields.items():
        if name == "account":
            continue
        field = form.locator(f'[name="{name}"]')
        kind = field.first.get_attribute("type")
        if kind in ("radio", "checkbox"):
            box = form.locator(f'[name="{name}"][value="{value.lstrip("-")}"]')
            box.evaluate("box => { const more = box.closest('details'); if (more) more.open = true }")
            box.uncheck() if value.startswith("-") else box.check()
        else:
            field.fill(value)
