"""Every page of the signed-in dashboard, as it stands in the demo: no fault found by axe, no sideways scroll, nothing on the console."""

import pytest
from browser import Person

OPERATOR = [
    "/home", "/account/users", "/account/users?q=nobody-like-this", "/account/users/new?access=api", "/account/users/acme-orders",
    "/account/users/acme-orders/access", "/account/users/acme-orders/activity", "/account/users/wen.waiting",
    "/account/users/acme-orders/reset", "/account/accounts", "/account/accounts/920012", "/account/accounts/new", "/account/audit", "/account/audit?view=access",
    "/account/audit/1", "/account/roles", "/account/roles/ordering", "/account/users?sort=active&order=desc",
    "/account/refused", "/account/refused?reason=role-missing", "/credentials", "/credentials?show=never", "/credentials/acme-orders", "/credentials/acme-orders/stop",
    "/account/mail", "/account/mail/1", "/account/settings", "/account/settings/security", "/account/settings/email",
    "/account/settings/about", "/profile", "/profile/security",
    "/profile/sessions", "/profile/notifications", "/profile/appearance", "/quickstart", "/search", "/help/keys", "/confirm?next=/home",
]
PUBLIC = {"/signin": 200, "/forgot": 200, "/verify/" + "A" * 43: 404, "/nowhere": 404}


@pytest.mark.parametrize("who", ["operator", "admin"])
def test_no_page_has_a_fault(browser, demo, pictures, who):
    person = Person(browser, demo, pictures)
    person.sign_in(demo.facts[who]["username"], demo.facts[who]["password"])
    for path in OPERATOR:
        status = person.open(path)
        if who == "admin" and path == "/account/audit/1":
            continue
        closed = who == "admin" and path in ("/account/accounts/new", "/account/mail", "/account/mail/1") or (
            who == "admin" and path.startswith("/account/settings"))
        assert status == (403 if closed else 200), (path, status)
        person.look(f"{who}{path.split('?')[0].replace('/', '-')}{'-found' if '?' in path else ''}")
    person.close()


def test_no_public_page_has_a_fault(browser, demo, pictures):
    person = Person(browser, demo, pictures)
    for number, (path, expected) in enumerate(PUBLIC.items()):
        assert person.open(path) == expected, path
        person.look(f"public-{number}")
    person.close()
