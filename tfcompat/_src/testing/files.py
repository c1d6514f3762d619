"""Temporary files and folders of a test, and what else a test case keeps."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import unittest
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import Any, TypeVar

_T = TypeVar("_T")


class TemporaryFile:
    """A file in a temporary folder; a path wherever one is taken."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def full_path(self) -> str:
        """The absolute path."""
        return str(self._path)

    def __fspath__(self) -> str:
        return str(self._path)

    def read_text(self, encoding: str = "utf8", errors: str = "strict") -> str:
        """The content as text."""
        return self._path.read_text(encoding, errors)

    def read_bytes(self) -> bytes:
        """The content."""
        return self._path.read_bytes()

    def write_text(self, text: str, encoding: str = "utf8", errors: str = "strict") -> None:
        """Replaces the content by a text."""
        self._path.write_text(text, encoding, errors)

    def write_bytes(self, data: bytes) -> None:
        """Replaces the content."""
        self._path.write_bytes(data)

    def exists(self) -> bool:
        """Whether the file is there."""
        return self._path.exists()


class TemporaryFolder:
    """A temporary folder; a path wherever one is taken."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.mkdir(parents=True, exist_ok=True)

    @property
    def full_path(self) -> str:
        """The absolute path."""
        return str(self._path)

    def __fspath__(self) -> str:
        return str(self._path)

    def create_file(
        self, file_path: str | None = None, content: Any = None, mode: str = "w", **kwargs: Any
    ) -> TemporaryFile:
        """A file in the folder, below it if the path says so, with the content if there is one."""
        path = self._path / (file_path or f"file_{len(os.listdir(self._path))}")
        path.parent.mkdir(parents=True, exist_ok=True)
        found = TemporaryFile(path)
        if content is None:
            path.touch()
        elif isinstance(content, bytes):
            found.write_bytes(content)
        else:
            found.write_text(content)
        return found

    def mkdir(self, dir_path: str | None = None) -> TemporaryFolder:
        """A folder in the folder."""
        return TemporaryFolder(self._path / (dir_path or f"dir_{len(os.listdir(self._path))}"))


class FileHelpers(unittest.TestCase):
    """Temporary files, contexts that end with the test, properties of it."""

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._temporary: str | None = None
        self._properties: dict[str, Any] = {}

    def get_temp_dir(self) -> str:
        """A folder of this test's own, which goes when the test ends."""
        if self._temporary is None:
            self._temporary = tempfile.mkdtemp()
            self.addCleanup(shutil.rmtree, self._temporary, ignore_errors=True)
        return self._temporary

    def create_tempdir(self, name: str | None = None, cleanup: Any = None) -> TemporaryFolder:
        """A new folder in the test's own; `cleanup` is ignored: all goes when the test ends."""
        folder = TemporaryFolder(Path(self.get_temp_dir()))
        return folder.mkdir(name)

    def create_tempfile(
        self,
        file_path: str | None = None,
        content: Any = None,
        mode: str = "w",
        encoding: str = "utf8",
        errors: str = "strict",
        cleanup: Any = None,
    ) -> TemporaryFile:
        """A new file in the test's own folder, with the content if there is one."""
        return TemporaryFolder(Path(self.get_temp_dir())).create_file(file_path, content)

    def enter_context(self, manager: AbstractContextManager[_T]) -> _T:
        """Enters a context that ends with the test."""
        stack = ExitStack()
        self.addCleanup(stack.close)
        return stack.enter_context(manager)

    def record_property(self, property_name: str, property_value: Any) -> None:
        """Keeps something to be known of this test."""
        self._properties[property_name] = property_value

    def get_recorded_properties(self, subtest: Any = None) -> dict[str, Any]:
        """What `record_property` kept."""
        return dict(self._properties)

    def assertJsonEqual(self, first: str, second: str, msg: Any = None) -> None:
        """Fails unless two texts mean the same JSON. Raises ValueError for what is none."""
        try:
            values = [json.loads(text) for text in (first, second)]
        except ValueError as error:
            raise ValueError(f"assertJsonEqual: expected JSON: {error}") from error
        self.assertEqual(values[0], values[1], msg)
