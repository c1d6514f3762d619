"""Sums, means, extremes along axes, and running ones: tf.reduce_sum, tf.argmax, tf.cumsum, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import BOOL, FLOATS, NUMERIC, REAL, DType, as_dtype
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import integers
from tfcompat._src.ops.common import check_dtype, wrong_dtype
from tfcompat._src.shapes import normalize_axes, normalize_axis
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("reductions")
array = dispatch.family("array")


# ---------------------------------------------------------------------------------------- helpers
def _reduce(
    kernel: Any, x: Any, axis: Any, keepdims: Any, op: str, accepted: frozenset[DType]
) -> Tensor:
    """A reduction that keeps the dtype and has a derivative."""
    if not isinstance(x, Tensor):
        x = to_tensor(x)
    dtype = x._dtype
    if dtype not in accepted:
        raise wrong_dtype(op, dtype, accepted)
    if axis is None and not keepdims:
        # Over everything: the kernels' own default, and the shortest way through a tape.
        return dispatch.execute1(kernel, x, dtype)
    if axis.__class__ is int:
        rank = x._rank
        at = axis + rank if axis < 0 else axis
        if 0 <= at < rank:
            attrs: tuple[Any, ...] = ((at,), True) if keepdims else ((at,),)
            return dispatch.execute(kernel, (x,), attrs, dtype)
    x, attrs = _along(x, axis, keepdims, op)
    return dispatch.execute(kernel, (x,), attrs, dtype)


@lru_cache(maxsize=64)
def _every(rank: int) -> tuple[int, ...]:
    return tuple(range(rank))


def axes_in(axis: Any, rank: int, op: str) -> tuple[int, ...]:
    """Axes as a sorted tuple of non-negative ints, as TensorFlow reads them."""
    try:
        return normalize_axes(axis, rank, op)
    except (TypeError, InvalidArgumentError):
        if isinstance(axis, (int, float, str)):
            raise
        # Axes may be nested; what makes no tensor of integers is refused before their range is.
        return normalize_axes(integers(axis, op).reshape(-1).tolist(), rank, op)


def _along(x: Tensor, axis: Any, keepdims: Any, op: str) -> tuple[Tensor, tuple[Any, ...]]:
    """What to reduce, and the axes and keepdims that the kernel gets."""
    rank = x._rank
    axes = _every(rank) if axis is None else axes_in(axis, rank, op)
    if axes or not rank:
        return x, (axes, bool(keepdims))
    # Along no axis each element is reduced alone; frameworks take no axis for all of them.
    wider = (tuple([*x._shape, 1]),)
    return dispatch.execute(array.reshape, (x,), wider, x._dtype), ((rank,), False)


def _reduce_truth(kernel: Any, x: Any, axis: Any, keepdims: Any, op: str) -> Tensor:
    if not (isinstance(x, Tensor) and x._dtype is dtypes.bool_):
        x = _truth(x, axis)
        if x._dtype is not dtypes.bool_:
            raise wrong_dtype(op, x._dtype, BOOL)
    rank = x._rank
    keeps = keepdims is not False and bool(keepdims)
    if axis.__class__ is int and 0 <= axis < rank:
        attrs: tuple[Any, ...] = ((axis,), keeps)
    elif axis is None and rank:
        attrs = (_every(rank), keeps)
    else:
        x, attrs = _along(x, axis, keepdims, op)
    return dispatch.execute_constant(kernel, (x,), attrs, dtypes.bool_)


# ------------------------------------------------------------------------------------- reductions
@public("tfcompat.math")
def reduce_sum(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The sum along axes, by default along all."""
    return _reduce(kernels.reduce_sum, input_tensor, axis, keepdims, "Sum", NUMERIC)


