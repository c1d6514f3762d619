"""tf.DType: the immutable singletons that name an element type, and their conversion."""

from __future__ import annotations

from typing import Any, Final, NoReturn

import ml_dtypes
import numpy as np

from tfcompat._src.naming import public

_FLOAT = "float"
_COMPLEX = "complex"
_SIGNED = "signed"
_UNSIGNED = "unsigned"
_BOOL = "bool"
_QUANTIZED = "quantized"
_OTHER = "other"

# TensorFlow counts only these as numeric: its narrow experimental types are left out.
_NARROW_FIRST_ENUM = 24


@public("tfcompat.dtypes")
class DType:
    """The type of a tensor's elements.

    There is exactly one object per type, so `is` works; `==` also accepts whatever
    `tf.as_dtype` accepts, and is False for anything else.
    """

    __slots__ = (
        "_enum",
        "_numpy",
        "is_bool",
        "is_complex",
        "is_floating",
        "is_inexact",
        "is_integer",
        "is_numeric",
        "is_numpy_compatible",
        "is_quantized",
        "is_unsigned",
        "name",
        "size",
    )

    name: str
    size: int
    is_bool: bool
    is_complex: bool
    is_floating: bool
    is_inexact: bool
    is_integer: bool
    is_numeric: bool
    is_numpy_compatible: bool
    is_quantized: bool
    is_unsigned: bool
    _enum: int
    _numpy: Any

    def __new__(cls, type_enum: DType | int) -> DType:
        if isinstance(type_enum, DType):
            return type_enum
        found = _BY_ENUM.get(int(type_enum))
        if found is None:
            raise TypeError(
                f"tf.DType: received {type_enum!r}, expected the enum of a data type, "
                f"one of {sorted(_BY_ENUM)}."
            )
        return found

    def __setattr__(self, attribute: str, value: object) -> NoReturn:
        raise AttributeError(f"tf.DType is immutable: cannot set {attribute!r} of {self!r}.")

    def __delattr__(self, attribute: str) -> NoReturn:
        raise AttributeError(f"tf.DType is immutable: cannot delete {attribute!r} of {self!r}.")

    @property
    def as_numpy_dtype(self) -> Any:
        """The NumPy scalar type (a structured `np.dtype` for quantized types)."""
        if self._numpy is None:
            raise KeyError(f"{self!r} has no NumPy counterpart.")
        return self._numpy

    @property
    def as_datatype_enum(self) -> int:
        """The number of this type in TensorFlow's DataType enumeration."""
        return self._enum

    @property
    def base_dtype(self) -> DType:
        """This type: there are no reference types here."""
        return self

    @property
    def real_dtype(self) -> DType:
        """The type of the real part of a complex type, else the type itself."""
        if self is complex64:
            return float32
        if self is complex128:
            return float64
        return self

    @property
    def min(self) -> Any:
        """The smallest representable value. Raises TypeError where there is none."""
        return self._info("minimum").min

    @property
    def max(self) -> Any:
        """The largest representable value. Raises TypeError where there is none."""
        return self._info("maximum").max

    @property
    def limits(self) -> tuple[Any, Any]:
        """The range of intensities an image of this type uses: (0, 1) for floats."""
        if self._numpy is None:
            raise KeyError(f"{self!r} has no NumPy counterpart.")
        if self is float32 or self is float64:
            return 0, 1
        if self is bool_:
            return 0, True
        if self.is_integer and self.is_numeric:
            return 0, self.max
        raise ValueError(f"{self} does not have defined limits.")

    def is_compatible_with(self, other: Any) -> bool:
        """Whether `other`, anything `tf.as_dtype` accepts, is this same type."""
        return as_dtype(other) is self

    def is_subtype_of(self, other: Any) -> bool:
        """Whether `other` names this same type."""
        return bool(self == other)

    def most_specific_common_supertype(self, types: Any) -> DType | None:
        """This type if every one of `types` is it, else None."""
        return self if all(self == other for other in types) else None

    def _info(self, which: str) -> Any:
        if self.is_floating:
            return ml_dtypes.finfo(self._numpy)  # type: ignore[no-untyped-call]
        if self.is_integer:
            return ml_dtypes.iinfo(self._numpy)  # type: ignore[no-untyped-call]
        raise TypeError(f"Cannot find {which} value of {self}: it is not an ordered number type.")

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if other is None or type(other) is DType:
            return False
        try:
            return as_dtype(other) is self
        except TypeError:
            return False

    # Identity hashing runs in C; equal DTypes are identical, so it stays consistent.
    __hash__ = object.__hash__

    def __repr__(self) -> str:
        return "tf." + self.name

    def __str__(self) -> str:
        return f"<dtype: '{self.name}'>"

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return as_dtype, (self.name,)

    def __copy__(self) -> DType:
        return self

    def __deepcopy__(self, memo: object) -> DType:
        return self


