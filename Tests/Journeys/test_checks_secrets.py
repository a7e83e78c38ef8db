"""The acceptance checks about what is shown once and what names can hold: 17, 18, 19, 21, 23, 24, 37, and the pages for what did not work."""

import json
import re

import latchkey
import mailserver
import pytest
import sitemap
from browser import Person
from forms import FormClient
from patience import until
from test_checks_forms import GOOD
from test_checks_pages import signed_in

NAMES = {
    "quote": "\"\u0301 onfocus=alert(1) autofocus x=\"", "tag": "<b>Bold</b>", "template": "{{x}}", "right": "שלום עולם",
    "long": "N" * 100, "emoji": "🦊👩‍👩‍👧",
}


@pytest.fixture(scope="module")
def olive(demo):
    return FormClient(demo).sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"]).confirm(
        demo.facts["operator"]["password"])


@pytest.fixture(scope="module")
def shown(browser, demo):
    """A user added with a generated password: the person who sees it, on the page that shows it."""
    ana = signed_in(browser, demo, "admin", permissions=["clipboard-read", "clipboard-write"])
    ana.bodies = []
    ana.page.on("response", lambda answer: ana.bodies.append(answer))
    ana.open("/account/users/new")
    ana.fill(username="once.check", first_name="Once", last_name="Check", email="once@acme.example", phone="919 555 0161")
    ana.choose("access", "api")
    ana.choose("password_choice", "generate")
    ana.bodies.clear()
    ana.press("Add user")
    ana.secret = ana.page.locator("output").first.inner_text().strip()
    # Read now: the browser forgets the bodies of documents that are gone.
    ana.holders = [answer for answer in ana.bodies if answer.status == 200 and ana.secret in answer.text()]
    yield ana
    ana.close()


def test_check_19_copy_puts_the_exact_value_on_the_clipboard_says_so_and_selects_it_without_rights(shown):
    button = shown.page.locator("[data-copy]").first
    label = button.inner_text()
    button.click()
    until(lambda: button.inner_text() != label, "check 19: the label does not change")
    until(lambda: "Copied" in shown.page.text_content("#live"), "check 19: nothing is said")
    assert shown.page.evaluate("navigator.clipboard.readText()") == shown.secret, "check 19: not the exact value"
    until(lambda: button.inner_text() == label, "check 19: the label does not come back")
    shown.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: {writeText: () => Promise.reject(new Error('no'))}})")
    button.click()
    until(lambda: shown.page.evaluate("getSelection().toString()"), "check 19: nothing is selected")
    assert shown.page.evaluate("getSelection().toString().trim()") == shown.secret, "check 19: nothing is selected"
    shown.look("shown-once")


def test_checks_17_and_18_a_password_is_in_one_answer_and_never_again(shown, demo, olive):
    assert re.fullmatch(r"lk_[A-Za-z0-9]{20,}", shown.secret) and shown.secret not in shown.page.url
    assert [(answer.request.method, answer.status) for answer in shown.holders] == [("POST", 200)], "check 17: not in one answer alone"
    assert "no-store" in shown.holders[0].headers["cache-control"], "check 18"
    # Reload sends the form again, and a form counts once: the page says so and shows nothing.
    shown.page.reload()
    assert shown.secret not in shown.page.content() and "already shown" in shown.text(), "check 18: a reload shows it again"
    shown.page.go_back()
    assert shown.secret not in shown.page.content(), "check 18: Back shows it again"
    second = shown.context.new_page()
    for path in ("/account/users/once.check", "/account/users/new", "/account/users/once.check/activity", "/home"):
        second.goto(demo.dashboard + path)
        assert shown.secret not in second.content(), f"check 17: {path}"
    second.close()
    for path, _ in sitemap.pages("operator") + sitemap.files("operator"):
        assert shown.secret not in olive.get(path)[2], f"check 17: {path}"
    assert not [answer.url for answer in shown.bodies if shown.secret in answer.url + str(answer.request.all_headers())], "check 17: an address"
    nowhere(demo, olive, "once.check", shown.secret)


def nowhere(demo, olive, username, secret):
    """No page, file, log, letter, row or answer of the API holds it."""
    for path, _ in sitemap.pages("operator") + sitemap.files("operator"):
        assert secret not in olive.get(path)[2], f"check 17: {path}"
    for path in (f"/account/users/{username}", f"/account/users/{username}/activity", f"/credentials/{username}", f"/search?q={username}"):
        status, _, text = olive.get(path)
        assert status == 200 and secret not in text, f"check 17: {path}"
    assert secret not in demo.log_path.read_text(), "check 17: the log"
    for letter in json.loads(demo.cli("mail", "list", "--json").stdout)["letters"]:
        assert letter["state"] != "held" or secret not in demo.cli("mail", "show", letter["id"]).stdout, f"check 17: letter {letter['id']}"
    for arguments in (("audit", "list", "--limit", "1000"), ("user", "show", username), ("credential", "show", username)):
        assert secret not in demo.cli(*arguments, "--json").stdout, f"check 17: latchkey {' '.join(arguments)}"
    for path in demo.data.rglob("*"):
        assert not path.is_file() or secret.encode() not in path.read_bytes(), f"check 17: {path.name}"


