"""The real app in a process of its own, and the path of Chromium: for browser tests and benchmarks."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
CHROMIUM = (
    os.environ.get("CHROMIUM")
    or shutil.which("chromium")
    or shutil.which("chromium-browser")
    or shutil.which("google-chrome")
)


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class App:
    """The app in a process of its own."""

    def __init__(
        self,
        log: Path,
        script: str = "app.py",
        port: int | None = None,
        *,
        command: Sequence[str] | None = None,
        folder: Path = ROOT,
        **environment: str,
    ) -> None:
        self.port = port or free_port()
        self.url = f"http://localhost:{self.port}"
        self.log = log
        begin = command or [sys.executable, "-m", "streamlit", "run", script]
        self.out = log.open("wb")
        self.process = subprocess.Popen(
            [*begin, "--server.port", str(self.port)],
            cwd=folder,
            stdout=self.out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
        self._wait()

    def _wait(self) -> None:
        begin = time.monotonic()
        while time.monotonic() - begin < 120:
            assert self.process.poll() is None, self.log.read_text()
            try:
                with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=1) as answer:
                    if answer.status == 200:
                        return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the app does not answer:\n" + self.log.read_text())

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(20)
        self.out.close()
