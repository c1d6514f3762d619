"""Which functions are converted."""

from __future__ import annotations

import inspect
import sys
import types
import unittest
from typing import Any

from tfcompat._src.autograph.options import ConversionOptions
from tfcompat._src.autograph.scopes import is_artifact

# What is in these has no control flow over tensors of a graph, or brings its own.
_PACKAGES = frozenset(
    {
        "PIL",
        "absl",
        "jax",
        "jaxlib",
        "keras",
        "malt",
        "matplotlib",
        "ml_dtypes",
        "numpy",
        "pandas",
        "pytest",
        "_pytest",
        "scipy",
        "tensorflow",
        "tfcompat",
        "tfcompat_jax",
        "tfcompat_torch",
        "torch",
        *sys.stdlib_module_names,
    }
) - {"__main__"}


def is_library(module: str | None) -> bool:
    """Whether a module is of a package that is never converted."""
    return (module or "").partition(".")[0] in _PACKAGES


def is_convertible(function: types.FunctionType, owner: Any, options: ConversionOptions) -> bool:
    """Whether calls of a function are to be converted; `owner` is what its method is bound to."""
    if is_artifact(function):
        return False
    code = function.__code__
    if code.co_flags & _NO_PLAIN_FUNCTION or code.co_filename == "<string>":
        return False
    if str(function.__module__).partition(".")[0] == "tfcompat":
        # While somebody traces, the code of an op is another one.
        return False
    if not options.user_requested:
        if not options.internal_convert_user_code or is_library(function.__module__):
            return False
        if isinstance(owner, unittest.TestCase):
            return False
    return True


_NO_PLAIN_FUNCTION = inspect.CO_GENERATOR | inspect.CO_COROUTINE | inspect.CO_ASYNC_GENERATOR
