"""Connectionist temporal classification: tf.nn.ctc_loss, its decoders and helpers."""

from __future__ import annotations

import heapq
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import failed_precondition, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import transpose
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.comparisons import equal
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import where
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("losses")

_DENSE = frozenset({dtypes.float16, dtypes.bfloat16, dtypes.float32})
_DECODED = frozenset({dtypes.float32, dtypes.float64})


# ------------------------------------------------------------------------------------------ loss
@public("tfcompat.nn")
def ctc_loss(
    labels: Any,
    logits: Any,
    label_length: Any,
    logit_length: Any,
    logits_time_major: bool = True,
    unique: Any = None,
    blank_index: Any = None,
    name: str | None = None,
) -> Tensor:
    """-log of the probability that frames of logits, without repeats and blanks, give the labels.

    Args:
      labels: [batch, width] integers, or a tf.SparseTensor of int32.
      logits: [frames, batch, classes], floating; its softmax is taken here.
      label_length: how many labels of each row count; not read with sparse labels.
      logit_length: how many frames count.
      logits_time_major: False for logits of [batch, frames, classes].
      unique: ignored; nothing here becomes faster by it.
      blank_index: the class that stands for no label, by default 0; below 0 from the last.
      name: ignored.

    Returns:
      A loss for each row.

    Raises:
      ValueError: sparse labels without blank_index.
      InvalidArgumentError: dtypes, shapes or lengths that do not fit.
    """
    sparse = isinstance(labels, SparseTensor)
    if sparse and blank_index is None:
        raise ValueError(
            "Argument `blank_index` must be provided when `labels` is a `SparseTensor`."
        )
    op = "CTCLoss"
    x = to_tensor(logits)
    check_dtype(op, x, dtypes.FLOATS if sparse else _DENSE)
    if len(x._shape) != 3:
        raise invalid_argument(
            op, f"received logits of shape {list(x._shape)}; expected three axes"
        )
    if not logits_time_major:
        x = transpose(x, (1, 0, 2))
    frames = to_tensor(logit_length)
    blank = 0 if blank_index is None else int(blank_index)
    if blank < 0:
        blank += x._shape[2]
    if sparse:
        wanted, lengths = _dense_labels(labels, x, frames, op)
    else:
        if label_length is None:
            raise ValueError(f"{op}: received label_length=None; expected a length for each row")
        wanted, lengths = to_tensor(labels), to_tensor(label_length)
    if not 0 <= blank < x._shape[2]:
        raise invalid_argument(
            op, f"received blank_index={blank_index}; expected one of {x._shape[2]} classes"
        )
    if blank:
        # The blank is no label; what TensorFlow takes it for is the class before it.
        wanted = where(equal(wanted, cast(blank, wanted._dtype)), wanted - 1, wanted)
    batch = x._shape[1]
    if len(wanted._shape) != 2:
        raise invalid_argument(
            op, f"received labels of shape {list(wanted._shape)}; expected two axes"
        )
    if wanted._shape[0] != batch and wanted._shape[0] == 1:
        wanted = broadcast_to(wanted, (batch, wanted._shape[1]))
    for what, sizes in (("labels", wanted), ("label_length", lengths), ("logit_length", frames)):
        if not sizes._shape or sizes._shape[0] != batch:
            raise invalid_argument(
                op, f"received {what} of shape {list(sizes._shape)} for a batch of {batch}"
            )
    return dispatch.execute(
        kernels.ctc_loss, (x, wanted, lengths, frames), (blank, sparse), x._dtype
    )


