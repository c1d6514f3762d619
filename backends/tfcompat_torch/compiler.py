"""torch.compile, where PyTorch finds what it needs for it."""

from __future__ import annotations

import os
import shutil
import warnings
from collections.abc import Callable
from typing import Any

import torch

from tfcompat._src import logging

Function = Callable[..., Any]

_MISSING = (
    "tf.function: received jit_compile=True; the backend 'torch' compiles by torch.compile, which "
    "found no C++ compiler (install one, or name it in CXX); the function runs as it was traced"
)


def available() -> bool:
    """Whether there is a compiler: for CPUs one of C++; for GPUs PyTorch brings its own."""
    named = os.environ.get("CXX")
    names = [named] if named else ["g++", "clang++", "c++", "cl"]
    return torch.cuda.is_available() or any(shutil.which(name) for name in names)


def compiled(function: Function, instead: Callable[[Function], None]) -> Function:
    """The function as torch.compile makes it at its first call; `instead` is told what runs then.

    Where it cannot be compiled a warning says so, and the function stays as it is.
    """
    if not available():
        logging.warn_once(_MISSING)
        return function

    def first(*arrays: Any) -> Any:
        try:
            with warnings.catch_warnings():
                # What PyTorch's own modules warn of when they are loaded is nothing to the user.
                warnings.simplefilter("ignore", DeprecationWarning)
                fast = torch.compile(function, dynamic=False)
                found = fast(*arrays)
        except Exception as error:
            # The compiler's own failures are many; what is wrong with the call fails again below.
            logging.warn(
                "tf.function: received jit_compile=True, and torch.compile failed with %s: %s; the "
                "function runs as it was traced",
                type(error).__name__,
                str(error).partition("\n")[0][:200],
            )
            fast = function
            found = function(*arrays)
        instead(fast)
        return found

    return first
