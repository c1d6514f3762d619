"""Programs in processes of their own, on the backend under test, as a user would start them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from . import runner
from .subject import backend_name

Done = subprocess.CompletedProcess[str]


def python(*words: str | Path, cwd: Path | None = None, **variables: str) -> Done:
    """`python WORD...`, with the environment variables `variables`."""
    base = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    env = runner.environment(backend_name(), base) | variables
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )


def tfcompat(*words: str | Path, cwd: Path | None = None, **variables: str) -> Done:
    """`tfcompat WORD...`."""
    return python("-m", "tfcompat", *words, cwd=cwd, **variables)


def printed(program: str, **variables: str) -> str:
    """What a program prints; it must end without an error."""
    done = python("-c", program, **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


def refused(program: str, **variables: str) -> str:
    """The last line that a program writes on stderr; it must end with an error."""
    done = python("-c", program, **variables)
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr.strip().splitlines()[-1]
