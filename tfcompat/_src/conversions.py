"""tf.register_tensor_conversion_function: conversions of other classes to tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import convert
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor

_PYTHON_NUMBERS = (int, float, bool, complex, np.generic, np.ndarray)
# Where TensorFlow itself converts these: a function of the same or a later priority never runs.
_BUILT_IN = 100

# (priority, classes, function), in the order in which they are asked.
_functions: list[tuple[int, Any, Callable[..., Any]]] = []


@public("tfcompat")
def register_tensor_conversion_function(
    base_type: Any, conversion_func: Callable[..., Any], priority: int = 100
) -> None:
    """Has values of a class converted by `conversion_func(value, dtype, name, as_ref)`.

    A lower priority is asked first; a function may return NotImplemented to leave it to others.

    Raises:
      TypeError: `base_type` is no class or tuple of classes, a Python number's or NumPy's, or
        `conversion_func` cannot be called.
    """
    classes = base_type if isinstance(base_type, tuple) else (base_type,)
    if not all(isinstance(kind, type) for kind in classes):
        raise TypeError(
            "register_tensor_conversion_function: Argument `base_type` must be a type or a tuple "
            f"of types. Obtained: {base_type}"
        )
    if any(issubclass(kind, _PYTHON_NUMBERS) for kind in classes):
        raise TypeError(
            "register_tensor_conversion_function: Cannot register conversions for Python numeric "
            "types and NumPy scalars and arrays."
        )
    if not callable(conversion_func):
        raise TypeError(
            "register_tensor_conversion_function: Argument `conversion_func` must be callable. "
            f"Received {conversion_func}."
        )
    _functions.append((priority, classes, conversion_func))
    _functions.sort(key=lambda entry: entry[0])
    convert.registered = _convert


def _convert(value: Any, dtype: Any) -> Tensor | None:
    """What a registered function makes of the value; None if none does."""
    own = isinstance(value, (list, tuple, str, bytes, range))
    for priority, classes, function in _functions:
        if own and priority >= _BUILT_IN:
            break
        if not isinstance(value, classes):
            continue
        found = function(value, dtype=dtype, name=None, as_ref=False)
        if found is NotImplemented:
            continue
        if not isinstance(found, Tensor):
            raise RuntimeError(
                f"Conversion function {function!r} for type {type(value)} returned non-Tensor: "
                f"{found!r}"
            )
        if dtype is not None and found._dtype is not dtype:
            raise RuntimeError(
                f"Conversion function {function!r} for type {type(value)} returned incompatible "
                f"dtype: requested = {dtype.name}, actual = {found._dtype.name}"
            )
        return found
    return None
