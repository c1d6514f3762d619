"""Arrays on the memory of others, which nobody changes: JAX's and NumPy's."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

# From this size on sharing takes less time than a copy.
_WORTH = 1 << 18
# At multiples of it XLA's arrays begin.
_ALIGNED = 64

#: Kernels that only give an array another shape, and NumPy's functions for it.
views: dict[Any, Callable[..., np.ndarray[Any, Any]]] = {}

#: Kernels that NumPy computes faster than XLA's CPU, and its way (`big_host.py`).
hosted: dict[Any, Callable[..., Any]] = {}


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
    """Room for an array that JAX shares, not copies."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    room = np.empty(size + _ALIGNED, np.uint8)
    start = -room.__array_interface__["data"][0] % _ALIGNED
    return room[start : start + size].view(dtype).reshape(shape)


def shared(view: np.ndarray[Any, Any]) -> Any:
    """A JAX array on the memory of a view of another; None where it is better copied.

    The view holds the other array, which therefore is not given away.
    """
    if view.nbytes < _WORTH or not view.flags.c_contiguous:
        return None
    if view.__array_interface__["data"][0] % _ALIGNED:
        return None
    if jax.default_backend() != "cpu" or jax.device_count() > 1:
        return None
    return jax.device_put(view)


def on_accelerator(array: Any) -> bool:
    """Whether the host can read the array only by a copy."""
    return any([device.platform != "cpu" for device in array.devices()])
