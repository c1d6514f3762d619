"""Shape and selection: tf.reshape, tf.concat, tf.cast, tf.zeros, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("array")


@public("tfcompat")
def identity(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """A tensor of its own with the same value."""
    x = to_tensor(input)
    return dispatch.execute1(kernels.identity, x, x._dtype)


@public("tfcompat")
def stop_gradient(input: Any, name: str | None = None) -> Tensor:  # noqa: A002
    """The same value, through which no derivative flows."""
    x = to_tensor(input)
    return dispatch.execute_constant(kernels.identity, (x,), (), x._dtype)  # type: ignore[no-any-return]


@public("tfcompat")
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape, of which one size may be -1."""
    x = to_tensor(tensor)
    return dispatch.execute(kernels.reshape, (x,), (tuple(shape),), x._dtype)  # type: ignore[no-any-return]
