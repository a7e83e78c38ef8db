"""A program that uses the dashboard's forms without a browser: for attacks and for speed."""

import html
import re
import urllib.parse


class FormClient:
    def __init__(self, server):
        self.server, self.cookies = server, {}

    def request(self, method, path, fields=None, headers=None):
        connection = self.server.connection(self.server.dashboard)
        headers = dict(headers or {})
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields, doseq=True)
            headers.setdefault("Content-Type", "application/x-www-form-urlencoded")
            headers.setdefault("Origin", self.server.dashboard)
        try:
            connection.request(method, path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read().decode("utf-8", "replace")
        finally:
            connection.close()
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            name, _, rest = cookie.partition("=")
            value = rest.split(";")[0]
            if value and "Max-Age=0" not in cookie:
                self.cookies[name] = value
            else:
                self.cookies.pop(name, None)
        return answer.status, answer.headers, text

    def get(self, path, **more):
        return self.request("GET", path, **more)

    def form(self, path, action=None):
        """The hidden fields of the form on a page (of the one that posts to `action`)."""
        status, _, text = self.get(path)
        assert status == 200, (path, status, text[:400])
        forms = re.findall(r"<form\b[^>]*method=\"post\"[^>]*>.*?</form>", text, re.S)
        action = action or path.split("?")[0]
        for form in forms:
            if f'action="{action}"' in form:
                pairs = re.findall(r'<input\b[^>]*type="hidden"[^>]*>', form)
                return {attribute(tag, "name"): attribute(tag, "value") for tag in pairs}
        raise AssertionError(f"no form that posts to {action} on {path}: {re.findall(r'action=.[^ >]*', text)}")

    def post(self, path, fields, page=None, headers=None):
        hidden = self.form(page or path, path)
        return self.request("POST", path, {**hidden, **fields}, headers)

    def confirmed_post(self, path, fields, password, page=None):
        """A form that counts: the password is asked for, then what was sent is done."""
        status, headers, text = self.post(path, fields, page)
        if status != 200 or 'name="_confirm"' not in text:
            return status, headers, text
        hidden = {attribute(tag, "name"): attribute(tag, "value") for tag in re.findall(
            r'<input\b[^>]*type="hidden"[^>]*>', re.search(r'<form class="card".*?</form>', text, re.S)[0])}
        return self.request("POST", path, {**hidden, "password": password})

    def confirm(self, password):
        """Says once more who it is, before pages that ask for it."""
        hidden = self.form("/confirm?next=/home", "/confirm")
        status, _, text = self.request("POST", "/confirm", {**hidden, "password": password})
        assert status == 303, (status, text[:1000])
        return self

    def sign_in(self, username, password):
        status, headers, text = self.post("/signin", {"username": username, "password": password})
        assert status == 303, (status, text[:2000])
        return self


def attribute(tag, name):
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found.group(1)) if found else ""
