"""The main job, end to end: from an empty machine to a program whose calls are answered 200 or refused truthfully."""

import json

import pytest

import latchkey
import mailserver
from browser import Person
from patience import until

EAST, WEST = "920012", "930044"
OPERATOR_PASSWORD = "quiet rivers in the evening"
ADMIN_PASSWORD = "seven bicycles uphill"
BASIC_PASSWORD = "a drawer full of maps"


def add_user(person, username, first, last, email, phone, access, level="basic", roles=(), accounts=(EAST,), password="own"):
    """Account → Users → Add user, by those three words."""
    person.follow("Account")
    person.follow("Users")
    person.follow("Add user")
    person.look(f"add-user-{username}")
    person.fill(username=username, first_name=first, last_name=last, email=email, phone=phone)
    person.choose("level", level)
    person.choose("access", *access)
    for account in accounts:
        box = person.page.locator(f'[name=accounts][value="{account}"]')
        if not box.is_visible():
            person.page.locator("details", has=box).locator("summary").first.click()
        box.check()
    person.choose("roles", *roles)
    person.choose("password_choice", password)
    person.press("Add user")


def verify(person, letter, phone="919 555 0134"):
    person.open(mailserver.link_in(letter))
    person.fill(phone=phone)
    person.press("Verify")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_checks_2_3_and_22_from_setup_to_a_call_that_passes(browser, tmp_path, mail, upstream, pictures, script):
    config = mail.config() + f"upstream:\n  url: {upstream.url}\n"
    secrets = []
    with latchkey.Server(tmp_path / "data", config=config) as server:
        people = {}

        def person(name, **options):
            people[name] = Person(browser, server, pictures if script else None, java_script_enabled=script, **options)
            return people[name]

        # Setup: the first account and the operator.
        olive = person("olive")
        olive.open(server.facts["setup_url"])
        secrets.append(server.facts["setup_url"].rsplit("/", 1)[1])
        olive.look("setup")
        olive.press("Set up Latchkey")
        assert olive.page.title().startswith("Error: ")
        olive.look("setup-errors")
        olive.fill(
            account_id=EAST, account_name="Acme East", company_name="Acme", username="olive.operator", first_name="Olive",
            last_name="Osei", email="olive@example.com", phone="919-555-0100", password=OPERATOR_PASSWORD)
        olive.choose("password_delivery", "email")
        olive.press("Set up Latchkey")
        olive.look("setup-done")
        olive.open(server.facts["setup_url"])
        assert "account_id" not in olive.page.content(), "the setup link works twice"
        olive.sign_in("olive.operator", OPERATOR_PASSWORD)
        olive.look("home-operator")
        server.cli("account", "add", WEST, "Acme West", "--company", "Acme")

        # The operator adds an admin, who verifies and chooses a password.
        add_user(olive, "ana.admin", "Ana", "Ruiz", "ana@example.com", "(919) 555-0134", ["dashboard"], level="admin")
        assert "ana.admin" in olive.text()
        olive.look("user-added")
        letter = mail.box.wait_for("ana@example.com", "Verify your Latchkey account")
        secrets.append(mailserver.link_in(letter).rsplit("/", 1)[1])
        ana = person("ana")
        verify(ana, letter)
        ana.look("choose-password")
        ana.fill(password="short")
        ana.press("Save password")
        assert "Use at least 15 characters. Yours has 5" in ana.text()
        ana.look("choose-password-error")
        ana.fill(password=ADMIN_PASSWORD)
        ana.press("Save password")
        mail.box.wait_for("ana@example.com", "Your Latchkey password was changed")
        ana.sign_in("ana.admin", ADMIN_PASSWORD)
        ana.look("home-admin")

        # Ana adds a program with two roles; she does not have the other account and cannot give it.
        add_user(
            ana, "acme-orders", "API", "User", "acme+api@example.com", "9195550134", ["api"],
            roles=[f"{EAST}:ordering", f"{EAST}:porting"], password="generate")
        ana.look("password-shown-once")
        shown = ana.page.locator("output").first.inner_text()
        assert WEST not in ana.text()
        ana.open("/account/users/acme-orders")
        ana.look("user-waiting")
        assert shown not in ana.page.content()

        # Mail 1 → wrong phone, right phone → mail 2 with the password.
        letter = mail.box.wait_for("acme+api@example.com", "Verify your Latchkey account")
        link = mailserver.link_in(letter)
        secrets.append(link.rsplit("/", 1)[1])
        assert server.call("/api/accounts/920012/availableNumbers", "acme-orders", shown)[0] == 401, "not verified yet"
        dev = person("dev")
        for _ in range(3):
            dev.open(link)
        dev.look("verify")
        dev.fill(phone="919 555 0199")
        dev.press("Verify")
        assert "That is not the phone number we hold for you. 4 tries left." in dev.text()
        dev.look("verify-wrong-phone")
        dev.fill(phone="919.555.0134")
        dev.press("Verify")
        assert "We sent a second email with your password" in dev.text()
        dev.look("verified")
        letter = mail.box.wait_for("acme+api@example.com", "password")
        password = mailserver.password_in(letter)
        secrets += [password]
        assert password == shown
        dev.open(link)
        assert "already verified" in dev.text()

        # The gate, through the reverse proxy.
        def call(path, user="acme-orders", secret=password, **more):
            status, headers, body = server.call(path, user, secret, **more)
            return status, headers, body

        status, headers, body = call("/api/accounts/920012/availableNumbers?quantity=5")
        assert status == 200, body
        told = {name.lower(): value for name, value in json.loads(body)["headers"]}
        assert json.loads(body)["path"] == "/api/accounts/920012/availableNumbers?quantity=5"
        assert told["latchkey-user"] == "acme-orders" and told["latchkey-account"] == "920012"
        assert told["latchkey-roles"] == "ordering,porting" and told["latchkey-request-id"]
        assert "authorization" not in told
        before = len(upstream.seen)
        status, headers, body = call("/api/accounts/920012/sites")
        problem = json.loads(body)
        assert (status, problem["reason"]) == (403, "role-missing") and "Configuration" in problem["detail"], problem
        status, headers, body = call("/api/accounts/930044/orders")
        assert (status, json.loads(body)["reason"]) == (403, "account-not-granted")
        answers = [
            call("/api/accounts/920012/orders", user="Acme-orders"), call("/api/accounts/920012/orders", secret=password.swapcase()),
            call("/api/accounts/920012/orders", user="nobody-here"),
        ]
        assert {status for status, _, _ in answers} == {401}
        assert all(h.get_all("WWW-Authenticate") == ['Basic realm="Latchkey", charset="UTF-8"'] for _, h, _ in answers)
        assert len(upstream.seen) == before, "a refused call reached the upstream"

        # Deactivate: the very next call is refused. Activate: it passes again.
        ana.open("/account/users/acme-orders/deactivate")
        ana.look("deactivate")
        ana.press("Deactivate")
        assert call("/api/accounts/920012/orders")[0] == 401
        assert "acme-orders is deactivated" in ana.text()
        ana.look("deactivated")
        ana.press("Undo acme-orders")
        assert "acme-orders is active again" in ana.text()
        assert call("/api/accounts/920012/orders")[0] == 200
        server.cli("user", "deactivate", "acme-orders")
        until(lambda: call("/api/accounts/920012/orders")[0] == 401, "a change by the command line is not seen in time", 1.0)
        server.cli("user", "activate", "acme-orders")
        until(lambda: call("/api/accounts/920012/orders")[0] == 200, "a change by the command line is not seen in time", 1.0)

        # A person with the dashboard: mail, choose, sign in, profile only.
        add_user(ana, "ben.basic", "Ben", "Adeyemi", "ben@example.com", "919 555 0177", ["dashboard"])
        letter = mail.box.wait_for("ben@example.com", "Verify your Latchkey account")
        secrets.append(mailserver.link_in(letter).rsplit("/", 1)[1])
        ben = person("ben")
        verify(ben, letter, "9195550177")
        ben.fill(password=BASIC_PASSWORD)
        ben.press("Save password")
        ben.sign_in("ben.basic", BASIC_PASSWORD)
        ben.look("home-basic")
        assert ben.page.get_by_role("link", name="Account", exact=True).count() == 0
        for path in ("/account/mail", "/account/users/new", "/account/users/acme-orders", "/account/audit", "/account/users"):
            assert ben.open(path) == 403, path
        assert "Ana Ruiz" in ben.text()
        ben.look("forbidden")
        ben.open("/profile")
        ben.look("profile")
        ben.fill(first_name="Benjamin", phone="919 555 0178")
        ben.press("Save")
        assert "Benjamin" in ben.page.locator("[name=first_name]").input_value()
        assert call("/api/accounts/920012/orders", user="ben.basic", secret=BASIC_PASSWORD)[0] == 401

        # An API-only user gets no session, and is told why after the right password only.
        dev.sign_in("acme-orders", password)
        assert "This user can only call the API" in dev.text()
        dev.sign_in("acme-orders", "not the right password")
        assert "The username or password is not right" in dev.text()
        dev.look("signin-refused")

        # The account API on the same base address.
        status, headers, body = call("/api/accounts/920012", headers={"Content-Type": "application/xml"})
        assert status == 200 and b"<AccountName>Acme East</AccountName>" in body, body
        for name in people.values():
            assert not name.complaints, name.complaints
            name.close()
    secrets += [OPERATOR_PASSWORD, ADMIN_PASSWORD, BASIC_PASSWORD, mailserver.PASSWORD]
    assert_nowhere(secrets, tmp_path / "data", server.log_path, but=("latchkey.yaml",))


def assert_nowhere(secrets, data, log, but=()):
    """No password and no token stands in the log or anywhere in the data directory, in any spelling."""
    import base64
    import html
    import urllib.parse
    files = [log] + [path for path in data.rglob("*") if path.is_file()]
    for path in files:
        content = path.read_bytes()
        for secret in secrets:
            for spelling in {secret, urllib.parse.quote(secret), urllib.parse.quote_plus(secret), html.escape(secret)}:
                assert spelling.encode() not in content, f"{path.name} holds a secret: {secret[:4]}…"
            for offset in range(3):
                encoded = base64.b64encode(b" " * offset + secret.encode())
                core = encoded[4 if offset else 0:-4]
                assert len(core) < 8 or core not in content, f"{path.name} holds a secret in base64: {secret[:4]}…"
