"""Pictures of every page in its states, for looking at: `make pictures`. Both themes at 1280 and 320 px, some at 400 %; not part of the tests."""

import pathlib
import re
import sys
import tempfile
import time

import latchkey
import mailserver
import picturestates as states
import sitemap
from browser import LOOKS, Person, shown
from forms import FormClient
from playwright.sync_api import sync_playwright
from screenshots import fill

PHONE, PASSWORD = "9195550134", "nineteen quiet lighthouses"
# 1280 px at 400 % is a window of 320 × 180.
ENLARGED = ("/signin", "/home", "/account/users", "/account/users/new", "/account/users/acme-orders/access", "/account/audit", "/credentials/acme-orders")


class Album:
    def __init__(self, folder):
        self.folder, self.number = pathlib.Path(folder), 0
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.glob("*.png"):
            old.unlink()

    def take(self, person, name):
        self.number += 1
        for width, scheme in LOOKS:
            shown(person.page, width, scheme)
            person.page.screenshot(path=self.folder / f"{self.number:03}-{name}-{width}-{scheme}.png", full_page=True)
        shown(person.page, *LOOKS[0])

    def enlarged(self, person, name):
        person.page.set_viewport_size({"width": 320, "height": 180})
        person.page.screenshot(path=self.folder / f"400-{name}.png")
        shown(person.page, *LOOKS[0])


def word(path):
    return re.sub("[^a-z0-9]+", "-", path.replace(sitemap.NO_TOKEN, "token").lower()).strip("-") or "start"


def newest(mail, address):
    """The path of the link in the newest letter to an address."""
    return mailserver.link_in(mail.box.wait_for(address, ""))


def add(server, username, *more, stdin=None):
    server.cli("user", "add", "--username", username, "--first-name", "Lia", "--last-name", "Lund", "--email", f"{username}@acme.example",
               "--phone", PHONE, "--account", "920012", *more, stdin=stdin)


def pages(album, browser, server):
    """Every address of the sitemap, as whoever sees most there."""
    for who in ("public", "basic", "operator"):
        person = Person(browser, server, color_scheme="light")
        if who != "public":
            person.sign_in(server.facts[who]["username"], server.facts[who]["password"])
        for path, status in sitemap.pages(who):
            if who == "public" and status == 303 or who == "basic" and (status == 403 or path not in ("/home", "/credentials", "/quickstart", "/profile", "/account/roles")):
                continue
            if who == "operator" and path.startswith(("/signin", "/setup", "/verify", "/password", "/collect", "/email", "/forgot")):
                continue
            person.open(path)
            album.take(person, f"{who}-{word(path)}")
            if path in ENLARGED and who != "basic":
                album.enlarged(person, word(path))
        person.close()


def menus(album, browser, server):
    person = Person(browser, server, color_scheme="light")
    person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
    for name, path, menu in (("actions", "/account/users/wen.waiting", "main details.menu"), ("own", "/home", "details.own"), ("accounts", "/home", ".tools details.menu")):
        person.open(path)
        person.page.locator(f"{menu} summary").first.click()
        album.take(person, f"menu-{name}")
    person.open("/home")
    person.page.keyboard.press("Control+k")
    person.page.get_by_role("combobox").fill("acme")
    person.page.locator("[role=option]").first.wait_for()
    album.take(person, "palette")
    for name, path, count in (("field", "/account/users/new", 22), ("table", "/account/users", 30)):
        person.open(path)
        for _ in range(count):
            person.page.keyboard.press("Tab")
        album.take(person, f"focus-{name}")
    person.close()


