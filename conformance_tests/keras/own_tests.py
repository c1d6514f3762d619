"""Keras' own tests, those that its installed version brings: ``make keras-tests``.

``python -m conformance_tests.keras.own_tests [--backend torch] [--tensorflow PYTHON] [part ...]``
runs the files below ``keras/src`` whose path contains one of the parts (all without any), each
folder in a process of its own, and counts. A test that TensorFlow itself skips or fails is not
applicable; without the Python of a TensorFlow, one that is skipped here.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
#: Weights from the network, whole pictures through big networks, several machines.
LEFT_OUT = ("applications", "distribution", "benchmarks", "orbax", "torch_", "jax_", "openvino")
ASK = "import importlib.util as u; print(u.find_spec('keras').submodule_search_locations[0])"


def files_of(python: str, parts: Sequence[str]) -> dict[str, list[Path]]:
    """Test files by folder; big folders fall into their subfolders."""
    asked = subprocess.run([python, "-c", ASK], capture_output=True, text=True, check=True)
    root = Path(asked.stdout.strip())
    found: dict[str, list[Path]] = defaultdict(list)
    for path in sorted(root.glob("src/**/*_test.py")):
        name = path.relative_to(root / "src").as_posix()
        if any(part in name for part in parts) if parts else not _is_left_out(name):
            folder = name.split("/")
            found["/".join(folder[:2] if folder[0] == "layers" else folder[:1])].append(path)
    return found


def _is_left_out(name: str) -> bool:
    return any(part in name for part in LEFT_OUT)


def run(
    python: str, subject: str, files: Sequence[Path], limit: float
) -> dict[str, tuple[str, str]]:
    """Outcome and reason by test, below the folder `src`."""
    env = dict(os.environ, TF_CPP_MIN_LOG_LEVEL="3", KERAS_BACKEND="tensorflow")
    env["PYTHONPATH"] = os.pathsep.join(
        filter(None, [str(REPOSITORY), str(REPOSITORY / "backends"), env.get("PYTHONPATH")])
    )
    if subject == "tensorflow":
        env["CONFORMANCE_SUBJECT"] = "tensorflow"
    else:
        env.update(CONFORMANCE_SUBJECT="tfcompat", TFCOMPAT_BACKEND=subject)
    root = next(parent for parent in files[0].parents if parent.name == "site-packages")
    with tempfile.TemporaryDirectory() as folder:
        results = Path(folder) / "results"
        results.touch()
        env["KERAS_TESTS_RESULTS"] = str(results)
        command = [
            python, "-m", "pytest", "-q", "--continue-on-collection-errors", "--assert=plain",
            "-p", "conformance_tests.keras.own_plugin", "-p", "no:cacheprovider",
            "-W", "ignore", "--rootdir", str(root), "-c", os.devnull,
            "-o", "python_files=*_test.py", *map(str, files),
        ]  # fmt: skip
        try:
            done = subprocess.run(
                command, env=env, cwd=folder, timeout=limit, capture_output=True, text=True,
                check=False,
            )  # fmt: skip
            if done.returncode not in (0, 1):
                print(f"  pytest ended with {done.returncode}: {done.stdout[-300:]}", flush=True)
        except subprocess.TimeoutExpired:
            print(f"  stopped after {limit:.0f} s", flush=True)
        lines = [json.loads(line) for line in results.read_text(encoding="utf-8").splitlines()]
    return {
        line["test"].partition("keras/src/")[2]: (line["outcome"], line["why"]) for line in lines
    }


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="own_tests", description=__doc__)
    parser.add_argument("--backend", default=os.environ.get("TFCOMPAT_BACKEND", "torch"))
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("--limit", type=float, default=1800, help="seconds for each folder")
    parser.add_argument("--verbose", action="store_true", help="every failure, with its reason")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("keras") is None:
        raise SystemExit("own_tests: Keras is not installed")
    total: Counter[str] = Counter()
    print(f"{'folder':28}{'passed':>8}{'failed':>8}{'not applicable':>16}{'seconds':>9}")
    for folder, files in files_of(sys.executable, options.parts).items():
        started = time.perf_counter()
        ours = run(sys.executable, options.backend, files, options.limit)
        seconds = time.perf_counter() - started
        theirs = {}
        if options.tensorflow:
            there = files_of(options.tensorflow, options.parts)[folder]
            theirs = run(options.tensorflow, "tensorflow", there, options.limit)
        counts: Counter[str] = Counter()
        for name, (outcome, why) in ours.items():
            elsewhere = theirs.get(name, ("passed" if outcome != "skipped" else "skipped", ""))[0]
            kind = outcome if outcome != "skipped" else "failed"
            counts[kind if elsewhere == "passed" else "not applicable"] += 1
            if options.verbose and kind == "failed" and elsewhere == "passed":
                print(f"  {name}: {why}", flush=True)
        total += counts
        _print(folder, counts, seconds)
    _print("all", total, 0.0)
    return int(total["failed"] > 0)


def _print(folder: str, counts: Counter[str], seconds: float) -> None:
    numbers = (counts["passed"], counts["failed"], counts["not applicable"])
    print(f"{folder:28}{numbers[0]:8}{numbers[1]:8}{numbers[2]:16}{seconds:9.0f}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
