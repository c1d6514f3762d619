"""What families of ops share: convert, check the dtype, run the kernel, explain a failure."""

from __future__ import annotations

from collections.abc import Callable
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.convert import operand, operands, to_tensor
from tfcompat._src.dtypes import DType, bool_
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.shapes import TensorShape, broadcast_shapes
from tfcompat._src.tensor import Tensor

Kernel = Callable[..., Any]


def wrong_dtype(op: str, received: DType, accepted: frozenset[DType]) -> InvalidArgumentError:
    """The error for a dtype the op does not take."""
    names = ", ".join(sorted(d.name for d in accepted))
    return invalid_argument(
        op, f"received a tensor of {received.name}, which is not one of: {names}"
    )


def mismatch(op: str, x: Tensor, y: Tensor, position: int = 1) -> InvalidArgumentError:
    """The error for operands of two dtypes."""
    return invalid_argument(
        op,
        f"cannot compute {op} as input #{position}(zero-based) was expected to be a "
        f"{x._dtype.name} tensor but is a {y._dtype.name} tensor",
    )


def check_dtype(op: str, x: Tensor, accepted: frozenset[DType]) -> None:
    """Raises InvalidArgumentError unless the op takes the tensor's dtype."""
    if x._dtype not in accepted:
        raise wrong_dtype(op, x._dtype, accepted)


def unary(kernel: Kernel, x: Any, op: str, accepted: frozenset[DType]) -> Tensor:
    """An element-wise op of one input that keeps the dtype."""
    if not isinstance(x, Tensor):
        if hasattr(x, "_mapped"):
            return x._mapped(op, lambda values: unary(kernel, values, op, accepted))
        x = to_tensor(x)
    dtype = x._dtype
    if dtype not in accepted:
        raise wrong_dtype(op, dtype, accepted)
    return dispatch.execute1(kernel, x, dtype)


def unary_constant(
    kernel: Kernel, x: Any, op: str, accepted: frozenset[DType], result: DType | None = None
) -> Tensor:
    """An element-wise op of one input that TensorFlow does not differentiate."""
    if not isinstance(x, Tensor):
        x = to_tensor(x)
    dtype = x._dtype
    if dtype not in accepted:
        raise wrong_dtype(op, dtype, accepted)
    return dispatch.execute_constant(kernel, (x,), (), result or dtype)


def binary(kernel: Kernel, x: Any, y: Any, op: str, accepted: frozenset[DType]) -> Tensor:
    """A broadcasting op of two inputs of one dtype, which the result has too."""
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    dtype = x._dtype
    if dtype is not y._dtype:
        raise mismatch(op, x, y)
    if dtype not in accepted:
        raise wrong_dtype(op, dtype, accepted)
    try:
        return dispatch.execute2(kernel, x, y, dtype)
    except Exception:
        # Only a failure pays for the check: every backend refuses shapes that do not broadcast.
        broadcast_shapes(tuple(x._shape), tuple(y._shape), op)
        raise


def comparison(
    kernel: Kernel,
    x: Any,
    y: Any,
    op: str,
    accepted: frozenset[DType],
    result: DType | None = bool_,
) -> Tensor:
    """A broadcasting op of two inputs of one dtype that TensorFlow does not differentiate."""
    if not (isinstance(x, Tensor) and isinstance(y, Tensor)):
        x, y = operands(x, y)
    dtype = x._dtype
    if dtype is not y._dtype:
        raise mismatch(op, x, y)
    if dtype not in accepted:
        raise wrong_dtype(op, dtype, accepted)
    try:
        return dispatch.execute_constant(kernel, (x, y), (), result)
    except Exception:
        broadcast_shapes(tuple(x._shape), tuple(y._shape), op)
        raise


def beside(value: Any, dtype: DType) -> Tensor:
    """`value` as a tensor; what has no dtype of its own takes the one given."""
    return value if isinstance(value, Tensor) else operand(value, dtype)


def is_operator(value: Any) -> bool:
    """Whether it is a LinearOperator, whose class stands above the ops that know its methods."""
    return hasattr(type(value), "_linop_adjoint")


def static_ints(value: Any, op: str) -> tuple[int, ...]:
    """A shape, axes or sizes given as ints, lists, arrays, tensors or a TensorShape, as ints.

    Raises:
      TypeError: not integers.
      ValueError: not a scalar or a vector, or a shape that is not fully known.
    """
    if value.__class__ is tuple or value.__class__ is list:
        try:
            return tuple([index(n) for n in value])
        except TypeError:
            pass
    elif value.__class__ is int:
        return (value,)
    elif isinstance(value, TensorShape):
        sizes = value.as_list()
        return tuple([index(n) for n in sizes])  # type: ignore[arg-type]
    numbers = to_tensor(value)._numpy()
    if numbers.size and numbers.dtype.kind not in "iu":
        raise TypeError(f"{op}: received {value!r}; expected integers")
    if numbers.ndim > 1:
        raise ValueError(f"{op}: received {value!r}; expected a scalar or a vector of integers")
    return tuple([int(n) for n in numbers.reshape(-1)])


def concrete(x: Tensor) -> np.ndarray[Any, Any] | None:
    """The value, where looking at it computes nothing: what checks of values look at."""
    return dispatch.backend().concrete(x)
