"""tf.strings: code points, encodings and scripts."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    filled,
    mapped,
    not_one_of,
    one_of,
    strings,
    text,
    typed,
    whole_number,
)
from tfcompat._src.ops.string_rows import Rows, flattened, in_rows, is_ragged, rows_spec
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_ERRORS = ("strict", "replace", "ignore")
_OUTPUTS = {"UTF-8": "utf-8", "UTF-16-BE": "utf-16-be", "UTF-32-BE": "utf-32-be"}
# What Python calls a codec but is no character set.
_NO_ENCODINGS = frozenset(
    {"idna", "mbcs", "oem", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
)
_REPLACEMENT = 0xFFFD
# A mark at the start says which byte comes first; without one Python asks the machine.
_MARKED = ("utf-16", "utf-32")

Character = tuple[int, int]


def _codec(encoding: str, op: str) -> str:
    """Python's name of an encoding."""
    try:
        found = codecs.lookup(encoding)
        # Some of Python's codecs turn bytes into bytes, or strings into strings.
        is_text = isinstance(bytes(4).decode(found.name, "replace"), str)
    except (LookupError, ValueError, TypeError):
        is_text = False
    if not is_text or found.name in _NO_ENCODINGS:
        raise invalid_argument(op, f"received input_encoding={encoding!r}, which is not known")
    return found.name


def _characters(data: bytes, codec: str) -> list[Character]:
    """Code points and where they start; -1 for what is malformed."""
    if codec in _MARKED:
        marks = {"utf-16": (b"\xff\xfe",), "utf-32": (b"\xff\xfe\x00\x00",)}[codec]
        big = {"utf-16": b"\xfe\xff", "utf-32": b"\x00\x00\xfe\xff"}[codec]
        order = "-le" if data.startswith(marks) else "-be"
        skip = len(big) if order == "-le" or data.startswith(big) else 0
        return [(point, at + skip) for point, at in _characters(data[skip:], codec + order)]
    found: list[Character] = []
    at = 0
    while at < len(data):
        try:
            good, end, bad = data[at:].decode(codec), len(data), len(data)
        except UnicodeDecodeError as error:
            end, bad = at + error.start, at + error.end
            good = data[at:end].decode(codec)
        if codec.startswith(("utf-8", "utf-16", "utf-32")) or len(good) < end - at:
            for letter in good:
                found.append((ord(letter), at))
                at += len(letter.encode(codec))
        else:
            found += [(ord(letter), at + place) for place, letter in enumerate(good)]
        if end < bad:
            # Windows' code pages leave no byte without a meaning.
            byte = data[end] if codec.startswith("cp125") else -1
            found.append((byte, end))
        at = bad
    return found


class _Decoder:
    """How one call reads its strings."""

    def __init__(
        self,
        op: str,
        input_encoding: Any,
        errors: Any,
        replacement_char: Any,
        replace_control_characters: Any = False,
    ) -> None:
        self.op = op
        encoding = text(input_encoding, op, "input_encoding")
        self.errors = text(errors, op, "errors", "replace")
        one_of(self.errors, _ERRORS, op, "errors")
        self.replacement = _replacement(replacement_char, op)
        self.no_controls = bool(replace_control_characters)
        self.codec = _codec(encoding, op)

    def whole(self, data: bytes, codec: str) -> bytes:
        """The string in another encoding."""
        if not self.no_controls and self.codec not in _MARKED:
            try:
                return data.decode(self.codec).encode(codec)
            except UnicodeDecodeError:
                pass
        return _encode([point for point, _ in self(data)], codec)

    def points(self, data: bytes) -> list[int]:
        """The code points alone."""
        if not self.no_controls and self.codec not in _MARKED:
            try:
                return list(map(ord, data.decode(self.codec)))
            except UnicodeDecodeError:
                pass
        return [point for point, _ in self(data)]

    def __call__(self, data: bytes) -> list[Character]:
        found = _characters(data, self.codec)
        if min(found, default=(32, 0))[0] >= 32:
            return found
        kept: list[Character] = []
        for point, at in found:
            if point >= 32 or (point >= 0 and not self.no_controls):
                kept.append((point, at))
            elif self.errors == "strict":
                raise invalid_argument(self.op, f"received {data!r}, malformed at byte {at}")
            elif self.errors == "replace":
                kept.append((self.replacement, at))
        return kept


