"""Rows dealt out and put together again: tf.dynamic_partition, tf.dynamic_stitch, ..."""

from __future__ import annotations

import time
from collections.abc import Sequence
from math import prod
from typing import Any, NoReturn

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.hashes.farmhash import fingerprint64
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import matching
from tfcompat._src.ops.array import reshape, stop_gradient
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.selection import gather
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


@public("tfcompat")
def dynamic_partition(
    data: Any, partitions: Any, num_partitions: Any, name: str | None = None
) -> list[Tensor]:
    """The slices of `data` in lists: slice i goes to list `partitions[i]`.

    Args:
      data: of any dtype.
      partitions: int32, of a shape that data's begins with; read by the program.
      num_partitions: how many lists there are.
      name: ignored.

    Raises InvalidArgumentError for shapes that do not fit or a partition out of range.
    """
    op = "DynamicPartition"
    x = to_tensor(data)
    where = _int32(partitions, op, 1)
    count = int(num_partitions)
    if count < 1:
        raise invalid_argument(op, f"received num_partitions={count}; expected 1 or more")
    shape, lead = tuple(x._shape), where.shape
    if shape[: len(lead)] != lead:
        raise invalid_argument(
            op,
            "data.shape must start with partitions.shape, got data.shape = "
            f"{list(shape)}, partitions.shape = {list(lead)}",
        )
    numbers = where.reshape(-1)
    wrong = np.flatnonzero((numbers < 0) | (numbers >= count))
    if wrong.size:
        raise invalid_argument(
            op, f"partitions[{wrong[0]}] = {numbers[wrong[0]]} is not in [0, {count})"
        )
    rows = x if len(lead) == 1 else reshape(x, (prod(lead), *shape[len(lead) :]))
    return [_rows(rows, np.flatnonzero(numbers == n)) for n in range(count)]


def _rows(x: Tensor, numbers: np.ndarray[Any, Any]) -> Tensor:
    # By this name of the axis, the gradient is dense.
    return gather(x, from_numpy(numbers.astype(np.int64), dtypes.int64), axis=-len(x._shape))


def _int32(value: Any, op: str, position: int) -> np.ndarray[Any, Any]:
    if isinstance(value, Tensor):
        if value._dtype is not dtypes.int32:
            raise mismatch(op, to_tensor(0), value, position)
        return value._numpy()
    return to_tensor(value, dtypes.int32)._numpy()


@public("tfcompat")
def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Tensor:
    """One tensor out of slices: `data[m][i]` becomes row `indices[m][i]`, the last one counts.

    Args:
      indices: int32 tensors; the result has one row more than the largest. Read by the program.
      data: as many tensors of one dtype, each of a shape that begins with that of its indices.
      name: ignored.

    Raises:
      ValueError: lists of two lengths.
      InvalidArgumentError: shapes that do not fit, or an index below 0.
    """
    return _stitch(indices, data, "DynamicStitch", "dynamic_stitch")


def _stitch(indices: Any, data: Any, op: str, called: str) -> Tensor:
    if len(indices) != len(data):
        raise ValueError(
            f"List argument 'data' to '{called}' Op with length {len(data)} must match length "
            f"{len(indices)} of argument 'indices'."
        )
    if not len(indices):
        raise invalid_argument(op, "received no tensors; expected at least one")
    for at in indices:
        if isinstance(at, Tensor):
            check_dtype(op, at, frozenset({dtypes.int32}))
    places = [to_tensor(at, dtypes.int32)._numpy() for at in indices]
    parts = matching(list(data), op)
    rest = _common_rest(places, parts, op)
    for at in places:
        wrong = np.flatnonzero(at.reshape(-1) < 0)
        if wrong.size:
            raise invalid_argument(op, f"indices[{wrong[0]}] is out of range")
    flat = np.concatenate([at.reshape(-1) for at in places])
    count = int(flat.max()) + 1 if flat.size else 0
    rows = concat([reshape(x, (at.size, *rest)) for at, x in zip(places, parts, strict=True)], 0)
    source = np.full(count, -1, np.int64)
    source[flat] = np.arange(len(flat))
    if np.array_equal(np.sort(source), np.arange(len(flat))):
        return _rows(rows, source)
    return _placed(rows, source, flat)


def _common_rest(
    places: Sequence[np.ndarray[Any, Any]], parts: Sequence[Tensor], op: str
) -> tuple[int, ...]:
    rest: tuple[int, ...] | None = None
    for number, (at, x) in enumerate(zip(places, parts, strict=True)):
        shape = tuple(x._shape)
        if shape[: at.ndim] != at.shape:
            raise invalid_argument(
                op,
                f"data[{number}].shape = {list(shape)} does not start with "
                f"indices[{number}].shape = {list(at.shape)}",
            )
        found = shape[at.ndim :]
        if rest is not None and found != rest:
            raise invalid_argument(
                op,
                f"Need data[0].shape[{places[0].ndim}:] = data[{number}].shape[{at.ndim}:], got "
                f"data[0].shape = {list(parts[0]._shape)}, data[{number}].shape = {list(shape)}",
            )
        rest = found
    return rest or ()


