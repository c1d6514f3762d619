"""Who asks for TensorFlow: a program that is to get tfcompat, or a library that only looks round.

Many libraries try `import tensorflow` to learn whether it is there, and do other things if it is.
They are told that it is not, so that what they do is what they do beside PyTorch or JAX.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import cache
from importlib import metadata
from pathlib import PurePath
from types import CodeType, FrameType
from typing import Any

REAL = "tensorflow"

# Libraries of TensorFlow's, which need it whatever their metadata say.
_FAMILY = re.compile(r"tensorflow|tf_|tfds|tfx|keras|sonnet|tfcompat")
# Libraries that import on behalf of the program that uses them.
_GO_BETWEENS = frozenset(
    {"IPython", "_pytest", "absl", "cloudpickle", "debugpy", "dill", "ipykernel", "joblib"}
    | {"nbclient", "nose", "pkg_resources", "pytest", "six", "streamlit", "xdist"}
)
_INSTALLED = frozenset({"dist-packages", "site-packages"})
_MACHINERY = ("importlib", "_frozen_importlib", "tfcompat._src.cli", "tfcompat._src.keras.importer")
_REQUIREMENT = re.compile(r"(tensorflow|tf)([-_](cpu|gpu|macos|intel|nightly|keras))*(?![-\w])")


def is_tensorflow(name: str) -> bool:
    """Whether the module of this name is TensorFlow or below it."""
    return name == REAL or name.startswith(REAL + ".")


def caller() -> FrameType:
    """The frame of the code that asks, outside of the import system and of this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and _is_machinery(frame.f_globals.get("__name__") or ""):
        frame = frame.f_back
    return frame


def _is_machinery(name: str) -> bool:
    return name.startswith(_MACHINERY)


def may_import(frame: FrameType) -> bool:
    """Whether code that imports TensorFlow in this frame is to get tfcompat.

    A library that declares no need of TensorFlow, and is prepared to do without, does without.
    """
    library = _library(frame.f_globals)
    return library is None or _requires(library) or not _is_guarded(frame)


def may_probe(frame: FrameType) -> bool:
    """Whether code that asks in this frame if TensorFlow is there is to be told yes."""
    library = _library(frame.f_globals)
    return library is None or _requires(library)


def library_of(frame: FrameType) -> str | None:
    """The installed library that this frame belongs to, None for a program's own code."""
    top = str(frame.f_globals.get("__name__") or "").partition(".")[0]
    file = frame.f_globals.get("__file__")
    if not isinstance(file, str) or _INSTALLED.isdisjoint(PurePath(file).parts):
        return None
    return top


def _library(names: Mapping[str, Any]) -> str | None:
    """The installed library that looks for itself, None for any other code."""
    top = str(names.get("__name__") or "").partition(".")[0]
    if _FAMILY.match(top) or top in _GO_BETWEENS:
        return None
    file = names.get("__file__")
    if not isinstance(file, str) or _INSTALLED.isdisjoint(PurePath(file).parts):
        return None
    return top


@cache
def _requires(library: str) -> bool:
    """Whether the distribution named like a library needs TensorFlow in any case."""
    try:
        requirements = metadata.requires(library.replace("_", "-")) or ()
    except (metadata.PackageNotFoundError, ValueError):
        return False
    return any(
        _REQUIREMENT.match(line) and "extra" not in line.partition(";")[2] for line in requirements
    )


def _is_guarded(frame: FrameType) -> bool:
    """Whether a `try` or `with` of the frame's function is around the instruction it is at."""
    at = frame.f_lasti // 2
    return any(start <= at < end for start, end in _guards(frame.f_code))


@cache
def _guards(code: CodeType) -> tuple[tuple[int, int], ...]:
    """The ranges of instructions that an exception handler covers, in the form of Python 3.11."""
    table = iter(code.co_exceptiontable)

    def number(byte: int) -> int:
        value = byte & 63
        while byte & 64:
            byte = next(table)
            value = value << 6 | byte & 63
        return value

    found = []
    for byte in table:
        start = number(byte)
        length = number(next(table))
        target = number(next(table))
        number(next(table))  # depth of the stack
        # The clean-up of handlers themselves covers what comes after their start.
        if target > start:
            found.append((start, start + length))
    return tuple(found)
