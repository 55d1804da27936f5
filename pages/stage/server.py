"""What the server has beside Streamlit's own routes: the race socket and the stage's files."""

import asyncio
import gc
import gzip
import hashlib
import logging
import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

import plotly
import streamlit as st
from starlette.datastructures import Headers, MutableHeaders, QueryParams
from starlette.middleware import Middleware
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocket, WebSocketDisconnect

from optimizers import kernels
from pages.protocol import opening
from pages.protocol.parsing import DEFAULT_LANDSCAPE
from pages.shared.turns import active_request
from pages.stage import development
from pages.stage.answer import answer
from pages.stage.catalogue import catalogue
from pages.stage.development import DEVELOPMENT, cached
from pages.stage.request import Request, parse_request
from pages.stage.worker import Worker
from pages.words import LANGUAGES, preferred_language

ROOM = Path(__file__).parents[1]
PLOTLY = Path(plotly.__file__).parent / "package_data"
KINDS = {  # of files: their media type, and how a page asks for them early
    ".js": ("text/javascript", "modulepreload"),
    ".css": ("text/css", "preload; as=style"),
    ".json": ("application/json", "preload; as=fetch; crossorigin"),
}
FOREVER = "public, max-age=31536000, immutable"
CACHING = "no-store" if DEVELOPMENT else FOREVER  # of the stage's own files

# One pool for everything that is computed outside a script run; kernels let go of the GIL.
POOL = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="race")

SWITCH = 0.001  # seconds until a page's script gives way to a race
PAUSE = 0.2  # seconds between two looks at whether the kernels are compiled

_worker = Worker()
logger = logging.getLogger(__name__)


@cached
def files() -> Mapping[str, bytes]:
    """What the browser needs, by its name: scripts and styles of the stage and the pages, and words in every language.

    They are found where they are; what a page shows beside the race is in its own folder: `panel.js`, `panel.css`.
    """
    words = {f"words/{language}.json": bytes(JSONResponse(catalogue(language)).body) for language in LANGUAGES}
    found = sorted(file for file in ROOM.rglob("*") if file.suffix in (".js", ".css"))
    return words | {file.relative_to(ROOM).as_posix(): file.read_bytes() for file in found}


def has_panel(page: str) -> bool:
    """Whether a page shows something of its own beside the race."""
    return f"{page}/panel.js" in files()


@cached
def packed(name: str) -> bytes:
    """A file as it travels: made small once, for compression takes longer than all the rest of a response."""
    return gzip.compress(files()[name])


@cache
def version() -> str:
    """A stamp of everything the stage's files say, for addresses that may be cached for ever."""
    digest = hashlib.sha256((plotly.__version__ + CACHING).encode())
    for body in files().values():
        digest.update(body)
    return digest.hexdigest()[:12]


async def stage_file(request: HttpRequest) -> Response:
    """A file of the stage, to be kept for ever: its address changes when it does."""
    name = request.path_params["name"]
    if name not in files():
        return Response(status_code=404)
    headers = {"Cache-Control": CACHING, "Vary": "Accept-Encoding"}
    small = "gzip" in request.headers.get("accept-encoding", "")
    if small:
        headers["Content-Encoding"] = "gzip"
    return Response(packed(name) if small else files()[name], headers=headers, media_type=KINDS[Path(name).suffix][0])


class Immutable(StaticFiles):
    """Files whose address changes when they do."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file's response, to be kept for ever."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOREVER
        return response


class Early:
    """Names what the stage needs in the head of a page, so that it comes side by side with Streamlit's own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes a request on, and a page with the names: also one that has not changed, for they may have."""

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["link"] = early(_language(scope), _page(scope))
            await send(message)

        page = scope["type"] == "http" and "text/html" in Headers(scope=scope).get("accept", "")
        await self.app(scope, receive, named if page else send)


@cache
def early(language: str, page: str) -> str:
    """The files that a stage of this language needs on a page, as a `Link` header (RFC 8288)."""
    folders = ("stage/", f"{page}/")
    needed = [name for name in files() if name.startswith(folders) or name == f"words/{language}.json"]
    return ", ".join(f"</slalom/{version()}/{name}>; rel={KINDS[Path(name).suffix][1]}" for name in needed)


def _page(scope: Scope) -> str:
    """The page that is opened, if it has a panel; "stage" otherwise, for which nothing more is needed."""
    name = str(scope["path"]).rstrip("/").rpartition("/")[2]
    return name if has_panel(name) else "stage"


def _language(scope: Scope) -> str:
    """The language that a page will speak: the link's, else the browser's."""
    language = QueryParams(scope["query_string"]).get("lang")
    accepted = Headers(scope=scope).get("accept-language", "").split(",")[0]
    return language if language in LANGUAGES else preferred_language(accepted)


