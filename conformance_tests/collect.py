"""pytest plugin: writes what happened to each test as JSON, for the runner.

pytest -p conformance_tests.collect --conformance-results FILE ...
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

PASSED, FAILED, UNSUPPORTED = "passed", "failed", "unsupported"
KNOWN, REFUSED, SKIPPED = "known", "refused", "skipped"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--conformance-results", metavar="FILE", help="write results as JSON")


def pytest_configure(config: pytest.Config) -> None:
    path = config.getoption("--conformance-results")
    if path:
        config.pluginmanager.register(Collector(Path(path)), "conformance-collector")


def section_of(node_id: str) -> str:
    """The folder right below conformance_tests: ``tape`` for ``.../tape/test_x.py::test_y``."""
    folders = node_id.partition("::")[0].split("/")
    if "conformance_tests" in folders:
        folders = folders[folders.index("conformance_tests") + 1 :]
    return folders[0]


class Collector:
    """Keeps one record per test; a test that fails in set-up or clean-up has failed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.tests: dict[str, dict[str, Any]] = {}
        self.broken: list[dict[str, str]] = []
        self.about: dict[str, str] = {}

    def pytest_sessionstart(self) -> None:
        from .subject import describe

        self.about = describe()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed:
            self.broken.append({"id": report.nodeid, "message": str(report.longrepr)})

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
        report = yield
        outcome = classify(item, call, report)
        record = self.tests.setdefault(
            report.nodeid,
            {
                "id": report.nodeid,
                "section": section_of(report.nodeid),
                "outcome": PASSED,
                "seconds": 0.0,
                "message": "",
            },
        )
        record["seconds"] += report.duration
        if outcome != PASSED:
            record["outcome"] = outcome
            record["message"] = _message(report)
        return report

    def pytest_sessionfinish(self, exitstatus: int) -> None:
        write_json(
            self.path,
            {
                "about": self.about,
                "exit": int(exitstatus),
                "broken": self.broken,
                "tests": list(self.tests.values()),
            },
        )


def classify(item: pytest.Item, call: pytest.CallInfo[None], report: pytest.TestReport) -> str:
    """Which column of the matrix one phase of one test belongs to."""
    if report.failed:
        return FAILED
    if not report.skipped:
        return PASSED
    if not hasattr(report, "wasxfail"):
        return SKIPPED
    if item.get_closest_marker("tensorflow_refuses") and "today's TensorFlow" in report.wasxfail:
        return REFUSED
    if hasattr(report, "missing_kernel"):
        return UNSUPPORTED
    if call.excinfo is not None and call.excinfo.errisinstance(NotImplementedError):
        return UNSUPPORTED
    return KNOWN


def _message(report: pytest.TestReport) -> str:
    if hasattr(report, "wasxfail"):
        return str(report.wasxfail)
    if isinstance(report.longrepr, tuple):
        return str(report.longrepr[2])
    return str(report.longrepr)


def write_json(path: Path, content: Any) -> None:
    """Writes a JSON file whole or not at all."""
    write_text(path, json.dumps(content, indent=1) + "\n")


def write_text(path: Path, text: str) -> None:
    """Writes a text file under a temporary name, then renames it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
