"""The race socket: a message comes in, bytes go out."""

import asyncio
import logging
import os
import threading
from concurrent.futures import CancelledError, ThreadPoolExecutor

import streamlit as st
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages.server.answer import respond
from pages.server.request import Request, parse_request
from pages.server.worker import Worker
from pages.session.script_lock import active_request

# One pool for everything that is computed outside a script run; kernels release the GIL.
POOL = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="race")

worker = Worker()
logger = logging.getLogger(__name__)


def is_allowed(origin: str | None, host: str | None) -> bool:
    """Whether a page from this origin may open a race socket: the app's own origin, or one that is configured."""
    if origin is None or origin in (f"http://{host}", f"https://{host}"):
        return True
    return origin in st.get_option("server.corsAllowedOrigins") or not st.get_option("server.enableCORS")


async def race_socket(socket: WebSocket) -> None:
    """Answer one race after the other. It keeps no state between them, so any replica can answer."""
    if not is_allowed(socket.headers.get("origin"), socket.headers.get("host")):
        await socket.close(code=1008)
        return
    await socket.accept()
    inbox = Inbox(socket)
    try:
        message: str | bytes | Request = await inbox.take()
        while True:
            with active_request():
                response, next_request = await _respond(message, inbox)
            if response is not None:
                await socket.send_bytes(response)
            message = next_request or await inbox.take()
    except WebSocketDisconnect:
        return
    finally:
        inbox.close()


class Inbox:
    """The messages of a socket; the next one can be awaited while another is being answered."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._next: asyncio.Future[str | bytes] | None = None

    @property
    def next(self) -> asyncio.Future[str | bytes]:
        """The next message. Raises WebSocketDisconnect if there are no more."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        return self._next

    async def take(self) -> str | bytes:
        """Return the next message, and advance."""
        try:
            return await self.next
        finally:
            self._next = None

    def close(self) -> None:
        """Stop waiting."""
        if self._next is not None:
            self._next.cancel()

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        return message.get("text") or message.get("bytes") or b""


async def _respond(message: str | bytes | Request, inbox: Inbox) -> tuple[bytes | None, Request | None]:
    """The answer to a message, or None if the next one cancels it; and the next one, if it has arrived meanwhile."""
    request = message if isinstance(message, Request) else await _ask_worker(message)
    if isinstance(request, bytes):
        return request, None
    return await _compute(request, inbox)


async def _ask_worker(text: str | bytes) -> bytes | Request:
    """The answer of the worker; the parsed request if there is no worker or the answer is slow."""
    if worker.ready:
        try:
            return await worker.answer(text.encode(errors="replace") if isinstance(text, str) else text)
        except ConnectionError:
            logger.warning("the worker has ended; races are answered in the server from now on")
    return await asyncio.get_running_loop().run_in_executor(POOL, parse_request, text)


async def _compute(request: Request, inbox: Inbox) -> tuple[bytes | None, Request | None]:
    """Compute a slow answer in a thread; return it and the message that has arrived meanwhile.

    The answer is None if that message cancels it.

    Raises:
        WebSocketDisconnect: The client has disconnected.
    """
    cancelled, loop = threading.Event(), asyncio.get_running_loop()
    computing = loop.run_in_executor(POOL, _answer, request, cancelled)
    await asyncio.wait((computing, inbox.next), return_when=asyncio.FIRST_COMPLETED)
    next_request = None
    if inbox.next.done():
        try:
            next_request = await loop.run_in_executor(POOL, parse_request, await inbox.take())
        except WebSocketDisconnect:
            cancelled.set()
            raise
        if next_request.replaces:
            cancelled.set()
    return await computing, next_request


def _answer(request: Request, cancelled: threading.Event) -> bytes | None:
    try:
        return respond(request, cancelled.is_set)
    except CancelledError:
        return None
