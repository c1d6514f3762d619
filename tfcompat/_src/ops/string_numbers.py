"""Numbers as strings and back: tf.as_string, tf.strings.to_number."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from math import isfinite
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import adopted, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import InvalidArgumentError, invalid_argument, wrong_value
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    filled,
    flat,
    measured,
    not_one_of,
    text,
    typed,
    whole_number,
)
from tfcompat._src.tensor import Tensor
from tfcompat._src.text.flat_strings import decimals

_FEW = 64
_FILLS = ("", "0", " ", "+", "-", "#")


@public("tfcompat.strings")
def as_string(
    input: Any,
    precision: int = -1,
    scientific: bool = False,
    shortest: bool = False,
    width: int = -1,
    fill: str = "",
    name: str | None = None,
) -> Tensor:
    """Each number, truth value or string as a string, in the manner of C's printf.

    Raises:
      InvalidArgumentError: an option that the dtype does not take.
    """
    op = "AsString"
    precision = whole_number(precision, op, "precision", -1)
    width = whole_number(width, op, "width", -1)
    flag = text(fill, op, "fill", "")
    x = to_tensor(input)
    dtype = x._dtype
    if dtype not in dtypes.NUMERIC_OR_BOOL and dtype is not dtypes.string:
        raise not_one_of(op, "dtype", dtype.name, ("numbers", "bool", "string"))
    if scientific and shortest:
        raise invalid_argument(op, "received both scientific and shortest; expected one of them")
    if not dtype.is_inexact and dtype is not dtypes.string:
        if precision >= 0:
            raise invalid_argument(op, f"precision not supported for {dtype.name}")
        if scientific or shortest:
            raise invalid_argument(op, f"scientific and shortest not supported for {dtype.name}")
    if flag not in _FILLS:
        raise not_one_of(op, "fill", flag, [repr(given) for given in _FILLS])
    if dtype.is_unsigned or dtype is dtypes.bool_:
        flag = flag.strip("+ ")
    size = str(width) if width >= 0 else ""
    digits = f".{precision}" if precision >= 0 else ""
    kind = "e" if scientific else "g" if shortest else "f"
    if dtype.is_integer and not (flag or size):
        return HostTensor(_decimals(x._numpy().reshape(-1)).reshape(x._shape))
    values = x._numpy().reshape(-1).tolist()
    made: list[bytes]
    if dtype is dtypes.string:
        made = [_aligned(item, width, flag == "-") for item in values]
    elif dtype is dtypes.bool_:
        made = [b"true" if item else b"false" for item in values]
    elif dtype.is_complex:
        one = _float_writer(flag, size, digits, kind)
        made = [f"({one(item.real)},{one(item.imag)})".encode() for item in values]
    elif dtype.is_floating:
        one = _float_writer(flag, size, digits, kind)
        made = [one(float(item)).encode() for item in values]
    else:
        made = [(f"%{flag}{size}d" % item).encode() for item in values]
    return filled(made, x._shape)


def _decimals(numbers: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Integers as strings of digits."""
    found = np.empty(len(numbers), object)
    if len(numbers) > _FEW:
        low, high = int(numbers.min()), int(numbers.max())
        if high - low < len(numbers):
            # No more are possible than there are: each is written once.
            table: np.ndarray[Any, Any] = np.empty(high - low + 1, object)
            table[:] = [b"%d" % n for n in range(low, high + 1)]
            wide = numbers if numbers.dtype.kind == "u" else numbers.astype(np.int64)
            found[:] = table[(wide - wide.dtype.type(low)).astype(np.intp)]
            return found
    found[:] = list(map(b"%d".__mod__, numbers.tolist()))
    return found


def _aligned(item: bytes, width: int, left: bool) -> bytes:
    if width < 0:
        return item
    return item.ljust(width) if left else item.rjust(width)


def _float_writer(flag: str, size: str, digits: str, kind: str) -> Callable[[float], str]:
    pattern = f"%{flag}{size}{digits}{kind}"
    # C writes no zeros before inf and nan; Python does.
    without_zeros = f"%{flag.strip('0')}{size}{kind}"

    def write(value: float) -> str:
        return (pattern if isfinite(value) else without_zeros) % value

    return write


# ------------------------------------------------------------------------------------- to_number
_NUMBERS: dict[DType, tuple[str, int, int]] = {
    dtypes.float32: ("float", 0, 0),
    dtypes.float64: ("float", 0, 0),
    dtypes.int32: ("int", -(2**31), 2**31 - 1),
    dtypes.int64: ("int", -(2**63), 2**63 - 1),
    dtypes.uint32: ("int", 0, 2**32 - 1),
    dtypes.uint64: ("int", 0, 2**64 - 1),
}
# Where the digits of float32 become fewer.
_SMALLEST = 2.0**-126
_SPACE = b" \t\n\v\f\r"
_INTEGER = re.compile(rb"[+-]?[0-9]+")
_DECIMAL = re.compile(rb"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?", re.IGNORECASE)
_HEXADECIMAL = re.compile(
    rb"[+-]?0x([0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)(p[+-]?[0-9]+)?", re.IGNORECASE
)
_SPECIAL = re.compile(rb"([+-]?)(inf(?:inity)?|nan(?:\([0-9a-z_]*\))?)", re.IGNORECASE)


