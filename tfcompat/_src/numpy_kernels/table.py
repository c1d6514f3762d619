"""The kernels that NumPy has, by family and name.

A kernel here keeps the contract of the backends' kernels (tfcompat.backend) on NumPy arrays, for
few elements. It may give a scalar for an array without axes, and a view of its operand: arrays of
tensors are never written to. What it cannot do it raises, whatever the class: then the backend's
own kernel is called, and says what is wrong.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType

Array = np.ndarray[Any, Any]
Kernel = Callable[..., Any]

# Of more elements the numbers themselves take the time: NumPy has one thread for them, and computes
# functions that it has no vector loops for number by number.
FEW, FEW_OF_FUNCTIONS = 1 << 12, 1 << 8

BOOL = frozenset([dtypes.bool_])
FLOATS = frozenset([dtypes.float32, dtypes.float64])
INTEGERS = frozenset(dtypes.INTEGERS)
REAL = FLOATS | INTEGERS
#: What is moved as it is may be of any type.
ANY = frozenset(dtypes.NUMERIC | dtypes.BOOL)


class NumpyKernel(NamedTuple):
    """A function, and what it is good for.

    dtypes: of every operand. few: elements of the largest operand, or of what they broadcast to.
    grows: whether the result may have many elements nevertheless.
    """

    function: Kernel
    dtypes: frozenset[DType]
    few: int
    grows: bool


#: By family, then by name.
KERNELS: dict[str, dict[str, NumpyKernel]] = {}


def add(
    family: str,
    functions: dict[str, Kernel],
    kinds: Collection[DType],
    few: int = FEW,
    grows: bool = False,
) -> None:
    """Puts kernels of a family into the table."""
    known = KERNELS.setdefault(family, {})
    for name, function in functions.items():
        known[name] = NumpyKernel(function, frozenset(kinds), few, grows)


class NotHere(Exception):
    """These values are for the backend's own kernel."""
