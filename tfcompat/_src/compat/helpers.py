"""Helpers of tf.compat: text and bytes, kinds of numbers, sizes of axes."""

from __future__ import annotations

import contextlib
import datetime
import numbers
import os
from collections.abc import Iterator
from typing import Any

import numpy as np

from tfcompat._src.dimension import Dimension
from tfcompat._src.shapes import TensorShape

bytes_or_text_types = (bytes, str)
complex_types = (numbers.Complex, np.number)
integral_types = (numbers.Integral, np.integer)
real_types = (numbers.Real, np.integer, np.floating)

# The day of the release whose API this is.
_HORIZON = datetime.date(2026, 3, 6)


def as_bytes(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> bytes:
    """Text encoded; bytes as they are. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, bytes | bytearray):
        return bytes(bytes_or_text)
    if isinstance(bytes_or_text, str):
        return bytes_or_text.encode(encoding)
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


def as_text(bytes_or_text: str | bytes | bytearray, encoding: str = "utf-8") -> str:
    """Bytes decoded; text as it is. Raises TypeError for anything else."""
    if isinstance(bytes_or_text, bytes | bytearray):
        return bytes_or_text.decode(encoding)
    if isinstance(bytes_or_text, str):
        return bytes_or_text
    raise TypeError(f"Expected binary or unicode string, got {bytes_or_text!r}")


as_str = as_text


def as_str_any(value: object, encoding: str = "utf-8") -> str:
    """Bytes decoded; `str` of anything else."""
    return as_text(value, encoding) if isinstance(value, bytes | bytearray) else str(value)


def path_to_str(path: object) -> object:
    """The text of a path object; anything else as it is."""
    return os.fspath(path) if isinstance(path, os.PathLike) else path


def dimension_value(dimension: Any) -> int | None:
    """The size of an axis, None if it is unknown."""
    return dimension.value if isinstance(dimension, Dimension) else dimension


def dimension_at_index(shape: TensorShape, index: int) -> Dimension:
    """The size of one axis of a shape, unknown if the rank is."""
    dimensions = shape.dims
    return Dimension(None) if dimensions is None else dimensions[index]


def forward_compatible(year: int, month: int, day: int) -> bool:
    """Whether the release whose API this is came after a day."""
    return datetime.date(year, month, day) < _HORIZON


@contextlib.contextmanager
def forward_compatibility_horizon(year: int, month: int, day: int) -> Iterator[None]:
    """Accepted around code; no operation here depends on a day."""
    datetime.date(year, month, day)
    yield
