"""The file of a checkpoint: one file per prefix, written whole or not at all.

Layout: eight magic bytes, the length of the header as eight bytes (little-endian), the header as
JSON, and the values one behind the other. The header holds the object graph and, for every value,
dtype, shape, place and checksum. Nothing in it is executed when it is read.
"""

from __future__ import annotations

import json
import os
import secrets
import struct
import zlib
from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType, as_dtype, string
from tfcompat._src.errors import DataLossError, NotFoundError

SUFFIX = ".index"
GRAPH_KEY = "_CHECKPOINTABLE_OBJECT_GRAPH"
_MAGIC = b"TFCOMPAT"
_VERSION = 1

Graph = list[dict[str, Any]]


def _packed(array: np.ndarray[Any, Any], dtype: DType) -> bytes:
    if dtype is not string:
        return np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<")).tobytes()
    items = [bytes(item) for item in array.reshape(-1)]
    lengths = struct.pack(f"<{len(items)}Q", *map(len, items))
    return lengths + b"".join(items)


def _unpacked(data: bytes, dtype: DType, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    count = int(np.prod(shape))
    if dtype is not string:
        stored = np.dtype(dtype.as_numpy_dtype).newbyteorder("<")
        return np.frombuffer(data, stored, count).reshape(shape).astype(dtype.as_numpy_dtype)
    lengths = struct.unpack_from(f"<{count}Q", data)
    result = np.empty(count, object)
    at = 8 * count
    for place, length in enumerate(lengths):
        result[place] = data[at : at + length]
        at += length
    return result.reshape(shape)


def write(prefix: str, graph: Graph, values: dict[str, tuple[np.ndarray[Any, Any], DType]]) -> None:
    """Writes a checkpoint; one of the same prefix stays as it is until the new one is complete."""
    entries: dict[str, Any] = {}
    blocks = []
    at = 0
    for key, (array, dtype) in values.items():
        data = _packed(array, dtype)
        entries[key] = {
            "dtype": dtype.name,
            "shape": list(array.shape),
            "offset": at,
            "length": len(data),
            "crc32": zlib.crc32(data),
        }
        blocks.append(data)
        at += len(data)
    header = json.dumps({"version": _VERSION, "graph": graph, "values": entries}).encode()
    replace(prefix + SUFFIX, [_MAGIC, struct.pack("<Q", len(header)), header, *blocks])


def replace(path: str, blocks: list[bytes]) -> None:
    """Writes a file under a temporary name beside it, then renames it."""
    folder, name = os.path.split(path)
    if folder:
        os.makedirs(folder, exist_ok=True)
    temporary = os.path.join(folder, f".{name}.{secrets.token_hex(6)}.tmp")
    try:
        with open(temporary, "wb") as file:
            file.writelines(blocks)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise


def exists(prefix: str) -> bool:
    """Whether there is a checkpoint of that prefix."""
    return os.path.isfile(prefix + SUFFIX)


def delete(prefix: str) -> None:
    """Removes a checkpoint, if it is there."""
    if exists(prefix):
        os.remove(prefix + SUFFIX)


class CheckpointReader:
    """Reads a checkpoint's values by their keys.

    Raises:
      NotFoundError: there is no such checkpoint.
      DataLossError: the file is damaged, or none of tfcompat's.
    """

    def __init__(self, prefix: str) -> None:
        self._path = prefix + SUFFIX
        try:
            with open(self._path, "rb") as file:
                magic, raw = file.read(8), file.read(8)
                if magic != _MAGIC or len(raw) < 8:
                    raise DataLossError(
                        None,
                        None,
                        f"Checkpoint: {self._path} is no checkpoint of tfcompat's; it does not "
                        "read those that TensorFlow wrote. Save the values from there with "
                        "numpy.savez, and assign them",
                    )
                length = struct.unpack("<Q", raw)[0]
                header = json.loads(file.read(length))
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            raise NotFoundError(
                None,
                None,
                "Unsuccessful TensorSliceReader constructor: Failed to find any matching files for "
                f"{prefix}",
            ) from None
        except ValueError as error:
            raise DataLossError(
                None, None, f"Checkpoint: the header of {self._path} is damaged: {error}"
            ) from None
        self.graph: Graph = header["graph"]
        self._values: dict[str, Any] = header["values"]
        self._start = 16 + length

    def has_tensor(self, tensor_str: str) -> bool:
        """Whether there is a value of that key."""
        return tensor_str == GRAPH_KEY or tensor_str in self._values

    def get_tensor(self, tensor_str: str) -> Any:
        """The value of a key as NumPy has it.

        Raises NotFoundError if there is none, DataLossError if it is damaged.
        """
        if tensor_str == GRAPH_KEY:
            return json.dumps(self.graph).encode()
        array = self.array(tensor_str)
        return array if array.ndim else array[()]

    def array(self, key: str) -> np.ndarray[Any, Any]:
        """The value of a key as an array."""
        entry = self._values.get(key)
        if entry is None:
            raise NotFoundError(None, None, f"Key {key} not found in checkpoint")
        with open(self._path, "rb") as file:
            file.seek(self._start + entry["offset"])
            data = file.read(entry["length"])
        if len(data) != entry["length"] or zlib.crc32(data) != entry["crc32"]:
            raise DataLossError(None, None, f"Checkpoint: {key} in {self._path} is damaged")
        return _unpacked(data, as_dtype(entry["dtype"]), tuple(entry["shape"]))

    def dtype(self, key: str) -> DType:
        """The dtype of a key's value."""
        return as_dtype(self._values[key]["dtype"])

    def get_variable_to_shape_map(self) -> dict[str, list[int]]:
        """The shapes by key."""
        shapes = {key: list(entry["shape"]) for key, entry in self._values.items()}
        return {**shapes, GRAPH_KEY: []}

    def get_variable_to_dtype_map(self) -> dict[str, DType]:
        """The dtypes by key."""
        found = {key: as_dtype(entry["dtype"]) for key, entry in self._values.items()}
        return {**found, GRAPH_KEY: string}

    def debug_string(self) -> bytes:
        """A line for each value."""
        dtypes = self.get_variable_to_dtype_map()
        lines = [
            f"{key} ({dtypes[key].name}) {shape}\n"
            for key, shape in sorted(self.get_variable_to_shape_map().items())
        ]
        return "".join(lines).encode()
