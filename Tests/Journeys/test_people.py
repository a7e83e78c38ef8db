"""Pages about people: adding a user, a user's page, Home. By clicks in the demo, with and without script, wide and narrow."""

import re

import pytest
from browser import Person, shown
from patience import until

NEW = {"first_name": "Pat", "last_name": "Poe", "phone": "919 555 0170"}


def signed_in(browser, demo, who="admin", pictures=None, **options):
    person = Person(browser, demo, pictures, **options)
    person.sign_in(demo.facts[who]["username"], demo.facts[who]["password"])
    return person


def add(demo, username, *access):
    demo.cli("user", "add", "--username", username, "--first-name", "Pat", "--last-name", "Poe", "--email", f"{username}@acme.example",
             "--phone", "919 555 0171", *[f"--{way}" for way in access or ("dashboard",)], "--account", "920012")


# Adding

def test_the_sentence_above_the_button_follows_what_is_typed(browser, demo, pictures):
    ana = signed_in(browser, demo, pictures=pictures)
    ana.open("/account/users/new")
    told = ana.page.locator("#sum")
    assert told.inner_text() == "This user, basic user, has no access method yet, with no role in 920012."
    ana.fill(username="pat.sentence")
    ana.choose("access", "dashboard", "api")
    ana.choose("roles", "920012:ordering", "920012:messaging")
    ana.page.locator("summary", has_text="930044").click()
    ana.choose("accounts", "930044")
    assert told.inner_text() == (
        "pat.sentence, basic user, will sign in to the dashboard and call the API, with 2 roles in 920012 and no role in 930044.")
    assert "2 roles" in ana.page.locator("summary", has_text="920012 Acme East:").inner_text()
    ana.look("add-user-filled")
    ana.close()


def test_roles_are_copied_from_one_account_to_another_and_found_by_their_name(browser, demo):
    ana = signed_in(browser, demo)
    ana.open("/account/users/new")
    ana.choose("roles", "920012:ordering", "920012:messaging")
    ana.page.locator("summary", has_text="930044").click()
    ana.press("Copy roles from 920012 to 930044")
    for box in ("accounts", "930044"), ("roles", "930044:ordering"), ("roles", "930044:messaging"):
        assert ana.page.is_checked(f'[name={box[0]}][value="{box[1]}"]'), box
    assert not ana.page.locator('[name=roles][value^="930044:"]:disabled:checked').count(), "a role outside the contract"
    assert "2 roles in 930044" in ana.page.locator("#sum").inner_text()
    until(lambda: "Roles copied from 920012" in ana.page.locator("#live").inner_text(), "the copy is not spoken")
    wanted = ana.page.locator("#role-filter")
    wanted.fill("order")
    shown = ana.page.locator("[data-roles] fieldset .pick:visible")
    assert 0 < shown.count() <= 4 and all("order" in text.lower() for text in shown.all_inner_texts())
    wanted.press("Enter")
    assert ana.heading() == "Add user" and not ana.page.locator(".errors").count(), "Enter in the filter sends nothing"
    wanted.fill("")
    assert ana.page.locator("[data-roles] fieldset .pick").count() == ana.page.locator("[data-roles] fieldset .pick:visible").count()
    ana.close()


def test_without_script_the_same_user_is_added_and_the_sentence_stands_on_the_next_page(browser, demo):
    ana = signed_in(browser, demo, java_script_enabled=False)
    ana.open("/account/users/new?access=dashboard&role=ordering&account=920012&first=Pat")
    assert not ana.page.locator("#sum").is_visible() and not ana.page.locator("#role-filter").is_visible()
    assert ana.page.input_value("[name=first_name]") == "Pat" and ana.page.is_checked('[name=roles][value="920012:ordering"]')
    ana.fill(username="pat.plain", email="pat.plain@acme.example", **NEW)
    ana.press("Add user")
    assert "pat.plain, basic user, will sign in to the dashboard, with 1 role in 920012." in ana.text()
    assert ana.page.get_by_role("link", name="Add another user").count() == 1
    ana.close()


