"""Messages of protocol buffers in strings: tf.io.decode_proto, encode_proto and others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.files.paths import text_of
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, typed
from tfcompat._src.parsing.told import dims_of, told
from tfcompat._src.parsing.wire import as_varint
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

# Of each type of fields, by its number, the dtypes that hold it; the first is what it is.
_DTYPES: dict[int, tuple[DType, ...]] = {
    1: (dtypes.float64,),
    2: (dtypes.float32, dtypes.float64),
    3: (dtypes.int64,),
    4: (dtypes.uint64,),
    5: (dtypes.int32, dtypes.int64),
    6: (dtypes.uint64,),
    7: (dtypes.uint32, dtypes.uint64),
    8: (dtypes.bool_,),
    9: (dtypes.string,),
    10: (dtypes.string,),
    11: (dtypes.string,),
    12: (dtypes.string,),
    13: (dtypes.uint32, dtypes.uint64),
    14: (dtypes.int32,),
    15: (dtypes.int32, dtypes.int64),
    16: (dtypes.int64,),
    17: (dtypes.int32, dtypes.int64),
    18: (dtypes.int64,),
}
_GROUP, _MESSAGE = 10, 11


# --------------------------------------------------------------------------------------- messages
def _message(name: str, source: Any, op: str) -> Any:
    """The class of a message. Raises InvalidArgumentError for one that nobody knows."""
    from google.protobuf import descriptor_pool, message_factory

    if source in ("", None, "local://", b"local://", b""):
        from tfcompat._src.files.protos import pool

        pools = [pool(), descriptor_pool.Default()]
    else:
        pools = [_read_pool(source, op)]
    for found in pools:
        try:
            return message_factory.GetMessageClass(found.FindMessageTypeByName(name))
        except KeyError:
            continue
    raise invalid_argument(op, f"No descriptor found for message type {name}")


def _read_pool(source: Any, op: str) -> Any:
    from google.protobuf import descriptor_pb2, descriptor_pool
    from google.protobuf.message import DecodeError

    given = source.encode("latin-1") if isinstance(source, str) else source
    try:
        if given.startswith(b"bytes://"):
            data = given[len(b"bytes://") :]
        else:
            with open(text_of(source), "rb") as file:
                data = file.read()
        files = descriptor_pb2.FileDescriptorSet.FromString(data)
        pool = descriptor_pool.DescriptorPool()
        for file_proto in files.file:
            pool.Add(file_proto)
    except (DecodeError, OSError, TypeError, UnicodeEncodeError) as error:
        raise invalid_argument(
            op, f"Source does not represent serialized file descriptor set proto: {error}"
        ) from None
    return pool


def _fields(message: Any, names: Sequence[str], op: str) -> list[Any]:
    known = message.DESCRIPTOR.fields_by_name
    for name in names:
        if name not in known:
            raise invalid_argument(
                op, f"Unknown field: {name} in message type {message.DESCRIPTOR.full_name}"
            )
    return [known[name] for name in names]


# --------------------------------------------------------------------------------------- decoding
@public("tfcompat.io")
def decode_proto(
    bytes: Any,
    message_type: str,
    field_names: Any,
    output_types: Any,
    descriptor_source: Any = "local://",
    message_format: str = "binary",
    sanitize: bool = False,
    name: str | None = None,
) -> tuple[Tensor, list[Tensor]]:
    """Fields of serialized messages: how many values each has, and the values, filled up.

    Args:
      bytes: strings, a message each.
      message_type: the full name of their type.
      field_names: which fields are read.
      output_types: their dtypes.
      descriptor_source: a file with a FileDescriptorSet, or "bytes://" and its bytes; "local://"
        for the types that are known to the program.
      message_format: "binary" or "text".
      sanitize: accepted; messages are always checked.
      name: not used.

    Raises:
      InvalidArgumentError: a type, a field or a dtype that is not there or does not fit.
      DataLossError: strings that are no such messages.
    """
    op = "DecodeProtoV2"
    messages = typed(to_tensor(bytes), dtypes.string, op)
    names = [str(item) for item in field_names]
    kinds = [as_dtype(item) for item in output_types]
    if len(names) != len(kinds):
        raise invalid_argument(
            op, "field_names and output_types attributes must have the same length"
        )
    if message_format not in ("binary", "text"):
        raise invalid_argument(op, "format must be one of binary or text")
    message = _message(str(message_type), descriptor_source, op)
    for field, kind in zip(_fields(message, names, op), kinds, strict=True):
        if kind not in _DTYPES[field.type]:
            raise invalid_argument(
                op,
                f"Unexpected output type for {message_type}.{field.name}: received {kind.name}; "
                f"expected one of: {', '.join(d.name for d in _DTYPES[field.type])}",
            )

    def read(strings: Tensor) -> list[Tensor]:
        return _decoded(strings._numpy(), message, names, kinds, message_format == "text")

    dims = dims_of(messages)
    rest = [None if dims is None else (*dims, size) for size in (len(names), None)]
    specs = [TensorSpec(TensorShape(rest[0]), dtypes.int32)]
    specs += [TensorSpec(TensorShape(rest[1]), kind) for kind in kinds]
    sizes, *values = told(read, [messages], specs, "decode_proto")
    return sizes, values


def _decoded(
    strings: np.ndarray[Any, Any],
    message: Any,
    names: Sequence[str],
    kinds: Sequence[DType],
    as_text: bool,
) -> list[Tensor]:
    fields = _fields(message, names, "DecodeProtoV2")
    found = [_parsed(item, message, as_text) for item in strings.reshape(-1).tolist()]
    columns = [[_values_of(item, field) for item in found] for field in fields]
    sizes = np.array([[len(items) for items in column] for column in columns], np.int32).T
    tensors: list[Tensor] = [
        from_numpy(sizes.reshape(*strings.shape, len(names)).copy(), dtypes.int32)
    ]
    for column, field, kind in zip(columns, fields, kinds, strict=True):
        # Where no message has any there is room for one all the same.
        most = max([len(items) for items in column], default=-1)
        most = max(most, 1) if column else 0
        fill = _filler(field, kind)
        rows = [item for items in column for item in [*items, *[fill] * (most - len(items))]]
        shape = (*strings.shape, most)
        if kind is dtypes.string:
            tensors.append(filled(rows, shape))
        else:
            array = np.array(rows, np.dtype(kind.as_numpy_dtype)).reshape(shape)
            tensors.append(from_numpy(array, kind))
    return tensors


def _parsed(item: bytes, message: Any, as_text: bool) -> Any:
    from google.protobuf import text_format
    from google.protobuf.message import DecodeError

    try:
        if as_text:
            return text_format.Parse(item.decode(), message())
        return message.FromString(item)
    except (DecodeError, UnicodeDecodeError, text_format.ParseError) as error:
        raise DataLossError(None, None, f"DecodeProtoV2: Unable to parse: {error}") from None


def _values_of(message: Any, field: Any) -> list[Any]:
    if field.is_repeated:
        value = getattr(message, field.name)
        if field.type == _MESSAGE and field.message_type.GetOptions().map_entry:
            return _pairs(message, field)
        return [_plain(item, field) for item in value]
    if field.has_presence and not message.HasField(field.name):
        return []
    value = getattr(message, field.name)
    if not field.has_presence and value == field.default_value:
        return []
    return [_plain(value, field)]


def _pairs(message: Any, field: Any) -> list[bytes]:
    """The pairs of a map, each as the message it is in the bytes."""
    entry = field.message_type
    found = []
    from google.protobuf import message_factory

    made = message_factory.GetMessageClass(entry)
    mapping = getattr(message, field.name)
    for key in sorted(mapping):
        pair = made()
        pair.key = key
        if entry.fields_by_name["value"].type == _MESSAGE:
            pair.value.CopyFrom(mapping[key])
        else:
            pair.value = mapping[key]
        found.append(pair.SerializeToString(deterministic=True))
    return found


def _plain(value: Any, field: Any) -> Any:
    if field.type in (_GROUP, _MESSAGE):
        return value.SerializeToString(deterministic=True)
    return value.encode() if isinstance(value, str) else value


def _filler(field: Any, kind: DType) -> Any:
    if not field.is_repeated and field.type not in (_GROUP, _MESSAGE):
        return _plain(field.default_value, field)
    return b"" if kind is dtypes.string else 0


# --------------------------------------------------------------------------------------- encoding
@public("tfcompat.io")
def encode_proto(
    sizes: Any,
    values: Any,
    field_names: Any,
    message_type: str,
    descriptor_source: Any = "local://",
    name: str | None = None,
) -> Tensor:
    """Serialized messages of the values of their fields, of which the first `sizes` count.

    Raises:
      InvalidArgumentError: a type or a field that is not there, or values that do not fit.
    """
    op = "EncodeProto"
    counts = to_tensor(sizes, dtypes.int32)
    columns = [to_tensor(value) for value in values]
    names = [str(item) for item in field_names]
    if len(names) != len(columns):
        raise invalid_argument(op, "Length of inputs list must match field_names")
    message = _message(str(message_type), descriptor_source, op)
    for field, column in zip(_fields(message, names, op), columns, strict=True):
        if column._dtype not in _DTYPES[field.type] and not (
            field.type == 2 and column._dtype is dtypes.float64
        ):
            raise invalid_argument(
                op,
                f"Incompatible type for field {field.name}.  Saw dtype: {column._dtype.name} but "
                f"expected one of: {', '.join(d.name for d in _DTYPES[field.type])}",
            )

    def write(counts: Tensor, *columns: Tensor) -> list[Tensor]:
        return [_encoded(counts._numpy(), [c._numpy() for c in columns], message, names)]

    dims = dims_of(counts)
    spec = TensorSpec(TensorShape(None if dims is None else dims[:-1]), dtypes.string)
    return told(write, [counts, *columns], [spec], "encode_proto")[0]


def _encoded(sizes: Any, columns: Sequence[Any], message: Any, names: Sequence[str]) -> Tensor:
    op = "EncodeProto"
    for column, name in zip(columns, names, strict=True):
        if column.ndim < 2:
            raise invalid_argument(
                op,
                f"Invalid shape for field {name}.  Saw shape {column.shape} but it should be at "
                "least a matrix.",
            )
    batch = columns[0].shape[:-1] if columns else sizes.shape[:-1]
    if sizes.shape != (*batch, len(names)):
        raise invalid_argument(
            op,
            "sizes should be batch_size + [len(field_names)].  Saw: "
            f"{list(sizes.shape)} but expected: {[*batch, len(names)]}",
        )
    if any(column.shape[:-1] != batch for column in columns):
        raise invalid_argument(op, "the values of all fields must have the same batch shape")
    fields = _fields(message, names, op)
    # Fields are written by their numbers, whatever order they are given in.
    order = sorted(range(len(fields)), key=lambda at: fields[at].number)
    rows = [column.reshape(-1, column.shape[-1]) for column in columns]
    made = []
    for number, counts in enumerate(sizes.reshape(-1, len(names)).tolist()):
        out = b""
        for at in order:
            count = counts[at]
            if count > rows[at].shape[1]:
                raise invalid_argument(
                    op,
                    "Size to write must not be larger than value tensor; but saw: "
                    f"{count} > {rows[at].shape[1]} at message {number} field {at}",
                )
            if count > 1 and not fields[at].is_repeated:
                raise invalid_argument(
                    op, f"Field {names[at]} is not repeated, but {count} values were given"
                )
            if count > 0:
                out += _field_bytes(message, fields[at], rows[at][number, :count].tolist())
        made.append(out)
    return filled(made, tuple(batch))


def _field_bytes(message: Any, field: Any, items: list[Any]) -> bytes:
    """The bytes of one field; those of a message that has nothing else."""
    from google.protobuf.message import DecodeError

    if field.type == _MESSAGE:
        tag = as_varint(field.number << 3 | 2)
        return b"".join([tag + as_varint(len(item)) + item for item in items])
    if field.type == 9:
        items = [item.decode() for item in items]
    found = message()
    try:
        if field.is_repeated:
            getattr(found, field.name).extend(items)
        else:
            setattr(found, field.name, items[0])
            if not field.has_presence and items[0] == field.default_value:
                return b""
    except (DecodeError, ValueError, TypeError) as error:
        raise invalid_argument("EncodeProto", f"field {field.name}: {error}") from None
    return found.SerializePartialToString(deterministic=True)
