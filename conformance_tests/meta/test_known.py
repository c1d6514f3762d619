"""Known failures: the file format, the matching, and what happens to a list that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from .. import known

PATTERNS = [
    ("tape/test_a.py::test_x", "tape/test_a.py::test_x", True),
    ("tape/test_a.py::test_x", "tape/test_a.py::test_xy", False),
    ("tape/*", "tape/test_a.py::test_x[1]", True),
    ("tape/test_a.py::test_x[*]", "tape/test_a.py::test_x[a-b]", True),
    ("tape/test_a.py::test_x[a]", "tape/test_a.py::test_xa", False),
    ("*::test_x", "ops/test_b.py::test_x", True),
    ("*[float16]", "ops/test_b.py::test_x[float16]", True),
    ("ops/test_b.py::test_?", "ops/test_b.py::test_x", False),
]


@pytest.mark.parametrize(("pattern", "test_id", "expected"), PATTERNS)
def test_only_the_star_is_special(pattern: str, test_id: str, expected: bool) -> None:
    assert known.Entry(pattern, "why").matches(test_id) is expected


def test_unmatched_entries_are_found() -> None:
    used, lost = known.Entry("tape/*", "a"), known.Entry("tapes/*", "b")
    assert known.unmatched([used, lost], ["tape/test_a.py::test_x"]) == [lost]


def test_file_is_read_with_its_reasons(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('["tape/test_a.py::test_x[*]"]\nreason = "no such kernel"\n')
    assert known.load(file) == [known.Entry("tape/test_a.py::test_x[*]", "no such kernel")]


@pytest.mark.parametrize(
    "text",
    ['["a"]\n', '["a"]\nreason = ""\n', '["a"]\nreason = "b"\nstrict = false\n', 'a = "b"\n', "["],
)
def test_anything_else_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(text)
    with pytest.raises(known.KnownFailuresError, match=r"mine\.toml"):
        known.load(file)


def test_a_backend_can_bring_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('["a"]\nreason = "b"\n')
    monkeypatch.setenv("CONFORMANCE_KNOWN_FAILURES", str(file))
    assert known.for_backend("whatever") == [known.Entry("a", "b")]


@pytest.mark.tfcompat_only
def test_a_missing_kernel_is_known_by_its_name() -> None:
    from tfcompat._src import dispatch

    with pytest.raises(AssertionError) as wrapped:
        try:
            print(dispatch.family("math").no_such)
        except NotImplementedError as error:
            assert known.missing_kernel(error) == "no_such"
            raise AssertionError("expected ValueError") from error
    assert known.missing_kernel(wrapped.value) == "no_such"
    assert known.missing_kernel(NotImplementedError("anything else")) is None


@pytest.mark.parametrize("file", sorted(known.FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_the_shipped_files_are_well_formed(file: Path) -> None:
    known.load(file)
