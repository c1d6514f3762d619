"""tf.experimental.numpy.random: TensorFlow's numbers by NumPy's names, as float64 and int64."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.naming import public
from tfcompat._src.numpy.promotion import converted
from tfcompat._src.numpy.state import default_float
from tfcompat._src.ops import math, random as draws, random_seeds
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.random_distributions import poisson as _poisson
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy.random")


@tnp
def seed(s: Any) -> None:
    """tf.random.set_seed of the integer `s`. Raises ValueError for what is none."""
    try:
        number = int(s)
    except TypeError:
        raise ValueError(f"seed: received {s!r}; Only integers are supported.") from None
    random_seeds.set_seed(number)


@tnp
def rand(*size: Any) -> Tensor:
    """Uniform numbers from 0 to 1 in the shape that the arguments are."""
    return uniform(0.0, 1.0, size)


@tnp
def random(size: Any = None) -> Tensor:
    """Uniform numbers from 0 to 1; a single one without a size."""
    return uniform(0.0, 1.0, size)


@tnp
def randn(*args: Any) -> Tensor:
    """Normal numbers in the shape that the arguments are."""
    return standard_normal(size=args)


@tnp
def standard_normal(size: Any = None) -> Tensor:
    """Normal numbers; a single one without a size."""
    if size is None:
        size = ()
    elif isinstance(size, int):
        size = (size,)
    return draws.normal(_sizes(size), dtype=default_float())


def _sizes(size: Any) -> Any:
    return list(size) if isinstance(size, tuple) else size


@tnp
def uniform(low: Any = 0.0, high: Any = 1.0, size: Any = None) -> Tensor:
    """Uniform numbers from `low` to `high`, which broadcast; in their shape without a size."""
    dtype = default_float()
    first, last = converted(low, dtype), converted(high, dtype)
    if size is None:
        size = broadcast_shapes(tuple(first._shape), tuple(last._shape), "uniform")
    numbers = draws.uniform(_sizes(size), dtype=dtype)
    return math.add(first, math.multiply(numbers, math.subtract(last, first)))


_INTEGERS = (dtypes.int32, dtypes.int64)


@tnp
def randint(low: Any, high: Any = None, size: Any = None, dtype: Any = np.int64) -> Tensor:
    """Integers from `low` up to but without `high`; `randint(high)` starts at 0.

    Raises ValueError for a dtype other than int32 and int64.
    """
    start, end = (0, int(low)) if high is None else (int(low), high)
    if size is None:
        size = ()
    elif isinstance(size, int):
        size = (size,)
    wanted = as_dtype(dtype) if dtype is not int else dtypes.int64
    if wanted not in _INTEGERS:
        raise ValueError(
            f"randint: received dtype={dtype!r}; Argument `dtype` must be one of int32 and int64"
        )
    return draws.uniform(_sizes(size), start, end, dtype=wanted)


@tnp
def poisson(lam: Any = 1.0, size: Any = None) -> Tensor:
    """Numbers of a Poisson distribution, int64; the shape of `lam` follows that of `size`."""
    if size is None:
        size = ()
    elif isinstance(size, int):
        size = (size,)
    rates = converted(lam, default_float())
    return _poisson(int_vector(size, "poisson", "a size"), rates, dtype=dtypes.int64)