def credentials(album, browser, server):
    operator = server.facts["operator"]
    person = Person(browser, server, color_scheme="light")
    person.page.on("dialog", lambda dialog: dialog.accept())
    person.sign_in(operator["username"], operator["password"])
    person.open("/credentials/acme-orders/rotate")
    album.take(person, "confirm")
    person.fill(password="not it")
    person.press("Continue")
    album.take(person, "confirm-wrong")
    person.confirm(operator["password"])
    album.take(person, "rotate")
    person.choose("grace", "now")
    person.choose("password_choice", "typed")
    person.fill(password="short")
    album.take(person, "rotate-now-typed")
    person.press("Rotate")
    album.take(person, "rotate-error")
    person.choose("grace", "24h")
    person.choose("password_choice", "generate")
    person.press("Rotate")
    album.take(person, "shown-once")
    person.page.reload()
    album.take(person, "shown-already")
    server.call(server.facts["allowed"]["path"], "acme-orders", server.facts["api_user"]["password"])
    time.sleep(3)
    person.open("/credentials/acme-orders")
    album.take(person, "credential-two")
    person.open("/credentials")
    album.take(person, "credentials-two")
    person.open("/credentials/acme-orders/rotate")
    album.take(person, "rotate-under-way")
    person.open("/credentials/acme-orders/stop")
    person.press("Stop everything now")
    album.take(person, "stop-error")
    person.close()


def people(album, browser, server):
    """Forms with faults, what is said after acts, two editing at once."""
    operator = server.facts["operator"]
    person = Person(browser, server, color_scheme="light")
    person.sign_in(operator["username"], operator["password"])
    person.open("/account/users/new")
    person.choose("access", "dashboard", "api")
    person.choose("password_choice", "typed")
    album.take(person, "add-user-warnings")
    person.press("Add user")
    album.take(person, "add-user-errors")
    person.open("/account/users/new")
    person.fill(username="lia.lund", first_name="Lia", last_name="Lund", email="lia@acme.example", phone=PHONE)
    person.choose("access", "dashboard")
    person.press("Add user")
    album.take(person, "user-added")
    for act, button in (("deactivate", "Deactivate"), ("activate", "Activate")):
        person.open(f"/account/users/lia.lund/{act}")
        album.take(person, f"ask-{act}")
        person.press(button)
        album.take(person, f"done-{act}")
    for path in ("/account/users/ana.admin/deactivate", "/account/users/ana.admin/access", "/account/users/olive.operator/access"):
        person.open(path)
        album.take(person, f"guard-{word(path)}")
    person.open("/account/users/lia.lund")
    FormClient(server).sign_in(operator["username"], operator["password"]).post(
        "/account/users/lia.lund", {"first_name": "Lea", "last_name": "Lund", "email": "lia@acme.example", "phone": PHONE})
    person.fill(last_name="Lindt")
    person.press("Save")
    album.take(person, "conflict")
    person.close()


def links(album, browser, server, mail):
    """What the holders of mailed links see."""
    stranger = Person(browser, server, color_scheme="light")
    add(server, "lena.link", "--dashboard")
    verify = newest(mail, "lena.link@acme.example")
    stranger.open(verify)
    album.take(stranger, "verify")
    stranger.fill(phone="919 555 0199")
    stranger.press("Verify")
    album.take(stranger, "verify-wrong")
    stranger.fill(phone=PHONE)
    stranger.press("Verify")
    album.take(stranger, "choose")
    stranger.fill(password="short")
    stranger.press("Save password")
    album.take(stranger, "choose-error")
    stranger.open(verify)
    album.take(stranger, "verify-again")
    add(server, "five.wrong", "--dashboard")
    closed = newest(mail, "five.wrong@acme.example")
    for number in range(5):
        stranger.open(closed)
        stranger.fill(phone=f"919 555 020{number}")
        stranger.press("Verify")
    album.take(stranger, "verify-closed")
    add(server, "ended.link", "--dashboard")
    ended = newest(mail, "ended.link@acme.example")
    server.sql("UPDATE links SET expires_at = created_at + 1 WHERE state = 'open' AND user_id = (SELECT id FROM users WHERE username = 'ended.link')")
    stranger.open(ended)
    album.take(stranger, "link-ended")
    stranger.follow("Email me a new link")
    stranger.fill(name="nobody")
    stranger.press("Email me a link")
    album.take(stranger, "forgotten-asked")
    stranger.sign_in("ben.basic", "not it")
    album.take(stranger, "signin-wrong")
    # By a link that shows it once, and what somebody has to do whose admin knows the password.
    server.sql("UPDATE settings SET password_delivery = 'link'")
    for username, access in (("carl.collect", "--dashboard"), ("api-collect", "--api")):
        add(server, username, access, "--password-stdin", stdin=PASSWORD + "\n")
        stranger.open(newest(mail, f"{username}@acme.example"))
        stranger.fill(phone=PHONE)
        stranger.press("Verify")
        album.take(stranger, f"verified-{username}")
        link = mailserver.link_in(mail.box.wait_for(f"{username}@acme.example", "Collect"))
        stranger.open(link)
        album.take(stranger, f"collect-{username}")
        stranger.press("Show it now")
        album.take(stranger, f"collected-{username}")
        stranger.open(link)
        album.take(stranger, f"collected-already-{username}")
    stranger.sign_in("api-collect", PASSWORD)
    album.take(stranger, "signin-api-only")
    stranger.sign_in("carl.collect", PASSWORD)
    album.take(stranger, "must-choose")
    stranger.fill(password="short")
    stranger.press("Save password")
    album.take(stranger, "must-choose-error")
    stranger.close()
    ben = Person(browser, server, color_scheme="light")
    ben.sign_in("ben.basic", server.facts["basic"]["password"])
    add(server, "other.link", "--dashboard")
    ben.open(newest(mail, "other.link@acme.example"))
    album.take(ben, "link-of-another")
    for path in ("/account/users", "/nowhere"):
        ben.open(path)
        album.take(ben, f"refused-{word(path)}")
    ben.open("/profile")
    ben.fill(phone="919 555 0188")
    ben.press("Save")
    album.take(ben, "phone-again")
    ben.close()


