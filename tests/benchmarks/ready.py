"""What a benchmark of the app waits for, so that it measures an idle server."""

import subprocess
import sys
import time

import psutil

from tests.running import ROOT

LONGEST = 90  # maximum seconds until a worker process exists
STARTING = 5  # seconds from then until it answers


def compile_kernels() -> None:
    """Compile every kernel, or find it in the cache: the first time it takes a minute or two."""
    print("compiling what is not in the cache", flush=True)
    subprocess.run([sys.executable, "-c", "from optimizers import kernels; kernels.load()"], cwd=ROOT, check=True)


def wait_for_worker(server: psutil.Process) -> None:
    """Wait until a server has loaded its kernels and started its worker."""
    begin = time.monotonic()
    while not server.children():
        if time.monotonic() - begin > LONGEST:
            raise SystemExit("the server has started no worker")
        time.sleep(0.5)
    time.sleep(STARTING)
