"""The text that TensorFlow's own kernels, not NumPy, make of a tensor: tf.print, strings.format."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType

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


def tensor_text(array: np.ndarray[Any, Any], dtype: DType, ends: int) -> str:
    """The elements in brackets, `ends` of them at both ends of each axis; all of them for -1.

    Bytes that are not UTF-8 come out as surrogate escapes.
    """
    if dtype.is_complex:
        return _unknown(array, ends)
    if dtype is dtypes.bool_ and (ends == 0 or not array.size):
        return ""
    if ends == 0 and not array.ndim:
        return "..."
    texts = [element_text(value, dtype) for value in array.reshape(-1)]
    return f"[{_axis(texts, array.shape, 0, ends)}]" if array.ndim else texts[0]


def _unknown(array: np.ndarray[Any, Any], ends: int) -> str:
    """TensorFlow's kernels have no words for complex numbers, nor for how they are arranged."""
    if not array.ndim:
        return "?" if ends else "..."
    shown = array.size if ends < 0 else min(ends, array.size)
    return f"[{' '.join('?' * shown)}{'...' if shown < array.size else ''}]"


def element_text(value: Any, dtype: DType) -> str:
    """One element: a float in the shorter of two precisions that gives it back."""
    if dtype is dtypes.string:
        return f'"{value.decode("utf-8", "surrogateescape").translate(_ESCAPES)}"'
    if dtype is dtypes.bool_:
        return "1" if value else "0"
    if not dtype.is_floating:
        return str(int(value))
    number = float(value)
    short, exact, kind = (15, 17, np.float64) if dtype is dtypes.float64 else (6, 9, np.float32)
    text = f"{number:.{short}g}"
    with np.errstate(over="ignore"):
        is_exact = kind(text) == kind(number) or number != number
    return text if is_exact else f"{number:.{exact}g}"


def _axis(texts: list[str], shape: tuple[int, ...], axis: int, ends: int) -> str:
    size, below = shape[axis], len(shape) - axis - 1
    breaks = "\n" * below
    # Where there is nothing to show TensorFlow still says that something is left out.
    if axis == 0 and size and (0 in shape or ends == 0):
        return f"{breaks} ..."
    shown: list[int | None] = list(range(size))
    if 0 <= 2 * ends < size:
        shown[ends : size - ends] = [None]
    width = len(texts) // size if size else 0
    parts = [
        "..."
        if row is None
        else f"[{_axis(texts[row * width : (row + 1) * width], shape, axis + 1, ends)}]"
        if below
        else texts[row]
        for row in shown
    ]
    gap = breaks + " " * (axis + 1) if below else " "
    return gap.join(parts)
