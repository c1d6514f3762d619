"""Which values belong to a graph that is being traced, and comparing those values."""

from __future__ import annotations

import math
from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.ops import array
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.type_spec import is_composite
from tfcompat._src.variable import Variable


def is_staged(value: Any) -> bool:
    """Whether a value is known only when the graph runs."""
    return is_symbolic(value) or (isinstance(value, Variable) and tracing.current() is not None)


def as_tensor(value: Any) -> Any:
    """A staged value as a tensor: variables are read."""
    return value.value() if isinstance(value, Variable) else value


def condition(value: Any, statement: str) -> Any:
    """A staged truth value, which takes a boolean scalar.

    Raises ValueError for anything else.
    """
    tensor = as_tensor(value)
    hints = "; to check for None, use `is not None`"
    if tensor.dtype.name != "bool":
        hints = "; to use as boolean Tensor, use `tf.cast`" + hints
    else:
        shape = tensor.shape
        if shape.rank == 0:
            return tensor
        # One element in any number of axes is as good as a scalar, also if that shows only later.
        if shape.rank is None or math.prod(size for size in shape if size is not None) <= 1:
            return array.reshape(tensor, ())
    raise ValueError(
        f"condition of {statement} expected to be `tf.bool` scalar, got {tensor}{hints}"
    )


def is_opaque(value: Any) -> bool:
    """Whether a value goes in and out of control flow of the graph as a whole."""
    return isinstance(value, TensorArray) or is_composite(value)


def dtype_name(value: Any) -> str | None:
    """The name of the dtype that a leaf has as a tensor; None for what is none."""
    if isinstance(value, (Tensor, Variable)):
        return value.dtype.name
    if is_opaque(value):
        return None
    return to_tensor(value).dtype.name


def structure_difference(first: Any, second: Any) -> str | None:
    """What differs in two structures, in words; None if they nest alike."""
    try:
        nest.assert_same_structure(first, second, expand_composites=True)
    except (ValueError, TypeError) as error:
        return str(error)
    return None


def fresh(value: Any) -> Any:
    """A value in lists and dictionaries of its own: changes of those in place stay in a branch."""
    kind = value.__class__
    if kind is list or kind is tuple:
        return kind([fresh(item) for item in value])
    if kind is dict:
        return {key: fresh(item) for key, item in value.items()}
    return value
