"""The session's side of the commit protocol; the browser's is tested in tests/stage/sync.test.js."""

from typing import Any

import pytest

from pages.session.sync import Commit, Sync

RACE, VIEW = {"landscape": "beale"}, {"rule": "own"}


def commit(sync: Sync, number: int = 1, **more: Any) -> dict[str, Any]:
    """A commit of a stage that knows the latest revision."""
    stamp = {"session": sync.token, "revision": sync.revision, "commit": number, "edited": False}
    return {**stamp, "race": RACE, "view": VIEW, **more}


def open_session() -> Sync:
    """A session that has opened a race."""
    sync = Sync()
    sync.change()
    sync.replace()
    return sync


def test_every_session_has_a_token_of_its_own() -> None:
    assert len({Sync().token for _ in range(10)}) == 10


def test_a_commit_is_acknowledged_and_shown_already() -> None:
    sync = open_session()
    received = sync.receive(commit(sync))
    assert received == Commit(RACE, VIEW, edited=False, current=True)
    sync.apply(received, as_sent=True)
    assert sync.stamp() == {"session": sync.token, "revision": 1, "acknowledged": 1}


def test_a_commit_that_was_not_applied_as_sent_is_a_new_revision() -> None:
    sync = open_session()
    received = sync.receive(commit(sync))
    assert received
    sync.apply(received, as_sent=False)
    assert sync.revision == 2


def test_a_commit_that_comes_twice_changes_nothing_more() -> None:
    sync = open_session()
    for _ in range(2):
        received = sync.receive(commit(sync))
        assert received
        sync.apply(received, as_sent=True)
    assert (sync.revision, sync.acknowledged) == (1, 1)


def test_a_late_commit_is_applied_and_the_stage_shows_the_result() -> None:
    sync = open_session()
    late = commit(sync)
    sync.change()
    received = sync.receive(late)
    assert received
    assert not received.current
    sync.apply(received, as_sent=True)
    assert (sync.revision, sync.acknowledged) == (3, 1)


def test_a_commit_about_a_replaced_race_is_acknowledged_but_not_applied() -> None:
    sync = open_session()
    late = commit(sync)
    sync.change()
    sync.replace()
    assert sync.receive(late) is None
    assert (sync.revision, sync.acknowledged) == (2, 1)


def test_a_commit_of_a_stage_that_outlived_its_server_is_applied() -> None:
    old, new = open_session(), open_session()
    for _ in range(5):
        old.change()
    received = new.receive(commit(old, number=7))
    assert received
    assert not received.current
    new.apply(received, as_sent=True)
    assert new.stamp() == {"session": new.token, "revision": 2, "acknowledged": 7}


@pytest.mark.parametrize("foreign", [None, "x", 1.5, [], {}, True, "yes"])
def test_a_browser_may_send_anything(foreign: Any) -> None:
    sync = open_session()
    assert sync.receive({}) is None
    received = sync.receive(commit(sync, edited=foreign))
    assert received
    assert received.edited is (foreign is True)
    for name in ("session", "revision"):
        received = sync.receive(commit(sync, **{name: foreign}))
        assert received is None or not received.current or foreign is True
    for name in ("race", "view"):
        assert sync.receive(commit(sync, **{name: foreign})) is None or foreign == {}


def test_an_invalid_number_acknowledges_nothing() -> None:
    sync = open_session()
    sync.receive(commit(sync, number=3))
    for number in (None, "4", 4.0, [4]):
        sync.receive(commit(sync) | {"commit": number})
    assert sync.acknowledged == 3
