"""Ops on few numbers that lie on the host: NumPy computes them at once.

A call of XLA's takes ten times as long as one of NumPy's, and its first one for a shape a
compilation. So an op runs here where every operand is a NumPy array, or was one before it was used
on the device, nothing is pending and no tape is open. All that depends on the program, never on the
time that something takes, so that the same program gives the same digits. Elsewhere the op is
recorded: a compiled program has it for nothing, and one that is running is not waited for.
"""

from __future__ import annotations

import importlib
import math as numbers
from typing import Any

import numpy as np

from tfcompat._src.numpy_kernels import KERNELS, NumpyKernel

from .sharing import host_alone
from .tensor import EagerTensor, settled
from .trace import local
from .trie import Attrs, Aval, Kernel, aval_of, infer

TABLE: dict[Kernel, NumpyKernel] = {
    getattr(importlib.import_module(f"{__package__}.{family}"), name): kernel
    for family, kernels in KERNELS.items()
    for name, kernel in kernels.items()
}


class _Op:
    """An op that NumPy computes, for operands of certain kinds.

    aval: of the result; avals: of each of several.
    """

    __slots__ = ("aval", "avals", "function")

    def __init__(self, function: Kernel, result: Any) -> None:
        self.function = function
        self.avals: tuple[Aval, ...] | None = None
        self.aval: Aval | None = None
        if result.__class__ is tuple:
            self.avals = tuple([aval_of(x.shape, x.dtype) for x in result])
        else:
            self.aval = aval_of(result.shape, result.dtype)


# By kernel, attributes if there are any, and the operands' kinds; None for what is none.
_known: dict[Any, _Op | None] = {}
_MOST = 20_000


def on_host(key: Any, kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    """The result of an op on numbers from the host; None where NumPy does not compute it.

    key: the kernel, the attributes and the operands' avals, always in the same way.
    """
    op = _known.get(key, _UNKNOWN)
    if op is None:
        return None
    function = _function(key, kernel, inputs, attrs) if op is _UNKNOWN else op.function
    if function is None:
        return None
    try:
        arrays = [x._raw if x._raw.__class__ is np.ndarray else np.array(x.value) for x in inputs]
        found = local.quiet(function, *arrays, *attrs)
    except Exception:
        # The backend's own kernel says what is wrong, or does it.
        return None
    if op is _UNKNOWN:
        op = _known[key] = _Op(function, found)
    if op.aval is not None:
        return _tensor(found, op.aval)
    return tuple([_tensor(raw, aval) for raw, aval in zip(found, op.avals or (), strict=True)])


_UNKNOWN: Any = object()


def _tensor(raw: Any, aval: Aval) -> EagerTensor:
    return settled(raw if raw.__class__ is np.ndarray else np.asarray(raw), aval)


def _function(
    key: Any, kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs
) -> Kernel | None:
    """NumPy's function for an op that is new."""
    if len(_known) >= _MOST:
        _known.clear()
    entry = TABLE.get(kernel)
    avals = tuple([x._aval for x in inputs])
    if entry is None or not host_alone() or not _are_few(entry, kernel, avals, attrs):
        _known[key] = None
        return None
    return entry.function


def _are_few(entry: NumpyKernel, kernel: Kernel, avals: tuple[Aval, ...], attrs: Attrs) -> bool:
    if any([aval.dtype not in entry.dtypes for aval in avals]):
        return False
    all_avals = (*avals, *infer(kernel, attrs, avals)[0]) if entry.grows else avals
    shapes = [aval.shape for aval in all_avals]
    if not entry.grows:
        try:
            shapes.append(np.broadcast_shapes(*shapes))
        except ValueError:
            # No op on elements.
            pass
    return max([numbers.prod(shape) for shape in shapes]) <= entry.few and not any(
        [aval.big for aval in all_avals]
    )
