"""How what a file declares, a surface or a method, is pickled where it has no name in the registry.

Its functions travel with it, lambdas and what is written in a notebook too, as numba's own pickler does it; a kernel at
the top of a module is imported on the other side. An address of a kernel is never written down. A declaration that
comes back to a process that knows it is the one that it knows, so that what is equal stays equal.
"""

import io
import sys
import uuid
from collections.abc import Callable
from dataclasses import fields
from importlib import import_module
from typing import Any
from weakref import WeakValueDictionary

from numba import cloudpickle

from landscapes.tools.compiler import is_kernel

_known: WeakValueDictionary[str, Any] = WeakValueDictionary()


_CloudPickler: Any = cloudpickle.CloudPickler  # not annotated


class _Pickler(_CloudPickler):  # type: ignore[misc]
    def reducer_override(self, thing: Any) -> Any:
        """A kernel at the top of a module by its name, the rest as numba does."""
        if is_kernel(thing) and _is_importable(thing):
            return _imported, (thing.__module__, thing.__name__)
        return super().reducer_override(thing)


def _is_importable(kernel: Any) -> bool:
    module = sys.modules.get(kernel.__module__)
    return kernel.__module__ != "__main__" and getattr(module, kernel.__name__, None) is kernel


def reduced(declaration: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A declaration, a frozen dataclass, for `copyreg`."""
    token = vars(declaration).setdefault("_token", uuid.uuid4().hex)
    _known[token] = declaration
    room = io.BytesIO()
    _Pickler(room).dump({one.name: getattr(declaration, one.name) for one in fields(declaration)})
    return _restored, (type(declaration), token, room.getvalue())


def _restored(kind: type, token: str, data: bytes) -> Any:
    if token in _known:
        return _known[token]
    declaration = kind(**cloudpickle.loads(data))
    vars(declaration)["_token"] = token
    return _known.setdefault(token, declaration)


def _imported(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
