"""Python's numbers, strings and nested lists as NumPy arrays of TensorFlow's dtypes."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType, as_dtype

_INT32 = np.iinfo(np.int32)


_INT64 = np.iinfo(np.int64)


# ------------------------------------------------------------------------------- Python's values
def _mixed(kinds: set[type]) -> ValueError:
    return ValueError(
        "Can't convert Python sequence with mixed types to Tensor: received elements of "
        f"{sorted(k.__name__ for k in kinds)}"
    )


def unsupported(value: Any) -> ValueError:
    return ValueError(
        f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to a "
        "Tensor."
    )


def _cannot(value: Any, dtype: DType) -> TypeError:
    return TypeError(f"Cannot convert {value!r} to EagerTensor of dtype {dtype.name}")


def _leaves(value: Any) -> tuple[tuple[int, ...], list[Any]]:
    """The shape of a nested sequence and its elements in order."""
    shape: list[int] = []
    level = [value]
    while level and isinstance(level[0], (list, tuple, range)):
        shape.append(len(level[0]))
        for item in level:
            if not isinstance(item, (list, tuple, range)) or len(item) != shape[-1]:
                # An empty first item ends the walk in TensorFlow, whatever the others hold.
                if shape[-1] == 0:
                    continue
                raise ValueError(
                    "Can't convert non-rectangular Python sequence to Tensor: received rows of "
                    "different lengths"
                )
        if shape[-1] == 0:
            return tuple(shape), []
        level = list(chain.from_iterable(level))
    return tuple(shape), level


_KINDS: dict[type, str] = {bool: "b", int: "i", float: "f", complex: "c", str: "s", bytes: "s"}


def _kind(leaf: Any) -> str:
    kind = _KINDS.get(leaf.__class__)
    if kind is not None:
        return kind
    if isinstance(leaf, np.generic):
        return {"b": "b", "i": "i", "u": "i", "f": "f", "c": "c", "S": "s", "U": "s"}.get(
            leaf.dtype.kind, "f" if leaf.dtype.name == "bfloat16" else "?"
        )
    if isinstance(leaf, (list, tuple, range)):
        return "sequence"
    for python_type, kind in _KINDS.items():
        if isinstance(leaf, python_type):
            return kind
    if hasattr(leaf, "__index__"):
        return "i"
    raise unsupported(leaf)


def _bytes(leaf: Any) -> bytes:
    return leaf if isinstance(leaf, bytes) else str(leaf).encode()


def python_array(value: Any, dtype: DType | None) -> tuple[np.ndarray[Any, Any], DType]:
    """A nested sequence of Python values, or one value, as TensorFlow reads it."""
    shape, leaves = _leaves(value)
    if not leaves:
        found = dtype or dtypes.float32
        return np.zeros(shape, found.as_numpy_dtype), found
    kinds = {_kind(leaf) for leaf in leaves} if len(leaves) > 1 else {_kind(leaves[0])}
    if len(kinds) > 1:
        if kinds == {"i", "f"}:
            kinds = {"f"}
        elif "c" in kinds and kinds <= {"i", "f", "c"} and _kind(leaves[0]) == "c":
            kinds = {"c"}
        else:
            raise _mixed({type(leaf) for leaf in leaves})
    kind = kinds.pop()
    if kind in ("sequence", "?"):
        raise unsupported(leaves[0]) if kind == "?" else _mixed({type(x) for x in leaves})
    if kind == "s":
        if dtype is not None and dtype is not dtypes.string:
            raise _cannot(value, dtype)
        array = np.empty(len(leaves), object)
        array[:] = [_bytes(leaf) for leaf in leaves]
        return array.reshape(shape), dtypes.string
    found = dtype or _natural(kind, leaves)
    if not _accepts(found, kind):
        raise _cannot(value, found)
    return _fill(leaves, kind, found).reshape(shape), found


def _natural(kind: str, leaves: list[Any]) -> DType:
    if kind == "f":
        first = leaves[0]
        if isinstance(first, np.generic) and first.dtype.kind in "fV":
            return as_dtype(first.dtype)
        if any(_overflows(leaf) for leaf in leaves):
            raise ValueError(
                "Can't convert Python sequence with a value out of range for a single-precision "
                "float; give dtype=tf.float64"
            )
        return dtypes.float32
    if kind == "i":
        low, high = min(leaves), max(leaves)
        if _INT32.min <= low and high <= _INT32.max:
            return dtypes.int32
        if _INT64.min <= low and high <= _INT64.max:
            return dtypes.int64
        raise ValueError(
            "Can't convert Python sequence with out-of-range integer to Tensor: received "
            f"{high if high > _INT64.max else low}, an int64 holds {_INT64.min} to {_INT64.max}"
        )
    return dtypes.bool_ if kind == "b" else dtypes.complex128


_LARGEST_SINGLE = float(np.finfo(np.float32).max)


def _overflows(leaf: Any) -> bool:
    return bool(_LARGEST_SINGLE < abs(leaf) < float("inf"))


# The types that take truth values: TensorFlow's own choice.
_TRUTH_TOO = frozenset(
    {
        dtypes.bool_,
        dtypes.int32,
        dtypes.int64,
        dtypes.uint64,
        dtypes.float16,
        dtypes.float32,
        dtypes.float64,
        dtypes.complex128,
    }
)


def _accepts(dtype: DType, kind: str) -> bool:
    if kind == "b":
        return dtype in _TRUTH_TOO
    if kind == "i":
        return dtype in dtypes.NUMERIC or dtype in dtypes.NARROW_INTEGERS or dtype in dtypes.PLAIN
    if kind == "f":
        return dtype in dtypes.FLOAT_OR_COMPLEX or dtype in dtypes.NARROW_FLOATS
    return dtype.is_complex


def _fill(leaves: list[Any], kind: str, dtype: DType) -> np.ndarray[Any, Any]:
    target = dtype.as_numpy_dtype
    if kind == "i":
        try:
            wide = np.array(leaves, np.int64)
        except OverflowError:
            wide = np.array(leaves, np.uint64 if dtype.is_unsigned else np.float64)
        return wide.astype(target)
    with np.errstate(over="ignore"):
        wide = np.array(leaves, {"b": np.bool_, "f": np.float64, "c": np.complex128}[kind])
        return wide.astype(target)


def numpy_array(value: Any, dtype: DType | None) -> tuple[np.ndarray[Any, Any], DType]:
    """A NumPy array or scalar as TensorFlow reads it: cast freely to a requested type."""
    array = np.asarray(value)
    if array.dtype.kind in "SUO":
        flat = [x for x in array.reshape(-1)]
        for leaf in flat:
            if not isinstance(leaf, (str, bytes)):
                raise ValueError(
                    "Failed to convert a NumPy array to a Tensor (Unsupported object type "
                    f"{type(leaf).__name__})."
                )
        if dtype is not None and dtype is not dtypes.string:
            return array.astype(dtype.as_numpy_dtype), dtype
        result = np.empty(len(flat), object)
        result[:] = [_bytes(leaf) for leaf in flat]
        return result.reshape(array.shape), dtypes.string
    try:
        natural = as_dtype(array.dtype)
    except TypeError:
        raise ValueError(
            f"Failed to convert a NumPy array to a Tensor (Unsupported numpy type: {array.dtype})."
        ) from None
    if dtype is None or dtype is natural:
        return array, natural
    if dtype is dtypes.string:
        raise ValueError(
            "Failed to convert a NumPy array to a Tensor (Unsupported object type "
            f"{array.dtype.name})."
        )
    with np.errstate(all="ignore"):
        if array.dtype.kind == "c" and not dtype.is_complex:
            array = array.real
        return array.astype(dtype.as_numpy_dtype), dtype


def unfold(value: Any) -> Any:
    """Arrays among the rows become rows of NumPy scalars, which keep their type."""
    if isinstance(value, (list, tuple)):
        return [unfold(item) for item in value]
    if isinstance(value, np.ndarray) and value.ndim:
        return [unfold(item) for item in value]
    return value


def to_array(value: Any, dtype: DType | None = None) -> tuple[np.ndarray[Any, Any], DType]:
    """A Python value or NumPy array as the NumPy array that its tensor would hold."""
    if isinstance(value, (np.ndarray, np.generic)):
        return numpy_array(value, dtype)
    return python_array(unfold(value) if isinstance(value, (list, tuple)) else value, dtype)
