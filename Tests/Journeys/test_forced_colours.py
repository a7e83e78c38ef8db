"""The system's own colours (high contrast): what a background told is told by a border or a colour of the system; nothing vanishes."""

import checks
import pytest
from browser import Person

PAGES = ["/home", "/account/users", "/account/users/new", "/account/users/acme-orders/access", "/account/audit?view=access", "/account/settings/security",
         "/credentials/acme-orders", "/profile/appearance", "/profile/notifications"]

SEEN = """() => { const of = (e, p) => getComputedStyle(e, p), faults = [], say = (what, e) => faults.push(`${what}: ${e.outerHTML.slice(0, 100)}`);
  const seen = e => e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length, all = s => [...document.querySelectorAll(s)].filter(seen);
  for (const e of all('.btn, .card, .note, .badge, .pick, .views a')) { const s = of(e); if (s.borderTopStyle === 'none' || parseFloat(s.borderTopWidth) < 1) say('no border', e) }
  for (const e of all('.badge')) { const dot = of(e, '::before').backgroundColor; if (dot === of(e).backgroundColor || dot === 'rgba(0, 0, 0, 0)') say('no dot', e) }
  for (const e of all('.tabs a[aria-current], .views a[aria-current]')) { const other = e.closest('ul, nav').querySelector('a:not([aria-current])');
    if (other && of(e).backgroundColor === of(other).backgroundColor) say('the current one looks like the others', e) }
  for (const e of all('.btn.primary')) { const plain = all('.btn:not(.primary, .danger)')[0]; if (plain && of(e).backgroundColor === of(plain).backgroundColor) say('the main button looks like any', e) }
  for (const e of all('.pick:has(:checked)')) { const other = all('.pick:not(:has(:checked))')[0]; if (other && of(e).borderTopColor + of(e).borderTopWidth === of(other).borderTopColor + of(other).borderTopWidth) say('the chosen one looks like the others', e) }
  for (const e of all('svg.icon, svg.bars')) { const s = of(e), paper = of(document.body).backgroundColor; if (s.color === paper || (e.matches('.icon') && s.stroke === paper)) say('not seen', e) }
  return faults }"""


@pytest.fixture(scope="module", params=["light", "dark"])
def olive(request, browser, demo):
    person = Person(browser, demo, forced_colors="active", color_scheme=request.param)
    person.sign_in(demo.facts["operator"]["username"], demo.facts["operator"]["password"])
    assert person.page.evaluate("matchMedia('(forced-colors: active)').matches")
    yield person
    person.close()


@pytest.mark.parametrize("path", PAGES)
def test_nothing_vanishes_in_the_colours_of_the_system(olive, path):
    assert olive.open(path) == 200
    faults = olive.page.evaluate(SEEN)
    assert not faults, f"{path}:\n" + "\n".join(faults)


def test_focus_is_seen_in_the_colours_of_the_system(olive):
    olive.open("/account/users/new")
    faults, stops = checks.keyboard(olive.page)
    assert stops > 20 and not faults, "\n".join(faults)


def test_a_fault_is_seen_at_its_field_in_the_colours_of_the_system(olive):
    olive.open("/account/users/new")
    olive.press("Add user")
    for field in olive.page.locator("main [aria-invalid=true]").all():
        assert field.evaluate("e => getComputedStyle(e).outlineStyle") == "dashed"
