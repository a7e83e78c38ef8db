"""Storms, on the real binary: what one credential costs however many wait for it, what first uses cost those who are known already,
and what strangers who guess at a password do to its owner.

Figures are ratios within this run. What must hold in any run (one hash, only 200s for the owner, 503 with Retry-After and never 401 for
right passwords) ends the run with status 1 when it does not.
"""

import argparse
import asyncio
import contextlib
import json
import multiprocessing
import os
import pathlib
import re
import socket
import statistics
import tempfile
import time
import urllib.request

from peers import ORDERS, basic
from processes import latchkey

FAILED = []


def must(holds, what):
    print(("  ok    " if holds else "  FAILED ") + what, flush=True)
    if not holds:
        FAILED.append(what)


class Caller:
    """One kept connection to the forward-auth listener, as a proxy holds it."""

    def __init__(self, port, source="127.0.0.1"):
        self.port, self.source, self.reader, self.writer = port, source, None, None
        self.opened, self.answers, self.last = 0.0, 0, 0.0

    async def ask(self, user, password, address):
        """(status, header text, seconds); status 0 when the connection ended without an answer, which is a fault in any run"""
        begun = time.perf_counter()
        try:
            return await self.answered(user, password, address)
        except (asyncio.IncompleteReadError, ConnectionError) as fault:
            now = time.perf_counter()
            must(False, f"a connection ended without an answer ({type(fault).__name__}; opened {now - self.opened:.2f} s ago, "
                        f"asked {now - begun:.3f} s ago, {self.answers} answers before, the last {now - self.last:.2f} s ago)")
            self.close()
            self.writer = None
            return 0, "", now - begun

    async def answered(self, user, password, address):
        if self.writer is None:
            self.opened = self.last = time.perf_counter()
            self.answers = 0
            self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(self.source, 0))
        begun = time.perf_counter()
        self.writer.write(
            (f"GET /gate/nginx HTTP/1.1\r\nHost: gate\r\nAuthorization: {basic(user, password)}\r\nX-Original-Method: GET\r\n"
             f"X-Original-URI: {ORDERS}\r\nX-Real-IP: {address}\r\n\r\n").encode())
        head = (await self.reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        length = re.search(r"content-length: (\d+)", head, re.I)
        if length and int(length[1]):
            await self.reader.readexactly(int(length[1]))
        self.answers, self.last = self.answers + 1, time.perf_counter()
        return int(head[9:12]), head, time.perf_counter() - begun

    def close(self):
        if self.writer:
            self.writer.close()


def shown_status(code, head):
    """nginx is told 401 or 403 only; what its client is to see stands beside."""
    shown = re.search(r"latchkey-status: (\d+)", head, re.I)
    return int(shown[1]) if shown else code


def metric(gate, name, **labels):
    """The sum of the samples of a metric that carry these labels."""
    text = urllib.request.urlopen(f"{gate}/metrics", timeout=10).read().decode()
    total = 0.0
    for line in text.splitlines():
        found = re.fullmatch(rf"{name}(?:\{{(.*)\}})? ([0-9.eE+-]+)", line)
        if found and all(f'{key}="{value}"' in (found[1] or "") for key, value in labels.items()):
            total += float(found[2])
    return total


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] * 1000


async def one_credential(port, gate, password, count):
    """As many first uses of one credential at once as there are callers."""
    before = metric(gate, "latchkey_hash_seconds_count")
    callers = [Caller(port) for _ in range(count)]
    answers = await asyncio.gather(*(caller.ask("load-0000001", password, f"203.0.{n // 250}.{n % 250 + 1}") for n, caller in enumerate(callers)))
    for caller in callers:
        caller.close()
    hashes = metric(gate, "latchkey_hash_seconds_count") - before
    must(all(code == 200 for code, _, _ in answers), f"{count} concurrent first uses of one credential: all 200")
    must(hashes == 1, f"{count} concurrent first uses of one credential cost one hash (cost {hashes:.0f})")


