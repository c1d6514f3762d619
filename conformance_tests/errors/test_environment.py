"""Backends and devices that are not there: said at once, with what is there instead."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from .. import runner
from ..subject import backend_name

pytestmark = pytest.mark.tfcompat_only

TENSOR = "import tfcompat as tf; tf.constant(1.0)"


def run(program: str, **variables: str) -> str:
    """The last line a program writes on stderr; it must end with an error."""
    env = runner.environment(backend_name(), os.environ) | variables
    done = subprocess.run(
        [sys.executable, "-c", program], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, done.stdout + done.stderr
    return done.stderr.strip().splitlines()[-1]


def test_unknown_backend() -> None:
    told = run(TENSOR, TFCOMPAT_BACKEND="nosuch")
    assert told.startswith("ValueError: ") and "'nosuch'" in told
    assert backend_name() in told and "pip install" in told


def test_unknown_backend_from_code() -> None:
    told = run("import tfcompat as tf; tf.config.set_backend('nosuch')", TFCOMPAT_BACKEND="")
    assert told.startswith("ValueError: ") and "'nosuch'" in told and backend_name() in told


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_missing_framework(framework: str) -> None:
    hide = (
        "import importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {framework!r} else find(name, *a)\n"
    )
    told = run(hide + TENSOR, TFCOMPAT_BACKEND=framework)
    assert told.startswith("ImportError: ") or told.startswith("ModuleNotFoundError: ")
    assert f"'{framework}'" in told and f"tfcompat[{framework}]" in told


def test_backend_after_the_first_tensor() -> None:
    other = "jax" if backend_name() == "torch" else "torch"
    told = run(f"{TENSOR}; tf.config.set_backend({other!r})")
    assert told.startswith("RuntimeError: ") and repr(other) in told
    assert repr(backend_name()) in told and "TFCOMPAT_BACKEND" in told


@pytest.mark.parametrize(
    ("device", "kind"), [("toaster", "ValueError"), ("gpu:99", "RuntimeError")]
)
def test_unknown_device(device: str, kind: str) -> None:
    told = run(TENSOR, TFCOMPAT_DEVICE=device)
    assert told.startswith(f"{kind}: ") and device in told and "cpu" in told.lower()


def test_unknown_device_in_code() -> None:
    told = run("import tfcompat as tf\nwith tf.device('/toaster:0'): tf.constant(1.0)")
    assert told.startswith("ValueError: ") and "toaster" in told and "CPU" in told
