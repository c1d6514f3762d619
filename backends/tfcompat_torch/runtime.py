"""How an op runs on PyTorch: the tensor class, conversion, devices, and execute.

Each recording (an active tf.GradientTape) owns a private autograd graph. A tensor that a recording
tracks carries that recording's graph tensor; its detached value is made only when somebody asks,
so that a chain of ops under a tape costs what it costs in plain PyTorch.
"""

from __future__ import annotations

import functools
import threading
from typing import TYPE_CHECKING, Any
from weakref import ref

import ml_dtypes
import numpy as np
import torch
import torch.utils.dlpack

from tfcompat._src import dispatch, dtypes
from tfcompat._src.tensor import EagerKind, Tensor
from tfcompat.backend import ValueNeeded

from . import widening

if TYPE_CHECKING:
    from collections.abc import Callable

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


# ------------------------------------------------------------------------------------ conversion
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


def set_deterministic(enabled: bool) -> None:
    """Chooses deterministic kernels."""
    torch.use_deterministic_algorithms(enabled)


def set_threads(count: int) -> None:
    """Sets the threads of one op."""
    torch.set_num_threads(count)


def device_count(kind: str) -> int:
    """How many devices of a kind, "CPU" or "GPU", this backend sees."""
    return torch.cuda.device_count() if kind == "GPU" else 1


_SMALL = 1 << 12  # bytes that NumPy copies faster
_CPU = torch.device("cpu")


