"""Concatenation of quantized tensors."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.common import mismatch
from tfcompat._src.ops.quantization import _away, _floats, _limits, _lowest
from tfcompat._src.tensor import Tensor


@public("tfcompat.quantization")
class QuantizedConcat(NamedTuple):
    """The joined numbers, and the range that they stand for."""

    output: Tensor
    output_min: Tensor
    output_max: Tensor


# ---------------------------------------------------------------------------------------- concat
@public("tfcompat.quantization")
def quantized_concat(
    concat_dim: Any, values: Any, input_mins: Any, input_maxes: Any, name: str | None = None
) -> QuantizedConcat:
    """Tensors of tf.quint8 or tf.qint32 joined along an axis, after bringing them to one range.

    Args:
      concat_dim: the axis, 0 or more.
      values: two tensors or more.
      input_mins: for each of them the smallest number.
      input_maxes: likewise the largest one.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "QuantizedConcat"
    tensors = [to_tensor(x) for x in values]
    lows = [float(to_tensor(end, dtypes.float32)) for end in input_mins]
    highs = [float(to_tensor(end, dtypes.float32)) for end in input_maxes]
    if len(tensors) < 2 or len(lows) != len(tensors) or len(highs) != len(tensors):
        raise invalid_argument(
            op,
            f"received {len(tensors)} tensors, {len(lows)} smallest and {len(highs)} largest "
            "numbers; expected as many of each, two or more",
        )
    kind = tensors[0]._dtype
    for position, x in enumerate(tensors):
        if x._dtype is not kind:
            raise mismatch(op, tensors[0], x, position + 1)
    if kind not in (dtypes.quint8, dtypes.qint32):
        raise unimplemented(op, f"received {kind.name}; expected quint8 or qint32")
    arrays = [x._numpy() for x in tensors]
    axis, rank = int(concat_dim), arrays[0].ndim
    _check_joined(arrays, axis, rank, op)
    low, high = min(lows), max(highs)
    if low < 0 and kind is dtypes.qint32:
        # Signed numbers have 0 in the middle of their range.
        high = max(-low, high)
        low = -high
    parts = [
        a if (lows[i], highs[i]) == (low, high) else _moved(a, lows[i], highs[i], low, high, kind)
        for i, a in enumerate(arrays)
    ]
    found = np.concatenate(parts, axis)
    return QuantizedConcat(from_numpy(found, kind), *_floats(np.float32(low), np.float32(high)))


def _check_joined(arrays: list[np.ndarray[Any, Any]], axis: int, rank: int, op: str) -> None:
    if not 0 <= axis < rank:
        raise invalid_argument(
            op, f"Expected concatenating dimensions in the range [0, {rank}), but got {axis}"
        )
    for a in arrays:
        same = [n for i, n in enumerate(a.shape) if i != axis]
        if a.ndim != rank or same != [n for i, n in enumerate(arrays[0].shape) if i != axis]:
            raise invalid_argument(
                op, f"received the shapes {[list(x.shape) for x in arrays]}, which do not fit"
            )


def _moved(
    x: np.ndarray[Any, Any], low: float, high: float, new_low: float, new_high: float, kind: DType
) -> np.ndarray[Any, Any]:
    """Numbers of one range as those of another."""
    first, last = _limits(kind)
    steps = float(2 ** (8 * dtypes.PLAIN[kind].size))
    width = (high - low) * (steps / (steps - 1)) / steps
    value = _lowest(np.float64(low), width) + (x.astype(float) - first) * width
    value = value.astype(np.float32).astype(float)
    scale = steps / ((new_high - new_low) * (steps / (steps - 1)))
    found = _away(value * scale) - _away(np.float64(new_low * scale)) + first
    return np.asarray(np.clip(found, first, last), x.dtype)
