"""Random numbers that nobody can foresee, for ops without any seed.

TensorFlow's are as arbitrary, so that these need not come from its generator: they are NumPy's.
"""

from __future__ import annotations

import os
import random
from functools import cache
from typing import Any

import numpy as np

from tfcompat._src.randomness.philox import Stream

Array = np.ndarray[Any, Any]

#: What NumPy draws; other types are made of words.
DRAWN = frozenset({np.float32, np.float64})
INTEGERS = frozenset({np.int32, np.int64})
_BOUND = 2.0  # standard deviations, of the truncated normal


class Unforeseen(Stream):
    """A stream that starts anywhere."""

    __slots__ = ()


@cache
def generator() -> np.random.Generator:
    """The source, with a state that the operating system gives it."""
    return np.random.Generator(np.random.SFC64())


_starts = random.Random()


def _after_fork() -> None:
    generator.cache_clear()
    _starts.seed()


# A process and its fork must not draw the same.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def unpredictable() -> Unforeseen:
    """A stream of its own for each call."""
    return Unforeseen(_starts.getrandbits(64), 0, _starts.getrandbits(64))


def truncated_normal(count: int, dtype: Any) -> Array:
    """Standard normal numbers, those beyond two standard deviations drawn again."""
    source = generator()
    found = source.standard_normal(count, dtype)
    (beyond,) = np.nonzero(np.abs(found) >= _BOUND)
    while beyond.size:
        again = source.standard_normal(beyond.size, dtype)
        found[beyond] = again
        beyond = beyond[np.abs(again) >= _BOUND]
    return found
