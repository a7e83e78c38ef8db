"""Every address of the dashboard as data: who may go there, and examples in the demo. A route that is missing here fails the suite."""

import dataclasses
import pathlib
import re

SOURCES = pathlib.Path(__file__).resolve().parents[2] / "Sources" / "Dashboard"
LEVELS = ("public", "basic", "admin", "operator")
DOORS = {"anybody": "public", "router": "public", "held": "basic", "members": "basic", "admins": "admin", "operators": "operator"}
NO_TOKEN = "A" * 43


@dataclasses.dataclass(frozen=True)
class Place:
    pattern: str
    least: str
    # An address for each state that it can be shown in.
    examples: tuple
    kind: str = "page"
    # What others than those of `least` and above get; and what somebody gets although the level suffices.
    status: int = 200
    but: dict = dataclasses.field(default_factory=dict, hash=False)

    def expected(self, who):
        if who in self.but:
            return self.but[who]
        return self.status if LEVELS.index(who) >= LEVELS.index(self.least) else 303 if who == "public" else 403


def page(pattern, least, *examples, **more):
    return Place(pattern, least, examples or (pattern,), **more)


USER = "/account/users/:username"
NOT_OWN = {"basic": 403}
PLACES = [
    page("/", "public", status=303, kind="redirect"),
    page("/signin", "public", "/signin", "/signin?next=/account/users", "/signin?out=1"),
    page("/forgot", "public"),
    page("/renew", "basic"),
    page("/setup/:token", "public", f"/setup/{NO_TOKEN}", status=409),
    page("/verify/:token", "public", f"/verify/{NO_TOKEN}", "/verify/short", status=404),
    page("/verify/:token/done", "public", f"/verify/{NO_TOKEN}/done", status=404),
    page("/password/:token", "public", f"/password/{NO_TOKEN}", status=404),
    page("/password/:token/done", "public", f"/password/{NO_TOKEN}/done", status=410),
    page("/collect/:token", "public", f"/collect/{NO_TOKEN}", status=404),
    page("/email/:token", "public", f"/email/{NO_TOKEN}", status=404),
    page("/email/:token/stop", "public", f"/email/{NO_TOKEN}/stop", status=404),
    page("/home", "basic"),
    page("/account", "admin", status=303, kind="redirect"),
    page("/account/users", "admin", "/account/users", "/account/users?q=nobody-like-this", "/account/users?sort=active&order=desc"),
    page("/account/users.csv", "admin", kind="file"),
    page("/account/users/new", "admin", "/account/users/new?access=api&first=Ada"),
    page(USER, "admin", "/account/users/acme-orders", "/account/users/wen.waiting"),
    page(f"{USER}/access", "admin", "/account/users/acme-orders/access"),
    page(f"{USER}/activity", "admin", "/account/users/acme-orders/activity"),
    page(f"{USER}/resend", "admin", "/account/users/wen.waiting/resend"),
    page(f"{USER}/unlock", "admin", "/account/users/acme-orders/unlock", status=409),
    page(f"{USER}/reset", "admin", "/account/users/acme-orders/reset"),
    page(f"{USER}/signout", "admin", "/account/users/ben.basic/signout"),
    page(f"{USER}/deactivate", "admin", "/account/users/ben.basic/deactivate"),
    page(f"{USER}/activate", "admin", "/account/users/ben.basic/activate", status=409),
    page(f"{USER}/delete", "operator", "/account/users/wen.waiting/delete"),
    page("/account/roles", "basic"),
    page("/account/roles/:role", "basic", "/account/roles/ordering"),
    page("/account/accounts", "admin"),
    page("/account/accounts/new", "operator"),
    page("/account/accounts/:id", "admin", "/account/accounts/920012"),
    page("/account/refused", "admin", "/account/refused", "/account/refused?reason=role-missing"),
    page("/account/refused.csv", "admin", kind="file"),
    page("/account/audit", "admin", "/account/audit", "/account/audit?view=access", "/account/audit?q=nothing-like-this"),
    page("/account/audit/:event", "admin", "/account/audit/1", but={"admin": 404}),
    page("/account/audit.csv", "admin", kind="file"),
    page("/account/audit.jsonl", "admin", kind="file"),
    page("/account/settings", "operator"),
    page("/account/settings/security", "operator"),
    page("/account/settings/email", "operator"),
    page("/account/settings/about", "operator"),
    page("/account/mail", "operator"),
    page("/account/mail/:id", "operator", "/account/mail/1"),
    page("/credentials", "basic", "/credentials", "/credentials?q=nothing-like-this"),
    page("/credentials/:username", "basic", "/credentials/acme-orders", but=NOT_OWN),
    page(f"{USER}/credential", "basic", "/account/users/acme-orders/credential", status=303, kind="redirect"),
    page("/credentials/:username/rotate", "basic", "/credentials/acme-orders/rotate", status=303),
    page("/credentials/:username/stop", "basic", "/credentials/acme-orders/stop", but=NOT_OWN),
    page("/profile", "basic"),
    page("/profile/security", "basic"),
    page("/profile/sessions", "basic"),
    page("/profile/notifications", "basic"),
    page("/profile/appearance", "basic"),
    page("/quickstart", "basic"),
    page("/search", "basic", "/search", "/search?q=acme", "/search?q=nothing-like-this"),
    page("/search.json", "basic", "/search.json?q=acme", kind="file"),
    page("/help/keys", "basic"),
    page("/confirm", "basic", "/confirm?next=/home"),
    page("/assets/:name", "public", "/assets/none.css", kind="file", status=404),
    page("/favicon.ico", "public", kind="file"),
    # In no page's menu, but what everybody meets.
    page("/nowhere", "public", status=404),
]
EXTRA = {"/nowhere"}

