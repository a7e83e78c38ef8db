"""What surrounds every page: confirming who one is, the palette, preferences, sessions, error pages, the first call, and what it all weighs."""

import concurrent.futures
import gzip
import re

import checks
import latchkey
from browser import Person
from forms import FormClient

NEW_PERSON = {
    "first_name": "Dee", "last_name": "Dubois", "phone": "919 555 0101", "level": "basic", "access": "dashboard", "accounts": "920012",
    "password_choice": "own",
}


def person(browser, demo, who="admin", pictures=None, **options):
    someone = Person(browser, demo, pictures, **options)
    someone.sign_in(demo.facts[who]["username"], demo.facts[who]["password"])
    return someone


def client(demo, who="admin"):
    return FormClient(demo).sign_in(demo.facts[who]["username"], demo.facts[who]["password"])


# Confirm it is you

def test_check_28_what_counts_asks_for_the_password_once_and_then_completes(browser, demo, pictures):
    olive = person(browser, demo, "operator", pictures)
    password = demo.facts["operator"]["password"]
    olive.open("/account/users/ben.basic/reset")
    olive.page.locator("main form button").first.click()
    assert olive.heading() == "Confirm it is you"
    olive.look("confirm")
    olive.fill(password="not the password")
    olive.press("Continue")
    assert olive.page.title().startswith("Error: ")
    olive.look("confirm-wrong")
    cookie = {c["name"]: c["value"] for c in olive.context.cookies()}["__Host-latchkey"]
    olive.confirm(password)
    assert "is on its way" in olive.text()
    assert {c["name"]: c["value"] for c in olive.context.cookies()}["__Host-latchkey"] != cookie, "the session has a new cookie"
    # Not asked a second time, and what was typed is done.
    olive.open("/account/users/ben.basic/access")
    olive.choose("level", "admin")
    olive.press("Save")
    assert "Confirm it is you" not in olive.text() and "Saved" in olive.text()
    olive.choose("level", "basic")
    olive.press("Save")
    olive.close()


# A form outlives the session

def test_a_session_that_ended_while_typing_brings_the_form_back(browser, demo):
    ana = person(browser, demo)
    ana.open("/account/users/new")
    ana.fill(username="typed.before", first_name="Typed", last_name="Before", email="typed@example.com", phone="919 555 0111")
    ana.choose("access", "dashboard")
    session = next(c for c in ana.context.cookies() if c["name"] == "__Host-latchkey")
    ana.context.clear_cookies(name=session["name"])
    ana.press("Add user")
    assert "Your session has ended" in ana.text()
    ana.fill(username=demo.facts["admin"]["username"], password=demo.facts["admin"]["password"])
    ana.press("Sign in")
    assert ana.heading() == "Add user" and "Your answers are still here" in ana.text()
    assert ana.page.input_value("[name=username]") == "typed.before" and ana.page.is_checked("[name=access][value=dashboard]")
    ana.page.reload()
    assert ana.page.input_value("[name=phone]") == "919 555 0111"
    ana.close()


# Double submits

def test_check_10_the_same_form_sent_twice_at_once_makes_one_change(demo):
    ana = client(demo)
    hidden = ana.form("/account/users/new")
    fields = {**hidden, **NEW_PERSON, "username": "dee.double", "email": "dee@example.com"}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: ana.request("POST", "/account/users/new", fields), range(4)))
    assert {status for status, _, _ in answers} == {303}, [status for status, _, _ in answers]
    assert len({headers["Location"] for _, headers, _ in answers}) == 1
    status, headers, _ = ana.request("POST", "/account/users/new", fields)
    assert status == 303 and "dee.double" in headers["Location"]


def test_check_18_a_password_that_is_shown_once_is_not_shown_to_a_reload(demo):
    ana = client(demo)
    fields = {**ana.form("/account/users/new"), **NEW_PERSON, "username": "gen.once", "email": "gen@example.com", "password_choice": "generate"}
    status, _, text = ana.request("POST", "/account/users/new", fields)
    secret = re.search(r"lk_[A-Za-z0-9]+", text)[0]
    assert status == 200
    status, _, text = ana.request("POST", "/account/users/new", fields)
    assert status == 410 and secret not in text and "already shown" in text


