"""Pickling of declarations (of surfaces and methods) that are not in the registry.

Their functions are pickled by value, including lambdas and functions from a notebook, with Numba's own pickler; kernels
at module level are imported by name when unpickled. Addresses of kernels are never pickled. Unpickling in a process
that has the declaration already returns that same object, so that equality survives the round trip.
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

_declarations: WeakValueDictionary[str, Any] = WeakValueDictionary()


_CloudPickler: Any = cloudpickle.CloudPickler  # not annotated


class _Pickler(_CloudPickler):  # type: ignore[misc]
    def reducer_override(self, thing: Any) -> Any:
        """Pickle module-level kernels by name, everything else as Numba does."""
        if is_kernel(thing) and _is_importable(thing):
            return _import_kernel, (thing.__module__, thing.__name__)
        return super().reducer_override(thing)


def _is_importable(kernel: Any) -> bool:
    module = sys.modules.get(kernel.__module__)
    return kernel.__module__ != "__main__" and getattr(module, kernel.__name__, None) is kernel


def reduce_declaration(declaration: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """The `copyreg` reduction of a declaration, a frozen dataclass."""
    token = vars(declaration).setdefault("_token", uuid.uuid4().hex)
    _declarations[token] = declaration
    buffer = io.BytesIO()
    _Pickler(buffer).dump({one.name: getattr(declaration, one.name) for one in fields(declaration)})
    return _restore, (type(declaration), token, buffer.getvalue())


def _restore(kind: type, token: str, data: bytes) -> Any:
    if token in _declarations:
        return _declarations[token]
    declaration = kind(**cloudpickle.loads(data))
    vars(declaration)["_token"] = token
    return _declarations.setdefault(token, declaration)


def _import_kernel(module: str, name: str) -> Any:
    return getattr(import_module(module), name)
