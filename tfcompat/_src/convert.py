"""From Python values, NumPy arrays, variables and lists of all these to tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.device import current_device
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.python_values import numpy_array, python_array, unfold, unsupported
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor, TensorBase


def from_numpy(array: np.ndarray[Any, Any], dtype: DType) -> Tensor:
    """A tensor holding a copy of `array`, which has the NumPy type of `dtype`."""
    if dtype is dtypes.string:
        return HostTensor(array)
    if dtype in dtypes.PLAIN:
        if array.dtype.names:
            array = array[array.dtype.names[0]]
        return HostTensor(np.array(array, dtypes.PLAIN[dtype].as_numpy_dtype), dtype)
    if dtype in dtypes.NARROW:
        return HostTensor(np.array(array), dtype)
    if array.dtype.byteorder not in "=|":
        array = array.astype(array.dtype.newbyteorder("="))
    engine = dispatch.backend()
    if dtype not in engine.native_dtypes:
        raise NotImplementedError(
            f"Tensor: the backend {engine.name!r} has no arrays of {dtype!r}; it has "
            f"{sorted(d.name for d in engine.native_dtypes)}"
        )
    return engine.from_numpy(array, dtype, current_device())


def adopted(array: np.ndarray[Any, Any], dtype: DType) -> Tensor:
    """`from_numpy` of a new array that nobody else has, so that it need not be copied."""
    engine = dispatch.backend()
    adopt = getattr(engine, "adopt", None)
    if adopt is None or dtype not in engine.native_dtypes:
        return from_numpy(array, dtype)
    return adopt(array, dtype, current_device())


# ------------------------------------------------------------------------------------ everything
# Set by conversions.py, which stands above this file, once a program registers a function.
registered: Callable[[Any, DType | None], Tensor | None] | None = None


def to_tensor(value: Any, dtype: DType | None = None) -> Tensor:
    """`value` as a tensor, of `dtype` if given; what ops call on their arguments."""
    if isinstance(value, Tensor):
        if dtype is not None and value._dtype is not dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Tensor with dtype "
                f"{value._dtype.name}: {value!r}"
            )
        return value
    python_type = value.__class__
    if python_type is float or python_type is int or python_type is bool:
        return from_numpy(*python_array(value, dtype))
    converter = getattr(value, "__tf_tensor__", None)
    if converter is not None:
        return converter(dtype, None)
    if isinstance(value, (np.ndarray, np.generic)):
        return from_numpy(*numpy_array(value, dtype))
    if registered is not None:
        found = registered(value, dtype)
        if found is not None:
            return found
    if isinstance(value, (list, tuple)):
        if _holds_tensors(value):
            return _pack(value, dtype)
        if python_type is list or python_type is tuple or not hasattr(value, "__array__"):
            if _holds_arrays(value):
                value = unfold(value)
            return from_numpy(*python_array(value, dtype))
    if isinstance(value, (range, str, bytes, complex, int, float)):
        return from_numpy(*python_array(value, dtype))
    if isinstance(value, TensorShape):
        if not value.is_fully_defined():
            raise ValueError(f"Cannot convert a partially known TensorShape {value} to a Tensor.")
        return from_numpy(*python_array(value.as_list(), dtype or dtypes.int32))
    engine = dispatch.backend()
    if engine.is_native(value):
        made: Tensor = engine.from_native(value)
        if dtype is None or made._dtype is dtype:
            return made
        return from_numpy(*numpy_array(made._numpy(), dtype))
    if hasattr(value, "__array__"):
        return from_numpy(*numpy_array(np.asarray(value), dtype))
    raise unsupported(value)


def _holds_tensors(value: Any) -> bool:
    for item in value:
        if isinstance(item, Tensor) or hasattr(item, "__tf_tensor__"):
            return True
        if isinstance(item, (list, tuple)) and _holds_tensors(item):
            return True
    return False


def _holds_arrays(value: Any) -> bool:
    return any(
        isinstance(item, np.ndarray) or (isinstance(item, (list, tuple)) and _holds_arrays(item))
        for item in value
    )


def _pack(value: Any, dtype: DType | None) -> Tensor:
    """A list with tensors in it: what is not one takes the type of those that are.

    Another type than that of the first tensor is one that all are cast to.
    """
    from tfcompat._src.ops.array import stack
    from tfcompat._src.ops.casting import cast

    first = _first_dtype(value)
    found = dtype or first
    if dtype is not None and first is not None and first is not dtype:
        item_of: Callable[[Any, Any], Any] = cast
    else:
        item_of = _cast_like
    rows = [
        _pack(item, found) if isinstance(item, (list, tuple)) else item_of(item, found)
        for item in value
    ]
    return stack(rows)


def _first_dtype(value: Any) -> DType | None:
    for item in value:
        if isinstance(item, Tensor) or hasattr(item, "__tf_tensor__"):
            return item.dtype
        if isinstance(item, (list, tuple)):
            found = _first_dtype(item)
            if found is not None:
                return found
    return None


def _cast_like(item: Any, dtype: DType | None) -> Tensor:
    if isinstance(item, Tensor):
        if item._dtype is not dtype and dtype is not None:
            raise invalid_argument(
                "Pack",
                f"received {item._dtype.name} among values of {dtype.name}; "
                "all must have one dtype",
            )
        return item
    return to_tensor(item, dtype)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Tensor:
    """Converts a number, list, NumPy array, variable or tensor to a tensor.

    `dtype_hint` is the type wanted where the value allows it.

    Raises:
      TypeError: a Python value that `dtype` cannot hold.
      ValueError: no conversion exists, or a tensor of another dtype is given.
    """
    read = getattr(value, "read_value", None)
    if read is not None and not isinstance(value, Tensor):
        # A tensor of its own, which a tape can tell from the variable.
        value = read()
    if dtype is None and dtype_hint is not None:
        try:
            return to_tensor(value, as_dtype(dtype_hint))
        except (TypeError, ValueError):
            return to_tensor(value)
    return to_tensor(value, None if dtype is None else as_dtype(dtype))


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, a variable or another of TensorFlow's tensor-like objects."""
    return isinstance(x, TensorBase) or isinstance(x, tuple(_composites))


