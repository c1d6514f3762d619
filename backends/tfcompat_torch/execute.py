"""How an op runs on PyTorch.

Each recording (an active tf.GradientTape) owns a private autograd graph. A tensor that a recording
tracks carries that recording's graph tensor; its detached value is made only when somebody asks,
so that a chain of ops under a tape costs what it costs in plain PyTorch.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from weakref import ref

import torch

from . import widening
from .tensor import FROM_NATIVE, SEVERAL, EagerTensor, local, recorders, wrap

if TYPE_CHECKING:
    from collections.abc import Callable

    from tfcompat._src.dtypes import DType

    from .tape import Recorder


# execute1 and execute2 are execute written out for the commonest ops, and execute has the calls of
# execute_constant once more: one call of Python's between them is 4 % of a small op.
def execute1(kernel: Callable[..., Any], x: EagerTensor, dtype: DType) -> EagerTensor:
    """One input, no attributes, one result."""
    if recorders and (stack := local.stack):
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
    if recorders and (stack := local.stack):
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
    if recorders and (stack := local.stack):
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
