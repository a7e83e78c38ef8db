"""The catalogue of attacks: what each number means, and that a test is named after it (`test_t1_…`, or `T11 …` in Swift)."""

import collections
import pathlib
import re

ATTACKS = {
    1: "faults of credentials: one answer", 2: "spellings of the scheme", 3: "two Authorization fields", 5: "names and passwords that are nearly right",
    7: "framings that servers read differently, also behind proxies", 8: "HTTP/2: conformance frame by frame, floods, resets, header bombs",
    9: "no host, two hosts, no method", 10: "too many, too long, too deep", 11: "parsers, whatever they are given; packed bodies",
    12: "passwords over plain HTTP", 13: "TLS: versions, suites, renegotiation, certificates", 14: "standings told apart by time",
    15: "standings told apart by what many at once cost", 16: "standings told apart by answers and letters", 17: "a hundred failures over crashes and processes",
    18: "a locked name at every door", 19: "short secrets guessed at", 20: "spellings of a name", 21: "spraying, and addresses that are made up",
    22: "the old password around its change", 23: "what was taken away, on connections that are open", 24: "changes by other processes",
    25: "names and passwords that only together are another's", 26: "long names and passwords", 27: "one credential at other accounts, roles and doors",
    28: "hashes planted in the database", 29: "everybody's first use at once", 31: "another proxy's headers", 32: "trusting nobody by default",
    33: "paths that servers read differently", 34: "rules and what only looks like their paths", 35: "forged identities", 36: "Connection takes headers away",
    37: "spellings of a host", 38: "what cannot be parsed, and files that cannot be read", 39: "health checkers and pre-flights",
    40: "what the upstream sees", 41: "upstreams and clients that misbehave", 42: "whose answer is whose", 58: "sessions after a change of password",
    59: "forms from elsewhere", 88: "faults of the configuration", 100: "slow clients",
}


def named():
    """number → files with a test of that name"""
    found, tests = collections.defaultdict(set), pathlib.Path(__file__).resolve().parents[1]
    for file in [*tests.rglob("test_*.py"), *tests.rglob("*.swift")]:
        for line in file.read_text().splitlines():
            if name := re.match(r"def (test_\w+)", line) or re.search(r"func `([^`]+)`", line):
                for number in re.findall(r"(?:^test_|_|^)[tT](\d+)(?=[_: ]|$)", name[1]):
                    found[int(number)].add(file.name)
    return found


def test_every_attack_has_a_test_that_is_named_after_it():
    assert set(ATTACKS) - set(named()) == set()


def test_no_test_is_named_after_an_attack_that_the_catalogue_does_not_have():
    found = named()
    assert {number: found[number] for number in set(found) - set(ATTACKS)} == {}


def test_no_test_hides_another_of_the_same_name():
    """The second of two functions is the one that runs."""
    folder = pathlib.Path(__file__).resolve().parent
    names = {file.name: re.findall(r"^def (test_\w+)", file.read_text(), re.M) for file in folder.glob("test_*.py")}
    assert sum(len(found) for found in names.values()) > 100
    assert {file: [name for name in found if found.count(name) > 1] for file, found in names.items() if len(set(found)) < len(found)} == {}
