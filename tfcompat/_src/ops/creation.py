"""Making tensors from sizes: tf.zeros, tf.fill, tf.range, tf.linspace, tf.one_hot, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import adopted, from_numpy, operand, to_tensor
from tfcompat._src.device import current_device
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import (
    ResourceExhaustedError,
    invalid_argument,
    not_found,
    unimplemented,
)
from tfcompat._src.function import op_rules
from tfcompat._src.function.rules import gives
from tfcompat._src.host import HostTensor
from tfcompat._src.memory import counted
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import check_sizes, int_scalar, int_vector, move, on_strings
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, wrong_dtype
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("creation")
array = dispatch.family("array")
casting = dispatch.family("casting")


# ------------------------------------------------------------------------------------- one value
def _sizes(shape: Any, op: str) -> tuple[int, ...]:
    sizes = int_vector(shape, op, "a shape", dtypes.int32)
    check_sizes(sizes, op)
    return sizes


def _made(kernel: Any, sizes: tuple[int, ...], dtype: DType) -> Tensor:
    return dispatch.execute_constant(kernel, (), (sizes, dtype, current_device()), dtype)


def _needs_number(dtype: DType, value: int) -> None:
    if dtype not in dtypes.NUMERIC_OR_BOOL:
        raise TypeError(f"Cannot convert {value} to EagerTensor of dtype {dtype.name}")


def _empty_strings(sizes: tuple[int, ...]) -> Tensor:
    strings = np.empty(sizes, object)
    strings.fill(b"")
    return HostTensor(strings)


@public("tfcompat")
def zeros(
    shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None
) -> Tensor:
    """A tensor of zeros; of False for bool, of empty strings for string."""
    wanted = dtype if dtype is dtypes.float32 else as_dtype(dtype)
    sizes = _sizes(shape, "Fill")
    if wanted not in dtypes.NUMERIC_OR_BOOL:
        if wanted is dtypes.string:
            return _empty_strings(sizes)
        if wanted in dtypes.PLAIN:
            return from_numpy(np.zeros(sizes, dtypes.PLAIN[wanted].as_numpy_dtype), wanted)
        _needs_number(wanted, 0)
    return _made(kernels.zeros, sizes, wanted)


@public("tfcompat")
def ones(
    shape: Any, dtype: Any = dtypes.float32, name: str | None = None, layout: Any = None
) -> Tensor:
    """A tensor of ones; of True for bool."""
    wanted = as_dtype(dtype)
    if wanted in dtypes.PLAIN:
        return cast(ones(shape, dtypes.PLAIN[wanted]), wanted)
    _needs_number(wanted, 1)
    return _made(kernels.ones, _sizes(shape, "Fill"), wanted)


@public("tfcompat")
def zeros_like(
    input: Any, dtype: Any = None, name: str | None = None, layout: Any = None
) -> Tensor:
    """Zeros in the shape of a tensor, and in its dtype unless another is given."""
    x = input if isinstance(input, Tensor) else to_tensor(input)
    wanted = x._dtype if dtype is None else as_dtype(dtype)
    if wanted is not x._dtype or x.__class__ is HostTensor:
        return zeros(tuple(x._shape), wanted)
    return dispatch.execute_constant(kernels.zeros_like, (x,), (), wanted)


@public("tfcompat")
def ones_like(input: Any, dtype: Any = None, name: str | None = None, layout: Any = None) -> Tensor:
    """Ones in the shape of a tensor, and in its dtype unless another is given."""
    x = to_tensor(input)
    wanted = x._dtype if dtype is None else as_dtype(dtype)
    if wanted is not x._dtype:
        return ones(tuple(x._shape), wanted)
    check_dtype("OnesLike", x, dtypes.NUMERIC_OR_BOOL)
    return dispatch.execute_constant(kernels.ones_like, (x,), (), wanted)


def _fill_strings(value: Any, sizes: tuple[int, ...]) -> Any:
    strings = np.empty(sizes, value.dtype)
    strings.fill(value[()])
    return strings


@public("tfcompat")
def fill(dims: Any, value: Any, name: str | None = None, layout: Any = None) -> Tensor:
    """A tensor of shape `dims` that repeats a scalar.

    Raises InvalidArgumentError for a value that is no scalar.
    """
    x = operand(value, dtypes.float32) if value.__class__ is float else to_tensor(value)
    sizes = int_vector(dims, "Fill", "a shape")
    check_sizes(sizes, "Fill")
    shape = x._shape
    if shape:
        if shape != (1,):
            raise invalid_argument(
                "Fill", f"value must represent a scalar, got shape {list(shape)}"
            )
        x = move(array.reshape, np.reshape, (x,), ((),))
    return move(kernels.fill, _fill_strings, (x,), (sizes,))


@public("tfcompat")
def eye(
    num_rows: Any,
    num_columns: Any = None,
    batch_shape: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Ones on the diagonal and zeros elsewhere, repeated for each element of `batch_shape`."""
    wanted = as_dtype(dtype)
    _needs_number(wanted, 1)
    rows = _count(num_rows)
    columns = rows if num_columns is None else _count(num_columns)
    batch = () if batch_shape is None else int_vector(list(batch_shape), "eye", "a batch shape")
    sizes = (*batch, rows, columns)
    check_sizes(sizes, "eye")
    return _made(kernels.eye, sizes, wanted)


