"""tf.strings: joining, cutting and measuring strings."""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import adopted, to_tensor
from tfcompat._src.errors import invalid_argument, out_of_range, unimplemented
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    Array,
    filled,
    flat,
    mapped,
    measured,
    not_one_of,
    one_of,
    strings,
    text,
    typed,
)
from tfcompat._src.tensor import Tensor
from tfcompat._src.text import flat_strings

_UNITS = ("BYTE", "UTF8_CHAR")
_MANY = 2**31 - 1
_POSITIONS = frozenset({dtypes.int32, dtypes.int64})


# --------------------------------------------------------------------------------------- joining
@public("tfcompat.strings")
def join(inputs: Any, separator: str = "", name: str | None = None) -> Tensor:
    """Joins tensors of strings element by element; scalars are repeated.

    Raises:
      InvalidArgumentError: the shapes differ and none of them is a scalar's.
    """
    between = text(separator, "StringJoin", "separator", "").encode()
    if isinstance(inputs, (str, bytes)) or not hasattr(inputs, "__iter__"):
        raise TypeError(f"StringJoin: Expected list for 'inputs' argument, not {inputs!r}.")
    tensors = [typed(item, dtypes.string, "StringJoin", at) for at, item in enumerate(inputs)]
    if (made := _joined_flat(tensors, between)) is not None:
        return made
    arrays = [tensor._numpy() for tensor in tensors]
    shape: tuple[int, ...] = ()
    for array in arrays:
        if array.ndim and shape and array.shape != shape:
            raise invalid_argument(
                "StringJoin", f"Input shapes do not match: received {shape} and {array.shape}"
            )
        if array.ndim:
            shape = array.shape
    if not arrays:
        return filled([b""], ())
    columns = [
        (x if x.shape == shape else np.broadcast_to(x, shape)).reshape(-1).tolist() for x in arrays
    ]
    return filled([between.join(row) for row in zip(*columns, strict=True)], shape)


def _joined_flat(tensors: list[Tensor], between: bytes) -> Tensor | None:
    """Many strings of one shape, and single ones, joined at once."""
    parts: list[Any] = []
    for x in tensors:
        parts.append(flat(x) if x._shape else x._numpy().item())
        if parts[-1] is None:
            return None
    many = {part.shape for part in parts if part.__class__ is not bytes}
    single = [between, *[part for part in parts if part.__class__ is bytes]]
    if len(many) != 1 or any([b"\0" in part for part in single]):
        return None
    return HostTensor.of_flat(flat_strings.joined(parts, between))


@public("tfcompat.strings")
def reduce_join(
    inputs: Any,
    axis: Any = None,
    keepdims: bool = False,
    separator: str = "",
    name: str | None = None,
) -> Tensor:
    """Joins the strings along axes: along the first one given, then the results along the next.

    Raises:
      OutOfRangeError: an axis that the tensor has not.
      InvalidArgumentError: an axis given twice.
    """
    op = "ReduceJoin"
    if not isinstance(inputs, Tensor):
        inputs = to_tensor(inputs)
    array = strings(inputs, op)
    between = text(separator, op, "separator", "").encode()
    rank = array.ndim
    given = (
        range(rank - 1, -1, -1)
        if axis is None
        else to_tensor(axis, dtypes.int32)._numpy().reshape(-1)
    )
    axes: list[int] = []
    for number in given:
        if not -rank <= number < rank:
            raise out_of_range(
                op,
                f"received axis {number} for an input with {rank} axes; it must be in "
                f"[{-rank}, {rank})",
            )
        if int(number) % rank in axes:
            raise invalid_argument(op, f"received axis {number} twice")
        axes.append(int(number) % rank)
    if not axes:
        return HostTensor(array)
    kept = [place for place in range(rank) if place not in axes]
    shape = tuple([array.shape[place] for place in kept])
    count = int(np.prod([array.shape[place] for place in axes]))
    rows = np.transpose(array, kept + axes[::-1]).reshape(int(np.prod(shape)), count)
    if keepdims:
        shape = tuple([1 if place in axes else size for place, size in enumerate(array.shape)])
    return filled([between.join(row) for row in rows.tolist()], shape)