def mail_down(album, browser, server):
    """The mail server is away: what the operator and the admin see."""
    person = Person(browser, server, color_scheme="light")
    person.sign_in(server.facts["operator"]["username"], server.facts["operator"]["password"])
    add(server, "down.mail", "--dashboard")
    time.sleep(2)
    for path in ("/account/users/down.mail", "/account/mail", "/account/settings/email", "/home"):
        person.open(path)
        album.take(person, f"mail-down-{word(path)}")
    person.open("/account/settings/email")
    person.press("Send a test to me")
    album.take(person, "mail-down-test")
    person.close()


def first_run(album, browser, folder):
    with latchkey.Server(folder / "empty") as server:
        person = Person(browser, server, color_scheme="light")
        person.open(server.facts["setup_url"])
        album.take(person, "setup")
        person.press("Set up Latchkey")
        album.take(person, "setup-errors")
        person.fill(account_id="920012", account_name="Acme East", company_name="Acme", username="olive.operator", first_name="Olive", last_name="Osei",
                    email="olive@example.com", phone=PHONE, password=PASSWORD)
        person.choose("password_delivery", "email")
        person.press("Set up Latchkey")
        album.take(person, "setup-done")
        person.sign_in("olive.operator", PASSWORD)
        for path in ("/home", "/account/users", "/credentials", "/account/refused", "/quickstart"):
            person.open(path)
            album.take(person, f"empty-{word(path)}")
        person.close()


def main(folder, only):
    album = Album(folder)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        temporary = pathlib.Path(temporary)
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        if "first" in only:
            first_run(album, browser, temporary)
        mail = mailserver.MailServer(temporary).__enter__()
        with latchkey.Server(temporary / "data", command="demo", config=mail.config()) as server:
            fill(server)
            for name, part in (("pages", pages), ("menus", menus), ("credentials", credentials), ("people", people)):
                if name in only:
                    part(album, browser, server)
            for name, part in (("accounts", states.accounts), ("log", states.log), ("failures", states.failures), ("forced", states.forced)):
                if name in only:
                    part(album, browser, server)
            for name, part in (("settings", states.settings), ("own", states.own), ("links", links)):
                if name in only:
                    part(album, browser, server, mail)
            mail.__exit__()
            if "mail" in only:
                mail_down(album, browser, server)
            for name, part in (("renewal", states.renewal), ("broken", states.broken_log)):
                if name in only:
                    part(album, browser, server)
        browser.close()
    print(f"{len(list(album.folder.glob('*.png')))} pictures in {album.folder}")


if __name__ == "__main__":
    ALL = ("first", "pages", "menus", "credentials", "people", "accounts", "log", "failures", "forced", "settings", "own", "links", "mail", "renewal", "broken")
    main(latchkey.ROOT / "build" / "pictures" if len(sys.argv) < 2 else pathlib.Path(sys.argv[1]), sys.argv[2:] or ALL)
