"""Loss surfaces over the plane, with exact derivatives. Pure mathematics.

The folders are the challenges of chapter 8.2 of *Deep Learning* (Goodfellow, Bengio, Courville, 2016), and every file
in them is one surface. A new file that declares a `Surface` is discovered automatically.

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
from landscapes.tools.discovery import find_declarations
from landscapes.tools.pickling import reduce_declaration

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
    """Every declared surface with its challenge (the name of its folder), by name."""
    return find_declarations(sys.modules[__name__], Surface, rooms=("tools",))


def challenges() -> dict[str, str]:
    """The titles of all challenges by name, in the order of the chapter's sections.

    >>> challenges()["valleys"]
    'Ill-conditioning'
    """
    used = {challenge for _, challenge in surfaces().values()}
    folders = {name: importlib.import_module(f"{__name__}.{name}") for name in used}
    return {name: folders[name].TITLE for name in sorted(used, key=lambda name: (folders[name].SECTION, name))}


def names() -> tuple[str, ...]:
    """The names of all surfaces, sorted."""
    return tuple(surfaces())


@lru_cache(maxsize=256)
def _build(name: str, values: tuple[tuple[str, float], ...]) -> Landscape:
    return Landscape(*surfaces()[name], dict(values))


def get(name: str, **parameters: float) -> Landscape:
    """The landscape with the given name and parameters; parameters that are not given have their defaults.

    Raises:
        KeyError: No surface has this name; the message lists the names.
        TypeError: The surface has no such parameter, or the value is not a number; the message lists the choices.
        ValueError: The value is not allowed; the message says what is.

    >>> get("quadratic", condition=10.0, angle=0.0).hessian(0.0, 0.0)
    array([[0.1, 0. ],
           [0. , 1. ]])
    """
    if text("name", name, "one of `landscapes.names()`") not in surfaces():
        raise KeyError(f"there is no landscape {name!r}; there are {', '.join(names())}")
    # Validate before the cached lookup: True and 1.0 would be one key.
    return _build(name, tuple(validate(name, surfaces()[name][0].parameters, parameters).items()))


# Registered surfaces are pickled by name: neither kernels nor their addresses leave the process.


def _surface(name: str) -> Surface:
    return surfaces()[name][0]


def _reduce_surface(surface: Surface) -> tuple[Any, ...]:
    named = surface.name in surfaces() and _surface(surface.name) is surface
    return (_surface, (surface.name,)) if named else reduce_declaration(surface)


def is_registered(landscape: Landscape) -> bool:
    """Whether `get` returns landscapes of this surface under this name."""
    return surfaces().get(landscape.name) == (landscape.surface, landscape.challenge)


def _reduce_landscape(landscape: Landscape) -> tuple[Any, ...]:
    if is_registered(landscape):
        return partial(get, landscape.name, **landscape.values), ()
    return landscape.__reduce__()


copyreg.pickle(Surface, _reduce_surface)
copyreg.pickle(Landscape, _reduce_landscape)