@public("tfcompat.strings")
def unsorted_segment_join(
    inputs: Any,
    segment_ids: Any,
    num_segments: Any,
    separator: str = "",
    name: str | None = None,
) -> Tensor:
    """Joins the strings that have the same segment id, in their order.

    Raises:
      InvalidArgumentError: an id outside [0, num_segments), or shapes that do not fit.
      OutOfRangeError: ids of a larger rank than the strings.
    """
    op = "UnsortedSegmentJoin"
    array = strings(to_tensor(inputs, dtypes.string), op)
    between = text(separator, op, "separator", "").encode()
    ids = _integers(segment_ids, op, "segment_ids")
    counted = _integers(num_segments, op, "num_segments")
    if counted.ndim:
        raise invalid_argument(
            op, f"received num_segments of shape {counted.shape}; expected a scalar"
        )
    count = int(counted)
    if count < 0:
        raise invalid_argument(op, f"received num_segments={count}; expected 0 or more")
    if not ids.ndim:
        raise invalid_argument(op, "received segment_ids of rank 0; expected rank 1 or more")
    if ids.ndim > array.ndim:
        raise out_of_range(
            op,
            f"received segment_ids of rank {ids.ndim} for inputs of rank {array.ndim}; "
            "expected no larger rank",
        )
    if array.shape[: ids.ndim] != ids.shape:
        raise invalid_argument(
            op,
            f"received segment_ids of shape {ids.shape} for inputs of shape {array.shape}; "
            "expected a prefix of it",
        )
    if ids.size and not (ids.min() >= 0 and ids.max() < count):
        raise invalid_argument(
            op, f"received segment_ids in [{ids.min()}, {ids.max()}]; expected [0, {count})"
        )
    rest = array.shape[ids.ndim :]
    rows = array.reshape(ids.size, int(np.prod(rest)))
    found: list[list[bytes]] = [[] for _ in range(count * rows.shape[1])]
    for segment, row in zip(ids.reshape(-1), rows, strict=True):
        for column, item in enumerate(row):
            found[int(segment) * rows.shape[1] + column].append(item)
    return filled([_joined(items, between) for items in found], (count, *rest))


def _joined(items: list[bytes], between: bytes) -> bytes:
    # TensorFlow writes no separator while there is nothing before it.
    first = next((place for place, item in enumerate(items) if item), len(items))
    return between.join(items[first:])


def _integers(value: Any, op: str, what: str) -> Array:
    x = to_tensor(value)
    if x._dtype not in _POSITIONS:
        raise not_one_of(op, f"dtype of {what}", x._dtype.name, ("int32", "int64"))
    return x._numpy()


# --------------------------------------------------------------------------------------- cutting
@public("tfcompat.strings")
def strip(input: Any, name: str | None = None) -> Tensor:
    """Takes ASCII white space away from both ends."""
    x = typed(input, dtypes.string, "StringStrip")
    if (many := flat(x)) is not None:
        return HostTensor.of_flat(np.strings.strip(many))
    return mapped(bytes.strip, x._numpy())


@public("tfcompat.strings")
def substr(input: Any, pos: Any, len: Any, unit: str = "BYTE", name: str | None = None) -> Tensor:
    """The part of each string from `pos`, which may count from the end, of at most `len` units.

    `pos` and `len` have one shape, which broadcasts with that of `input` in up to two dimensions.

    Raises:
      InvalidArgumentError: a position outside the string, or shapes that do not fit.
    """
    op = "Substr"
    x = typed(input, dtypes.string, op)
    if pos.__class__ is len.__class__ is int and unit == "BYTE" and -_MANY < pos < _MANY > len:
        many = flat(x) if pos >= 0 else None
        if many is not None:
            part = flat_strings.cut(many, pos, pos + len if len >= 0 else None)
            if part is not None:
                return HostTensor.of_flat(part)
        array = x._numpy()
        return filled(_all_cut(array.reshape(-1).tolist(), pos, max(len, -1)), array.shape)
    array = x._numpy()
    starts, lengths = to_tensor(pos), to_tensor(len)
    for place, given in enumerate((starts, lengths)):
        if given._dtype not in _POSITIONS:
            raise not_one_of(op, ("pos", "len")[place], given._dtype.name, ("int32", "int64"))
    if starts._dtype is not lengths._dtype:
        raise invalid_argument(
            op,
            f"cannot compute Substr as input #2(zero-based) was expected to be a "
            f"{starts._dtype.name} tensor but is a {lengths._dtype.name} tensor",
        )
    unit = text(unit, op, "unit", "BYTE")
    one_of(unit, _UNITS, op, "unit")
    if starts._shape != lengths._shape:
        raise invalid_argument(
            op,
            f"received pos of shape {starts._shape} and len of shape {lengths._shape}; "
            "expected one shape",
        )
    if not starts._shape and unit == "BYTE":
        start, size = int(starts._numpy()), int(lengths._numpy())
        return filled(_all_cut(array.reshape(-1).tolist(), start, size), array.shape)
    if starts._shape not in ((), array.shape):
        try:
            shape = np.broadcast_shapes(array.shape, starts._shape)
        except ValueError:
            raise invalid_argument(
                op,
                f"received input of shape {array.shape} and pos of shape {starts._shape}, which "
                "do not broadcast",
            ) from None
        if shape.__len__() > 2:
            raise unimplemented(
                op, f"received shapes that broadcast to {shape}; expected at most 2 dimensions"
            )
    else:
        shape = array.shape
    cut = _cut_bytes if unit == "BYTE" else _cut_characters
    rows = [np.broadcast_to(x, shape).reshape(-1) for x in (array, starts, lengths)]
    return filled(
        [cut(item, int(start), int(size)) for item, start, size in zip(*rows, strict=True)], shape
    )


