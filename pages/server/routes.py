"""The routes of the server besides Streamlit's own, and what it does when it starts and stops."""

import asyncio
import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute

from optimizers import kernels
from pages.protocol.opening import default_race
from pages.protocol.parsing import DEFAULT_LANDSCAPE
from pages.server import development
from pages.server.files import PLOTLY, Immutable, PreloadLinks, stage_file, version
from pages.server.race_socket import race_socket, worker

SWITCH = 0.001  # seconds until a running script yields the GIL to a race
PAUSE = 0.2  # seconds between two checks whether the kernels are compiled

logger = logging.getLogger(__name__)


def routes() -> list[BaseRoute]:
    """The routes of the stage."""
    return [
        *development.routes(),
        WebSocketRoute("/slalom/race", race_socket),
        Mount(f"/slalom/{version()}/plotly", Immutable(directory=PLOTLY)),
        Route(f"/slalom/{version()}/{{name:path}}", stage_file),
    ]


def middleware() -> list[Middleware]:
    """The middleware for Streamlit's own responses."""
    return [Middleware(PreloadLinks)]


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Compile the kernels while the server already answers, then start the worker."""
    sys.setswitchinterval(SWITCH)
    tasks = [asyncio.create_task(_begin())]
    if development.DEVELOPMENT:
        tasks.append(asyncio.create_task(development.restart_on_change(worker.stop)))
    yield
    for task in tasks:
        task.cancel()
    await worker.stop()


async def _begin() -> None:
    warming = kernels.warm(default_race(DEFAULT_LANDSCAPE))
    while warming.is_alive():
        await asyncio.sleep(PAUSE)
    gc.freeze()  # permanent objects need not be scanned by later collections
    try:
        await worker.start()
    except (OSError, ConnectionError) as error:
        logger.warning("no worker: %s; races are answered in the server", error)
