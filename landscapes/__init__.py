"""What is descended: loss surfaces over the plane, with exact derivatives. Pure mathematics.

The folders are the challenges of chapter 8.2 of *Deep Learning* (Goodfellow, Bengio, Courville, 2016), and every file
in them is one surface. A new file that declares a `Surface` is found by itself.

    >>> import landscapes
    >>> "rosenbrock" in landscapes.names()
    True
    >>> landscapes.get("rosenbrock", a=2.0).minima
    ((2.0, 4.0),)
"""

import copyreg
import importlib
import sys
from functools import cache, lru_cache, partial
from typing import Any

from landscapes._surface import Domain, Landscape, Points, Surface
from landscapes.blur import blurred
from landscapes.tools.arguments import Floats, Point, text
from landscapes.tools.declarations import Parameter, validate
from landscapes.tools.discovery import declared
from landscapes.tools.pickling import reduced

__all__ = [
    "Domain",
    "Floats",
    "Landscape",
    "Parameter",
    "Point",
    "Points",
    "Surface",
    "blurred",
    "challenges",
    "get",
    "names",
    "surfaces",
]


@cache
def surfaces() -> dict[str, tuple[Surface, str]]:
    """Every declared surface with its challenge, the folder it lies in, by name."""
    return declared(sys.modules[__name__], Surface, rooms=("tools",))


def challenges() -> dict[str, str]:
    """The titles of all challenges by their names, in the order of the chapter's sections.

    >>> challenges()["valleys"]
    'Ill-conditioning'
    """
    found = {challenge for _, challenge in surfaces().values()}
    folders = {name: importlib.import_module(f"{__name__}.{name}") for name in found}
    return {name: folders[name].TITLE for name in sorted(found, key=lambda name: (folders[name].SECTION, name))}


def names() -> tuple[str, ...]:
    """The names of all surfaces, sorted."""
    return tuple(surfaces())


@lru_cache(maxsize=256)
def _build(name: str, values: tuple[tuple[str, float], ...]) -> Landscape:
    return Landscape(*surfaces()[name], dict(values))


def get(name: str, **parameters: float) -> Landscape:
    """The landscape of that name, with the parameters given and the others at their defaults.

    Raises:
        KeyError: no surface has that name; the message names those there are.
        TypeError: it has no such parameter, or the value is not a number; the message names the choices.
        ValueError: the parameter may not have that value; the message says what it may be.

    >>> get("quadratic", condition=10.0, angle=0.0).hessian(0.0, 0.0)
    array([[0.1, 0. ],
           [0. , 1. ]])
    """
    if text("name", name, "one of `landscapes.names()`") not in surfaces():
        raise KeyError(f"there is no landscape {name!r}; there are {', '.join(names())}")
    # Checked before they are looked up: True and 1.0 are one key.
    return _build(name, tuple(validate(name, surfaces()[name][0].parameters, parameters).items()))


# What has a name is pickled by it: neither kernels nor their addresses leave the process.


def _surface(name: str) -> Surface:
    return surfaces()[name][0]


def _reduce_surface(surface: Surface) -> tuple[Any, ...]:
    named = surface.name in surfaces() and _surface(surface.name) is surface
    return (_surface, (surface.name,)) if named else reduced(surface)


def is_registered(landscape: Landscape) -> bool:
    """Whether `get` makes this landscape."""
    return surfaces().get(landscape.name) == (landscape.surface, landscape.challenge)


def _reduce_landscape(landscape: Landscape) -> tuple[Any, ...]:
    if is_registered(landscape):
        return partial(get, landscape.name, **landscape.values), ()
    return landscape.__reduce__()


copyreg.pickle(Surface, _reduce_surface)
copyreg.pickle(Landscape, _reduce_landscape)
