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
from tfcompat._src.data.files.recording import RecordingWalk, Writer
from tfcompat._src.data.files.saved import new_run, numbers_of, read_file
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.errors import DataLossError, NotFoundError
from tfcompat._src.files.paths import attempt, text_of
from tfcompat._src.files.protos import message_class

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
        return _CachingWalk(self._source._start(context), self._index, self._data, self._specs)


class _CachingWalk(RecordingWalk):
    """The first whole pass."""

    def __init__(self, source: Walk, index: str, data: str, specs: Sequence[Any]) -> None:
        super().__init__(source, len(specs))
        self._index, self._data, self._specs = index, data, specs

    def _open(self) -> Writer:
        if not os.path.isdir(os.path.dirname(self._data) or "."):
            raise NotFoundError(None, None, f"{self._index}; No such file or directory")
        return _CacheWriter(self._data, self._specs)

    def _finished(self, writer: Writer) -> None:
        record = message_class("SnapshotMetadataRecord")(
            dtype=numbers_of(self._specs), num_elements=writer.count, finalized=True
        )
        write_whole(self._index, _MARK + record.SerializeToString())


class _CacheWriter:
    """Writes elements to one file, which gets its name when all is done."""

    def __init__(self, path: str, specs: Sequence[Any]) -> None:
        self._path = path
        self._partial = f"{path}.{new_run()}.partial"
        self._file = ElementWriter(self._partial, "", specs)
        self.count = 0

    def write(self, parts: Components, shard: int = 0) -> None:
        self._file.write(parts)
        self.count += 1

    def finish(self) -> None:
        self._file.finish()
        attempt(self._path, lambda: os.replace(self._partial, self._path))

    def abandon(self) -> None:
        self._file.abandon()
        if os.path.exists(self._partial):
            os.unlink(self._partial)
