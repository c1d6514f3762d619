"""What adapters of several tables need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import not_found
from tfcompat._src.ops.creation import zeros
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor


def first(function: Callable[..., Any], count: int = 1) -> Callable[..., Any]:
    """`function` of the first arguments only: for attributes that change nothing."""

    def call(*args: Any) -> Any:
        return function(*args[:count])

    call.__name__ = function.__name__
    return call


def gradient(function: Callable[..., Any], at: tuple[Any, ...], upstream: Any, by: int = 0) -> Any:
    """The gradient of `function(*at)` by one of its arguments, given that of its result."""
    inputs = [to_tensor(x) for x in at]
    with GradientTape() as tape:
        tape.watch(inputs[by])
        y = function(*inputs)
    return to_tensor(tape.gradient(y, inputs[by], to_tensor(upstream, y._dtype)))


def linear_gradient(function: Callable[[Tensor], Tensor], sizes: Any, upstream: Any) -> Any:
    """The gradient of a linear function by an argument of which only the shape matters."""
    dy = to_tensor(upstream)
    return gradient(function, (zeros(sizes, dy._dtype),), dy)


def check_result(op: str, found: DType, wanted: Any) -> None:
    """Raises NotFoundError where the attribute that names the result's dtype does not fit."""
    if as_dtype(wanted) is not found:
        raise not_found(
            op,
            f"received an attribute {as_dtype(wanted).name} where the arguments give {found.name}",
        )


def scalar(value: Any, dtype: DType = dtypes.int32) -> Tensor:
    """A scalar tensor."""
    return from_numpy(dtype.as_numpy_dtype(value).reshape(()), dtype)