def allowed(origin: str | None, host: str | None) -> bool:
    """Whether a page from this origin may open a race socket: our own, or one that the configuration names."""
    if origin is None or origin in (f"http://{host}", f"https://{host}"):
        return True
    return origin in st.get_option("server.corsAllowedOrigins") or not st.get_option("server.enableCORS")


async def race_socket(socket: WebSocket) -> None:
    """Answers one race after the other. It keeps nothing between them, so any replica can answer."""
    if not allowed(socket.headers.get("origin"), socket.headers.get("host")):
        await socket.close(code=1008)
        return
    await socket.accept()
    inbox = Inbox(socket)
    try:
        message: str | bytes | Request = await inbox.take()
        while True:
            with active_request():
                response, following = await _respond(message, inbox)
            if response is not None:
                await socket.send_bytes(response)
            message = following or await inbox.take()
    except WebSocketDisconnect:
        return
    finally:
        inbox.close()


class Inbox:
    """The messages of a socket, of which the next one may be waited for while another is answered."""

    def __init__(self, socket: WebSocket) -> None:
        self._socket = socket
        self._next: asyncio.Future[str | bytes] | None = None

    @property
    def next(self) -> asyncio.Future[str | bytes]:
        """The next message. It ends in a WebSocketDisconnect if there is none any more."""
        if self._next is None:
            self._next = asyncio.ensure_future(self._receive())
        return self._next

    async def take(self) -> str | bytes:
        """The next message; after it comes another."""
        try:
            return await self.next
        finally:
            self._next = None

    def close(self) -> None:
        """Stops waiting."""
        if self._next is not None:
            self._next.cancel()

    async def _receive(self) -> str | bytes:
        message = await self._socket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect
        return message.get("text") or message.get("bytes") or b""


async def _respond(message: str | bytes | Request, inbox: Inbox) -> tuple[bytes | None, Request | None]:
    """The answer to a message, or None if the next one drops it; and the next one, if it has come meanwhile."""
    request = message if isinstance(message, Request) else await _ask_worker(message)
    if isinstance(request, bytes):
        return request, None
    return await _compute(request, inbox)


async def _ask_worker(text: str | bytes) -> bytes | Request:
    """The answer of the worker; the request where there is no worker or the answer would take long."""
    if _worker.ready:
        try:
            return await _worker.answer(text.encode(errors="replace") if isinstance(text, str) else text)
        except ConnectionError:
            logger.warning("the worker has ended; races are answered in the server from now on")
    return await asyncio.get_running_loop().run_in_executor(POOL, parse_request, text)


async def _compute(request: Request, inbox: Inbox) -> tuple[bytes | None, Request | None]:
    """The answer of a thread, which may take long, and the message that has come meanwhile.

    The answer is None if that message drops it.

    Raises:
        WebSocketDisconnect: its sender has left.
    """
    dropped, loop = threading.Event(), asyncio.get_running_loop()
    computing = loop.run_in_executor(POOL, _answer, request, dropped)
    await asyncio.wait((computing, inbox.next), return_when=asyncio.FIRST_COMPLETED)
    following = None
    if inbox.next.done():
        try:
            following = await loop.run_in_executor(POOL, parse_request, await inbox.take())
        except WebSocketDisconnect:
            dropped.set()
            raise
        if following.replaces:
            dropped.set()
    return await computing, following


def _answer(request: Request, dropped: threading.Event) -> bytes | None:
    try:
        return answer(request, dropped.is_set)
    except CancelledError:
        return None


def routes() -> list[BaseRoute]:
    """The routes of the stage."""
    return [
        *development.routes(),
        WebSocketRoute("/slalom/race", race_socket),
        Mount(f"/slalom/{version()}/plotly", Immutable(directory=PLOTLY)),
        Route(f"/slalom/{version()}/{{name:path}}", stage_file),
    ]


def middleware() -> list[Middleware]:
    """What a response passes through."""
    return [Middleware(Early)]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Compiles the kernels while the server already answers, and then starts the worker."""
    sys.setswitchinterval(SWITCH)
    tasks = [asyncio.create_task(_begin())]
    if DEVELOPMENT:
        tasks.append(asyncio.create_task(development.restart_on_change(_worker.stop)))
    yield
    for task in tasks:
        task.cancel()
    await _worker.stop()


async def _begin() -> None:
    warming = kernels.warm(opening.default_race(DEFAULT_LANDSCAPE))
    while warming.is_alive():
        await asyncio.sleep(PAUSE)
    gc.freeze()  # what is there now stays: no collection need look at it again
    try:
        await _worker.start()
    except (OSError, ConnectionError) as error:
        logger.warning("no worker: %s; races are answered in the server", error)
