"""More states for `make pictures`: accounts, the log, settings, the own user, pages for what did not work, and the system's own colours."""

import mailserver
from browser import Person
from forms import FormClient

PHONE, PASSWORD = "9195550134", "nineteen quiet lighthouses"


def signed_in(browser, server, who, **options):
    person = Person(browser, server, color_scheme="light", **options)
    person.page.on("dialog", lambda dialog: dialog.accept())
    person.sign_in(server.facts[who]["username"], server.facts[who]["password"])
    return person


def accounts(album, browser, server):
    person = signed_in(browser, server, "operator")
    person.open("/account/accounts/new")
    person.press("Add account")
    album.take(person, "account-add-errors")
    person.fill(account_id="777001", account_name="Acme North", company_name="Acme Telephony")
    person.choose("roles", "tn-lookup")
    person.press("Add account")
    album.take(person, "account-added")
    person.open("/account/accounts/777001")
    person.fill(reminder_days="soon")
    person.page.locator("form[action$=reminders] button").click()
    album.take(person, "account-reminder-error")
    person.fill(reminder_days="90")
    person.page.locator("form[action$=reminders] button").click()
    album.take(person, "account-reminder-saved")
    person.close()
    person = signed_in(browser, server, "admin")
    for path in ("/account/accounts", "/account/accounts/930044", "/account/roles", "/account/audit", "/account/settings"):
        person.open(path)
        album.take(person, f"admin-{path[9:].replace('/', '-')}")
    person.close()


def log(album, browser, server):
    operator = server.facts["operator"]
    FormClient(server).sign_in(operator["username"], operator["password"]).confirmed_post(
        "/account/users/ben.basic/access", {"level": "basic", "access": ["dashboard", "api"], "accounts": "920012", "roles": "920012:messaging"}, operator["password"])
    person = signed_in(browser, server, "operator")
    event = server.sql("SELECT max(number) FROM audit WHERE action = 'user.access-changed'")[0][0]
    person.open(f"/account/audit/{event}")
    album.take(person, "event-access-changed")
    event = server.sql("SELECT max(number) FROM audit WHERE action = 'call.refused'")[0][0]
    person.open(f"/account/audit/{event}")
    album.take(person, "event-refused")
    person.open("/account/audit")
    person.press("Check now")
    album.take(person, "log-intact")
    person.page.locator("details.more summary").first.click()
    album.take(person, "log-filter")
    person.open("/account/audit.csv")
    album.take(person, "log-export-confirm")
    person.close()


def settings(album, browser, server, mail):
    operator = server.facts["operator"]
    person = signed_in(browser, server, "operator")
    person.open("/account/settings")
    person.fill(name="")
    person.press("Save Name and support")
    person.confirm(operator["password"])
    album.take(person, "settings-error")
    person.fill(name="Acme ID", support="help@acme.example")
    person.press("Save Name and support")
    album.take(person, "settings-saved")
    person.fill(name="Latchkey", support="")
    person.press("Save Name and support")
    person.open("/account/settings/security")
    person.fill(lock_after="1", session_hours="many")
    person.press("Save Sign-in and sessions")
    album.take(person, "settings-security-error")
    person.open("/account/settings/email")
    person.press("Send a test to me")
    album.take(person, "settings-test-accepted")
    mail.box.answers["olive.operator@latchkey.example"] = ["550 5.7.1 Relaying denied"] * 9
    person.press("Send a test to me")
    album.take(person, "settings-test-refused")
    mail.box.answers.clear()
    person.close()