def test_checks_17_and_18_a_rotated_password_is_in_one_answer_and_never_again(demo, olive):
    username = "rotate.once"
    demo.cli("user", "add", "--username", username, "--first-name", "Ro", "--last-name", "Tate", "--email", "rotate.once@acme.example",
             "--phone", "9195550163", "--api", "--account", "920012", "--password-stdin", stdin="nineteen quiet lighthouses\n")
    link, _ = letter_link(demo, "rotate.once@acme.example")
    assert FormClient(demo).post(link, {"phone": "9195550163"})[0] == 303
    path = f"/credentials/{username}/rotate"
    hidden = olive.form(path)
    once = re.search(r'name="once" value="([^"]*)"', olive.get(path)[2])[1]
    fields = {**hidden, "once": once, "grace": "24h", "password_choice": "generate"}
    status, headers, text = olive.request("POST", path, fields)
    secret = re.search(r"lk_[A-Za-z0-9]{20,}", text)[0]
    assert status == 200 and headers["Cache-Control"] == "no-store"
    status, headers, text = olive.request("POST", path, fields)
    assert secret not in text and "no-store" in headers["Cache-Control"], "check 18: the same form shows it again"
    assert secret not in olive.get(path)[2], "check 18: a second tab shows it"
    nowhere(demo, olive, username, secret)


def test_check_21_last_used_changes_within_5_seconds_of_a_call_and_says_never_before(demo, olive):
    password = olive.post("/account/users/new", {**GOOD, "username": "new.program", "email": "new.program@acme.example", "access": "api",
                                                 "password_choice": "generate"})
    assert password[0] == 200 and "Never" in olive.get("/account/users/new.program")[2], "check 21: never used"
    user = demo.facts["api_user"]
    assert demo.call("/api/accounts/920012/orders?last=used", user["username"], user["password"])[0] == 200
    until(lambda: "/api/accounts/920012/orders" in olive.get("/credentials/acme-orders")[2], "check 21: the call is not seen", 5.0)
    page = olive.get("/credentials/acme-orders")[2]
    assert "127.0.0.1" in page and "GET" in page and "<time" in page
    assert "last=used" not in page, "the query is nobody's business"


@pytest.mark.parametrize("path", [f"/{kind}/{token}" for kind in ("verify", "password", "collect", "email") for token in (sitemap.NO_TOKEN, "x")])
def test_check_24_a_link_that_is_nobodys_says_what_to_do_next(demo, path):
    status, _, text = FormClient(demo).get(path)
    main = text.split("<main")[1].split("</main>")[0]
    assert status in (404, 410) and re.search(r'<a class="btn|<a href="/(forgot|signin)', main), f"check 24: {path} has no way out"


def letter_link(demo, address):
    """The link in the newest letter to an address, which is held: the demo has no mail server."""
    def letters():
        return [letter for letter in json.loads(demo.cli("mail", "list", "--json").stdout)["letters"] if letter["to"] == address]

    until(lambda: letters() and all(letter["state"] != "queued" for letter in letters()), "the letter is not held")
    held = [letter["id"] for letter in letters() if letter["state"] == "held"]
    text = json.loads(demo.cli("mail", "show", str(max(held, key=int)), "--json").stdout)["text"]
    return re.search(r"https://\S+?(/(?:verify|password|collect|email)/\S+)", text)[1], text


def test_checks_23_and_24_opening_a_mailed_link_changes_nothing_and_a_new_one_ends_it(demo, olive):
    assert olive.post("/account/users/new", {**GOOD, "username": "link.check", "email": "link@acme.example", "phone": "9195550134"})[0] == 303
    link, _ = letter_link(demo, "link@acme.example")
    pages = {re.sub(r'value="[^"]*"|req_\w+', "", FormClient(demo).get(link)[2]) for _ in range(3)}
    assert len(pages) == 1, "check 23: a GET changed something"
    assert olive.post("/account/users/link.check/resend", {})[0] == 303
    status, _, text = FormClient(demo).get(link)
    assert status == 410 and "/forgot" in text or "new" in text.lower(), "check 24: the old link"
    newer, _ = letter_link(demo, "link@acme.example")
    dev = FormClient(demo)
    status, headers, _ = dev.post(newer, {"phone": "919.555.0134"})
    assert status == 303 and headers["Location"].startswith("/password/"), "check 23: the link that was opened does not work"


