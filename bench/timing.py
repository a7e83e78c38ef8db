"""Whether anybody can tell by the time, or by the bytes, why a password was refused (T14, T16): at the gate, at the sign-in page and where
a forgotten password is asked for.

Wrong passwords for users of every standing and for names that nobody has, in turns, each from an address of its own. Printed: medians, and
how well a classifier does that knows nothing but the time (AUC: 0.5 is guessing; 500 samples of one distribution lie within 0.45 to 0.55).
"""

import argparse
import asyncio
import collections
import html
import http.client
import itertools
import json
import pathlib
import random
import re
import sqlite3
import ssl
import statistics
import tempfile
import time
import urllib.parse

from peers import ORDERS, basic
from processes import ROOT, latchkey

FAILED = []
NAMES = 100


def must(holds, what):
    print(("  ok    " if holds else "  FAILED ") + what, flush=True)
    if not holds:
        FAILED.append(what)


def auc(left, right):
    """Mann-Whitney by ranks; ties count half."""
    ranked = sorted([(value, 0) for value in left] + [(value, 1) for value in right])
    total, place = 0.0, 0
    while place < len(ranked):
        end = place
        while end < len(ranked) and ranked[end][0] == ranked[place][0]:
            end += 1
        total += sum(1 for value in ranked[place:end] if value[1] == 0) * (place + end + 1) / 2
        place = end
    return (total - len(left) * (len(left) + 1) / 2) / (len(left) * len(right))


