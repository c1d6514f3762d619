"""Components of elements as the bytes of TensorProtos, and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import DataLossError
from tfcompat._src.files.tensor_proto import make_ndarray
from tfcompat._src.host import HostTensor
from tfcompat._src.parsing.wire import as_varint, varint
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec

_VARIANT = 21
_SPARSE, _RAGGED = "tensorflow::Tensor", "RaggedTensorVariant"
_headers: dict[tuple[int, tuple[int, ...]], bytes] = {}
_shapes: dict[bytes, tuple[int, ...]] = {}


# --------------------------------------------------------------------------------------- writing
def encoded(spec: Any, part: Any) -> list[bytes]:
    """The messages of one component. Raises NotImplementedError for one that has no such form."""
    if spec.__class__ is TensorSpec:
        return [_dense(part, spec.dtype)]
    if spec.__class__ is NoneTensorSpec:
        return []
    if isinstance(spec, SparseTensorSpec):
        parts = [part.indices, part.values, part.dense_shape]
        inner = [_variant(_SPARSE, [_tensor(p)]) for p in parts]
        return [_variants(inner, (3,))]
    if type(spec).__name__ == "RaggedTensorSpec":
        rows = [*part.nested_row_splits, part.flat_values]
        return [_variants([_variant(_RAGGED, [_tensor(p) for p in rows])], ())]
    raise NotImplementedError(
        f"tf.data: elements of the type {spec!r} cannot be written to files; write tensors, and "
        "make the elements of them when they are read"
    )


def _tensor(x: Any) -> bytes:
    return _dense(x._numpy(), x._dtype)


def _header(kind: int, shape: tuple[int, ...]) -> bytes:
    found = _headers.get((kind, shape))
    if found is None:
        if len(_headers) > 4096:
            _headers.clear()
        dims = b""
        for size in shape:
            dim = b"\x08" + as_varint(size) if size else b""
            dims += b"\x12" + as_varint(len(dim)) + dim
        found = b"\x08" + as_varint(kind) + b"\x12" + as_varint(len(dims)) + dims
        _headers[kind, shape] = found
    return found


def _dense(array: Any, dtype: DType) -> bytes:
    if not isinstance(array, np.ndarray):
        array = array._numpy() if hasattr(array, "_numpy") else np.asarray(array)
    head = _header(dtype.as_datatype_enum, array.shape)
    if not array.size:
        return head
    if dtype is dtypes.string:
        content = _listed(array.reshape(-1).tolist())
    else:
        content = array.astype(array.dtype.newbyteorder("<"), copy=False).tobytes()
    return b"".join([head, b'"', as_varint(len(content)), content])


def _listed(items: Sequence[bytes]) -> bytes:
    """Strings as a block of bytes: all lengths, then what they are the lengths of."""
    return b"".join([*[as_varint(len(item)) for item in items], *items])


def _variant(name: str, tensors: Sequence[bytes]) -> bytes:
    text = name.encode()
    inner = [b"\x1a" + as_varint(len(tensor)) + tensor for tensor in tensors]
    return b"".join([b"\n", as_varint(len(text)), text, *inner])


def _variants(items: Sequence[bytes], shape: tuple[int, ...]) -> bytes:
    content = _listed(items)
    return b"".join([_header(_VARIANT, shape), b'"', as_varint(len(content)), content])


# --------------------------------------------------------------------------------------- reading
def read_tensor(data: bytes) -> tuple[int, tuple[int, ...], Any]:
    """The number of the dtype, the shape, and the values: an array, or bytes of variants.

    Raises:
      DataLossError: these bytes are no TensorProto.
    """
    try:
        if data[0] == 8 and data[2] == 18 and data[1] < 128:
            size, at = varint(data, 3)
            shape = _shape(data[at : at + size])
            at += size
            if at == len(data):
                return data[1], shape, _array(data[1], b"", shape)
            if data[at] == 34:
                size, at = varint(data, at + 1)
                if at + size == len(data):
                    return data[1], shape, _array(data[1], data[at:], shape)
    except (IndexError, ValueError, TypeError):
        pass
    return _read_proto(data)


def _shape(dims: bytes) -> tuple[int, ...]:
    found = _shapes.get(dims)
    if found is None:
        sizes = []
        at = 0
        while at < len(dims):
            if dims[at] != 18:
                raise ValueError
            length = dims[at + 1]
            at += 2
            if length and dims[at] != 8:
                raise ValueError
            sizes.append(varint(dims, at + 1)[0] if length else 0)
            at += length
        if len(_shapes) > 4096:
            _shapes.clear()
        found = _shapes[dims] = tuple(sizes)
    return found


def _array(kind: int, content: bytes, shape: tuple[int, ...]) -> Any:
    if kind == _VARIANT:
        return content
    dtype = as_dtype(kind)
    count = 1
    for size in shape:
        count *= size
    if dtype is dtypes.string:
        array = np.empty(count, object)
        array[:] = unlisted(content, count)
        return array.reshape(shape)
    return np.frombuffer(content, dtype.as_numpy_dtype).reshape(shape).copy()


def unlisted(content: bytes, count: int) -> list[bytes]:
    """The strings of a block of bytes."""
    lengths, at = [], 0
    for _ in range(count):
        length, at = varint(content, at)
        lengths.append(length)
    items = []
    for length in lengths:
        items.append(content[at : at + length])
        at += length
    if at != len(content):
        raise ValueError
    return items


def _read_proto(data: bytes) -> tuple[int, tuple[int, ...], Any]:
    from google.protobuf.message import DecodeError

    from tfcompat._src.files.protos import message_class

    try:
        proto = message_class("TensorProto").FromString(data)
        shape = tuple([int(dim.size) for dim in proto.tensor_shape.dim])
        if proto.dtype == _VARIANT or (proto.dtype == 7 and proto.tensor_content):
            return proto.dtype, shape, _array(proto.dtype, proto.tensor_content, shape)
        return proto.dtype, shape, make_ndarray(proto)
    except (DecodeError, IndexError, ValueError, TypeError):
        raise DataLossError(None, None, "Unable to parse tensor from stored proto.") from None


def messages_of(spec: Any) -> int:
    """How many messages a component has."""
    return 0 if spec.__class__ is NoneTensorSpec else 1


def decoded(spec: Any, kind: int, shape: tuple[int, ...], values: Any) -> Any:
    """The component that a message holds. Raises DataLossError if it is of another type."""
    if spec.__class__ is TensorSpec:
        return values
    try:
        if kind != _VARIANT:
            raise ValueError
        count = 3 if shape else 1
        parts = [tensor for item in unlisted(values, count) for tensor in _inner(item)]
    except (IndexError, ValueError):
        raise DataLossError(None, None, f"stored bytes hold no value of {spec!r}") from None
    if isinstance(spec, SparseTensorSpec):
        found = SparseTensor(*parts)
        found.set_shape(spec.shape)
        return found
    from tfcompat._src.ragged.tensor import RaggedTensor

    return RaggedTensor.from_nested_row_splits(parts[-1], parts[:-1], validate=False)


def _inner(item: bytes) -> list[Any]:
    """The tensors inside of a variant."""
    tensors = []
    at = 0
    while at < len(item):
        tag = item[at]
        size, at = varint(item, at + 1)
        if tag == 0x1A:
            kind, _, values = read_tensor(item[at : at + size])
            dtype = as_dtype(kind)
            found = HostTensor(values) if dtype is dtypes.string else from_numpy(values, dtype)
            tensors.append(to_tensor(found))
        at += size
    return tensors
