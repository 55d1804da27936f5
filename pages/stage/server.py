"""What the server has beside Streamlit's own routes: the race socket and the stage's files."""

import asyncio
import gc
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
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Scope
from starlette.websockets import WebSocket, WebSocketDisconnect

from pages import kernels
from pages.shared import opening
from pages.shared.reading import DEFAULT_LANDSCAPE
from pages.shared.turns import racing
from pages.stage.answer import answer, asked, is_quick, parsed
from pages.stage.catalogue import catalogue
from pages.stage.worker import Worker
from pages.words import LANGUAGES

WEB = Path(__file__).parent / "web"
PLOTLY = Path(plotly.__file__).parent / "package_data"
FOREVER = "public, max-age=31536000, immutable"

# One pool for everything that is computed outside a script run; kernels let go of the GIL.
POOL = ThreadPoolExecutor(max_workers=os.cpu_count(), thread_name_prefix="race")

SWITCH = 0.001  # seconds until a page's script gives way to a race
PAUSE = 0.2  # seconds between two looks at whether the kernels are compiled

_worker = Worker()
logger = logging.getLogger(__name__)


@cache
def version() -> str:
    """A stamp of everything the stage's files say, for addresses that may be cached for ever."""
    digest = hashlib.sha256(plotly.__version__.encode())
    for file in sorted(WEB.iterdir()):
        digest.update(file.read_bytes())
    for language in LANGUAGES:
        digest.update(JSONResponse(catalogue(language)).body)
    return digest.hexdigest()[:12]


class Immutable(StaticFiles):
    """Files whose address changes when they do."""

    def file_response(
        self, full_path: str | os.PathLike[str], stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """A file's response, to be kept for ever."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = FOREVER
        return response


async def words(request: Request) -> Response:
    """The catalogue in a language."""
    language = request.path_params["language"]
    if language not in LANGUAGES:
        return Response(status_code=404)
    return JSONResponse(catalogue(language), headers={"Cache-Control": FOREVER})


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
    hearing = None
    try:
        while (message := await (hearing or socket.receive()))["type"] != "websocket.disconnect":
            text = message.get("text") or message.get("bytes") or b""
            with racing():
                told, hearing = await _quick(text), None
                if told is None:
                    hearing = asyncio.ensure_future(socket.receive())
                    told = await _slow(text, hearing)
            if told is not None:
                await socket.send_bytes(told)
    except WebSocketDisconnect:
        return
    finally:
        if hearing is not None:
            hearing.cancel()


async def _quick(text: str | bytes) -> bytes | None:
    """The answer of the worker, if there is one and it is a race for it."""
    if not (_worker.ready and is_quick(text)):
        return None
    try:
        return await _worker.answer(text.encode(errors="replace") if isinstance(text, str) else text)
    except ConnectionError:
        logger.warning("the worker has ended; races are answered in the server from now on")
        return None


async def _slow(text: str | bytes, hearing: asyncio.Future[Message]) -> bytes | None:
    """The answer of a thread, which may take long. None if what is heard meanwhile drops it."""
    dropped = threading.Event()
    telling = asyncio.get_running_loop().run_in_executor(POOL, _answered, text, dropped)
    await asyncio.wait((telling, hearing), return_when=asyncio.FIRST_COMPLETED)
    if hearing.done() and _drops(hearing.result()):
        dropped.set()
    return await telling


def _drops(message: Message) -> bool:
    """Whether nobody waits any more for what was asked before: its sender has left, or says so."""
    if message["type"] == "websocket.disconnect":
        return True
    plain = parsed(message.get("text") or message.get("bytes") or b"")
    return isinstance(plain, Mapping) and plain.get("instead") is True


def _answered(text: str | bytes, dropped: threading.Event) -> bytes | None:
    plain = parsed(text)
    try:
        return answer(plain, asked(plain), dropped.is_set)
    except CancelledError:
        return None


def routes() -> list[BaseRoute]:
    """The routes of the stage."""
    return [
        WebSocketRoute("/slalom/race", race_socket),
        Route(f"/slalom/{version()}/words/{{language}}.json", words),
        Mount(f"/slalom/{version()}/plotly", Immutable(directory=PLOTLY)),
        Mount(f"/slalom/{version()}", Immutable(directory=WEB)),
    ]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Compiles the kernels while the server already answers, and then starts the worker."""
    sys.setswitchinterval(SWITCH)
    beginning = asyncio.create_task(_begin())
    yield
    beginning.cancel()
    await _worker.stop()


async def _begin() -> None:
    warming = kernels.warm(opening.plain(DEFAULT_LANDSCAPE))
    while warming.is_alive():
        await asyncio.sleep(PAUSE)
    gc.freeze()  # what is there now stays: no collection need look at it again
    try:
        await _worker.start()
    except (OSError, ConnectionError) as error:
        logger.warning("no worker: %s; races are answered in the server", error)
