"""The table: requests, and the one answer that every proxy gives to them."""

import dataclasses

import latchkey

ALLOWED = "/api/accounts/920012/availableNumbers"
PLAIN = "/api/accounts/920012/orders"
REFUSED = "/api/accounts/920012/disconnects"


@dataclasses.dataclass
class Own:
    """Where a proxy answers by itself, or differently: with one of these, and why."""

    statuses: tuple
    why: str
    passes: bool = False


@dataclasses.dataclass
class Row:
    name: str
    status: int
    reason: str = ""
    target: str = ALLOWED
    method: str = "GET"
    user: str = "orders"
    headers: tuple = ()
    body: str = ""
    framing: str = "length"
    authorizations: tuple | None = None
    account: str = "920012"
    roles: str = "ordering,reporting"
    xml: bool = False
    absent: dict = dataclasses.field(default_factory=dict)

    def raw(self, people, mark, host):
        lines = [f"{self.method} {self.target} HTTP/1.1"]
        lines += [f"{name}: {value}" for name, value in self.headers if name == "Host"] or [f"Host: {host}"]
        lines += [f"X-Mark: {mark}"]
        given = self.authorizations
        if given is None:
            given = (latchkey.basic(*people[self.user]),) if self.user else ()
        lines += [f"Authorization: {latchkey.basic(*people['orders']) if value == 'right' else value}" for value in given]
        lines += [f"{name}: {value}" for name, value in self.headers if name != "Host"]
        body = self.body.encode("latin-1")
        if body and self.framing == "chunked":
            lines += ["Transfer-Encoding: chunked"]
            body = b"%x\r\n%s\r\n0\r\n\r\n" % (len(body), body)
        elif body:
            lines += [f"Content-Length: {len(body)}"]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


