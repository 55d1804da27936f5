"""Where many runs are shared out: one pool of threads, for the kernels are free of the GIL, or a cluster."""

import os
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import cache

SETTING = "SLALOM_DASK"
WORKERS = os.cpu_count() or 1


def executor() -> Executor:
    """Who works on sweeps: the pool of threads of this process, or the Dask cluster that SLALOM_DASK names.

    SLALOM_DASK is the address of a scheduler, `tcp://host:8786` say; its workers must be able to import this version of
    `optimizers`. It is read at every call, and each cluster is connected to once.

    Raises:
        RuntimeError: SLALOM_DASK is set, and Dask is not installed.
        OSError: nobody answers at its address.

    >>> executor() is executor()
    True
    """
    address = os.environ.get(SETTING)
    return cluster(address, os.getpid()) if address else threads()


# A forked process inherits a pool without its threads, and a connection without its loop: each process has its own.


def threads() -> ThreadPoolExecutor:
    """A thread for every processor."""
    return _threads(os.getpid())


@cache
def _threads(process: int) -> ThreadPoolExecutor:
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="runs")


@cache
def cluster(address: str, process: int) -> Executor:
    """The workers of a Dask scheduler, as one process is connected to them."""
    try:
        from dask.distributed import Client
    except ImportError as missing:
        raise RuntimeError(f"{SETTING} is set and needs Dask: pip install 'dask[distributed]'") from missing
    workers: Executor = Client(address).get_executor()
    return workers
