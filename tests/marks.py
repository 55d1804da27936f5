"""The quick part of the tests, `pytest -m "not slow"`, has every contract, but not in its costliest cases."""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def slow_where(slow: Callable[[Any], bool], values: Iterable[Any]) -> list[Any]:
    """Cases of a parameter, of which those are marked as slow for which `slow` holds."""
    return [pytest.param(value, marks=pytest.mark.slow) if slow(value) else value for value in values]
