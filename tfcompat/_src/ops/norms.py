"""Lengths of vectors and matrices, and tensors scaled to a length: tf.norm, tf.clip_by_norm, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.dtypes import FLOATS, NUMERIC, REAL
from tfcompat._src.errors import invalid_argument
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops import math
from tfcompat._src.ops.array import reshape, transpose
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import wrong_dtype
from tfcompat._src.ops.creation import ones_like
from tfcompat._src.ops.decompositions import svd
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.nn import l2_loss, relu
from tfcompat._src.ops.reductions import reduce_euclidean_norm, reduce_max, reduce_sum
from tfcompat._src.ops.selection import where
from tfcompat._src.ops.transcendental import rsqrt, sqrt
from tfcompat._src.shapes import normalize_axis
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("norms")

_OWN = frozenset({dtypes.float32, dtypes.float64})


# ----------------------------------------------------------------------------------------- norms
@public("tfcompat")
def norm(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    keepdims: bool | None = None,
    name: str | None = None,
) -> Tensor:
    """The norm of vectors or of matrices in a tensor.

    Args:
      tensor: floating or complex.
      ord: "euclidean", 1, 2, inf or another positive number for vectors; "euclidean", "fro", 1, 2
        or inf for matrices.
      axis: None for all elements as one vector, the axis of vectors, or the two axes of matrices.
      keepdims: whether these axes stay, with size 1.
      name: ignored.

    Returns:
      The norms. The gradient of the Euclidean norm at 0 is NaN.

    Raises ValueError for an ord or an axis that is not accepted.
    """
    x = tensor if isinstance(tensor, Tensor) else to_tensor(tensor)
    if axis is None and not keepdims and ord == "euclidean" and x._dtype in _OWN:
        return _euclidean(x, None, False)
    keep = bool(keepdims)
    matrix = isinstance(axis, (list, tuple))
    if not matrix and not (axis is None or isinstance(axis, (int, np.integer))):
        raise _wrong_axis(axis)
    if matrix and (len(axis) != 2 or axis[0] == axis[1]):
        raise _wrong_axis(axis)
    _check_ord(ord, matrix)
    if ord in ("euclidean", "fro") or (ord == 2 and not matrix):
        if x._dtype not in NUMERIC:
            raise TypeError(f"norm: received a tensor of {x._dtype.name}; expected a numeric one")
        return _euclidean(x, axis, keep)
    if matrix and ord == 2:
        _check_distinct(axis, len(x._shape))
    size = math.abs(x)
    if not matrix:
        return _vector(size, ord, axis, keep)
    if ord == 2:
        return _spectral(x, axis, keep)
    # Row sums for inf, column sums for 1; the axis summed over goes first, so that the other
    # one keeps its number.
    rows, columns = [normalize_axis(one, len(x._shape), "norm") for one in axis]
    summed, compared = (rows, columns) if ord == 1 else (columns, rows)
    result = reduce_max(reduce_sum(size, summed, True), compared, True)
    return result if keep else _dropped(result, (rows, columns))


def _wrong_axis(axis: Any) -> ValueError:
    return ValueError(
        f"norm: received axis={axis!r}; expected None, an integer, or a tuple of 2 unique integers"
    )


def _check_distinct(axis: Sequence[int], rank: int) -> None:
    """Whether an axis is named from both ends; a vector's comes later, with its rank."""
    if rank > 1 and all([-rank <= one < rank for one in axis]) and axis[0] % rank == axis[1] % rank:
        raise _wrong_axis(axis)


def _check_ord(order: Any, matrix: bool) -> None:
    accepted = ("euclidean", "fro", 1, 2, np.inf) if matrix else ("euclidean", 1, 2, np.inf)
    if isinstance(order, str) or matrix:
        good = order in accepted
    else:
        good = order > 0
    if not good:
        kind = "matrix" if matrix else "vector"
        more = "" if matrix else " or another number above 0"
        raise ValueError(
            f"norm: received ord={order!r}; expected a supported {kind} norm: {accepted}{more}"
        )