def _outside(item: bytes, position: int) -> Exception:
    return invalid_argument("Substr", f"received pos {position}, out of range for string {item!r}")


def _all_cut(items: list[bytes], start: int, size: int) -> list[bytes]:
    """`_cut_bytes` of all items."""
    end = None if size < 0 or start < 0 <= start + size else start + size
    made = list(map(itemgetter(slice(start, end)), items))
    # What is cut behind an item's start, and not empty, was in its range.
    if start < 0 or not size or not all(made):
        for item in items:
            if abs(start) > len(item):
                raise _outside(item, start)
    return made


def _cut_bytes(item: bytes, start: int, size: int) -> bytes:
    if not -len(item) <= start <= len(item):
        raise _outside(item, start)
    first = start % len(item) if start < 0 else start
    # TensorFlow takes a negative length for the largest one there is.
    return item[first : first + size] if size >= 0 else item[first:]


def _cut_characters(item: bytes, start: int, size: int) -> bytes:
    # Stray continuation bytes at the start belong to what would be the first character.
    heads = [place for place, byte in enumerate(item) if place == 0 or byte & 0xC0 != 0x80]
    count = len(heads)
    if not -count <= start <= count or (size < 0 and start < 0):
        raise _outside(item, start)
    ends = [*heads, len(item)]
    first = start % count if start < 0 else start
    return item[ends[first] : ends[min(first + max(size, 0), count)]]


# -------------------------------------------------------------------------------- letters, lengths
@public("tfcompat.strings")
def length(input: Any, unit: str = "BYTE", name: str | None = None) -> Tensor:
    """The number of bytes or of UTF-8 characters, as int32."""
    x = typed(input, dtypes.string, "StringLength")
    unit = text(unit, "StringLength", "unit", "BYTE")
    one_of(unit, _UNITS, "StringLength", "unit")
    if unit == "BYTE" and (many := flat(x)) is not None:
        return adopted(np.strings.str_len(many).astype(np.int32), dtypes.int32)
    count = len if unit == "BYTE" else _characters
    return measured(count, x._numpy(), dtypes.int32)


_CONTINUATION = bytes(range(0x80, 0xC0))


def _characters(item: bytes) -> int:
    return len(item.translate(None, _CONTINUATION))


def _letters(input: Any, encoding: str, op: str, first: bytes, ascii: Any, unicode: Any) -> Tensor:
    x = typed(input, dtypes.string, op)
    if text(encoding, op, "encoding", "") == "":
        if (many := flat(x)) is not None:
            return HostTensor.of_flat(flat_strings.recased(many, first))
        return mapped(ascii, x._numpy())
    if encoding != "utf-8":
        raise not_one_of(op, "encoding", encoding, ("''", "'utf-8'"))
    return mapped(lambda item: unicode(item.decode("utf-8", "replace")).encode(), x._numpy())


@public("tfcompat.strings")
def lower(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """In lower case: the ASCII letters, or with encoding "utf-8" all letters."""
    return _letters(input, encoding, "StringLower", b"A", bytes.lower, str.lower)


@public("tfcompat.strings")
def upper(input: Any, encoding: str = "", name: str | None = None) -> Tensor:
    """In upper case: the ASCII letters, or with encoding "utf-8" all letters."""
    return _letters(input, encoding, "StringUpper", b"a", bytes.upper, str.upper)
