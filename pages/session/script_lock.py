"""Whose script runs: one at a time, and where races wait, they come in between.

Only one thread of a process runs Python at a time. Fifty scripts at once are done no sooner than one after the other,
and beside them the event loop, on which everybody's races pass, hardly gets to run. So while there are races under way
the next script leaves it a share of the time that the last one took.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

REST = 0.5  # times what a script took: races are quicker, and a page opens later

_turn = threading.Lock()
_mine = threading.local()


class _Now:
    races = 0  # under way
    rested = 0.0  # when the loop has had its time


@contextmanager
def active_request() -> Iterator[None]:
    """While a race is under way. Only the event loop says so."""
    _Now.races += 1
    try:
        yield
    finally:
        _Now.races -= 1


@contextmanager
def script_lock() -> Iterator[None]:
    """Runs a script when it is its turn."""
    _take()
    _mine.held = True
    try:
        yield
    finally:
        _mine.held = False
        _give()


@contextmanager
def released() -> Iterator[None]:
    """While a script waits for what is done elsewhere, the turn is another's."""
    if not getattr(_mine, "held", False):  # a callback, or a fragment alone: it runs at once
        yield
        return
    _give()
    try:
        yield
    finally:
        _take()


def _take() -> None:
    _turn.acquire()
    if _Now.races:
        time.sleep(max(0.0, _Now.rested - time.monotonic()))
    _mine.begun = time.thread_time()


def _give() -> None:
    _Now.rested = time.monotonic() + REST * (time.thread_time() - _mine.begun)
    _turn.release()
