"""The tests of tf.keras with each supported minor release of Keras: ``make keras-versions``.

``python -m conformance_tests.keras.versions [--tensorflow PYTHON] [version ...]`` installs each
release into a folder of its own, which goes when the tests are done, and puts it before the
installed one. Where a Python with TensorFlow is given, a test that fails there with that release
too is not counted against it.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from .. import runner

VERSIONS = ("3.12", "3.13", "3.14", "3.15")
_FAILED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def install(version: str, folder: str) -> str:
    """Installs a release of Keras, without what it needs, and returns its number."""
    command = [sys.executable, "-m", "pip", "install", "-qq", "--no-deps", "--target", folder]
    subprocess.run([*command, f"keras=={version}.*"], check=True)
    (found,) = Path(folder).glob("keras-*.dist-info")
    return found.name.removeprefix("keras-").removesuffix(".dist-info")


def run(python: str, backend: str, folder: str) -> tuple[set[str], str]:
    """The tests that fail, and the last line that pytest prints."""
    env = runner.environment(backend, os.environ)
    env["PYTHONPATH"] = os.pathsep.join([folder, env["PYTHONPATH"]])
    tests = Path(__file__).parent
    done = subprocess.run(
        [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tests)],
        env=env,
        cwd=tests.parents[1],
        capture_output=True,
        text=True,
        check=False,
    )
    last = done.stdout.strip().splitlines()[-1] if done.stdout.strip() else done.stderr[-300:]
    return set(_FAILED.findall(done.stdout)), last


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="versions", description=__doc__)
    parser.add_argument("--backend", action="append", help="one of tfcompat's; may be repeated")
    parser.add_argument("--tensorflow", metavar="PYTHON", help="a Python that has TensorFlow")
    parser.add_argument("versions", nargs="*")
    options = parser.parse_args(arguments)
    broken = 0
    for version in options.versions or VERSIONS:
        with tempfile.TemporaryDirectory() as folder:
            number = install(version, folder)
            there: set[str] = set()
            if options.tensorflow:
                there, _ = run(options.tensorflow, "tensorflow", folder)
            for backend in options.backend or runner.installed_backends():
                failed, last = run(sys.executable, backend, folder)
                print(f"Keras {number} on {backend}: {last}", flush=True)
                for name in sorted(failed):
                    print(f"  {name}{'  (on TensorFlow too)' if name in there else ''}")
                broken += len(failed - there)
    return int(broken > 0)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
