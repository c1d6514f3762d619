"""The runner: command lines, results, matrix, report."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from .. import collect, report, runner
from ..documents.cells import told


def record(test_id: str, outcome: str, message: str = "") -> dict[str, Any]:
    section = collect.section_of(test_id)
    return {"id": test_id, "section": section, "outcome": outcome, "seconds": 0.25,
            "message": message}  # fmt: skip


@pytest.fixture
def runs() -> list[report.Run]:
    one = [record("tape/test_a.py::x", "passed"), record("tape/test_a.py::y", "failed", "<b>&")]
    two = [record("tape/test_a.py::x", "unsupported"), record("ops/test_b.py::z", "passed")]
    return [
        report.Run("one", {"device": "<cpu>"}, one, seconds=2.0),
        report.Run("two", {}, two, seconds=3.0),
    ]


def test_sections_of_ids() -> None:
    assert collect.section_of("conformance_tests/tape/test_a.py::test_b[x/y]") == "tape"
    assert collect.section_of("tape/test_a.py::test_b") == "tape"


def test_environment_of_a_backend_is_its_own() -> None:
    base = {"TFCOMPAT_BACKEND": "torch", "PYTHONPATH": "elsewhere", "KEPT": "1"}
    env = runner.environment("jax", base)
    assert env["TFCOMPAT_BACKEND"] == "jax" and env["CONFORMANCE_SUBJECT"] == "tfcompat"
    assert env["KEPT"] == "1" and env["PYTHONPATH"].endswith("elsewhere")
    assert runner.environment("tensorflow", base)["CONFORMANCE_SUBJECT"] == "tensorflow"


def test_command_line() -> None:
    options, rest = runner.parse(["--backend", "jax", "tape", "ops", "-k", "gather", "-x"])
    assert options.backend == ["jax"] and options.sections == ["tape", "ops"]
    assert rest == ["-x", "-k", "gather"]
    assert runner.parse(["tape", "--", "-p", "no:cacheprovider"])[1] == ["-p", "no:cacheprovider"]
    assert runner.parse([])[0].backend is None


def test_unknown_section_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        runner.parse(["tapes"])
    told = capsys.readouterr().err
    assert "tapes" in told and "tape" in told and "goldens" in told


def test_matrix_counts(runs: list[report.Run]) -> None:
    lines = report.matrix(runs).splitlines()
    assert lines[0].split() == ["passed", "/", "failed", "/", "unsupported", "one", "two"]
    assert lines[2].startswith("ops ") and "-" in lines[2] and "1 / 0 / 0" in lines[2]
    assert lines[3].startswith("tape ") and "1 / 1 / 0" in lines[3] and "0 / 0 / 1" in lines[3]
    assert report.closing_line(runs) == "2 passed, 1 failed"
    assert not runs[0].good and runs[1].good


def test_report_is_whole_and_escaped(runs: list[report.Run], tmp_path: Path) -> None:
    as_json, as_html = report.write(tmp_path / "new" / "folder", runs)
    content = json.loads(as_json.read_text())
    assert [run["backend"] for run in content["runs"]] == ["one", "two"]
    assert content["runs"][0]["sections"]["tape"]["failed"] == 1
    page = as_html.read_text()
    assert "&lt;b&gt;&amp;" in page and "&lt;cpu&gt;" in page and "<b>" not in page
    assert "http://" not in page and "https://" not in page and "<script" not in page
    assert sorted(path.name for path in as_html.parent.iterdir()) == [as_html.name, as_json.name]


def test_a_process_that_dies_is_a_failure(tmp_path: Path) -> None:
    run = runner.read_results("one", tmp_path / "missing.json", -11, 1.0)
    assert not run.good and "-11" in run.trouble[0]
    assert report.closing_line([run]) == "0 passed, 1 failed"


@pytest.mark.parametrize(("code", "broken", "good"), [(0, [], True), (4, [], False), (1, [], False),
    (2, [{"id": "tape/test_a.py", "message": "ImportError"}], False)])  # fmt: skip
def test_exit_codes(tmp_path: Path, code: int, broken: list[Any], good: bool) -> None:
    path = tmp_path / "results.json"
    tests = [record("tape/test_a.py::x", "passed")]
    collect.write_json(path, {"about": {}, "exit": code, "broken": broken, "tests": tests})
    assert runner.read_results("one", path, code, 1.0).good is good


def test_what_counts_on_stderr() -> None:
    lines = [
        "WARNING: All log messages before absl::InitializeLog() is called are written to STDERR",
        "WARNING:tensorflow:The dtype of the target tensor must be floating",
        "Traceback (most recent call last):",
        '  File "x.py", line 1, in <module>',
        "tensorflow.python.framework.errors_impl.InvalidArgumentError: {{function_node x}} wrong",
        "ValueError: Argument(s) not recognized: {'lr': 0.1}",
        "/somewhere/keras.py:3: UserWarning: old",
    ]
    assert told("\n".join(lines)) == [lines[1], lines[4], lines[5]]
