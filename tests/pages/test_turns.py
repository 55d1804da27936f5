"""One script at a time, none waits for one that waits, and all of them give way to races."""

import threading
import time

import pytest

from pages.session import script_lock as turns
from pages.session.script_lock import PAUSE_RATIO, active_request, released, script_lock


def most_at_once(count: int, wait: bool) -> int:
    """So many threads at once: the most of them that were at work at the same time."""
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


def test_one_runs_at_a_time() -> None:
    assert most_at_once(8, wait=False) == 1


def test_who_waits_holds_up_nobody() -> None:
    assert most_at_once(8, wait=True) > 1


def failing(wait: bool) -> None:
    with script_lock():
        if wait:
            with released():
                raise KeyError
        raise KeyError


@pytest.mark.parametrize("wait", [False, True])
def test_a_script_that_fails_gives_its_turn_back(wait: bool) -> None:
    for _ in range(3):
        with pytest.raises(KeyError):
            failing(wait)
    assert most_at_once(8, wait=False) == 1


def test_outside_of_a_turn_nothing_is_given_back() -> None:
    with released():
        pass
    assert most_at_once(8, wait=False) == 1


def worked(seconds: float) -> None:
    begin = time.thread_time()
    while time.thread_time() - begin < seconds:
        pass


def test_the_next_script_leaves_races_time_after_the_last_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(turns.time, "sleep", pauses.append)
    for _ in range(2):
        with script_lock():
            worked(0.05)
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
