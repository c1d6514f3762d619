"""Dataset.snapshot: a pass that writes the elements, and later ones that read them."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.files.elements import ShardWriter
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
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.files import text_of


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
            return found._start(context)  # type: ignore[no-any-return]
        source = self._source if self._sharded is None else self._sharded
        specs = structure.flatten(self._spec)
        return _WritingWalk(source._start(context), self._folder, self._kind, specs)


class _WritingWalk(Walk):
    """The elements of another walk, which are written as they come; all of them or none."""

    def __init__(self, source: Walk, folder: str, kind: str, specs: list[Any]) -> None:
        self._source = source
        self._folder, self._specs = folder, specs
        self._run = new_run()
        self._writer: ShardWriter | None = ShardWriter(os.path.join(folder, self._run), kind, specs)

    def take(self) -> Components:
        width = len(self._specs)
        try:
            parts = self._source.take()
        except StopIteration:
            self._finish()
            raise
        except BaseException:
            self._abandon()
            raise
        if self._writer is not None:
            shard = int(parts[width]) if len(parts) > width else 0
            self._writer.write(parts[:width], shard)
        return parts[:width]

    def _finish(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        try:
            writer.finish()
        except BaseException:
            writer.abandon()
            raise
        record = {
            "graph_hash": os.path.basename(self._folder),
            "run_id": self._run,
            "dtype": numbers_of(self._specs),
            "num_elements": writer.count,
        }
        write_metadata(self._folder, record)

    def _abandon(self) -> None:
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.abandon()

    def state(self) -> State:
        return {"source": self._source.state()}

    def restore(self, state: State) -> None:
        # What came before it was written by somebody else, so this is no whole pass.
        self._abandon()
        self._source.restore(state["source"])

    def close(self) -> None:
        self._abandon()
        self._source.close()

    def __del__(self) -> None:
        if "_writer" in self.__dict__:
            self._abandon()