def _dense_labels(labels: Any, x: Tensor, frames: Tensor, op: str) -> tuple[Tensor, Tensor]:
    """Sparse labels as rows of one width, and their lengths."""
    if labels.values._dtype is not dtypes.int32:
        raise ValueError(
            f"{op}: Tensor conversion requested dtype int32 for labels with dtype "
            f"{labels.values._dtype.name}"
        )
    steps, batch, classes = x._shape
    limits = frames._numpy()
    if limits.size and limits.max() > steps:
        raise invalid_argument(op, f"received sequence_length {limits.tolist()} > {steps}")
    rows: list[list[int]] = [[] for _ in range(batch)]
    at, values = labels.indices._numpy(), labels.values._numpy().tolist()
    for row, value in zip(at[:, 0].tolist(), values, strict=True):
        if not 0 <= value < classes:
            raise invalid_argument(
                op, f"received the label {value}; expected one in [0, {classes})"
            )
        rows[row].append(value)
    for number, row in enumerate(rows):
        if not row:
            raise invalid_argument(op, f"Labels length is zero in batch {number}")
        if len(row) > limits[number]:
            raise invalid_argument(
                op,
                f"Not enough time for target transition sequence (required: {len(row)}, "
                f"available: {limits[number]})",
            )
    width = max([len(row) for row in rows], default=0)
    table = np.full((batch, width), 0, np.int32)
    for number, row in enumerate(rows):
        table[number, : len(row)] = row
    lengths = np.array([len(row) for row in rows], np.int32)
    return from_numpy(table, dtypes.int32), from_numpy(lengths, dtypes.int32)


# -------------------------------------------------------------------------------------- decoders
def _frames(inputs: Any, sequence_length: Any, op: str) -> tuple[Any, list[int], DType]:
    x = to_tensor(inputs)
    check_dtype(op, x, _DECODED)
    lengths = to_tensor(sequence_length, dtypes.int32)._numpy()
    if len(x._shape) != 3:
        raise invalid_argument(op, f"inputs is not a 3-Tensor: received {list(x._shape)}")
    if 0 in x._shape:
        raise invalid_argument(op, f"inputs must not be empty: received {list(x._shape)}")
    if lengths.shape != (x._shape[1],):
        raise failed_precondition(
            op,
            "len(sequence_length) != batch_size.  len(sequence_length):  "
            f"{lengths.size} batch_size: {x._shape[1]}",
        )
    if lengths.max() > x._shape[0]:
        raise failed_precondition(
            op, f"received sequence_length {lengths.tolist()} > {x._shape[0]}"
        )
    return x._numpy(), lengths.tolist(), x._dtype


def _sparse(rows: list[list[int]]) -> SparseTensor:
    """Rows of labels as a sparse matrix."""
    at = [(i, j) for i, row in enumerate(rows) for j in range(len(row))]
    width = max([len(row) for row in rows], default=0)
    return SparseTensor(
        from_numpy(np.array(at, np.int64).reshape(-1, 2), dtypes.int64),
        from_numpy(np.array([n for row in rows for n in row], np.int64), dtypes.int64),
        from_numpy(np.array([len(rows), width], np.int64), dtypes.int64),
    )


