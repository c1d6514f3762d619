"""Arrays on the memory of others, which nobody changes: JAX's and NumPy's."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from tfcompat._src import threads
from tfcompat._src.memory import ALIGNED

# From this size on sharing takes less time than a copy.
_WORTH = 1 << 18

#: Kernels that NumPy computes faster than XLA's CPU where an array is large, and its way for an op
#: that is read alone: a function of arrays and attributes that gives NumPy's arrays, or None for
#: what the kernel itself has to do. NumPy does not warn in it.
hosted: dict[Any, Callable[..., Any]] = {}

#: Those of them that take XLA so long that a program may well stop before them.
slow: set[Any] = set()

#: Of more bytes XLA's threads are worth their time where NumPy has one.
MOST_BYTES = 1 << 23


def viewing(view: Callable[..., Any]) -> Callable[..., Any]:
    """A way to do a kernel that only looks at an array otherwise: on the same memory.

    What it makes of a contiguous array lies there one after the other.
    """

    def run(x: np.ndarray[Any, Any], *attrs: Any) -> Any:
        found = view(x, *attrs)
        if found.__class__ is not tuple:
            return found if is_worth_sharing(found) else None
        # Where one lies takes NumPy as long to tell as to cut off two.
        whole = [not part.nbytes % ALIGNED and _is_worthy(part) for part in found]
        shared = x.flags.c_contiguous and whole and all(whole) and is_worth_sharing(found[0])
        return found if shared else None

    return run


def _is_worthy(view: np.ndarray[Any, Any]) -> bool:
    return view.nbytes >= _WORTH and view.flags.c_contiguous


def is_worth_sharing(view: np.ndarray[Any, Any]) -> bool:
    """Whether a view is large, and what JAX can use as it is.

    The view holds the other array, which therefore is not given away.
    """
    return _is_worthy(view) and not view.__array_interface__["data"][0] % ALIGNED


class _Writable:
    def __init__(self, x: np.ndarray[Any, Any]) -> None:
        self._held = x
        about = x.__array_interface__
        self.__array_interface__ = {**about, "data": (about["data"][0], False)}


def not_copied(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """An array for functions of NumPy's that only read, but copy what they may not write to."""
    return x if x.flags.writeable else np.asarray(_Writable(x))


@functools.cache
def host_alone() -> bool:
    """Whether the host is the one device there is."""
    return jax.default_backend() == "cpu" and jax.device_count() == 1


def in_parts(work: Callable[[int, int], None], count: int, size: int) -> None:
    """`work(first, last)` on parts of `count` rows, of `size` elements in all, in some threads."""
    most = min(threads.processors(), threads.MOST_THREADS, size // threads.SHARE)
    threads.in_parts(work, count, most)


def on_accelerator(array: Any) -> bool:
    """Whether the host can read the array only by a copy."""
    return any([device.platform != "cpu" for device in array.devices()])
