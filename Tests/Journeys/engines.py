"""The two other browser engines, reduced to what the checks need: Firefox ESR by its own remote protocol, WebKitGTK by WebDriver."""

import contextlib
import json
import os
import socket
import subprocess
import time

import axe_playwright_python
import pathlib

from ports import free_port

AXE = (pathlib.Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


class Firefox:
    name = "firefox"

    def __init__(self, folder, javascript=True):
        self.folder, self.javascript = pathlib.Path(folder), javascript

    def __enter__(self):
        from marionette_driver.marionette import Marionette

        port = free_port()
        profile = self.folder / "profile"
        profile.mkdir()
        (profile / "user.js").write_text("".join(f"user_pref({json.dumps(name)}, {json.dumps(value)});\n" for name, value in {
            "marionette.port": port, "javascript.enabled": self.javascript, "datareporting.policy.dataSubmissionEnabled": False,
            "browser.shell.checkDefaultBrowser": False, "app.update.enabled": False, "network.captive-portal-service.enabled": False,
            "network.connectivity-service.enabled": False, "browser.aboutConfig.showWarning": False, "extensions.update.enabled": False,
            "services.settings.server": "data:,", "browser.safebrowsing.malware.enabled": False, "browser.region.network.url": "",
        }.items()))
        environment = {**os.environ, "HOME": str(self.folder), "MOZ_HEADLESS": "1"}
        self.log = open(self.folder / "firefox.log", "wb")
        self.process = subprocess.Popen(
            ["firefox-esr", "-marionette", "-no-remote", "-profile", str(profile)], stdout=self.log, stderr=self.log, env=environment)
        for _ in range(300):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            time.sleep(0.1)
        self.driver = Marionette(host="127.0.0.1", port=port)
        self.driver.start_session({"acceptInsecureCerts": True})
        return self

    def __exit__(self, *_):
        # It has nothing to keep: killed, since a polite end waits for services that are not there.
        self.process.kill()
        self.process.wait()
        self.log.close()

    def open(self, url):
        self.driver.navigate(url)

    def size(self, width, height):
        self.driver.set_window_rect(width=width, height=height)

    def run(self, script):
        return self.driver.execute_script(script, sandbox=None)

    def run_later(self, script):
        return self.driver.execute_async_script(script, sandbox=None, script_timeout=30_000)

    def find(self, selector):
        from marionette_driver.by import By
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def all(self, selector):
        from marionette_driver.by import By
        return self.driver.find_elements(By.CSS_SELECTOR, selector)

    def title(self):
        return self.driver.title

    def url(self):
        return self.driver.get_url()


class WebKit:
    name = "webkit"

    def __init__(self, folder, javascript=True):
        self.folder, self.javascript = pathlib.Path(folder), javascript

    def __enter__(self):
        from selenium import webdriver

        os.environ["SE_OFFLINE"] = "true"
        read, write = os.pipe()
        self.screen = subprocess.Popen(
            ["Xvfb", "-displayfd", str(write), "-screen", "0", "1400x1000x24", "-nolisten", "tcp"], pass_fds=[write],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as told:
            display = told.readline().strip()
        os.environ["DISPLAY"] = f":{display}"
        options = webdriver.WebKitGTKOptions()
        options.binary_location = "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser"
        options.add_argument("--automation")
        if not self.javascript:
            options.add_argument("--enable-javascript=false")
        options.set_capability("acceptInsecureCerts", True)
        self.driver = webdriver.WebKitGTK(
            options=options, service=webdriver.WebKitGTKService(executable_path="/usr/bin/WebKitWebDriver"))
        self.driver.set_script_timeout(30)
        return self

    def __exit__(self, *_):
        with contextlib.suppress(Exception):
            self.driver.quit()
        self.screen.terminate()
        self.screen.wait(timeout=20)

    def open(self, url):
        self.driver.get(url)

    def size(self, width, height):
        self.driver.set_window_size(width, height)

    def run(self, script):
        return self.driver.execute_script(script)

    def run_later(self, script):
        return self.driver.execute_async_script(script)

    def find(self, selector):
        return self.driver.find_element("css selector", selector)

    def all(self, selector):
        return self.driver.find_elements("css selector", selector)

    def title(self):
        return self.driver.title

    def url(self):
        return self.driver.current_url


def faults(engine):
    """What axe has to say about the page as it stands."""
    if not engine.run("return typeof axe === 'object';"):
        engine.run(AXE + "; return true;")
    how = json.dumps({**RULES, "resultTypes": ["violations"], "preload": False})
    found = engine.run_later(
        f"const done = arguments[arguments.length - 1]; axe.run(document, {how}).then("
        "r => done(r.violations.map(v => v.id + ': ' + v.nodes.slice(0, 3).map(n => n.html.slice(0, 120)).join(' | '))), e => done(['axe: ' + e]));")
    return found


def sideways(engine):
    """By how many pixels the page scrolls sideways."""
    return engine.run("return document.documentElement.scrollWidth - document.documentElement.clientWidth;")