def own(album, browser, server, mail):
    """One's own user, from phone to sessions."""
    server.cli("user", "add", "--username", "own.user", "--first-name", "Otto", "--last-name", "Own", "--email", "own.user@acme.example",
               "--phone", PHONE, "--account", "920012", "--dashboard")
    client = FormClient(server)
    _, headers, _ = client.post(mailserver.link_in(mail.box.wait_for("own.user@acme.example", "")).removeprefix(server.dashboard), {"phone": PHONE})
    client.post(headers["Location"].split("?")[0], {"password": PASSWORD})
    FormClient(server).sign_in("own.user", PASSWORD)
    person = Person(browser, server, color_scheme="light")
    person.sign_in("own.user", PASSWORD)
    person.open("/profile")
    person.fill(phone="919 555 0188", phone_again="919 555 0189")
    person.press("Save")
    album.take(person, "own-phone-differs")
    person.fill(phone="919 555 0188", phone_again="919 555 0188")
    person.press("Save")
    album.take(person, "own-phone-saved")
    person.fill(email="own.new@acme.example")
    person.press("Save")
    person.confirm(PASSWORD)
    album.take(person, "own-email-asked")
    for name, address in (("own-email-confirm", "own.new@acme.example"), ("own-email-stop", "own.user@acme.example")):
        person.open(mailserver.link_in(mail.box.wait_for(address, "email")))
        album.take(person, name)
    person.press("Stop the change")
    album.take(person, "own-email-stopped")
    person.open("/profile/security")
    person.fill(current_password="not it", password="short")
    person.press("Change password")
    album.take(person, "own-password-errors")
    person.open("/profile/sessions")
    album.take(person, "own-sessions")
    person.open("/profile/notifications")
    person.page.uncheck("[name=letters] >> nth=0")
    person.press("Save")
    album.take(person, "own-notifications-saved")
    person.open("/profile/appearance")
    person.page.uncheck("[name=single_keys]")
    person.press("Save")
    album.take(person, "own-appearance-saved")
    person.open("/help/keys")
    album.take(person, "own-keys-off")
    person.open("/profile")
    person.fill(first_name="Ottilie")
    server.sql("DELETE FROM sessions WHERE user_id = (SELECT id FROM users WHERE username = 'own.user')")
    person.press("Save")
    album.take(person, "session-ended-while-typing")
    person.fill(username="own.user", password=PASSWORD)
    person.press("Sign in")
    album.take(person, "answers-are-back")
    person.close()


def failures(album, browser, server):
    stranger = Person(browser, server, color_scheme="light")
    stranger.open("/account/users")
    album.take(stranger, "signin-before-a-page")
    for _ in range(30):
        stranger.sign_in("too.many", "wrong password")
        if "Too many tries" in stranger.text():
            break
    album.take(stranger, "signin-too-many")
    stranger.close()
    server.sql("DELETE FROM throttle")
    person = signed_in(browser, server, "admin")
    person.open("/profile")
    person.page.evaluate("document.querySelector('main form [name=_form]').value = '0'.repeat(64)")
    person.press("Save")
    album.take(person, "form-too-old")
    person.open("/profile")
    person.page.evaluate("document.querySelector('[name=first_name]').value = 'x'.repeat(70000)")
    person.press("Save")
    album.take(person, "too-much")
    person.page.clock.install()
    person.open("/profile/sessions")
    person.page.clock.fast_forward(28 * 60 * 1000)
    album.take(person, "session-ending")
    person.close()


def renewal(album, browser, server):
    person = Person(browser, server, color_scheme="light")
    server.sql("UPDATE users SET password_changed_at = 1 WHERE username = 'ben.basic'")
    person.sign_in("ben.basic", server.facts["basic"]["password"])
    album.take(person, "renew-too-old")
    person.page.locator("details.own summary").first.click()
    person.page.get_by_role("button", name="Sign out").click()
    album.take(person, "signed-out")
    person.close()


def broken_log(album, browser, server):
    """Last: somebody changed the log behind the program's back."""
    server.sql("DROP TRIGGER IF EXISTS audit_no_update")
    server.sql("UPDATE audit SET address = '203.0.113.66' WHERE number = 5")
    person = signed_in(browser, server, "operator")
    person.open("/account/audit")
    person.press("Check now")
    album.take(person, "log-broken")
    person.open("/account/settings/about")
    album.take(person, "log-broken-about")
    person.close()


FORCED = ("/home", "/account/users", "/account/users/new", "/account/audit", "/account/settings/security", "/credentials", "/credentials/acme-orders",
          "/profile/appearance", "/quickstart", "/nowhere")


def forced(album, browser, server):
    for scheme in ("light", "dark"):
        person = Person(browser, server, color_scheme=scheme, forced_colors="active")
        person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
        for path in FORCED:
            person.open(path)
            person.page.screenshot(path=album.folder / f"forced-{path.strip('/').replace('/', '-')}-{scheme}.png", full_page=True)
        person.open("/account/users/new")
        person.press("Add user")
        person.page.keyboard.press("Tab")
        person.page.screenshot(path=album.folder / f"forced-errors-{scheme}.png", full_page=True)
        person.close()
