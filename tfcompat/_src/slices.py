"""What a backend's tape gives where rows of a tensor were looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor


class Slices(NamedTuple):
    """The gradient by a tensor in which only rows were looked up: (values, indices) per lookup."""

    rows: list[tuple[Tensor, Tensor]]
