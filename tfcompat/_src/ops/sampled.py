"""Losses over a sample of many classes: tf.nn.sampled_softmax_loss, tf.nn.nce_loss."""

from __future__ import annotations

import importlib
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math
from tfcompat._src.ops.array import reshape, stop_gradient
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.creation import ones_like, zeros_like
from tfcompat._src.ops.embedding import embedding_lookup
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.linalg import matmul
from tfcompat._src.ops.losses import (
    sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits,
)
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.ops.transcendental import log
from tfcompat._src.tensor import Tensor

_LOWEST = float(np.finfo(np.float32).min)


@public("tfcompat.nn")
class ComputeAccidentalHits(NamedTuple):
    """Where a sampled class is a true one: row, place in the sample, and a weight to add."""

    indices: Tensor
    ids: Tensor
    weights: Tensor


def _hits(true_classes: Any, sampled_candidates: Any, num_true: Any) -> tuple[list[int], list[int]]:
    op = "ComputeAccidentalHits"
    true = to_tensor(true_classes, None if _is_tensor(true_classes) else dtypes.int64)
    sampled = to_tensor(
        sampled_candidates, None if _is_tensor(sampled_candidates) else dtypes.int64
    )
    for x in (true, sampled):
        check_dtype(op, x, frozenset({dtypes.int64}))
    if len(true._shape) != 2 or true._shape[1] != int(num_true):
        raise invalid_argument(
            op,
            "true_candidates must be a batch_size * num_true matrix: received the shape "
            f"{list(true._shape)} and num_true={num_true}",
        )
    if len(sampled._shape) != 1:
        raise invalid_argument(
            op, f"sampled_candidates must be a vector: received the shape {list(sampled._shape)}"
        )
    place = {value: at for at, value in enumerate(sampled._numpy().tolist())}
    found = [
        (row, place[value])
        for row, values in enumerate(true._numpy().tolist())
        for value in values
        if value in place
    ]
    return [row for row, _ in found], [at for _, at in found]


def _is_tensor(x: Any) -> bool:
    return isinstance(x, Tensor)


@public("tfcompat.nn")
def compute_accidental_hits(
    true_classes: Any,
    sampled_candidates: Any,
    num_true: int,
    seed: Any = None,
    name: str | None = None,
) -> ComputeAccidentalHits:
    """Where the sampled classes are among the true ones.

    Args:
      true_classes: int64, [batch, num_true].
      sampled_candidates: int64, a vector, as candidate samplers give it.
      num_true: how many true classes there are.
      seed: ignored.
      name: ignored.

    Returns:
      The rows as int32, the places in the sample as int64, and the lowest float32 for each.

    Raises InvalidArgumentError for other shapes or dtypes.
    """
    rows, places = _hits(true_classes, sampled_candidates, num_true)
    return ComputeAccidentalHits(
        from_numpy(np.array(rows, np.int32), dtypes.int32),
        from_numpy(np.array(places, np.int64), dtypes.int64),
        from_numpy(np.full(len(rows), _LOWEST, np.float32), dtypes.float32),
    )


def _logits(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int,
    sampled_values: Any,
    remove_hits: bool,
    seed: Any,
) -> tuple[Tensor, Tensor]:
    """The logits of the true and of the sampled classes, less those of drawing them; labels."""
    x = to_tensor(inputs)
    true = to_tensor(labels)
    if true._dtype is not dtypes.int64:
        true = cast(true, dtypes.int64)
    if sampled_values is None:
        # The namespace stands above this file.
        namespace = importlib.import_module("tfcompat.random")
        sampled_values = namespace.log_uniform_candidate_sampler(
            true_classes=true,
            num_true=num_true,
            num_sampled=num_sampled,
            unique=True,
            range_max=num_classes,
            seed=seed,
        )
    sampled, true_expected, sampled_expected = (stop_gradient(v) for v in sampled_values)
    drawn = sampled._numpy().astype(np.int64)
    flat = true._numpy().reshape(-1)
    ids = from_numpy(np.concatenate([flat, drawn]), dtypes.int64)
    count = len(flat)
    rows, shifts = embedding_lookup(weights, ids), embedding_lookup(biases, ids)
    if rows._dtype is not x._dtype:
        rows = cast(rows, x._dtype)
    width = rows._shape[1]
    products = math.multiply(
        reshape(x, (-1, 1, width)), reshape(rows[:count], (-1, num_true, width))
    )
    by_true = reduce_sum(products, 2) + reshape(shifts[:count], (-1, num_true))
    by_sampled = matmul(x, rows[count:], transpose_b=True) + shifts[count:]
    if remove_hits:
        hit_rows, places = _hits(true, from_numpy(drawn, dtypes.int64), num_true)
        mask = np.zeros(tuple(by_sampled._shape), x._dtype.as_numpy_dtype)
        mask[hit_rows, places] = np.finfo(mask.dtype).min if mask.dtype != np.float64 else _LOWEST
        by_sampled = by_sampled + from_numpy(mask, x._dtype)
    by_true = by_true - log(true_expected)
    by_sampled = by_sampled - log(sampled_expected)
    share = division.truediv(ones_like(by_true), operand(float(num_true), x._dtype))
    return concat([by_true, by_sampled], 1), concat([share, zeros_like(by_sampled)], 1)


@public("tfcompat.nn")
def nce_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = False,
    name: str = "nce_loss",
) -> Tensor:
    """Noise-contrastive estimation: a logistic loss of the true against some sampled classes.

    Args:
      weights: [classes, width], or a list of such tables that follow each other.
      biases: [classes].
      labels: int64, [batch, num_true], the true classes.
      inputs: [batch, width].
      num_sampled: how many classes are drawn.
      num_classes: how many there are.
      num_true: how many of them are true for each example.
      sampled_values: what a candidate sampler gave; by default the log-uniform one is asked.
      remove_accidental_hits: leaves sampled classes out where they are true ones.
      name: ignored.

    Returns:
      A loss for each example.
    """
    logits, wanted = _logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        None,
    )
    return reduce_sum(sigmoid_cross_entropy_with_logits(wanted, logits), 1)


@public("tfcompat.nn")
def sampled_softmax_loss(
    weights: Any,
    biases: Any,
    labels: Any,
    inputs: Any,
    num_sampled: Any,
    num_classes: Any,
    num_true: int = 1,
    sampled_values: Any = None,
    remove_accidental_hits: bool = True,
    seed: Any = None,
    name: str = "sampled_softmax_loss",
) -> Tensor:
    """A softmax loss over the true and some sampled classes, for training. See `tf.nn.nce_loss`."""
    logits, wanted = _logits(
        weights,
        biases,
        labels,
        inputs,
        num_sampled,
        num_classes,
        num_true,
        sampled_values,
        remove_accidental_hits,
        seed,
    )
    return softmax_cross_entropy_with_logits(stop_gradient(wanted), logits)