def _replacement(value: Any, op: str) -> int:
    point = whole_number(value, op, "replacement_char", _REPLACEMENT)
    if not 0 <= point <= 0x10FFFF:
        raise invalid_argument(op, f"received replacement_char={point}; expected a code point")
    return point


def _output(output_encoding: Any, op: str) -> str:
    encoding = text(output_encoding, op, "output_encoding")
    if encoding not in _OUTPUTS:
        raise not_one_of(op, "output_encoding", encoding, _OUTPUTS)
    return _OUTPUTS[encoding]


def _encode(points: Any, codec: str) -> bytes:
    letters = "".join([chr(_REPLACEMENT if 0xD800 <= p < 0xE000 else p) for p in points])
    return letters.encode(codec)


# ------------------------------------------------------------------------------- encode, transcode
def _texts(input: Any, *args: Any, **kwargs: Any) -> Any:
    if not is_ragged(input):
        shape = to_tensor(input).shape
        known = None if shape.rank is None else shape.as_list()[:-1]
        return TensorSpec(known, dtypes.string)
    sizes = input.shape.as_list()[:-1]
    if input.ragged_rank == 1 and len(sizes) == 1:
        return TensorSpec(sizes, dtypes.string)
    from tfcompat._src.ragged.spec import RaggedTensorSpec

    rank = min(input.ragged_rank, len(sizes) - 1)
    return RaggedTensorSpec(sizes, dtypes.string, rank, input.row_splits.dtype)


@gives(_texts)
@public("tfcompat.strings")
def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> Any:
    """One string for each row of code points along the last axis of an int32 tensor.

    The tensor is dense or ragged.

    Raises:
      InvalidArgumentError: a code point that is none, with errors "strict".
      ValueError: a scalar.
    """
    op = "UnicodeEncode"
    x = input if is_ragged(input) else typed(to_tensor(input), dtypes.int32, op)
    if not x.shape.rank:
        raise ValueError("unicode_encode: input_tensor's rank must be at least 1.")
    kind = text(errors, op, "errors", "replace")
    one_of(kind, _ERRORS, op, "errors")
    codec = _output(output_encoding, op)
    replacement = _replacement(replacement_char, op)

    def valid(point: int) -> int | None:
        if 0 <= point <= 0x10FFFF and not 0xD800 <= point < 0xE000:
            return point
        if kind == "strict":
            raise invalid_argument(op, f"received {point}; expected code points of characters")
        return replacement if kind == "replace" else None

    def encoded(row: list[int]) -> bytes:
        points = [valid(point) for point in row]
        return _encode([point for point in points if point is not None], codec)

    return _encoded(x, encoded)


def _encoded(x: Any, encoded: Callable[[list[int]], bytes]) -> Any:
    if not is_ragged(x):
        array = x._numpy()
        rows = array.reshape(int(np.prod(array.shape[:-1])), array.shape[-1])
        return filled([encoded(row) for row in rows.tolist()], array.shape[:-1])
    if is_ragged(x.values) or len(x.values._shape) > 1:
        return x.with_values(_encoded(x.values, encoded))
    points = typed(x.values, dtypes.int32, "UnicodeEncode")._numpy().tolist()
    ends = x.row_splits._numpy().tolist()
    found = [encoded(points[a:b]) for a, b in pairwise(ends)]
    return filled(found, (len(found),))


