import os
import pathlib

import pytest
from playwright.sync_api import sync_playwright

import latchkey
import mailserver
import upstream as upstream_module

PICTURES = os.environ.get("JOURNEY_PICTURES")
# The files that take longest, longest first: two processes that start with them end together.
LONG = ["test_checks_pages", "test_main_job", "test_checks_acts", "test_proxies", "test_checks_lists", "test_checks_secrets", "test_checks_links",
        "test_attacks_guessing", "test_shell", "test_people", "test_engines", "test_states", "test_reverse_proxy", "test_checks_forms", "test_attacks_http",
        "test_letters", "test_forced_colours"]


def pytest_collection_modifyitems(items):
    order = {name: number for number, name in enumerate(LONG)}
    items.sort(key=lambda item: order.get(item.module.__name__, len(order)))


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium")
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """The filled demo, for tests that only look."""
    with latchkey.Server(tmp_path_factory.mktemp("demo") / "data", command="demo") as server:
        yield server


@pytest.fixture
def mail(tmp_path):
    with mailserver.MailServer(tmp_path) as server:
        yield server


@pytest.fixture
def upstream():
    with upstream_module.Upstream() as server:
        yield server


@pytest.fixture
def pictures():
    if not PICTURES:
        return None
    folder = pathlib.Path(PICTURES)
    folder.mkdir(parents=True, exist_ok=True)
    return folder
