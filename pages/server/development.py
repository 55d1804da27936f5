"""The server while its sources are edited: the environment variable SLALOM_DEV=1 turns this on.

The stage's files are read anew for every request and not cached by browsers. A change of Python, of the words or of the
settings restarts the server in its own process. After either an open page reloads; its address contains its race.
Streamlit's own watcher is no replacement: it drops all modules from a running server, and the compiled kernels, the
worker and the classes of live sessions would belong to different versions.
"""

import asyncio
import logging
import os
import sys
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("app.py", ".streamlit", "landscapes", "optimizers", "pages")
PYTHON = {".py", ".po", ".csv", ".toml"}  # Python, and files that Python reads only once
WEB = {".js", ".css"}
PAUSE = 0.5  # seconds between two checks of the sources
STARTED = time.time_ns()
STATE = "/slalom/development"

# Part of the component that every page mounts. During a restart fetch fails, and the state is null.
RELOAD = f"""
const address = new URL("{STATE}", location.origin)
const state = () => fetch(address).then((response) => response.text()).catch(() => null)
const reload = (first, now) => (now !== null && now !== first ? location.reload() : null)
state().then((first) => setInterval(() => state().then((now) => reload(first, now)), 1000))
"""

DEVELOPMENT = os.environ.get("SLALOM_DEV") == "1"

logger = logging.getLogger(__name__)

_Function = TypeVar("_Function", bound=Callable[..., Any])


def cached(function: _Function) -> _Function:
    """Cache a function of the stage's files, except in development."""
    return function if DEVELOPMENT else cast(_Function, cache(function))


def sources(root: Path = ROOT, kinds: Collection[str] = PYTHON) -> dict[Path, int]:
    """The modification time of every source of some kinds, by its path."""
    files = [
        file for name in WATCHED for file in ((root / name).rglob("*") if (root / name).is_dir() else [root / name])
    ]
    return {file: file.stat().st_mtime_ns for file in files if file.suffix in kinds and file.exists()}


async def _state(request: Request) -> Response:
    """A text that changes when the server has restarted or a file of the stage has changed."""
    return PlainTextResponse(f"{STARTED} {max(sources(kinds=WEB).values())}", headers={"Cache-Control": "no-store"})


def routes() -> list[BaseRoute]:
    """The routes for development, which pages poll."""
    return [Route(STATE, _state)] if DEVELOPMENT else []


def syntax_errors(before: Mapping[Path, int], now: Mapping[Path, int]) -> list[str]:
    """The errors that prevent changed Python files from being compiled."""
    errors = []
    for file in (file for file in now if file.suffix == ".py" and now[file] != before.get(file)):
        try:
            compile(file.read_bytes(), str(file), "exec")
        except (SyntaxError, ValueError) as error:
            errors.append(f"{file}: {error}")
    return errors


async def restart_on_change(stop: Callable[[], Awaitable[None]]) -> None:
    """Wait for a change of the sources, call `stop`, and replace the process by a new one with the same command.

    A change with a syntax error is reported, and the server continues until it is corrected.
    """
    first = reported = sources()
    while True:
        await asyncio.sleep(PAUSE)
        now = sources()
        if now in (first, reported):
            continue
        if errors := syntax_errors(first, now):
            logger.error("the server is not restarted: %s", "; ".join(errors))
            reported = now
            continue
        logger.warning("the sources have changed: the server restarts")
        await stop()
        os.closerange(3, 1 << 16)  # otherwise Streamlit's listening socket is inherited and keeps the port
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