def _placed(rows: Tensor, source: np.ndarray[Any, Any], flat: np.ndarray[Any, Any]) -> Tensor:
    """Rows where some are missing, zeros then, or given twice."""
    more = concat([rows, zeros((1, *rows._shape[1:]), rows._dtype)], 0)
    chosen = np.where(source < 0, len(flat), source)

    # TensorFlow's gradient goes to rows that were overwritten, too.
    @custom_gradient
    def place(x: Tensor) -> Any:
        def grad(upstream: Tensor) -> Tensor:
            found = _rows(upstream, flat)
            return concat([found, zeros((1, *rows._shape[1:]), rows._dtype)], 0)

        return _rows(stop_gradient(x), chosen), grad

    if rows._dtype.is_inexact and len(set(flat.tolist())) < len(flat):
        return place(more)
    return _rows(more, chosen)


@public("tfcompat")
def parallel_stack(values: Any, name: str = "parallel_stack") -> NoReturn:
    """What TensorFlow has for graphs only; raises RuntimeError, as it does outside of them."""
    raise RuntimeError(
        "tf.parallel_stack() is not compatible with eager execution; use tf.stack()."
    )


@public("tfcompat")
@gives(lambda name=None: TensorSpec([], dtypes.float64))
def timestamp(name: str | None = None) -> Tensor:
    """The seconds since 1970, as a float64."""
    return to_tensor(time.time(), dtypes.float64)


@public("tfcompat")
def fingerprint(data: Any, method: str = "farmhash64", name: str | None = None) -> Tensor:
    """A hash of every slice along the first axis: uint8 of shape [slices, 8].

    A vector of strings has those of its strings; slices of several strings that of their hashes.

    Raises InvalidArgumentError for a scalar, or another method than "farmhash64".
    """
    op = "Fingerprint"
    x = to_tensor(data)
    if method != "farmhash64":
        raise invalid_argument(op, f"Unsupported fingerprint method: {method}")
    if not x._shape:
        raise invalid_argument(op, "`data` should have at least one dimension: []")
    array = x._numpy()
    if x._dtype is dtypes.string:
        hashes = np.array([fingerprint64(s) for s in array.reshape(-1)], "<u8")
        array = hashes.reshape(array.shape)
        if array.ndim == 1:
            return from_numpy(hashes.view(np.uint8).reshape(-1, 8), dtypes.uint8)
    count = array.shape[0]
    found = [fingerprint64(np.ascontiguousarray(array[i]).tobytes()) for i in range(count)]
    table = np.array(found, "<u8").view(np.uint8).reshape(count, 8)
    return from_numpy(table, dtypes.uint8)


@public("tfcompat")
def guarantee_const(input: Any, name: str | None = None) -> Tensor:
    """The tensor itself; TensorFlow once took it for a promise that it never changes."""
    from tfcompat._src.ops.array import identity

    return identity(input)


def _distances(hypothesis: Any, *args: Any, **kwargs: Any) -> TensorSpec:
    shape = hypothesis.shape
    return TensorSpec(None if shape.rank is None else shape[:-1], dtypes.float32)


@gives(_distances)
@public("tfcompat")
def edit_distance(
    hypothesis: Any, truth: Any, normalize: bool = True, name: str = "edit_distance"
) -> Tensor:
    """How many insertions, deletions and replacements make each sequence that of the truth.

    Args:
      hypothesis: a tf.SparseTensor whose last axis holds the sequences.
      truth: another one of the same rank and dtype.
      normalize: divides by the length of the true sequence.
      name: ignored.

    Returns:
      float32, without the last axis.

    Raises:
      TypeError: not sparse tensors.
      InvalidArgumentError: other ranks or dtypes.
    """
    from tfcompat._src.sparse_tensor import SparseTensor

    for what, given in (("Hypothesis", hypothesis), ("Truth", truth)):
        if not isinstance(given, SparseTensor):
            raise TypeError(f"{what} must be a SparseTensor.")
    op = "EditDistance"
    if hypothesis.values._dtype is not truth.values._dtype:
        raise mismatch(op, hypothesis.values, truth.values, 4)
    sizes = [tuple(s.dense_shape._numpy().tolist()) for s in (hypothesis, truth)]
    for what, size in zip(("hypothesis", "truth"), sizes, strict=True):
        if len(size) < 2:
            raise invalid_argument(
                op,
                f"Input SparseTensors must have rank at least 2, but {what}_shape rank is: "
                f"{len(size)}",
            )
    if len(sizes[0]) != len(sizes[1]):
        raise invalid_argument(
            op, f"received hypothesis of rank {len(sizes[0])} and truth of rank {len(sizes[1])}"
        )
    shape = tuple([max(a, b) for a, b in zip(sizes[0][:-1], sizes[1][:-1], strict=True)])
    given, wanted = _sequences(hypothesis), _sequences(truth)
    found = np.zeros(shape, np.float32)
    for at in {*given, *wanted}:
        one, other = given.get(at, []), wanted.get(at, [])
        distance = float(_distance(one, other))
        if normalize:
            distance = distance / len(other) if other else float("inf") if one else 0.0
        found[at] = distance
    return from_numpy(found, dtypes.float32)


def _sequences(sparse: Any) -> dict[tuple[int, ...], list[Any]]:
    found: dict[tuple[int, ...], list[Any]] = {}
    for at, value in zip(sparse.indices._numpy().tolist(), sparse.values._numpy(), strict=True):
        found.setdefault(tuple(at[:-1]), []).append(value)
    return found


def _distance(given: list[Any], wanted: list[Any]) -> int:
    row = list(range(len(wanted) + 1))
    for i, a in enumerate(given, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(wanted, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
