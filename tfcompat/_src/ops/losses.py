"""Cross entropies: tf.nn.softmax_cross_entropy_with_logits and its kin."""

from __future__ import annotations

import math as _math
from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.dtypes import FLOATS, INDEX
from tfcompat._src.errors import invalid_argument, wrong_value
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, math, transcendental
from tfcompat._src.ops.array import reshape, transpose
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, concrete, mismatch, wrong_dtype
from tfcompat._src.ops.creation import zeros_like
from tfcompat._src.ops.nn import checked_axis, relu
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import where
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("losses")


def _both(op: str, labels: Any, logits: Any) -> None:
    if labels is None or logits is None:
        raise ValueError(f"{op}: received labels={labels!r} and logits={logits!r}; expected both")


# -------------------------------------------------------------------------------------- softmax
@public("tfcompat.nn")
def softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, axis: int = -1, name: str | None = None
) -> Tensor:
    """-sum(labels * log_softmax(logits)) along an axis of classes.

    Args:
      labels: probabilities, cast to the dtype of the logits; they may be differentiated by.
      logits: floating, of the labels' shape or one that it broadcasts with.
      axis: the classes.
      name: ignored.

    Returns:
      The losses: the logits' dtype, and their shape without the axis.

    Raises:
      InvalidArgumentError: shapes that do not fit, logits that are not floating, or no such axis.
    """
    op = "softmax_cross_entropy_with_logits"
    x = to_tensor(logits)
    y = to_tensor(labels)
    dtype = x._dtype
    if dtype not in FLOATS:
        raise wrong_dtype(op, dtype, FLOATS)
    if y._dtype is not dtype:
        y = cast(y, dtype)
    rank = len(x._shape)
    if not (rank and y._shape):
        raise invalid_argument(op, "received scalars; expected at least 1 axis")
    if axis != -1:
        last = checked_axis(axis, rank, op)
        if last != rank - 1:
            order = (*range(last), *range(last + 1, rank), last)
            x, y = transpose(x, order), transpose(y, order)
    if x._shape == y._shape:
        if not x._shape[-1] and not prod(x._shape[:-1]):
            raise invalid_argument(
                op, f"received the shape {tuple(x._shape)}; expected classes or at least one row"
            )
        return dispatch.execute2(kernels.softmax_cross_entropy_with_logits, y, x, dtype)
    # Others broadcast as rows of classes, whatever axes the rows came in.
    result = x._shape[:-1]
    x, y = [reshape(z, (prod(z._shape[:-1]), z._shape[-1])) for z in (x, y)]
    shape = broadcast_shapes(tuple(x._shape), tuple(y._shape), op)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    losses = dispatch.execute2(kernels.softmax_cross_entropy_with_logits, y, x, dtype)
    return reshape(losses, result)


@public("tfcompat.nn")
def sparse_softmax_cross_entropy_with_logits(
    labels: Any, logits: Any, name: str | None = None
) -> Tensor:
    """-log_softmax(logits) at the class that the label names.

    Args:
      labels: int32 or int64, of the logits' shape without their last axis.
      logits: floating; the last axis holds the classes.
      name: ignored.

    Raises:
      InvalidArgumentError: a label that is no class, or dtypes that are not accepted.
      ValueError: shapes that do not fit.
    """
    op = "sparse_softmax_cross_entropy_with_logits"
    if labels is None or logits is None:
        _both(op, labels, logits)
    x = logits if isinstance(logits, Tensor) else to_tensor(logits)
    y = labels if isinstance(labels, Tensor) else to_tensor(labels)
    shape = x._shape
    if not shape or y._shape != shape[:-1]:
        raise ValueError(
            f"{op}: received labels of shape {tuple(y._shape)} and logits of shape "
            f"{tuple(shape)}; expected labels of the logits' shape without its last axis"
        )
    dtype = x._dtype
    if dtype not in FLOATS:
        raise wrong_dtype(op, dtype, FLOATS)
    if y._dtype not in INDEX:
        raise wrong_dtype(op, y._dtype, INDEX)
    if not kernels.refuses_labels:
        _check_labels(y, shape[-1], op)
    try:
        return dispatch.execute2(kernels.sparse_softmax_cross_entropy_with_logits, y, x, dtype)
    except Exception:
        _check_labels(y, shape[-1], op)
        raise


