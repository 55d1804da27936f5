"""Kernels that are made by many threads at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from landscapes._kernel import CACHE_FOLDER, config, made


def template(x: float) -> float:
    return x + 1.0


def test_every_thread_caches_its_kernels_in_the_folder_of_kernels() -> None:
    before = config.CACHE_DIR
    with ThreadPoolExecutor(16) as pool:
        kernels: list[Any] = list(pool.map(lambda i: made(template, f"test.{i}"), range(400)))
    assert {str(kernel._cache.cache_path).startswith(str(CACHE_FOLDER)) for kernel in kernels} == {True}
    assert before == config.CACHE_DIR