# Pages for what did not work

def test_error_pages_keep_the_shell_and_say_who_can_help(browser, demo, pictures):
    ben = person(browser, demo, "basic", pictures)
    for path in ("/account/users", "/account/settings"):
        assert ben.open(path) == 403
        assert "You need admin level for this page" in ben.text() and "Admins of Acme East: Ana Almeida." in ben.text()
        assert ben.page.locator("nav[aria-label=Main]").inner_text().split("\n")[0] == "Home"
        assert "Account" not in ben.page.locator("nav[aria-label=Main]").inner_text().split("\n")
    ben.look("error-403")
    assert ben.open("/nowhere") == 404
    ben.look("error-404")
    assert ben.page.locator("main a", has_text="Home").count() == 1
    ben.close()


def test_programs_get_problems_and_not_pages(demo):
    status, headers, body = demo.call("/api/nowhere", base=demo.dashboard)
    assert status == 404 and headers["Content-Type"].startswith("application/problem+json"), (status, headers["Content-Type"], body)


def test_head_is_get_without_a_body(demo):
    ana = client(demo)
    for path in ("/home", "/account/users", "/signin", "/account/settings", "/profile/appearance"):
        got, head = ana.request("GET", path), ana.request("HEAD", path)
        assert head[0] == got[0] and head[2] == "", path
        assert head[1]["Content-Type"] == got[1]["Content-Type"], path


def test_what_is_too_much_is_said_in_the_shell(demo):
    ana = client(demo)
    status, _, text = ana.post("/profile", {"first_name": "x" * 70_000})
    assert status == 413 and "64 kilobytes" in text and 'aria-label="Main"' in text


# Preferences

def test_check_35_a_theme_is_there_before_the_page_is_drawn_and_survives_a_new_session(browser, demo, pictures):
    ben = person(browser, demo, "basic", pictures)
    ben.open("/profile/appearance")
    ben.look("appearance")
    ben.choose("theme", "dark")
    ben.page.select_option("[name=time_zone]", "Asia/Kolkata")
    ben.choose("clock", "12")
    ben.press("Save")
    assert ben.page.get_attribute("html", "data-theme") == "dark"
    ben.look("appearance-saved")
    ben.close()
    again = person(browser, demo, "basic", java_script_enabled=False)
    assert again.page.get_attribute("html", "data-theme") == "dark"
    moment = again.page.locator("time").first
    assert re.fullmatch(r"\d+ \w+ \d{4}, \d+:\d\d [ap]m \(UTC\+5:30\)", moment.inner_text()), moment.inner_text()
    assert moment.get_attribute("title").endswith(" UTC")
    again.open("/profile/appearance")
    again.choose("theme", "auto")
    again.page.select_option("[name=time_zone]", "")
    again.choose("clock", "24")
    again.press("Save")
    assert again.page.get_attribute("html", "data-theme") is None
    again.close()


def test_letters_that_guard_an_account_are_locked_and_others_are_chosen(browser, demo, pictures):
    ben = person(browser, demo, "basic", pictures)
    ben.open("/profile/notifications")
    ben.look("notifications")
    ben.page.uncheck("[name=letters][value=access]")
    ben.press("Save")
    assert not ben.page.is_checked("[name=letters][value=access]")
    ben.page.check("[name=letters][value=access]")
    ben.press("Save")
    ben.close()


def test_other_devices_are_seen_and_signed_out(browser, demo, pictures):
    here, there = person(browser, demo, "basic", pictures), client(demo, "basic")
    third = client(demo, "basic")
    here.open("/profile/sessions")
    assert here.page.locator("main .device").first.inner_text().startswith("Chrome on Linux")
    assert "This device" in here.page.locator("main .device").first.inner_text()
    here.look("sessions")
    here.page.locator("main .device form button").first.click()
    assert "That device is signed out." in here.text()
    here.press("Sign out all others")
    assert here.page.locator("main .device").count() == 1
    assert there.get("/home")[0] == 303 and third.get("/home")[0] == 303
    here.close()


