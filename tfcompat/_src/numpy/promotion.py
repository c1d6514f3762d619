"""How values become tensors here, and which dtype several of them have in common."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public
from tfcompat._src.numpy import lattice
from tfcompat._src.numpy.state import STATE, dtype_of
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor, TensorBase

_PYTHON = {bool: np.dtype(bool), int: 0, float: 0.0, complex: 0j}
# As result_type reads the dtypes and Python's numbers it has met; NumPy's own takes a microsecond.
_found: dict[tuple[Any, ...], DType] = {}


def _kind(value: Any) -> Any:
    """What of a value decides: its NumPy dtype, or the class of a Python number."""
    if isinstance(value, DType):
        return np.dtype(value.as_numpy_dtype)
    if isinstance(value, TensorBase):
        return np.dtype(value.dtype.as_numpy_dtype)  # type: ignore[attr-defined]
    python_type = value.__class__
    if python_type in _PYTHON:
        return python_type if not STATE.prefer_float32 else _preferred(python_type)
    if isinstance(value, float) and STATE.prefer_float32:
        return np.dtype(np.float32)
    if isinstance(value, (np.ndarray, np.generic)):
        return value.dtype
    if value is None or isinstance(value, dict):
        raise ValueError(
            f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) to "
            "a Tensor."
        )
    # NumPy's older name of "S", of which it warns.
    return np.dtype("S" if value.__class__ is str and value == "a" else value)


def _preferred(python_type: type) -> Any:
    if python_type is float:
        return np.dtype(np.float32)
    return np.dtype(np.complex64) if python_type is complex else python_type


def _leaves(values: Any, found: dict[Any, None]) -> None:
    for value in values:
        if isinstance(value, (list, tuple, range)):
            _leaves(value, found)
        else:
            found[_kind(value)] = None


@public("tfcompat.experimental.numpy")
def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype that tensors, arrays, numbers and dtypes have in common, by NumPy's rules.

    Python's numbers give way to the dtype of anything else. Raises a TypeError of NumPy where
    there is none, as for bfloat16 and float16.
    """
    if STATE.weak:
        return lattice.result_type(arrays_and_dtypes)
    return numpy_result_type(arrays_and_dtypes)


def numpy_result_type(values: Any) -> DType:
    """The dtype that values have in common by NumPy's rules, in every mode."""
    kinds: dict[Any, None] = {}
    _leaves(values, kinds)
    return _common(tuple(kinds))


def _common(kinds: tuple[Any, ...]) -> DType:
    dtype = _found.get(kinds)
    if dtype is None:
        if not kinds:
            return dtypes.float64
        # A class stands for any number of that class; NumPy takes it for a dtype.
        given: list[Any] = [_PYTHON[kind] if isinstance(kind, type) else kind for kind in kinds]
        dtype = _found[kinds] = dtypes.as_dtype(np.result_type(*given))
    return dtype


@public("tfcompat.experimental.numpy")
def promote_types(type1: Any, type2: Any) -> np.dtype[Any]:
    """The NumPy dtype to which both dtypes can be cast."""
    return np.promote_types(_numpy_dtype(type1), _numpy_dtype(type2))


def _numpy_dtype(given: Any) -> Any:
    return given.as_numpy_dtype if isinstance(given, DType) else given


# --------------------------------------------------------------------------------------- conversion
def as_tensor(value: Any) -> Tensor:
    """`value` as a tensor of its own dtype: Python's int is int64 and its float is float64."""
    if isinstance(value, Tensor):
        return value
    if isinstance(value, TensorBase):
        return to_tensor(value)
    if STATE.weak:
        return lattice.as_tensor(value)
    if isinstance(value, (list, tuple, range)):
        return _of_sequence(value, result_type(value))
    if isinstance(value, (np.ndarray, str, bytes)) or value is None:
        return to_tensor(value)
    kind = _kind_of_scalar(value)
    return to_tensor(value) if kind is None else to_tensor(np.asarray(value), _common((kind,)))


def _kind_of_scalar(value: Any) -> Any:
    if isinstance(value, (bool, int, float, complex, np.generic)):
        return _kind(value)
    if hasattr(value, "__array__") or hasattr(value, "__tf_tensor__") or isinstance(value, dict):
        return None
    # Raises NumPy's error for what is neither a value nor a dtype.
    return np.dtype(value)