async def steady(port, user, password, address, seconds, rate, into):
    """A client that calls `rate` times a second on one connection."""
    caller, until, number = Caller(port), time.perf_counter() + seconds, 0
    begun = time.perf_counter()
    while time.perf_counter() < until:
        into.append(await caller.ask(user, password, address))
        number += 1
        await asyncio.sleep(max(0, begun + number / rate - time.perf_counter()))
    caller.close()


@contextlib.contextmanager
def ahead():
    """
    This program goes before everything else on the machine, so that what it measures is the server's time and not its own waiting. A
    server's hashing threads give way to that server's other threads only: the kernel shares processors among sessions and services first.
    Yields whether the system allows it.
    """
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        yield False
        return
    try:
        yield True
    finally:
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))


async def newcomers(port, password, first, rate, seconds):
    """`rate` connections a second that ask once. First uses of users from `first` on, or of somebody known where that is None."""
    seen = []

    async def newcomer(number):
        await asyncio.sleep(number / rate)
        caller, user, address = Caller(port), "load-0000001", "203.0.113.1"
        if first is not None:
            # Every fifth is of another kind and has no password.
            serial = next(n for n in range(first + number * 5 // 4, first + number * 5 // 4 + 6) if n % 5)
            user, address = f"load-{serial:07}", f"198.51.{number // 250 % 250}.{number % 250 + 1}"
        seen.append(await caller.ask(user, password, address))
        caller.close()

    await asyncio.gather(*(newcomer(number) for number in range(rate * seconds)))
    return seen


def newcomers_apart(out, *arguments):
    """In a process of its own: whoever is measured beside them must not wait for their Python."""
    out.put((asyncio.run(newcomers(*arguments)), FAILED))


def cold_storm(port, password, first, rate, seconds):
    """
    Warm traffic alone; beside as many new connections of somebody known; and beside as many first uses. What the first uses do to the warm
    is the difference between the last two: the second is what connections and this program itself cost on the same processors.
    """
    async def warm(length, each, callers, into):
        await asyncio.gather(*(steady(port, "load-0000001", password, "203.0.113.1", length, each, into) for _ in range(callers)))

    def beside(serial):
        into, out = [], multiprocessing.Queue()
        process = multiprocessing.Process(target=newcomers_apart, args=(out, port, password, serial, rate, seconds), daemon=True)
        process.start()
        asyncio.run(warm(seconds, 100, 4, into))
        seen, failed = out.get(timeout=60)
        FAILED.extend(failed)
        process.join()
        return into, seen

    quiet = []
    asyncio.run(warm(1, 50, 1, []))
    asyncio.run(warm(seconds, 100, 4, quiet))
    known, _ = beside(None)
    busy, cold = beside(first)
    shown = [shown_status(code, head) for code, head, _ in cold]
    must(all(code == 200 for code, _, _ in busy), "warm clients saw only 200 during the storm")
    must(set(shown) <= {200, 503}, f"new credentials got 200 or 503, never 401 ({ {code: shown.count(code) for code in sorted(set(shown))} })")
    must(all("retry-after" in head.lower() for code, head, _ in cold if shown_status(code, head) == 503), "every 503 carries Retry-After")
    seen = {"answered": shown.count(200), "turned_away": shown.count(503)}
    for name, calls in (("quiet", quiet), ("known", known), ("storm", busy)):
        times = [t for _, _, t in calls]
        seen |= {f"{name}_p50_ms": percentile(times, 0.5), f"{name}_p99_ms": percentile(times, 0.99)}
    return seen


async def guessing(port, gate, password, guesses, addresses):
    """Wrong passwords for the owner's username from many addresses, beside the owner's ten calls a second."""
    owner, done = [], asyncio.Event()
    victim = "load-0000002"
    before = metric(gate, "latchkey_hash_seconds_count")

    async def calls():
        caller = Caller(port)
        while not done.is_set():
            owner.append(await caller.ask(victim, password, "203.0.113.200"))
            await asyncio.sleep(0.1)
        caller.close()

    outcomes = []

    async def stranger(number):
        caller = Caller(port)
        for attempt in range(guesses // addresses):
            code, head, _ = await caller.ask(victim, f"wrong-{number}-{attempt}-password", f"192.0.{2 + number // 250}.{number % 250 + 1}")
            outcomes.append(shown_status(code, head))
        caller.close()

    async def strangers():
        await asyncio.sleep(0.5)
        await asyncio.gather(*(stranger(number) for number in range(addresses)))
        done.set()

    await asyncio.gather(calls(), strangers())
    statuses = {code: sum(1 for c, _, _ in owner if c == code) for code in {c for c, _, _ in owner}}
    must(set(statuses) == {200}, f"the owner saw only 200s beside {guesses:,} wrong guesses from {addresses} addresses ({statuses})")
    must(200 not in outcomes, "no guess passed")
    hashes = metric(gate, "latchkey_hash_seconds_count") - before
    print(f"  note  {guesses:,} guesses cost {hashes:.0f} hashes; the strangers saw { {c: outcomes.count(c) for c in sorted(set(outcomes))} }")
    return {"guesses": guesses, "hashes": hashes, "owner_calls": len(owner), "owner_p99_ms": percentile([t for _, _, t in owner], 0.99)}


def watched(out, over, port, server):
    """Asks after the server's health ten times a second until it is over, from a process of its own: seconds each, and MiB at the most."""
    health, most = [], 0
    with ahead():
        while not over.wait(0.1):
            begun = time.perf_counter()
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: gate\r\nConnection: close\r\n\r\n")
                while connection.recv(4096):
                    pass
            health.append(time.perf_counter() - begun)
            most = max(most, server.resident())
    out.put((health, most))


async def after_a_restart(port, server, password, clients, guesses, seconds):
    """Every client's first use at once (T29): one call a second each until answered, beside wrong guesses from fifty addresses."""
    served, told, guessed = {}, [], []
    names = [f"load-{number:07}" for number in range(2 * clients) if number % 5 and number % 50 != 49][:clients]

    # What a call and a hash leave behind is there in every server; the hash's own memory goes a second after it.
    await steady(port, "load-0000001", password, "203.0.113.1", 1, 50, [])
    await asyncio.sleep(2)
    base, until = server.resident(), time.perf_counter() + seconds
    out, over = multiprocessing.Queue(), multiprocessing.Event()
    watcher = multiprocessing.Process(target=watched, args=(out, over, port, server), daemon=True)
    watcher.start()

    async def client(number):
        await asyncio.sleep(number % 1000 / 1000)
        caller, begun = Caller(port), time.perf_counter()
        while number not in served and time.perf_counter() < until:
            code, head, _ = await caller.ask(names[number], password, f"198.{18 + number // 62_500}.{number // 250 % 250}.{number % 250 + 1}")
            shown = shown_status(code, head)
            told.append((shown, "retry-after" in head.lower()))
            if shown == 200:
                served[number] = time.perf_counter() - begun
            else:
                await asyncio.sleep(1)
        caller.close()

    async def stranger(number):
        caller = Caller(port)
        while len(served) < clients and time.perf_counter() < until:
            code, head, _ = await caller.ask(names[number % len(names)], f"wrong-{number}-{len(guessed)}", f"192.0.2.{number + 1}")
            guessed.append(shown_status(code, head))
            await asyncio.sleep(50 / guesses)
        caller.close()

    await asyncio.gather(*(client(number) for number in range(clients)), *(stranger(number) for number in range(50)))
    over.set()
    health, most = out.get(timeout=60)
    watcher.join()
    codes = {code: sum(1 for shown, _ in told if shown == code) for code in {shown for shown, _ in told}}
    must(set(codes) <= {200, 503}, f"{clients:,} first uses after a restart got 200 or 503, never 401 ({codes})")
    must(all(again for shown, again in told if shown == 503), "every 503 carries Retry-After")
    must(len(served) == clients and max(served.values()) < 60, f"all were served within 60 s ({len(served):,}, the last after {max(served.values()):.1f} s)")
    must(200 not in guessed, f"no guess passed ({len(guessed):,}, { {code: guessed.count(code) for code in sorted(set(guessed))} })")
    allowed = max(os.cpu_count() - 1, 1) * 19 + 32
    must(most - base < allowed, f"memory grew by {most - base:.0f} MiB, less than 19 for each hashing thread and 32 ({allowed})")
    return {"clients": clients, "last_s": max(served.values()), "median_s": statistics.median(served.values()), "grown_mib": most - base,
            "health_p99_ms": percentile(health, 0.99), "told_503": codes.get(503, 0)}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--quick", action="store_true", help="a tenth of everything")
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/bench"))
    options = arguments.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    share = 10 if options.quick else 1
    with tempfile.TemporaryDirectory(prefix="latchkey-storm-") as folder:
        seconds = 10 // (2 if options.quick else 1)
        with latchkey(folder, flags=["--users", str(200 * seconds * 5 // 4 + 200)], core="0,1") as (facts, server):
            gate, port, password = facts["gate_url"], int(facts["gate_url"].rsplit(":", 1)[1]), facts["crowd"]["password"]
            seen = {}
            asyncio.run(one_credential(port, gate, password, 1000 // share))
            with ahead() as allowed:
                seen["cold storm"] = cold_storm(port, password, 100, 200, seconds) | {"load_goes_first": allowed}
            seen["guessing"] = asyncio.run(guessing(port, gate, password, 10_000 // share, 200 // share))
            seen["memory_mib"] = server.resident()
        with tempfile.TemporaryDirectory(prefix="latchkey-restart-") as other:
            clients = 2000 // share
            with latchkey(other, flags=["--users", str(clients * 5 // 4 + 400)], core="0,1") as (facts, server):
                port, password = int(facts["gate_url"].rsplit(":", 1)[1]), facts["crowd"]["password"]
                seen["restart"] = asyncio.run(after_a_restart(port, server, password, clients, 500, 120))
    storm = seen["cold storm"]
    rate = storm["storm_p99_ms"] / storm["quiet_p99_ms"]
    text = "\n".join([
        "### Storms", "", "| what | target | seen |", "| --- | --- | --- |",
        f"| warm p99 during 200 new credentials a second / quiet | ≤ 2 | {rate:.2f} ({storm['storm_p99_ms']:.2f} / {storm['quiet_p99_ms']:.2f} ms) |",
        f"| the same during 200 new connections a second of somebody known / quiet | | {storm['known_p99_ms'] / storm['quiet_p99_ms']:.2f} "
        f"({storm['known_p99_ms']:.2f} ms) |",
        *([] if storm["load_goes_first"] else ["| the load waits for processors like the server (not allowed to go first): its waiting is counted too | | |"]),
        f"| new credentials answered, turned away with 503 | bounded | {storm['answered']}, {storm['turned_away']} |",
        f"| owner's p99 beside the guessing, ms | | {seen['guessing']['owner_p99_ms']:.2f} |",
        f"| hashes spent on {seen['guessing']['guesses']:,} guesses | | {seen['guessing']['hashes']:.0f} |",
        f"| {seen['restart']['clients']:,} first uses at once: median, last, s | < 60 | {seen['restart']['median_s']:.1f}, {seen['restart']['last_s']:.1f} |",
        f"| the same: `/healthz` p99, ms; memory grown, MiB | < 10; < 32 and 19 for each thread | "
        f"{seen['restart']['health_p99_ms']:.1f}; {seen['restart']['grown_mib']:.0f} |",
        f"| resident memory after all, MiB | | {seen['memory_mib']:.0f} |", ""])
    (options.out / "storm.md").write_text(text)
    (options.out / "storm.json").write_text(json.dumps(seen, indent=2))
    print("\n" + text)
    if FAILED:
        raise SystemExit(f"{len(FAILED)} did not hold")


if __name__ == "__main__":
    main()
