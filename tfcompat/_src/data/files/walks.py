"""Passes over the records of files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src.data.files.readers import Reader
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk
from tfcompat._src.errors import DataLossError

#: Opens a file at a place of its stream.
Open = Callable[[bytes, int], Reader]


def scalar(item: bytes) -> Any:
    """One string as a component."""
    found = np.empty((), object)
    found[()] = item
    return found


class Names:
    """Which files are read: a list of them."""

    def __init__(self, names: Sequence[bytes]) -> None:
        self._names = names
        self._next = 0

    def take(self) -> bytes:
        """The next file; raises StopIteration after the last."""
        if self._next >= len(self._names):
            raise StopIteration
        self._next += 1
        return self._names[self._next - 1]

    def state(self) -> Any:
        """Where it stands."""
        return self._next

    def restore(self, state: Any) -> None:
        """Goes where `state` was asked."""
        self._next = state

    def close(self) -> None:
        """Ends what gives the names."""


class NamesOfWalk(Names):
    """Which files are read: the elements of a dataset."""

    def __init__(self, walk: Walk) -> None:
        self._walk = walk

    def take(self) -> bytes:
        return self._walk.take()[0].item()

    def state(self) -> Any:
        return self._walk.state()

    def restore(self, state: Any) -> None:
        self._walk.restore(state)

    def close(self) -> None:
        self._walk.close()


class FileWalk:
    """The records of one file."""

    def __init__(self, name: bytes, open_file: Open, offset: int = 0) -> None:
        self.name = name
        self._open = open_file
        self._start = offset
        self._reader: Reader | None = None
        self._block: list[Any] = []
        self._at = 0

    def ready(self) -> bool:
        """Whether there is another record; reads if need be.

        After an error in the middle of some files there is none.
        """
        if self._at < len(self._block):
            return True
        if self._reader is None:
            self._reader = self._open(self.name, self._start)
        try:
            self._block, self._at = self._reader.block(), 0
        except DataLossError:
            if self._reader.moves_on:
                self._block, self._at = [], 0
            raise
        return bool(self._block)

    @property
    def moves_on(self) -> bool:
        """Whether after an error the next file is read."""
        return self._reader is not None and self._reader.moves_on

    def take(self) -> Any:
        """The next record, once there is one."""
        self._at += 1
        return self._block[self._at - 1]

    def take_many(self, count: int) -> list[Any]:
        """The next records, at least one of them, once there is one."""
        at = self._at
        self._at = min(at + count, len(self._block))
        return self._block[at : self._at]

    def state(self) -> State:
        """Where it stands."""
        offset = self._start if self._reader is None else self._reader.offset(self._at)
        return {"file": self.name.decode("utf-8", "surrogateescape"), "offset": offset}

    def close(self) -> None:
        """Closes the file."""
        if self._reader is not None:
            self._reader.close()


class RecordsWalk(Walk):
    """The records of files, one file after the other."""

    stacks = True

    def __init__(self, names: Names, open_file: Open) -> None:
        self._names = names
        self._open = open_file
        self._file: FileWalk | None = None

    def _ready(self) -> FileWalk:
        """The file with the next record; raises StopIteration after the last."""
        while True:
            if self._file is None:
                self._file = FileWalk(self._names.take(), self._open)
            file = self._file
            try:
                if file.ready():
                    return file
            except DataLossError:
                if file.moves_on:
                    self._leave()
                raise
            self._leave()

    def _leave(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def take(self) -> Components:
        file = self._file
        if file is None or file._at >= len(file._block):
            file = self._ready()
        found = np.empty((), object)
        found[()] = file._block[file._at]
        file._at += 1
        return (found,)

    def _records(self, count: int) -> list[bytes]:
        found: list[bytes] = []
        while len(found) < count:
            try:
                file = self._ready()
            except StopIteration:
                break
            found += file.take_many(count - len(found))
        return found

    def take_stacked(self, count: int) -> tuple[int, Components]:
        records = self._records(count)
        found = np.empty(len(records), object)
        found[:] = records
        return len(records), (found,)

    def skip(self, count: int) -> int:
        return len(self._records(count))

    def state(self) -> State:
        file = self._file
        return {"names": self._names.state(), "file": None if file is None else file.state()}

    def restore(self, state: State) -> None:
        self._leave()
        self._names.restore(state["names"])
        if state["file"] is not None:
            name = state["file"]["file"].encode("utf-8", "surrogateescape")
            self._file = FileWalk(name, self._open, state["file"]["offset"])

    def close(self) -> None:
        self._leave()
        self._names.close()
