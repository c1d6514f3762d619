"""What programs compute on TensorFlow with an older release of Keras, where that is something else.

``python -m conformance_tests.keras.older_releases [version ...]``, by a Python with TensorFlow,
installs each release into a folder of its own and keeps what differs from the recorded values.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

from .. import runner
from . import record, record_fits
from .versions import VERSIONS, install

PATH = Path(__file__).parent / "recorded" / "older_releases.json"


def _minor() -> str:
    return version("keras").rpartition(".")[0]


def of_installed(kind: str, recorded: dict[str, Any]) -> dict[str, Any]:
    """The recorded values of "fits" or "scenarios", as the installed Keras gives them."""
    older = json.loads(PATH.read_text(encoding="utf-8"))
    return recorded | older.get(_minor(), {}).get(kind, {})


def _differing(
    names: Sequence[str], recorded: dict[str, Any], compute: Callable[[Any, str], Any]
) -> dict[str, Any]:
    from ..subject import tf

    found = {}
    for name in names:
        value = compute(tf, name)
        try:
            record_fits.compare(value, recorded[name], 1e-5, name)
        except AssertionError:
            found[name] = value
    return found


def _of_this_release() -> dict[str, Any]:
    fits = record_fits.load()
    scenarios = record.load()["scenarios"]
    return {
        "fits": _differing(list(fits), fits, record_fits.compute),
        "scenarios": _differing(list(scenarios), scenarios, record.compute),
    }


def main(versions: Sequence[str]) -> None:
    if versions == ["--one"]:
        print(json.dumps(_of_this_release()))
        return
    kept = json.loads(PATH.read_text(encoding="utf-8")) if PATH.exists() else {}
    for number in versions or VERSIONS[:-1]:
        with tempfile.TemporaryDirectory() as folder:
            install(number, folder)
            env = runner.environment("tensorflow", os.environ)
            env["PYTHONPATH"] = os.pathsep.join([folder, env["PYTHONPATH"]])
            done = subprocess.run(
                [sys.executable, "-m", __spec__.name, "--one"],
                env=env,
                stdout=subprocess.PIPE,
                text=True,
                check=True,
            )
        kept[number] = json.loads(done.stdout.strip().splitlines()[-1])
        print(number, {kind: list(values) for kind, values in kept[number].items()}, flush=True)
    lines = [f"{json.dumps(number)}: {json.dumps(kept[number])}" for number in sorted(kept)]
    text = ",\n".join(lines)
    PATH.write_text(f"{{\n{text}\n}}\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
