"""The process that answers quick races."""

import asyncio
import json
import logging
from collections.abc import Coroutine
from typing import Any

import pytest

from pages.stage import server
from pages.stage.answer import answer, asked, parsed
from pages.stage.worker import Worker

TEXTS = [json.dumps({"id": i, "race": {"steps": i, "landscape": "beale"}}).encode() for i in range(60)] + [
    b"",
    b"{",
    b"\xff",
]


def sync(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 120))


def told(text: bytes) -> bytes:
    plain = parsed(text)
    return answer(plain, asked(plain))


def test_it_answers_as_the_server_does_and_everybody_gets_the_own_answer() -> None:
    async def ask() -> list[bytes]:
        worker = Worker()
        assert not worker.ready
        await worker.start()
        assert worker.ready
        hurried = asyncio.create_task(worker.answer(TEXTS[0]))
        await asyncio.sleep(0)
        hurried.cancel()  # somebody leaves before the answer is there
        answers = await asyncio.gather(*map(worker.answer, TEXTS))
        await worker.stop()
        await worker.stop()
        return answers

    assert sync(ask()) == [told(text) for text in TEXTS]


def test_whoever_waits_when_it_ends_is_told() -> None:
    async def ask() -> tuple[Any, bool]:
        worker = Worker()
        await worker.start()
        waiting = asyncio.create_task(worker.answer(TEXTS[5]))
        await worker.stop()
        (one,) = await asyncio.gather(waiting, return_exceptions=True)
        return one, worker.ready

    one, ready = sync(ask())
    assert isinstance(one, (bytes, ConnectionError))
    assert not ready


def test_one_that_does_not_start_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "true")
    with pytest.raises(ConnectionError, match="ended"):
        sync(Worker().start())


def test_the_server_answers_itself_where_the_worker_has_ended(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class Ended:
        ready = True

        async def answer(self, text: bytes) -> bytes:
            raise ConnectionError

    async def ask() -> bytes | None:
        return await server._told(TEXTS[7], asyncio.get_running_loop().create_future())

    monkeypatch.setattr(server, "_worker", Ended())
    with caplog.at_level(logging.WARNING):
        assert sync(ask()) == told(TEXTS[7])
    assert "worker has ended" in caplog.text