@public("tfcompat.nn")
def ctc_greedy_decoder(
    inputs: Any, sequence_length: Any, merge_repeated: bool = True, blank_index: Any = None
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest class of every frame, without repeats and blanks.

    Args:
      inputs: logits of [frames, batch, classes], float32 or float64.
      sequence_length: int32, how many frames of each row count.
      merge_repeated: whether equal neighbours are one.
      blank_index: the class that stands for no label, by default the last.

    Returns:
      A list with one sparse matrix of labels, and as [batch, 1] the negated sum of the logits.

    Raises InvalidArgumentError or FailedPreconditionError for what does not fit.
    """
    op = "CTCGreedyDecoder"
    logits, lengths, dtype = _frames(inputs, sequence_length, op)
    classes = logits.shape[2]
    blank = classes - 1 if blank_index is None else int(blank_index)
    if not -classes <= blank < classes:
        raise invalid_argument(
            op,
            f"blank_index expected to be between {-classes} and {classes - 1} but was {blank}",
        )
    blank %= classes
    best, top = logits.argmax(2), logits.max(2)
    rows, sums = [], []
    for number, length in enumerate(lengths):
        length = max(length, 0)
        before, row = -1, []
        for label in best[:length, number].tolist():
            if label != blank and not (merge_repeated and label == before):
                row.append(label)
            before = label
        rows.append(row)
        sums.append([-top[:length, number].sum(dtype=top.dtype)])
    return [_sparse(rows)], from_numpy(np.array(sums, dtype.as_numpy_dtype) + 0, dtype)


@public("tfcompat.nn")
def ctc_beam_search_decoder(
    inputs: Any, sequence_length: Any, beam_width: int = 100, top_paths: int = 1
) -> tuple[list[SparseTensor], Tensor]:
    """The likeliest sequences of labels, each in all its ways; the last class is blank.

    Args:
      inputs: logits of [frames, batch, classes], float32 or float64.
      sequence_length: int32, how many frames of each row count.
      beam_width: how many sequences are kept from frame to frame.
      top_paths: how many are returned.

    Returns:
      A list with a sparse matrix of labels for each path, and as [batch, top_paths] the logarithms
      of their probabilities.

    Raises InvalidArgumentError or FailedPreconditionError for what does not fit.
    """
    op = "CTCBeamSearchDecoder"
    width, paths = int(beam_width), int(top_paths)
    if width < 1 or paths < 1:
        raise invalid_argument(
            op, f"received beam_width={width} and top_paths={paths}; expected 1 or more"
        )
    logits, lengths, dtype = _frames(inputs, sequence_length, op)
    if paths > width:
        raise invalid_argument(
            op, f"requested more paths than the beam width: received {paths} and {width}"
        )
    high = logits.max(2, keepdims=True)
    wide = (logits - high).astype(np.float64)
    logs = wide - np.log(np.exp(wide).sum(2, keepdims=True))
    found = [_search(logs[: max(n, 0), i], width) for i, n in enumerate(lengths)]
    for beams in found:
        if len(beams) < paths:
            raise invalid_argument(
                op,
                "Less leaves in the beam search than requested: there are "
                f"{len(beams)} for {paths} paths",
            )
    decoded = [_sparse([list(beams[p][0]) for beams in found]) for p in range(paths)]
    table = [[beams[p][1] for p in range(paths)] for beams in found]
    return decoded, from_numpy(np.array(table, dtype.as_numpy_dtype), dtype)


class _Leaf(NamedTuple):
    """A prefix; the logarithms of its probabilities with a blank last, with a label, and of all."""

    prefix: tuple[int, ...]
    blank: float
    label: float
    total: float


_NEVER = float("-inf")


def _leaf(prefix: tuple[int, ...], blank: float, label: float) -> _Leaf:
    return _Leaf(prefix, blank, label, float(np.logaddexp(blank, label)))


def _search(logs: np.ndarray[Any, Any], width: int) -> list[tuple[tuple[int, ...], float]]:
    """Prefixes with the logarithms of their probabilities, the likeliest first."""
    leaves = [_leaf((), 0.0, _NEVER)]
    for frame in logs:
        leaves = _next_leaves(leaves, frame, width)
    return [(leaf.prefix, leaf.total) for leaf in leaves]


def _next_leaves(old: list[_Leaf], frame: np.ndarray[Any, Any], width: int) -> list[_Leaf]:
    blank = len(frame) - 1
    known = {leaf.prefix: leaf for leaf in old}
    kept = [_stayed(leaf, known.get(leaf.prefix[:-1]), frame) for leaf in old]
    # The least likely first; of equal ones the first that came.
    heap = [(leaf.total, number) for number, leaf in enumerate(kept)]
    heapq.heapify(heap)
    inside, dropped = set(known), set()
    for before in old:
        if before.prefix in dropped:
            continue
        row = frame[:blank] + before.total
        if before.prefix:
            last = before.prefix[-1]
            row[last] = frame[last] + before.blank
        for label in _promising(row, before.prefix, known, heap, width):
            prefix = (*before.prefix, label)
            if prefix in inside:
                continue
            value = float(row[label])
            if value == _NEVER or (len(heap) >= width and value <= heap[0][0]):
                # One that has just lost its place is not even continued.
                dropped.add(prefix)
                continue
            if len(heap) >= width:
                inside.discard(kept[heapq.heappop(heap)[1]].prefix)
            heapq.heappush(heap, (value, len(kept)))
            kept.append(_leaf(prefix, _NEVER, value))
            inside.add(prefix)
    chosen = sorted(number for total, number in heap if total > _NEVER)
    return sorted([kept[number] for number in chosen], key=lambda leaf: -leaf.total)


def _stayed(leaf: _Leaf, parent: _Leaf | None, frame: np.ndarray[Any, Any]) -> _Leaf:
    """The same prefix one frame later: by a blank, by its last label again, or newly reached."""
    label = leaf.label
    if leaf.prefix:
        last = leaf.prefix[-1]
        if parent is not None:
            again = bool(parent.prefix) and parent.prefix[-1] == last
            label = float(np.logaddexp(label, parent.blank if again else parent.total))
        label += float(frame[last])
    return _leaf(leaf.prefix, leaf.total + float(frame[-1]), label)


def _promising(
    row: np.ndarray[Any, Any],
    prefix: tuple[int, ...],
    known: dict[tuple[int, ...], _Leaf],
    heap: list[tuple[float, int]],
    width: int,
) -> list[int]:
    """The labels that may earn a place, or that had one, in their order."""
    if len(heap) < width:
        return list(range(len(row)))
    found = set(np.flatnonzero(row > heap[0][0]).tolist())
    rank = len(prefix)
    found |= {p[-1] for p in known if len(p) == rank + 1 and p[:rank] == prefix}
    return sorted(found)


# --------------------------------------------------------------------------------------- helpers
@public("tfcompat.nn")
def ctc_unique_labels(labels: Any, name: str | None = None) -> list[Tensor]:
    """The distinct labels of each row as int64, filled up with 0, and for each label which it is.

    Raises InvalidArgumentError unless `labels` has two axes.
    """
    x = to_tensor(labels)
    if len(x._shape) != 2:
        raise invalid_argument(
            "ctc_unique_labels", f"received labels of shape {list(x._shape)}; expected two axes"
        )
    rows = x._numpy()
    values, places = np.zeros(rows.shape, np.int64), np.zeros(rows.shape, np.int32)
    for number, row in enumerate(rows.tolist()):
        known = {value: at for at, value in enumerate(dict.fromkeys(row))}
        values[number, : len(known)] = list(known)
        places[number] = [known[value] for value in row]
    return [from_numpy(values, dtypes.int64), from_numpy(places, dtypes.int32)]


@public("tfcompat.nn")
def collapse_repeated(
    labels: Any, seq_length: Any, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The labels of each row with equal neighbours as one, filled up with 0; and their number.

    `seq_length` says how many labels of each row count.
    Raises InvalidArgumentError unless `labels` has two axes.
    """
    x = to_tensor(labels)
    if len(x._shape) != 2:
        raise invalid_argument(
            "collapse_repeated", f"received labels of shape {list(x._shape)}; expected two axes"
        )
    rows = x._numpy()
    counts = to_tensor(seq_length)
    given = counts._numpy()
    if given.shape not in ((), (1,), rows.shape[:1]):
        raise invalid_argument(
            "collapse_repeated",
            f"received seq_length of shape {list(given.shape)}; expected [{len(rows)}]",
        )
    lengths = np.broadcast_to(given, rows.shape[:1]).tolist()
    kept = []
    for row, length in zip(rows.tolist(), lengths, strict=True):
        row = [n for i, n in enumerate(row) if i < length]
        kept.append([n for i, n in enumerate(row) if not i or n != row[i - 1]])
    width = max([len(row) for row in kept], default=0)
    table = np.zeros((len(kept), width), rows.dtype)
    for number, row in enumerate(kept):
        table[number, : len(row)] = row
    sizes = np.array([len(row) for row in kept], given.dtype)
    return from_numpy(table, x._dtype), from_numpy(sizes, counts._dtype)