def _check_labels(labels: Tensor, classes: int, op: str) -> None:
    if not classes:
        raise invalid_argument(op, "received logits without classes; expected at least 1")
    values = concrete(labels)
    if values is None or not values.size:
        return
    # Read as unsigned, what is below 0 is too large as well.
    unsigned: Any = values.view(np.uint32 if values.itemsize == 4 else np.uint64)
    if unsigned.max() >= classes:
        wrong = values[unsigned >= classes].flat[0]
        raise wrong_value(
            op,
            f"received a label value of {wrong} which is outside the valid range of "
            f"[0, {classes}); label values: {' '.join(map(str, values.reshape(-1)[:100]))}",
        )


# -------------------------------------------------------------------------------------- sigmoid
def _same_shape(op: str, a: Tensor, b: Tensor, names: str) -> None:
    if a._shape != b._shape:
        raise ValueError(
            f"{op}: received shapes {tuple(a._shape)} and {tuple(b._shape)}; expected {names} of "
            "the same shape"
        )


def _alike(op: str, labels: Tensor, logits: Tensor, names: str) -> None:
    _same_shape(op, labels, logits, names)
    if labels._dtype is not logits._dtype:
        raise mismatch(op, logits, labels)
    check_dtype(op, logits, FLOATS)


@public("tfcompat.nn")
def sigmoid_cross_entropy_with_logits(
    labels: Any = None, logits: Any = None, name: str | None = None
) -> Tensor:
    """-labels * log(sigmoid(logits)) - (1 - labels) * log(1 - sigmoid(logits)), element-wise.

    Raises ValueError for different shapes, InvalidArgumentError for different dtypes.
    """
    op = "sigmoid_cross_entropy_with_logits"
    _both(op, labels, logits)
    x = to_tensor(logits)
    y = labels if isinstance(labels, Tensor) else operand(labels, x._dtype)
    _alike(op, y, x, "labels and logits")
    return dispatch.execute2(kernels.sigmoid_cross_entropy_with_logits, y, x, x._dtype)


@public("tfcompat.nn")
def weighted_cross_entropy_with_logits(
    labels: Any, logits: Any, pos_weight: Any, name: str | None = None
) -> Tensor:
    """Sigmoid cross entropy in which the term of the positive class counts `pos_weight` times.

    Raises ValueError for different shapes.
    """
    op = "weighted_cross_entropy_with_logits"
    x = to_tensor(logits)
    y = labels if isinstance(labels, Tensor) else operand(labels, x._dtype)
    _same_shape(op, x, y, "logits and labels")
    weight = 1 + (pos_weight - 1) * y
    negative = (1 - y) * x
    tail = transcendental.log1p(transcendental.exp(-math.abs(x))) + relu(-x)
    return math.add(negative, weight * tail)


@public("tfcompat.nn")
def log_poisson_loss(
    targets: Any, log_input: Any, compute_full_loss: bool = False, name: str | None = None
) -> Tensor:
    """exp(log_input) - log_input * targets, element-wise.

    `compute_full_loss` adds Stirling's approximation of log(targets!), but for targets in [0, 1].
    """
    op = "log_poisson_loss"
    x = to_tensor(log_input)
    y = targets if isinstance(targets, Tensor) else operand(targets, x._dtype)
    _same_shape(op, x, y, "log_input and targets")
    check_dtype(op, x, dtypes.FLOAT_OR_COMPLEX)
    loss = transcendental.exp(x) - x * y
    if compute_full_loss:
        stirling = y * transcendental.log(y) - y + 0.5 * transcendental.log(2.0 * _math.pi * y)
        small = comparisons.logical_and(
            comparisons.greater_equal(y, 0.0), comparisons.less_equal(y, 1.0)
        )
        loss = loss + where(small, zeros_like(y), stirling)
    return loss
