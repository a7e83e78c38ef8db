"""Users of every standing, made as they come to be: added on the command line, verified by their letter."""

import json
import re

from forms import FormClient
from patience import until

PHONE = "9195550177"


def add(server, username, password=None, access=("api",), verify=True, role="920012:ordering"):
    """A user of the demo's first account; with `verify` their mailbox and phone are proven."""
    mail = mailbox(username)
    server.cli(
        "user", "add", "--username", username, "--first-name", "J", "--last-name", "Doe", "--email", mail, "--phone", PHONE,
        *[f"--{one}" for one in access], "--account", "920012", "--role", role, *(["--password-stdin"] if password else []), stdin=password)
    if verify:
        status, _, page = FormClient(server).post(link(server, mail, "verify"), {"phone": PHONE})
        assert status == 303, page[:1000]
    return username


def mailbox(username):
    return f"{username.lower()[:40]}@acme.example"


def letters(server, mail):
    return [letter for letter in json.loads(server.cli("mail", "list", "--json").stdout)["letters"] if letter["to"] == mail]


def link(server, mail, kind):
    """The path of the link in a letter to that mailbox."""
    def found():
        for letter in letters(server, mail):
            if there := re.search(rf"https://[^/\s]+(/{kind}/\S+)", server.cli("mail", "show", letter["id"]).stdout):
                return there[1]
        return None
    until(found, f"no letter to {mail} has a link to {kind}")
    return found()
