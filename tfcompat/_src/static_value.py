"""What is known of a tensor without running anything; outside graphs, all of it."""

from __future__ import annotations

from typing import Any

from tfcompat._src.function.symbolic import is_symbolic, known_value
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable


@public("tfcompat")
def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The value of a tensor as NumPy has it; None for a variable, whose value may change.

    What is no tensor is given back as it is.
    """
    if isinstance(tensor, Tensor):
        return known_value(tensor)
    return None if isinstance(tensor, Variable) else tensor


@public("tfcompat")
def is_symbolic_tensor(tensor: Any) -> bool:
    """Whether this is a tensor that stands for a value of a graph."""
    return isinstance(tensor, (Tensor, Variable)) and is_symbolic(tensor)
