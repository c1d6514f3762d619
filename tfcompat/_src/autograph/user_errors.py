"""Errors in converted code, told by the user's own lines."""

from __future__ import annotations

import linecache
import sys
import types
from typing import Any, NamedTuple

from tfcompat._src.autograph.rules import is_library
from tfcompat._src.errors import OperatorNotAllowedInGraphError, OpError
from tfcompat._src.function.symbolic import HiddenSymbolError, InaccessibleTensorError


class AutoGraphError(Exception):
    """The base of errors of AutoGraph's own."""


class ConversionError(AutoGraphError):
    """A function could not be converted."""


class StagingError(AutoGraphError):
    """An error in converted code, of a class that no other error can be made of."""


class _Told(NamedTuple):
    file: str
    line: int
    function: str | None
    mark: str


_CAUSE = "_autograph_cause"

# Classes that take a message and nothing else.
_PLAIN = (
    AssertionError,
    AttributeError,
    NameError,
    NotImplementedError,
    RuntimeError,
    StopIteration,
    TypeError,
    UnboundLocalError,
    ValueError,
    OperatorNotAllowedInGraphError,
    HiddenSymbolError,
    InaccessibleTensorError,
)


class _MultilineKeyError(KeyError):
    """A KeyError whose text is shown as it is, on its lines."""

    def __init__(self, message: str, key: object) -> None:
        super().__init__(key)
        self._message = message

    def __str__(self) -> str:
        return self._message


_MultilineKeyError.__name__ = "KeyError"


def told(error: Exception) -> Exception:
    """The error to raise instead of one that left converted code; itself if no such code is in it.

    It is of the same class where that can be made of a message.
    """
    places = _places(error.__traceback__)
    if not any(place.mark == "  *" for place in places):
        return error
    cause = getattr(error, _CAUSE, None) or f"{type(error).__name__}: {error}"
    lines = ["in user code:", ""]
    for place in places:
        lines.append(f'    File "{place.file}", line {place.line}, in {place.function}{place.mark}')
        source = linecache.getline(place.file, place.line).strip()
        lines.append(f"        {source or '<source unavailable>'}")
    lines += ["", *("    " + line for line in cause.split("\n")), ""]
    made = _like(error, "\n".join(lines))
    setattr(made, _CAUSE, cause)
    made.__suppress_context__ = True
    return made.with_traceback(error.__traceback__)


def _like(error: Exception, message: str) -> Exception:
    kind = type(error)
    if isinstance(error, OpError):
        return _like_op_error(error, message)
    if kind is _MultilineKeyError or kind is KeyError:
        return _MultilineKeyError(message, error.args[0] if error.args else None)
    if kind in _PLAIN or kind.__init__ is Exception.__init__ or isinstance(error, AutoGraphError):
        return kind(message)
    return StagingError(message)


def _like_op_error(error: OpError, message: str) -> Exception:
    kind = type(error)
    try:
        if kind is OpError:
            return OpError(error.node_def, error.op, message, error.error_code)
        return kind(error.node_def, error.op, message, error.experimental_payloads)  # type: ignore
    except TypeError:
        return StagingError(message)


def here() -> str | None:
    """The user's line that runs, as a traceback shows it."""
    transpiler = sys.modules.get("tfcompat._src.autograph.transpiler")
    origins = getattr(transpiler, "origins", {})
    frame: types.FrameType | None = sys._getframe(1)
    while frame is not None:
        # Which line it is takes long to find out: only the user's is asked for it.
        code = frame.f_code
        origin = origins.get(code)
        if origin is not None:
            line = frame.f_lineno
            name = origin.functions.get(line, code.co_name)
            return f'File "{origin.filename}", line {line}, in {name}'
        if not is_library(frame.f_globals.get("__name__")):
            return f'File "{code.co_filename}", line {frame.f_lineno}, in {code.co_name}'
        frame = frame.f_back
    return None


def _places(traceback: types.TracebackType | None) -> list[_Told]:
    transpiler = sys.modules.get("tfcompat._src.autograph.transpiler")
    origins = getattr(transpiler, "origins", {})
    places: list[_Told] = []
    last: Any = None
    called_plainly = False
    while traceback is not None:
        frame, line = traceback.tb_frame, traceback.tb_lineno
        traceback = traceback.tb_next
        code = frame.f_code
        # A wrapper that has the name of a user's function may be converted too.
        library = is_library(frame.f_globals.get("__name__"))
        origin = None if library else origins.get(code)
        if origin is not None:
            name = origin.functions.get(line, code.co_name)
            place = _Told(origin.filename, line, name, "  *")
            # Parts of a function's body are functions themselves, which nobody wrote.
            if places and last is origin and id(code) != origin.main:
                places[-1] = place
            else:
                places.append(place)
            last = origin
        elif library:
            called_plainly = code.co_name == "_call_plain"
            continue
        else:
            mark = "  **" if called_plainly else ""
            places.append(_Told(code.co_filename, line, code.co_name, mark))
            last = None
        called_plainly = False
    return places