def test_ones_own_phone_is_changed_in_one_form(browser, demo, pictures):
    ben = person(browser, demo, "basic", pictures)
    ben.open("/profile")
    ben.look("profile")
    ben.fill(phone="(919) 555-0188")
    ben.press("Save")
    assert "Type the new number here as well" in ben.text() and ben.page.input_value("[name=phone]") == "(919) 555-0188"
    ben.fill(phone_again="919 555 0189")
    ben.press("Save")
    assert ben.page.title().startswith("Error: ")
    ben.look("phone-again-wrong")
    ben.fill(phone_again="919.555.0188")
    ben.press("Save")
    assert "Saved: your work phone." in ben.text() and ben.page.input_value("[name=phone]") == "919 555 0188"
    assert ben.page.input_value("[name=phone_again]") == ""
    ben.close()


# Accounts

def test_the_account_in_hand_is_changed_from_the_header(browser, demo):
    ana = person(browser, demo, java_script_enabled=False)
    ana.page.locator("details.menu summary", has_text="920012").click()
    ana.page.get_by_role("button", name="930044").click()
    assert ana.page.locator("details.menu summary", has_text="930044").count() == 1
    ana.open("/account/users/new")
    assert ana.page.is_checked("[name=accounts][value='930044']") and not ana.page.is_checked("[name=accounts][value='920012']")
    ana.page.locator("details.menu summary", has_text="930044").click()
    ana.page.get_by_role("button", name="920012").click()
    ana.close()


# Search

def test_the_palette_finds_places_users_and_actions_by_keyboard_alone(browser, demo, pictures):
    ana = person(browser, demo, "admin", pictures)
    ana.page.keyboard.press("Control+k")
    box = ana.page.get_by_role("combobox", name="Search pages, users and actions")
    box.wait_for()
    box.fill("acme-o")
    ana.page.locator("[role=option]", has_text="acme-orders").wait_for()
    ana.look("palette")
    ana.page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == ana.page.locator("[role=option][aria-selected=true]").get_attribute("id")
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**/account/users/acme-orders")
    ana.page.keyboard.press("Control+k")
    ana.page.keyboard.press("Escape")
    assert not ana.page.locator("#palette").is_visible()
    ana.page.locator("#find").press("Enter")
    assert ana.page.locator("#palette").is_visible()
    ana.page.keyboard.press("Escape")
    assert ana.page.evaluate("document.activeElement.id") == "find", "the focus does not come back to what opened the search"
    # What nobody may open is found by nobody.
    assert not [g for g in client(demo, "basic").get("/search.json?q=acme")[2].split('"group"') if "acme-orders" in g]
    ana.close()


def test_single_keys_work_until_they_are_switched_off_and_never_in_a_field(browser, demo):
    ana = person(browser, demo)
    ana.page.keyboard.press("g")
    ana.page.keyboard.press("u")
    ana.page.wait_for_url("**/account/users")
    ana.page.keyboard.press("/")
    assert ana.page.evaluate("document.activeElement.type") == "search"
    ana.page.keyboard.type("?")
    assert ana.page.url.endswith("/account/users")
    ana.page.evaluate("document.activeElement.blur()")
    ana.page.keyboard.press("?")
    ana.page.wait_for_url("**/help/keys")
    ana.open("/profile/appearance")
    ana.page.uncheck("[name=single_keys]")
    ana.press("Save")
    ana.page.evaluate("document.activeElement.blur()")
    ana.page.keyboard.press("?")
    ana.page.keyboard.press("g")
    ana.page.keyboard.press("h")
    assert "/profile/appearance" in ana.page.url
    ana.page.check("[name=single_keys]")
    ana.press("Save")
    ana.close()


def test_without_javascript_the_search_is_a_page(browser, demo, pictures):
    ana = person(browser, demo, "admin", pictures, java_script_enabled=False)
    ana.page.locator("#find").click()
    ana.page.fill("[name=q]", "acme")
    ana.page.locator("main button").click()
    assert ana.page.locator("main a", has_text="acme-orders").count() == 1
    ana.close()


