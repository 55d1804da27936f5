"""The server while its sources are edited: the environment variable SLALOM_DEV=1 turns this on.

The stage's files are read anew for every request and kept by no browser, so a reload of the page shows a change. A
change of Python, of the words or of the settings restarts the server in its own process; open pages reconnect by
themselves. Streamlit's own watcher is no replacement: it drops all modules from a running server, and the compiled
kernels, the worker and the classes of live sessions would be of two generations.
"""

import asyncio
import logging
import os
import sys
from collections.abc import Awaitable, Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

ROOT = Path(__file__).resolve().parents[2]
WATCHED = ("app.py", ".streamlit", "landscapes", "optimizers", "pages")
KINDS = {".py", ".po", ".csv", ".toml"}
PAUSE = 0.5  # seconds between two looks at the sources

DEVELOPMENT = os.environ.get("SLALOM_DEV") == "1"

logger = logging.getLogger(__name__)

_Function = TypeVar("_Function", bound=Callable[..., Any])


def cached(function: _Function) -> _Function:
    """Caches what is read from the stage's files, except in development."""
    return function if DEVELOPMENT else cast(_Function, cache(function))


def sources(root: Path = ROOT) -> dict[Path, int]:
    """The time of the last change of every source, by its path."""
    files = [
        file for name in WATCHED for file in ((root / name).rglob("*") if (root / name).is_dir() else [root / name])
    ]
    return {file: file.stat().st_mtime_ns for file in files if file.suffix in KINDS and file.exists()}


def syntax_errors(before: Mapping[Path, int], now: Mapping[Path, int]) -> list[str]:
    """What keeps the Python files that have changed from being compiled."""
    errors = []
    for file in (file for file in now if file.suffix == ".py" and now[file] != before.get(file)):
        try:
            compile(file.read_bytes(), str(file), "exec")
        except (SyntaxError, ValueError) as error:
            errors.append(f"{file}: {error}")
    return errors


async def restart_on_change(stop: Callable[[], Awaitable[None]]) -> None:
    """Waits for a change of the sources, calls `stop`, and replaces the process by a new one with the same command.

    A change with a syntax error is reported, and the server goes on until it is corrected.
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
        os.closerange(3, 1 << 16)  # Streamlit's listening socket would be inherited, and hold the port
        os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
