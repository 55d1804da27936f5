"""Landscapes, optimizers and options as arguments: public functions take the object or its name."""

from typing import TypeVar

import landscapes
from landscapes import Landscape
from landscapes.tools.arguments import text, wrong_type
from optimizers._method import Optimizer
from optimizers._registry import get
from optimizers.options.option import Option

AnOption = TypeVar("AnOption", bound=Option)


def landscape_of(landscape: Landscape | str) -> Landscape:
    """The landscape, or the one with this name and default parameters."""
    if isinstance(landscape, Landscape):
        return landscape
    return landscapes.get(text("landscape", landscape, "one from `landscapes.get`, or its name"))


def optimizer_of(optimizer: Optimizer | str) -> Optimizer:
    """The optimizer, or the one with this name and default hyperparameters."""
    if isinstance(optimizer, Optimizer):
        return optimizer
    return get(text("optimizer", optimizer, "one from `optimizers.get`, or its name"))


def option_of(kind: type[AnOption], option: AnOption | str | None) -> AnOption | None:
    """The schedule, clipping, noise or average, or the one with this name and default values.

    >>> from optimizers import Clip
    >>> option_of(Clip, "norm")
    Clip(kind='norm', values=(('threshold', 1.0), ('applied', 0.0)))
    >>> option_of(Clip, 1.0)
    Traceback (most recent call last):
    TypeError: clip must be None, one such as optimizers.clip("norm", 1.0), or one of norm, value, not 1.0
    """
    if option is None or isinstance(option, kind):
        return option
    if isinstance(option, str):
        return kind(option)
    raise wrong_type(kind.option, f"None, one such as {kind.example}, or one of {', '.join(kind.kinds)}", option)
