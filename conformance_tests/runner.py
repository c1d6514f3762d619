"""``python -m conformance_tests``: each backend in a process of its own, then the matrix."""

from __future__ import annotations

import argparse
import functools
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from . import report
from .known import GROUP

HERE = Path(__file__).parent
FRAMEWORKS = ("torch", "jax")
GOLDENS = "goldens"
PARTS = 5
#: Sections that take long enough for a process of their own.
LONG = ("keras", "tutorials", "data")
NOTHING = "no test matches"


def installed_backends() -> list[str]:
    """Every backend of tfcompat that can run here, those with an entry point of their own last."""
    own = [name for name in FRAMEWORKS if importlib.util.find_spec(name) is not None]
    others = {point.name for point in entry_points(group=GROUP)} - set(FRAMEWORKS)
    return own + sorted(others)


def known_sections() -> list[str]:
    """The folders with tests."""
    return sorted(path.parent.name for path in HERE.glob("*/__init__.py"))


def environment(backend: str, base: Mapping[str, str]) -> dict[str, str]:
    """The environment of the process that runs one backend."""
    env = dict(base)
    # The suite, and a checkout's tfcompat beside it, are importable whatever the folder.
    env["PYTHONPATH"] = os.pathsep.join(filter(None, [str(HERE.parent), env.get("PYTHONPATH")]))
    if backend == "tensorflow":
        env["CONFORMANCE_SUBJECT"] = "tensorflow"
    else:
        env.update(CONFORMANCE_SUBJECT="tfcompat", TFCOMPAT_BACKEND=backend)
    # Nothing is left in the user's folders.
    env.setdefault("TFCOMPAT_PROGRAM_CACHE", "")
    if backend == "jax":
        env.setdefault("XLA_FLAGS", quick_to_compile())
    return env


