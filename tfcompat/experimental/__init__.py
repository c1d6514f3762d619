"""tf.experimental."""

from __future__ import annotations

from typing import Any

from tfcompat.experimental import dlpack as dlpack


def __getattr__(name: str) -> Any:
    """tf.experimental.numpy, imported when it is used."""
    if name == "numpy":
        import importlib

        return importlib.import_module("tfcompat.experimental.numpy")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
