"""Each tutorial prints what it prints on TensorFlow."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .. import runner
from ..subject import IS_TENSORFLOW, backend_name
from .compare import agree, differences
from .programs import programs

Worker = subprocess.Popen[str]


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """One process for all of them: what costs time is to import and to warm up."""
    env = runner.environment(backend_name(), os.environ)
    words = [] if IS_TENSORFLOW else ["tfcompat"]
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance_tests.tutorials.worker", *words],
        env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    yield process
    process.communicate(timeout=60)


def execute(process: Worker, path: Path) -> dict[str, Any]:
    if process.stdin is None or process.stdout is None:
        raise RuntimeError("the process of the tutorials has no pipes")
    process.stdin.write(f"{path}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise RuntimeError(f"the process of the tutorials ended with status {process.wait()}")
    done: dict[str, Any] = json.loads(answer)
    return done


@pytest.mark.parametrize("path", programs(), ids=lambda path: path.stem)
def test_it_prints_what_it_prints_on_tensorflow(worker: Worker, path: Path) -> None:
    done = execute(worker, path)
    assert done["problem"] is None, done["problem"]
    found = differences(path.with_suffix(".txt").read_text(), done["printed"])
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("wanted", "came", "same"),
    [
        ("loss: 0.1234", "loss: 0.1235", True),
        ("loss: 0.1234", "loss: 0.2234", False),
        ("loss: 0.1234", "cost: 0.1234", False),
        ("steps: 10", "steps: 11", False),
        ("[1.  2.5]", "[1.0 2.5]", True),
        ("[1. 2.]", "[1. 2. 3.]", False),
    ],
)
def test_the_comparison(wanted: str, came: str, same: bool) -> None:
    assert agree(wanted, came) is same
