"""tf.io.gfile: the files of this machine, by TensorFlow's functions."""

from __future__ import annotations

import glob as _glob
import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from tfcompat._src import errors
from tfcompat._src.files.paths import attempt, file_of, text_of, translated
from tfcompat._src.naming import public


class FileStatistics(NamedTuple):
    """What `stat` tells of a path."""

    length: int
    mtime_nsec: int
    is_directory: bool


def _there(path: str) -> errors.AlreadyExistsError:
    return errors.AlreadyExistsError(None, None, f"{path}; file already exists")


@public("tfcompat.io.gfile")
def exists(path: Any) -> bool:
    """Whether there is a file or directory of that name."""
    return os.path.exists(text_of(path))


@public("tfcompat.io.gfile")
def isdir(path: Any) -> bool:
    """Whether the path is a directory."""
    return os.path.isdir(text_of(path))


@public("tfcompat.io.gfile")
def listdir(path: Any) -> list[str]:
    """The names in a directory, in no particular order. Raises NotFoundError for what is none."""
    name = text_of(path)
    if not os.path.isdir(name):
        raise errors.NotFoundError(None, None, f"Could not find directory {name}")
    return attempt(name, lambda: os.listdir(name))


@public("tfcompat.io.gfile")
def mkdir(path: Any) -> None:
    """Makes a directory, unless it is there. Raises NotFoundError where its parent is not."""
    name = text_of(path)
    if not os.path.isdir(name):
        attempt(name, lambda: os.mkdir(name))


@public("tfcompat.io.gfile")
def makedirs(path: Any) -> None:
    """Makes a directory and those above it, as far as they are not there."""
    name = text_of(path)
    attempt(name, lambda: os.makedirs(name, exist_ok=True))


