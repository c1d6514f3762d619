"""Marks, header, isolation and known failures. Everything else is in the tests."""

from __future__ import annotations

import gc
import itertools
import random
import sys
from collections.abc import Generator, Iterator
from pathlib import Path

import numpy as np
import pytest

from . import known
from .subject import IS_TENSORFLOW, backend_name, describe, tf

HERE = Path(__file__).parent
# The entries about kernels, and those of them that a test has met.
KERNELS = pytest.StashKey[list[known.Entry]]()
MET = pytest.StashKey[set[known.Entry]]()

MARKS = (
    "tfcompat_only: needs what only tfcompat has; not run on TensorFlow.",
    "tensorflow_refuses(instead): what today's TensorFlow refuses, and what it does instead; "
    "expected to fail there.",
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--part", default="1/1", metavar="I/N", help="only the I-th of N parts")


def pytest_configure(config: pytest.Config) -> None:
    for mark in MARKS:
        config.addinivalue_line("markers", mark)


def pytest_report_header(config: pytest.Config) -> list[str]:
    about = describe()
    first = " ".join(f"{key}={about[key]}" for key in about if key != "file")
    return [f"conformance: {first}", f"conformance: file={about['file']}"]


#: Mappings of memory after which JAX forgets its programs, of which each holds some: on Linux a
#: process may have 65,530.
MOST_MAPPINGS = 20_000
_finished = itertools.count()


def pytest_runtest_logfinish() -> None:
    jax = sys.modules.get("jax")
    if jax is not None and not next(_finished) % 10 and _mappings() > MOST_MAPPINGS:
        jax.clear_caches()


def _mappings() -> int:
    try:
        return Path("/proc/self/maps").read_bytes().count(b"\n")
    except OSError:
        return 0  # other systems than Linux


def relative_id(item: pytest.Item) -> str:
    """``section/test_file.py::test_name[case]``: the same wherever the suite lies."""
    path = item.path.relative_to(HERE).as_posix()
    return path + "::" + item.nodeid.partition("::")[2]


def _runs_everything(config: pytest.Config) -> bool:
    """Only the whole suite can tell that a known-failures entry matches nothing."""
    if (
        config.option.part != "1/1"
        or config.option.keyword
        or config.option.markexpr
        or config.option.collectonly
    ):
        return False
    if config.option.ignore or config.option.ignore_glob or config.option.deselect:
        return False
    return any(HERE.is_relative_to(Path(arg).resolve()) for arg in config.args)


def pytest_collection_finish() -> None:
    # The tests themselves are many and stay: the collector need not look at them again each time.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part, parts = (int(number) for number in config.option.part.split("/"))
    if parts > 1:
        first, last = len(items) * (part - 1) // parts, len(items) * part // parts
        config.hook.pytest_deselected(items=items[:first] + items[last:])
        items[:] = items[first:last]
    ours = [item for item in items if item.path.is_relative_to(HERE)]
    listed = known.for_backend(backend_name())
    entries = [entry for entry in listed if not entry.pattern.startswith("kernel ")]
    config.stash[KERNELS] = [entry for entry in listed if entry not in entries]
    config.stash[MET] = set()
    for item in ours:
        if IS_TENSORFLOW:
            _mark_for_tensorflow(item)
        test_id = relative_id(item)
        for entry in entries:
            if entry.matches(test_id):
                item.add_marker(pytest.mark.xfail(reason=entry.reason, strict=True))
    if _runs_everything(config):
        lost = known.unmatched(entries, map(relative_id, ours))
        if lost:
            raise pytest.UsageError(
                f"known failures of {backend_name()} that match no test: "
                + ", ".join(entry.pattern for entry in lost)
            )


def _mark_for_tensorflow(item: pytest.Item) -> None:
    if item.get_closest_marker("tfcompat_only"):
        item.add_marker(pytest.mark.skip(reason="needs what only tfcompat has"))
    refusal = item.get_closest_marker("tensorflow_refuses")
    if refusal:
        reason = f"today's TensorFlow: {refusal.args[0]}"
        item.add_marker(pytest.mark.xfail(reason=reason, strict=True))


# Innermost, so that whoever reads the report finds it as it is meant.
@pytest.hookimpl(wrapper=True, trylast=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    kernel = known.missing_kernel(call.excinfo.value) if report.failed and call.excinfo else None
    for entry in item.config.stash.get(KERNELS, []) if kernel else ():
        if entry.matches(f"kernel {kernel}"):
            item.config.stash[MET].add(entry)
            report.outcome = "skipped"
            report.wasxfail = f"{kernel}: {entry.reason}"  # type: ignore[attr-defined]
            report.missing_kernel = kernel  # type: ignore[attr-defined]
    return report


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    config = session.config
    unmet = [e for e in config.stash.get(KERNELS, []) if e not in config.stash[MET]]
    if unmet and exitstatus == 0 and _runs_everything(config):
        print(f"\nkernels of {backend_name()} listed as missing that no test has missed:")
        print(", ".join(entry.pattern for entry in unmet))
        session.exitstatus = 1


@pytest.fixture(autouse=True)
def fresh_seeds() -> Iterator[None]:
    """Each test starts from the same random state, whatever ran before."""
    random.seed(0)
    np.random.seed(0)
    tf.random.set_seed(0)
    yield
