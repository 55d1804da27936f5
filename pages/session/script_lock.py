"""The script lock: scripts run one at a time, with pauses for the event loop while races are being answered.

Only one thread of a process runs Python at a time. Fifty concurrent scripts finish no sooner than fifty consecutive
ones, and meanwhile the event loop, which serves everybody's races, hardly runs. So while requests are active, the next
script waits for a fraction of the time that the previous one took.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PAUSE_RATIO = 0.5  # pause after a script, relative to its duration: races are answered sooner, pages open later

_lock = threading.Lock()
_thread = threading.local()


class _State:
    active_requests = 0  # number of active requests
    pause_end = 0.0  # end of the current pause


@contextmanager
def active_request() -> Iterator[None]:
    """Mark a request as active. Only the event loop calls this."""
    _State.active_requests += 1
    try:
        yield
    finally:
        _State.active_requests -= 1


@contextmanager
def script_lock() -> Iterator[None]:
    """Run a script while holding the lock."""
    _acquire()
    _thread.holds_lock = True
    try:
        yield
    finally:
        _thread.holds_lock = False
        _release()


@contextmanager
def released() -> Iterator[None]:
    """Release the script lock while waiting for work done elsewhere."""
    if not getattr(_thread, "holds_lock", False):  # callbacks and lone fragments run without the lock
        yield
        return
    _release()
    try:
        yield
    finally:
        _acquire()


def _acquire() -> None:
    _lock.acquire()
    if _State.active_requests:
        time.sleep(max(0.0, _State.pause_end - time.monotonic()))
    _thread.started_at = time.thread_time()


def _release() -> None:
    _State.pause_end = time.monotonic() + PAUSE_RATIO * (time.thread_time() - _thread.started_at)
    _lock.release()
