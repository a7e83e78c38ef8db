"""How long the server takes for the pages that grow: each asked for again and again over one connection, percentiles printed."""

import pathlib
import statistics
import sys
import tempfile
import time

import latchkey
from forms import FormClient

PAGES = {
    "users, first page": "/account/users",
    "users, last page": "/account/users?page=200",
    "users, by last active": "/account/users?sort=active&order=desc",
    "users, locked": "/account/users?status=locked",
    "users, few found": "/account/users?q=load-0001234",
    "users, nobody found": "/account/users?q=nobody-like-this",
    "search, many found": "/search?q=load-0",
    "search, nobody found": "/search?q=nobody-like-this",
    "credentials": "/credentials",
    "audit, newest": "/account/audit",
    "audit, one action": "/account/audit?action=user.added",
    "audit, failed sign-ins": "/account/audit?view=failed-sign-ins",
    "audit, text not found": "/account/audit?q=nobody-like-this",
    "audit, by address": "/account/audit?address=203.0.113.99",
    "one user": "/account/users/acme-orders",
}
TARGET = 50


def measure(client, path, rounds):
    connection = client.server.connection(client.server.dashboard)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    times = []
    for _ in range(rounds + 5):
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (path, answer.status, body[:300])
    connection.close()
    return sorted(times[5:])


def main(rounds):
    with tempfile.TemporaryDirectory() as folder:
        server = latchkey.Server(pathlib.Path(folder) / "data", command="demo", flags=["--users", "10000", "--events", "100000"])
        with server:
            slow = 0
            for who in ("operator", "admin"):
                client = FormClient(server).sign_in(server.facts[who]["username"], server.facts[who]["password"])
                for name, path in PAGES.items():
                    times = measure(client, path, rounds)
                    p95 = times[int(len(times) * 0.95) - 1]
                    slow += p95 > TARGET
                    late = "   above the target" if p95 > TARGET else ""
                    print(f"{who:9} {name:24} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms{late}", flush=True)
            print(f"{2 * len(PAGES) - slow} of {2 * len(PAGES)} within {TARGET} ms at p95, {rounds} requests each, time on the wire included")


main(int(sys.argv[1]) if len(sys.argv) > 1 else 120)
