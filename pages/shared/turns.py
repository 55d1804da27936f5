"""Whose script runs: two at a time.

Only one thread of a process runs Python at a time. Fifty scripts at once are done no sooner than one after the other,
and between their fifty threads the event loop, on which everybody's races pass, hardly gets to run.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 2

_turns = threading.Semaphore(AT_ONCE)
_mine = threading.local()


@contextmanager
def in_turn() -> Iterator[None]:
    """Runs a script when it is its turn."""
    with _turns:
        _mine.held = True
        try:
            yield
        finally:
            _mine.held = False


@contextmanager
def aside() -> Iterator[None]:
    """While a script waits for what is done elsewhere, the turn is another's."""
    if not getattr(_mine, "held", False):  # a callback, or a fragment alone: it runs at once
        yield
        return
    _turns.release()
    try:
        yield
    finally:
        _turns.acquire()
