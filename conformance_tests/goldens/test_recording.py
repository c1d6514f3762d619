"""The recorded files belong to the table: nothing missing, nothing left over."""

from __future__ import annotations

import pytest

from . import numpy_modes, record, refusals, store, table
from .cases import Answer


@pytest.mark.parametrize("family", table.FAMILIES)
def test_nothing_is_left_over(family: str) -> None:
    answers, about = store.load(family)
    names = [case.name for case in table.FAMILIES[family]]
    assert len(names) == len(set(names)) and set(answers) <= set(names)
    assert about["tensorflow"]
    assert not any(answer.refusal in record.NO_KERNEL for answer in answers.values())


def test_refusals_are_complete() -> None:
    listed = [call for table in refusals.TABLES for call in refusals.calls(table)]
    recorded = refusals.recorded()
    assert list(recorded) == listed and all(recorded.values())


def test_files_are_small() -> None:
    files = list(store.FOLDER.iterdir())
    modes = map(numpy_modes.family, numpy_modes.MODES)
    assert {file.stem for file in files} == {*table.FAMILIES, *refusals.TABLES, *modes}
    assert sum(file.stat().st_size for file in files) < 5_000_000


def test_a_file_comes_back_as_it_was(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.setattr(store, "FOLDER", tmp_path)
    case = table.FAMILIES[next(iter(table.FAMILIES))][0]
    [array] = case.arrays()[:1]
    given = Answer({"0": array}, {"0": array.dtype.name, "first by 0": "None"})
    path = store.save("sample", {"a": given, "b": Answer(refusal="ValueError")}, {"x": "y"})
    before = path.read_bytes()
    answers, about = store.load("sample")
    assert about == {"x": "y"} and answers["b"].refusal == "ValueError"
    assert answers["a"].dtypes == given.dtypes
    assert (answers["a"].outputs["0"] == array).all()
    assert store.save("sample", answers, about).read_bytes() == before