@public("tfcompat.strings")
def to_number(input: Any, out_type: Any = dtypes.float32, name: str | None = None) -> Tensor:
    """The number that each string writes, white space around it aside.

    `out_type` is float32, float64, int32, int64, uint32 or uint64.

    Raises:
      InvalidArgumentError: a string that is no number of that type.
    """
    op = "StringToNumber"
    x = typed(input, dtypes.string, op)
    wanted = dtypes.float32 if out_type is None else as_dtype(out_type)
    if wanted not in _NUMBERS:
        raise not_one_of(op, "out_type", wanted.name, [dtype.name for dtype in _NUMBERS])

    plain = _plain_floats(x, wanted)
    if plain is not None:
        return adopted(plain.reshape(x._shape), wanted)

    def read(item: bytes) -> Any:
        found = parse_number(item, wanted)
        if found is None:
            raise _no_number(op, item, wanted)
        return found

    with np.errstate(over="ignore"):
        return measured(read, x._numpy(), wanted)


def _written_floats(x: Tensor) -> np.ndarray[Any, Any] | None:
    """The numbers, as float64, where they are written in no special way."""
    if (many := flat(x)) is not None and (found := decimals(many)) is not None:
        return found.reshape(-1)
    items = x._numpy().reshape(-1).tolist()
    if not items or b"".join(items).translate(None, b"0123456789.-"):
        return None
    try:
        return np.fromiter(map(float, items), np.float64, len(items))
    except ValueError:
        return None


def _plain_floats(x: Tensor, wanted: DType) -> np.ndarray[Any, Any] | None:
    """All the numbers at once, where they are written and rounded in no special way."""
    numbers = _written_floats(x) if wanted in dtypes.FLOATS else None
    if numbers is None or wanted is dtypes.float64:
        return numbers
    if numbers.size <= _FEW:
        with np.errstate(over="ignore"):
            singles = numbers.astype(np.float32)
        if (singles == numbers).all():
            return singles
    sizes = np.abs(numbers)
    # Rounding twice is rounding once, unless the first time ends halfway; small and large ones
    # have fewer bits.
    halfway = numbers.view(np.uint64) & np.uint64(0x1FFFFFFF) == np.uint64(0x10000000)
    odd = halfway | (sizes > 1e38) | ((sizes < 1e-37) & (sizes > 0))
    return None if odd.any() else numbers.astype(np.float32)


def _no_number(op: str, item: bytes, wanted: DType) -> InvalidArgumentError:
    return wrong_value(op, f"received the string {item!r}, which is not a number of {wanted.name}")


def parse_number(item: bytes, dtype: DType) -> Any:
    """The number a string writes, or None if it writes none of `dtype`."""
    kind, low, high = _NUMBERS[dtype]
    body = item.strip(_SPACE)
    if kind == "int":
        if not _INTEGER.fullmatch(body) or (low == 0 and body.startswith(b"-")):
            return None
        number = int(body)
        return number if low <= number <= high else None
    value = _float(body)
    return _to_single(body, value) if value is not None and dtype is dtypes.float32 else value


def _float(body: bytes) -> float | None:
    if _DECIMAL.fullmatch(body):
        return float(body)
    if _HEXADECIMAL.fullmatch(body):
        try:
            return float.fromhex(body.decode())
        except OverflowError:
            return float("-inf" if body.startswith(b"-") else "inf")
    special = _SPECIAL.fullmatch(body)
    if special is None:
        return None
    return float(special[1] + special[2][:3])


def _to_single(body: bytes, value: float) -> float:
    """`value` rounded to float32 at once, which by way of float64 can go wrong at a tie."""
    bits = struct.unpack("<Q", struct.pack("<d", value))[0]
    # A float64 half way between two of float32 ends in these bits, unless float32 runs out of
    # digits down there.
    if bits & 0x1FFFFFFF != 0x10000000 and (abs(value) >= _SMALLEST or value == 0.0):
        return value
    if not isfinite(value) or b"x" in body.lower():
        return value
    from fractions import Fraction

    exact, rounded = Fraction(body.decode()), Fraction(value)
    if exact == rounded:
        return value
    # The neighbour on the true side of the tie is rounded the right way.
    return float(np.nextafter(value, np.inf if exact > rounded else -np.inf))
