"""Random numbers that nobody can foresee, for ops without any seed.

TensorFlow's are as arbitrary, so that these need not come from its generator: they are NumPy's.
"""

from __future__ import annotations

import os
import random
import threading
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


class _Source(threading.local):
    """A source for each thread, with a state that the operating system gives it."""

    def __init__(self) -> None:
        self.generator = np.random.Generator(np.random.SFC64())


_source = _Source()
_starts = random.Random()


def generator() -> np.random.Generator:
    """The calling thread's source."""
    return _source.generator


def _after_fork() -> None:
    global _source
    _source = _Source()
    _starts.seed()


# A process and its fork must not draw the same.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def unpredictable() -> Unforeseen:
    """A stream of its own for each call."""
    return Unforeseen(_starts.getrandbits(64), 0, _starts.getrandbits(64))


def uniform(out: Array) -> None:
    """Fills an array with numbers in [0, 1)."""
    generator().random(out=out, dtype=out.dtype)


def normal(out: Array) -> None:
    """Fills an array with standard normal numbers."""
    generator().standard_normal(out=out, dtype=out.dtype)


def truncated_normal(out: Array) -> None:
    """The same, those beyond two standard deviations drawn again."""
    normal(out)
    (beyond,) = np.nonzero(np.abs(out) >= _BOUND)
    while beyond.size:
        again = generator().standard_normal(beyond.size, out.dtype)
        out[beyond] = again
        beyond = beyond[np.abs(again) >= _BOUND]
