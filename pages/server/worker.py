"""A separate process that answers quick races.

Only one thread of a process runs Python at a time. If these races were answered in the process of the page scripts,
fifty people who open a page would delay two hundred who drag. Texts are sent to it and answers come back in the same
order, each preceded by its length (uint32, little endian); the first answer is empty and signals that it is ready. It
parses every message, and returns the parsed request if the answer is slow: no message is parsed twice.
"""

import asyncio
import gc
import os
import pickle
import socket
import struct
import sys
from asyncio.subprocess import PIPE
from collections import deque
from contextlib import suppress
from pathlib import Path

from optimizers import kernels
from pages.server.answer import respond
from pages.server.request import Request, parse_request

ROOT = Path(__file__).resolve().parents[2]
LENGTH = struct.Struct("<I")
SLOW_PREFIX = LENGTH.pack(0)  # precedes a request; no answer starts like this, because its header is never empty
BUFFER_SIZE = 1 << 22  # bytes of answers that may wait to be read


class Worker:
    """The worker process, for the server's event loop."""

    def __init__(self) -> None:
        self._outbox: list[bytes] = []  # sent together in the next iteration of the event loop
        self._pending: deque[asyncio.Future[bytes]] = deque()
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether the process runs and accepts messages."""
        return self._reader is not None and not self._reader.done()

    async def start(self) -> None:
        """Start the process, and wait until it is ready.

        Raises:
            ConnectionError: It has ended before.
        """
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from pages.server.worker import main; main()"),
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
            limit=BUFFER_SIZE,
            start_new_session=True,  # the worker must not receive signals of the terminal, such as Ctrl+C
        )
        try:
            await self._next()
        except ConnectionError:
            await self.stop()
            raise
        self._reader = asyncio.create_task(self._read())

    async def answer(self, text: bytes) -> bytes | Request:
        """The answer to a message, or its parsed request if the answer is slow.

        Raises:
            ConnectionError: The process has ended.
        """
        loop = asyncio.get_running_loop()
        if not self._outbox:
            loop.call_soon(self._send)
        self._outbox += LENGTH.pack(len(text)), text
        self._pending.append(loop.create_future())
        response = await self._pending[-1]
        if not response.startswith(SLOW_PREFIX):
            return response
        request: Request = pickle.loads(response[len(SLOW_PREFIX) :])
        return request

    async def stop(self) -> None:
        """End the process, if it has been started."""
        if self._process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                self._process.kill()  # it has no state to save
            await self._process.wait()

    def _send(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join(self._outbox))
        self._outbox.clear()

    async def _next(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            (size,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            return await self._process.stdout.readexactly(size)
        except asyncio.IncompleteReadError:
            raise ConnectionError("the worker has ended") from None

    async def _read(self) -> None:
        """Distribute the answers until there are no more."""
        try:
            while True:
                response, one = await self._next(), self._pending.popleft()
                if not one.done():  # cancelled, if the socket has been closed meanwhile
                    one.set_result(response)
        except ConnectionError as error:
            for one in self._pending:
                if not one.done():
                    one.set_exception(error)


def _enlarge_send_buffer(out: int) -> None:
    """Enlarge the send buffer: the default holds four answers, then writes block."""
    with suppress(OSError), socket.socket(fileno=os.dup(out)) as pipe:  # on some systems it is a pipe
        pipe.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER_SIZE)


def handle(text: bytes) -> bytes:
    """The answer to a message, or its parsed request if the answer is slow."""
    request = parse_request(text)
    return respond(request) if request.is_quick else SLOW_PREFIX + request.pack()


def main() -> None:
    """Answer messages until the input ends."""
    kernels.load()
    gc.freeze()
    _enlarge_send_buffer(sys.stdout.fileno())
    source, out, response = sys.stdin.buffer, sys.stdout.buffer, b""
    while True:
        out.write(LENGTH.pack(len(response)) + response)
        out.flush()
        header = source.read(LENGTH.size)
        if len(header) < LENGTH.size:
            return
        response = handle(source.read(*LENGTH.unpack(header)))
