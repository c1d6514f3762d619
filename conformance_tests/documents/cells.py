"""Programs cut into cells, as notebooks are, with what they print written below each.

A cell starts with ``# %% its name``. Comments at its end are expectations: ``# > `` a line of
stdout, ``# ! `` a line of stderr (warnings, the last line of an error), ``# tf> `` and
``# tf! `` what today's TensorFlow does instead; a backslash ends a line that ends in
spaces. All cells of a file run in one process, in order.

    python -m conformance_tests.documents.cells FILE    runs them and prints JSON
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..subject import SUBJECT

PROGRAMS = Path(__file__).parent / "programs"

_TOLD = re.compile(r"(WARNING|ERROR):\w+:|[\w.]*(Error|Exception)\b.*: ")


@dataclass
class Cell:
    """One program of a document and what it prints."""

    document: str
    name: str
    line: int
    source: str = ""
    stdout: list[str] = field(default_factory=list)
    stderr: list[str] = field(default_factory=list)
    tensorflow_stdout: list[str] = field(default_factory=list)
    tensorflow_stderr: list[str] = field(default_factory=list)

    @property
    def refused(self) -> bool:
        """Whether today's TensorFlow does something else than the document shows."""
        return bool(self.tensorflow_stdout or self.tensorflow_stderr)


_EXPECTATIONS = {
    "# > ": "stdout", "# ! ": "stderr",
    "# tf> ": "tensorflow_stdout", "# tf! ": "tensorflow_stderr",
}  # fmt: skip


def read(path: Path) -> list[Cell]:
    """The cells of one document."""
    cells: list[Cell] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1):
        if line.startswith("# %% "):
            cells.append(Cell(path.stem, line[5:], number))
        if not cells:
            continue
        for start, kind in _EXPECTATIONS.items():
            if line.startswith(start):
                getattr(cells[-1], kind).append(line[len(start) :].removesuffix("\\"))
        cells[-1].source += line + "\n"
    return cells


def documents() -> list[Path]:
    return sorted(PROGRAMS.glob("document_*.py"))


def outputs(path: Path) -> dict[str, dict[str, Any]]:
    """Runs one document in a fresh process: cell name -> stdout lines, stderr lines."""
    done = subprocess.run(
        [sys.executable, "-m", __name__, str(path)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{path.name} ended with {done.returncode}\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def told(stderr: str) -> list[str]:
    """The lines of stderr that count: not TensorFlow's start-up talk, not a traceback's frames."""
    return [line for line in stderr.splitlines() if _TOLD.match(line)]


def run(path: Path) -> dict[str, dict[str, list[str]]]:
    """Runs the cells here; stderr is caught at the file descriptor, where handlers write."""
    scope: dict[str, Any] = {"__name__": path.stem}
    result = {}
    for cell in read(path):
        stdout = io.StringIO()
        with _captured_stderr() as stderr, contextlib.redirect_stdout(stdout):
            try:
                padding = "\n" * (cell.line - 1)
                source = padding + cell.source.replace("import tfcompat as", f"import {SUBJECT} as")
                exec(compile(source, str(path), "exec"), scope)
            except Exception:
                traceback.print_exc()
        lines = stdout.getvalue().split("\n")[:-1]
        result[cell.name] = {"stdout": lines, "stderr": told(stderr.getvalue())}
    return result


@contextlib.contextmanager
def _captured_stderr() -> Any:
    caught = io.StringIO()
    kept = os.dup(2)
    with tempfile.TemporaryFile() as file:
        sys.stderr.flush()
        os.dup2(file.fileno(), 2)
        try:
            yield caught
        finally:
            sys.stderr.flush()
            os.dup2(kept, 2)
            os.close(kept)
            file.seek(0)
            caught.write(file.read().decode(errors="replace"))


if __name__ == "__main__":
    print(json.dumps(run(Path(sys.argv[1]))))