def _of_sequence(value: Any, dtype: DType) -> Tensor:
    if _holds_tensors(value):
        from tfcompat._src.ops.joining import stack

        return stack([_of_sequence_item(item, dtype) for item in value])
    if dtype is dtypes.string:
        return to_tensor(value)
    with np.errstate(all="ignore"):
        return to_tensor(np.asarray(value, dtype.as_numpy_dtype), dtype)


def _of_sequence_item(item: Any, dtype: DType) -> Tensor:
    if isinstance(item, (list, tuple)):
        return _of_sequence(item, dtype)
    return converted(item, dtype)


def _holds_tensors(value: Any) -> bool:
    for item in value:
        if isinstance(item, TensorBase):
            return True
        if isinstance(item, (list, tuple)) and _holds_tensors(item):
            return True
    return False


def converted(value: Any, dtype: DType) -> Tensor:
    """`value` as a tensor of `dtype`; every cast is allowed, integers wrap."""
    python_type = value.__class__
    if (python_type is float and dtype.is_inexact) or (
        python_type is int and dtype in dtypes.NUMERIC and -_INT64 <= value < _INT64
    ):
        # Shared, as the numbers beside tensors everywhere are.
        return operand(value, dtype)
    x = value if isinstance(value, Tensor) else _exact(value)
    return x if x._dtype is dtype else cast(x, dtype)


_INT64 = 2**63


def _exact(value: Any) -> Tensor:
    """Numbers in full precision, whatever is preferred; anything else by `as_tensor`."""
    number = isinstance(value, (bool, int, float, complex, np.generic))
    if number or (isinstance(value, (list, tuple)) and value and not _holds_tensors(value)):
        try:
            array = np.asarray(value)
        except ValueError:
            return as_tensor(value)
        if array.dtype.kind in "biufc":
            return to_tensor(array)
    return as_tensor(value)


def promoted(*values: Any) -> tuple[Tensor, ...]:
    """All values as tensors of the dtype they have in common."""
    first = values[0]
    if isinstance(first, Tensor):
        dtype = first._dtype
        for value in values:
            if not isinstance(value, Tensor) or value._dtype is not dtype:
                break
        else:
            return values
    common = result_type(*values)
    return tuple([converted(value, common) for value in values])


def promoted_pair(x1: Any, x2: Any) -> tuple[Tensor, Tensor]:
    """Operands of arithmetic, which by TensorFlow's choice meet by NumPy's rules in every mode.

    Only lists among them meet by the rules of the mode.
    """
    if isinstance(x1, Tensor) and isinstance(x2, Tensor) and x1._dtype is x2._dtype:
        return x1, x2
    if STATE.weak and (isinstance(x1, (list, tuple)) or isinstance(x2, (list, tuple))):
        x, y = promoted(x1, x2)
        return x, y
    dtype = _met(x1, x2)
    return converted(x1, dtype), converted(x2, dtype)


_pairs: dict[tuple[Any, ...], DType] = {}


def _met(x1: Any, x2: Any) -> DType:
    """`numpy_result_type` of two values, remembered for tensors and Python's numbers."""
    first = x1._dtype if isinstance(x1, Tensor) else x1.__class__
    second = x2._dtype if isinstance(x2, Tensor) else x2.__class__
    key = first, second, STATE.prefer_float32
    dtype = _pairs.get(key)
    if dtype is None:
        dtype = numpy_result_type((x1, x2))
        if all(k in _PYTHON or isinstance(k, DType) for k in (first, second)):
            _pairs[key] = dtype
    return dtype


def promoted_list(values: Any) -> list[Tensor]:
    """The items of a list, or the rows of a tensor, as tensors of one dtype."""
    if isinstance(values, TensorBase):
        x = as_tensor(values)
        return [x[i] for i in range(len(x))]
    return list(promoted(*values)) if len(values) else []


def requested(x: Tensor, dtype: Any) -> Tensor:
    """`x` in the dtype that an argument asks for, if it asks for any."""
    return x if dtype is None else lattice.strong(converted(x, dtype_of(dtype)))


def static(value: Any) -> Any:
    """An argument that may be a scalar tensor, as Python's number; anything else as it is."""
    return value._numpy()[()] if isinstance(value, Tensor) and not value._shape else value
