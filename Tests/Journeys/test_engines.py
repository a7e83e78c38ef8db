"""The checks that ask for Firefox and WebKit too: 1 (no fault), 3 (without JavaScript), 4 (no sideways scroll), 7 (errors), 15 (the warning)."""

import pytest

import engines
from patience import until

PAGES = ["/home", "/account/users", "/account/users/new", "/account/users/acme-orders", "/account/audit", "/profile"]


@pytest.fixture(scope="module", params=[engines.Firefox, engines.WebKit], ids=lambda engine: engine.name)
def engine(request, tmp_path_factory):
    with request.param(tmp_path_factory.mktemp(request.param.name)) as running:
        yield running


SUBMIT = "main form button[type=submit], main form button:not([type])"


def submit(engine):
    """Presses the first button of the main form, and waits for the next document."""
    engine.run("window.isBefore = true")
    engine.find(SUBMIT).click()
    until(lambda: engine.run("return !window.isBefore && document.readyState === 'complete'"), "the next page")


def sign_in(engine, demo, who="admin"):
    engine.open(demo.dashboard + "/signin")
    if "/signin" not in engine.url():
        return
    engine.find("[name=username]").send_keys(demo.facts[who]["username"])
    engine.find("[name=password]").send_keys(demo.facts[who]["password"])
    submit(engine)


@pytest.mark.parametrize("path", PAGES)
def test_checks_1_and_4_no_fault_and_no_sideways_scroll(engine, demo, path):
    sign_in(engine, demo)
    for width, height in ((1280, 900), (320, 700)):
        engine.size(width, height)
        engine.open(demo.dashboard + path)
        assert engines.faults(engine) == [], (path, width)
        assert engines.sideways(engine) <= 0, (path, width)
    engine.size(1280, 900)


def test_every_filter_of_a_list_is_in_reach_without_anything_being_unfolded(engine, demo):
    sign_in(engine, demo)
    engine.size(1280, 900)
    engine.open(demo.dashboard + "/account/users")
    for name in ("q", "status", "access", "level", "role"):
        width, bottom = engine.run(f"const r = document.querySelector('[name={name}]').getBoundingClientRect(); return [r.width, r.bottom]")
        assert width > 100 and bottom < 300, (name, width, bottom)


def test_check_7_errors_are_listed_first_and_lead_to_their_fields(engine, demo):
    sign_in(engine, demo)
    engine.open(demo.dashboard + "/account/users/new")
    submit(engine)
    assert engine.title().startswith("Error: ")
    links = engine.all("[data-focus] a, .errors a")
    assert links, "no summary"
    for link in links:
        target = link.get_attribute("href").split("#")[1]
        assert engine.all(f"[id='{target}']"), target
    assert engine.run("return document.activeElement.closest('[data-focus]') !== null || document.activeElement.matches('[data-focus]')")


def test_check_15_both_access_methods_are_warned_about_at_once(engine, demo):
    sign_in(engine, demo)
    engine.open(demo.dashboard + "/account/users/new")
    for method in ("dashboard", "api"):
        engine.find(f'[name=access][value="{method}"]').click()
    assert "One credential, two risks" in engine.run("return document.querySelector('main').innerText")
    until(lambda: engine.run("return document.getElementById('live').textContent") != "", "the warning is spoken")


def test_check_3_firefox_adds_a_user_without_javascript(demo, tmp_path):
    with engines.Firefox(tmp_path, javascript=False) as engine:
        engine.open(demo.dashboard + "/signin")
        engine.find("[name=username]").send_keys(demo.facts["admin"]["username"])
        engine.find("[name=password]").send_keys(demo.facts["admin"]["password"])
        engine.find(SUBMIT).click()
        engine.open(demo.dashboard + "/account/users/new")
        for name, value in {"username": "plain.fox", "first_name": "Plain", "last_name": "Fox", "email": "plain.fox@acme.example",
                            "phone": "919 555 0177"}.items():
            engine.find(f"[name={name}]").send_keys(value)
        engine.find('[name=access][value="dashboard"]').click()
        engine.find(SUBMIT).click()
        engine.open(demo.dashboard + "/account/users/plain.fox")
        assert "plain.fox" in engine.find("h1").text
