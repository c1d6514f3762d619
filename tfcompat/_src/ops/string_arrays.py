"""What the ops on strings share: arguments as NumPy arrays of bytes, results as tensors."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]


def typed(value: Any, dtype: DType, op: str, position: int = 0) -> Tensor:
    """An argument of one dtype; a tensor of another one is an InvalidArgumentError."""
    if not isinstance(value, Tensor):
        if not hasattr(value, "__tf_tensor__"):
            return to_tensor(value, dtype)
        value = to_tensor(value)
    if value._dtype is not dtype:
        raise invalid_argument(
            op,
            f"cannot compute {op} as input #{position}(zero-based) was expected to be a "
            f"{dtype.name} tensor but is a {value._dtype.name} tensor",
        )
    return value


def strings(value: Any, op: str, position: int = 0) -> Array:
    """An argument that must be strings, as an array of bytes."""
    return typed(value, dtypes.string, op, position)._numpy()


def flat(x: Tensor) -> Array | None:
    """The strings in the form of `flat_strings`, if they have it."""
    return x.flat() if x.__class__ is HostTensor else None


def scalar_string(value: Any, op: str, what: str, position: int = 0) -> bytes:
    """An argument that must be one string."""
    array = strings(value, op, position)
    if array.ndim:
        raise invalid_argument(op, f"received {what} of shape {array.shape}; expected a scalar")
    return array.item()


def text(value: Any, op: str, what: str, default: str | None = None) -> str:
    """An argument that is no tensor but Python's own string; None stands for its default."""
    if value is None and default is not None:
        return default
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogateescape")
    if not isinstance(value, str):
        raise TypeError(f"{op}: Expected string for argument {what!r} not {value!r}.")
    return value


def whole_number(value: Any, op: str, what: str, default: int | None = None) -> int:
    """An argument that is no tensor but a Python integer; None stands for its default."""
    if value is None and default is not None:
        return default
    try:
        return int(value)
    except (TypeError, ValueError):
        raise TypeError(f"{op}: Expected int for argument {what!r} not {value!r}.") from None


def one_of(value: str, accepted: tuple[str, ...], op: str, what: str) -> None:
    """Raises InvalidArgumentError unless a choice is among the accepted ones."""
    if value not in accepted:
        raise not_one_of(op, what, value, accepted)


def not_one_of(
    op: str, what: str, received: object, accepted: Iterable[str]
) -> InvalidArgumentError:
    """The error for a choice that is not among the accepted ones."""
    return invalid_argument(
        op, f"received {what}={received!r}; expected one of: {', '.join(accepted)}"
    )


def filled(values: list[Any], shape: tuple[int, ...]) -> HostTensor:
    """A tensor of these strings in row-major order."""
    return HostTensor(np.fromiter(values, object, len(values)).reshape(shape))


def mapped(function: Callable[[bytes], bytes], array: Array) -> HostTensor:
    """The strings that a function makes of strings."""
    return filled(list(map(function, array.reshape(-1).tolist())), array.shape)


def measured(function: Callable[[bytes], Any], array: Array, dtype: DType) -> Tensor:
    """The numbers that a function makes of strings."""
    numbers = list(map(function, array.reshape(-1).tolist()))
    return from_numpy(np.array(numbers, dtype.as_numpy_dtype).reshape(array.shape), dtype)
