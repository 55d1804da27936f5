"""The process that answers quick races."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import Coroutine
from typing import Any

import pytest

from pages.server import race_socket
from pages.server.answer import respond
from pages.server.request import Request, invalid_request, parse_request
from pages.server.worker import Worker, _enlarge_send_buffer

TEXTS = [json.dumps({"id": i, "race": {"steps": i, "landscape": "beale"}}).encode() for i in range(60)] + [
    b"",
    b"{",
    b"\xff",
]


SLOW = json.dumps({"id": 1, "race": {"steps": 9}, "surface": {"columns": 9}}).encode()
DEEP = b'{"surface": ' + b"[" * 1000 + b"]" * 1000 + b"}"


def sync(work: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asyncio.wait_for(work, 120))


def direct_answer(text: bytes) -> bytes:
    return respond(parse_request(text))


@pytest.mark.slow
def test_it_answers_as_the_server_does_and_everybody_gets_their_own_answer() -> None:
    async def ask() -> list[bytes | Request]:
        worker = Worker()
        assert not worker.ready
        await worker.start()
        assert worker.ready
        hurried = asyncio.create_task(worker.answer(TEXTS[0]))
        await asyncio.sleep(0)
        hurried.cancel()  # one client leaves before its answer arrives
        answers = await asyncio.gather(*map(worker.answer, TEXTS))
        await worker.stop()
        await worker.stop()
        return answers

    assert sync(ask()) == [direct_answer(text) for text in TEXTS]


def test_slow_requests_are_handed_back() -> None:
    async def ask() -> list[bytes | Request]:
        worker = Worker()
        await worker.start()
        answers = await asyncio.gather(*map(worker.answer, (SLOW, DEEP)))
        await worker.stop()
        return answers

    slow, deep = sync(ask())
    assert slow == parse_request(SLOW)
    assert deep == invalid_request()


def test_its_answers_may_wait() -> None:
    near, far = socket.socketpair()
    with near, far:
        before = near.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
        _enlarge_send_buffer(near.fileno())
        assert near.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) > before
        near.sendall(b"it is open still")
        assert far.recv(100) == b"it is open still"
    source, out = os.pipe()
    _enlarge_send_buffer(out)
    os.write(out, b"here too")
    assert os.read(source, 100) == b"here too"
    os.close(source)
    os.close(out)


@pytest.mark.slow
def test_pending_requests_fail_when_it_ends() -> None:
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


def test_a_worker_that_does_not_start_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "true")
    with pytest.raises(ConnectionError, match="ended"):
        sync(Worker().start())


def test_the_server_answers_itself_where_the_worker_has_ended(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    class EndedWorker:
        ready = True

        async def answer(self, text: bytes) -> bytes:
            raise ConnectionError

    class Socket:
        def __init__(self) -> None:
            self.headers: dict[str, str] = {}
            self.incoming = [{"type": "websocket.receive", "bytes": TEXTS[7]}, {"type": "websocket.disconnect"}]
            self.sent: list[bytes] = []

        async def accept(self) -> None:
            pass

        async def receive(self) -> dict[str, Any]:
            while len(self.incoming) == 1 and not self.sent:
                await asyncio.sleep(0.01)  # leaves after its answer
            return self.incoming.pop(0)

        async def send_bytes(self, data: bytes) -> None:
            self.sent.append(data)

    one: Any = Socket()
    monkeypatch.setattr(race_socket, "worker", EndedWorker())
    with caplog.at_level(logging.WARNING):
        sync(race_socket.race_socket(one))
    assert one.sent == [direct_answer(TEXTS[7])]
    assert "worker has ended" in caplog.text