@public("tfcompat.io.gfile")
def copy(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Copies a file. Raises AlreadyExistsError where `dst` exists, unless `overwrite`."""
    source, target = text_of(src), text_of(dst)
    if not os.path.exists(source):
        raise translated(FileNotFoundError(2, "No such file or directory"), source)
    if os.path.exists(target) and not overwrite:
        raise _there(target)
    if os.path.isdir(source):
        raise errors.InvalidArgumentError(None, None, f"copy: received the directory {source}")
    attempt(target, lambda: shutil.copyfile(source, target))


@public("tfcompat.io.gfile")
def rename(src: Any, dst: Any, overwrite: bool = False) -> None:
    """Renames or moves. Raises AlreadyExistsError where `dst` exists, unless `overwrite`."""
    source, target = text_of(src), text_of(dst)
    if os.path.exists(target) and not overwrite:
        raise _there(target)
    attempt(source, lambda: os.replace(source, target))


@public("tfcompat.io.gfile")
def remove(path: Any) -> None:
    """Removes a file; a directory is a FailedPreconditionError."""
    name = text_of(path)
    attempt(name, lambda: os.remove(name))


@public("tfcompat.io.gfile")
def rmtree(path: Any) -> None:
    """Removes a directory and all that is in it.

    Raises NotFoundError where there is none.
    """
    name = text_of(path)
    if not os.path.exists(name):
        raise errors.NotFoundError(None, None, f"{name} not found")
    attempt(name, lambda: shutil.rmtree(name) if os.path.isdir(name) else os.remove(name))


@public("tfcompat.io.gfile")
def stat(path: Any) -> FileStatistics:
    """Length in bytes, time of the last change in nanoseconds, and whether it is a directory."""
    name = text_of(path)
    found = attempt(name, lambda: os.stat(name))
    return FileStatistics(found.st_size, found.st_mtime_ns, os.path.isdir(name))


@public("tfcompat.io.gfile")
def glob(pattern: Any) -> list[str]:
    """The paths that a pattern, or one of several, matches; `*` stops at a slash."""
    if isinstance(pattern, (str, bytes)) or hasattr(pattern, "__fspath__"):
        return matching(text_of(pattern))
    return [path for one in pattern for path in matching(text_of(one))]


def matching(pattern: str) -> list[str]:
    """The paths a pattern matches, in order; hidden files as well."""
    return sorted(_glob.glob(pattern, include_hidden=True))


@public("tfcompat.io.gfile")
def walk(
    top: Any, topdown: bool = True, onerror: Callable[[Any], Any] | None = None
) -> Iterator[tuple[str, list[str], list[str]]]:
    """Each directory below `top` with the names of its directories and files.

    `onerror` gets the exception where a directory cannot be listed.
    """
    name = text_of(top)
    try:
        names = sorted(listdir(name))
    except errors.OpError as error:
        if onerror is not None:
            onerror(error)
        return
    folders = [item for item in names if os.path.isdir(os.path.join(name, item))]
    here = (name, folders, [item for item in names if item not in folders])
    if topdown:
        yield here
    for folder in folders:
        yield from walk(os.path.join(name, folder), topdown, onerror)
    if not topdown:
        yield here


@public("tfcompat.io.gfile")
def join(path: Any, *paths: Any) -> Any:
    """One path of several parts, of the type of the first."""
    return os.path.join(path, *paths)


@public("tfcompat.io.gfile")
def get_registered_schemes() -> list[str]:
    """The kinds of paths that these functions know."""
    return ["file", ""]


_MODES = ("r", "w", "a", "r+", "w+", "a+")


@public("tfcompat.io.gfile")
class GFile:
    """A file that is opened when it is first read or written.

    `mode` is "r", "w" or "a", with "+" for both; with "b" it reads bytes instead of text. Writing
    takes both.

    Raises:
      InvalidArgumentError: another mode.
    """

    def __init__(self, name: Any, mode: str = "r") -> None:
        self._name = name
        self._path = file_of(name)
        self._mode = mode
        self._binary = "b" in mode
        kind = mode.replace("b", "")
        if kind not in _MODES:
            raise errors.InvalidArgumentError(
                None, None, f"GFile: received mode {mode!r}; expected one of {_MODES}, or with 'b'"
            )
        self._reads = kind in ("r", "r+", "w+", "a+")
        self._writes = kind in ("a", "w", "r+", "w+", "a+")
        self._opening = "ab" if kind.startswith("a") else "wb"
        self._reader: Any = None
        self._writer: Any = None

    @property
    def name(self) -> Any:
        """The path as it was given."""
        return self._name

    @property
    def mode(self) -> str:
        """The mode as it was given."""
        return self._mode

    def _input(self) -> Any:
        if not self._reads:
            raise errors.PermissionDeniedError(None, None, "File isn't open for reading")
        if self._reader is None:
            self._reader = attempt(self._path, lambda: open(self._path, "rb"))
        return self._reader

    def _output(self) -> Any:
        if not self._writes:
            raise errors.PermissionDeniedError(None, None, "File isn't open for writing")
        if self._writer is None:
            self._writer = attempt(self._path, lambda: open(self._path, self._opening))
        return self._writer

    def _given(self, data: bytes) -> Any:
        return data if self._binary else data.decode()

    def size(self) -> int:
        """The length of what is on disk."""
        return stat(self._path).length

    def write(self, file_content: Any) -> None:
        """Writes text or bytes at the end."""
        data = file_content.encode() if isinstance(file_content, str) else file_content
        if not isinstance(data, bytes):
            raise TypeError(f"GFile.write: received {file_content!r}; expected str or bytes")
        output = self._output()
        attempt(self._path, lambda: output.write(data))

    def read(self, n: int = -1) -> Any:
        """The next `n` bytes, or all the rest."""
        source = self._input()
        return self._given(source.read(n if n is not None and n >= 0 else -1))

    def readline(self) -> Any:
        """The next line with its line break; empty at the end."""
        return self._given(self._input().readline())

    def readlines(self) -> list[Any]:
        """The lines that are left."""
        return [self._given(line) for line in self._input().readlines()]

    def seek(self, offset: Any = None, whence: int = 0, position: Any = None) -> None:
        """Goes on reading at an offset from the start (0), from here (1) or from the end (2)."""
        if offset is None and position is None:
            raise TypeError("seek(): offset argument required")
        if whence not in (0, 1, 2):
            raise errors.InvalidArgumentError(
                None, None, f"GFile.seek: received whence={whence}; expected 0, 1 or 2"
            )
        source = self._input()
        wanted = position if offset is None else offset
        if whence == 0 and wanted < 0:
            raise errors.InvalidArgumentError(
                None, None, f"GFile.seek: received the negative position {wanted}"
            )
        attempt(self._path, lambda: source.seek(wanted, whence))

    def seekable(self) -> bool:
        """True."""
        return True

    def tell(self) -> int:
        """Where the next read, or in a file that is only written the next write, happens."""
        return int((self._input() if self._reads else self._output()).tell())

    def flush(self) -> None:
        """Puts on disk what was written."""
        if self._writer is not None:
            self._writer.flush()

    def close(self) -> None:
        """Ends reading and writing; the next use opens the file anew."""
        reader, writer = self._reader, self._writer
        self._reader = self._writer = None
        for file in (reader, writer):
            if file is not None:
                attempt(self._path, file.close)

    def __enter__(self) -> GFile:
        return self

    def __exit__(self, unused_type: Any, unused_value: Any, unused_traceback: Any) -> None:
        self.close()

    def __iter__(self) -> GFile:
        return self

    def __next__(self) -> Any:
        line = self.readline()
        if not line:
            raise StopIteration
        return line

    def next(self) -> Any:
        """The next line. Raises StopIteration at the end."""
        return self.__next__()

    def __del__(self) -> None:
        for file in (self.__dict__.get("_reader"), self.__dict__.get("_writer")):
            if file is not None:
                file.close()
