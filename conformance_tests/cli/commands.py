"""Runs the command as a user would, in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from .. import runner
from ..subject import backend_name

Done = subprocess.CompletedProcess[str]


def tfcompat(*words: str | Path, cwd: Path | None = None, **variables: str) -> Done:
    """`tfcompat WORD...` on the backend under test."""
    return python("-m", "tfcompat", *words, cwd=cwd, **variables)


def python(*words: str | Path, cwd: Path | None = None, **variables: str) -> Done:
    """`python WORD...` on the backend under test."""
    env = runner.environment(backend_name(), os.environ) | variables
    command = [sys.executable, *map(str, words)]
    return subprocess.run(
        command, env=env, cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )
