"""What Latchkey holds and how long it takes with many users: resident memory idle and with remembered credentials, start with a million
users, and the cold decision with a million users beside the same with a thousand.

Argon2id has a floor, so proving 100,000 passwords would take half an hour: a few thousand are proven, the slope of the memory over
them is scaled to 100,000, and the table says so. The time of a cold decision is what the client saw less what the server spent on the
hash; calls to the two servers alternate.
"""

import argparse
import asyncio
import json
import pathlib
import random
import statistics
import tempfile
import time

from processes import latchkey
from storm import Caller, metric, percentile, shown_status

SCALED_TO = 100_000
BOTH_CORES = "0,1"


def programs(crowd):
    """Numbers of the crowd's users who may call: every fifth is a person, every fiftieth is deactivated."""
    return [number for number in range(crowd) if number % 5 and number % 50 != 49]


def username(number):
    return f"load-{number:07}"


def filled(folder, users, kept=None):
    """A data directory with so many users, a new one or one that is kept; (password of the crowd, seconds it took)."""
    if kept:
        kept.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
        (folder / "data").symlink_to(kept.resolve())
    begun = time.monotonic()
    with latchkey(folder, flags=["--users", str(users)], core=BOTH_CORES) as (facts, _):
        return facts["crowd"]["password"], time.monotonic() - begun


def settled(server, seconds=2):
    """Resident memory once what the start needed has been given back."""
    time.sleep(seconds)
    return server.resident()


async def prove(port, password, numbers, callers=8):
    """First uses, as many at once as there are callers; ends with an error when one is not a pass."""
    waiting = iter(numbers)

    async def one(index):
        caller = Caller(port)
        for number in waiting:
            code, head, _ = await caller.ask(username(number), password, f"203.0.113.{index + 1}")
            if code != 200:
                raise SystemExit(f"{username(number)} got {shown_status(code, head)} instead of a pass")
        caller.close()

    await asyncio.gather(*(one(index) for index in range(callers)))


def slope(points):
    """MiB for each entry, by least squares."""
    return statistics.linear_regression([entries for entries, _ in points], [mib for _, mib in points]).slope


def remembered(folder, password, crowd, count):
    """Idle memory, and how it grows with remembered credentials."""
    with latchkey(folder, command="serve", core=BOTH_CORES) as (facts, server):
        gate, port = facts["gate_url"], int(facts["gate_url"].rsplit(":", 1)[1])
        idle = settled(server)
        numbers = programs(crowd)[:count]
        # The hashing threads and the database's page caches fill in the first half; that is no entry's cost.
        step, points = max(1, count // 10), []
        for start in range(0, len(numbers), step):
            asyncio.run(prove(port, password, numbers[start:start + step]))
            points.append((metric(gate, "latchkey_memory_entries"), settled(server, 0.5)))
    proven, later = points[-1][0], points[len(points) // 2:]
    return {"idle_mib": idle, "first_mib": points[0][1], "last_mib": points[-1][1], "entries": proven, "points": points,
            "bytes_per_entry": slope(later) * 1024 * 1024, "scaled_mib": slope(later) * SCALED_TO}


class Server:
    """One of the servers whose cold decisions are compared."""

    def __init__(self, facts, password, crowd, count):
        self.gate, self.port = facts["gate_url"], int(facts["gate_url"].rsplit(":", 1)[1])
        self.password = password
        # The same users in every run, all over the table.
        self.numbers = random.Random(7).sample(programs(crowd), count)
        self.caller, self.seconds, self.hashed = Caller(self.port), [], self.hash_seconds()

    def hash_seconds(self):
        return metric(self.gate, "latchkey_hash_seconds_sum")

    async def ask(self, index):
        code, head, took = await self.caller.ask(username(self.numbers[index]), self.password, "203.0.113.9")
        if code != 200:
            raise SystemExit(f"{username(self.numbers[index])} got {shown_status(code, head)} instead of a pass")
        before, self.hashed = self.hashed, self.hash_seconds()
        self.seconds.append(max(0, took - (self.hashed - before)))

    def figures(self):
        return {"p50_ms": percentile(self.seconds, 0.5), "p99_ms": percentile(self.seconds, 0.99), "calls": len(self.seconds)}


async def alternate(servers, count):
    for index in range(count):
        for server in servers:
            await server.ask(index)
    for server in servers:
        server.caller.close()


def cold(few, many, count):
    """`few` and `many` are (folder, password, crowd)."""
    with latchkey(few[0], command="serve") as (small, _), latchkey(many[0], command="serve") as (large, _):
        servers = [Server(small, few[1], few[2], count), Server(large, many[1], many[2], count)]
        asyncio.run(alternate(servers, count))
    return {"few": servers[0].figures(), "many": servers[1].figures()}


def starts(folder, times=5):
    """Milliseconds from the process to the last listener that answers; MiB that the last one holds when nobody asks it anything."""
    seen = []
    for number in range(times):
        with latchkey(folder, command="serve") as (_, server):
            seen.append(server.started)
            idle = settled(server) if number == times - 1 else None
    return seen, idle


def table(seen, options):
    memory, calls, begun = seen["memory"], seen["cold"], statistics.median(seen["starts_ms"])
    ratio = calls["many"]["p99_ms"] / calls["few"]["p99_ms"] if calls["few"]["p99_ms"] else float("nan")
    return "\n".join([
        "### Memory and many users", "", "| what | target | seen |", "| --- | --- | --- |",
        f"| resident, idle, with few users / with {options.users:,} | ≤ 60 MiB | {memory['idle_mib']:.0f} / {seen['idle_many_mib']:.0f} MiB |",
        f"| {SCALED_TO:,} remembered credentials more | ≤ 60 MiB | {memory['scaled_mib']:.0f} MiB, scaled from the slope over "
        f"{memory['entries']:,.0f} ({memory['bytes_per_entry']:.0f} bytes each) |",
        f"| resident after the first uses, the hashing threads' memory included | | {memory['last_mib']:.0f} MiB |",
        f"| start with {options.users:,} users (median of {len(seen['starts_ms'])}) | ≤ 500 ms | {begun:.0f} ms |",
        f"| cold decision p99, {options.users:,} users / {options.few:,}, without the hash | ≤ 1.5 | {ratio:.2f} "
        f"({calls['many']['p99_ms']:.2f} / {calls['few']['p99_ms']:.2f} ms, {calls['few']['calls']} calls each) |",
        f"| the same, median | | {calls['many']['p50_ms']:.2f} / {calls['few']['p50_ms']:.2f} ms |",
        f"| filling {options.users:,} users | | {seen['filling_s']:.0f} s |", ""])


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--users", type=int, default=1_000_000)
    arguments.add_argument("--few", type=int, default=1_000)
    arguments.add_argument("--proven", type=int, default=3_000, help="credentials that are proven for the slope")
    arguments.add_argument("--calls", type=int, default=400, help="cold decisions on each server")
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/bench"))
    arguments.add_argument("--data", type=pathlib.Path, help="a data directory with the many users to keep, filled when it is new")
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    options.calls = min(options.calls, len(programs(options.few)), len(programs(options.users)))
    with tempfile.TemporaryDirectory(prefix="latchkey-memory-") as folder:
        folder = pathlib.Path(folder)
        small, large, middle = folder / "few", folder / "many", folder / "memory"
        crowd = max(2, options.proven * 4 // 3 + 50)
        middle_password, _ = filled(middle, crowd)
        small_password, _ = filled(small, options.few)
        large_password, took = filled(large, options.users, options.data)
        started, idle = starts(large)
        seen = {"filling_s": took, "memory": remembered(middle, middle_password, crowd, options.proven), "starts_ms": started, "idle_many_mib": idle,
                "cold": cold((small, small_password, options.few), (large, large_password, options.users), options.calls)}
    text = table(seen, options)
    (options.out / "memory.md").write_text(text)
    (options.out / "memory.json").write_text(json.dumps(seen, indent=2))
    print("\n" + text)


if __name__ == "__main__":
    main()
