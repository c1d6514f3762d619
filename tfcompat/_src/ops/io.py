"""tf.io: whole files, and strings that hold bytes of something else."""

from __future__ import annotations

import base64
import os
import re
import zlib
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import DataLossError, InvalidArgumentError, invalid_argument
from tfcompat._src.files import gfile
from tfcompat._src.files.paths import attempt, text_of
from tfcompat._src.files.tensor_proto import make_ndarray, serialized
from tfcompat._src.function import op_rules
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import (
    filled,
    mapped,
    not_one_of,
    scalar_string,
    strings,
    text,
)
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable


# ----------------------------------------------------------------------------------------- files
def _path(value: Any, op: str) -> str:
    if hasattr(value, "__fspath__"):
        value = value.__fspath__()
    return text_of(scalar_string(value, op, "filename"))


def _converted(value: Any) -> Tensor:
    """A string tensor; what is one of another dtype is a ValueError here, in TensorFlow too."""
    return to_tensor(os.fspath(value) if hasattr(value, "__fspath__") else value, dtypes.string)


@public("tfcompat.io")
@gives(op_rules.one_string)
def read_file(filename: Any, name: str | None = None) -> Tensor:
    """What is in a file, as a scalar string. Raises NotFoundError where there is none."""
    path = _path(filename, "ReadFile")

    def read() -> bytes:
        with open(path, "rb") as file:
            return file.read()

    return filled([attempt(path, read)], ())


@public("tfcompat.io")
def write_file(filename: Any, contents: Any, name: str | None = None) -> None:
    """Writes a scalar string to a file, and makes the directories that it needs."""
    path = _path(_converted(filename), "WriteFile")
    data = scalar_string(_converted(contents), "WriteFile", "contents", 1)

    def write() -> None:
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)

    attempt(path, write)


@public("tfcompat.io")
@gives(op_rules.names)
def matching_files(pattern: Any, name: str | None = None) -> Tensor:
    """The files that a pattern, or one of a vector of patterns, matches; in order.

    Raises InvalidArgumentError for patterns of more than one axis.
    """
    patterns = strings(pattern, "MatchingFiles")
    if patterns.ndim > 1:
        raise invalid_argument(
            "MatchingFiles",
            f"received patterns of shape {patterns.shape}; expected a scalar or a vector",
        )
    found = {
        path.encode("utf-8", "surrogateescape")
        for item in patterns.reshape(-1)
        for path in gfile.matching(text_of(item))
    }
    return filled(sorted(found), (len(found),))


@public("tfcompat.io")
def match_filenames_once(pattern: Any, name: str | None = None) -> Variable:
    """A variable that holds the files which a pattern matches now."""
    return Variable(matching_files(pattern), trainable=False, name=name)


# ---------------------------------------------------------------------------------------- base64
_WEB_SAFE = re.compile(rb"[A-Za-z0-9_-]*={0,2}")


@public("tfcompat.io")
@gives(op_rules.as_many_strings)
def encode_base64(input: Any, pad: bool = False, name: str | None = None) -> Tensor:
    """Each string in web-safe base64, which has - and _; without `pad` no = at the end."""

    def encode(item: bytes) -> bytes:
        made = base64.urlsafe_b64encode(item)
        return made if pad else made.rstrip(b"=")

    return mapped(encode, strings(input, "EncodeBase64"))


@public("tfcompat.io")
@gives(op_rules.as_many_strings)
def decode_base64(input: Any, name: str | None = None) -> Tensor:
    """What web-safe base64 strings encode, with or without = at the end.

    Raises:
      InvalidArgumentError: another character, or a length that nothing has.
    """

    def decode(item: bytes) -> bytes:
        body = item.rstrip(b"=")
        if (
            not _WEB_SAFE.fullmatch(item)
            or len(body) % 4 == 1
            or (len(body) < len(item) and len(item) % 4)
        ):
            raise invalid_argument("DecodeBase64", f"received {item!r}, not web-safe base64")
        return base64.urlsafe_b64decode(body + b"=" * (-len(body) % 4))

    return mapped(decode, strings(input, "DecodeBase64"))


# ----------------------------------------------------------------------------------- compression
@public("tfcompat.io")
@gives(op_rules.as_many_strings)
def decode_compressed(bytes: Any, compression_type: str = "", name: str | None = None) -> Tensor:
    """What compressed strings hold; `compression_type` is "ZLIB", "GZIP" or "" for none.

    Raises:
      DataLossError: damaged data.
    """
    op = "DecodeCompressed"
    array = strings(bytes, op)
    kind = text(compression_type, op, "compression_type", "")
    if kind == "ZSTD":
        raise NotImplementedError(f"{op}: ZSTD is not supported; use ZLIB or GZIP")
    if kind not in ("", "ZLIB", "GZIP"):
        raise not_one_of(op, "compression_type", kind, ("''", "'ZLIB'", "'GZIP'"))
    if not kind:
        return mapped(lambda item: item, array)

    def inflate(item: Any) -> Any:
        parts, rest = [], item
        while rest:
            stream = zlib.decompressobj(15 if kind == "ZLIB" else 31)
            try:
                parts.append(stream.decompress(rest))
            except zlib.error as error:
                raise DataLossError(None, None, f"{op}: {error}") from None
            # Only gzip's streams follow one another.
            rest = stream.unused_data if kind == "GZIP" else b""
        return b"".join(parts)

    return mapped(inflate, array)


