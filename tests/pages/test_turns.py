"""Two scripts at a time, and none waits for one that waits."""

import threading
import time

import pytest

from pages.shared.turns import AT_ONCE, aside, in_turn


def together(count: int, wait: bool) -> int:
    """So many threads at once: the most of them that were at work at the same time."""
    here, most, lock = 0, 0, threading.Lock()

    def script() -> None:
        nonlocal here, most
        with in_turn():
            if wait:
                with aside():
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


def test_so_many_run_at_once() -> None:
    assert together(8, wait=False) == AT_ONCE


def test_who_waits_holds_up_nobody() -> None:
    assert together(8, wait=True) > AT_ONCE


def failing(wait: bool) -> None:
    with in_turn():
        if wait:
            with aside():
                raise KeyError
        raise KeyError


@pytest.mark.parametrize("wait", [False, True])
def test_a_script_that_fails_gives_its_turn_back(wait: bool) -> None:
    for _ in range(3 * AT_ONCE):
        with pytest.raises(KeyError):
            failing(wait)
    assert together(8, wait=False) == AT_ONCE


def test_outside_of_a_turn_nothing_is_given_back() -> None:
    with aside():
        pass
    assert together(8, wait=False) == AT_ONCE
