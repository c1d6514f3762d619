"""The tape's semantics hold however much of a program JAX is given at once."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .. import runner
from ..subject import IS_TENSORFLOW, backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(
        IS_TENSORFLOW or backend_name() != "jax", reason="only the JAX backend defers"
    ),
]


@pytest.mark.parametrize("mode", ["tape", "off"])
def test_other_modes(mode: str) -> None:
    env = runner.environment("jax", {**os.environ, "TFCOMPAT_DEFER": mode})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    chosen = [str(runner.HERE / name) for name in ("tape", "variables", "engine/test_programs.py")]
    done = subprocess.run(
        command + chosen, env=env, cwd=runner.HERE.parent, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout[-3000:]


def test_an_unknown_mode_is_refused() -> None:
    env = runner.environment("jax", {**os.environ, "TFCOMPAT_DEFER": "sometimes"})
    program = "import tfcompat as tf; tf.constant(1.0)"
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, cwd=runner.HERE.parent, capture_output=True,
        text=True,
    )  # fmt: skip
    assert done.returncode != 0
    assert "'sometimes'" in done.stderr and "'all', 'tape' and 'off'" in done.stderr
