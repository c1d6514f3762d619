"""Dataset.save, Dataset.load: TensorFlow's own files."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetSource, DatasetV2
from tfcompat._src.data.files import specs as spec_files
from tfcompat._src.data.files.elements import ElementsWalk, ShardWriter, write_whole
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.errors import DataLossError, NotFoundError, invalid_argument
from tfcompat._src.files.paths import attempt, text_of
from tfcompat._src.files.protos import message_class
from tfcompat._src.tensor_spec import TensorSpec

_SPEC, _METADATA = "dataset_spec.pb", "snapshot.metadata"
_VERSION = 2


def compression_of(kind: Any) -> str:
    """The name of a compression, none for one that is not known, as in TensorFlow."""
    return kind if kind in ("GZIP", "ZLIB", "SNAPPY") else ""


def with_shards(dataset: DatasetV2, shard_func: Any) -> DatasetV2:
    """Pairs of an element and the number of its shard."""
    if not callable(shard_func):
        raise ValueError(
            f"Argument `func` must be a callable. Received func={shard_func!r} (of type "
            f"{type(shard_func)})"
        )
    spread = type(dataset.element_spec) is tuple

    def both(*element: Any) -> Any:
        shard = shard_func(*element)
        if isinstance(shard, (list, tuple)) and len(shard) == 1:
            shard = shard[0]
        return (element if spread else element[0]), shard

    paired: DatasetV2 = dataset.map(both)
    spec = paired.element_spec[1]
    if not isinstance(spec, TensorSpec) or spec.shape.rank != 0 or spec.dtype.name != "int64":
        raise invalid_argument("SaveDataset", "`shard_func` must return a scalar int64.")
    return paired


def write_metadata(folder: str, record: dict[str, Any]) -> None:
    """Says in a folder which run of writing is whole."""
    proto = message_class("SnapshotMetadataRecord")(
        creation_timestamp=int(time.time() * 1e6), version=_VERSION, finalized=True, **record
    )
    write_whole(os.path.join(folder, _METADATA), proto.SerializeToString())


def read_metadata(folder: str) -> Any:
    """What a folder says of its elements, None if nothing. Raises DataLossError if damaged."""
    from google.protobuf.message import DecodeError

    path = os.path.join(folder, _METADATA)
    if not os.path.exists(path):
        return None
    try:
        return message_class("SnapshotMetadataRecord").FromString(read_file(path))
    except DecodeError:
        raise DataLossError(None, None, f"{path}: no metadata of a dataset") from None


def read_file(path: str) -> bytes:
    """What is in a file."""

    def read() -> bytes:
        with open(path, "rb") as file:
            return file.read()

    return attempt(path, read)


def new_run() -> str:
    """A name for a run of writing."""
    return str(secrets.randbits(63))


def numbers_of(specs: Sequence[Any]) -> list[int]:
    """The dtypes of components as files say them."""
    variant = 21
    return [s.dtype.as_datatype_enum if s.__class__ is TensorSpec else variant for s in specs]


# ------------------------------------------------------------------------------------------ save
def save(
    dataset: DatasetV2, path: Any, compression: Any, shard_func: Any, checkpoint_args: Any
) -> None:
    """Writes the elements to files; what was there before stays until all of it is written.

    Raises:
      InvalidArgumentError: a `shard_func` that gives something else than an int64 scalar.
      NotImplementedError: elements of types that files have no form for, or `checkpoint_args`.
    """
    if checkpoint_args:
        raise NotImplementedError(
            "Dataset.save: checkpoint_args, by which TensorFlow goes on with a save that was "
            "interrupted, are not supported; what is saved here is saved whole or not at all"
        )
    folder = text_of(path)
    specs = structure.flatten(dataset.element_spec)
    described = spec_files.to_bytes(dataset.element_spec)
    source = dataset if shard_func is None else with_shards(dataset, shard_func)
    run = new_run()
    writer = ShardWriter(os.path.join(folder, run), compression_of(compression), specs)
    try:
        walk = source._walk()
        try:
            _write_all(walk, writer, len(specs))
        finally:
            walk.close()
        writer.finish()
    except BaseException:
        writer.abandon()
        raise
    write_whole(os.path.join(folder, _SPEC), described)
    write_metadata(
        folder, {"run_id": run, "dtype": numbers_of(specs), "num_elements": writer.count}
    )


def _write_all(walk: Walk, writer: ShardWriter, width: int) -> None:
    while True:
        try:
            parts = walk.take()
        except StopIteration:
            return
        writer.write(parts[:width], int(parts[width]) if len(parts) > width else 0)


# ------------------------------------------------------------------------------------------ load
def load(
    path: Any,
    element_spec: Any,
    compression: Any,
    reader_func: Callable[..., Any] | None,
    wait: bool,
) -> Any:
    """A dataset of the elements that were saved; of each shard one in turn.

    Raises:
      NotFoundError: there is nothing saved.
    """
    folder = text_of(path)
    record = read_metadata(folder)
    while record is None and wait:
        time.sleep(0.1)
        record = read_metadata(folder)
    if element_spec is None:
        name = os.path.join(folder, _SPEC)
        if not os.path.exists(name):
            raise NotFoundError(
                None, None, f"tf.data snapshot element_spec file not found: {name}."
            )
        element_spec = spec_files.from_bytes(read_file(name))
    if record is None:
        raise NotFoundError(None, None, f"Could not find metadata file in directory: {folder}")
    files = shard_files(folder, record)
    return read_dataset(
        files, element_spec, compression_of(compression), int(record.num_elements), reader_func
    )


def shard_files(folder: str, record: Any) -> list[str]:
    """The files of a run, in order."""
    run = os.path.join(folder, record.run_id)
    if record.num_elements and not os.path.isdir(run):
        raise NotFoundError(None, None, f"{run}; No such file or directory")
    shards = sorted(os.listdir(run)) if os.path.isdir(run) else []
    return [
        os.path.join(run, shard, name)
        for shard in shards
        for name in sorted(os.listdir(os.path.join(run, shard)))
    ]


def read_dataset(
    files: list[str],
    spec: Any,
    kind: str,
    count: int,
    reader_func: Callable[..., Any] | None,
) -> Any:
    """A dataset of the elements in files, put together by `reader_func` if there is one."""
    if reader_func is None:
        return _LoadDataset(files, spec, kind, count)
    shards = [_LoadDataset([file], spec, kind, -2) for file in files]
    found = reader_func(_ShardsDataset(shards, spec))
    if not isinstance(found, DatasetV2):
        raise TypeError(
            "The `reader_func` argument must return a `Dataset` object. Got "
            f"{type(found).__name__}."
        )
    return found


class _LoadDataset(DatasetSource):
    """Elements that were saved."""

    def __init__(self, files: list[str], spec: Any, kind: str, count: int) -> None:
        self._spec = spec
        self._files = files
        self._kind = kind
        self._count = count

    def _cardinality(self) -> int:
        return self._count

    def _start(self, context: Context) -> Walk:
        return ElementsWalk(self._files, self._kind, structure.flatten(self._spec))


class _ShardsDataset(DatasetSource):
    """The shards, each a dataset."""

    def __init__(self, shards: Sequence[DatasetV2], spec: Any) -> None:
        from tfcompat._src.data.specs import DatasetSpec

        self._spec = DatasetSpec(spec)
        self._shards = shards

    def _cardinality(self) -> int:
        return len(self._shards)

    def _start(self, context: Context) -> Walk:
        return _ListWalk(self._shards)


class _ListWalk(Walk):
    """The items of a list."""

    def __init__(self, items: Sequence[Any]) -> None:
        self._items = items
        self._at = 0

    def take(self) -> tuple[Any, ...]:
        if self._at >= len(self._items):
            raise StopIteration
        self._at += 1
        return (self._items[self._at - 1],)

    def state(self) -> dict[str, Any]:
        return {"at": self._at}

    def restore(self, state: dict[str, Any]) -> None:
        self._at = state["at"]
