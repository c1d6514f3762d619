"""tf.strings.format, and the text that TensorFlow's own kernels make of a tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, whole_number
from tfcompat._src.tensor import Tensor

_ESCAPES = {
    ord("\n"): "\\n", ord("\r"): "\\r", ord("\t"): "\\t",
    ord('"'): '\\"', ord("'"): "\\'", ord("\\"): "\\\\",
}  # fmt: skip


@public("tfcompat.strings")
def format(
    template: str,
    inputs: Any,
    placeholder: str = "{}",
    summarize: int = 3,
    name: str | None = None,
) -> Tensor:
    """The template with each placeholder replaced by the text of a tensor.

    Of more than 2 * `summarize` entries along an axis only the first and last `summarize` are
    written; -1 writes all.

    Raises:
      ValueError: not as many tensors as placeholders.
    """
    given = [inputs] if isinstance(inputs, (Tensor, str)) or _is_variable(inputs) else inputs
    expected, received = template.count(placeholder), len(given)
    if expected != received:
        raise ValueError(
            f"strings.format: The template expects {expected} tensors, but the inputs only has "
            f"{received}. Please ensure the number of placeholders in template matches inputs "
            "length."
        )
    edge = whole_number(summarize, "StringFormat", "summarize", 3)
    parts = template.split(placeholder)
    pieces = [parts[0].encode()]
    for value, part in zip(given, parts[1:], strict=True):
        pieces += [summary(to_tensor(value), edge), part.encode()]
    return filled([b"".join(pieces)], ())


def _is_variable(value: Any) -> bool:
    return hasattr(value, "__tf_tensor__")


def summary(x: Tensor, summarize: int) -> bytes:
    """A tensor's text; -1 for all of its entries, else how many at each end of an axis."""
    array = x._numpy()
    if x._dtype.is_complex and array.ndim:
        # TensorFlow's kernel has no words for complex numbers, nor for how they are arranged.
        shown = array.size if summarize < 0 else min(summarize, array.size)
        return b"[" + b" ".join([b"?"] * shown) + b"..." * (shown < array.size) + b"]"
    if x._dtype is dtypes.string:
        items = [b'"' + _escaped(item) + b'"' for item in array.reshape(-1)]
    else:
        items = [number_text(value, x._dtype).encode() for value in array.reshape(-1)]
    if not array.ndim:
        return items[0]
    return b"[" + _axis(items, array.shape, 0, summarize) + b"]"


def _escaped(item: bytes) -> bytes:
    plain = item.decode("utf-8", "surrogateescape").translate(_ESCAPES)
    return plain.encode("utf-8", "surrogateescape")


def number_text(value: Any, dtype: dtypes.DType) -> str:
    """One number as TensorFlow's kernels write it: the shorter of two precisions that is exact."""
    if dtype is dtypes.bool_:
        return "1" if value else "0"
    if dtype.is_complex:
        return "?"
    if not dtype.is_floating:
        return str(int(value))
    number = float(value)
    if dtype is dtypes.float64:
        short = f"{number:.15g}"
        return short if float(short) == number or number != number else f"{number:.17g}"
    short = f"{number:.6g}"
    with np.errstate(over="ignore"):
        exact = np.float32(short) == np.float32(number) or number != number
    return short if exact else f"{number:.9g}"


def _axis(items: list[bytes], shape: tuple[int, ...], axis: int, summarize: int) -> bytes:
    size, last = shape[axis], axis == len(shape) - 1
    gap = b" " if last else b"\n" * (len(shape) - axis - 1) + b" " * (axis + 1)
    ahead = b" " if last else b"\n" * (len(shape) - axis - 1) + b" "
    # An axis without entries ends the walk, and TensorFlow writes that something is left out.
    if axis == 0 and size and (0 in shape or summarize == 0):
        return ahead + b"..."
    width = len(items) // size if size else 0
    rows = range(size)
    shown: list[int | None] = list(rows)
    if summarize >= 0 and size > 2 * summarize:
        shown = [*rows[:summarize], None, *rows[size - summarize :]]
    texts: list[bytes] = []
    for row in shown:
        if row is None:
            texts.append(b"...")
        elif last:
            texts.append(items[row])
        else:
            part = items[row * width : (row + 1) * width]
            texts.append(b"[" + _axis(part, shape, axis + 1, summarize) + b"]")
    return gap.join(texts)
