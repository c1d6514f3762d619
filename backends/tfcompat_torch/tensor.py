"""The tensor class: a value of PyTorch's, or a place in the graph of whoever records."""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any

import ml_dtypes
import numpy as np
import torch

from tfcompat._src import dtypes
from tfcompat._src.tensor import EagerKind, Tensor
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.dtypes import DType

    from .tape import Recorder

TO_NATIVE: dict[DType, torch.dtype] = {
    dtypes.float16: torch.float16,
    dtypes.bfloat16: torch.bfloat16,
    dtypes.float32: torch.float32,
    dtypes.float64: torch.float64,
    dtypes.complex64: torch.complex64,
    dtypes.complex128: torch.complex128,
    dtypes.int8: torch.int8,
    dtypes.int16: torch.int16,
    dtypes.int32: torch.int32,
    dtypes.int64: torch.int64,
    dtypes.uint8: torch.uint8,
    dtypes.uint16: torch.uint16,
    dtypes.uint32: torch.uint32,
    dtypes.uint64: torch.uint64,
    dtypes.bool_: torch.bool,
}
FROM_NATIVE = {native: dtype for dtype, native in TO_NATIVE.items()}


class _Local(threading.local):
    """Per thread: what records the ops that run now, outermost first, and who captures them.

    orders: how many users' gradients are being captured, one inside of another.
    """

    def __init__(self) -> None:
        self.stack: list[Recorder] = []
        self.capture: Any = None
        self.orders = 0
        self.recording: Recorder | None = None  # the one whose graph a kernel builds right now


local = _Local()

# An entry for each recorder on any thread's stack: while there is none, an op need not look for its
# own thread's, which takes longer than making a tensor. A list, for it changes in one step.
recorders: list[None] = []


def push(recorder: Recorder) -> None:
    """Puts a recorder on the thread's stack."""
    recorders.append(None)
    local.stack.append(recorder)


def drop(recorder: Recorder) -> None:
    """Takes a recorder from the thread's stack."""
    local.stack.remove(recorder)
    recorders.pop()


class _Several:
    """Stands in EagerTensor._recording for a tensor that more than one recording tracks."""


SEVERAL = _Several()


class EagerTensor(Tensor, metaclass=EagerKind):
    """A tensor stored by PyTorch.

    _raw: the value, without autograd; None until asked for while a recording tracks the tensor.
    _recording: None, the recording that tracks it, or SEVERAL.
    _graph, _slot: its tensor in that recording's autograd graph and its number there; with
      SEVERAL, _graph is a dict recording -> (graph tensor, slot).
    """

    # What print(type(x)) says, but for the package's name, is what it says in TensorFlow.
    __module__ = "tfcompat.python.framework.ops"
    __slots__ = ("_dtype", "_graph", "_raw", "_recording", "_slot")

    _raw: torch.Tensor | None
    _recording: Any
    _graph: Any
    _slot: int

    @property
    def native(self) -> torch.Tensor:
        """The torch.Tensor, detached from every autograd graph."""
        raw = self._raw
        if raw is None:
            raw = self._raw = self._graph.detach()
        return raw

    @property
    def _shape(self) -> tuple[int, ...]:
        raw = self._raw
        return (self._graph if raw is None else raw).shape

    @property
    def _rank(self) -> int:
        raw = self._raw
        return (self._graph if raw is None else raw).dim()

    @property
    def device(self) -> str:
        where = self.native.device
        if where.type == "meta":
            where = default_device()
        kind = "GPU" if where.type == "cuda" else where.type.upper()
        return f"/job:localhost/replica:0/task:0/device:{kind}:{where.index or 0}"

    def _numpy(self) -> np.ndarray[Any, Any]:
        native = self.native
        try:
            return native.numpy()
        except (RuntimeError, TypeError):
            # Not in the processor's memory, not stored as it reads, or of a type of PyTorch's own.
            pass
        if native.device.type != "cpu":
            native = _with_value(native).cpu()
        if native.dtype is torch.bfloat16:
            if native._is_zerotensor():
                # A gradient of 0 that holds no elements.
                native = torch.zeros(native.shape, dtype=native.dtype)
            return native.view(torch.uint16).numpy().view(ml_dtypes.bfloat16)
        if native._is_zerotensor():  # a derivative that PyTorch knows to be zero
            native = native.clone()
        return native.resolve_conj().resolve_neg().numpy()

    def __bool__(self) -> bool:
        native = self.native
        return bool(_with_value(native)) if native.numel() == 1 else super().__bool__()

    def __float__(self) -> float:
        native = self.native
        return super().__float__() if native.dim() else float(_with_value(native))


def _with_value(native: torch.Tensor) -> torch.Tensor:
    if native.is_meta:
        raise ValueNeeded("the value of a tensor was read that stands for any value")
    return native


def wrap(native: torch.Tensor, dtype: DType | None = None) -> EagerTensor:
    """A new, untracked tensor around a native one."""
    t = EagerTensor()
    t._raw = native
    t._dtype = FROM_NATIVE[native.dtype] if dtype is None else dtype
    t._recording = None
    return t


def default_device() -> torch.device:
    """The device that new tensors go to."""
    return _placement.device


class _Placement:
    """Where new tensors go when no tf.device says otherwise; found at the first tensor."""

    @functools.cached_property
    def device(self) -> torch.device:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")

    def set(self, kind: str, index: int) -> None:
        name = {"GPU": "cuda", "CPU": "cpu"}[kind]
        self.device = torch.device(name, index) if name == "cuda" else torch.device(name)


_placement = _Placement()
set_default_device = _placement.set
