"""Tensors: they hold their array, or where in which trace it will come from."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.tensor import EagerKind, Tensor

from .flush import compute
from .lone import Lone
from .trace import FROM_HOST, Moving, Poison, PutOff, Trace
from .trie import ARRAY, Aval, aval_of, uploaded


class EagerTensor(Tensor, metaclass=EagerKind):
    """A tensor whose value JAX holds, or will.

    _raw: a jax.Array, for a small leaf a NumPy array, Poison, or None while pending.
    _trace, _slot: where the value comes from, until that trace is flushed. _trace is a Lone where
    the op ran at once, and MOVING while a program puts another array there. Without a trace, _slot
    is 0 until the value is used, and FROM_HOST where it has been a NumPy array.
    """

    # What print(type(x)) says, but for the package's name, is what it says in TensorFlow.
    __module__ = "tfcompat.python.framework.ops"
    __slots__ = ("_aval", "_dtype", "_raw", "_slot", "_trace")

    _raw: Any
    _aval: Aval
    _trace: Trace | Lone | Moving | PutOff | None
    _slot: int

    @property
    def value(self) -> Any:
        """The array, computed now if it is pending."""
        raw = self._raw
        if raw is None:
            raw = compute(self)
        if raw.__class__ is Poison:
            raise raw.error
        return raw

    @property
    def native(self) -> Any:
        """The jax.Array, computed now if it is pending."""
        raw = self._raw
        if raw is None:
            raw = compute(self)
        if raw.__class__ is np.ndarray:
            raw = self._raw = uploaded(self._aval, raw)
            self._slot = FROM_HOST
        elif raw.__class__ is Poison:
            raise raw.error
        return raw

    @property
    def _shape(self) -> tuple[int, ...]:
        return self._aval.shape

    @property
    def _rank(self) -> int:
        return len(self._aval.shape)

    @property
    def device(self) -> str:
        device = next(iter(self.native.devices()))
        kind = {"cuda": "GPU", "gpu": "GPU"}.get(device.platform, device.platform.upper())
        return f"/job:localhost/replica:0/task:0/device:{kind}:{device.id}"

    def _numpy(self) -> np.ndarray[Any, Any]:
        return np.asarray(self.value)

    def numpy(self) -> Any:
        # One frame of Python's and one call of NumPy's: small steps are read after each call.
        raw = self._raw
        array = np.array(raw if raw.__class__ is ARRAY else self.value, order="C")
        return array if array.ndim else array[()]


_new = EagerTensor.__new__


def wrap(raw: Any) -> EagerTensor:
    """A tensor around an array."""
    return settled(raw, aval_of(raw.shape, raw.dtype))


def settled(raw: Any, aval: Aval) -> EagerTensor:
    """A tensor around an array of this kind, which waits for nothing."""
    t = _new(EagerTensor)
    t._raw = raw
    t._aval = aval
    t._dtype = aval.dtype
    t._trace = None
    t._slot = 0
    return t


def pending(trace: Trace | PutOff, slot: int, aval: Aval) -> EagerTensor:
    """A tensor for a slot of a trace; computed only if it is also put among the trace's outs."""
    t = _new(EagerTensor)
    t._raw = None
    t._aval = aval
    t._dtype = aval.dtype
    t._trace = trace
    t._slot = slot
    return t