FORGED = (
    ("Latchkey-User", "forged"), ("latchkey_user", "forged"), ("LATCHKEY-ROLES", "forged"), ("Latchkey_Roles", "forged"),
    ("Latchkey-Account", "forged"), ("Latchkey-Request-Id", "forged"), ("Latchkey-Refusal", "forged"), ("Latchkey-Status", "200"),
    ("Remote-User", "forged"), ("remote_user", "forged"), ("X-Remote-User", "forged"),
)
ELSEWHERE = (
    ("X-Original-URI", "/forged"), ("X-Original-URL", "/forged"), ("X-Original-Method", "FORGED"), ("X-Rewrite-URL", "/forged"),
    ("X-Forwarded-Uri", "/forged"), ("X-Forwarded-Method", "FORGED"), ("X-Forwarded-Prefix", "/forged"), ("X-HTTP-Method-Override", "DELETE"),
    ("X-Forwarded-Host", "forged.example"), ("X-Envoy-Original-Path", "/forged"), ("X-Real-IP", "6.6.6.6"), ("X-Forwarded-For", "6.6.6.6"),
    ("Forwarded", "for=6.6.6.6;host=forged"),
)
# The same, saying that the path is one that the user may call.
ONTO_ALLOWED = tuple((name, ALLOWED) for name in ("X-Original-URI", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Uri", "X-Envoy-Original-Path")) + (
    ("X-Original-Method", "GET"), ("X-Forwarded-Method", "GET"))

GONE = {
    "latchkey-refusal", "latchkey-status", "remote-user", "x-remote-user", "x-original-uri", "x-original-url", "x-original-method",
    "x-rewrite-url", "x-forwarded-uri", "x-forwarded-method", "x-forwarded-prefix", "x-http-method-override", "x-envoy-original-path",
}


def is_forged(name):
    """A name under which only the client can have sent it; every spelling that some server reads as that name."""
    return "_" in name or name in GONE


BAD = "path-refused"
# nginx and Caddy leave a header out that would be empty.
EMPTY = {"nginx": ("latchkey-roles",), "caddy": ("latchkey-roles",)}


def bad(name, target, **more):
    return Row(name, 400, BAD, target=target, **more)


ROWS = [
    # Users, accounts, methods, roles.
    Row("allowed", 200),
    Row("allowed with a query", 200, target=ALLOWED + "?quantity=5&x=%2F..%2F&y=a%20b"),
    Row("a query that names another path", 200, target=ALLOWED + "?/../930044/disconnects"),
    Row("allowed in another account", 200, target="/api/accounts/930044/reports", account="930044", roles="reporting"),
    Row("a role that is not held in the other account", 403, "role-missing", target="/api/accounts/930044/availableNumbers"),
    Row("without roles, a default rule", 200, target=PLAIN, user="plain", roles="",
        absent=EMPTY),
    Row("without roles, a role's rule", 403, "role-missing", user="plain"),
    Row("a role that is missing", 403, "role-missing", target=REFUSED),
    Row("an account that is not the user's", 403, "account-not-granted", target="/api/accounts/930044/orders", user="plain"),
    Row("an account that does not exist", 403, "account-not-granted", target="/api/accounts/111111/orders"),
    Row("no rule", 403, "no-such-route", target="/api/accounts/920012/nothing"),
    Row("no rule at the root", 403, "no-such-route", target="/"),
    Row("a path in capitals", 403, "no-such-route", target="/API/accounts/920012/orders"),
    Row("a path that only begins like an allowed one", 403, "no-such-route", target=PLAIN + "x"),
    Row("no credentials", 401, "not-authenticated", user=None),
    Row("no credentials, HEAD", 401, "not-authenticated", user=None, method="HEAD"),
    Row("no credentials, in XML", 401, "not-authenticated", user=None, headers=(("Accept", "application/xml"),), xml=True),
    Row("a role that is missing, in XML", 403, "role-missing", target=REFUSED, headers=(("Content-Type", "application/xml"),), xml=True),
    Row("a wrong password", 401, "not-authenticated", user="orders with a wrong password"),
    Row("a username in the wrong case", 401, "not-authenticated", user="plain in lower case", target=PLAIN),
    Row("an unknown user", 401, "not-authenticated", user="nobody"),
    Row("a deactivated user", 401, "not-authenticated", user="gone", target=PLAIN),
    Row("a user who is not verified", 401, "not-authenticated", user="waiting", target=PLAIN),
    Row("a user without API access", 401, "not-authenticated", user="ben", target=PLAIN),
    Row("another scheme", 401, "not-authenticated", authorizations=("Bearer abc",)),
    Row("base64 that is none", 401, "not-authenticated", authorizations=("Basic !!!",)),
    Row("HEAD", 200, method="HEAD"),
    Row("POST with a body", 200, method="POST", target=PLAIN, body="a=1&b=2"),
    Row("POST with a chunked body", 200, method="POST", target=PLAIN, body="x" * 3000, framing="chunked"),
    Row("PUT refused with a body", 403, "role-missing", method="PUT", target=REFUSED, body="y" * 3000),
    Row("a method that no rule names", 403, "no-such-route", method="DELETE"),
    Row("a method of another standard that a rule allows", 200, method="PROPFIND", target=PLAIN),
    Row("a method of no standard that a rule allows", 200, method="BREW", target=PLAIN),
    Row("OPTIONS without credentials", 401, "not-authenticated", method="OPTIONS", user=None),
    Row("a health checker's name opens nothing", 401, "not-authenticated", user=None, headers=(("User-Agent", "GoogleHC/1.0"),)),
    # Two passwords.
    Row("two Authorization fields, good and bad", 400, "bad-request", authorizations=("right", "Basic dTpw")),
    Row("two Authorization fields, bad and good", 400, "bad-request", authorizations=("Basic dTpw", "right")),
    Row("two Authorization fields that agree", 400, "bad-request", authorizations=("right", "right")),
    # What the client says about itself and the way here.
    Row("a forged identity", 200, headers=FORGED),
    Row("a forged identity of somebody without roles", 200, target=PLAIN, user="plain", roles="", headers=FORGED,
        absent=EMPTY),
    Row("a forged identity, no credentials", 401, "not-authenticated", user=None, headers=FORGED),
    Row("a forged way here", 200, headers=ELSEWHERE),
    Row("a forged way to an allowed path", 403, "role-missing", target=REFUSED, headers=ONTO_ALLOWED),
    Row("a forged way to an allowed path, twice", 403, "role-missing", target=REFUSED, headers=ONTO_ALLOWED + ONTO_ALLOWED),
    Row("Connection that names the identity", 200, headers=(("Connection", "Latchkey-User, Latchkey-Roles, X-Forwarded-Uri"),)),
    Row("Connection that names the password", 200, headers=(("Connection", "Latchkey-User, Authorization"),)),
    Row("Connection that names what the gate is told", 403, "role-missing", target=REFUSED,
        headers=(("Connection", "X-Original-URI, X-Forwarded-Uri, X-Forwarded-Method, X-Real-IP"),) + ONTO_ALLOWED),
    # Paths that servers read differently.
    Row("an encoded letter", 200, target="/api/accounts/920012/available%4eumbers"),
    bad("dot segments", "/api/accounts/920012/../930044/availableNumbers"),
    bad("dot segments at the end", ALLOWED + "/.."),
    bad("dot segments out of the gate's prefix", "/../nginx"),
    bad("a single dot", "/api/./accounts/920012/orders"),
    bad("encoded dots", "/api/accounts/920012/%2e%2e/orders"),
    bad("encoded dots in capitals", "/api/accounts/920012/%2E%2E/orders"),
    bad("an encoded slash", "/api/accounts/111111%2f..%2f920012/orders"),
    bad("an encoded backslash", "/api/accounts/111111%5c..%5c920012/orders"),
    bad("a backslash", "/api/accounts/111111\\..\\920012/orders"),
    bad("two slashes", "/api//accounts/920012/orders"),
    bad("two slashes at the front", "//api/accounts/920012/orders"),
    bad("a trailing slash", PLAIN + "/"),
    bad("a semicolon", ALLOWED + ";x=/public"),
    bad("an encoded semicolon", ALLOWED + "%3bx"),
    bad("an encoded NUL", ALLOWED + "%00"),
    bad("an encoded question mark", ALLOWED + "%3f/public"),
    bad("an encoded fragment", ALLOWED + "%23/public"),
    bad("a fragment", ALLOWED + "#/public"),
    bad("an encoded percent sign", ALLOWED + "%252e"),
    bad("a broken percent sign", ALLOWED + "%zz"),
    bad("a cut percent sign", ALLOWED + "%4"),
    bad("bytes that are not UTF-8", ALLOWED + "%ff"),
    bad("a byte above 127", ALLOWED + "\xe9"),
    bad("an encoded line end", ALLOWED + "%0d%0aLatchkey-User:%20forged"),
    bad("the gate's own path", "/gate/nginx/"),
    bad("a URL of another host", "http://elsewhere.example" + ALLOWED),
    bad("65 segments", "/a" * 65),
    Row("the gate's own path, well-formed", 403, "no-such-route", target="/gate/nginx/refusal"),
    Row("a path of nginx's file", 403, "no-such-route", target="/_latchkey/refusal"),
    Row("OPTIONS *", 400, BAD, target="*", method="OPTIONS"),
    Row("TRACE", 405, "method-refused", method="TRACE"),
    Row("a method in lower case", 405, "method-refused", method="get"),
    # Hosts.
    Row("a Host that is none", 400, "bad-host", headers=(("Host", "a@b"),)),
]

ITSELF = Own((400,), "refuses it itself, before anybody is asked")
ABSOLUTE = Own((200,), "takes the URL's host for Host (RFC 9112, section 3.2.2); the path is judged, and reaches the upstream alone", passes=True)
DROPPED = Own((401,), "takes away what Connection names, the password included, before anybody is asked")
SERVER_WIDE = Own((200,), "answers about itself, as RFC 9110 has it; nothing reaches the upstream")

# Where one differs: proxy, then row.
OWN = {
    "built-in": {
        "a method of no standard that a rule allows": ITSELF, "a method in lower case": ITSELF, "a byte above 127": ITSELF,
    },
    "nginx": {
        "two Authorization fields, good and bad": ITSELF, "two Authorization fields, bad and good": ITSELF,
        "two Authorization fields that agree": ITSELF, "dot segments out of the gate's prefix": ITSELF, "an encoded NUL": ITSELF,
        "a broken percent sign": ITSELF, "a cut percent sign": ITSELF, "OPTIONS *": ITSELF, "a method in lower case": ITSELF,
        "a URL of another host": ABSOLUTE,
        "TRACE": Own((405,), "refuses TRACE itself"),
        "a path of nginx's file": Own((404,), "keeps these paths to itself"),
        "a Host that is none": Own((400,), "carries the refusal on as bad-request"),
    },
    "caddy": {
        "a broken percent sign": ITSELF, "a cut percent sign": ITSELF, "a Host that is none": ITSELF, "OPTIONS *": SERVER_WIDE,
        "a URL of another host": Own((200,), "has no site of that name, and answers with nothing; nothing reaches the upstream"),
    },
    "traefik": {
        "a fragment": ITSELF, "a broken percent sign": ITSELF, "a cut percent sign": ITSELF, "a Host that is none": ITSELF,
        "OPTIONS *": SERVER_WIDE, "a URL of another host": ABSOLUTE, "Connection that names the password": DROPPED,
    },
    "envoy": {
        "a method of no standard that a rule allows": ITSELF, "a method in lower case": ITSELF, "a fragment": ITSELF,
        "a byte above 127": ITSELF, "a URL of another host": ABSOLUTE, "Connection that names the password": DROPPED,
        "OPTIONS *": Own((404,), "has no route for it"),
        **{f"two Authorization fields{more}": Own((401,), "makes one field of both, which is no password")
           for more in (", good and bad", ", bad and good", " that agree")},
    },
    "haproxy": {"a fragment": ITSELF, "a byte above 127": ITSELF, "a URL of another host": ITSELF},
}
assert {name for own in OWN.values() for name in own} <= {row.name for row in ROWS}
