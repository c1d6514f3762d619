"""Many examples at once: the values of one feature in all of them as one array.

Where all examples are in the usual form, they are read side by side, each step for all of them in
arrays. Where one is not, or there are few, they are read one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src.parsing import wire
from tfcompat._src.parsing.wire import BYTES, FLOATS, INTEGERS, NOTHING, UnusualError

Array = np.ndarray[Any, Any]
Failed = Callable[[bytes, int], Exception]

_FEW = 4
# Pieces of more bytes than that are cheaper to join as strings than to index byte by byte.
_LARGE = 32
EMPTY: dict[int, Any] = {
    BYTES: np.empty(0, object),
    FLOATS: np.empty(0, np.float32),
    INTEGERS: np.empty(0, np.int64),
}


class Column(NamedTuple):
    """The values of a feature in all examples, and how many each example has.

    kinds: one for each example; NOTHING where the feature is not there or has no list.
    """

    values: Array
    counts: Array
    kinds: Array


def bytes_array(items: list[bytes]) -> Array:
    """A vector of byte strings."""
    found = np.empty(len(items), object)
    found[:] = items
    return found


# ---------------------------------------------------------------------------------- one by one
def normal(data: bytes, message: str) -> bytes:
    """The message in the usual form. Raises DecodeError where the bytes are none."""
    from tfcompat._src.files.protos import message_class

    read = message_class(message).FromString(data)
    read.DiscardUnknownFields()
    return read.SerializeToString()


def example_fields(data: bytes) -> tuple[bytes, dict[bytes, tuple[int, int]]]:
    """The bytes of a tf.train.Example in the usual form, and where its features stand.

    Raises:
      DecodeError: these bytes are no Example.
    """
    try:
        return data, wire.fields(data, *wire.only_field(data, 0, len(data)))
    except (UnusualError, IndexError):
        data = normal(data, "Example")
        return data, wire.fields(data, *wire.only_field(data, 0, len(data)))


def values_at(data: bytes, place: tuple[int, int] | None) -> tuple[int, Any]:
    """The kind and the values of the feature that stands somewhere."""
    if place is None:
        return NOTHING, None
    try:
        return wire.feature(data, *place)
    except (UnusualError, IndexError):
        data = normal(data[place[0] : place[1]], "Feature")
        return wire.feature(data, 0, len(data))


def column(found: Sequence[tuple[int, Any]], kind: int) -> Column:
    """The column of values that were read one by one; without those of another kind."""
    kinds = np.array([pair[0] for pair in found], np.int64)
    right = [values if own == kind else () for own, values in found]
    counts = np.array([len(values) for values in right], np.int64)
    lists = [values for values in right if len(values)]
    if kind == BYTES:
        return Column(bytes_array([item for items in lists for item in items]), counts, kinds)
    values: Any = np.concatenate(lists) if lists else EMPTY[kind]
    return Column(values, counts, kinds)


def _one_by_one(
    items: Sequence[bytes], wanted: Mapping[bytes, int], failed: Failed
) -> dict[bytes, Column]:
    from google.protobuf.message import DecodeError

    read: dict[bytes, list[tuple[int, Any]]] = {key: [] for key in wanted}
    for number, item in enumerate(items):
        try:
            data, places = example_fields(item)
            for key, found in read.items():
                found.append(values_at(data, places.get(key)))
        except DecodeError:
            raise failed(item, number) from None
    return {key: column(found, wanted[key]) for key, found in read.items()}


# ------------------------------------------------------------------------------- side by side
class _Side:
    """The bytes of all examples one after the other."""

    def __init__(self, items: Sequence[bytes]) -> None:
        self.data = b"".join(items)
        self.bytes = np.frombuffer(self.data, np.uint8)
        self.ends = np.cumsum(np.fromiter(map(len, items), np.int64, len(items)))
        self.starts = np.concatenate([np.zeros(1, np.int64), self.ends[:-1]])

    def tagged(self, at: Array, tag: int) -> tuple[Array, Array]:
        """Where the field of this tag that stands at a place starts and ends."""
        if (self.bytes[at] != tag).any():
            raise UnusualError
        return self.sized(at + 1)

    def sized(self, at: Array) -> tuple[Array, Array]:
        """Where what stands behind its own length starts and ends."""
        sizes = self.bytes[at].astype(np.int64)
        at = at + 1
        longer = np.flatnonzero(sizes > 127)
        shift = 7
        while len(longer):
            if shift > 28:
                raise UnusualError
            more = self.bytes[at[longer]].astype(np.int64)
            sizes[longer] += (more - 1) << shift
            at[longer] += 1
            longer = longer[more > 127]
            shift += 7
        return at, at + sizes


def _find(side: _Side, wanted: Iterable[bytes]) -> dict[bytes, tuple[Array, Array]]:
    """Where a feature stands in each example: from -1 where there is none."""
    count = len(side.starts)
    found = {key: (np.full(count, -1), np.full(count, -1)) for key in wanted}
    rows = np.flatnonzero(side.ends > side.starts)
    at, stop = side.tagged(side.starts[rows], 0x0A)
    if (stop != side.ends[rows]).any():
        raise UnusualError
    while True:
        left = at < stop
        if not left.all():
            rows, at, stop = rows[left], at[left], stop[left]
        if not len(rows):
            return found
        entry, finish = side.tagged(at, 0x0A)
        if (finish > stop).any():
            raise UnusualError
        key, cut = side.tagged(entry, 0x0A)
        value, end = side.tagged(cut, 0x12)
        if (end != finish).any():
            raise UnusualError
        _assign(side, rows, key, cut, value, finish, found)
        at = finish


def _assign(
    side: _Side,
    rows: Array,
    key: Array,
    cut: Array,
    value: Array,
    finish: Array,
    found: dict[bytes, tuple[Array, Array]],
) -> None:
    """Notes where a feature of each row stands, by its name."""
    left: Any = None
    while True:
        at = 0 if left is None else left[0]
        name = side.data[key[at] : cut[at]]
        first, last = (key, cut) if left is None else (key[left], cut[left])
        same = last - first == len(name)
        if same.all():
            letters = side.bytes[first[:, None] + np.arange(len(name))]
            same = (letters == np.frombuffer(name, np.uint8)).all(1)
        else:
            some = np.flatnonzero(same)
            letters = side.bytes[first[some][:, None] + np.arange(len(name))]
            same[some] = (letters == np.frombuffer(name, np.uint8)).all(1)
        whole = same.all()
        if name in found:
            starts, stops = found[name]
            if whole and left is None:
                starts[rows], stops[rows] = value, finish
            else:
                mine = np.flatnonzero(same) if left is None else left[same]
                starts[rows[mine]], stops[rows[mine]] = value[mine], finish[mine]
        if whole:
            return
        left = np.flatnonzero(~same) if left is None else left[~same]


def _side_by_side(items: Sequence[bytes], wanted: Mapping[bytes, int]) -> dict[bytes, Column]:
    side = _Side(items)
    places = _find(side, wanted)
    return {key: _read(side, *places[key], kind) for key, kind in wanted.items()}


def _read(side: _Side, starts: Array, stops: Array, kind: int) -> Column:
    rows: Any = np.flatnonzero(stops > starts)
    kinds = np.zeros(len(starts), np.int64)
    counts = np.zeros(len(starts), np.int64)
    if not len(rows):
        return Column(EMPTY[kind], counts, kinds)
    if len(rows) == len(starts):
        rows = slice(None)
    first, last = starts[rows], stops[rows]
    tags = side.bytes[first]
    kinds[rows] = np.where((tags & 7) == 2, tags >> 3, 99)
    if (tags != 8 * kind + 2).any():
        # Either an error, or a form that is read one by one.
        if (kinds > 3).any():
            raise UnusualError
        rows = np.flatnonzero(kinds == kind)
        first, last = starts[rows], stops[rows]
        if not len(rows):
            return Column(EMPTY[kind], counts, kinds)
    at, end = side.sized(first + 1)
    if (end != last).any():
        raise UnusualError
    if kind == BYTES:
        values, many = _bytes(side, at, end)
    else:
        values, many = _packed(side, at, end, kind)
    counts[rows] = many
    return Column(values, counts, kinds)


def _bytes(side: _Side, at: Array, end: Array) -> tuple[Array, Any]:
    data = side.data
    if (at < end).all():
        start, stop = side.tagged(at, 0x0A)
        if (stop == end).all():
            items = [data[a:b] for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
            return bytes_array(items), 1
    found, counts = [], []
    for a, b in zip(at.tolist(), end.tolist(), strict=True):
        places = wire.repeated(data, a, b)
        found += [data[x:y] for x, y in places]
        counts.append(len(places))
    return bytes_array(found), counts


def _packed(side: _Side, at: Array, end: Array, kind: int) -> tuple[Array, Any]:
    full = np.flatnonzero(at < end)
    if len(full) < len(at):
        counts = np.zeros(len(at), np.int64)
        if not len(full):
            return EMPTY[kind], counts
        values, counts[full] = _packed(side, at[full], end[full], kind)
        return values, counts
    start, stop = side.tagged(at, 0x0A)
    if (stop != end).any():
        raise UnusualError
    sizes = stop - start
    if kind == FLOATS:
        if (sizes % 4).any():
            raise UnusualError
        return _joined(side, start, stop, sizes).view("<f4"), sizes // 4
    if (side.bytes[stop - 1] > 127).any() or not sizes.all():
        raise UnusualError
    packed = _joined(side, start, stop, sizes)
    if len(packed) == len(sizes):
        return packed.astype(np.int64), sizes
    values, ends = wire.many_varints(packed)
    last = np.searchsorted(ends, np.cumsum(sizes), side="right")
    return values, np.diff(last, prepend=0)


def _joined(side: _Side, start: Array, stop: Array, sizes: Array) -> Array:
    """The bytes of some pieces one after the other."""
    total = int(sizes.sum())
    if total > _LARGE * len(sizes):
        data = memoryview(side.data)
        parts = [data[a:b] for a, b in zip(start.tolist(), stop.tolist(), strict=True)]
        return np.frombuffer(bytearray().join(parts), np.uint8)
    if total == len(sizes):
        return side.bytes[start]
    size = int(sizes[0])
    if total == size * len(sizes) and (sizes == size).all():
        return side.bytes[start[:, None] + np.arange(size)].reshape(-1)
    shifts = start - (np.cumsum(sizes) - sizes)
    return side.bytes[np.repeat(shifts, sizes) + np.arange(total)]


def columns(
    items: Sequence[bytes], wanted: Mapping[bytes, int], failed: Failed
) -> dict[bytes, Column]:
    """The columns of some features, which are given with the kinds that they should have.

    failed: makes the error for bytes that are no Example, and their number.
    """
    if len(items) > _FEW:
        try:
            return _side_by_side(items, wanted)
        except (UnusualError, IndexError):
            pass
    return _one_by_one(items, wanted, failed)