@public("tfcompat.math")
def reduce_mean(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean along axes, by default along all; that of integers is cut to an integer."""
    return _reduce(kernels.reduce_mean, input_tensor, axis, keepdims, "Mean", NUMERIC)


@public("tfcompat.math")
def reduce_max(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The largest element along axes, by default along all; equal ones share the gradient."""
    return _reduce(kernels.reduce_max, input_tensor, axis, keepdims, "Max", REAL)


@public("tfcompat.math")
def reduce_min(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The smallest element along axes, by default along all; equal ones share the gradient."""
    return _reduce(kernels.reduce_min, input_tensor, axis, keepdims, "Min", REAL)


@public("tfcompat.math")
def reduce_prod(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The product along axes, by default along all; zeros do not spoil the gradient."""
    return _reduce(kernels.reduce_prod, input_tensor, axis, keepdims, "Prod", NUMERIC)


@public("tfcompat.math")
def reduce_any(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether any element along axes holds, by default along all."""
    return _reduce_truth(kernels.reduce_any, input_tensor, axis, keepdims, "Any")


@public("tfcompat.math")
def reduce_all(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """Whether all elements along axes hold, by default along all."""
    return _reduce_truth(kernels.reduce_all, input_tensor, axis, keepdims, "All")


def _truth(x: Any, axis: Any) -> Tensor:
    # Beside a list of axes TensorFlow converts the tensor too, and another dtype is a ValueError.
    if isinstance(axis, (list, tuple)) or not (
        isinstance(x, Tensor) or hasattr(x, "__tf_tensor__")
    ):
        return to_tensor(x, dtypes.bool_)
    return to_tensor(x)


def _spread(kernel: Any, x: Any, axis: Any, keepdims: Any, op: str) -> Tensor:
    if not isinstance(x, Tensor):
        x = to_tensor(x)
    if x._dtype not in NUMERIC:
        raise wrong_dtype("Mean", x._dtype, NUMERIC)
    x, attrs = _along(x, axis, keepdims, "Mean")
    if x._dtype.is_integer:
        raise TypeError(f"{op}: received integers, {x._dtype!r}; expected floats or complex")
    return dispatch.execute(kernel, (x,), attrs, x._dtype.real_dtype)


@public("tfcompat.math")
def reduce_variance(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The mean squared distance from the mean along axes, by default along all.

    Real for complex numbers. Raises TypeError for integers.
    """
    return _spread(kernels.reduce_variance, input_tensor, axis, keepdims, "reduce_variance")


@public("tfcompat.math")
def reduce_std(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of the variance along axes, by default along all; at 0 its gradient is NaN.

    Real for complex numbers. Raises TypeError for integers.
    """
    return _spread(kernels.reduce_std, input_tensor, axis, keepdims, "reduce_std")


@public("tfcompat.math")
def reduce_logsumexp(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """log(sum(exp(x))) along axes, by default along all; it does not overflow."""
    return _reduce(kernels.reduce_logsumexp, input_tensor, axis, keepdims, "LogSumExp", FLOATS)


@public("tfcompat.math")
def reduce_euclidean_norm(
    input_tensor: Any, axis: Any = None, keepdims: bool = False, name: str | None = None
) -> Tensor:
    """The square root of the sum of squares along axes, by default along all.

    At 0 its gradient is NaN.
    """
    kernel = kernels.reduce_euclidean_norm
    return _reduce(kernel, input_tensor, axis, keepdims, "EuclideanNorm", NUMERIC)


@public("tfcompat.math")
def count_nonzero(
    input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """How many elements along axes are not zero, not False, not empty strings."""
    x = input if isinstance(input, Tensor) else to_tensor(input)
    if isinstance(x, HostTensor):
        x = to_tensor(x._array != b"")
    wanted = dtype if dtype is dtypes.int64 else as_dtype(dtype)
    x, axes = _along(x, axis, keepdims, "Sum")
    return dispatch.execute_constant(kernels.count_nonzero, (x,), (*axes, wanted), wanted)


@public("tfcompat.math")
def zero_fraction(value: Any, name: str | None = None) -> Tensor:
    """Which part of the elements is zero, as float32; NaN for no elements."""
    x = to_tensor(value)
    total = 1
    for size in x._shape:
        total *= size
    nonzero = count_nonzero(x, dtype=dtypes.float32)
    return (float(total) - nonzero) / float(total)


# ---------------------------------------------------------------------------------------- argmax
_ORDERED = REAL | BOOL
_POSITIONS = frozenset({dtypes.int16, dtypes.uint16, dtypes.int32, dtypes.int64})


def _position(
    kernel: Any, x: Any, axis: Any, output_type: Any, op: str, results: frozenset[DType]
) -> Tensor:
    if isinstance(x, Tensor) and axis.__class__ is int and x._dtype in _ORDERED:
        shape = x._shape
        if 0 <= axis < len(shape) and shape[axis] and output_type in results:
            # The commonest of all, straight on.
            return dispatch.execute_constant(kernel, (x,), (axis, output_type), output_type)
    x = to_tensor(x)
    check_dtype(op, x, _ORDERED)
    wanted = as_dtype(output_type)
    if wanted not in results:
        raise wrong_dtype(op, wanted, results)
    along = normalize_axis(0 if axis is None else axis, x._rank, op)
    if x._shape[along] == 0:
        raise invalid_argument(
            op, f"Reduction axis {along} is empty in shape {list(x._shape)}; expected elements"
        )
    return dispatch.execute_constant(kernel, (x,), (along, wanted), wanted)


@public("tfcompat.math")
def argmax(
    input: Any,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """Where along an axis, by default the first, the largest element is; the first of equals."""
    return _position(kernels.argmax, input, axis, output_type, "ArgMax", _POSITIONS)


@public("tfcompat.math")
def argmin(
    input: Any,
    axis: Any = None,
    output_type: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """Where along an axis, by default the first, the smallest element is; the first of equals."""
    return _position(kernels.argmin, input, axis, output_type, "ArgMin", dtypes.INDEX)


# ------------------------------------------------------------------------------------ running ones
def _running(
    kernel: Any,
    x: Any,
    axis: Any,
    exclusive: bool,
    reverse: bool,
    op: str,
    accepted: frozenset[DType],
) -> Tensor:
    if not isinstance(x, Tensor):
        x = to_tensor(x)
    if x._dtype not in accepted:
        raise wrong_dtype(op, x._dtype, accepted)
    if axis is None:
        raise ValueError(f"{op}: received axis None; expected an int")
    rank = x._rank
    at = axis if axis.__class__ is int and 0 <= axis < rank else normalize_axis(axis, rank, op)
    attrs = at, exclusive is not False and bool(exclusive), reverse is not False and bool(reverse)
    return dispatch.execute(kernel, (x,), attrs, x._dtype)


@public("tfcompat.math")
def cumsum(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The sums of all elements up to each, without it if `exclusive`, from the end if `reverse`."""
    return _running(kernels.cumsum, x, axis, exclusive, reverse, "Cumsum", NUMERIC)


@public("tfcompat.math")
def cumprod(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """The products of all elements up to each; options as for cumsum.

    The gradient is computed by division, and is 0 by an element that is 0.
    """
    return _running(kernels.cumprod, x, axis, exclusive, reverse, "Cumprod", NUMERIC)


@public("tfcompat.math")
def cumulative_logsumexp(
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Tensor:
    """log(sum(exp(x))) of all elements up to each; options as for cumsum."""
    kernel = kernels.cumulative_logsumexp
    return _running(kernel, x, axis, exclusive, reverse, "CumulativeLogsumexp", FLOATS)
