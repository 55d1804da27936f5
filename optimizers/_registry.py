"""Registry of the optimizers, by name."""

import copyreg
import importlib
from functools import cache, lru_cache, partial
from typing import Any

from landscapes.tools.arguments import text
from landscapes.tools.declarations import validate
from landscapes.tools.discovery import find_declarations
from landscapes.tools.pickling import reduce_declaration
from optimizers._method import Method, Optimizer

ROOMS = ("anatomy", "engine", "options", "studies")  # the folders that are not families


@cache
def methods() -> dict[str, tuple[Method, str]]:
    """Every declared method with its family (the name of its folder), by name."""
    return find_declarations(importlib.import_module("optimizers"), Method, ROOMS)


def families() -> dict[str, str]:
    """The titles of all families by name, from the simplest to the most demanding.

    >>> families()["first_order"]
    'First order'
    """
    folders = {name: importlib.import_module(f"optimizers.{name}") for _, name in methods().values()}
    return {name: folders[name].TITLE for name in sorted(folders, key=lambda name: folders[name].ORDER)}


def names() -> tuple[str, ...]:
    """The names of all optimizers, sorted."""
    return tuple(methods())


def get(name: str, **hyperparameters: float | str) -> Optimizer:
    """The optimizer with the given name and hyperparameters; those that are not given have their defaults.

    Raises:
        KeyError: No optimizer has this name; the message lists the names.
        TypeError: The method has no such hyperparameter, or the value is not a number; the message lists the choices.
        ValueError: The value is not allowed; the message says what is.

    >>> get("adam", lr=0.1)
    optimizers.get('adam', lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    if text("name", name, "one of `optimizers.names()`") not in methods():
        raise KeyError(f"there is no optimizer {name!r}; there are {', '.join(names())}")
    method, _ = methods()[name]
    return _build(name, tuple(validate(name, method.hyperparameters, hyperparameters).items()))


@lru_cache(maxsize=1024)
def _build(name: str, values: tuple[tuple[str, float], ...]) -> Optimizer:
    """The optimizer, cached: optimizers are immutable."""
    return Optimizer(*methods()[name], dict(values))


# Registered methods are pickled by name: neither kernels nor their addresses leave the process.


def is_registered(optimizer: Optimizer) -> bool:
    """Whether `get` returns optimizers of this method under this name."""
    return methods().get(optimizer.name) == (optimizer.method, optimizer.family)


def _method(name: str) -> Method:
    return methods()[name][0]


def _reduce_method(method: Method) -> tuple[Any, ...]:
    named = method.name in methods() and _method(method.name) is method
    return (_method, (method.name,)) if named else reduce_declaration(method)


def _reduce_optimizer(optimizer: Optimizer) -> tuple[Any, ...]:
    if is_registered(optimizer):
        return partial(get, optimizer.name, **optimizer.values), ()
    return optimizer.__reduce__()


copyreg.pickle(Method, _reduce_method)
copyreg.pickle(Optimizer, _reduce_optimizer)