@functools.cache
def quick_to_compile() -> str:
    """Flags of XLA for programs that run once, whose time goes into compiling them.

    Least of it without LLVM's optimization and with the older of the two ways in which the CPU's
    loops are written, where this release of XLA can be told so. XLA's own passes stay.
    """
    flags = "--xla_backend_optimization_level=0"
    more = f"{flags} --xla_cpu_use_fusion_emitters=false"
    # XLA ends the process at a flag that it does not know.
    trial = subprocess.run(
        [sys.executable, "-c", "import jax; jax.devices()"],
        env={**os.environ, "XLA_FLAGS": more},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return flags if trial.returncode else more


def command(results: Path, sections: Sequence[str], options: Sequence[str]) -> list[str]:
    """The pytest call for some sections, or for the whole suite."""
    folders = [str(HERE / section) for section in sections] or [str(HERE)]
    return [
        sys.executable, "-m", "pytest", "-q", "-p", "conformance_tests.collect",
        "--conformance-results", str(results), *options, *folders,
    ]  # fmt: skip


def run_backend(
    backend: str, sections: Sequence[str], options: Sequence[str], held: bool = False
) -> report.Run:
    """Runs the suite on one backend and waits for it; `held` output is printed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results.json"
        started = time.perf_counter()
        done = subprocess.run(
            command(results, sections, options),
            env=environment(backend, os.environ),
            cwd=HERE.parent,
            check=False,
            stdout=subprocess.PIPE if held else None,
            stderr=subprocess.STDOUT if held else None,
            text=True,
        )
        seconds = time.perf_counter() - started
        if held:
            print(f"== {backend}\n{done.stdout}", flush=True)
        return read_results(backend, results, done.returncode, seconds)


def run_together(
    backends: Sequence[str], sections: Sequence[str], options: Sequence[str], jobs: int
) -> list[report.Run]:
    """Runs the backends in `jobs` processes; what takes long, in parts."""
    chosen = list(sections) or known_sections()
    # A process that compiles more programs than these parts have ends in XLA without a word.
    numbers = [f"{part}/{PARTS}" for part in range(1, PARTS + 1)]
    rest = [name for name in chosen if name not in (GOLDENS, *LONG)]
    shares: list[tuple[list[str], list[str]]] = [(rest, [])] if rest else []
    shares += [([name], []) for name in LONG if name in chosen]
    shares += [([GOLDENS], ["--part", number]) for number in numbers if GOLDENS in chosen]
    # What takes long goes first: the shares of the last backend, the slowest, and of those the
    # largest. So no process is left with much when the others have ended.
    work = [(backend, *share) for backend in reversed(backends) for share in shares]
    print(f"== {', '.join(backends)} in {min(jobs, len(work))} processes", flush=True)
    with ThreadPoolExecutor(jobs) as pool:
        waiting = [
            pool.submit(run_backend, name, share, [*options, *extra], True)
            for name, share, extra in work
        ]
        parts = [future.result() for future in waiting]
    return [merged([run for run in parts if run.backend == backend]) for backend in backends]


def merged(runs: Sequence[report.Run]) -> report.Run:
    """The parts of one backend's run as one; a part may have none of the tests that -k names."""
    if any(run.tests for run in runs):
        runs = [run for run in runs if list(run.trouble) != [NOTHING]]
    return report.Run(
        runs[0].backend,
        runs[0].about,
        [test for run in runs for test in run.tests],
        list(dict.fromkeys(told for run in runs for told in run.trouble)),
        sum(run.seconds for run in runs),
    )


def read_results(backend: str, path: Path, returncode: int, seconds: float) -> report.Run:
    """What the plugin wrote; a process that ended otherwise than pytest does is trouble."""
    if not path.exists():
        told = f"ended with status {returncode} before any result was written"
        return report.Run(backend, trouble=[told], seconds=seconds)
    content = json.loads(path.read_text(encoding="utf-8"))
    trouble = [f"{broken['id']}: {broken['message']}" for broken in content["broken"]]
    if returncode == pytest.ExitCode.NO_TESTS_COLLECTED and not trouble:
        trouble.append(NOTHING)
    elif returncode not in (0, 1) and not trouble:
        trouble.append(f"ended with status {returncode}")
    if returncode == 1 and not any(test["outcome"] == "failed" for test in content["tests"]):
        trouble.append("pytest reports a failure that belongs to no test")
    return report.Run(backend, content["about"], content["tests"], trouble, seconds)


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The command line; what is not the runner's own goes to pytest."""
    parser = argparse.ArgumentParser(
        prog="python -m conformance_tests",
        description="Run the conformance suite on one or more backends.",
        epilog="Other flags, and everything after --, are handed to pytest.",
    )
    parser.add_argument(
        "--backend", action="append", metavar="NAME",
        help="torch, jax, tensorflow (the real one) or an entry point; default: all installed",
    )  # fmt: skip
    parser.add_argument("--report", type=Path, metavar="DIR", help="write HTML and JSON there")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
        help="processes at the same time; default: as many as there are processors",
    )  # fmt: skip
    parser.add_argument("-k", metavar="EXPRESSION", help="only tests whose names match")
    parser.add_argument("sections", nargs="*", metavar="section", help=", ".join(known_sections()))
    own, end = list(arguments), len(arguments)
    if "--" in own:
        end = own.index("--")
    options, rest = parser.parse_known_args(own[:end])
    rest += own[end + 1 :]
    unknown = [name for name in options.sections if name not in known_sections()]
    if unknown:
        parser.error(f"unknown section {unknown}. Accepted: {', '.join(known_sections())}")
    return options, ([*rest, "-k", options.k] if options.k else rest)


def main(arguments: Sequence[str]) -> int:
    """Runs what the command line asks for; 0 if nothing failed."""
    options, rest = parse(arguments)
    backends = options.backend or installed_backends()
    if not backends:
        print("no backend is installed: pip install 'tfcompat[torch]' or 'tfcompat[jax]'")
        return 2
    if options.jobs > 1:
        runs = run_together(backends, options.sections, rest, options.jobs)
    else:
        runs = []
        for backend in backends:
            print(f"== {backend}", flush=True)
            runs.append(run_backend(backend, options.sections, rest))
    print()
    print(report.matrix(runs))
    if options.report:
        for path in report.write(options.report, runs):
            print(f"report: {path}")
    print(report.closing_line(runs))
    return 0 if all(run.good for run in runs) else 1