@pytest.fixture(scope="module")
def looker(browser, demo):
    person = signed_in(browser, demo, "operator")
    yield person
    person.close()


@pytest.mark.parametrize("kind", NAMES)
def test_check_37_names_are_text_on_every_page_and_in_letters(looker, demo, olive, kind):
    username, name = f"name.{kind}", NAMES[kind]
    status, _, text = olive.post("/account/users/new", {**GOOD, "username": username, "email": f"{username}@acme.example", "first_name": name})
    assert status == 303, f"check 37: {kind} is not taken: {re.findall(r'class=.err.[^>]*>(.*?)</p>', text)}"
    person = looker
    for path in (f"/account/users/{username}", f"/account/users/{username}/access", f"/account/users/{username}/activity", "/account/users",
                 f"/account/users/{username}/deactivate", f"/account/users/{username}/delete", f"/account/users/{username}/resend",
                 "/account/accounts/920012", f"/search?q={username}", "/account/audit", "/account/roles/ordering", "/account/mail", "/home"):
        assert person.open(path) == 200, path
        content = person.page.evaluate("document.body.textContent")
        assert person.page.evaluate("document.querySelectorAll('[onfocus], main b b').length") == 0, f"check 37: {path}: markup"
        assert "Bold" not in person.page.evaluate("[...document.querySelectorAll('b')].map(e => e.innerHTML)"), path
        person.page.set_viewport_size({"width": 320, "height": 640})
        assert person.page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"check 37: {path}: the layout does not hold"
        person.page.set_viewport_size({"width": 1280, "height": 720})
        if path == f"/account/users/{username}":
            assert name in content or name in person.page.input_value("[name=first_name]"), f"check 37: {kind} is not shown as it is"
    assert not person.complaints, person.complaints
    _, letter = letter_link(demo, f"{username}@acme.example")
    assert "&lt;" not in letter and "&quot;" not in letter and "&#39;" not in letter, "check 37: escaped in plain text"
    assert name in letter, "check 37: not in the letter as it is"


@pytest.fixture(scope="module")
def mailing(tmp_path_factory):
    """A server with a mail server to send to."""
    folder = tmp_path_factory.mktemp("names")
    with mailserver.MailServer(folder) as mail, latchkey.Server(folder / "data", command="demo", config=mail.config()) as server:
        yield server, mail.box


@pytest.mark.parametrize("kind", NAMES)
def test_check_37_names_are_text_in_letters_as_mail_programs_draw_them(browser, mailing, kind):
    """Through a real mail server: what arrives, in text and HTML."""
    name, (server, box) = NAMES[kind], mailing
    server.cli("user", "add", "--username", f"name.{kind}", "--first-name", name, "--last-name", name, "--email", f"{kind}@example.com", "--phone",
               "9195550134", "--dashboard", "--account", "920012")
    letter = box.wait_for(f"{kind}@example.com", "Verify your Latchkey account")
    assert name in mailserver.text_of(letter), f"check 37: {kind}: not in the text as it is"
    page = browser.new_page()
    page.set_viewport_size({"width": 320, "height": 640})
    page.set_content(letter.get_body(("html",)).get_content())
    assert name in page.evaluate("document.body.textContent"), f"check 37: {kind}: not in the HTML as it is"
    assert page.evaluate("document.querySelectorAll('[onfocus], [autofocus], b > b').length + document.scripts.length") == 0, f"check 37: {kind}: markup"
    assert "Bold" not in page.evaluate("[...document.querySelectorAll('b')].map(e => e.innerHTML)"), f"check 37: {kind}: markup"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, f"check 37: {kind}: the layout does not hold"
    page.close()


# Pages for what did not work

def test_a_form_that_is_too_old_saves_nothing_and_opens_again_with_the_answers(browser, demo):
    ana = signed_in(browser, demo, "admin")
    ana.open("/account/users/new")
    ana.fill(username="old.form", first_name="Old", last_name="Form", email="old@acme.example", phone="919 555 0162")
    ana.page.evaluate("document.querySelector('main form [name=_form]').value = '0'.repeat(64)")
    ana.press("Add user")
    assert "This form is too old" in ana.text() and "Nothing was saved" in ana.text()
    ana.look("form-too-old")
    ana.page.locator("main form button").first.click()
    assert ana.heading() == "Add user" and ana.page.input_value("[name=username]") == "old.form"
    ana.close()


def test_too_many_tries_are_answered_429_with_the_time_to_wait(demo):
    answers = []
    for number in range(30):
        stranger = FormClient(demo)
        status, headers, text = stranger.post("/signin", {"username": "too.many", "password": f"wrong password {number}"})
        answers.append(status)
        if status == 429:
            assert "Too many tries." in text and int(headers["Retry-After"]) > 0, text[-1500:]
            return
    raise AssertionError(f"never too many: {answers}")
