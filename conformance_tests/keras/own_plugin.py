"""The pytest plugin of `own_tests`: Keras' test files on tfcompat, an outcome a line."""

from __future__ import annotations

import builtins
import functools
import importlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

MARKS = ("multi_device", "requires_tpu", "requires_trainable_backend")


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)
    # A few files import the module that stands beside Keras' sources, and is not installed.
    sys.modules["conftest"] = SimpleNamespace(skip_if_backend=_skip_if)  # type: ignore[assignment]
    if os.environ.get("CONFORMANCE_SUBJECT") != "tensorflow":
        # Before a test file imports Keras: from then on Keras is on tfcompat, and its tests too.
        importlib.import_module("tfcompat.keras")
    if os.environ.get("TFCOMPAT_BACKEND") == "jax":
        builtins.__import__ = _importing(builtins.__import__)


def _importing(ordinary: Callable[..., Any]) -> Callable[..., Any]:
    """An import that gives Keras' tests, which ask `jax.numpy` for the dtypes that are right, the
    `jax.numpy` of 32 bits: they count on its defaults, and tfcompat has switched on 64 bits."""

    def import_(name: str, globals: Any = None, *more: Any, **named: Any) -> Any:
        found = ordinary(name, globals, *more, **named)
        if name == "jax.numpy" and globals and globals["__name__"].startswith("keras."):
            if globals["__name__"].endswith("_test"):
                return SimpleNamespace(numpy=_Bits32(sys.modules[name]))
        return found

    return import_


class _Bits32:
    """A module whose functions compute as where 64 bits are off."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module

    def __getattr__(self, name: str) -> Any:
        from jax import enable_x64

        found = getattr(self._module, name)
        if isinstance(found, type) or not callable(found):
            return found

        @functools.wraps(found)
        def call(*args: Any, **kwargs: Any) -> Any:
            with enable_x64(False):
                return found(*args, **kwargs)

        return call


def _skip_if(backend: str, reason: str) -> Any:
    return pytest.mark.skipif(backend == "tensorflow", reason=reason)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or report.outcome != "passed":
        _write(report.nodeid, report.outcome, "" if report.passed else report.longreprtext)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        _write(report.nodeid, "failed", report.longreprtext)


def _write(name: str, outcome: str, text: str) -> None:
    last = text.strip().splitlines()[-1][:300] if text.strip() else ""
    errors = [line[4:] for line in text.splitlines() if line.startswith("E   ")]
    path = Path(os.environ["KERAS_TESTS_RESULTS"])
    with path.open("a", encoding="utf-8") as file:
        line = {"test": name, "outcome": outcome, "why": (errors[:1] or [last])[0][:300]}
        file.write(json.dumps(line) + "\n")
