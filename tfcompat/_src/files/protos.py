"""The protocol buffers of TensorFlow's files, described here in code.

They live in a pool of their own: a process may have the real TensorFlow's messages as well.
"""

from __future__ import annotations

from functools import cache
from typing import Any

# Label and type numbers are those of FieldDescriptorProto; a message type is given by its name.
_TYPES = {
    "double": 1, "float": 2, "int64": 3, "uint64": 4, "int32": 5, "bool": 8, "string": 9,
    "message": 11, "bytes": 12, "uint32": 13, "enum": 14, "sint64": 18,
}  # fmt: skip
_OPTIONAL, _REPEATED = 1, 3

_Fields = tuple[tuple[str, int, str], ...]

# Message -> fields: name, number, type. A type in brackets repeats; one with a dot is a message;
# one in braces is the type of the values of a map from strings.
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

_MESSAGES |= {
    "BytesList": (("value", 1, "[bytes]"),),
    "FloatList": (("value", 1, "[float]"),),
    "Int64List": (("value", 1, "[int64]"),),
    "Feature": (
        ("bytes_list", 1, ".BytesList"),
        ("float_list", 2, ".FloatList"),
        ("int64_list", 3, ".Int64List"),
    ),
    "Features": (("feature", 1, "{.Feature}"),),
    "FeatureList": (("feature", 1, "[.Feature]"),),
    "FeatureLists": (("feature_list", 1, "{.FeatureList}"),),
    "Example": (("features", 1, ".Features"),),
    "SequenceExample": (("context", 1, ".Features"), ("feature_lists", 2, ".FeatureLists")),
}
_MESSAGES |= {
    "NoneValue": (),
    "StructuredValue": (
        ("none_value", 1, ".NoneValue"),
        ("float64_value", 11, "double"),
        ("int64_value", 12, "sint64"),
        ("string_value", 13, "string"),
        ("bool_value", 14, "bool"),
        ("tensor_shape_value", 31, ".TensorShapeProto"),
        ("tensor_dtype_value", 32, "DataType"),
        ("tensor_spec_value", 33, ".TensorSpecProto"),
        ("type_spec_value", 34, ".TypeSpecProto"),
        ("list_value", 51, ".ListValue"),
        ("tuple_value", 52, ".TupleValue"),
        ("dict_value", 53, ".DictValue"),
        ("named_tuple_value", 54, ".NamedTupleValue"),
    ),
    "ListValue": (("values", 1, "[.StructuredValue]"),),
    "TupleValue": (("values", 1, "[.StructuredValue]"),),
    "DictValue": (("fields", 1, "{.StructuredValue}"),),
    "PairValue": (("key", 1, "string"), ("value", 2, ".StructuredValue")),
    "NamedTupleValue": (("name", 1, "string"), ("values", 2, "[.PairValue]")),
    "TensorSpecProto": (
        ("name", 1, "string"),
        ("shape", 2, ".TensorShapeProto"),
        ("dtype", 3, "DataType"),
    ),
    "TypeSpecProto": (
        ("type_spec_class", 1, "int32"),
        ("type_state", 2, ".StructuredValue"),
        ("type_spec_class_name", 3, "string"),
        ("num_flat_components", 4, "int32"),
    ),
    "SnapshotMetadataRecord": (
        ("graph_hash", 1, "string"),
        ("run_id", 2, "string"),
        ("creation_timestamp", 3, "int64"),
        ("version", 4, "int64"),
        ("dtype", 5, "[DataType]"),
        ("num_elements", 6, "int64"),
        ("finalized", 1000, "bool"),
    ),
    "GraphDef": (("node", 1, "[.NodeDef]"), ("versions", 4, ".VersionDef")),
    "VersionDef": (("producer", 1, "int32"), ("min_consumer", 2, "int32")),
    "NodeDef": (
        ("name", 1, "string"),
        ("op", 2, "string"),
        ("input", 3, "[string]"),
        ("device", 4, "string"),
        ("attr", 5, "{.AttrValue}"),
    ),
    "AttrValue": (
        ("list", 1, ".AttrValue.ListValue"),
        ("s", 2, "bytes"),
        ("i", 3, "int64"),
        ("f", 4, "float"),
        ("b", 5, "bool"),
        ("type", 6, "DataType"),
        ("shape", 7, ".TensorShapeProto"),
        ("tensor", 8, ".TensorProto"),
    ),
    "AttrValue.ListValue": (
        ("s", 2, "[bytes]"),
        ("i", 3, "[int64]"),
        ("f", 4, "[float]"),
        ("b", 5, "[bool]"),
        ("type", 6, "[DataType]"),
        ("shape", 7, "[.TensorShapeProto]"),
        ("tensor", 8, "[.TensorProto]"),
    ),
    "JobDef": (("name", 1, "string"), ("tasks", 2, "{string}")),
    "ClusterDef": (("job", 1, "[.JobDef]"),),
    "ServerDef": (
        ("cluster", 1, ".ClusterDef"),
        ("job_name", 2, "string"),
        ("task_index", 3, "int32"),
        ("protocol", 5, "string"),
        ("port", 6, "int32"),
        ("replica", 8, "int32"),
    ),
}
# Message -> the name under which all its fields exclude each other.
_ONE_OF = {"AttrValue": "value", "Feature": "kind", "StructuredValue": "kind"}

# Maps from integers instead of strings.
_INTEGER_KEYS = {("JobDef", "tasks")}

_DATA_TYPES = (
    "INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 "
    "BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64"
).split()


def _set_type(field: Any, kind: str) -> None:
    if kind in _TYPES:
        field.type = _TYPES[kind]
    else:
        field.type = _TYPES["message" if kind.startswith(".") else "enum"]
        field.type_name = ".tensorflow." + kind.removeprefix(".")


def _add_map_entry(message: Any, full_name: str, name: str, kind: str) -> str:
    """Adds the message of a map's pairs; the type of the field, which repeats it."""
    words = "".join(word.capitalize() for word in name.split("_"))
    entry = message.nested_type.add(name=f"{words}Entry")
    entry.options.map_entry = True
    key = "int32" if (full_name, name) in _INTEGER_KEYS else "string"
    _set_type(entry.field.add(name="key", number=1, label=_OPTIONAL), key)
    _set_type(entry.field.add(name="value", number=2, label=_OPTIONAL), kind)
    return f"[.{full_name}.{entry.name}]"


@cache
def pool() -> Any:
    """The messages known here."""
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
        if full_name in _ONE_OF:
            message.oneof_decl.add(name=_ONE_OF[full_name])
        for name, number, kind in _MESSAGES[full_name]:
            field = message.field.add(name=name, number=number, label=_OPTIONAL)
            if full_name in _ONE_OF:
                field.oneof_index = 0
            if kind.startswith("{"):
                kind = _add_map_entry(message, full_name, name, kind[1:-1])
            if kind.startswith("["):
                kind, field.label = kind[1:-1], _REPEATED
            _set_type(field, kind)
    found = descriptor_pool.DescriptorPool()
    found.Add(file)
    return found


@cache
def message_class(name: str) -> Any:
    """The class of one message, such as "TensorProto"."""
    from google.protobuf import message_factory

    return message_factory.GetMessageClass(pool().FindMessageTypeByName(f"tensorflow.{name}"))
