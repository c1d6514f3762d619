"""Every program of the five documents, letter by letter."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest

from ..subject import IS_TENSORFLOW
from . import cells

CELLS = [cell for path in cells.documents() for cell in cells.read(path)]

# Run once for all its cells, whichever of them is asked for first.
outputs_of = functools.cache(cells.outputs)


def outcome(cell: cells.Cell) -> dict[str, list[str]]:
    return outputs_of(Path(cells.PROGRAMS / f"{cell.document}.py"))[cell.name]


def parameter(cell: cells.Cell) -> object:
    does = " / ".join(cell.tensorflow_stdout + cell.tensorflow_stderr)
    marks = [pytest.mark.tensorflow_refuses(does)] if cell.refused else []
    return pytest.param(cell, id=f"{cell.document[-3:]}: {cell.name}", marks=marks)


@pytest.mark.parametrize("cell", list(map(parameter, CELLS)))
def test_prints_what_the_document_shows(cell: cells.Cell) -> None:
    assert outcome(cell) == {"stdout": cell.stdout, "stderr": cell.stderr}


@pytest.mark.skipif(not IS_TENSORFLOW, reason="what TensorFlow does in place of the document")
@pytest.mark.parametrize("cell", [c for c in CELLS if c.refused], ids=lambda cell: cell.name)
def test_what_todays_tensorflow_does(cell: cells.Cell) -> None:
    shown = {"stdout": cell.tensorflow_stdout, "stderr": cell.tensorflow_stderr}
    assert outcome(cell) == shown
