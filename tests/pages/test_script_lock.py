"""The script lock: one script at a time, released while waiting, with pauses while requests are active."""

import threading
import time

import pytest

from pages.session import script_lock as module
from pages.session.script_lock import PAUSE_RATIO, active_request, released, script_lock


def max_concurrency(count: int, wait: bool) -> int:
    """The maximum number of `count` threads that were working at the same time."""
    here, most, lock = 0, 0, threading.Lock()

    def script() -> None:
        nonlocal here, most
        with script_lock():
            if wait:
                with released():
                    work()
            else:
                work()

    def work() -> None:
        nonlocal here, most
        with lock:
            here += 1
            most = max(most, here)
        time.sleep(0.05)
        with lock:
            here -= 1

    threads = [threading.Thread(target=script) for _ in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(20)
    assert here == 0
    return most


def test_one_script_runs_at_a_time() -> None:
    assert max_concurrency(8, wait=False) == 1


def test_a_waiting_script_blocks_no_others() -> None:
    assert max_concurrency(8, wait=True) > 1


def fail(wait: bool) -> None:
    with script_lock():
        if wait:
            with released():
                raise KeyError
        raise KeyError


@pytest.mark.parametrize("wait", [False, True])
def test_a_failing_script_releases_the_lock(wait: bool) -> None:
    for _ in range(3):
        with pytest.raises(KeyError):
            fail(wait)
    assert max_concurrency(8, wait=False) == 1


def test_released_does_nothing_without_the_lock() -> None:
    with released():
        pass
    assert max_concurrency(8, wait=False) == 1


def use_cpu(seconds: float) -> None:
    begin = time.thread_time()
    while time.thread_time() - begin < seconds:
        pass


def test_the_next_script_pauses_while_requests_are_active(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(module.time, "sleep", pauses.append)
    for _ in range(2):
        with script_lock():
            use_cpu(0.05)
    assert pauses == []
    with active_request():
        with script_lock():
            pass
        with script_lock():
            pass
    first, second = pauses
    assert 0 < first <= 0.06 * PAUSE_RATIO
    assert second < 0.01 * PAUSE_RATIO
    with script_lock():
        pass
    assert len(pauses) == 2