_composites: list[type] = [IndexedSlices, SparseTensor]


def register_composite(kind: type) -> None:
    """Tells this file of a class that counts as a tensor, though it is made of several."""
    _composites.append(kind)


def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Tensor:
    """A tensor of the given value; `shape` reshapes it, or repeats a single value.

    Raises:
      TypeError: the value does not fit `dtype` or `shape`.
      ValueError: the value is ragged or of an unknown type.
    """
    from tfcompat._src.ops import array

    wanted = None if dtype is None else as_dtype(dtype)
    if isinstance(value, Tensor) and wanted is not None and value._dtype is not wanted:
        raise TypeError(
            f"Expected tensor {value} with dtype {wanted!r}, but got dtype {value._dtype!r}."
        )
    tensor = to_tensor(value, wanted)
    if shape is None:
        return tensor
    sizes = tuple(int(n) for n in np.atleast_1d(np.asarray(shape)))
    for n in sizes:
        if n < 0:
            raise ValueError(f"constant: received shape {sizes}: Dimension {n} must be >= 0")
    if tensor._shape == sizes:
        return tensor
    have, want = int(np.prod(tensor._shape)), int(np.prod(sizes))
    if have == want:
        return array.reshape(tensor, sizes)
    if have == 1:
        return array.fill(sizes, array.reshape(tensor, ()))
    raise TypeError(
        f"tf.constant: received {have} elements and the shape {sizes}, which has {want}; expected "
        "as many elements as the shape has, or one"
    )


# ------------------------------------------------------------------------- operands of binary ops
# The numbers in `2.0 * x`: one tensor per value and dtype, which nobody outside can reach.
_scalars: dict[tuple[Any, type, DType], Tensor] = {}
_MOST_SCALARS = 4096


def forget_scalars() -> None:
    """Drops the shared constants, which live on the device of their time."""
    _scalars.clear()


def operand(value: Any, dtype: DType) -> Tensor:
    """`value` as an operand beside a tensor of `dtype`; Python numbers are shared."""
    python_type = value.__class__
    if python_type is float or python_type is int:
        # As keys, 0.0 and -0.0 are equal, and 2 and 2.0, which no integer tensor accepts.
        key = (value or str(value), python_type, dtype)
        found = _scalars.get(key)
        if found is None:
            found = to_tensor(value, dtype)
            if len(_scalars) >= _MOST_SCALARS:
                _scalars.clear()
            _scalars[key] = found
        return found
    converter = getattr(value, "__tf_tensor__", None)
    if converter is not None:
        return converter(None, None)
    return to_tensor(value, dtype)


_variable_class: Any = None


def register_variable(variable_class: type) -> None:
    """Tells this file, which stands below it, what the class of variables is."""
    global _variable_class
    _variable_class = variable_class


def operands(x: Any, y: Any) -> tuple[Tensor, Tensor]:
    """Both operands as tensors; one that is not a tensor takes the dtype of one that is."""
    if x.__class__ is _variable_class:
        x = x._read()
    if y.__class__ is _variable_class:
        y = y._read()
    if isinstance(x, Tensor):
        return x, y if isinstance(y, Tensor) else operand(y, x._dtype)
    if isinstance(y, Tensor):
        return operand(x, y._dtype), y
    if hasattr(x, "__tf_tensor__"):
        x = to_tensor(x)
        return x, operand(y, x._dtype)
    if hasattr(y, "__tf_tensor__"):
        y = to_tensor(y)
        return operand(x, y._dtype), y
    x = to_tensor(x)
    return x, to_tensor(y, x._dtype)