# What changes something: pattern, and who may.
ACTS = {
    "/signin": "public", "/signout": "basic", "/forgot": "public", "/renew": "basic", "/setup/:token": "public", "/verify/:token": "public",
    "/password/:token": "public", "/collect/:token": "public", "/email/:token": "public", "/email/:token/stop": "public",
    "/switch": "basic", "/home/steps": "admin", "/stay": "basic", "/confirm": "basic",
    "/account/users/new": "admin", USER: "admin", f"{USER}/email": "admin", f"{USER}/access": "admin", f"{USER}/delete": "operator",
    **{f"{USER}/{act}": "admin" for act in ("resend", "unlock", "reset", "signout", "deactivate", "activate")},
    "/account/accounts/new": "operator", "/account/accounts/:id": "operator", "/account/accounts/:id/reminders": "operator", "/account/audit": "operator",
    **{f"/account/settings{part}": "operator" for part in ("", "/security", "/email")}, "/account/mail/:id": "operator",
    **{f"/credentials/:username/{act}": "basic" for act in ("rotate", "end", "extend", "stop")},
    **{f"/profile{part}": "basic" for part in ("", "/email", "/security", "/sessions", "/notifications", "/appearance")},
}


def pages(who):
    """(address, status that `who` gets) of everything that is a page."""
    return [(address, place.expected(who)) for place in PLACES if place.kind == "page" for address in place.examples]


def files(who):
    return [(address, place.expected(who)) for place in PLACES if place.kind == "file" for address in place.examples]


def registered():
    """The routes that the sources mount: {("get", pattern): level}."""
    found = {}
    for source in sorted(SOURCES.rglob("*.swift")):
        if source.name == "Desk.swift":
            continue
        text = re.sub(r"^\s*//.*$", "", source.read_text(), flags=re.M)
        for door, method, path in re.findall(r"\b(\w+)\.(get|post)\(\s*(\"/[^\"]*\"|path\b)", text):
            assert door in DOORS, f"{source.name}: an unknown door, {door}"
            for pattern in [path.strip('"')] if path != "path" else computed(source.name, method):
                found[method, pattern] = DOORS[door]
    return found


def computed(name, method):
    """The paths of the two files that make theirs in a loop."""
    if name == "UserActPages.swift":
        cases = re.search(r"enum UserAct\b.*?\n\s*case ([\w, ]+)", (SOURCES / "Users" / "UserAct.swift").read_text(), re.S)[1]
        return [f"{USER}/{act}" for act in cases.split(", ")]
    assert name == "SettingsPages.swift", f"{name} mounts paths that this list cannot read"
    links = re.findall(r'static let settings\w* = Link\(([^)]*)\)', (SOURCES / "Engine" / "Link.swift").read_text())
    paths = ["/" + "/".join(re.findall(r'"([^"]*)"', link)) for link in links]
    return [path for path in paths if method == "get" or not path.endswith("/about")]
