"""The suite as a whole: it fails when a kernel is wrong, and keeps known failures strictly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .. import runner
from ..subject import IS_TENSORFLOW, backend_name

# A suite that runs a suite that runs a suite would never end.
pytestmark = pytest.mark.skipif(
    "CONFORMANCE_NESTED" in os.environ, reason="runs the suite, and is run by it here"
)

#: A test that needs the square, and nothing that is slow.
SOME = "printing_of_a_square"


def nested_environment() -> dict[str, str]:
    return runner.environment(backend_name(), os.environ) | {"CONFORMANCE_NESTED": "1"}


def run_suite(tmp_path: Path, *options: str, **variables: str) -> dict[str, Any]:
    results = tmp_path / "results.json"
    env = nested_environment() | variables
    done = subprocess.run(
        [*runner.command(results, ["meta/test_sample.py"], options), "-p", "no:cacheprovider"],
        env=env, cwd=runner.HERE.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    content = json.loads(results.read_text()) if results.exists() else {"tests": []}
    return {**content, "returncode": done.returncode, "said": done.stdout + done.stderr}


def outcomes(content: dict[str, Any]) -> list[str]:
    return [test["outcome"] for test in content["tests"]]


def square_function() -> str:
    return "tensorflow:square" if IS_TENSORFLOW else f"tfcompat_{backend_name()}.math:square"


own_backends = pytest.mark.skipif(
    not IS_TENSORFLOW and backend_name() not in ("torch", "jax"),
    reason="only the kernels of the own backends are known here",
)


@own_backends
def test_a_wrong_kernel_fails_the_suite(tmp_path: Path) -> None:
    right = run_suite(tmp_path, "-k", SOME)
    assert outcomes(right) == ["passed"] and right["returncode"] == 0, right["said"]
    plugin = ("-p", "conformance_tests.meta.breaking")
    wrong = run_suite(tmp_path, "-k", SOME, *plugin, CONFORMANCE_BREAK=square_function())
    assert outcomes(wrong) == ["failed"] and wrong["returncode"] == 1, wrong["said"]


def known_failures(tmp_path: Path, pattern: str) -> dict[str, str]:
    file = tmp_path / "known.toml"
    file.write_text(f'["{pattern}"]\nreason = "for the sake of a test"\n')
    return {"CONFORMANCE_KNOWN_FAILURES": str(file)}


def test_a_listed_test_that_passes_fails_the_run(tmp_path: Path) -> None:
    listed = known_failures(tmp_path, f"meta/test_sample.py::test_{SOME}")
    content = run_suite(tmp_path, "-k", SOME, **listed)
    assert outcomes(content) == ["failed"] and content["returncode"] == 1
    assert "for the sake of a test" in content["said"]


@pytest.mark.parametrize(
    ("test", "outcome"), [("wrong_value", "known"), ("missing_op", "unsupported")]
)
def test_a_listed_test_that_fails_is_counted_apart(tmp_path: Path, test: str, outcome: str) -> None:
    listed = known_failures(tmp_path, f"meta/test_sample.py::test_{test}")
    content = run_suite(tmp_path, "-k", test, CONFORMANCE_SAMPLES="1", **listed)
    assert outcomes(content) == [outcome] and content["returncode"] == 0, content["said"]
    assert "for the sake of a test" in content["tests"][0]["message"]


def test_a_partial_run_does_not_judge_the_list(tmp_path: Path) -> None:
    content = run_suite(tmp_path, "-k", SOME, **known_failures(tmp_path, "no/such/test"))
    assert content["returncode"] == 0, content["said"]


def test_the_whole_suite_refuses_an_entry_for_nothing(tmp_path: Path) -> None:
    file = known_failures(tmp_path, "no/such/test")
    env = nested_environment() | file
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(runner.HERE)],
        env=env, cwd=runner.HERE.parent, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 4, done.stdout + done.stderr
    assert "no/such/test" in done.stdout + done.stderr
