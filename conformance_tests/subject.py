"""The module under test. Tests write ``from ..subject import tf``."""

from __future__ import annotations

import importlib
import os
from typing import Any

SUBJECT = os.environ.get("CONFORMANCE_SUBJECT", "tfcompat")
IS_TENSORFLOW = SUBJECT == "tensorflow"

if SUBJECT not in ("tfcompat", "tensorflow"):
    raise RuntimeError(
        f"CONFORMANCE_SUBJECT={SUBJECT!r} is not known. Accepted: 'tfcompat', 'tensorflow'."
    )

if IS_TENSORFLOW:
    # Both are read once, at import: less noise on stderr, and plain kernels instead of oneDNN's.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

# Tests hand it what a type checker would refuse: that is their purpose.
tf: Any = importlib.import_module(SUBJECT)


def backend_name() -> str:
    """Name of the backend that computes: the known-failures file is chosen by it."""
    if IS_TENSORFLOW:
        return "tensorflow"
    named = os.environ.get("TFCOMPAT_BACKEND")
    return named or _framework_of(tf.constant(0.0).native)


def is_computed(tensor: Any) -> bool:
    """Whether a tensor's value is there: some of tfcompat's come with the first look at them."""
    if IS_TENSORFLOW:
        return True
    engine: Any = importlib.import_module("tfcompat._src.dispatch").backend()
    # Strings, and what holds several tensors, are no array of the backend's.
    return type(tensor) is not engine.EagerTensor or engine.concrete(tensor) is not None


def describe() -> dict[str, str]:
    """What runs here: subject, backend, versions, the files they come from, the device."""
    about = {"subject": SUBJECT, "version": str(tf.__version__), "file": str(tf.__file__)}
    probe = tf.constant(0.0)
    about["backend"] = backend_name()
    if not IS_TENSORFLOW:
        framework = importlib.import_module(_framework_of(probe.native))
        about["framework"] = f"{framework.__name__} {framework.__version__}"
    about["device"] = str(probe.device)
    return about


def _framework_of(native: Any) -> str:
    root = type(native).__module__.partition(".")[0]
    return "jax" if root == "jaxlib" else root
