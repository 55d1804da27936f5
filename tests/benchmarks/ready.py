"""What a benchmark of the app waits for, so that it measures a server that is at rest."""

import subprocess
import sys
import time

import psutil

from tests.running import ROOT

LONGEST = 90  # seconds that a worker may take to be there
STARTING = 5  # seconds that it then takes until it answers


def compile_kernels() -> None:
    """Compiles every kernel, or finds it in the cache: the first time it takes a minute or two."""
    print("compiling what is not in the cache", flush=True)
    subprocess.run([sys.executable, "-c", "from optimizers import kernels; kernels.load()"], cwd=ROOT, check=True)


def wait_for_worker(server: psutil.Process) -> None:
    """Waits until a server has read its kernels and started its worker."""
    begin = time.monotonic()
    while not server.children():
        if time.monotonic() - begin > LONGEST:
            raise SystemExit("the server has started no worker")
        time.sleep(0.5)
    time.sleep(STARTING)