_BY_ENUM: dict[int, DType] = {}
# Everything hashable that as_dtype accepts, for one-lookup conversion.
_KNOWN: dict[Any, DType] = {}


def _define(enum: int, name: str, kind: str, numpy_type: Any = None) -> DType:
    dtype = object.__new__(DType)
    compatible = numpy_type is not None
    values: dict[str, Any] = {
        "_enum": enum,
        "_numpy": numpy_type,
        "name": name,
        "size": np.dtype(numpy_type).itemsize if compatible and name != "string" else 0,
        "is_bool": kind == _BOOL,
        "is_complex": kind == _COMPLEX,
        "is_floating": kind == _FLOAT,
        # Not TensorFlow's: what a derivative exists for.
        "is_inexact": kind in (_FLOAT, _COMPLEX),
        "is_integer": kind in (_SIGNED, _UNSIGNED),
        "is_numeric": kind not in (_BOOL, _OTHER) and enum < _NARROW_FIRST_ENUM,
        "is_numpy_compatible": compatible,
        "is_quantized": kind == _QUANTIZED,
        "is_unsigned": kind == _UNSIGNED,
    }
    for attribute, value in values.items():
        object.__setattr__(dtype, attribute, value)
    _BY_ENUM[enum] = dtype
    _KNOWN[enum] = dtype
    _KNOWN[name] = dtype
    if compatible:
        _KNOWN[numpy_type] = dtype
        _KNOWN[np.dtype(numpy_type)] = dtype
    return dtype


def _quantized(name: str, numpy_type: type[np.generic]) -> np.dtype[Any]:
    return np.dtype([(name, numpy_type)])


float32: Final = _define(1, "float32", _FLOAT, np.float32)
float64: Final = _define(2, "float64", _FLOAT, np.float64)
int32: Final = _define(3, "int32", _SIGNED, np.int32)
uint8: Final = _define(4, "uint8", _UNSIGNED, np.uint8)
int16: Final = _define(5, "int16", _SIGNED, np.int16)
int8: Final = _define(6, "int8", _SIGNED, np.int8)
string: Final = _define(7, "string", _OTHER, object)
complex64: Final = _define(8, "complex64", _COMPLEX, np.complex64)
int64: Final = _define(9, "int64", _SIGNED, np.int64)
bool_: Final = _define(10, "bool", _BOOL, np.bool_)
qint8: Final = _define(11, "qint8", _QUANTIZED, _quantized("qint8", np.int8))
quint8: Final = _define(12, "quint8", _QUANTIZED, _quantized("quint8", np.uint8))
qint32: Final = _define(13, "qint32", _QUANTIZED, _quantized("qint32", np.int32))
bfloat16: Final = _define(14, "bfloat16", _FLOAT, ml_dtypes.bfloat16)
qint16: Final = _define(15, "qint16", _QUANTIZED, _quantized("qint16", np.int16))
quint16: Final = _define(16, "quint16", _QUANTIZED, _quantized("quint16", np.uint16))
uint16: Final = _define(17, "uint16", _UNSIGNED, np.uint16)
complex128: Final = _define(18, "complex128", _COMPLEX, np.complex128)
float16: Final = _define(19, "float16", _FLOAT, np.float16)
resource: Final = _define(20, "resource", _OTHER)
variant: Final = _define(21, "variant", _OTHER)
uint32: Final = _define(22, "uint32", _UNSIGNED, np.uint32)
uint64: Final = _define(23, "uint64", _UNSIGNED, np.uint64)
float8_e5m2: Final = _define(24, "float8_e5m2", _FLOAT, ml_dtypes.float8_e5m2)
float8_e4m3fn: Final = _define(25, "float8_e4m3fn", _FLOAT, ml_dtypes.float8_e4m3fn)
float8_e4m3fnuz: Final = _define(26, "float8_e4m3fnuz", _FLOAT, ml_dtypes.float8_e4m3fnuz)
float8_e4m3b11fnuz: Final = _define(27, "float8_e4m3b11fnuz", _FLOAT, ml_dtypes.float8_e4m3b11fnuz)
float8_e5m2fnuz: Final = _define(28, "float8_e5m2fnuz", _FLOAT, ml_dtypes.float8_e5m2fnuz)
int4: Final = _define(29, "int4", _SIGNED, ml_dtypes.int4)
uint4: Final = _define(30, "uint4", _UNSIGNED, ml_dtypes.uint4)
int2: Final = _define(31, "int2", _SIGNED, ml_dtypes.int2)
uint2: Final = _define(32, "uint2", _UNSIGNED, ml_dtypes.uint2)
float4_e2m1fn: Final = _define(33, "float4_e2m1fn", _FLOAT, ml_dtypes.float4_e2m1fn)

