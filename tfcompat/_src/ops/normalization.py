"""Moments and batch normalization: tf.nn.moments, tf.nn.batch_normalization, ..."""

from __future__ import annotations

from math import prod
from typing import Any

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math
from tfcompat._src.ops.array import squeeze, stop_gradient
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.creation import zeros_like
from tfcompat._src.ops.reductions import axes_in, reduce_mean, reduce_sum
from tfcompat._src.ops.transcendental import reciprocal, rsqrt
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("nn")
reductions = dispatch.family("reductions")

_OWN = frozenset({dtypes.float32, dtypes.float64})
_ACCEPTED = dtypes.FLOAT_OR_COMPLEX | dtypes.INDEX


@public("tfcompat.nn")
def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance along axes.

    float16 is computed as float32. `shift` is ignored. To second order, the variance's gradient
    takes the mean for a constant.
    """
    x = to_tensor(x)
    check_dtype("moments", x, _ACCEPTED)
    if axes.__class__ in (list, tuple) and axes and x._dtype in _OWN and not recording.anybody():
        # Where nobody derives the framework's own will do.
        found = axes_in(axes, len(x._shape), "Mean")
        if 0 not in x._shape and dispatch.has("reductions", "moments"):
            return dispatch.execute(reductions.moments, (x,), (found, bool(keepdims)))
    wide = cast(x, dtypes.float32) if x._dtype is dtypes.float16 else x
    axes = _axes(axes)
    mean = reduce_mean(wide, axes, keepdims=True)
    squares = math.squared_difference(wide, stop_gradient(mean))
    variance = reduce_mean(squares, axes, keepdims=keepdims)
    if not keepdims:
        mean = _dropped(mean, axes)
        if axes.__class__ is list and not axes:
            # No axes to drop are all axes of size 1.
            variance = _dropped(variance, axes)
    return cast(mean, x._dtype), cast(variance, x._dtype)


def _axes(axes: Any) -> Any:
    return list(axes) if isinstance(axes, tuple) else axes


def _dropped(x: Tensor, axes: Any) -> Tensor:
    return squeeze(x, list(range(len(x._shape))) if axes is None else axes)


@public("tfcompat.nn")
def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance along axes, of elements that count as often as weights say."""
    x = to_tensor(x)
    weights = to_tensor(frequency_weights)
    dtype = x._dtype
    wide = cast(x, dtypes.float32) if dtype is dtypes.float16 else x
    weights = cast(weights, wide._dtype)
    axes = _axes(axes)
    check_dtype("weighted_moments", wide, dtypes.FLOAT_OR_COMPLEX)
    # The weights may broadcast, and count once per element then.
    total = reduce_sum(weights + zeros_like(wide), axes, keepdims=True)
    share = division.divide_no_nan(operand(1.0, wide._dtype), total)
    # What has no weight may be infinite.
    mean = math.multiply_no_nan(reduce_sum(weights * wide, axes, keepdims=True), share)
    squares = reduce_sum(weights * math.squared_difference(wide, mean), axes, keepdims=True)
    variance = math.multiply_no_nan(squares, share)
    if not keepdims:
        mean, variance = _dropped(mean, axes), _dropped(variance, axes)
    return cast(mean, dtype), cast(variance, dtype)


@public("tfcompat.nn")
def sufficient_statistics(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: str | None = None
) -> tuple[Tensor, Tensor, Tensor, Tensor | None]:
    """What mean and variance along axes are computed from.

    Returns:
      The number of elements, their sum, the sum of their squares, both after subtracting
      `shift`, and `shift`.
    """
    x = to_tensor(x)
    if not isinstance(axes, (list, tuple)):
        raise TypeError(f"sufficient_statistics: received axes={axes!r}; expected a list of axes")
    for axis in axes:
        x._shape[axis]
    axes = _axes(axes)
    if x._dtype is dtypes.bool_:
        operand(0, x._dtype)
    base = None if shift is None else to_tensor(shift)
    moved = x if base is None else math.subtract(x, base)
    total = reduce_sum(moved, axes, keepdims)
    squares = reduce_sum(math.square(moved), axes, keepdims)
    number = prod([x._shape[axis] for axis in axes])
    count = operand(number if x._dtype.is_integer else float(number), x._dtype)
    return count, total, squares, base


@public("tfcompat.nn")
def normalize_moments(
    counts: Any, mean_ss: Any, variance_ss: Any, shift: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The mean and the variance out of `sufficient_statistics`."""
    share = reciprocal(counts)
    shifted = mean_ss * share
    mean = shifted if shift is None else shifted + shift
    return mean, variance_ss * share - math.square(shifted)


def _alike(given: tuple[Any, ...]) -> bool:
    """Whether all are tensors of one dtype that frameworks compute with."""
    dtype = given[0]._dtype
    for x in given:
        if not isinstance(x, Tensor) or x._dtype is not dtype:
            return False
    return dtype in _OWN


@public("tfcompat.nn")
def batch_normalization(
    x: Any,
    mean: Any,
    variance: Any,
    offset: Any,
    scale: Any,
    variance_epsilon: Any,
    name: str | None = None,
) -> Tensor:
    """(x - mean) / sqrt(variance + variance_epsilon) * scale + offset.

    `offset` and `scale` may be None.
    """
    x = to_tensor(x)
    given = (x, mean, variance, offset, scale)
    if variance_epsilon.__class__ is float and _alike(given):
        try:
            return dispatch.execute(
                kernels.batch_normalization, given, (variance_epsilon,), x._dtype
            )
        except Exception:
            # What does not fit is refused below, where each step says why.
            pass
    factor = rsqrt(to_tensor(variance) + variance_epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor if offset is None else offset - mean * factor
    return math.add(x * cast(factor, x._dtype), cast(shift, x._dtype))
