"""Examples in JSON, and graphs in files."""

from __future__ import annotations

import json
import os
import struct
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.files.paths import text_of
from tfcompat._src.function.public_graph import Graph
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, typed
from tfcompat._src.parsing.told import dims_of, told
from tfcompat._src.parsing.wire import as_varint
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


@public("tfcompat.io")
def decode_json_example(json_examples: Any, name: str | None = None) -> Tensor:
    """Serialized tf.train.Examples of their JSON forms.

    Raises:
      InvalidArgumentError: strings that are no JSON of an Example.
    """
    op = "DecodeJSONExample"
    texts = typed(to_tensor(json_examples, dtypes.string), dtypes.string, op)

    def read(texts: Tensor) -> list[Tensor]:
        array = texts._numpy()
        return [filled([_from_json(item, op) for item in array.reshape(-1).tolist()], array.shape)]

    spec = TensorSpec(TensorShape(dims_of(texts)), dtypes.string)
    return told(read, [texts], [spec], "decode_json_example")[0]


def _from_json(item: bytes, op: str) -> bytes:
    from google.protobuf import json_format

    from tfcompat._src.files.protos import message_class

    try:
        found = json_format.Parse(item, message_class("Example")())
    except (json_format.ParseError, UnicodeDecodeError) as error:
        raise invalid_argument(op, f"Error while parsing JSON: {error}") from None
    return _from_example(found, json.loads(item))


def _from_example(example: Any, source: Any) -> bytes:
    """The bytes as TensorFlow has them: features as in the source, numbers not packed."""
    found = example.features.feature
    given = (source.get("features") or {}).get("feature") or {}
    if not example.HasField("features"):
        return b""
    return _nested(0x0A, b"".join([_from_feature(key, found[key]) for key in given]))


def _from_feature(key: str, feature: Any) -> bytes:
    body = b""
    kind = feature.WhichOneof("kind")
    if kind == "bytes_list":
        body = b"".join([_nested(0x0A, item) for item in feature.bytes_list.value])
    elif kind == "float_list":
        body = b"".join([b"\x0d" + struct.pack("<f", x) for x in feature.float_list.value])
    elif kind == "int64_list":
        numbers = [x & 0xFFFFFFFFFFFFFFFF for x in feature.int64_list.value]
        body = b"".join([b"\x08" + as_varint(x) for x in numbers])
    tags = {"bytes_list": 0x0A, "float_list": 0x12, "int64_list": 0x1A}
    inner = _nested(tags[kind], body) if kind else b""
    return _nested(0x0A, _nested(0x0A, key.encode()) + _nested(0x12, inner))


def _nested(tag: int, body: bytes) -> bytes:
    return b"".join([bytes([tag]), as_varint(len(body)), body])


@public("tfcompat.io")
def write_graph(graph_or_graph_def: Any, logdir: Any, name: str, as_text: bool = True) -> str:
    """Writes a tf.Graph, or a GraphDef message, to a file, and returns its path."""
    from google.protobuf import text_format

    from tfcompat._src.data.files.elements import write_whole

    if isinstance(graph_or_graph_def, Graph):
        graph_or_graph_def = graph_or_graph_def.as_graph_def()
    folder = text_of(logdir)
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, name)
    if as_text:
        data = text_format.MessageToString(graph_or_graph_def).encode()
    else:
        data = graph_or_graph_def.SerializeToString()
    write_whole(path, data)
    return path
