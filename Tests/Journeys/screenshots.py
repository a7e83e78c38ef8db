"""The pictures of docs/screenshots: `make screenshots`. The demo with some more people in it, 1280 × 800, light."""

import pathlib
import sys
import tempfile

import latchkey
from browser import Person
from playwright.sync_api import sync_playwright

PEOPLE = [
    ("mia.moreau", "Mia", "Moreau", "--dashboard", ["reporting"]), ("noah.novak", "Noah", "Novak", "--dashboard", ["billing-reports"]),
    ("north-porting", "North", "Porting", "--api", ["porting", "reporting"]), ("south-messaging", "South", "Messaging", "--api", ["messaging"]),
]


def fill(server):
    """People, and calls that were answered and refused."""
    for number, (username, first, last, access, roles) in enumerate(PEOPLE):
        server.cli(
            "user", "add", "--username", username, "--first-name", first, "--last-name", last, "--email", f"{username}@acme.example",
            "--phone", f"919 555 015{number}", access, "--account", "920012",
            *[argument for role in roles for argument in ("--role", f"920012:{role}")])
    user = server.facts["api_user"]
    for path, password in [
        (server.facts["allowed"]["path"], user["password"]), (server.facts["refused"]["path"], user["password"]),
        ("/api/accounts/920012/orders", "Not-The-Password"), ("/api/accounts/930044/lineFeatures", user["password"]),
    ]:
        server.call(path, user["username"], password)
    server.call("/api/accounts/920012/orders", "ben.basic", server.facts["basic"]["password"])


def shots(person, folder):
    def shot(name):
        person.page.evaluate("document.activeElement?.blur()")
        person.page.screenshot(path=folder / f"{name}.png")

    for name, path in [
        ("users", "/account/users"), ("access", "/account/users/acme-orders/access#where"), ("refused-calls", "/account/refused"),
    ]:
        assert person.open(path) == 200, path
        shot(name)
    person.open("/account/users/new")
    person.fill(username="west-orders", first_name="West", last_name="Orders", email="west-orders@acme.example", phone="919 555 0160")
    person.choose("access", "api")
    person.page.evaluate("scrollTo(0, 0)")
    shot("add-user")
    person.page.check("[name=password_choice][value=generate]")
    person.press("Add user")
    assert person.heading() == "Copy the password of west-orders", person.text()
    shot("password")
    person.open("/home")
    shot("home")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as playwright:
        with latchkey.Server(pathlib.Path(temporary) / "data", command="demo") as server:
            fill(server)
            browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
            person = Person(browser, server, viewport={"width": 1280, "height": 800}, color_scheme="light")
            person.sign_in(server.facts["admin"]["username"], server.facts["admin"]["password"])
            shots(person, folder)
            person.close()
            browser.close()
    for picture in sorted(folder.glob("*.png")):
        size = picture.stat().st_size
        print(f"{picture.name}: {size // 1024} KB")
        assert size <= 150 * 1024, f"{picture.name} is too heavy for a README"


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else latchkey.ROOT / "docs" / "screenshots")
