"""The types of elements as files describe them: TensorFlow's StructuredValue messages."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Mapping
from typing import Any

from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import DataLossError
from tfcompat._src.files.protos import message_class
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec

# The numbers of classes in the messages.
_SPARSE, _RAGGED, _OTHER = 1, 3, 12


def to_bytes(structure: Any) -> bytes:
    """A structure of types as bytes. Raises NotImplementedError for types that have no form."""
    return _value(structure).SerializeToString(deterministic=True)


def _value(item: Any) -> Any:
    found = message_class("StructuredValue")()
    if isinstance(item, TensorSpec):
        found.tensor_spec_value.SetInParent()
        found.tensor_spec_value.dtype = item.dtype.as_datatype_enum
        found.tensor_spec_value.shape.CopyFrom(_shape(item.shape))
        if item.name:
            found.tensor_spec_value.name = item.name
    elif isinstance(item, tuple) and hasattr(item, "_fields"):
        found.named_tuple_value.name = type(item).__name__
        for key, value in zip(item._fields, item, strict=True):
            found.named_tuple_value.values.add(key=key).value.CopyFrom(_value(value))
    elif isinstance(item, (tuple, list)):
        target = found.tuple_value if isinstance(item, tuple) else found.list_value
        target.SetInParent()
        for value in item:
            target.values.add().CopyFrom(_value(value))
    elif isinstance(item, Mapping):
        found.dict_value.SetInParent()
        for key in sorted(item):
            found.dict_value.fields[key].CopyFrom(_value(item[key]))
    else:
        _type(item, found)
    return found


def _shape(shape: TensorShape) -> Any:
    found = message_class("TensorShapeProto")()
    if shape.rank is None:
        found.unknown_rank = True
        return found
    for size in shape.as_list():
        found.dim.add(size=-1 if size is None else size)
    return found


def _type(item: Any, found: Any) -> None:
    state: tuple[Any, ...]
    if isinstance(item, SparseTensorSpec):
        number, name, state, count = _SPARSE, "SparseTensorSpec", (item.shape, item.dtype), 3
    elif type(item).__name__ == "RaggedTensorSpec":
        state = (item.shape, item.dtype, item.ragged_rank, item.row_splits_dtype)
        number, name, count = _RAGGED, "RaggedTensorSpec", item.ragged_rank + 1
    elif isinstance(item, NoneTensorSpec):
        number, name, state, count = _OTHER, "tf.NoneTensorSpec", (), 0
    else:
        raise NotImplementedError(
            f"tf.data: elements of the type {item!r} cannot be written to files; write tensors, "
            "and make the elements of them when they are read"
        )
    target = found.type_spec_value
    target.type_spec_class, target.type_spec_class_name = number, name
    target.num_flat_components = count
    target.type_state.tuple_value.SetInParent()
    for part in state:
        value = target.type_state.tuple_value.values.add()
        if isinstance(part, TensorShape):
            value.tensor_shape_value.CopyFrom(_shape(part))
        elif isinstance(part, int):
            value.int64_value = part
        else:
            value.tensor_dtype_value = part.as_datatype_enum


def from_bytes(data: bytes) -> Any:
    """The structure of types that bytes describe. Raises DataLossError for other bytes."""
    from google.protobuf.message import DecodeError

    try:
        return _structure(message_class("StructuredValue").FromString(data))
    except DecodeError:
        raise DataLossError(None, None, "Could not parse the element_spec of a dataset") from None


def _structure(value: Any) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "tensor_spec_value":
        spec = value.tensor_spec_value
        return TensorSpec(_dims(spec.shape), as_dtype(spec.dtype), spec.name or None)
    if kind == "tuple_value":
        return tuple([_structure(item) for item in value.tuple_value.values])
    if kind == "list_value":
        return [_structure(item) for item in value.list_value.values]
    if kind == "dict_value":
        fields = value.dict_value.fields
        return {key: _structure(fields[key]) for key in sorted(fields)}
    if kind == "named_tuple_value":
        pairs = value.named_tuple_value.values
        made: Any = namedtuple(value.named_tuple_value.name, [pair.key for pair in pairs])  # type: ignore[misc]
        return made(*[_structure(pair.value) for pair in pairs])
    if kind == "type_spec_value":
        return _spec(value.type_spec_value)
    raise NotImplementedError(
        f"Dataset.load: the element_spec has a part of the kind {kind}; give element_spec"
    )


def _spec(value: Any) -> Any:
    number = value.type_spec_class
    parts = value.type_state.tuple_value.values
    if number == _SPARSE:
        return SparseTensorSpec(_dims(parts[0].tensor_shape_value), parts[1].tensor_dtype_value)
    if number == _RAGGED:
        from tfcompat._src.ragged.spec import RaggedTensorSpec

        return RaggedTensorSpec(
            _dims(parts[0].tensor_shape_value),
            as_dtype(parts[1].tensor_dtype_value),
            parts[2].int64_value,
            as_dtype(parts[3].tensor_dtype_value),
        )
    if value.type_spec_class_name.endswith("NoneTensorSpec"):
        return NoneTensorSpec()
    raise NotImplementedError(
        f"Dataset.load: the element_spec has a {value.type_spec_class_name}, which is not known "
        "here; save tensors"
    )


def _dims(shape: Any) -> Any:
    if shape.unknown_rank:
        return None
    return [None if dim.size < 0 else dim.size for dim in shape.dim]
