"""The checks that ask for Firefox and WebKit too: 1 (no fault), 3 (without JavaScript), 4 (no sideways scroll), 7 (errors), 15 (the warning)."""

import checks
import engines
import pytest
import sitemap
from patience import until

# One address for each kind of page that an admin opens.
PAGES = ["/home", "/account/users", "/account/users?q=nobody-like-this", "/account/users/new", "/account/users/acme-orders",
         "/account/users/acme-orders/access", "/account/users/ben.basic/deactivate", "/account/roles", "/account/accounts/920012", "/account/refused",
         "/account/audit", "/credentials/acme-orders", "/profile", "/profile/sessions", "/profile/appearance", "/quickstart", "/search?q=acme", "/help/keys"]
STRANGERS = ["/signin", "/forgot", f"/verify/{sitemap.NO_TOKEN}", "/nowhere"]
# 320 px, which is 1280 px at 400 % too; text of twice the size.
SIZES = ((1280, 900, "100%"), (320, 640, "100%"), (640, 640, "200%"))


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


def looked_at(engine, demo, paths):
    """What axe finds, and what is too wide or cut off, page by page."""
    faults = []
    for path in paths:
        engine.size(1280, 900)
        engine.open(demo.dashboard + path)
        for width, height, text in SIZES:
            engine.size(width, height)
            engine.run(f"document.documentElement.style.fontSize = '{text}'")
            if text == "100%":
                faults += [f"check 1: {path} at {width}: {fault}" for fault in engines.faults(engine)]
            wide = engines.sideways(engine)
            faults += [f"check 4: {path} scrolls sideways by {wide} px at {width} px, text {text}"] if wide > 0 else []
            faults += [f"check 4: {path} cut off at {width} px, text {text}: {cut}" for cut in engine.run(f"return ({checks.CUT_OFF})()")]
    engine.size(1280, 900)
    return faults


def test_checks_1_and_4_of_strangers_pages(engine, demo):
    faults = looked_at(engine, demo, STRANGERS)
    assert not faults, "\n".join(faults)


def test_checks_1_and_4_no_fault_and_no_sideways_scroll(engine, demo):
    sign_in(engine, demo)
    faults = looked_at(engine, demo, PAGES)
    assert not faults, "\n".join(faults)


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
    assert engine.run("return document.activeElement.closest('[data-focus]') !== null"), "check 7: the summary has no focus"
    links = engine.all(".errors a")
    assert links, "check 7: no summary"
    for link in links:
        target = link.get_attribute("href").split("#")[1]
        told = engine.run(f"""const e = document.getElementById({target!r}), group = e.closest('fieldset'); return [e, group].filter(x => x)
            .flatMap(x => (x.getAttribute('aria-describedby') ?? '').split(' ')).filter(x => x).map(x => document.getElementById(x).textContent).join(' ')""")
        assert link.text in " ".join(told.split()), f"check 7: {link.text!r} is not said at {target}"
        link.click()
        assert engine.run(f"return document.activeElement.id === {target!r}"), f"check 7: the link to {target} does not lead into it"


def test_check_15_both_access_methods_are_warned_about_at_once(engine, demo):
    sign_in(engine, demo)
    engine.open(demo.dashboard + "/account/users/new")
    for method in ("dashboard", "api"):
        engine.find(f'[name=access][value="{method}"]').click()
    assert "One credential, two risks" in engine.run("return document.querySelector('main').innerText")
    until(lambda: engine.run("return document.getElementById('live').textContent") != "", "the warning is spoken")


@pytest.mark.parametrize("kind", [engines.Firefox, engines.WebKit], ids=lambda kind: kind.name)
def test_check_3_a_user_is_added_and_deactivated_without_javascript(kind, demo, tmp_path):
    with kind(tmp_path, javascript=False) as engine:
        engine.open(demo.dashboard + "/signin")
        for name in ("username", "password"):
            engine.find(f"[name={name}]").send_keys(demo.facts["operator"][name])
        engine.find(SUBMIT).click()
        username = f"plain.{kind.name}"
        until(lambda: engine.title().startswith("Home"), "the first page")
        engine.open(demo.dashboard + "/account/users/new")
        for name, value in {"username": username, "first_name": "Plain", "last_name": "Fox", "email": f"{username}@acme.example",
                            "phone": "919 555 0177"}.items():
            engine.find(f"[name={name}]").send_keys(value)
        for method in ("dashboard", "api"):
            engine.find(f'[name=access][value="{method}"]').click()
        # Check 15, by style alone.
        assert engine.find(".both").is_displayed()
        engine.find(SUBMIT).click()
        until(lambda: engine.title().startswith(username), "the user's page")
        assert username in engine.find("h1").text
        engine.open(demo.dashboard + f"/account/users/{username}/deactivate")
        engine.find(SUBMIT).click()
        until(lambda: "is deactivated." in engine.find("main").text, "the notice")
