"""Dataset.snapshot: a pass that writes the elements, and later ones that read them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.files.elements import ShardWriter
from tfcompat._src.data.files.recording import RecordingWalk, Writer
from tfcompat._src.data.files.saved import (
    compression_of,
    new_run,
    numbers_of,
    read_dataset,
    read_metadata,
    shard_files,
    with_shards,
    write_metadata,
)
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.files.paths import text_of


def snapshot(
    dataset: DatasetV2,
    path: Any,
    compression: Any,
    reader_func: Callable[..., Any] | None,
    shard_func: Callable[..., Any] | None,
) -> Any:
    """The dataset with a snapshot of its elements, found by what the dataset is made of."""
    return _SnapshotDataset(dataset, path, compression, reader_func, shard_func)


class _SnapshotDataset(UnchangedDataset):
    """Elements that are written once and then read."""

    def __init__(
        self,
        source: DatasetV2,
        path: Any,
        compression: Any = "AUTO",
        reader_func: Callable[..., Any] | None = None,
        shard_func: Callable[..., Any] | None = None,
    ) -> None:
        super().__init__(source)
        # Snappy takes longer here than it saves, so only who asks for it gets it.
        self._kind = "" if compression == "AUTO" else compression_of(compression)
        self._reader_func = reader_func
        number = int(source.fingerprint()._numpy())
        self._folder = os.path.join(text_of(path), str(number))
        self._sharded = None if shard_func is None else with_shards(source, shard_func)

    def _start(self, context: Context) -> Walk:
        record = read_metadata(self._folder)
        if record is not None and record.finalized:
            files = shard_files(self._folder, record)
            count = int(record.num_elements)
            found = read_dataset(files, self._spec, self._kind, count, self._reader_func)
            return found._start(context)
        source = self._source if self._sharded is None else self._sharded
        specs = structure.flatten(self._spec)
        return _SnapshotWalk(source._start(context), self._folder, self._kind, specs)


class _SnapshotWalk(RecordingWalk):
    """The first whole pass."""

    def __init__(self, source: Walk, folder: str, kind: str, specs: list[Any]) -> None:
        super().__init__(source, len(specs))
        self._folder, self._kind, self._specs = folder, kind, specs
        self._run = new_run()

    def _open(self) -> Writer:
        return ShardWriter(os.path.join(self._folder, self._run), self._kind, self._specs)

    def _finished(self, writer: Writer) -> None:
        record = {
            "graph_hash": os.path.basename(self._folder),
            "run_id": self._run,
            "dtype": numbers_of(self._specs),
            "num_elements": writer.count,
        }
        write_metadata(self._folder, record)
