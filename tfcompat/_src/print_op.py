"""tf.print: the values of tensors, and of structures with tensors in them, as text."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import afterwards, nest
from tfcompat._src.dtypes import string
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.text.tensor_text import tensor_text
from tfcompat._src.variable import Variable

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
    if not afterwards.done(_print, inputs, write, ends, sep, end):
        _print(inputs, write, ends, sep, end)


def _print(
    inputs: tuple[Any, ...], write: Callable[[str], Any], ends: int, sep: str, end: str
) -> None:
    if len(inputs) == 1 and _is_text(inputs[0]):
        # Alone it stands without quotation marks.
        write(_value(inputs[0]).item().decode("utf-8", "replace") + end)
    else:
        write(sep.join([_text(item, ends) for item in inputs]) + end)


# Not by the decorator, which the name of the builtin would confuse type checkers about.
public("tfcompat")(print)


def _writer(stream: Any) -> Callable[[str], Any]:
    if stream is None or stream is sys.stderr:
        return lambda text: sys.stderr.write(text)
    if stream is sys.stdout:
        return lambda text: sys.stdout.write(text)
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
    if _is_tensor(item):
        return _tensor_text(item, ends)
    if nest.is_nested(item):
        return _structure_text(item, ends)
    import pprint

    return pprint.pformat(item)


def _is_text(item: Any) -> bool:
    return isinstance(item, (Tensor, Variable)) and item.dtype is string and not item._shape


def _is_tensor(item: Any) -> bool:
    return isinstance(item, TensorBase) or hasattr(item, "__tf_tensor__")


def _value(item: Any) -> Any:
    return item._value._numpy() if hasattr(item, "_value") else item._numpy()


def _tensor_text(item: Any, ends: int) -> str:
    if hasattr(item, "__tf_tensor__"):
        # A variable of Keras', or a class of a user's.
        item = item.__tf_tensor__(None, None)
    text = tensor_text(np.asarray(_value(item)), item.dtype, ends)
    # What is not UTF-8 cannot be written to a text stream.
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")


class _Shown:
    """Stands for a tensor while pprint lays a structure out, with the width that it has there."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __repr__(self) -> str:
        return self.text


def _structure_text(item: Any, ends: int) -> str:
    texts: list[str] = []

    def shown(leaf: Any) -> Any:
        if not _is_tensor(leaf):
            return leaf
        texts.append(_tensor_text(leaf, ends))
        return _Shown(f"\0{len(texts) - 1}\0")

    import pprint

    layout = pprint.pformat(nest.map_structure(shown, item))
    for place, text in enumerate(texts):
        layout = layout.replace(f"\0{place}\0", text, 1)
    return layout
