"""Keras' own tests, those that its installed version brings: ``make keras-tests``.

``python -m conformance_tests.keras.own_tests [--backend torch] [--tensorflow PYTHON] [part ...]``
runs the files below ``keras/src`` whose path contains one of the parts (all without any), each
folder in a process of its own, and counts. A test that TensorFlow itself skips or fails is not
applicable; without the Python of a TensorFlow, one that is skipped here. Some files need JAX,
Pillow, pandas, scikit-learn or pydot, beside TensorFlow too: without them they do not count.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import re
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
    # Some names show an object with its address, which is another in each process.
    names = [re.sub("0x[0-9a-f]+", "0x", line["test"]) for line in lines]
    return {
        name.partition("keras/src/")[2]: (line["outcome"], line["why"])
        for name, line in zip(names, lines, strict=True)
    }


def outcomes(
    python: str, subject: str, folder: str, files: Sequence[Path], options: argparse.Namespace
) -> dict[str, tuple[str, str]]:
    """What `run` gives, from the folder of what is kept where it is there."""
    kept = options.keep and Path(options.keep) / subject / (folder.replace("/", ".") + ".json")
    if kept and kept.exists():
        return {name: tuple(x) for name, x in json.loads(kept.read_text(encoding="utf-8")).items()}
    started = time.perf_counter()
    found = run(python, subject, files, options.limit)
    print(f"  {folder} on {subject}: {time.perf_counter() - started:.0f} s", flush=True)
    if kept:
        kept.parent.mkdir(parents=True, exist_ok=True)
        kept.write_text(json.dumps(found, indent=0), encoding="utf-8")
    return found


def count(
    ours: dict[str, tuple[str, str]], theirs: dict[str, tuple[str, str]]
) -> tuple[Counter[str], dict[str, str]]:
    """How many passed, failed and were not applicable, and why those failed that did."""
    counts: Counter[str] = Counter()
    why = {}
    for name, (outcome, reason) in ours.items():
        elsewhere = theirs.get(name, ("passed" if outcome != "skipped" else "skipped", ""))[0]
        kind = outcome if outcome != "skipped" else "failed"
        counts[kind if elsewhere == "passed" else "not applicable"] += 1
        if kind == "failed" and elsewhere == "passed":
            why[name] = reason
    return counts, why


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="own_tests", description=__doc__)
    parser.add_argument("--backend", action="append", help="one of tfcompat's; may be repeated")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("--limit", type=float, default=3600, help="seconds for each folder")
    parser.add_argument("--verbose", action="store_true", help="every failure, with its reason")
    parser.add_argument("--keep", metavar="FOLDER", help="outcomes: those there are not run again")
    parser.add_argument("parts", nargs="*")
    options = parser.parse_args(arguments)
    if importlib.util.find_spec("keras") is None:
        raise SystemExit("own_tests: Keras is not installed")
    backends = options.backend or [os.environ.get("TFCOMPAT_BACKEND", "torch")]
    total = {backend: Counter[str]() for backend in backends}
    print(f"{'folder':28}{'backend':8}{'passed':>8}{'failed':>8}{'not applicable':>16}")
    for folder, files in files_of(sys.executable, options.parts).items():
        theirs = {}
        if options.tensorflow:
            there = files_of(options.tensorflow, options.parts)[folder]
            theirs = outcomes(options.tensorflow, "tensorflow", folder, there, options)
        for backend in backends:
            ours = outcomes(sys.executable, backend, folder, files, options)
            counts, why = count(ours, theirs)
            if options.verbose:
                for name, reason in why.items():
                    print(f"  {name}: {reason}", flush=True)
            total[backend] += counts
            _print(folder, backend, counts)
    for backend in backends:
        _print("all", backend, total[backend])
    return int(any(counts["failed"] for counts in total.values()))


def _print(folder: str, backend: str, counts: Counter[str]) -> None:
    numbers = (counts["passed"], counts["failed"], counts["not applicable"])
    print(f"{folder:28}{backend:8}{numbers[0]:8}{numbers[1]:8}{numbers[2]:16}", flush=True)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
