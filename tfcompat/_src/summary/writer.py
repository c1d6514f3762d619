"""Writers of event files."""

from __future__ import annotations

import itertools
import os
import socket
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import NotFoundError
from tfcompat._src.files.paths import attempt, text_of
from tfcompat._src.files.records import framed
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import scalar_string
from tfcompat._src.summary import messages
from tfcompat._src.summary.state import current

_count = itertools.count()


@public("tfcompat.summary")
class SummaryWriter:
    """What writes summaries; made by `create_file_writer` or `create_noop_writer`."""

    def set_as_default(self, step: Any = None) -> None:
        """Summaries go here from now on; `step`, if given, becomes the default step.

        Raises:
          RuntimeError: the writer is closed.
        """
        self._check_open()
        current.writer = self
        if step is not None:
            current.step = step

    def as_default(self, step: Any = None) -> AbstractContextManager[SummaryWriter]:
        """A context in which summaries go here; `step`, if given, is its default step.

        Raises:
          RuntimeError: the writer is closed.
        """
        self._check_open()
        return self._default(step)

    @contextmanager
    def _default(self, step: Any) -> Iterator[SummaryWriter]:
        writer, before = current.writer, current.step
        current.writer = self
        if step is not None:
            current.step = step
        try:
            yield self
            self.flush()
        finally:
            current.writer = writer
            if step is not None:
                current.step = before

    def _check_open(self) -> None:
        """Raises RuntimeError if the writer is closed."""

    def init(self) -> None:
        """Does nothing: the file is there from the start."""

    def flush(self) -> None:
        """Puts on disk what was written."""

    def close(self) -> None:
        """Finishes the file; nothing more can be written."""

    def write_event(self, step: int, summary: bytes) -> None:
        """Writes one event, whose summary is the bytes of a Summary message."""

    def write_graph(self, graph: bytes) -> None:
        """Writes a graph, the bytes of a GraphDef message."""


class _NoopWriter(SummaryWriter):
    """Writes nothing, and stands for no writer at all."""

    def set_as_default(self, step: Any = None) -> None:
        """Changes nothing."""

    @contextmanager
    def _default(self, step: Any) -> Iterator[SummaryWriter]:
        yield self


class _FileWriter(SummaryWriter):
    """Writes one file, and flushes after some events or some time."""

    def __init__(self, path: str, max_queue: int, flush_millis: int) -> None:
        self._path = path
        self._max_queue = max_queue
        self._flush_seconds = flush_millis / 1000
        self._waiting = 0
        self._flushed = time.monotonic()
        events = messages.events()
        head = events.Event(
            wall_time=time.time(),
            file_version="brain.Event:2",
            source_metadata=events.SourceMetadata(writer="tfcompat"),
        )
        attempt(path, lambda: os.makedirs(os.path.dirname(path) or ".", exist_ok=True))
        self._file: Any = attempt(path, lambda: open(path, "ab"))
        self._file.write(framed(head.SerializeToString()))
        self._file.flush()

    def _check_open(self) -> None:
        if self._file is None:
            raise RuntimeError(f"SummaryWriter {self!r} is already closed")

    def write_event(self, step: int, summary: bytes) -> None:
        """Writes one event.

        Raises:
          NotFoundError: the writer is closed.
        """
        event = messages.events().Event(wall_time=time.time(), step=step)
        # Field 5 is the summary; it goes in as it is, so that nobody has to understand it.
        self._write(event.SerializeToString() + b"\x2a" + _length(len(summary)) + summary)

    def write_graph(self, graph: bytes) -> None:
        """Writes one event that holds a graph.

        Raises:
          NotFoundError: the writer is closed.
        """
        event = messages.events().Event(wall_time=time.time(), graph_def=graph)
        self._write(event.SerializeToString())

    def _write(self, body: bytes) -> None:
        file = self._file
        if file is None:
            raise NotFoundError(None, None, f"SummaryWriter of {self._path} is already closed")
        attempt(self._path, lambda: file.write(framed(body)))
        self._waiting += 1
        if (
            self._waiting > self._max_queue
            or time.monotonic() - self._flushed >= self._flush_seconds
        ):
            self.flush()

    def flush(self) -> None:
        """Puts on disk what was written."""
        if self._file is not None:
            attempt(self._path, self._file.flush)
            self._waiting, self._flushed = 0, time.monotonic()

    def close(self) -> None:
        """Finishes the file; nothing more can be written."""
        file, self._file = self._file, None
        if file is not None:
            attempt(self._path, file.close)

    def __del__(self) -> None:
        file = self.__dict__.get("_file")
        if file is not None:
            file.close()


def _length(number: int) -> bytes:
    """A length as protocol buffers write it."""
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    made.append(number)
    return bytes(made)


@public("tfcompat.summary")
def create_file_writer(
    logdir: Any,
    max_queue: Any = None,
    flush_millis: Any = None,
    filename_suffix: Any = None,
    name: str | None = None,
    experimental_trackable: bool = False,
    experimental_mesh: Any = None,
) -> SummaryWriter:
    """A writer of a new event file in `logdir`, which is made if need be.

    Events are put on disk once there are more than `max_queue` (10), after `flush_millis` (two
    minutes), and when the writer is flushed or closed.

    Raises:
      ValueError: `logdir` is None.
      ImportError: the package tensorboard is not installed.
    """
    if logdir is None:
        raise ValueError("create_file_writer: Argument `logdir` cannot be None")
    if experimental_mesh is not None:
        raise NotImplementedError(
            "create_file_writer: there are no meshes of devices; leave experimental_mesh out"
        )
    op = "CreateSummaryFileWriter"
    if hasattr(logdir, "__fspath__"):
        logdir = logdir.__fspath__()
    folder = text_of(scalar_string(logdir, op, "logdir"))
    suffix = scalar_string(".v2" if filename_suffix is None else filename_suffix, op, "suffix")
    queue = int(to_tensor(10 if max_queue is None else max_queue, dtypes.int32))
    millis = int(to_tensor(120_000 if flush_millis is None else flush_millis, dtypes.int32))
    file_name = (
        f"events.out.tfevents.{int(time.time()):010d}.{socket.gethostname()}.{os.getpid()}."
        f"{next(_count)}{suffix.decode()}"
    )
    return _FileWriter(os.path.join(folder, file_name), queue, millis)


@public("tfcompat.summary")
def create_noop_writer() -> SummaryWriter:
    """A writer that writes nothing."""
    return _NoopWriter()


@public("tfcompat.summary")
def flush(writer: SummaryWriter | None = None, name: str | None = None) -> None:
    """Puts on disk what a writer, or the default one, has written."""
    chosen = current.writer if writer is None else writer
    if chosen is not None:
        chosen.flush()
