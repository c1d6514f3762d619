"""Connectionist temporal classification: tf.nn.ctc_loss, its decoders and helpers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import failed_precondition, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import broadcast_to, transpose
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.math import equal
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
    return dispatch.execute(  # type: ignore[no-any-return]
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


def _search(logs: np.ndarray[Any, Any], width: int) -> list[tuple[tuple[int, ...], float]]:
    """Prefixes with the logarithms of their probabilities, the likeliest first."""
    blank = logs.shape[1] - 1
    prefixes: list[tuple[int, ...]] = [()]
    # Of all ways to write a prefix, those that end in a blank and those that end in its label.
    ends, others = np.zeros(1), np.full(1, -np.inf)
    for frame in logs:
        total = np.logaddexp(ends, others)
        last = np.array([p[-1] if p else -1 for p in prefixes])
        new_ends = total + frame[blank]
        new_others = np.where(last >= 0, others + frame[last], -np.inf)
        longer = total[:, None] + frame[:blank]
        repeat = np.flatnonzero(last >= 0)
        longer[repeat, last[repeat]] = ends[repeat] + frame[last[repeat]]
        place = {prefix: at for at, prefix in enumerate(prefixes)}
        for at, prefix in enumerate(prefixes):
            parent = place.get(prefix[:-1]) if prefix else None
            if parent is not None:
                way = longer[parent, prefix[-1]]
                new_others[at] = np.logaddexp(new_others[at], way)
                longer[parent, prefix[-1]] = -np.inf
        pool = np.concatenate([np.logaddexp(new_ends, new_others), longer.reshape(-1)])
        order = np.argsort(-pool, kind="stable")[:width]
        chosen = [int(at) for at in order if pool[at] > -np.inf]
        grown, count = [], len(prefixes)
        next_ends, next_others = np.full(len(chosen), -np.inf), np.full(len(chosen), -np.inf)
        for number, at in enumerate(chosen):
            if at < count:
                grown.append(prefixes[at])
                next_ends[number], next_others[number] = new_ends[at], new_others[at]
            else:
                parent, label = divmod(at - count, blank)
                grown.append((*prefixes[parent], label))
                next_others[number] = pool[at]
        prefixes, ends, others = grown, next_ends, next_others
    total = np.logaddexp(ends, others)
    order = np.argsort(-total, kind="stable")
    return [(prefixes[at], float(total[at])) for at in order]


# --------------------------------------------------------------------------------------- helpers
@public("tfcompat.nn")
def ctc_unique_labels(labels: Any, name: str | None = None) -> list[Tensor]:
    """The distinct labels of each row as int64, filled up with 0, and for each label which it is.

    Raises InvalidArgumentError unless `labels` has two axes.
    """
    x = to_tensor(labels)
    if len(x._shape) != 2:
        raise invalid_argument(
            "Unique", f"unique expects a row per example: received the shape {list(x._shape)}"
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
    lengths = np.broadcast_to(to_tensor(seq_length)._numpy(), rows.shape[:1]).tolist()
    kept = []
    for row, length in zip(rows.tolist(), lengths, strict=True):
        row = row[: max(length, 0)]
        kept.append([n for i, n in enumerate(row) if not i or n != row[i - 1]])
    width = max([len(row) for row in kept], default=0)
    table = np.zeros((len(kept), width), rows.dtype)
    for number, row in enumerate(kept):
        table[number, : len(row)] = row
    sizes = np.array([len(row) for row in kept], np.int32)
    return from_numpy(table, x._dtype), from_numpy(sizes, dtypes.int32)
