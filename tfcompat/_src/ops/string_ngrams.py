"""tf.strings.ngrams: runs of neighbouring strings, joined."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, text
from tfcompat._src.ops.string_rows import is_ragged
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

Join = Callable[[list[bytes]], list[bytes]]


def _runs(data: Any, *args: Any, **kwargs: Any) -> Any:
    if is_ragged(data):
        from tfcompat._src.type_spec import type_spec_from_value

        return type_spec_from_value(data)
    shape = to_tensor(data, dtypes.string).shape
    if shape.rank is None:
        return TensorSpec(None, dtypes.string)
    return TensorSpec([*shape.as_list()[:-1], None], dtypes.string)


@gives(_runs)
@public("tfcompat.strings")
def ngrams(
    data: Any,
    ngram_width: Any,
    separator: str = " ",
    pad_values: Any = None,
    padding_width: Any = None,
    preserve_short_sequences: bool = False,
    name: str | None = None,
) -> Any:
    """Joins each run of `ngram_width` neighbours along the last axis; of each of several widths.

    Ragged where `data` is.

    Raises:
      ValueError: a scalar, a width below 1, or padding that makes no sense.
    """
    if not is_ragged(data) and not (isinstance(data, Tensor) and data._dtype is dtypes.string):
        data = to_tensor(data, dtypes.string)
    if not data.shape.rank:
        raise ValueError("ngrams: Data must have rank>0")
    if data.dtype is not dtypes.string:
        raise ValueError(f"ngrams: received {data.dtype.name}; accepted is string")
    given = ngram_width if isinstance(ngram_width, (list, tuple)) else (ngram_width,)
    for width in given:
        if width < 1:
            raise ValueError(f"ngrams: All ngram_widths must be greater than 0. Got {ngram_width}")
    widths = [int(width) for width in given]
    between = text(separator, "StringNGrams", "separator").encode()
    left, right, most = _padding(pad_values, padding_width, widths)

    def join(row: list[bytes]) -> list[bytes]:
        return _ngrams(row, widths, between, left, right, most, preserve_short_sequences)

    return _joined(data, join)


def _joined(data: Any, join: Join) -> Any:
    if not is_ragged(data):
        return _dense(data._numpy(), join)
    if is_ragged(data.values):
        return data.with_values(_joined(data.values, join))
    array = data.flat_values._numpy()
    if array.ndim > 1:
        return data.with_flat_values(_dense(array, join))
    splits = data.row_splits
    ends = splits._numpy().tolist()
    items = array.tolist()
    rows = [join(items[a:b]) for a, b in pairwise(ends)]
    lengths = from_numpy(
        np.array([len(row) for row in rows], splits._dtype.as_numpy_dtype), splits._dtype
    )
    values = [item for row in rows for item in row]
    return type(data).from_row_lengths(filled(values, (len(values),)), lengths, validate=False)


def _dense(array: Any, join: Join) -> Tensor:
    rows = (
        [join(list(row)) for row in array.reshape(-1, array.shape[-1])]
        if array.size
        else [[] for _ in range(int(np.prod(array.shape[:-1])))]
    )
    # Without a row TensorFlow finds the size of the axis by a reshape of nothing.
    length = len(rows[0]) if rows else int(all(size < 2 for size in array.shape[:-1]))
    return filled([item for row in rows for item in row], (*array.shape[:-1], length))


def _padding(pad_values: Any, width: Any, widths: list[int]) -> tuple[bytes, bytes, int]:
    if pad_values is None:
        if width is not None:
            raise ValueError("ngrams: pad_values must be provided if padding_width is set.")
        return b"", b"", 0
    if width is not None and width < 1:
        raise ValueError(f"ngrams: received padding_width={width}; expected 1 or more")
    if isinstance(pad_values, (str, bytes)):
        pair = (pad_values, pad_values)
    elif isinstance(pad_values, (list, tuple)):
        pair = (pad_values[0], pad_values[1])
    else:
        raise TypeError("ngrams: pad_values must be a string, tuple of strings, or None.")
    if not all(isinstance(item, (str, bytes)) for item in pair):
        raise TypeError("ngrams: pad_values must be a string, tuple of strings, or None.")
    left, right = [item if isinstance(item, bytes) else item.encode() for item in pair]
    return left, right, max(widths, default=1) - 1 if width is None else int(width)


def _ngrams(
    row: list[bytes],
    widths: list[int],
    between: bytes,
    left: bytes,
    right: bytes,
    most: int,
    keep_short: bool,
) -> list[bytes]:
    found: list[bytes] = []
    for width in widths:
        pad = min(most, width - 1)
        padded = [left] * pad + row + [right] * pad
        found += [
            between.join(padded[start : start + width]) for start in range(len(padded) - width + 1)
        ]
    if keep_short and row and not found:
        return [between.join([left] * most + row + [right] * most)]
    return found
