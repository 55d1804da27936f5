"""A process beside the server that answers quick races.

Only one thread of a process runs Python at a time. Were these races answered where the scripts of the pages run, fifty
people who open a page would hold up two hundred who drag. Texts go to it and answers come from it, each behind its
length (uint32, little endian), in the same order; the first answer is empty and says that it is ready. It parses every
message, and hands back the request of one whose answer would take long: no message is parsed twice.
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
TOO_LONG = LENGTH.pack(0)  # no answer begins so: its header is never empty
AHEAD = 1 << 22  # bytes of answers that may wait to be read


class Worker:
    """The process, as the server's event loop sees it."""

    def __init__(self) -> None:
        self._texts: list[bytes] = []  # that leave together when the loop has heard everybody
        self._waiting: deque[asyncio.Future[bytes]] = deque()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None

    @property
    def ready(self) -> bool:
        """Whether it runs and can be asked."""
        return self._reading is not None and not self._reading.done()

    async def start(self) -> None:
        """Starts the process, and waits until it is ready.

        Raises:
            ConnectionError: it has ended before.
        """
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "from pages.server.worker import main; main()"),
            stdin=PIPE,
            stdout=PIPE,
            cwd=ROOT,
            limit=AHEAD,
            start_new_session=True,  # what a terminal says to the server is not said to it
        )
        try:
            await self._next()
        except ConnectionError:
            await self.stop()
            raise
        self._reading = asyncio.create_task(self._read())

    async def answer(self, text: bytes) -> bytes | Request:
        """The answer to a message, or its parsed request where the answer would take long.

        Raises:
            ConnectionError: the process has ended.
        """
        loop = asyncio.get_running_loop()
        if not self._texts:
            loop.call_soon(self._send)
        self._texts += LENGTH.pack(len(text)), text
        self._waiting.append(loop.create_future())
        response = await self._waiting[-1]
        if not response.startswith(TOO_LONG):
            return response
        request: Request = pickle.loads(response[len(TOO_LONG) :])
        return request

    async def stop(self) -> None:
        """Ends the process, if it has been started."""
        if self._process is not None:
            with suppress(ProcessLookupError):  # it has ended by itself
                self._process.kill()  # it has nothing to lose
            await self._process.wait()

    def _send(self) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(b"".join(self._texts))
        self._texts.clear()

    async def _next(self) -> bytes:
        assert self._process is not None
        assert self._process.stdout is not None
        try:
            (size,) = LENGTH.unpack(await self._process.stdout.readexactly(LENGTH.size))
            return await self._process.stdout.readexactly(size)
        except asyncio.IncompleteReadError:
            raise ConnectionError("the worker has ended") from None

    async def _read(self) -> None:
        """Hands out the answers, until there are no more."""
        try:
            while True:
                told, one = await self._next(), self._waiting.popleft()
                if not one.done():  # the socket may have been closed meanwhile
                    one.set_result(told)
        except ConnectionError as error:
            for one in self._waiting:
                if not one.done():
                    one.set_exception(error)


def _widen(out: int) -> None:
    """Lets answers wait until the server's loop comes to read them; what is usual holds four of them, and stops us."""
    with suppress(OSError), socket.socket(fileno=os.dup(out)) as way:  # some systems have a pipe there
        way.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, AHEAD)


def handle(text: bytes) -> bytes:
    """The answer to a message, or its parsed request where the answer would take long."""
    request = parse_request(text)
    return respond(request) if request.is_quick else TOO_LONG + request.pack()


def main() -> None:
    """Answers what comes in, until nothing can come any more."""
    kernels.load()
    gc.freeze()
    _widen(sys.stdout.fileno())
    source, out, response = sys.stdin.buffer, sys.stdout.buffer, b""
    while True:
        out.write(LENGTH.pack(len(response)) + response)
        out.flush()
        head = source.read(LENGTH.size)
        if len(head) < LENGTH.size:
            return
        response = handle(source.read(*LENGTH.unpack(head)))