# Taking back

@pytest.mark.parametrize("script", [True, False])
def test_a_change_of_access_is_taken_back_by_one_press(browser, demo, pictures, script):
    username = f"pat.back{int(script)}"
    add(demo, username)
    ana = signed_in(browser, demo, pictures=pictures if script else None, java_script_enabled=script)
    ana.open(f"/account/users/{username}/access")
    ana.choose("roles", "920012:ordering")
    ana.choose("access", "api")
    ana.press("Save")
    assert "Saved. Access methods: Dashboard and API. Added Ordering in 920012." in ana.text()
    ana.look(f"access-saved-{script}")
    ana.press(f"Undo {username}")
    assert "Saved. Access methods: Dashboard. Removed Ordering in 920012." in ana.text()
    assert not ana.page.is_checked('[name=roles][value="920012:ordering"]') and not ana.page.is_checked("[name=access][value=api]")
    ana.close()


def test_taking_back_what_somebody_has_changed_since_shows_both_versions(browser, demo):
    add(demo, "pat.both")
    ana, olive = signed_in(browser, demo), signed_in(browser, demo, "operator")
    ana.open("/account/users/pat.both/access")
    ana.choose("roles", "920012:ordering")
    ana.press("Save")
    olive.open("/account/users/pat.both/access")
    olive.choose("roles", "920012:messaging")
    olive.press("Save")
    ana.press("Undo pat.both")
    assert ana.heading() == "Somebody changed this user while you were editing"
    assert "Messaging, Ordering" in ana.text()
    ana.press("Keep mine")
    assert "Removed Messaging and Ordering in 920012." in ana.text()
    for person in (ana, olive):
        person.close()


def test_who_switched_a_user_off_and_why_stands_on_the_page_until_one_press_undoes_it(browser, demo, pictures):
    add(demo, "pat.off")
    ana = signed_in(browser, demo, pictures=pictures)
    ana.open("/account/users/pat.off/deactivate")
    ana.fill(reason="Left the company")
    ana.look("deactivate")
    ana.press("Deactivate")
    assert ana.page.evaluate("document.activeElement.innerText").startswith("pat.off is deactivated.")
    ana.open("/account/users/pat.off")
    assert re.search(r"By ana.admin .+\. Reason: Left the company\.", ana.text())
    ana.look("user-deactivated")
    ana.follow("Activate")
    ana.press("Activate")
    assert "Left the company" not in ana.text()
    ana.close()


def test_deactivating_a_program_says_how_much_it_calls(browser, demo):
    api = demo.facts["api_user"]
    for _ in range(3):
        demo.call(demo.facts["allowed"]["path"], api["username"], api["password"])
    ana = signed_in(browser, demo)

    def told():
        ana.open(f"/account/users/{api['username']}/deactivate")
        return re.search(r"made \d+ calls? in the last 2 hours, the latest .+ They stop as soon as you press Deactivate\.", ana.text())

    until(told, "the calls are not counted", 20)
    ana.close()


# Home

def test_home_has_four_numbers_and_first_steps_that_can_be_put_away(browser, demo, pictures):
    olive = signed_in(browser, demo, "operator", pictures)
    olive.open("/home")
    olive.look("home-operator")
    assert olive.page.locator(".figures a").count() == 4
    for index in range(4):
        olive.open("/home")
        href = olive.page.locator(".figures a").nth(index).get_attribute("href")
        assert olive.open(href) == 200, href
    olive.open("/home")
    assert "Send a test email" in olive.text()
    olive.press("Put away")
    assert "First steps" not in olive.page.locator("main").inner_text().replace("The first steps are put away", "").replace("Show the first steps", "")
    olive.open("/home")
    assert not olive.page.locator("#steps").count(), "put away for good"
    olive.press("Show the first steps")
    assert olive.page.locator("#steps").count() == 1
    olive.press("Put away")
    olive.press("Undo")
    assert olive.page.locator("#steps").count() == 1
    olive.close()


