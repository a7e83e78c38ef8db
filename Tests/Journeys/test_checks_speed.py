"""What the acceptance check 38 says of time: the largest paint with a slow processor and network, what moves while a page loads, and how long a
page keeps the browser busy."""

import pytest

from test_checks_pages import signed_in

PAGES = ("/home", "/account/users", "/account/users/new", "/account/users/acme-orders/access", "/account/audit", "/credentials/acme-orders")
OBSERVED = """() => new Promise(done => { let moved = 0, painted = 0, busy = 0;
  const on = (type, note) => new PerformanceObserver(list => list.getEntries().forEach(note)).observe({type, buffered: true});
  on('layout-shift', entry => { if (!entry.hadRecentInput) moved += entry.value }); on('largest-contentful-paint', entry => painted = entry.startTime);
  on('longtask', entry => busy = Math.max(busy, entry.duration)); requestAnimationFrame(() => setTimeout(() => done({moved, painted, busy}), 100)) })"""


def observed(person, path):
    assert person.open(path) == 200, path
    return person.page.evaluate(OBSERVED)


@pytest.mark.alone
def test_check_38_a_page_is_there_within_a_second_on_a_slow_machine_and_nothing_moves_meanwhile(browser, demo):
    person = signed_in(browser, demo, "operator")
    # Now and then the machine itself is busy: the best of three counts.
    busy = {path: min(observed(person, path)["busy"] for _ in range(3)) for path in PAGES}
    assert max(busy.values()) <= 50, f"check 38: tasks in ms: {busy}"
    slow = person.context.new_cdp_session(person.page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    slow.send("Network.enable")
    slow.send("Network.emulateNetworkConditions", {
        "offline": False, "latency": 40, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8})
    for path in PAGES:
        seen = [observed(person, path) for _ in range(2)]
        assert min(one["painted"] for one in seen) <= 1000, f"check 38: {path}: {seen}"
        assert max(one["moved"] for one in seen) <= 0.02, f"check 38: {path} moves while it loads: {seen}"
    person.close()
