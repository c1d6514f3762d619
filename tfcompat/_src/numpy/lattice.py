"""The promotion of the modes "safe" and "all": a table in which Python's numbers are weak.

A weak tensor is a tensor marked by an attribute; its dtype gives way to that of any other.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.numpy.state import SAFE, STATE
from tfcompat._src.ops.array import identity
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor, TensorBase

# A dtype, and whether it is weak.
Kind = tuple[DType, bool]

_NAMES = {
    "b": "bool", "i1": "int8", "i2": "int16", "i4": "int32", "i8": "int64", "u1": "uint8",
    "u2": "uint16", "u4": "uint32", "u8": "uint64", "f2": "float16", "bf": "bfloat16",
    "f4": "float32", "f8": "float64", "c8": "complex64", "c16": "complex128",
}  # fmt: skip
# What two kinds have in common, a row for each kind; a star stands for weak, an exclamation mark
# for what "safe" refuses. The rows stop at the diagonal.
_TABLE = """
b    b
i1   i1 i1
i2   i2 i2 i2
i4   i4 i4 i4 i4
i8   i8 i8 i8 i8 i8
u1   u1 i2! i2 i4 i8 u1
u2   u2 i4! i4! i4 i8 u2 u2
u4   u4 i8! i8! i8! i8 u4 u4 u4
u8   u8 f8*! f8*! f8*! f8*! u8 u8 u8 u8
f2   f2 f2 f2! f2! f2! f2 f2! f2! f2! f2
bf   bf bf bf! bf! bf! bf bf! bf! bf! f4! bf
f4   f4 f4 f4 f4! f4! f4 f4 f4! f4! f4 f4 f4
f8   f8 f8 f8 f8 f8! f8 f8 f8 f8! f8 f8 f8 f8
c8   c8 c8 c8 c8! c8! c8 c8 c8! c8! c8 c8 c8 c16! c8
c16  c16 c16 c16 c16 c16! c16 c16 c16 c16! c16 c16 c16 c16 c16 c16
i4*  i4* i1 i2 i4 i8 u1 u2 u4 u8 f2 bf f4 f8 c8 c16 i4*
i8*  i8* i1 i2 i4 i8 u1 u2 u4 u8 f2 bf f4 f8 c8 c16 i8* i8*
f4*  f4* f8*! f8*! f8*! f8*! f8*! f8*! f8*! f8*! f2 bf f4 f8 c8 c16 f4* f4* f4*
f8*  f8* f8* f8* f8* f8*! f8* f8* f8* f8*! f2 bf f4 f8 c8 c16 f8* f8* f8* f8*
c16* c16* c16* c16* c16* c16*! c16* c16* c16* c16*! c8! c8! c8! c16 c8 c16 c16* c16* c16* c16* c16*
"""


def _kind_named(name: str) -> Kind:
    return as_dtype(_NAMES[name.rstrip("*")]), name.endswith("*")


@lru_cache(maxsize=1)
def _joins() -> dict[tuple[Kind, Kind], tuple[Kind, bool]]:
    """For two kinds their common one, and whether "safe" allows it."""
    rows = [line.split() for line in _TABLE.strip().splitlines()]
    kinds = [_kind_named(row[0]) for row in rows]
    joins = {}
    for kind, (_, *row) in zip(kinds, rows, strict=True):
        for other, found in zip(kinds, row, strict=False):
            entry = _kind_named(found.rstrip("!")), not found.endswith("!")
            joins[kind, other] = joins[other, kind] = entry
    return joins


def join(x: Kind, y: Kind) -> Kind:
    """What two kinds have in common. Raises TypeError where the mode "safe" allows nothing."""
    found = _joins().get((x, y))
    if found is None:
        if x[0] is y[0]:
            return x
        raise NotImplementedError(
            f"result_type: received {x[0].name} and {y[0].name}; there is no conversion between "
            "them"
        )
    if not found[1] and STATE.mode == SAFE:
        raise TypeError(
            f"result_type: received {_described(x)} and {_described(y)}, whose implicit promotion "
            "may lose precision; the mode 'safe' wants a cast"
        )
    return found[0]


def _described(kind: Kind) -> str:
    return f"weak {kind[0].name}" if kind[1] else kind[0].name


# -------------------------------------------------------------------------------------------- kinds
_PYTHON: dict[Any, Kind] = {
    bool: (dtypes.bool_, False),
    int: (dtypes.int32, True),
    float: (dtypes.float32, True),
    complex: (dtypes.complex128, True),
}


def is_weak(x: Any) -> bool:
    """Whether a value is a weak tensor."""
    return isinstance(x, Tensor) and getattr(x, "_weak", False)


def kind_of(value: Any) -> Kind:
    """The kind of a tensor, array, number, list or dtype."""
    if isinstance(value, DType):
        return value, False
    if isinstance(value, TensorBase):
        return value.dtype, is_weak(value)  # type: ignore[attr-defined]
    found = _PYTHON.get(value.__class__) or (
        _PYTHON.get(value) if isinstance(value, type) else None
    )
    if found is not None:
        return found
    if isinstance(value, (np.ndarray, np.generic)):
        return as_dtype(value.dtype), False
    if isinstance(value, (list, tuple, range)):
        return common(value) if len(value) else (dtypes.float32, True)
    if isinstance(value, (str, bytes)):
        return dtypes.string, False
    if value is None or isinstance(value, dict):
        raise ValueError(
            f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to "
            "a Tensor."
        )
    return as_dtype(np.dtype(value)), False


def common(values: Any) -> Kind:
    """What several values have in common."""
    kinds = list(dict.fromkeys([kind_of(value) for value in values]))
    found = kinds[0] if kinds else (dtypes.float32, False)
    for kind in kinds[1:]:
        found = join(found, kind)
    return found


def result_type(values: Any) -> DType:
    """The dtype that several values have in common."""
    return common(values)[0]


# ------------------------------------------------------------------------------------------ tensors
def mark(x: Tensor) -> Tensor:
    """`x`, of a dtype that can be weak, as a weak tensor."""
    if (x._dtype, True) not in _WEAK or is_weak(x):
        return x
    weak: Any = identity(x)
    weak._weak = True
    return weak


_WEAK = frozenset(
    (dtype, True)
    for dtype in (
        dtypes.int32,
        dtypes.int64,
        dtypes.float32,
        dtypes.float64,
        dtypes.complex128,
    )
)


def strong(x: Tensor) -> Tensor:
    """`x` as a tensor that is not weak."""
    return identity(x) if is_weak(x) else x


def as_tensor(value: Any) -> Tensor:
    """A value that is no tensor as one, weak if it consists of Python's numbers."""
    kind = kind_of(value)
    tensor = plain_tensor(value, kind[0])
    return mark(tensor) if kind[1] else tensor


def plain_tensor(value: Any, dtype: DType) -> Tensor:
    """A value as a tensor of `dtype`. Raises OverflowError for an integer too large."""
    if isinstance(value, (list, tuple)) and any(
        isinstance(item, TensorBase) or isinstance(item, (list, tuple)) for item in value
    ):
        from tfcompat._src.ops.joining import stack

        return stack([cast(_row(item, dtype), dtype) for item in value])
    if dtype is dtypes.string:
        return to_tensor(value)
    array = np.asarray(value)
    if array.dtype.kind == "i" and not isinstance(value, (np.ndarray, np.generic)):
        # Python's integers are int32 first, and wrap from there.
        array = np.asarray(value, np.int32)
    return cast(to_tensor(array), dtype)


def _row(item: Any, dtype: DType) -> Tensor:
    return to_tensor(item) if isinstance(item, TensorBase) else plain_tensor(item, dtype)
