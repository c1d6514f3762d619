"""A pass that writes the elements it gives: all of them become files, or none."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Protocol

from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk


class Writer(Protocol):
    """What takes the elements; `abandon` leaves nothing of them."""

    count: int

    def write(self, parts: Components, shard: int = 0) -> None:
        """Takes an element."""

    def finish(self) -> None:
        """Makes files of what was written."""

    def abandon(self) -> None:
        """Removes what was written."""


class RecordingWalk(Walk, ABC):
    """The elements of another walk, which are written as they come.

    width: how many components an element has; one more that the source gives names its shard.
    """

    def __init__(self, source: Walk, width: int) -> None:
        self._source = source
        self._width = width
        self._writer: Writer | None = None
        self._whole = True

    @abstractmethod
    def _open(self) -> Writer:
        """What takes the elements, before the first of them."""

    @abstractmethod
    def _finished(self, writer: Writer) -> None:
        """Notes beside the files that they are whole."""

    def take(self) -> Components:
        if self._writer is None and self._whole:
            self._writer = self._open()
        try:
            parts = self._source.take()
        except StopIteration:
            self._finish()
            raise
        except BaseException:
            self._abandon()
            raise
        width = self._width
        if self._writer is not None:
            self._writer.write(parts[:width], int(parts[width]) if len(parts) > width else 0)
        return parts[:width]

    def _finish(self) -> None:
        writer = self._leave()
        if writer is None:
            return
        try:
            writer.finish()
        except BaseException:
            writer.abandon()
            raise
        self._finished(writer)

    def _abandon(self) -> None:
        writer = self._leave()
        if writer is not None:
            writer.abandon()

    def _leave(self) -> Any:
        writer, self._writer = self._writer, None
        self._whole = False
        return writer

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