def _euclidean(x: Tensor, axis: Any, keep: bool) -> Tensor:
    if x._dtype.is_complex:
        from tfcompat._src.ops.complex import conj

        return sqrt(reduce_sum(x * conj(x), axis, keep))
    if x._dtype in _OWN:
        return reduce_euclidean_norm(x, axis, keep)
    return sqrt(reduce_sum(math.square(x), axis, keep))


def _vector(size: Tensor, order: Any, axis: Any, keep: bool) -> Tensor:
    if order == 1:
        return reduce_sum(size, axis, keep)
    if order == np.inf:
        return reduce_max(size, axis, keep)
    return math.pow(reduce_sum(math.pow(size, order), axis, keep), 1.0 / order)


def _spectral(x: Tensor, axis: Sequence[int], keep: bool) -> Tensor:
    rank = len(x._shape)
    rows, columns = [normalize_axis(one, rank, "norm") for one in axis]
    if rows == columns:
        raise invalid_argument("norm", f"received axis={axis!r} for {rank} axis; expected two")
    others = [i for i in range(rank) if i not in (rows, columns)]
    result = reduce_max(svd(transpose(x, [*others, rows, columns]), compute_uv=False), -1)
    if not keep:
        return result
    sizes = [1 if i in (rows, columns) else n for i, n in enumerate(x._shape)]
    return reshape(result, sizes)


def _dropped(x: Tensor, axes: tuple[int, int]) -> Tensor:
    return reshape(x, [n for i, n in enumerate(x._shape) if i not in axes])


