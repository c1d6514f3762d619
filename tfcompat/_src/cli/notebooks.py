"""Notebooks: the format of their files, and running the code cells of one in their order."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
import os
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, TextIO

from tfcompat._src.cli import run as program

_SELF = "tfcompat run"


class NotANotebookError(ValueError):
    """The file cannot be read as a notebook."""


@dataclass
class Cell:
    """A code cell: its place among the code cells, from 1, and the text in it."""

    number: int
    source: str
    may_fail: bool
    content: dict[str, Any]


@dataclass
class Recorder:
    """What a cell has given out, as a notebook's file holds it."""

    outputs: list[dict[str, Any]] = field(default_factory=list)
    paused: bool = False

    def stream(self, name: str, text: str) -> None:
        """Adds text printed to stdout or stderr."""
        if self.paused or not text:
            return
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last["name"] == name:
            last["text"] += text
        else:
            self.outputs.append({"output_type": "stream", "name": name, "text": text})

    def shown(
        self, data: dict[str, Any], metadata: dict[str, Any], count: int | None = None
    ) -> None:
        """Adds something displayed; with a count, the value of the cell."""
        output: dict[str, Any] = {"output_type": "display_data", "data": data, "metadata": metadata}
        if count is not None:
            output |= {"output_type": "execute_result", "execution_count": count}
        self.outputs.append(output)

    def failed(self, problem: BaseException, lines: list[str]) -> None:
        """Adds what a cell raised."""
        self.outputs.append(
            {
                "output_type": "error",
                "ename": type(problem).__name__,
                "evalue": str(problem),
                "traceback": lines,
            }
        )


class Tee:
    """A stream that writes on, and lets the recorder have it too."""

    def __init__(self, stream: TextIO, name: str, recorder: Recorder) -> None:
        self._stream = stream
        self._name = name
        self._recorder = recorder

    def write(self, text: str) -> int:
        """Writes the text to both."""
        self._recorder.stream(self._name, text)
        return self._stream.write(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


@dataclass
class Failure:
    """What a cell raised, and the line of the cell it came from or through."""

    problem: BaseException
    line: int | None


class Runner(Protocol):
    """Executes the text of cells in one namespace."""

    def run(self, cell: Cell, recorder: Recorder) -> Failure | None:
        """Executes one cell, and shows what it gives and raises."""


# --------------------------------------------------------------------------------------- the format
def read(path: str | os.PathLike[str]) -> dict[str, Any]:
    """The content of a notebook's file, in the form of format 4.

    Raises NotANotebookError for a file that is none.
    """
    try:
        content = json.loads(Path(path).read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise NotANotebookError(f"{os.fspath(path)!r} is not a notebook: {error}") from error
    if isinstance(content, dict) and isinstance(content.get("worksheets"), list):
        content = _from_format_3(content)
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        raise NotANotebookError(f"{os.fspath(path)!r} is not a notebook: it has no cells")
    return content


def _from_format_3(content: dict[str, Any]) -> dict[str, Any]:
    cells = []
    for sheet in content["worksheets"]:
        for old in sheet.get("cells", []):
            kind = old.get("cell_type")
            cell = {"cell_type": kind, "metadata": old.get("metadata", {})}
            cell["source"] = old.get("input" if kind == "code" else "source", "")
            if kind == "code":
                cell |= {"execution_count": None, "outputs": []}
            elif kind == "heading":
                cell["cell_type"] = "markdown"
                cell["source"] = "#" * int(old.get("level", 1)) + " " + _text(cell["source"])
            cells.append(cell)
    return {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}


def code_cells(notebook: dict[str, Any]) -> list[Cell]:
    """The code cells in their order."""
    found: list[Cell] = []
    for content in notebook["cells"]:
        if isinstance(content, dict) and content.get("cell_type") == "code":
            tags = (content.get("metadata") or {}).get("tags") or ()
            source = _text(content.get("source", ""))
            found.append(Cell(len(found) + 1, source, "raises-exception" in tags, content))
    return found


def _text(source: str | list[str]) -> str:
    return source if isinstance(source, str) else "".join(source)


def _write(path: Path, notebook: dict[str, Any]) -> None:
    """Writes the whole file, or leaves what was there."""
    notebook["nbformat"] = 4
    notebook.setdefault("nbformat_minor", 4)
    metadata = notebook.setdefault("metadata", {})
    metadata.setdefault("language_info", {"name": "python"})
    for cell in notebook["cells"]:
        cell.setdefault("metadata", {})
        if cell.get("cell_type") == "code":
            cell.setdefault("outputs", [])
            cell.setdefault("execution_count", None)
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
        unfinished.write_text(text, encoding="utf-8")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------ running
def run(path: str, arguments: list[str], output: str | None) -> int:
    """Executes a notebook's code cells in the folder that it is in; the exit status."""
    try:
        notebook = copy.deepcopy(read(path))
    except NotANotebookError as problem:
        print(f"{_SELF}: {problem}", file=sys.stderr)
        return 2
    target = Path(output).absolute() if output else None
    if target is not None and not target.parent.is_dir():
        print(f"{_SELF}: --output: there is no folder {str(target.parent)!r}", file=sys.stderr)
        return 2
    name = os.path.basename(path)
    folder = os.path.dirname(os.path.abspath(path))
    sys.argv = [path, *arguments]
    program.set_first_folder(folder)
    os.chdir(folder)
    main = ModuleType("__main__")
    vars(main)["__builtins__"] = sys.modules["builtins"]
    sys.modules["__main__"] = main
    runner = _runner(name, main)
    try:
        return _run_cells(name, runner, code_cells(notebook))
    finally:
        if target is not None:
            _write(target, notebook)


def _runner(name: str, main: ModuleType) -> Runner:
    module = "shell" if importlib.util.find_spec("IPython") is not None else "cells"
    return importlib.import_module(f"tfcompat._src.cli.{module}").Runner(name, main)


def _run_cells(name: str, runner: Runner, cells: list[Cell]) -> int:
    for cell in cells:
        cell.content["outputs"] = []
        cell.content["execution_count"] = None
    for cell in cells:
        if not cell.source.strip():
            continue
        recorder = Recorder(cell.content["outputs"])
        cell.content["execution_count"] = cell.number
        streams = sys.stdout, sys.stderr
        sys.stdout = Tee(streams[0], "stdout", recorder)
        sys.stderr = Tee(streams[1], "stderr", recorder)
        try:
            failure = runner.run(cell, recorder)
        finally:
            sys.stdout, sys.stderr = streams
        if failure is None:
            continue
        if isinstance(failure.problem, SystemExit):
            raise failure.problem
        if not cell.may_fail:
            return _told(name, cell, failure)
    return 0


def _told(name: str, cell: Cell, failure: Failure) -> int:
    problem = failure.problem
    line = "" if failure.line is None else f", line {failure.line}"
    sys.stdout.flush()
    text = f"{type(problem).__name__}: {problem}".splitlines()[0]
    print(f"{_SELF}: {name}: cell {cell.number}{line}: {text}", file=sys.stderr)
    return 130 if isinstance(problem, KeyboardInterrupt) else 1
