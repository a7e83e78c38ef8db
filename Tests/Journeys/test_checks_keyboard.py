"""The acceptance checks 5 and 6: the keyboard alone reaches and works every control of every page, with a ring that is seen and not covered."""

import checks
import pytest
import sitemap
from browser import LOOKS, shown
from test_checks_pages import signed_in


@pytest.fixture(params=["operator", "basic", "public"])
def visitor(request, browser, demo):
    person = signed_in(browser, demo, request.param)
    yield request.param, person
    person.close()


def test_checks_5_and_6_tab_reaches_and_works_every_control_with_a_ring_and_nothing_covers_it(visitor):
    (who, person), faults, first = visitor, [], True
    shown(person.page, *LOOKS[0])
    for path, expected in sitemap.pages(who):
        if "?" in path and "/new?" not in path:
            continue  # The same controls as without the query.
        if who == "public" and expected == 303 and path != "/home":
            continue  # The sign-in page once more.
        if person.open(path) == 403:
            continue
        # What surrounds the page is the same everywhere: worked once.
        found, stops = checks.keyboard(person.page, works=lambda stop: first or stop["inMain"])
        first = False
        faults += [f"{path}: {fault}" for fault in found]
        assert stops >= 2, path
    person.page.set_viewport_size({"width": 320, "height": 480})
    for path in ("/account/users/new", "/account/users", "/account/audit", "/signin", "/forgot", "/profile"):
        person.open(path)
        faults += [f"{path} at 320: {fault}" for fault in checks.keyboard(person.page)[0]]
    assert not faults, "\n".join(faults)
