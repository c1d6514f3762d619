"""tf.strings.split and bytes_split: the parts of strings, in rows."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import strings, whole_number
from tfcompat._src.ops.string_rows import Rows, flattened, in_rows, is_ragged, rows_spec
from tfcompat._src.tensor import Tensor

_BYTES = [bytes([byte]) for byte in range(256)]


def _parts(input: Any, *args: Any, **kwargs: Any) -> Any:
    return rows_spec(_texts(input), dtypes.string)


def _texts(input: Any) -> Any:
    return input if is_ragged(input) else to_tensor(input, dtypes.string)


@gives(_parts)
@public("tfcompat.strings")
def split(input: Any, sep: Any = None, maxsplit: int = -1, name: str | None = None) -> Any:
    """The parts of each string between separators, or between runs of white space.

    A vector for one string, a tf.RaggedTensor with one more axis for more; `maxsplit` is the
    largest number of cuts.

    Raises InvalidArgumentError for more than one separator.
    """
    op = "StringSplitV2"
    cut = strings("" if sep is None else sep, op, 1)
    if cut.ndim:
        raise invalid_argument(op, f"received sep of shape {cut.shape}; not a scalar")
    between, most = cut.item(), whole_number(maxsplit, op, "maxsplit", -1)

    def parts(items: list[bytes]) -> list[Rows]:
        if between:
            # Python's own method gives one empty part of an empty string, as TensorFlow does.
            return [flattened([item.split(between, most) for item in items])]
        if most < 0:
            return [_words(items)]
        return [flattened([_split_at_space(item, most) for item in items])]

    return in_rows(_texts(input), parts, dtypes.string)[0]


_SPACE = np.isin(np.arange(256), list(b" \t\n\v\f\r"))


def _words(items: list[bytes]) -> Rows:
    """What stands between white space: of all strings at once, as it ends none but their words."""
    if len(items) < 2:
        return flattened([item.split() for item in items])
    whole = b" ".join(items) + b" "
    space = _SPACE[np.frombuffer(whole, np.uint8)]
    begins = ~space
    begins[1:] &= space[:-1]
    sizes = np.fromiter(map(len, items), np.int64, len(items)) + 1
    counts = np.add.reduceat(begins, np.cumsum(sizes) - sizes, dtype=np.int64)
    return whole.split(), counts


def _split_at_space(item: bytes, most: int) -> list[bytes]:
    if most == 0:
        return [item]
    parts = item.split(None, most)
    # Of the last cut TensorFlow keeps what follows, even if that is nothing.
    if len(parts) == most:
        parts.append(b"")
    return parts


@gives(_parts)
@public("tfcompat.strings")
def bytes_split(input: Any, name: str | None = None) -> Any:
    """The bytes of each string: a vector for one, a tf.RaggedTensor with one more axis for more."""
    if not isinstance(input, Tensor) and not is_ragged(input):
        input = to_tensor(input)

    def letters(items: list[bytes]) -> list[Rows]:
        whole = b"".join(items)
        return [([_BYTES[byte] for byte in whole], [len(item) for item in items])]

    return in_rows(_texts(input), letters, dtypes.string)[0]
