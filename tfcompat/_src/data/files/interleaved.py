"""Passes over the records of several files in turn."""

from __future__ import annotations

from typing import Any

from tfcompat._src.data.files.walks import FileWalk, Names, Open, scalar
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk


class TurnsWalk(Walk):
    """Of some files at a time a record each; a file that ends makes room for the next one."""

    def __init__(self, names: Names, open_file: Open, count: int) -> None:
        self._names = names
        self._open = open_file
        self._slots: list[FileWalk | None] = []
        self._count = count
        self._turn = 0
        self._started = False

    def _next_file(self) -> FileWalk | None:
        try:
            return FileWalk(self._names.take(), self._open)
        except StopIteration:
            return None

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._slots = [self._next_file() for _ in range(self._count)]

    def take(self) -> Components:
        return (scalar(self.take_record()),)

    def take_record(self) -> Any:
        """The next record; raises StopIteration after the last."""
        self._start()
        left = self._count
        while left:
            turn = self._turn
            self._turn = (turn + 1) % self._count
            file = self._slots[turn]
            if file is None:
                left -= 1
                continue
            left = self._count
            if self._has_more(file, turn):
                return file.take()
        raise StopIteration

    def _has_more(self, file: FileWalk, turn: int) -> bool:
        try:
            if file.ready():
                return True
        except Exception:
            if file.moves_on:
                self._replace(file, turn)
            raise
        self._replace(file, turn)
        return False

    def _replace(self, file: FileWalk, turn: int) -> None:
        file.close()
        self._slots[turn] = self._next_file()

    def state(self) -> State:
        self._start()
        return {
            "names": self._names.state(),
            "files": [None if file is None else file.state() for file in self._slots],
            "turn": self._turn,
        }

    def restore(self, state: State) -> None:
        self.close()
        self._names.restore(state["names"])
        self._slots = [self._file(one) for one in state["files"]]
        self._turn = state["turn"]
        self._started = True

    def _file(self, state: Any) -> FileWalk | None:
        if state is None:
            return None
        name = state["file"].encode("utf-8", "surrogateescape")
        return FileWalk(name, self._open, state["offset"])

    def close(self) -> None:
        for file in self._slots:
            if file is not None:
                file.close()