def from_numpy(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor with a copy of `array`, whose NumPy dtype is that of `dtype`."""
    if dtype is dtypes.bfloat16:
        native = torch.from_numpy(array.view(np.uint16).copy()).view(torch.bfloat16)
    elif array.nbytes <= _SMALL:
        native = torch.from_numpy(np.array(array, order="C"))
    else:
        # Memory that begins where vectors do. PyTorch's own copy waits for all of its threads: on a
        # busy machine a thousand times longer than NumPy copies.
        native = torch.empty(array.shape, dtype=TO_NATIVE[dtype])
        np.copyto(native.numpy(), array)
    where = placement(device)
    if where != _CPU:
        native = native.to(where)
    return wrap(native, dtype)


def adopt(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor on the memory of `array`, which nobody else has."""
    if not array.flags.carray or dtype is dtypes.bfloat16:
        return from_numpy(array, dtype, device)
    native = torch.from_numpy(array)
    where = placement(device)
    return wrap(native if where == _CPU else native.to(where), dtype)


def placement(device: tuple[str, int] | None) -> torch.device:
    """PyTorch's name of a device; of the default one for None."""
    if device is None:
        return _placement.device
    kind, index = device
    return torch.device("cuda", index) if kind == "GPU" else torch.device("cpu")


def from_native(native: torch.Tensor) -> EagerTensor:
    """A tensor around somebody's torch.Tensor, cut off from its autograd graph."""
    return wrap(native.detach())


def from_dlpack(holder: Any) -> EagerTensor:
    """A tensor on somebody else's memory."""
    return wrap(torch.utils.dlpack.from_dlpack(holder))


def is_native(value: Any) -> bool:
    """Whether `value` is a torch.Tensor."""
    return isinstance(value, torch.Tensor)


def alias(tensor: EagerTensor) -> EagerTensor:
    """The same value under an identity of its own, unknown to every recording."""
    native = tensor.native
    if native.is_meta:
        return dispatch.execute_constant(same, (tensor,), (), tensor._dtype)
    return wrap(native, tensor._dtype)


def same(x: torch.Tensor) -> torch.Tensor:
    return x


def concrete(tensor: EagerTensor) -> np.ndarray[Any, Any] | None:
    """The value where no copy from a device is needed."""
    return tensor._numpy() if tensor.native.is_cpu else None


def copy_to_device(tensor: EagerTensor, device: tuple[str, int]) -> EagerTensor:
    """The same value on another device."""
    if tensor.native.is_meta:
        return dispatch.execute_constant(_moved, (tensor,), (device,), tensor._dtype)
    return wrap(_moved(tensor.native, device), tensor._dtype)


def _moved(x: torch.Tensor, device: tuple[str, int]) -> torch.Tensor:
    return x if x.is_meta else x.to(placement(device))


# --------------------------------------------------------------------------------------- execute
# execute1 and execute2 are execute written out for the commonest ops: the cost of one Python loop
# is what an op may cost here.
def execute1(kernel: Callable[..., Any], x: EagerTensor, dtype: DType) -> EagerTensor:
    """One input, no attributes, one result."""
    stack = local.stack
    if stack:
        recording = stack[0]
        if x._recording is not recording or len(stack) > 1 or not dtype.is_inexact:
            return record(stack, kernel, (x,), (), dtype)
        outs = recording.outs
        t = EagerTensor()
        t._raw = None
        t._dtype = dtype
        t._graph = kernel(x._graph)
        t._recording = recording
        t._slot = slot = len(outs)
        outs.append(ref(t))
        recording.ops.append((kernel, (x._slot,), (), slot))
        return t
    raw = x._raw
    t = EagerTensor()
    try:
        t._raw = kernel(x.native if raw is None else raw)
    except NotImplementedError as error:
        t._raw = widening.run(kernel, (x.native,), (), error)
    t._dtype = dtype
    t._recording = None
    return t


def execute2(
    kernel: Callable[..., Any], x: EagerTensor, y: EagerTensor, dtype: DType
) -> EagerTensor:
    """Two inputs, no attributes, one result."""
    stack = local.stack
    if stack:
        recording = stack[0]
        if len(stack) > 1 or not dtype.is_inexact:
            return record(stack, kernel, (x, y), (), dtype)
        if x._recording is recording:
            if y._recording is recording:
                graph = kernel(x._graph, y._graph)
                ins: tuple[Any, Any] = (x._slot, y._slot)
            elif y._recording is SEVERAL:
                return record(stack, kernel, (x, y), (), dtype)
            else:
                raw = y._raw
                graph = kernel(x._graph, y.native if raw is None else raw)
                ins = (x._slot, y)
        elif y._recording is recording and x._recording is not SEVERAL:
            raw = x._raw
            graph = kernel(x.native if raw is None else raw, y._graph)
            ins = (x, y._slot)
        else:
            return record(stack, kernel, (x, y), (), dtype)
        outs = recording.outs
        t = EagerTensor()
        t._raw = None
        t._dtype = dtype
        t._graph = graph
        t._recording = recording
        t._slot = slot = len(outs)
        outs.append(ref(t))
        recording.ops.append((kernel, ins, (), slot))
        return t
    a = x._raw
    b = y._raw
    t = EagerTensor()
    try:
        t._raw = kernel(x.native if a is None else a, y.native if b is None else b)
    except NotImplementedError as error:
        t._raw = widening.run(kernel, (x.native, y.native), (), error)
    t._dtype = dtype
    t._recording = None
    return t


def execute(
    kernel: Callable[..., Any],
    inputs: tuple[EagerTensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    """Any inputs and attributes; a tuple of tensors where the kernel returns one."""
    stack = local.stack
    if stack:
        if dtype is not None and len(inputs) == 1 and len(stack) == 1:
            recording, x = stack[0], inputs[0]
            if x._recording is recording:
                # record() for the commonest case: reductions, softmax, reshape.
                graph = kernel(x._graph, *attrs)
                if graph.__class__ is not tuple and graph.requires_grad:
                    outs = recording.outs
                    t = EagerTensor()
                    t._raw = None
                    t._dtype = dtype
                    t._graph = graph
                    t._recording = recording
                    t._slot = slot = len(outs)
                    outs.append(ref(t))
                    recording.ops.append((kernel, (x._slot,), attrs, slot))
                    return t
                return _noted(recording, kernel, inputs, attrs, graph)
        return record(stack, kernel, inputs, attrs, dtype)
    number, count = len(inputs), len(attrs)
    try:
        if number == 1:
            raw = inputs[0]._raw
            if raw is None:
                raw = inputs[0].native
            # A call that names its arguments takes a third of the time of one that unpacks them.
            if count == 1:
                out = kernel(raw, attrs[0])
            elif count == 2:
                out = kernel(raw, attrs[0], attrs[1])
            elif count == 3:
                out = kernel(raw, attrs[0], attrs[1], attrs[2])
            else:
                out = kernel(raw, *attrs)
        elif number == 2:
            x, y = inputs
            raw, other = x._raw, y._raw
            if raw is None:
                raw = x.native
            if other is None:
                other = y.native
            if not count:
                out = kernel(raw, other)
            elif count == 1:
                out = kernel(raw, other, attrs[0])
            elif count == 2:
                out = kernel(raw, other, attrs[0], attrs[1])
            else:
                out = kernel(raw, other, *attrs)
        elif number == 3 and not count:
            x, y, z = inputs
            raw, other, third = x._raw, y._raw, z._raw
            if raw is None:
                raw = x.native
            if other is None:
                other = y.native
            out = kernel(raw, other, z.native if third is None else third)
        elif number:
            out = kernel(*[x._raw if x._raw is not None else x.native for x in inputs], *attrs)
        else:
            out = kernel(*attrs)
    except NotImplementedError as error:
        out = widening.run(kernel, [x.native for x in inputs], attrs, error)
    if out.__class__ is tuple:
        return _each(out)
    t = EagerTensor()
    t._raw = out
    t._dtype = FROM_NATIVE[out.dtype] if dtype is None else dtype
    t._recording = None
    return t


def execute_constant(
    kernel: Callable[..., Any],
    inputs: tuple[EagerTensor, ...],
    attrs: tuple[Any, ...] = (),
    dtype: DType | None = None,
) -> Any:
    """`execute` out of every recording's sight."""
    number, count = len(inputs), len(attrs)
    try:
        if number == 1:
            raw = inputs[0]._raw
            if raw is None:
                raw = inputs[0].native
            if count == 1:
                out = kernel(raw, attrs[0])
            elif count == 2:
                out = kernel(raw, attrs[0], attrs[1])
            elif count == 3:
                out = kernel(raw, attrs[0], attrs[1], attrs[2])
            else:
                out = kernel(raw, *attrs)
        elif number == 2:
            x, y = inputs
            raw, other = x._raw, y._raw
            if raw is None:
                raw = x.native
            if other is None:
                other = y.native
            if not count:
                out = kernel(raw, other)
            elif count == 1:
                out = kernel(raw, other, attrs[0])
            elif count == 2:
                out = kernel(raw, other, attrs[0], attrs[1])
            else:
                out = kernel(raw, other, *attrs)
        elif number:
            out = kernel(*[x._raw if x._raw is not None else x.native for x in inputs], *attrs)
        else:
            out = kernel(*attrs)
    except NotImplementedError as error:
        out = widening.run(kernel, [x.native for x in inputs], attrs, error)
    if out.__class__ is tuple:
        return _each(out)
    t = EagerTensor()
    t._raw = out
    t._dtype = FROM_NATIVE[out.dtype] if dtype is None else dtype
    t._recording = None
    return t


def _each(natives: tuple[torch.Tensor, ...]) -> tuple[EagerTensor, ...]:
    results = []
    for native in natives:
        t = EagerTensor()
        t._raw = native
        t._dtype = FROM_NATIVE[native.dtype]
        t._recording = None
        results.append(t)
    return tuple(results)


def _noted(
    recording: Recorder,
    kernel: Callable[..., Any],
    inputs: tuple[EagerTensor, ...],
    attrs: tuple[Any, ...],
    graphs: Any,
) -> Any:
    several = graphs.__class__ is tuple
    if not several:
        graphs = (graphs,)
    outputs = tuple([wrap(g.detach()) for g in graphs])
    recording.note(kernel, inputs, attrs, outputs, graphs, several)
    return outputs if several else outputs[0]


def record(
    stack: list[Recorder],
    kernel: Callable[..., Any],
    inputs: tuple[EagerTensor, ...],
    attrs: tuple[Any, ...],
    dtype: DType | None = None,
) -> Any:
    """Runs an op once per recording that tracks one of its inputs, on that recording's graph.

    What a recording does not track is a constant for it, whatever other recordings make of it.
    """
    outputs: tuple[EagerTensor, ...] | None = None
    several = False
    for recorder in stack:
        graphs = recorder.run(kernel, inputs, attrs)
        if graphs is None:
            continue
        several = graphs.__class__ is tuple
        if not several:
            graphs = (graphs,)
        if outputs is None:
            outputs = tuple([wrap(g.detach()) for g in graphs])
        recorder.note(kernel, inputs, attrs, outputs, graphs, several)
    if outputs is None:
        out = execute_constant(kernel, inputs, attrs, dtype)
        several = out.__class__ is tuple
        outputs = out if several else (out,)
    for position, recorder in enumerate(stack):
        recorder.push_forward(stack, position, kernel, inputs, attrs, outputs)
    return outputs if several else outputs[0]
