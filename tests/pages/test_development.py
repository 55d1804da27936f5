"""With SLALOM_DEV=1 a running server follows its sources."""

import asyncio
import json
import os
import re
import shutil
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pages.server import development, palette
from tests.running import ROOT, App

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.pyc")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the app to edit. Its kernels are cached, because its mathematics is the same."""
    for name in ("landscapes", "optimizers", "pages", ".streamlit"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=LEFT_OUT)
    shutil.copy(ROOT / "app.py", tmp_path)
    return tmp_path


def edit(file: Path, old: str, new: str) -> None:
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_every_kind_of_source_is_watched(copy: Path) -> None:
    before = development.sources(copy)
    for name in ("app.py", ".streamlit/config.toml", "optimizers/first_order/sgd.py", "pages/words/zh_TW.po"):
        os.utime(copy / name, ns=(0, 0))
        after = development.sources(copy)
        assert {file for file in after if after[file] != before[file]} == {copy / name}
        before = after


def test_syntax_errors_are_those_of_changed_files(tmp_path: Path) -> None:
    old, new = tmp_path / "old.py", tmp_path / "new.py"
    for file in (old, new):
        file.write_text("def f(:\n")
    (error,) = development.syntax_errors({old: 1}, {old: 1, new: 1})
    assert error.startswith(f"{new}: invalid syntax")


def test_a_change_restarts_with_the_same_command_once_it_has_no_syntax_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    file, events = tmp_path / "a.py", []
    states = iter([{file: 1}, {file: 1}, {file: 2}, {file: 2}, {file: 3}])

    def sources() -> dict[Path, int]:
        now = next(states)
        file.write_text("x = (" if now[file] == 2 else "x = 1")
        return now

    class ReplacedError(Exception):
        pass

    def execv(program: str, command: list[str]) -> None:
        events.append((program, command))
        raise ReplacedError

    async def stop() -> None:
        events.append("stop")

    monkeypatch.setattr(development, "sources", sources)
    monkeypatch.setattr(development, "PAUSE", 0)
    monkeypatch.setattr(development.os, "closerange", lambda first, last: None)
    monkeypatch.setattr(development.os, "execv", execv)
    with pytest.raises(ReplacedError):
        asyncio.run(development.restart_on_change(stop))
    assert events == ["stop", (sys.executable, [sys.executable, *sys.orig_argv[1:]])]
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]


@pytest.fixture
def app(copy: Path, tmp_path: Path) -> Iterator[App]:
    one = App(tmp_path / "log", folder=copy, SLALOM_DEV="1", PYTHONPATH=str(copy))
    yield one
    one.stop()
    assert "Traceback" not in one.log.read_text()


def fetch(app: App, path: str) -> tuple[str, str]:
    """The body and the Cache-Control header of a response."""
    with urllib.request.urlopen(app.url + path, timeout=20) as response:
        return response.read().decode(), response.headers["Cache-Control"]


def address(app: App, name: str) -> str:
    """The address of a file of the stage, from the headers of a page."""
    request = urllib.request.Request(app.url, headers={"Accept": "text/html", "Accept-Language": "en"})
    with urllib.request.urlopen(request, timeout=20) as page:
        (path,) = re.findall(rf"<(/slalom/[^>]*/{name})>", page.headers["Link"])
    return str(path)


def eventually(find: Callable[[], bool], app: App) -> None:
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            if find():
                return
        except OSError:
            assert app.process.poll() is None, app.log.read_text()
        time.sleep(0.2)
    raise AssertionError(app.log.read_text())


@pytest.mark.slow
def test_a_running_server_follows_its_sources(app: App, copy: Path) -> None:
    served, process = address(app, "stage.js"), app.process.pid
    (script,) = copy.glob("pages/stage/**/stage.js")
    assert fetch(app, served) == (script.read_text("utf-8"), "no-store")
    before = fetch(app, development.STATE)
    script.write_text(script.read_text("utf-8") + "// edited\n", "utf-8")
    assert fetch(app, development.STATE) != before
    assert fetch(app, served) == (script.read_text("utf-8"), "no-store")

    edit(copy / "pages/server/palette.py", palette.RUNNERS["light"][0], "#123456")

    def new_colour() -> bool:
        words, _caching = fetch(app, address(app, "en.json"))
        return bool(json.loads(words)["palette"]["runners"]["light"][0] == "#123456")

    eventually(new_colour, app)
    assert (app.process.pid, app.process.poll()) == (process, None)
    assert "the server restarts" in app.log.read_text()
