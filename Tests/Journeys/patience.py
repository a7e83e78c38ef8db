"""Waiting for what must become true by itself within the time promised."""

import time


def until(condition, what, seconds=20.0, pause=0.02):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} (waited {seconds} s)"
        time.sleep(pause)