half: Final = float16
double: Final = float64

_KNOWN.update(
    {
        "float": float32,
        "double": float64,
        "half": float16,
        float: float32,
        bool: bool_,
        np.object_: string,
        np.str_: string,
        np.bytes_: string,
        # On most platforms these are types of their own beside the sized ones.
        np.longlong: int64,
        np.ulonglong: uint64,
    }
)

FLOATS: Final = frozenset({float16, bfloat16, float32, float64})
COMPLEX: Final = frozenset({complex64, complex128})
SIGNED_INTEGERS: Final = frozenset({int8, int16, int32, int64})
UNSIGNED_INTEGERS: Final = frozenset({uint8, uint16, uint32, uint64})
INTEGERS: Final = SIGNED_INTEGERS | UNSIGNED_INTEGERS
REAL: Final = FLOATS | INTEGERS
FLOAT_OR_COMPLEX: Final = FLOATS | COMPLEX
NUMERIC: Final = REAL | COMPLEX
BOOL: Final = frozenset({bool_})
STRING: Final = frozenset({string})
NUMERIC_OR_BOOL: Final = NUMERIC | BOOL
INDEX: Final = frozenset({int32, int64})
QUANTIZED_DTYPES: Final = frozenset({qint8, quint8, qint16, quint16, qint32})
# The plain integers behind them.
PLAIN: Final = {qint8: int8, quint8: uint8, qint16: int16, quint16: uint16, qint32: int32}
# The narrow types that TensorFlow can cast to and from; of the others it has only the names.
NARROW_FLOATS: Final = frozenset({float8_e5m2, float8_e4m3fn})
NARROW_INTEGERS: Final = frozenset({int4, uint4})
NARROW: Final = NARROW_FLOATS | NARROW_INTEGERS


@public("tfcompat.dtypes")
def as_dtype(type_value: Any) -> DType:
    """The DType that `type_value` names.

    Accepts a DType, its name or enum number, a NumPy type or dtype, Python's float and
    bool, and objects with a NumPy `dtype`; raises TypeError for anything else.
    """
    if type(type_value) is DType:
        return type_value
    try:
        found = _KNOWN.get(type_value)
    except TypeError:
        found = None
    if found is not None:
        return found
    dtype = type_value if isinstance(type_value, np.dtype) else getattr(type_value, "dtype", None)
    if isinstance(dtype, np.dtype):
        # The scalar type ignores byte order and string width.
        found = _KNOWN.get(dtype) or _KNOWN.get(dtype.type)
        if found is not None:
            return found
    raise TypeError(
        f"tf.as_dtype: cannot convert {type_value!r} to a tf.DType; expected a tf.DType, "
        "the name of one such as 'float32', or a NumPy type."
    )