def _count(value: Any) -> int:
    if isinstance(value, (float, list, tuple)):
        raise TypeError(
            f"eye: Arguments `num_rows` and `num_columns` must be integers. Received: {value}"
        )
    return int_scalar(value, "eye", "a number of rows")


# --------------------------------------------------------------------------------------- sequences
# In TensorFlow's order: mixed arguments take the last of their dtypes.
_RANGE = (
    dtypes.int32,
    dtypes.int64,
    dtypes.float16,
    dtypes.bfloat16,
    dtypes.float32,
    dtypes.float64,
)


_LEAST = 1 - 2**31
_LENGTHS = dtypes.REAL | dtypes.BOOL
_MANY = 1 << 15


@public("tfcompat")
@gives(op_rules.counted)
def range(
    start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: str = "range"
) -> Tensor:
    """`start`, `start + delta`, ... up to but without `limit`; `range(limit)` starts at 0.

    Raises:
      TypeError: not numbers, or numbers that `dtype` cannot hold.
      InvalidArgumentError: not scalars, a step of zero or away from the limit.
    """
    if limit is None:
        start, limit = 0, start
    if start.__class__ is int and limit.__class__ is int and delta.__class__ is int:
        if dtype is None and delta > 0 and _LEAST <= start <= limit <= -_LEAST:
            return whole_range(start, limit, delta, dtypes.int32)
    wanted = None if dtype is None else as_dtype(dtype)
    ends = [_scalar_value(value, wanted) for value in (start, limit, delta)]
    if wanted is None:
        for found, _ in ends:
            if found not in _RANGE:
                raise TypeError(
                    f"range: received a value of dtype {found.name}; expected one of "
                    f"{[d.name for d in _RANGE]}"
                )
        wanted = max((found for found, _ in ends), key=_RANGE.index)
    elif wanted not in _RANGE:
        if wanted in dtypes.INTEGERS - {dtypes.uint8}:
            raise not_found("range", f"no kernel for {wanted.name}; accepted are {list(_RANGE)}")
        raise wrong_dtype("range", wanted, frozenset(_RANGE))
    native = wanted.as_numpy_dtype
    first, last, step = (np.asarray(value).astype(native)[()] for _, value in ends)
    _check_range(first, last, step)
    try:
        return adopted(_values(first, last, step, wanted), wanted)
    except MemoryError as error:
        raise ResourceExhaustedError(None, None, f"range: {error}") from None


