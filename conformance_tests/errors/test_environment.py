"""Backends and devices that are not there: said at once, with what is there instead."""

from __future__ import annotations

import pytest

from ..processes import refused
from ..subject import backend_name

pytestmark = pytest.mark.tfcompat_only

TENSOR = "import tfcompat as tf; tf.constant(1.0)"


def test_unknown_backend() -> None:
    told = refused(TENSOR, TFCOMPAT_BACKEND="nosuch")
    assert told.startswith("ValueError: ") and "'nosuch'" in told
    assert backend_name() in told and "pip install" in told


def test_unknown_backend_from_code() -> None:
    told = refused("import tfcompat as tf; tf.config.set_backend('nosuch')", TFCOMPAT_BACKEND="")
    assert told.startswith("ValueError: ") and "'nosuch'" in told and backend_name() in told


@pytest.mark.parametrize("framework", ["torch", "jax"])
def test_missing_framework(framework: str) -> None:
    hide = (
        "import importlib.util as u; find = u.find_spec\n"
        f"u.find_spec = lambda name, *a: None if name == {framework!r} else find(name, *a)\n"
    )
    told = refused(hide + TENSOR, TFCOMPAT_BACKEND=framework)
    assert told.startswith("ImportError: ") or told.startswith("ModuleNotFoundError: ")
    assert f"'{framework}'" in told and f"tfcompat[{framework}]" in told


def test_backend_after_the_first_tensor() -> None:
    other = "jax" if backend_name() == "torch" else "torch"
    told = refused(f"{TENSOR}; tf.config.set_backend({other!r})")
    assert told.startswith("RuntimeError: ") and repr(other) in told
    assert repr(backend_name()) in told and "TFCOMPAT_BACKEND" in told


@pytest.mark.parametrize(
    ("device", "kind"), [("toaster", "ValueError"), ("gpu:99", "RuntimeError")]
)
def test_unknown_device(device: str, kind: str) -> None:
    told = refused(TENSOR, TFCOMPAT_DEVICE=device)
    assert told.startswith(f"{kind}: ") and device in told and "cpu" in told.lower()


def test_unknown_device_in_code() -> None:
    told = refused("import tfcompat as tf\nwith tf.device('/toaster:0'): tf.constant(1.0)")
    assert told.startswith("ValueError: ") and "toaster" in told and "CPU" in told
