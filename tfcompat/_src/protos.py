"""The protocol buffers of TensorFlow's files, described here in code.

They live in a pool of their own: a process may have the real TensorFlow's messages as well.
"""

from __future__ import annotations

from functools import cache
from typing import Any

# Label and type numbers are those of FieldDescriptorProto; a message type is given by its name.
_TYPES = {
    "double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "bool": 8, "string": 9,
    "message": 11, "bytes": 12, "uint32": 13, "enum": 14,
}  # fmt: skip
_OPTIONAL, _REPEATED = 1, 3

_Fields = tuple[tuple[str, int, str], ...]

# Message -> fields: name, number, type. A type in brackets repeats; one with a dot is a message.
_MESSAGES: dict[str, _Fields] = {
    "TensorShapeProto.Dim": (("size", 1, "int64"), ("name", 2, "string")),
    "TensorShapeProto": (("dim", 2, "[.TensorShapeProto.Dim]"), ("unknown_rank", 3, "bool")),
    "TensorProto": (
        ("dtype", 1, "DataType"),
        ("tensor_shape", 2, ".TensorShapeProto"),
        ("version_number", 3, "int32"),
        ("tensor_content", 4, "bytes"),
        ("float_val", 5, "[float]"),
        ("double_val", 6, "[double]"),
        ("int_val", 7, "[int32]"),
        ("string_val", 8, "[bytes]"),
        ("scomplex_val", 9, "[float]"),
        ("int64_val", 10, "[int64]"),
        ("bool_val", 11, "[bool]"),
        ("dcomplex_val", 12, "[double]"),
        ("half_val", 13, "[int32]"),
        ("uint32_val", 16, "[uint32]"),
        ("uint64_val", 17, "[uint64]"),
        ("float8_val", 18, "bytes"),
    ),
}

_DATA_TYPES = (
    "INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 "
    "BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64"
).split()


@cache
def _pool() -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool

    file = descriptor_pb2.FileDescriptorProto(
        name="tfcompat/framework.proto", package="tensorflow", syntax="proto3"
    )
    enum = file.enum_type.add(name="DataType")
    for number, name in enumerate(_DATA_TYPES):
        enum.value.add(name=f"DT_{name}", number=number)
    made: dict[str, Any] = {}
    for full_name in sorted(_MESSAGES):
        outer, _, inner = full_name.rpartition(".")
        message = made[outer].nested_type.add() if outer else file.message_type.add()
        message.name = inner
        made[full_name] = message
        for name, number, kind in _MESSAGES[full_name]:
            field = message.field.add(name=name, number=number, label=_OPTIONAL)
            if kind.startswith("["):
                kind, field.label = kind[1:-1], _REPEATED
            if kind in _TYPES:
                field.type = _TYPES[kind]
            else:
                field.type = _TYPES["message" if kind.startswith(".") else "enum"]
                field.type_name = ".tensorflow." + kind.removeprefix(".")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool


@cache
def message_class(name: str) -> Any:
    """The class of one message, such as "TensorProto"."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(_pool().FindMessageTypeByName(f"tensorflow.{name}"))
