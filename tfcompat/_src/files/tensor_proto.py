"""tf.make_tensor_proto, tf.make_ndarray: tensors as protocol buffers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.files.protos import message_class
from tfcompat._src.naming import public
from tfcompat._src.python_values import to_array
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]

# The field that holds single values of a dtype.
_FIELDS: dict[DType, str] = {
    dtypes.float32: "float_val",
    dtypes.float64: "double_val",
    dtypes.int32: "int_val",
    dtypes.uint8: "int_val",
    dtypes.int16: "int_val",
    dtypes.int8: "int_val",
    dtypes.uint16: "int_val",
    dtypes.string: "string_val",
    dtypes.complex64: "scomplex_val",
    dtypes.complex128: "dcomplex_val",
    dtypes.int64: "int64_val",
    dtypes.bool_: "bool_val",
    dtypes.float16: "half_val",
    dtypes.bfloat16: "half_val",
    dtypes.uint32: "uint32_val",
    dtypes.uint64: "uint64_val",
}
# What TensorFlow never writes as one block of bytes when Python makes the message.
_VALUE_BY_VALUE = frozenset(
    {dtypes.bool_, dtypes.complex64, dtypes.complex128, dtypes.string, dtypes.uint16}
)


@public("tfcompat")
def make_tensor_proto(
    values: Any,
    dtype: Any = None,
    shape: Any = None,
    verify_shape: bool = False,
    allow_broadcast: bool = False,
) -> Any:
    """A TensorProto of a number, list, NumPy array or tensor.

    A `shape` of more elements than there are values means that the last value repeats.

    Raises:
      TypeError: values that `dtype` cannot hold, or, where asked to check, another shape.
      ValueError: None, or more values than `shape` has elements.
    """
    if values is None:
        raise ValueError("make_tensor_proto: None values not supported.")
    wanted = None if dtype is None else as_dtype(dtype)
    if hasattr(values, "SerializeToString"):
        return values
    sizes = None if shape is None else tuple([int(size) for size in shape])
    array, found = _as_array(values, wanted)
    if sizes is None:
        sizes = array.shape
    elif 0 in sizes:
        found = wanted or dtypes.float32
        array = np.empty(sizes, found.as_numpy_dtype)
    else:
        _check_shape(array, sizes, verify_shape, allow_broadcast)
    count = int(np.prod(sizes))
    proto = message_class("TensorProto")(dtype=found.as_datatype_enum)
    _set_shape(proto, sizes)
    if array.size == count > 1 and found not in _VALUE_BY_VALUE:
        proto.tensor_content = _little_endian(array).tobytes()
    elif array.size:
        getattr(proto, _FIELDS[found]).extend(_values(array, found))
    return proto


def _as_array(values: Any, dtype: DType | None) -> tuple[Array, DType]:
    if not isinstance(values, Tensor) and hasattr(values, "__tf_tensor__"):
        values = values.__tf_tensor__(None, None)
    if isinstance(values, Tensor):
        found = values._dtype
        return (
            (values._numpy(), found) if dtype in (None, found) else to_array(values._numpy(), dtype)
        )
    if isinstance(values, (list, tuple)) and any(isinstance(x, Tensor) for x in values):
        raise TypeError("make_tensor_proto: received a tensor inside a list; expected numbers")
    try:
        return to_array(values, dtype)
    except ValueError as error:
        if isinstance(values, (list, tuple)) and "non-rectangular" in str(error):
            raise
        raise TypeError(
            f"make_tensor_proto: Failed to convert elements of {values!r} to Tensor."
        ) from error


def _check_shape(array: Array, sizes: tuple[int, ...], verify: bool, broadcast: bool) -> None:
    count = int(np.prod(sizes))
    if (verify or (broadcast and array.size != 1)) and array.shape != sizes:
        raise TypeError(
            f"make_tensor_proto: Expected Tensor's shape: {sizes}, but got {array.shape}."
        )
    if array.size > count:
        raise ValueError(
            f"make_tensor_proto: Too many elements provided. Takes at most {count}, but got "
            f"{array.size}."
        )


def _set_shape(proto: Any, sizes: tuple[int, ...]) -> None:
    proto.tensor_shape.SetInParent()
    for size in sizes:
        proto.tensor_shape.dim.add(size=size)


def _little_endian(array: Array) -> Array:
    return np.ascontiguousarray(array.astype(array.dtype.newbyteorder("<"), copy=False))


def _values(array: Array, dtype: DType) -> list[Any]:
    flat = array.reshape(-1)
    if dtype in (dtypes.float16, dtypes.bfloat16):
        flat = flat.view(np.uint16)
    elif dtype is dtypes.complex64:
        flat = np.ascontiguousarray(flat).view(np.float32)
    elif dtype is dtypes.complex128:
        flat = np.ascontiguousarray(flat).view(np.float64)
    return flat.tolist()


def serialized(x: Tensor) -> bytes:
    """The bytes of tf.io.serialize_tensor, which writes numbers as one block."""
    proto = message_class("TensorProto")(dtype=x._dtype.as_datatype_enum)
    _set_shape(proto, x._shape)
    array = x._numpy()
    if x._dtype is dtypes.string:
        proto.string_val.extend(array.reshape(-1).tolist())
    else:
        proto.tensor_content = _little_endian(array).tobytes()
    return proto.SerializeToString(deterministic=True)


@public("tfcompat")
def make_ndarray(tensor: Any) -> Array:
    """The NumPy array that a TensorProto holds.

    Raises:
      TypeError: a dtype that NumPy has not.
    """
    shape = tuple([int(dim.size) for dim in tensor.tensor_shape.dim])
    count = int(np.prod(shape))
    dtype = as_dtype(tensor.dtype)
    field = _FIELDS.get(dtype)
    if field is None:
        raise TypeError(f"make_ndarray: received a TensorProto of {dtype.name}, not one of numbers")
    if tensor.tensor_content:
        raw = np.frombuffer(tensor.tensor_content, np.dtype(dtype.as_numpy_dtype))
        return raw.reshape(shape).copy()
    values = list(getattr(tensor, field))
    if dtype is dtypes.string:
        array = np.empty(len(values), object)
        array[:] = values
    elif dtype in (dtypes.float16, dtypes.bfloat16):
        array = np.array(values, np.uint16).view(dtype.as_numpy_dtype)
    elif dtype.is_complex:
        parts = np.array(values, dtype.real_dtype.as_numpy_dtype)
        array = parts.view(dtype.as_numpy_dtype)
    else:
        array = np.array(values, dtype.as_numpy_dtype)
    if array.size < count:
        array = _filled_up(array, count, dtype)
    return array.reshape(shape)


def _filled_up(array: Array, count: int, dtype: DType) -> Array:
    """The last value repeats; where there is none, zeros."""
    if not array.size:
        return (
            np.full(count, b"", object)
            if dtype is dtypes.string
            else np.zeros(count, dtype.as_numpy_dtype)
        )
    filled = np.empty(count, array.dtype)
    filled[: array.size] = array
    filled[array.size :] = array[-1]
    return filled
