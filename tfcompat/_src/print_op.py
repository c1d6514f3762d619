"""tf.print: the values of tensors, and of structures with tensors in them, as text."""

from __future__ import annotations

import pprint
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.dtypes import string
from tfcompat._src.naming import public
from tfcompat._src.tensor import TensorBase

_FILE = "file://"


def print(*inputs: Any, **kwargs: Any) -> None:
    """Writes its arguments as a line: text as it is, tensors by their values.

    Keyword arguments are `output_stream`: sys.stderr (the default), sys.stdout, or "file://" and a
    path, to which the line is appended; `summarize`: how many elements are shown at both ends of
    each axis, 3 by default, -1 for all; `sep`: what stands between the arguments; `end`: what
    stands behind the last one.

    Raises ValueError for any other keyword or stream.
    """
    stream = kwargs.pop("output_stream", None)
    kwargs.pop("name", None)
    summarize = kwargs.pop("summarize", 3)
    sep = kwargs.pop("sep", " ")
    end = kwargs.pop("end", "\n")
    if kwargs:
        raise ValueError(f"Unrecognized keyword arguments for tf.print: {kwargs}")
    if summarize is None:
        summarize = 3
    try:
        ends = int(summarize)
    except (TypeError, ValueError):
        raise TypeError(
            f"tf.print: Expected int for argument 'summarize' not {summarize!r}."
        ) from None
    write = _writer(stream)
    if len(inputs) == 1 and _is_text(inputs[0]):
        # Alone it stands without quotation marks.
        write(_value(inputs[0]).item().decode("utf-8", "replace") + end)
    else:
        write(sep.join([_text(item, ends) for item in inputs]) + end)


# Not by the decorator, which the name of the builtin would confuse type checkers about.
public("tfcompat")(print)


def _writer(stream: Any) -> Callable[[str], Any]:
    if stream is None or stream is sys.stderr:
        return sys.stderr.write
    if stream is sys.stdout:
        return sys.stdout.write
    if isinstance(stream, str) and stream.startswith(_FILE):
        path = stream[len(_FILE) :]

        def append(text: str) -> None:
            with open(path, "a", encoding="utf-8") as file:
                file.write(text)

        return append
    raise ValueError(
        f"tf.print: Unsupported output stream, logging level, or file. {stream!r}. Supported are "
        "sys.stdout, sys.stderr and 'file://<filepath>'."
    )


def _text(item: Any, ends: int) -> str:
    if isinstance(item, str):
        return item
    if isinstance(item, TensorBase):
        return array_text(np.asarray(_value(item)), ends)
    if nest.is_nested(item):
        return _structure_text(item, ends)
    if hasattr(item, "__tf_tensor__"):
        return array_text(np.asarray(item.__tf_tensor__(None, None).numpy()), ends)
    return pprint.pformat(item)


def _is_text(item: Any) -> bool:
    return isinstance(item, TensorBase) and item.dtype is string and item.shape.rank == 0


def _value(item: Any) -> Any:
    return item._value._numpy() if hasattr(item, "_value") else item._numpy()


class _Shown:
    """Stands for a tensor while pprint lays a structure out, with the width that it has there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _structure_text(item: Any, ends: int) -> str:
    texts: list[str] = []

    def shown(leaf: Any) -> Any:
        if isinstance(leaf, TensorBase):
            texts.append(array_text(np.asarray(_value(leaf)), ends))
            return _Shown(f"\0{len(texts) - 1}\0")
        return leaf

    layout = pprint.pformat(nest.map_structure(shown, item))
    for place, text in enumerate(texts):
        layout = layout.replace(f"\0{place}\0", text, 1)
    return layout


# ---------------------------------------------------------------------------------- one tensor
def array_text(array: np.ndarray[Any, Any], ends: int) -> str:
    """The elements of an array in brackets, `ends` of them at both ends of each axis."""
    element = _element_text(array.dtype)
    ends = array.size if ends < 0 else min(ends, array.size)
    return _axis_text(array, 0, array.ndim, ends, element)


def _axis_text(part: Any, depth: int, rank: int, ends: int, element: Callable[[Any], str]) -> str:
    if depth == rank:
        return element(part[()] if isinstance(part, np.ndarray) else part)
    gap = " " if depth == rank - 1 else "\n" * (rank - 1 - depth) + " " * (depth + 1)
    count = len(part)
    first = min(ends, count)
    last = max(first, count - ends)
    pieces = [_axis_text(part[i], depth + 1, rank, ends, element) for i in range(first)]
    text = gap.join(pieces)
    if last > first:
        text += gap + "..."
    for i in range(last, count):
        text += gap + _axis_text(part[i], depth + 1, rank, ends, element)
    return f"[{text}]"


def _element_text(dtype: np.dtype[Any]) -> Callable[[Any], str]:
    if dtype.kind == "b":
        return lambda value: "1" if value else "0"
    if dtype.kind in "iu":
        return lambda value: str(int(value))
    if dtype.kind in "OSU":
        return _quoted
    if dtype.kind == "c":
        return lambda value: "?"
    if dtype == np.float64:
        return lambda value: _shortest(float(value), (15, 17), float)
    return lambda value: _shortest(float(value), (6, 9), np.float32)


def _shortest(value: float, digits: tuple[int, int], kind: Callable[[Any], Any]) -> str:
    """The short form if it gives the value back, else the exact one."""
    short = f"{value:.{digits[0]}g}"
    if kind(short) == kind(value) or value != value:
        return short
    return f"{value:.{digits[1]}g}"


_ESCAPES = str.maketrans(
    {
        **{chr(code): f"\\{code:03o}" for code in (*range(32), 127)},
        '"': '\\"',
        "'": "\\'",
        "\\": "\\\\",
        "\n": "\\n",
        "\r": "\\r",
        "\t": "\\t",
    }
)


def _quoted(value: Any) -> str:
    text = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return f'"{text.translate(_ESCAPES)}"'