# Quick start

def test_the_first_call_is_seen_to_arrive(browser, tmp_path, pictures):
    with latchkey.Server(tmp_path / "data", command="demo") as server:
        ana = person(browser, server, "admin", pictures)
        ana.open("/quickstart")
        assert "Waiting for the first call from acme-orders" in ana.text()
        password = server.facts["api_user"]["password"]
        assert password not in ana.page.content()
        ana.look("quickstart-waiting")
        ana.page.check("#lang-python")
        assert ana.page.locator("#python-check").is_visible() and not ana.page.locator("#curl-check").is_visible()
        path = server.facts["allowed"]["path"]
        assert server.call(path, "acme-orders", password)[0] == 200
        ana.page.locator("#wait", has_text=f"Received: GET {path} from 127.0.0.1").wait_for(timeout=8000)
        ana.look("quickstart-received")
        # Without a program there is one thing to do.
        ben = person(browser, server, "basic", pictures)
        ben.open("/quickstart")
        ben.look("quickstart-none")
        assert "You need a user with the API access method" in ben.text()
        ana.close(), ben.close()


# Time

def test_the_end_of_a_session_is_told_two_minutes_before_with_one_button_to_stay(browser, demo, pictures):
    ana = Person(browser, demo, pictures)
    ana.page.clock.install()
    ana.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    ana.open("/profile/sessions")
    assert not ana.page.locator("#ending").is_visible()
    ana.page.clock.fast_forward(28 * 60 * 1000)
    assert ana.page.locator("#ending").is_visible()
    ana.page.clock.run_for(100)
    assert "Your session ends in 2 minutes" in ana.page.text_content("#live"), "the end is not spoken"
    ana.look("session-ending")
    ana.page.get_by_role("button", name="Stay signed in").click()
    ana.page.locator("#ending").wait_for(state="hidden")
    assert ana.page.url.endswith("/profile/sessions")
    ana.close()


def test_check_6_the_warning_before_a_session_ends_covers_nothing_that_has_the_focus(browser, demo):
    ana = Person(browser, demo)
    ana.page.clock.install()
    ana.sign_in(demo.facts["admin"]["username"], demo.facts["admin"]["password"])
    for width, height in ((1280, 480), (320, 640)):
        ana.page.set_viewport_size({"width": width, "height": height})
        ana.open("/account/users/new")
        ana.page.clock.fast_forward(28 * 60 * 1000)
        assert ana.page.locator("#ending").is_visible()
        faults, stops = checks.keyboard(ana.page)
        assert stops > 20 and not faults, f"at {width} px:\n" + "\n".join(faults)
        # What has the focus already when it comes.
        ana.open("/account/users/new")
        for control in ana.page.locator("main input:visible").all():
            box = control.bounding_box()
            if box["y"] + box["height"] > height - 30:
                break
            last = control
        last.focus()
        ana.page.clock.fast_forward(28 * 60 * 1000)
        assert ana.page.locator("#ending").is_visible()
        assert ana.page.evaluate(IS_ON_TOP), f"check 6: the warning covers what has the focus, at {width} px"
    ana.close()


IS_ON_TOP = """() => { const e = document.activeElement, r = e.getBoundingClientRect(), w = document.querySelector('#ending').getBoundingClientRect();
  return r.right <= w.left || r.bottom <= w.top || r.left >= w.right || r.top >= w.bottom }"""


# Weight

def test_check_38_style_and_script_are_within_their_weight_and_kept_for_good(demo):
    ana = client(demo, "operator")
    _, _, home = ana.get("/home")
    for kind, budget in (("css", 8192), ("js", 6144)):
        found = re.findall(rf'/assets/[^"]+\.{kind}', home)
        assert len(found) == 1
        _, headers, text = ana.get(found[0])
        assert "immutable" in headers["Cache-Control"]
        assert len(gzip.compress(text.encode())) <= budget, (kind, len(gzip.compress(text.encode())))
