"""The optimizers there are, by name."""

import copyreg
import importlib
from functools import cache, lru_cache, partial
from typing import Any

from landscapes.tools.arguments import text
from landscapes.tools.declarations import validate
from landscapes.tools.discovery import declared
from landscapes.tools.pickling import reduced
from optimizers._method import Method, Optimizer

ROOMS = ("anatomy", "engine", "options", "studies")  # the folders that are no families


@cache
def methods() -> dict[str, tuple[Method, str]]:
    """Every declared method with its family, the folder it lies in, by name."""
    return declared(importlib.import_module("optimizers"), Method, ROOMS)


def families() -> dict[str, str]:
    """The titles of all families by their names, from the simplest to the most demanding.

    >>> families()["first_order"]
    'First order'
    """
    folders = {name: importlib.import_module(f"optimizers.{name}") for _, name in methods().values()}
    return {name: folders[name].TITLE for name in sorted(folders, key=lambda name: folders[name].ORDER)}


def names() -> tuple[str, ...]:
    """The names of all optimizers, sorted."""
    return tuple(methods())


def get(name: str, **hyperparameters: float | str) -> Optimizer:
    """The optimizer of that name, with the hyperparameters given and the others at their defaults.

    Raises:
        KeyError: no optimizer has that name; the message names those there are.
        TypeError: it has no such hyperparameter, or the value is not a number; the message names the choices.
        ValueError: the hyperparameter may not have that value; the message says what it may be.

    >>> get("adam", lr=0.1)
    optimizers.get('adam', lr=0.1, beta1=0.9, beta2=0.999, eps=1e-08)
    """
    if text("name", name, "one of `optimizers.names()`") not in methods():
        raise KeyError(f"there is no optimizer {name!r}; there are {', '.join(names())}")
    method, _ = methods()[name]
    return _build(name, tuple(validate(name, method.hyperparameters, hyperparameters).items()))


@lru_cache(maxsize=1024)
def _build(name: str, values: tuple[tuple[str, float], ...]) -> Optimizer:
    """An optimizer never changes, so the same one serves everybody."""
    return Optimizer(*methods()[name], dict(values))


# What has a name is pickled by it: neither kernels nor their addresses leave the process.


def is_registered(optimizer: Optimizer) -> bool:
    """Whether `get` makes this optimizer."""
    return methods().get(optimizer.name) == (optimizer.method, optimizer.family)


def _method(name: str) -> Method:
    return methods()[name][0]


def _reduce_method(method: Method) -> tuple[Any, ...]:
    named = method.name in methods() and _method(method.name) is method
    return (_method, (method.name,)) if named else reduced(method)


def _reduce_optimizer(optimizer: Optimizer) -> tuple[Any, ...]:
    if is_registered(optimizer):
        return partial(get, optimizer.name, **optimizer.values), ()
    return optimizer.__reduce__()


copyreg.pickle(Method, _reduce_method)
copyreg.pickle(Optimizer, _reduce_optimizer)
