"""A person at a browser: opens pages, fills forms, and has every page looked at for faults."""

import pathlib
import re

import axe_playwright_python

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Every width and theme that a page is judged in: check 1.
LOOKS = ((1280, "light"), (1280, "dark"), (320, "dark"), (320, "light"))
# A theme changes colours and nothing else: in a width's second theme only the rules that look at colours can find something new.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# Only what is wrong comes back, in words: the whole report of a page is larger than the page.
JUDGE = """rules => axe.run(document, {runOnly: rules, resultTypes: ['violations'], preload: false}).then(report => report.violations.map(
  fault => `${fault.id}: ${fault.help} ${fault.nodes.slice(0, 3).map(node => node.html.slice(0, 120)).join(' | ')}`))"""


def violations(page, rules=RULES):
    """What axe finds wrong with the page as it stands."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(AXE)
    return page.evaluate(JUDGE, rules)


def judged(looks=LOOKS, rules=RULES):
    """Each look with the rules for it: all of them in the first of a width, those about colours in the second."""
    widths = set()
    for width, scheme in looks:
        yield width, scheme, COLOURS if width in widths else rules
        widths.add(width)


def shown(page, width, scheme):
    """The page in a width and a theme."""
    page.set_viewport_size({"width": width, "height": 720})
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")


class Person:
    """One browser context of their own; `look` has to find nothing."""

    def __init__(self, browser, server, pictures=None, **options):
        self.server = server
        # Without script axe cannot run; the same pages are judged with it.
        self.has_script = options.get("java_script_enabled", True)
        self.context = browser.new_context(ignore_https_errors=True, reduced_motion="reduce", **options)
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.complaints = []
        self.pictures = pictures
        self.page.on("console", self.on_console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"page error: {error}"))
        self.page.on("requestfailed", self.on_failed)
        self.page.on("response", self.on_answer)

    def on_console(self, message):
        # A form that comes back with its faults is a 422, and Chromium reports every such document: allowed by name. So are the
        # refusals that a test walks into on purpose.
        if message.type in ("error", "warning") and not re.search(r"status of (400|401|403|404|409|410|422|429)\b", message.text):
            self.complaints.append(f"{message.type}: {message.text} ({self.page.url})")

    def on_answer(self, answer):
        # What a page is made of has to be there, whatever the page itself answers.
        if answer.status >= 400 and answer.request.resource_type in ("stylesheet", "script", "image", "font"):
            self.complaints.append(f"{answer.status}: {answer.url} ({self.page.url})")

    def on_failed(self, request):
        # Going on to another page cancels what the last one was still loading: that is no fault of the page.
        if request.failure != "net::ERR_ABORTED":
            self.complaints.append(f"failed request: {request.url} {request.failure}")

    def open(self, path):
        url = path if path.startswith("https:") else self.server.dashboard + path
        answer = self.page.goto(url)
        return answer.status if answer else None

    def fill(self, **fields):
        for name, value in fields.items():
            self.page.fill(f"[name={name}]", value)

    def choose(self, name, *values):
        for value in values:
            self.page.check(f'[name={name}][value="{value}"]')

    def press(self, text):
        self.page.locator("main").get_by_role("button", name=text, exact=True).first.click()
        self.page.wait_for_load_state()

    def follow(self, text):
        self.page.get_by_role("link", name=text).first.click()
        self.page.wait_for_load_state()

    def heading(self):
        return self.page.locator("h1").inner_text()

    def text(self):
        return self.page.locator("body").inner_text()

    def sign_in(self, username, password):
        self.open("/signin")
        self.fill(username=username, password=password)
        self.press("Sign in")

    def confirm(self, password):
        """The page that asks once more for the password."""
        assert self.heading() == "Confirm it is you", self.text()
        self.fill(password=password)
        self.press("Continue")

    def look(self, name):
        """No fault on the page as it stands, wide and narrow, light and dark."""
        for width, scheme, rules in judged():
            shown(self.page, width, scheme)
            self.check(f"{name}-{width}-{scheme}", rules)
        shown(self.page, 1280, "light")

    def check(self, name, rules=RULES):
        """axe, sideways scroll and console, at the width and in the theme that the page has."""
        faults = violations(self.page, rules) if self.has_script else []
        assert not faults, f"check 1: {name} ({self.page.url}):\n" + "\n".join(faults)
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"check 4: {name} scrolls sideways by {wide} px"
        assert not self.complaints, f"check 2: {name}: {self.complaints}"
        if self.pictures:
            self.page.screenshot(path=f"{self.pictures}/{name}.png", full_page=True)

    def close(self):
        self.context.close()
