"""All tables of tf.raw_ops together."""

from __future__ import annotations

from types import MappingProxyType

from tfcompat._src.raw import (
    arrays,
    elementwise,
    gradients,
    images,
    linear,
    networks,
    quantized,
    random,
    recurrent,
    resizing,
    segments,
    sparse,
    strings,
    variables,
)
from tfcompat._src.raw.table import RawOp

_TABLES = (
    arrays.TABLE,
    elementwise.TABLE,
    gradients.TABLE,
    images.TABLE,
    linear.TABLE,
    networks.TABLE,
    quantized.TABLE,
    random.TABLE,
    recurrent.TABLE,
    resizing.TABLE,
    segments.TABLE,
    sparse.TABLE,
    strings.TABLE,
    variables.TABLE,
)

LINES = MappingProxyType(
    {line.partition(" ")[0]: (line, f) for table in _TABLES for line, f in table.items()}
)
"""The line and the function of each op, by its name."""

_made: dict[str, RawOp] = {}


def find(name: str) -> RawOp | None:
    """The op of that name, None if there is none."""
    if name not in _made and name in LINES:
        _made[name] = RawOp(*LINES[name])
    return _made.get(name)