@public("tfcompat.strings")
def unicode_transcode(
    input: Any,
    input_encoding: str,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """Each string in another encoding: UTF-8, UTF-16-BE or UTF-32-BE.

    Raises:
      InvalidArgumentError: an unknown encoding; malformed input, with errors "strict".
    """
    op = "UnicodeTranscode"
    array = strings(input, op)
    codec = _output(output_encoding, op)
    decode = _Decoder(op, input_encoding, errors, replacement_char, replace_control_characters)
    return mapped(lambda item: decode.whole(item, codec), array)


# ----------------------------------------------------------------------------------- decode, split
def _tables(*kinds: DType) -> Callable[..., Any]:
    def rule(input: Any, *args: Any, **kwargs: Any) -> Any:
        return rows_spec(_given(input, "UnicodeDecode"), *kinds)

    return rule


def _given(input: Any, op: str) -> Any:
    return input if is_ragged(input) else typed(to_tensor(input), dtypes.string, op)


def _points(decode: _Decoder) -> Callable[[list[bytes]], list[Rows]]:
    return lambda items: [flattened([decode.points(item) for item in items])]


def _points_and_places(decode: _Decoder) -> Callable[[list[bytes]], list[Rows]]:
    def both(items: list[bytes]) -> list[Rows]:
        found = [decode(item) for item in items]
        points, places = flattened(found), [len(row) for row in found]
        return [([p for p, _ in points[0]], places), ([at for _, at in points[0]], places)]

    return both


def _letters(encoding: Any, op: str) -> Callable[[list[int]], list[bytes]]:
    codec = _output(encoding, op)
    known: dict[int, bytes] = {}

    def letters(points: list[int]) -> list[bytes]:
        for point in set(points):
            known[point] = _encode((point,), codec)
        return [known[point] for point in points]

    return letters


@gives(_tables(dtypes.int32))
@public("tfcompat.strings")
def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Any:
    """The code points of each string, int32: a vector for one, a tf.RaggedTensor for more.

    Raises InvalidArgumentError for an unknown encoding; for malformed input, with errors "strict".
    """
    op = "UnicodeDecode"
    decode = _Decoder(op, input_encoding, errors, replacement_char, replace_control_characters)
    return in_rows(_given(input, op), _points(decode), dtypes.int32)[0]


@gives(_tables(dtypes.int32, dtypes.int64))
@public("tfcompat.strings")
def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The code points of each string, and the byte at which each starts, as int64.

    As `unicode_decode`.
    """
    op = "UnicodeDecodeWithOffsets"
    decode = _Decoder(op, input_encoding, errors, replacement_char, replace_control_characters)
    both = _points_and_places(decode)
    points, places = in_rows(_given(input, op), both, dtypes.int32, dtypes.int64)
    return points, places


@gives(_tables(dtypes.string))
@public("tfcompat.strings")
def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> Any:
    """The characters of each string, each a string of the same encoding; as `unicode_decode`."""
    op = "UnicodeSplit"
    decode = _Decoder(op, input_encoding, errors, replacement_char)
    letters = _letters(input_encoding, op)

    def split(items: list[bytes]) -> list[Rows]:
        points, counts = flattened([decode.points(item) for item in items])
        return [(letters(points), counts)]

    return in_rows(_given(input, op), split, dtypes.string)[0]


@gives(_tables(dtypes.string, dtypes.int64))
@public("tfcompat.strings")
def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The characters of each string, and the byte at which each starts, as int64.

    As `unicode_decode`.
    """
    op = "UnicodeSplitWithOffsets"
    decode = _Decoder(op, input_encoding, errors, replacement_char)
    letters = _letters(input_encoding, op)

    def split(items: list[bytes]) -> list[Rows]:
        (points, counts), places = _points_and_places(decode)(items)
        return [(letters(points), counts), places]

    found, places = in_rows(_given(input, op), split, dtypes.string, dtypes.int64)
    return found, places
