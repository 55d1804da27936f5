"""The executor of many runs: one thread pool, since the kernels release the GIL, or a Dask cluster."""

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache

SETTING = "SLALOM_DASK"
WORKERS = os.cpu_count() or 1


def executor() -> Executor:
    """The executor of sweeps: the thread pool of this process, or the Dask cluster named by SLALOM_DASK.

    SLALOM_DASK is the address of a scheduler, such as `tcp://host:8786`; its workers must be able to import this
    version of `optimizers`. It is read at every call, and each cluster is connected to only once.

    Raises:
        RuntimeError: SLALOM_DASK is set, but Dask is not installed.
        OSError: There is no scheduler at its address.

    >>> executor() is executor()
    True
    """
    address = os.environ.get(SETTING)
    return cluster(address, os.getpid()) if address else threads()


# Keyed by process: a forked process inherits a pool without its threads, and a connection without its event loop.


def threads() -> ThreadPoolExecutor:
    """A pool with one thread per processor."""
    return _threads(os.getpid())


@cache
def _threads(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="runs")


@cache
def cluster(address: str, process: int) -> Executor:
    """The connection of one process to the workers of a Dask scheduler."""
    try:
        from dask.distributed import Client
    except ImportError as missing:
        raise RuntimeError(f"{SETTING} is set and needs Dask: pip install 'dask[distributed]'") from missing
    workers: Executor = Client(address).get_executor()
    return workers
