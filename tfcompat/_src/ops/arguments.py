"""Arguments that are not operands: shapes, axes, sizes; and lists of tensors of one dtype."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.ops.common import mismatch, wrong_dtype
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

INDEX_OR_INT16 = dtypes.INDEX | {dtypes.int16}


def integers(value: Any, op: str, wanted: DType | None = None) -> np.ndarray[Any, Any]:
    """The value of an integer argument; `wanted` is the dtype Python values are read as.

    Raises:
      InvalidArgumentError: not int32 or int64.
      TypeError: a Python value that is not of the wanted dtype.
      ValueError: a shape that is not fully known.
    """
    if isinstance(value, TensorShape):
        value = _known(value)
    elif isinstance(value, (Tensor, np.ndarray, np.generic)) or hasattr(value, "__tf_tensor__"):
        wanted = None
    tensor = to_tensor(value, wanted)
    numbers = tensor._numpy()
    if tensor._dtype not in dtypes.INDEX and numbers.size:
        raise wrong_dtype(op, tensor._dtype, dtypes.INDEX)
    return numbers


def _whole(value: Sequence[Any]) -> Tensor:
    """Tensors and numbers as a vector, cast where they are floats."""
    packed = to_tensor(list(value))
    if packed._dtype not in dtypes.FLOATS:
        return packed
    return from_numpy(packed._numpy().astype(np.int32), dtypes.int32)


def _known(shape: TensorShape) -> list[int]:
    if not shape.is_fully_defined():
        raise ValueError(f"Cannot convert a partially known TensorShape {shape} to a Tensor.")
    return [int(n) for n in shape.as_list() if n is not None]


def int_vector(
    value: Any,
    op: str,
    what: str,
    wanted: DType | None = None,
    *,
    scalar: bool = True,
    casts: bool = True,
) -> tuple[int, ...]:
    """A shape, sizes or axes as ints; a scalar stands for a vector of one where allowed.

    casts: whether a list of tensors may be one of floats.

    Raises InvalidArgumentError for another rank, and what `integers` raises.
    """
    if value.__class__ is tuple or value.__class__ is list:
        try:
            return tuple(map(index, value))
        except TypeError:
            if casts and any([isinstance(size, Tensor) for size in value]):
                value = _whole(value)
    elif value.__class__ is TensorShape:
        sizes = value._dims
        if sizes is not None and None not in sizes:
            return sizes  # type: ignore[return-value]
    elif value.__class__ is int and scalar:
        return (value,)
    numbers = integers(value, op, wanted)
    if numbers.ndim == 1 or (scalar and not numbers.ndim):
        return tuple(numbers.reshape(-1).tolist())
    raise invalid_argument(
        op, f"received {what} of shape {list(numbers.shape)}; expected a vector of integers"
    )


def int_scalar(
    value: Any, op: str, what: str, wanted: DType | None = dtypes.int32, rank: int = 2
) -> int:
    """An axis or a count as an int; a single element in up to `rank` axes will do.

    Raises:
      TypeError: a Python value that is not an integer.
      InvalidArgumentError: a tensor of another dtype, or of another shape.
    """
    if value.__class__ is int:
        return value
    numbers = integers(value, op, wanted)
    if numbers.size != 1 or numbers.ndim > rank:
        raise invalid_argument(
            op, f"received {what} of shape {list(numbers.shape)}; expected a single integer"
        )
    return int(numbers.reshape(()))


def axis_in(
    axis: Any, rank: int, op: str, wanted: DType | None = dtypes.int32, nested: int = 1
) -> int:
    """An axis as a non-negative int. Raises InvalidArgumentError if it is out of range."""
    at = axis if axis.__class__ is int else int_scalar(axis, op, "an axis", wanted, nested)
    if -rank <= at < rank:
        return at + rank if at < 0 else at
    raise invalid_argument(op, f"received axis {at}; expected one in [{-rank}, {rank})")


def check_sizes(sizes: Sequence[int], op: str) -> None:
    """Raises InvalidArgumentError for a negative size in a shape."""
    for n in sizes:
        if n < 0:
            raise invalid_argument(
                op, f"received the shape {list(sizes)}: Dimension {n} must be >= 0"
            )


def matching(values: Sequence[Any], op: str) -> tuple[Tensor, ...]:
    """Tensors of one dtype: that of the first tensor among the values, else the first value's.

    Raises InvalidArgumentError for a tensor of another dtype.
    """
    first = values[0] if values else None
    if isinstance(first, Tensor):
        for x in values:
            if x.__class__ is not first.__class__ or x._dtype is not first._dtype:
                break
        else:
            return tuple(values)
    dtype: DType | None = None
    for value in values:
        if isinstance(value, Tensor) or hasattr(value, "__tf_tensor__"):
            dtype = as_dtype(value.dtype)
            break
    tensors = []
    for value in values:
        if not isinstance(value, Tensor):
            value = to_tensor(value) if dtype is None else operand(value, dtype)
        if dtype is None:
            dtype = value._dtype
        tensors.append(value)
    for position, x in enumerate(tensors):
        if x._dtype is not dtype:
            raise mismatch(op, tensors[0], x, position)
    return tuple(tensors)


def move(
    kernel: Callable[..., Any],
    on_host: Callable[..., Any],
    inputs: tuple[Tensor, ...],
    attrs: tuple[Any, ...],
) -> Any:
    """Runs a kernel that moves elements without looking at them; its NumPy twin on the host.

    The first input gives the dtype of the results.
    """
    if inputs[0].__class__ is HostTensor:
        return on_strings(on_host, inputs, attrs)
    return dispatch.execute(kernel, inputs, attrs, inputs[0]._dtype)


def on_strings(
    on_host: Callable[..., Any], inputs: tuple[Tensor, ...], attrs: tuple[Any, ...]
) -> Any:
    """Runs a function on NumPy arrays, of which it makes arrays of strings or quantized numbers."""
    out = on_host(*[x._numpy() for x in inputs], *attrs)
    # What is chosen between has the result's type, what chooses has another.
    host = next(x for x in inputs if x.__class__ is HostTensor)
    if isinstance(out, (tuple, list)):
        return tuple([HostTensor(_strings(x), host._dtype) for x in out])
    return HostTensor(_strings(out), host._dtype)


def _strings(value: Any) -> np.ndarray[Any, Any]:
    if isinstance(value, (np.ndarray, np.number)):
        return np.asarray(value)
    # NumPy hands out the element itself where an array of no axes is meant.
    array = np.empty((), object)
    array[()] = value
    return array