def test_home_says_who_could_not_verify_and_what_else_is_wrong(browser, demo, pictures):
    add(demo, "pat.phone", "dashboard", "api")
    olive = signed_in(browser, demo, "operator", pictures)
    olive.open("/account/mail")
    olive.page.locator("tr", has_text="pat.phone@").first.get_by_role("link").first.click()
    olive.press("Read it")
    link = re.search(r"/verify/[\w-]+", olive.text())[0]
    pat = Person(browser, demo)
    pat.open(link)
    for _ in range(5):
        pat.fill(phone="919 555 0000")
        pat.page.locator("main form button").last.click()
    pat.close()
    ana = signed_in(browser, demo, pictures=pictures)
    ana.open("/home")
    assert "pat.phone (Pat Poe) could not verify: 5 wrong phone numbers closed the link." in ana.text()
    ana.look("home-admin")
    ana.page.locator("li", has_text="pat.phone").get_by_role("link", name="Check the phone").click()
    assert "Verification was refused" in ana.text()
    ana.look("user-refused")
    for person in (ana, olive):
        person.close()


def test_home_of_a_basic_user_shows_their_credential(browser, demo, pictures):
    ben = signed_in(browser, demo, "basic", pictures)
    ben.open("/home")
    ben.look("home-basic")
    assert "Your API credential" not in ben.text()
    ben.close()
    olive = signed_in(browser, demo, "operator")
    olive.open(f"/account/users/{demo.facts['basic']['username']}/access")
    olive.choose("access", "api")
    olive.press("Save")
    ben = signed_in(browser, demo, "basic", pictures)
    ben.open("/home")
    assert "Your API credential" in ben.text() and "1 live" in ben.text()
    ben.look("home-basic-api")
    ben.follow("See the credential")
    assert ben.heading() == demo.facts["basic"]["username"]
    ben.close()
    olive.press(f"Undo {demo.facts['basic']['username']}")
    olive.close()


def test_tabs_stay_in_one_line_on_a_narrow_screen(browser, demo):
    ana = signed_in(browser, demo)
    for path in ("/account/users/acme-orders", "/profile"):
        ana.open(path)
        for width in (1280, 320):
            shown(ana.page, width, "light")
            # The height of each row of tabs, in heights of a tab.
            rows = ana.page.evaluate("[...document.querySelectorAll('.tabs')].map(row => row.offsetHeight / row.querySelector('a').offsetHeight)")
            assert len(rows) > 1 and all(row < 1.2 for row in rows), f"{path} at {width}: {rows}"
            lines = ana.page.evaluate("[...document.querySelectorAll('.tabs a')].filter(tab => tab.offsetHeight > 46).map(tab => tab.innerText)")
            assert not lines, f"{path} at {width}: {lines}"
    ana.close()


def test_the_filter_of_the_list_is_folded_on_a_narrow_screen_and_open_on_a_wide_one(browser, demo, pictures):
    ana = signed_in(browser, demo, pictures=pictures)
    ana.open("/account/users")
    status = ana.page.locator("[name=status]")
    assert status.is_visible() and not ana.page.get_by_text("More filters").is_visible()
    ana.page.set_viewport_size({"width": 320, "height": 640})
    assert not status.is_visible()
    ana.page.get_by_text("More filters").click()
    status.select_option("active")
    ana.press("Filter")
    assert not status.is_visible(), "the filter stands before the list again"
    chip = ana.page.get_by_role("link", name="Remove Status: Active")
    assert chip.is_visible(), "a filter that is on is hidden"
    ana.check("users-filtered-narrow")
    chip.click()
    ana.page.wait_for_url("**/account/users")
    assert not chip.is_visible()
    ana.close()


