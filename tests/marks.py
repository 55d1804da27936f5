"""Marks of slow cases: the quick part, `pytest -m "not slow"`, runs every contract test, but not its slowest cases."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def slow_where(slow: Callable[[Any], bool], values: Iterable[Any]) -> list[Any]:
    """Cases of a parameter; those for which `slow` holds are marked as slow."""
    return [pytest.param(value, marks=pytest.mark.slow) if slow(value) else value for value in values]
