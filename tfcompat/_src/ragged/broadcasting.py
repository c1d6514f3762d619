"""Ragged tensors of several shapes as values in one partition."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.sizes import shape as shape_of
from tfcompat._src.ragged import host
from tfcompat._src.ragged.conversions import merged
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.moving import gather
from tfcompat._src.ragged.partition import RowPartition, of_splits
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, nested


def same_rows(a: RowPartition, b: RowPartition) -> bool:
    """Whether two partitions are known to be the same."""
    if a is b or a._splits is b._splits:
        return True
    x, y = a.array, b.array
    return x is not None and y is not None and x.shape == y.shape and bool((x == y).all())


def check_rows(ours: RowPartition, theirs: RowPartition, op: str) -> None:
    """Raises InvalidArgumentError, now or when the graph runs, where two partitions differ."""
    if same_rows(ours, theirs):
        return

    def same(x: Array, y: Array) -> None:
        if not np.array_equal(x, y):
            raise invalid_argument(
                op,
                f"received other rows than those of the first value: row splits {x.tolist()} "
                f"and {y.tolist()}",
            )

    host.check(same, [_splits(ours), _splits(theirs)])


def splits_dtype(values: Sequence[Any]) -> DType:
    """The dtype of the row splits of all ragged ones. Raises ValueError where they differ."""
    found = {v._partition._dtype for v in values if isinstance(v, RaggedTensor)}
    if len(found) > 1:
        raise ValueError(
            "Input RaggedTensors have mismatched row_splits dtypes; use "
            "RaggedTensor.with_row_splits_dtype() to convert them to compatible dtypes."
        )
    return found.pop()


def elementwise(function: Callable[..., Any], values: Sequence[Any]) -> Any:
    """What a function of tensors makes of the elements that stand at the same places."""
    flat, parts = together(values)
    return nested(function(*flat), parts)


def together(values: Sequence[Any]) -> tuple[list[Any], list[RowPartition]]:
    """Tensors that a broadcasting op takes, and the partitions that its result falls into.

    Raises InvalidArgumentError where the rows do not fit.
    """
    dtype = splits_dtype(values)
    ranks = [_rank(v) for v in values]
    rank = max(ranks)
    levels = max(
        [
            rank - r + v.ragged_rank
            for v, r in zip(values, ranks, strict=True)
            if isinstance(v, RaggedTensor)
        ]
    )
    # Those that lie within one value of the others broadcast by themselves.
    outer = [i for i, r in enumerate(ranks) if r >= rank - levels]
    ragged = [values[i] for i in outer]
    first = next(v for v in ragged if isinstance(v, RaggedTensor))
    if all(_same_layout(first, v) for v in ragged):
        flat = [v.flat_values if isinstance(v, RaggedTensor) else v for v in values]
        return flat, list(first._nested_row_partitions)
    return _broadcast(values, outer, ranks, rank, levels, dtype)


def _rank(value: Any) -> int:
    rank = value.shape.rank
    if rank is None:
        raise ValueError("RaggedTensor: Unable to broadcast: unknown rank")
    return int(rank)


def _same_layout(a: RaggedTensor, b: Any) -> bool:
    if not isinstance(b, RaggedTensor) or a.shape.rank != b.shape.rank:
        return False
    ours, theirs = a._nested_row_partitions, b._nested_row_partitions
    return len(ours) == len(theirs) and all(
        same_rows(x, y) for x, y in zip(ours, theirs, strict=True)
    )


class _Layout(NamedTuple):
    """How the rows of a value become those of the result.

    lead: axes in front of its own; splits: its partitions; rest: dense axes that become partitions;
    uniform: whether each level is one of rows of one length.
    """

    lead: int
    splits: int
    rest: int
    uniform: tuple[bool, ...]


def _layout(value: Any, lead: int, levels: int) -> _Layout:
    parts = value._nested_row_partitions if isinstance(value, RaggedTensor) else ()
    rest = levels - lead - len(parts)
    own = [part.is_uniform() for part in parts]
    return _Layout(lead, len(parts), rest, (*[True] * lead, *own, *[True] * rest))


def _levels(layout: _Layout, shape: Array, splits: Sequence[Array]) -> tuple[int, list[Array]]:
    """The number of rows, and the row splits of each level."""
    rows = splits[0].shape[0] - 1 if splits else int(shape[0])
    found = [np.array([0, 1 if i < layout.lead - 1 else rows]) for i in range(layout.lead)]
    found += list(splits)
    count = int(splits[-1][-1]) if splits else rows
    for size in shape[1 : 1 + layout.rest].tolist():
        found.append(np.arange(count + 1) * size)
        count *= size
    return (1 if layout.lead else rows), found


def _unfit(what: str) -> Exception:
    return invalid_argument("RaggedTensor", f"Unable to broadcast: dimension size mismatch, {what}")


def planned(layouts: Sequence[_Layout], levels: int, given: Sequence[Array]) -> tuple[Array, ...]:
    """The row splits of the result, then which element of each value stands at each place."""
    arrays = iter(given)
    rows, partitions = [], []
    for layout in layouts:
        shape = next(arrays)
        count, found = _levels(layout, shape, [next(arrays) for _ in range(layout.splits)])
        rows.append(count)
        partitions.append(found)
    wide = {n for n in rows if n != 1}
    if len(wide) > 1:
        raise _unfit(f"received {rows} rows")
    total = wide.pop() if wide else 1
    places = [np.arange(total) if n == total else np.zeros(total, np.int64) for n in rows]
    result = []
    for level in range(levels):
        lengths = [np.diff(p[level])[at] for p, at in zip(partitions, places, strict=True)]
        narrow = [
            layout.uniform[level] and bool((one == 1).all())
            for layout, one in zip(layouts, lengths, strict=True)
        ]
        full = [one for one, is_narrow in zip(lengths, narrow, strict=True) if not is_narrow]
        base = full[0] if full else lengths[0]
        for other in full:
            if (other != base).any():
                raise _unfit(f"received rows of {base.tolist()} and of {other.tolist()} elements")
        splits = splits_of_lengths(base)
        of = rowids_of_splits(splits)
        within = np.arange(splits[-1]) - splits[:-1][of]
        places = [
            p[level][:-1][at][of] + (0 if is_narrow else within)
            for p, at, is_narrow in zip(partitions, places, narrow, strict=True)
        ]
        result.append(splits)
    return (*result, *[np.asarray(at, np.int64) for at in places])


def _broadcast(
    values: Sequence[Any],
    outer: Sequence[int],
    ranks: Sequence[int],
    rank: int,
    levels: int,
    dtype: DType,
) -> tuple[list[Any], list[RowPartition]]:
    layouts = [_layout(values[i], rank - ranks[i], levels) for i in outer]
    inputs: list[Any] = []
    for i in outer:
        value = values[i]
        flat = value.flat_values if isinstance(value, RaggedTensor) else value
        sizes = flat.shape
        known = sizes.is_fully_defined()
        inputs.append(np.asarray(sizes.as_list(), np.int64) if known else _sizes(flat))
        if isinstance(value, RaggedTensor):
            inputs += [_splits(part) for part in value._nested_row_partitions]

    def broadcast(*arrays: Array) -> tuple[Array, ...]:
        return planned(layouts, levels, arrays)

    specs = [host.vector(None, dtype)] * levels + [host.vector(None, dtypes.int64)] * len(outer)
    found = host.compute(broadcast, inputs, specs)
    flat = list(values)
    for place, (i, layout) in enumerate(zip(outer, layouts, strict=True)):
        flat[i] = _taken(values[i], layout, found[levels + place])
    return flat, _partitions(values, outer, layouts, list(found[:levels]), dtype)


def _splits(part: RowPartition) -> Any:
    array = part.array
    return part._splits if array is None else array


def _sizes(value: Any) -> Any:
    return shape_of(value, dtypes.int64)


def _taken(value: Any, layout: _Layout, at: Any) -> Any:
    flat = value.flat_values if isinstance(value, RaggedTensor) else value
    if layout.rest:
        flat = merged(flat, 0, layout.rest)
    if isinstance(at, np.ndarray) and flat.shape[0] == at.shape[0]:
        if (at == np.arange(at.shape[0])).all():
            return flat
    return gather(flat, at)


def _partitions(
    values: Sequence[Any],
    outer: Sequence[int],
    layouts: Sequence[_Layout],
    splits: list[Any],
    dtype: DType,
) -> list[RowPartition]:
    own = None
    for i, layout in zip(outer, layouts, strict=True):
        if not layout.lead and not layout.rest:
            parts = values[i]._nested_row_partitions
            if parts[0].static_nrows != 1 and not any(layout.uniform):
                own = parts
                break
    found = []
    for level, at in enumerate(splits):
        part = of_splits(at, dtype)
        if own is not None and not isinstance(at, np.ndarray):
            part = own[level]
        elif all(layout.uniform[level] for layout in layouts):
            part._uniform = _length(values, outer, layouts, level, at)
        found.append(part)
    return found


def _length(
    values: Sequence[Any], outer: Sequence[int], layouts: Sequence[_Layout], level: int, at: Any
) -> Any:
    """The length of the rows of a level, all of which have one."""
    if isinstance(at, np.ndarray):
        return int(at[1]) if at.shape[0] > 1 else 0
    sizes = []
    for i, layout in zip(outer, layouts, strict=True):
        axis = level + 1 - layout.lead
        sizes.append(values[i].shape[axis] if axis >= 0 else 1)
    known = [n for n in sizes if n != 1]
    return 1 if not known else known[0]