def prepare(data):
    """Gives a hundred people of the crowd each standing, as the database would hold it."""
    people = [f"load-{number:07}" for number in range(0, 5 * 5 * NAMES, 5)]
    programs = [f"load-{number:07}" for number in range(5 * 5 * NAMES) if number % 5 and number % 50 != 49]
    parts = [people[start:start + NAMES] for start in range(0, 5 * NAMES, NAMES)]
    database = sqlite3.connect(data / "latchkey.sqlite", timeout=30)
    marks = ",".join("?" * NAMES)
    database.execute("UPDATE users SET deactivated_at = NULL WHERE username LIKE 'load-%'")
    database.execute(f"UPDATE users SET deactivated_at = 1 WHERE username IN ({marks})", parts[1])
    database.execute(f"UPDATE users SET progress = 'waiting' WHERE username IN ({marks})", parts[2])
    database.execute(f"UPDATE users SET progress = 'needsPassword' WHERE username IN ({marks})", parts[3])
    database.execute(f"DELETE FROM credentials WHERE user_id IN (SELECT id FROM users WHERE username IN ({marks}))", parts[3])
    # As ten wrong passwords at the sign-in page leave a name, whether anybody has it or not.
    nobody = [f"nope-{number:07}" for number in range(2 * NAMES)]
    waiting = {"existing": parts[4], "API only": programs[4 * NAMES:5 * NAMES], "deactivated": parts[1][:NAMES // 2], "nobody": nobody[NAMES:]}
    now = int(time.time() * 1000)
    database.executemany(
        "INSERT OR REPLACE INTO throttle (key, failures, last_failure_at, blocked_until) VALUES (?, 12, ?, ?)",
        [(f"signin:user:{name}", now, now + 3_600_000) for names in waiting.values() for name in names])
    database.commit()
    database.close()
    common = {"deactivated": parts[1][NAMES // 2:], "not verified": parts[2], "without a password": parts[3], "nobody": nobody[:NAMES]}
    remembered = programs[NAMES:2 * NAMES]
    return {
        "gate": {"existing": programs[:NAMES], "dashboard only": parts[0], "remembered": remembered, "locked": waiting["API only"], **common},
        "sign-in": {"existing": parts[0], "API only": programs[2 * NAMES:3 * NAMES], "remembered": remembered, **common},
        # Who is locked is told to wait, and so is a name that nobody has.
        "locked": waiting,
        "reset": {"existing": parts[0], "API only": programs[3 * NAMES:4 * NAMES], "locked": parts[4], **common}}


ADDRESSES = (f"10.{number // 250}.{number % 250}.1" for number in itertools.count())


async def exchange(reader, writer, request):
    begun = time.perf_counter()
    writer.write(request)
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    length = re.search(r"content-length: (\d+)", head, re.I)
    body = await reader.readexactly(int(length[1])) if length else b""
    return int(head[9:12]), head, body, time.perf_counter() - begun


class Gate:
    def __init__(self, facts):
        self.port, self.context, self.password = int(facts["gate_url"].rsplit(":", 1)[1]), None, facts["crowd"]["password"]

    async def warm(self, names):
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for name in names:
            code = (await exchange(reader, writer, self.request(name, self.password)))[0]
            assert code == 200, (name, code)
        writer.close()

    def request(self, name, password):
        return (f"GET /gate/caddy HTTP/1.1\r\nHost: gate\r\nAuthorization: {basic(name, password)}\r\nX-Forwarded-Method: GET\r\n"
                f"X-Forwarded-Uri: {ORDERS}\r\nX-Forwarded-For: {next(ADDRESSES)}\r\n\r\n").encode()

    expected = 401


class Page:
    """A form of the dashboard, sent again and again by one browser."""

    def __init__(self, facts, path, field, expected):
        self.facts = facts
        parts = urllib.parse.urlsplit(facts["dashboard_url"])
        self.origin, self.port, self.path, self.field, self.expected = facts["dashboard_url"].rstrip("/"), parts.port, path, field, expected
        self.context = ssl.create_default_context(cafile=facts["ca_file"])
        connection = http.client.HTTPSConnection("localhost", self.port, context=self.context)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        self.cookie = "; ".join(cookie.split(";")[0] for cookie in answer.headers.get_all("Set-Cookie") or [])
        form = next(form for form in re.findall(r"<form\b.*?</form>", text, re.S) if f'action="{path}"' in form)
        self.hidden = {re.search(r'name="([^"]*)"', tag)[1]: html.unescape(re.search(r'value="([^"]*)"', tag)[1])
                       for tag in re.findall(r'<input\b[^>]*type="hidden"[^>]*>', form)}
        # With it a form counts once, however often it is sent.
        self.hidden.pop("_once", None)
        connection.close()

    async def warm(self, names):
        await Gate(self.facts).warm(names)

    def request(self, name, password):
        fields = {**self.hidden, self.field: name}
        if self.field == "username":
            fields["password"] = password
        body = urllib.parse.urlencode(fields)
        return (f"POST {self.path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nOrigin: {self.origin}\r\nCookie: {self.cookie}\r\n"
                f"X-Forwarded-For: {next(ADDRESSES)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n{body}").encode()


async def door(name, place, classes, samples, together):
    """Everything in turns: what each class saw."""
    await place.warm(classes.get("remembered", []))
    turns = [(kind, names[number % len(names)]) for number in range(samples) for kind, names in classes.items()]
    # Answers leave together, so calls come together: in a fixed order each class would always have the same places in the line.
    random.Random(14).shuffle(turns)
    times, shapes, codes = collections.defaultdict(list), collections.defaultdict(set), collections.defaultdict(collections.Counter)
    queue = iter(enumerate(turns))

    async def worker():
        reader, writer = await asyncio.open_connection(
            "127.0.0.1", place.port, **({"ssl": place.context, "server_hostname": "localhost"} if place.context else {}))
        for number, (kind, user) in queue:
            code, head, body, seconds = await exchange(reader, writer, place.request(user, f"wrong password {number}"))
            codes[kind][code] += 1
            times[kind].append(seconds)
            head = re.sub(r"(?im)^(date|retry-after|latchkey-request-id|set-cookie|content-length|etag): .*\r\n", "", head)
            if code == 429:
                body = re.sub(rb"\b\d+ (second|minute|hour)s?\b", b"", body)
            text = re.sub(rb"req_\w{26}|load-\d{7}|nope-\d{7}|value=\"[\w-]{43,64}\"|nonce-?[\w+/=\"-]*|\d\d:\d\d", b"", body)
            shapes[kind].add((head, text))
        writer.close()

    await asyncio.gather(*(worker() for _ in range(together)))
    must(all(set(seen) == {place.expected} for seen in codes.values()), f"{name}: every answer is {place.expected} ({ {k: dict(v) for k, v in codes.items()} })")
    must(len(set().union(*shapes.values())) == 1, f"{name}: every answer has the same headers and body ({len(set().union(*shapes.values()))} kinds)")
    rows = []
    for kind in classes:
        rows.append({
            "door": name, "class": kind, "samples": len(times[kind]), "median_ms": round(statistics.median(times[kind]) * 1000, 2),
            "difference_ms": round((statistics.median(times[kind]) - statistics.median(times["existing"])) * 1000, 2),
            "auc": round(auc(times[kind], times["existing"]), 3)})
        print("       ", rows[-1], flush=True)
    spread = max(row["median_ms"] for row in rows) - min(row["median_ms"] for row in rows)
    must(spread < 20, f"{name}: medians lie within a hash of each other ({spread:.2f} ms)")
    return rows


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--samples", type=int, default=500, help="for each class, at most 500")
    arguments.add_argument("--together", type=int, default=6, help="connections: few enough that no hash waits a quarter of a second")
    arguments.add_argument("--door", action="append", choices=["gate", "sign-in", "locked", "reset"])
    arguments.add_argument("--out", type=pathlib.Path, default=ROOT / "build/bench")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    rows = []
    with tempfile.TemporaryDirectory(prefix="latchkey-timing-") as folder:
        flags = ["--users", str(5 * 5 * NAMES)]
        with latchkey(folder, flags=flags, core="0,1", config="trustedProxies: [127.0.0.1]\n") as (facts, _):
            classes = prepare(pathlib.Path(folder) / "data")
            doors = {
                "gate": (lambda: Gate(facts), options.samples), "sign-in": (lambda: Page(facts, "/signin", "username", 422), options.samples),
                "locked": (lambda: Page(facts, "/signin", "username", 429), options.samples),
                # Three questions about one user are answered with a letter.
                "reset": (lambda: Page(facts, "/forgot", "name", 303), min(options.samples, 3 * NAMES))}
            for name in options.door or doors:
                make, samples = doors[name]
                rows += asyncio.run(door(name, make(), classes[name], samples, options.together))
    text = "\n".join([
        "### Telling failures apart by time", "", "| door | standing | samples | median, ms | to existing, ms (< 1) | AUC (0.45 to 0.55) |",
        "| --- | --- | --- | --- | --- | --- |",
        *(f"| {row['door']} | {row['class']} | {row['samples']} | {row['median_ms']} | {row['difference_ms']} | {row['auc']} |" for row in rows), ""])
    (options.out / "timing.md").write_text(text)
    (options.out / "timing.json").write_text(json.dumps(rows, indent=2))
    print("\n" + text)
    if FAILED:
        raise SystemExit(f"{len(FAILED)} did not hold")


if __name__ == "__main__":
    main()
