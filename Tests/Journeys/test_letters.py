"""Every letter as a mail program draws it: narrow and wide, light and dark. `swift test` writes the letters; the pictures stay beside them."""

import pytest
from browser import RULES, judged, shown, violations
from latchkey import ROOT

LETTERS = ROOT / "build" / "letters"
# A letter is a fragment in somebody else's page: it has no landmarks of its own.
LOOKS = tuple((width, scheme) for width in (320, 640) for scheme in ("light", "dark"))
LETTER_RULES = [rule for rule in RULES if rule != "best-practice"]


@pytest.fixture
def letters():
    found = sorted(LETTERS.glob("*.html"))
    assert found, "no letters in build/letters: `swift test` writes them"
    return found


def test_every_letter_can_be_read_narrow_and_wide_light_and_dark_and_loads_nothing(browser, letters):
    pictures = LETTERS / "pictures"
    pictures.mkdir(exist_ok=True)
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    for letter in letters:
        asked.clear()
        page.goto(letter.as_uri())
        assert page.locator("a").count() <= 1, f"{letter.stem} has more than one button"
        for width, scheme, rules in judged(LOOKS, LETTER_RULES):
            shown(page, width, scheme)
            name = f"{letter.stem}-{width}-{scheme}"
            faults = violations(page, rules)
            assert not faults, f"{name}: {faults}"
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, f"{name} scrolls sideways by {wide} px"
            page.screenshot(path=pictures / f"{name}.png", full_page=True)
        assert asked == [letter.as_uri()], f"{letter.stem} loads {asked[1:]}"
    page.close()


def test_the_plain_text_of_every_letter_can_be_read_alone(letters):
    for letter in letters:
        subject, _, text = letter.with_suffix(".txt").read_text().partition("\n\n")
        assert 0 < len(subject) <= 60, letter.stem
        assert text.startswith("Hello "), letter.stem
        assert text.count("://") == letter.read_text().count("<a "), f"{letter.stem}: the button's address is not in the text"
        assert "We never ask for your password" in text and "<" not in text.replace("<secret>", ""), letter.stem
