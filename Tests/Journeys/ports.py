"""Ports for programs that cannot choose their own: below those that the system hands out to everybody, and other ones in each process."""

import itertools
import os
import socket

WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_numbers = itertools.count(20_000 + 6_000 * (WORKER % 2) + os.getpid() % 4_000)


def free_port():
    """A port that nobody listens on and nobody is given again."""
    for number in _numbers:
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", number))
            except OSError:
                continue
            return number