def whole_range(start: int, limit: int, step: int, dtype: DType) -> Tensor:
    """The integers from `start` up to but without `limit`, which `dtype` can hold."""
    count = -((start - limit) // step)
    if count > _MANY and dtype is dtypes.int32 and dispatch.has("creation", "whole_range"):
        how = (start, count, step, current_device())
        return dispatch.execute_constant(kernels.whole_range, (), how, dtype)
    return adopted(counted(start, count, step, dtype.as_numpy_dtype), dtype)


def _values(first: Any, last: Any, step: Any, dtype: DType) -> np.ndarray[Any, Any]:
    native = dtype.as_numpy_dtype
    if dtype.is_integer:
        return counted(int(first), -((int(first) - int(last)) // int(step)), int(step), native)
    # TensorFlow counts with the precision of the numbers: 0.1 to 1.1 by 0.1 are ten in float32.
    count = int(np.ceil(np.float64(np.abs((last - first) / step))))
    return np.asarray(first + np.arange(count).astype(native) * step, native)


def _scalar_value(value: Any, wanted: DType | None) -> tuple[DType, Any]:
    if isinstance(value, Tensor) or hasattr(value, "__tf_tensor__"):
        wanted = None
    x = to_tensor(value, wanted)
    if x._shape not in ((), (1,)):
        raise invalid_argument("range", f"received shape {list(x._shape)}; expected a scalar")
    return x._dtype, x._numpy().reshape(())


def _check_range(first: Any, last: Any, step: Any) -> None:
    if step == 0:
        raise invalid_argument("range", f"Requires delta != 0: received {step}")
    if (first > last) if step > 0 else (first < last):
        sign = "<= limit when delta > 0" if step > 0 else ">= limit when delta < 0"
        raise invalid_argument("range", f"Requires start {sign}: received {first}/{last}")


@public("tfcompat")
def linspace(start: Any, stop: Any, num: Any, name: str | None = None, axis: Any = 0) -> Tensor:
    """`num` evenly spaced values from `start` to `stop`, both included, along a new axis.

    Integers give float64. A single value is `start`.

    Raises InvalidArgumentError for an axis out of range.
    """
    plain = start.__class__ is stop.__class__ is float
    first = operand(start, dtypes.float32) if plain else to_tensor(start)
    last = operand(stop, dtypes.float32) if plain else to_tensor(stop, first._dtype)
    count = _linspace_count(num)
    if first._dtype.is_integer:
        wide = dtypes.float32 if first._dtype.size < 4 else dtypes.float64
        first = dispatch.execute_constant(casting.cast, (first,), (wide,), wide)
        last = dispatch.execute_constant(casting.cast, (last,), (wide,), wide)
    check_dtype("linspace", first, dtypes.FLOAT_OR_COMPLEX)
    rank = len(broadcast_shapes(tuple(first._shape), tuple(last._shape), "linspace"))
    at = int_scalar(axis, "linspace", "an axis")
    if not -rank - 1 <= at <= rank:
        raise invalid_argument(
            "linspace", f"Tried to expand dim index {at} for tensor with {rank} dimensions."
        )
    if at < 0:
        at += rank + 1
    return dispatch.execute(kernels.linspace, (first, last), (count, at), first._dtype)


def _linspace_count(num: Any) -> int:
    if num.__class__ is int and num >= 0:
        return num
    x = to_tensor(num)
    if not x._dtype.is_integer:
        raise TypeError(
            f"linspace: Argument `num` must be of type integer. Received {num} of dtype "
            f"{x._dtype.name}"
        )
    count = int_scalar(x, "linspace", "num")
    if count < 0:
        raise invalid_argument("linspace", f"received num={count}; expected at least 0")
    return count


# ----------------------------------------------------------------------------------------- classes
_ONE_HOT = dtypes.INDEX | {dtypes.uint8, dtypes.int8}


@public("tfcompat")
def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Tensor:
    """`on_value` at the index along a new axis of size `depth`, `off_value` elsewhere.

    An index out of range gives `off_value` everywhere. Not differentiable.

    Raises:
      TypeError: the values and `dtype` disagree.
      InvalidArgumentError: indices that are no integers, a negative depth, an axis out of range.
    """
    empty = isinstance(indices, (list, tuple)) and not indices
    x = to_tensor(indices, dtypes.int64 if empty else None)
    on, off = _one_hot_values(on_value, off_value, dtype)
    check_dtype("OneHot", x, _ONE_HOT)
    classes = _depth(depth)
    if classes < 0:
        raise invalid_argument("OneHot", f"depth must be non-negative, got: {classes}")
    rank = len(x._shape)
    at = -1 if axis is None else int(axis)
    if not -1 <= at <= rank:
        raise invalid_argument(
            "OneHot", f"Expected axis to be -1 or between [0, {rank + 1}).  But received: {at}"
        )
    attrs = (classes, rank if at == -1 else at)
    if on._dtype is dtypes.string:
        return on_strings(_one_hot_strings, (x, on, off), attrs)
    return dispatch.execute_constant(kernels.one_hot, (x, on, off), attrs, on._dtype)


def _depth(depth: Any) -> int:
    if depth.__class__ is int:
        return depth
    size = to_tensor(depth, None if isinstance(depth, Tensor) else dtypes.int32)
    if size._shape:
        raise invalid_argument("OneHot", f"depth must be a scalar, but got: {list(size._shape)}")
    return int(size)


def _one_hot_values(on_value: Any, off_value: Any, dtype: Any) -> tuple[Tensor, Tensor]:
    wanted = None if dtype is None else as_dtype(dtype)
    if on_value is None and off_value is None and wanted is not dtypes.bool_:
        chosen = wanted or dtypes.float32
        return operand(1, chosen), operand(0, chosen)
    given = {}
    for what, value in (("on_value", on_value), ("off_value", off_value)):
        if value is None:
            continue
        found = to_tensor(value)
        if wanted is not None and found._dtype is not wanted:
            if isinstance(value, Tensor) or not _fits(value, wanted):
                raise TypeError(
                    f"one_hot: dtype {found._dtype.name} of {what} does not match dtype "
                    f"parameter {wanted.name}"
                )
            found = to_tensor(value, wanted)
        given[what] = found
    kinds = {x._dtype for x in given.values()}
    if len(kinds) > 1:
        raise TypeError(
            f"one_hot: dtype {given['on_value']._dtype.name} of on_value does not match dtype "
            f"{given['off_value']._dtype.name} of off_value"
        )
    chosen = wanted or (kinds.pop() if kinds else dtypes.float32)
    on = given["on_value"] if "on_value" in given else to_tensor(1, chosen)
    off = given["off_value"] if "off_value" in given else to_tensor(0, chosen)
    for x in (on, off):
        if x._shape:
            raise invalid_argument(
                "OneHot", f"on_value and off_value must be scalars, but got: {list(x._shape)}"
            )
    return on, off


def _fits(value: Any, wanted: DType) -> bool:
    try:
        to_tensor(value, wanted)
    except (TypeError, ValueError):
        return False
    return True


def _one_hot_strings(x: Any, on: Any, off: Any, depth: int, axis: int) -> Any:
    hot = np.expand_dims(x, -1) == np.arange(depth)
    return np.moveaxis(np.where(hot, on, off), -1, axis)


@public("tfcompat")
def sequence_mask(
    lengths: Any, maxlen: Any = None, dtype: Any = dtypes.bool_, name: str | None = None
) -> Tensor:
    """True (or one) at the first `lengths` positions of a new, last axis of size `maxlen`.

    `maxlen` is by default the largest of the lengths.

    Raises InvalidArgumentError for a negative `maxlen`, ValueError for one that is no scalar.
    """
    x = to_tensor(lengths)
    wanted = as_dtype(dtype)
    if x._dtype not in _LENGTHS:
        refusal = invalid_argument if x._dtype is dtypes.string else unimplemented
        raise refusal("sequence_mask", f"received lengths of {x._dtype.name}")
    if maxlen is None:
        limit = int(x._numpy().max(initial=0))
    elif maxlen.__class__ is int and x._dtype is dtypes.int32 and maxlen < 2**31:
        limit = maxlen
    else:
        given = to_tensor(maxlen)
        if given._shape:
            raise ValueError(
                "sequence_mask: Argument `maxlen` must be scalar, received "
                f"{maxlen} with shape {tuple(given._shape)}"
            )
        limit = int(given)
        if x._dtype is not given._dtype:
            x = dispatch.execute_constant(casting.cast, (x,), (given._dtype,), given._dtype)
    if limit < 0:
        raise invalid_argument("sequence_mask", f"received maxlen={limit}; expected at least 0")
    mask: Tensor = dispatch.execute_constant(kernels.sequence_mask, (x,), (limit,), dtypes.bool_)
    return cast(mask, wanted)