@public("tfcompat.linalg")
def normalize(
    tensor: Any,
    ord: Any = "euclidean",
    axis: Any = None,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The tensor divided by its norm, and the norm, whose axes stay. Arguments as in `norm`."""
    x = to_tensor(tensor)
    length = cast(norm(x, ord, axis, keepdims=True), x._dtype)
    return x / length, length


@public("tfcompat.math")
def l2_normalize(
    x: Any, axis: Any = None, epsilon: float = 1e-12, name: str | None = None, dim: Any = None
) -> Tensor:
    """The tensor divided by the square root of its squares' sum, which is `epsilon` at least.

    `dim` is an older name of `axis`. Raises TypeError for integers.
    """
    if dim is not None:
        if axis is not None:
            raise ValueError(f"l2_normalize: received axis={axis} and dim={dim}; expected one")
        axis = dim
    tensor = to_tensor(x)
    dtype = tensor._dtype
    size = math.abs(tensor) if dtype.is_complex else tensor
    whole = axis is None or (axis.__class__ is int and 0 <= axis < len(size._shape))
    if whole and size._dtype in _OWN and not recording.anybody():
        squares = math.square(reduce_euclidean_norm(size, axis, True))
    else:
        squares = reduce_sum(math.square(size), axis, True)
    scale = rsqrt(math.maximum(squares, operand(epsilon, size._dtype)))
    return math.multiply(tensor, cast(scale, dtype) if dtype.is_complex else scale)


# -------------------------------------------------------------------------------------- clipping
@public("tfcompat")
def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None) -> Any:
    """Elements below a minimum raised to it, and those above a maximum lowered to it.

    The bounds broadcast to the shape of `t`; on a bound, the gradient goes to `t`.

    Raises:
      InvalidArgumentError: other dtypes than t's.
      ValueError: bounds that would give the result another shape.
    """
    values = t.values if isinstance(t, IndexedSlices) else to_tensor(t)
    dtype = values._dtype
    if dtype not in REAL:
        if isinstance(clip_value_max, Tensor):
            raise wrong_dtype("Minimum", dtype, REAL)
        # As TensorFlow: Python numbers fail to become operands.
        operand(clip_value_max, dtype)
        raise wrong_dtype("Minimum", dtype, REAL)
    if _are_numbers(clip_value_min, clip_value_max) and dtype in FLOATS:
        low, high = float(clip_value_min), float(clip_value_max)
        result = dispatch.execute(kernels.clip_by_value, (values,), (low, high), dtype)
    else:
        result = math.maximum(math.minimum(values, clip_value_max), clip_value_min)
        if result._shape != values._shape:
            raise ValueError(
                f"clip_by_value: received a tensor of shape {tuple(values._shape)} and bounds "
                f"that make it {tuple(result._shape)}; expected bounds that broadcast to it"
            )
    return _like(t, result)


def _are_numbers(low: Any, high: Any) -> bool:
    # Written so that NaN fails too.
    return low.__class__ in (int, float) and high.__class__ in (int, float) and low < high


def _like(t: Any, values: Tensor) -> Any:
    if isinstance(t, IndexedSlices):
        return IndexedSlices(values, t.indices, t.dense_shape)
    return values


@public("tfcompat")
def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: str | None = None) -> Any:
    """The tensor scaled down to a Euclidean norm, where its norm is larger.

    Args:
      t: a floating tensor, or tf.IndexedSlices.
      clip_norm: the largest norm; below 0 counts as 0.
      axes: the axes of the vectors; None for all.
      name: ignored.

    Raises:
      InvalidArgumentError: not a floating dtype.
      ValueError: a clip_norm that would give the result another shape.
    """
    values = t.values if isinstance(t, IndexedSlices) else to_tensor(t)
    dtype = values._dtype
    if dtype not in FLOATS:
        raise wrong_dtype("clip_by_norm", dtype, FLOATS)
    bound = clip_norm if isinstance(clip_norm, Tensor) else operand(clip_norm, dtype)
    bound = relu(cast(bound, dtype))
    squares = reduce_sum(math.square(values), axes, True)
    positive = squares > 0.0
    # The inner choice keeps the gradient at 0 from being NaN.
    root = sqrt(where(positive, squares, ones_like(squares)))
    length = where(positive, root, squares)
    scaled = values * bound
    if scaled._shape != values._shape:
        raise ValueError(
            f"clip_by_norm: received a tensor of shape {tuple(values._shape)} and clip_norm of "
            f"shape {tuple(bound._shape)}; expected one that broadcasts to it"
        )
    return _like(t, scaled / math.maximum(length, bound))


def _several(t_list: Any, op: str) -> list[Any]:
    if isinstance(t_list, (Tensor, str)) or not isinstance(t_list, Sequence):
        raise TypeError(
            f"{op}: received {type(t_list).__name__} for t_list; expected a sequence of tensors"
        )
    return [t if t is None or isinstance(t, IndexedSlices) else to_tensor(t) for t in t_list]


@public("tfcompat.linalg")
def global_norm(t_list: Any, name: str | None = None) -> Tensor:
    """The Euclidean norm of all elements of several tensors; None among them counts as 0.

    Raises TypeError unless given a sequence.
    """
    halves = []
    for t in _several(t_list, "global_norm"):
        if t is not None:
            halves.append(l2_loss(t.values if isinstance(t, IndexedSlices) else t))
    if not halves:
        return to_tensor(0.0, dtypes.float32)
    return sqrt(reduce_sum(stack(halves)) * 2.0)


@public("tfcompat")
def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: str | None = None
) -> tuple[list[Any], Tensor]:
    """Several tensors scaled down by one factor, where their common norm is larger than a bound.

    Args:
      t_list: a sequence of tensors, tf.IndexedSlices and None.
      clip_norm: the largest norm.
      use_norm: their norm, if it is known.
      name: ignored.

    Returns:
      The tensors, NaN if the norm is not finite, and the norm.
    """
    tensors = _several(t_list, "clip_by_global_norm")
    length = to_tensor(global_norm(tensors) if use_norm is None else use_norm)
    bound = clip_norm if isinstance(clip_norm, Tensor) else operand(clip_norm, length._dtype)
    scale = bound * math.minimum(1.0 / length, 1.0 / bound)
    # 0 for a finite norm, NaN for another.
    scale = scale + (length - length)
    clipped: list[Any] = []
    for t in tensors:
        values = t.values if isinstance(t, IndexedSlices) else t
        clipped.append(None if t is None else _like(t, values * cast(scale, values._dtype)))
    return clipped, length
