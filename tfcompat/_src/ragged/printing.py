"""What ragged tensors look like, as text and as arrays of arrays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np


def nested_array(values: np.ndarray[Any, Any], splits: Sequence[Any]) -> np.ndarray[Any, Any]:
    """An array of the rows; of objects unless all have one length."""
    if not splits:
        return values
    bounds, inner = splits[0], splits[1:]
    if len(bounds) < 2:
        return np.zeros((0, 0, *values.shape[1:]), values.dtype)
    whole = nested_array(values, inner)
    lengths = np.diff(bounds)
    if (lengths == lengths[0]).all():
        return whole.reshape((len(lengths), int(lengths[0]), *whole.shape[1:]))
    return _objects([whole[a:b] for a, b in pairwise(bounds)])


def _objects(rows: list[Any]) -> np.ndarray[Any, Any]:
    found = np.empty(len(rows), object)
    for i, row in enumerate(rows):
        found[i] = row
    return found


def _shown(item: Any) -> str:
    if not isinstance(item, np.ndarray):
        return str(item)
    # Of an empty array NumPy shows no rows.
    return np.array2string(item, separator=", ") if item.size else repr(item.tolist())


def text(ragged: Any) -> str:
    """The text of a ragged tensor: its rows, or what stands for them in a graph."""
    if not ragged._is_eager():
        return f"tf.RaggedTensor(values={ragged.values}, row_splits={ragged.row_splits})"
    with np.printoptions(formatter={"all": _shown}):
        return f"<tf.RaggedTensor {_shown(ragged.numpy())}>"
