"""The door to Keras: loads the real Keras 3 with tfcompat in the place of TensorFlow."""

from __future__ import annotations

import importlib
import os
import sys
from types import ModuleType
from typing import Any

from tfcompat._src import collector
from tfcompat._src.keras.importer import INSIDE, PACKAGE, REAL, Finder, Scope, is_ours

_VARIABLE = "KERAS_BACKEND"

# What the namespace `tfcompat` shows: Keras, and parts of it that TensorFlow has at the top too.
NAMES = frozenset({"initializers", "keras", "losses", "metrics", "optimizers"})


def _make_scope() -> Scope:
    from tfcompat._src.keras import facade, patches

    root = facade.load()
    return Scope(lambda name: facade.resolve(root, name), patches.TABLE)


_finder = Finder(_make_scope)


def install() -> None:
    """Makes `import keras`, from now on, mean Keras on tfcompat. Imports nothing."""
    if _finder not in sys.meta_path:
        sys.meta_path.insert(0, _finder)


def load() -> ModuleType:
    """What `tf.keras` is: Keras' namespace for TensorFlow.

    Raises:
      ImportError: Keras is not installed, or it runs in this process on something else already.
    """
    module = sys.modules.get(INSIDE)
    keras = sys.modules.get(PACKAGE)
    if keras is None:
        install()
        _import_keras()
    elif not is_ours(keras):
        backend = getattr(keras, "backend", None)
        name = backend.backend() if backend is not None else "another backend"
        raise ImportError(
            f"tf.keras: received a Keras that was imported before and runs on {name!r}; one "
            "process has one Keras, so import tfcompat, or tf.keras itself, before keras",
            name=PACKAGE,
        )
    return module or importlib.import_module(INSIDE)


def _import_keras() -> None:
    # Read once, while Keras is imported: programs started from here make their own choice.
    before = os.environ.get(_VARIABLE)
    os.environ[_VARIABLE] = REAL
    _finder.wanted = True
    try:
        with collector.resting():
            importlib.import_module(PACKAGE)
            importlib.import_module(INSIDE)
    except ModuleNotFoundError as error:
        if error.name != PACKAGE:
            raise
        raise ImportError(
            "tf.keras: Keras 3 is not installed; install it with: pip install 'keras>=3.12,<3.16'",
            name=PACKAGE,
        ) from error
    finally:
        _finder.wanted = False
        if before is None:
            del os.environ[_VARIABLE]
        else:
            os.environ[_VARIABLE] = before


def attribute(name: str) -> Any:
    """`tf.keras`, `tf.losses` and their like, for the `__getattr__` of the namespace."""
    if name == "keras":
        return importlib.import_module("tfcompat.keras")
    found = getattr(load(), name)
    setattr(sys.modules["tfcompat"], name, found)
    return found