# ------------------------------------------------------------------------------------ decode_raw
_PADDED = (
    dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.uint16, dtypes.uint8,
    dtypes.int16, dtypes.int8, dtypes.int64, dtypes.bfloat16,
)  # fmt: skip
_RAW = (*_PADDED, dtypes.complex64, dtypes.complex128, dtypes.bool_)


def _raw_spec(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: Any = None,
    name: str | None = None,
) -> TensorSpec:
    """What is known of the result where the strings are not."""
    wanted = as_dtype(out_type)
    count = fixed_length // wanted.size if isinstance(fixed_length, int) else None
    return TensorSpec(to_tensor(input_bytes).shape.concatenate([count]), wanted)


@gives(_raw_spec)
@public("tfcompat.io")
def decode_raw(
    input_bytes: Any,
    out_type: Any,
    little_endian: bool = True,
    fixed_length: Any = None,
    name: str | None = None,
) -> Tensor:
    """The bytes of each string read as numbers, which get an axis of their own.

    With `fixed_length` strings are cut or filled up with zeros to that many bytes.

    Raises:
      InvalidArgumentError: strings of different lengths, or no multiple of a number's size.
    """
    op = "DecodeRaw" if fixed_length is None else "DecodePaddedRaw"
    array = strings(input_bytes, op)
    wanted = as_dtype(out_type)
    accepted = _RAW if fixed_length is None else _PADDED
    if wanted not in accepted:
        raise not_one_of(op, "out_type", wanted.name, [dtype.name for dtype in accepted])
    items = array.reshape(-1).tolist()
    if fixed_length is None:
        length = _common_length(items, op)
    else:
        length = _given_length(fixed_length, wanted, op)
        items = [item[:length].ljust(length, b"\0") for item in items]
    if length % wanted.size:
        raise invalid_argument(
            op,
            f"received strings of {length} bytes, no multiple of the {wanted.size} bytes of "
            f"{wanted.name}",
        )
    found = _numbers(b"".join(items), wanted, little_endian is None or bool(little_endian))
    return from_numpy(found.reshape(*array.shape, length // wanted.size), wanted)


def _common_length(items: list[bytes], op: str) -> int:
    lengths = {len(item) for item in items}
    if len(lengths) > 1:
        raise invalid_argument(op, f"received strings of the lengths {sorted(lengths)}; not of one")
    return lengths.pop() if lengths else 0


def _given_length(value: Any, wanted: DType, op: str) -> int:
    number = to_tensor(value, dtypes.int32)._numpy()
    if number.ndim:
        raise invalid_argument(op, f"received fixed_length of shape {number.shape}; not a scalar")
    if number <= 0 or number % wanted.size:
        raise invalid_argument(
            op, f"received fixed_length={number}; expected a multiple of {wanted.size} above 0"
        )
    return int(number)


def _numbers(data: bytes, wanted: DType, little_endian: bool) -> np.ndarray[Any, Any]:
    if wanted is dtypes.bool_:
        return np.frombuffer(data, np.uint8).astype(np.bool_)
    part = wanted.real_dtype.size
    raw = np.frombuffer(data, np.uint8).reshape(-1, part)
    if not little_endian:
        raw = raw[:, ::-1]
    return np.ascontiguousarray(raw).reshape(-1).view(np.dtype(wanted.as_numpy_dtype))


# --------------------------------------------------------------------------------- serialisation
@public("tfcompat.io")
@gives(op_rules.one_string)
def serialize_tensor(tensor: Any, name: str | None = None) -> Tensor:
    """The bytes of a TensorProto of the tensor, as a scalar string."""
    return filled([serialized(to_tensor(tensor))], ())


@public("tfcompat.io")
@gives(op_rules.tensor)
def parse_tensor(serialized: Any, out_type: Any, name: str | None = None) -> Tensor:
    """The tensor that the bytes of a TensorProto hold.

    Raises:
      InvalidArgumentError: other bytes, or a tensor of another dtype than `out_type`.
    """
    from google.protobuf.message import DecodeError

    from tfcompat._src.files.protos import message_class

    op = "ParseTensor"
    if out_type is None:
        raise TypeError(f"{op}: Expected DataType for argument 'out_type' not None.")
    wanted = as_dtype(out_type)
    data = scalar_string(serialized, op, "serialized")
    try:
        proto = message_class("TensorProto").FromString(data)
    except DecodeError:
        raise _no_tensor(data) from None
    if not proto.dtype:
        raise _no_tensor(data)
    found = as_dtype(proto.dtype)
    if found is not wanted:
        raise invalid_argument(
            op, f"received a tensor of {found.name}; out_type says {wanted.name}"
        )
    try:
        array = make_ndarray(proto)
    except (TypeError, ValueError):
        raise _no_tensor(data) from None
    return from_numpy(array, found)


def _no_tensor(data: bytes) -> InvalidArgumentError:
    return invalid_argument("ParseTensor", f"received {data[:60]!r}, which is no TensorProto")
