"""tf.strings: code points, encodings and scripts."""

from __future__ import annotations

import codecs
from bisect import bisect_right
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    filled,
    mapped,
    no_ragged,
    not_one_of,
    one_of,
    strings,
    text,
    typed,
    whole_number,
)
from tfcompat._src.tensor import Tensor

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
@public("tfcompat.strings")
def unicode_encode(
    input: Any,
    output_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> Tensor:
    """One string for each row of code points along the last axis of an int32 tensor.

    Raises:
      InvalidArgumentError: a code point that is none, with errors "strict".
      ValueError: a scalar.
    """
    op = "UnicodeEncode"
    x = to_tensor(input)
    if not x._shape:
        raise ValueError("unicode_encode: input_tensor's rank must be at least 1.")
    array = typed(x, dtypes.int32, op)._numpy()
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

    rows = array.reshape(int(np.prod(array.shape[:-1])), array.shape[-1])
    made = []
    for row in rows:
        points = [valid(int(point)) for point in row]
        made.append(_encode([point for point in points if point is not None], codec))
    return filled(made, array.shape[:-1])


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
def _points(found: list[Character]) -> Tensor:
    return from_numpy(np.array([point for point, _ in found], np.int32), dtypes.int32)


def _offsets(found: list[Character]) -> Tensor:
    return from_numpy(np.array([at for _, at in found], np.int64), dtypes.int64)


def _pieces(found: list[Character], encoding: Any, op: str) -> Tensor:
    codec = _output(encoding, op)
    return filled([_encode((point,), codec) for point, _ in found], (len(found),))


@public("tfcompat.strings")
def unicode_decode(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> Tensor:
    """The code points of one string, as int32.

    Raises:
      NotImplementedError: more than one string, which would give a ragged tensor.
    """
    op = "UnicodeDecode"
    decode = _Decoder(op, input_encoding, errors, replacement_char, replace_control_characters)
    array = strings(to_tensor(input), op)
    if array.ndim:
        raise no_ragged("tf.strings.unicode_decode")
    return _points(decode(array.item()))


@public("tfcompat.strings")
def unicode_decode_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    replace_control_characters: bool = False,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The code points of one string, and the byte at which each starts, as int64.

    Raises:
      NotImplementedError: more than one string, which would give a ragged tensor.
    """
    op = "UnicodeDecodeWithOffsets"
    decode = _Decoder(op, input_encoding, errors, replacement_char, replace_control_characters)
    array = strings(to_tensor(input), op)
    if array.ndim:
        raise no_ragged("tf.strings.unicode_decode_with_offsets")
    found = decode(array.item())
    return _points(found), _offsets(found)


@public("tfcompat.strings")
def unicode_split(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> Tensor:
    """The characters of one string, each a string of the same encoding.

    Raises:
      NotImplementedError: more than one string, which would give a ragged tensor.
    """
    op = "UnicodeSplit"
    decode = _Decoder(op, input_encoding, errors, replacement_char)
    array = strings(to_tensor(input), op)
    if array.ndim:
        raise no_ragged("tf.strings.unicode_split")
    return _pieces(decode(array.item()), input_encoding, op)


@public("tfcompat.strings")
def unicode_split_with_offsets(
    input: Any,
    input_encoding: str,
    errors: str = "replace",
    replacement_char: int = _REPLACEMENT,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The characters of one string, and the byte at which each starts, as int64.

    Raises:
      NotImplementedError: more than one string, which would give a ragged tensor.
    """
    op = "UnicodeSplitWithOffsets"
    decode = _Decoder(op, input_encoding, errors, replacement_char)
    array = strings(to_tensor(input), op)
    if array.ndim:
        raise no_ragged("tf.strings.unicode_split_with_offsets")
    found = decode(array.item())
    return _pieces(found, input_encoding, op), _offsets(found)


# --------------------------------------------------------------------------------------- scripts
@cache
def script_table() -> tuple[dict[str, int], list[int], list[int]]:
    """Script numbers by name; where the runs of one script start, and their numbers."""
    content = Path(__file__).with_name("unicode_scripts.txt").read_text(encoding="ascii")
    names_part, runs_part = content.split("\n\n")
    lines = [line.split() for line in names_part.splitlines() if not line.startswith("#")]
    runs = [line.split() for line in runs_part.splitlines()]
    return (
        {name: int(number) for number, name in lines},
        [int(start, 16) for start, _ in runs],
        [int(number) for _, number in runs],
    )


@public("tfcompat.strings")
def unicode_script(input: Any, name: str | None = None) -> Tensor:
    """ICU's number of the script of each code point, -1 for what is no code point; int32."""
    array = typed(input, dtypes.int32, "UnicodeScript")._numpy()
    _, starts, numbers = script_table()
    found = [
        numbers[bisect_right(starts, int(point)) - 1] if 0 <= point <= 0x10FFFF else -1
        for point in array.reshape(-1)
    ]
    return from_numpy(np.array(found, np.int32).reshape(array.shape), dtypes.int32)
