"""How long the server takes for the pages that grow: each asked for again and again over one connection, percentiles printed."""

import argparse
import contextlib
import pathlib
import statistics
import tempfile
import time

import latchkey
from forms import FormClient

PAGES = {
    "home": "/home",
    "users, first page": "/account/users",
    "users, last page": "/account/users?page={last}",
    "users, by last active": "/account/users?sort=active&order=desc",
    "users, by level": "/account/users?sort=level&order=desc",
    "users, by status": "/account/users?sort=status",
    "users, locked": "/account/users?status=locked",
    "users, active": "/account/users?status=active",
    "users, with a role": "/account/users?role=ordering",
    "users, roles and more": "/account/users?role=ordering&status=active&access=api&q=load-",
    "users, three filters": "/account/users?role=ordering&status=active&access=api",
    "users, nobody fits": "/account/users?role=ordering&status=deactivated&access=api",
    "users, few found": "/account/users?q=load-0001234",
    "users, nobody found": "/account/users?q=nobody-like-this",
    "search, many found": "/search?q=load-0",
    "search, nobody found": "/search?q=nobody-like-this",
    "accounts": "/account/accounts",
    "one account": "/account/accounts/{account}",
    "roles": "/account/roles",
    "one role": "/account/roles/ordering",
    "credentials": "/credentials",
    "credentials, unused": "/credentials?show=unused",
    "credentials, rotating": "/credentials?show=rotating",
    "audit, newest": "/account/audit",
    "audit, one action": "/account/audit?action=user.added",
    "audit, failed sign-ins": "/account/audit?view=failed-sign-ins",
    "audit, text not found": "/account/audit?q=nobody-like-this",
    "audit, text of few": "/account/audit?q=load-0001234",
    "audit, text of many": "/account/audit?q=load-",
    "audit, several at once": "/account/audit?action=user.added&q=load-0001234",
    "audit, by address": "/account/audit?address=203.0.113.99",
    "one user": "/account/users/acme-orders",
}
ACCOUNT = 920012
TARGET = 50


def measure(client, path, rounds):
    connection = client.server.connection(client.server.dashboard)
    headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in client.cookies.items())}
    times = []
    for number in range(rounds + 5):
        if number == 5:
            worked = processor_time(client.server.process.pid)
        began = time.perf_counter()
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
        times.append((time.perf_counter() - began) * 1000)
        assert answer.status == 200, (path, answer.status, body[:300])
    connection.close()
    return sorted(times[5:]), (processor_time(client.server.process.pid) - worked) / rounds


def processor_time(pid):
    """Milliseconds that the threads of a process were on a processor, which a busy machine does not lengthen much."""
    total = 0
    for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):
            total += int((task / "schedstat").read_text().split()[0])
    return total / 1e6


@contextlib.contextmanager
def folder(kept):
    """The data directory: a kept one is filled once."""
    if kept:
        yield kept
    else:
        with tempfile.TemporaryDirectory() as made:
            yield pathlib.Path(made) / "data"


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("rounds", type=int, nargs="?", default=120)
    arguments.add_argument("--users", type=int, default=10_000)
    arguments.add_argument("--events", type=int, default=100_000)
    arguments.add_argument("--data", type=pathlib.Path, help="a data directory to keep, filled when it is new")
    options = arguments.parse_args()
    with folder(options.data) as data:
        server = latchkey.Server(data, command="demo", flags=["--users", str(options.users), "--events", str(options.events)])
        with server:
            slow = 0
            for who in ("operator", "admin"):
                client = FormClient(server).sign_in(server.facts[who]["username"], server.facts[who]["password"])
                for name, path in PAGES.items():
                    times, worked = measure(client, path.format(last=options.users // 50, account=ACCOUNT), options.rounds)
                    p95 = times[int(len(times) * 0.95) - 1]
                    slow += p95 > TARGET
                    late = "   above the target" if p95 > TARGET else ""
                    print(f"{who:9} {name:24} p50 {statistics.median(times):7.1f} ms   p95 {p95:7.1f} ms   cpu {worked:7.1f} ms{late}", flush=True)
            print(f"{2 * len(PAGES) - slow} of {2 * len(PAGES)} within {TARGET} ms at p95, {options.rounds} requests each, time on the wire included")


if __name__ == "__main__":
    main()
