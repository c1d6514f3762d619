"""Dataset.cache with a file: the first whole pass writes the elements, later ones read them.

`<name>.data-00000-of-00001` has the elements in records, `<name>.index` says that they are whole.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.arguments import UNKNOWN
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.files.elements import ElementsWalk, ElementWriter, write_whole
from tfcompat._src.data.files.saved import new_run, numbers_of, read_file
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.errors import DataLossError, NotFoundError
from tfcompat._src.files import attempt, text_of
from tfcompat._src.protos import message_class

_MARK = b"tfcompat cache 1\n"


def cached_in_files(source: DatasetV2, filename: Any) -> DatasetV2:
    """The dataset with a cache in files whose names start like this."""
    return CacheDataset(source, text_of(filename))


class CacheDataset(UnchangedDataset):
    """Elements that are kept in files beside each other, whose names start alike."""

    def __init__(self, source: DatasetV2, name: str) -> None:
        super().__init__(source)
        self._index = f"{name}.index"
        self._data = f"{name}.data-00000-of-00001"
        self._specs = structure.flatten(self._spec)

    def _cardinality(self) -> int:
        return self._source._cardinality() if not os.path.exists(self._index) else self._count()

    def _count(self) -> int:
        try:
            return self._read_index()
        except DataLossError:
            return UNKNOWN

    def _read_index(self) -> int:
        """How many elements there are in the files."""
        from google.protobuf.message import DecodeError

        data = read_file(self._index)
        if not data.startswith(_MARK):
            raise DataLossError(
                None,
                None,
                f"{self._index}: no cache of tfcompat's; TensorFlow's cannot be read here, so give "
                "Dataset.cache another name, or remove the file",
            )
        try:
            record = message_class("SnapshotMetadataRecord").FromString(data[len(_MARK) :])
        except DecodeError:
            raise DataLossError(None, None, f"{self._index}: damaged") from None
        return int(record.num_elements)

    def _start(self, context: Context) -> Walk:
        if os.path.exists(self._index):
            self._read_index()
            return ElementsWalk([self._data], "", self._specs)
        return _WritingWalk(self._source._start(context), self._index, self._data, self._specs)


class _WritingWalk(Walk):
    """The elements of another walk, which are written as they come; all of them or none."""

    def __init__(self, source: Walk, index: str, data: str, specs: Sequence[Any]) -> None:
        self._source = source
        self._index, self._data, self._specs = index, data, specs
        self._partial = f"{data}.{new_run()}.partial"
        self._writer: ElementWriter | None = None
        self._count = 0
        self._whole = True

    def take(self) -> Components:
        if self._writer is None and self._whole:
            folder = os.path.dirname(self._partial) or "."
            if not os.path.isdir(folder):
                raise NotFoundError(None, None, f"{self._index}; No such file or directory")
            self._writer = ElementWriter(self._partial, "", self._specs)
        try:
            parts = self._source.take()
        except StopIteration:
            self._finish()
            raise
        except BaseException:
            self._abandon()
            raise
        if self._writer is not None:
            self._writer.write(parts)
            self._count += 1
        return parts

    def _finish(self) -> None:
        writer, self._writer = self._writer, None
        if writer is None:
            return
        self._whole = False
        try:
            writer.finish()
            attempt(self._data, lambda: os.replace(self._partial, self._data))
        except BaseException:
            self._remove(writer)
            raise
        record = message_class("SnapshotMetadataRecord")(
            dtype=numbers_of(self._specs), num_elements=self._count, finalized=True
        )
        write_whole(self._index, _MARK + record.SerializeToString())

    def _abandon(self) -> None:
        writer, self._writer = self._writer, None
        self._whole = False
        if writer is not None:
            self._remove(writer)

    def _remove(self, writer: ElementWriter) -> None:
        writer.abandon()
        if os.path.exists(self._partial):
            os.unlink(self._partial)

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