def test_the_list_of_users_follows_a_choice_and_the_keyboard_stays_in_the_form(browser, demo):
    ana = signed_in(browser, demo)
    ana.open("/account/users")
    loads = []
    ana.page.on("domcontentloaded", lambda _: loads.append(1))
    ana.page.locator("#access").focus()
    ana.page.select_option("#access", "api")
    chip = ana.page.get_by_role("link", name="Remove Access methods: API only")
    chip.wait_for()
    assert not loads and ana.page.evaluate("document.activeElement.id") == "access", "the page was loaded anew"
    assert "access=api" in ana.page.url and demo.facts["admin"]["username"] not in ana.page.locator("tbody").inner_text()
    until(lambda: ana.page.locator("#live").inner_text().endswith(("user", "users")), "the number of users was not said")
    heard = ana.page.locator("tbody tr").count()
    assert ana.page.locator("#live").inner_text().startswith(f"{heard} ")
    ana.page.reload()
    assert ana.page.locator("#access").input_value() == "api" and chip.is_visible()
    assert not ana.complaints
    ana.close()


def test_from_a_credential_one_comes_to_its_user_and_from_the_only_admin_to_who_could_be_another(browser, demo, pictures):
    olive = signed_in(browser, demo, "operator", pictures)
    name, admin = demo.facts["api_user"]["username"], demo.facts["admin"]["username"]
    olive.open("/credentials")
    olive.follow(f"Rotate {name}")
    olive.page.go_back()
    olive.page.get_by_role("link", name=name, exact=True).click()
    olive.page.get_by_role("navigation", name="This user").get_by_role("link", name="Overview").click()
    olive.page.wait_for_url(f"**/account/users/{name}")
    olive.open(f"/account/users/{admin}/deactivate")
    assert olive.heading() == "An account needs an admin"
    olive.look("only-admin")
    assert olive.page.get_by_role("link", name=f"Back to {admin}").is_visible()
    olive.page.locator("main").get_by_role("link", name="Choose another user").click()
    olive.page.wait_for_url("**/account/users?account=920012")
    assert olive.page.get_by_role("link", name="Remove Account: 920012").is_visible()
    olive.open(f"/account/users/{admin}/access")
    assert olive.page.locator("main").get_by_role("link", name="Choose another user").is_visible()
    olive.close()


def test_an_accounts_rotation_reminders_are_set_on_its_page(browser, demo, pictures):
    olive = signed_in(browser, demo, "operator", pictures)
    olive.open("/account/accounts/920012")
    olive.fill(reminder_days="soon")
    olive.press("Save Rotation reminders")
    assert olive.page.title().startswith("Error: ") and olive.page.input_value("[name=reminder_days]") == "soon"
    olive.fill(reminder_days="10")
    olive.press("Save Rotation reminders")
    assert "Saved." in olive.text() and "once their password is 10 days old" in olive.text()
    olive.look("account")
    # Ten days are fewer than two weeks: every password here is due, and says so.
    olive.open("/home")
    assert "The API password of acme-orders is due for rotation" in olive.text()
    olive.look("home-due")
    olive.page.locator("li", has_text="acme-orders").get_by_role("link", name="Rotate").click()
    assert olive.heading() in ("Rotate the password of acme-orders", "Confirm it is you")
    olive.open("/account/users/acme-orders")
    assert "Time to rotate" in olive.text()
    olive.look("user-due")
    olive.open("/account/accounts/920012")
    olive.fill(reminder_days="")
    olive.press("Save Rotation reminders")
    assert "are not reminded to rotate" in olive.text()
    olive.close()


def test_a_refused_call_is_found_from_the_user_and_mended_by_one_tick(browser, demo):
    api, refused = demo.facts["api_user"], demo.facts["refused"]
    assert demo.call(refused["path"], api["username"], api["password"])[0] == 403
    ana = signed_in(browser, demo)
    ana.follow("Account")
    ana.follow(api["username"])
    ana.follow("Refused calls of this user")

    def listed():
        ana.page.reload()
        return refused["path"] in ana.text()

    until(listed, "the refused call is not listed", 20)
    ana.page.get_by_role("link", name="Add role").first.click()
    ana.press("Save")
    assert demo.call(refused["path"], api["username"], api["password"])[0] == 200
    ana.press(f"Undo {api['username']}")
    assert demo.call(refused["path"], api["username"], api["password"])[0] == 403
    ana.close()
