"""Programs as Python functions on PyTorch's tensors, written out so that a run has no overhead.

Every value is a local variable that is deleted at its last use. A program that trains, with one
tape in it, becomes what one writes by hand: leaves that require a gradient, and one backward pass.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import widening
from .instructions import Begin, Gradient, Instruction, Op, Tell
from .tape import cotangent, run_backward

Function = Callable[..., tuple[Any, ...]]
_PLAIN = (int, bool, str, type(None))


def _widened(kernel: Callable[..., Any], inputs: int) -> Callable[..., Any]:
    def run(*args: Any) -> Any:
        try:
            return kernel(*args)
        except NotImplementedError as error:
            return widening.run(kernel, args[:inputs], args[inputs:], error)

    return run


class Writer:
    """Lines of a function, each with the variables it sets and those it reads."""

    def __init__(self, unsigned: Callable[[int], bool]) -> None:
        self._unsigned = unsigned
        self._lines: list[tuple[list[str], str, list[str]]] = []
        self._names: dict[int, str] = {}
        self._held: list[Any] = []
        self.scope: dict[str, Any] = {"backward": run_backward, "cotangent": cotangent}

    def line(self, outs: Sequence[str], text: str, reads: Sequence[str]) -> None:
        self._lines.append((list(outs), text, list(reads)))

    def name(self, value: Any) -> str:
        """What the function calls an object."""
        if value.__class__ in _PLAIN:
            return repr(value)
        found = self._names.get(id(value))
        if found is None:
            found = self._names[id(value)] = f"c{len(self._names)}"
            self._held.append(value)
            self.scope[found] = value
        return found

    def op(self, op: Op, args: Sequence[str], outs: Sequence[str]) -> None:
        kernel = op.kernel
        if any([self._unsigned(i) for i in (*op.ins, *op.outs)]):
            kernel = _widened(kernel, len(op.ins))
        text = ", ".join([*args, *[self.name(a) for a in op.attrs]])
        comma = "," if op.several and len(outs) == 1 else ""
        called = f"{self.name(kernel)}({text})"
        self.line(outs, f"{', '.join(outs)}{comma} = {called}", [_variable(a) for a in args])

    def function(self, parameters: Sequence[str], results: Sequence[str]) -> Function:
        kept = {*results, *parameters}
        lines: list[str] = []
        for outs, text, reads in reversed(self._lines):
            last = [v for v in dict.fromkeys([*reads, *outs]) if v not in kept]
            kept.update(last)
            lines.append(f"    {text}\n" + (f"    del {', '.join(last)}\n" if last else ""))
        lines.reverse()
        text = f"def run({', '.join(parameters)}):\n{''.join(lines)}"
        text += f"    return ({''.join([r + ', ' for r in results])})\n"
        exec(compile(text, "<program>", "exec"), self.scope)
        return self.scope["run"]


def _variable(text: str) -> str:
    return text.partition(".")[0]


def flat(
    instructions: Sequence[Op],
    leaves: Sequence[int],
    outputs: Sequence[int],
    unsigned: Callable[[int], bool],
    differentiated: bool,
) -> Function:
    """A program of ops alone; in one that is differentiated, some are cut off from derivatives."""
    writer = Writer(unsigned)
    for op in instructions:
        cut = ".detach()" if differentiated and not op.differentiable else ""
        writer.op(op, [f"v{i}{cut}" for i in op.ins], [f"v{i}" for i in op.outs])
    return writer.function([f"v{i}" for i in leaves], [f"v{i}" for i in outputs])


def trains(instructions: Sequence[Instruction]) -> bool:
    """Whether there is one tape, asked only when it has stopped, and nothing else but ops."""
    begun = started = stopped = 0
    for i in instructions:
        if i.__class__ is Op:
            continue
        if i.__class__ is Begin and i.kind == "Tape":
            begun += 1
        elif i.__class__ is Tell and i.method in ("start", "stop", "watch"):
            started += i.method == "start"
            stopped += i.method == "stop"
        elif i.__class__ is Gradient and stopped and not i.batched:
            continue
        elif i.__class__ is not Tell or not stopped:
            return False
    return begun == 1 and started == 1 and stopped == 1


def training(
    instructions: Sequence[Instruction],
    leaves: Sequence[int],
    outputs: Sequence[int],
    unsigned: Callable[[int], bool],
    tracked: set[int],
) -> Function:
    """A program that `trains`; `tracked`: the values that its tape saw computed."""
    writer = Writer(unsigned)
    graph: set[int] = set()
    recording = False
    gradients = [i for i in instructions if i.__class__ is Gradient]
    # Values of graph tensors, as far as somebody outside the graph reads them.
    values = set(outputs)
    for i in instructions:
        if i.__class__ is Gradient:
            values.update([k for k in i.given if k is not None])
        elif i.__class__ is Tell:
            if i.method in ("start", "stop"):
                recording = i.method == "start"
        elif not (recording and tracked.intersection(i.outs)):
            values.update(i.ins)
    recording = False
    for i in instructions:
        if i.__class__ is Op:
            if not (recording and tracked.intersection(i.outs)):
                writer.op(i, [f"v{k}" for k in i.ins], [f"v{k}" for k in i.outs])
                continue
            # On a tape everything is differentiated that enters as a tensor of the graph.
            args = [f"g{k}" if k in graph else f"v{k}" for k in i.ins]
            writer.op(i, args, [f"g{k}" if k in tracked else f"v{k}" for k in i.outs])
            for k in i.outs:
                if k in tracked:
                    graph.add(k)
                    if k in values:
                        writer.line([f"v{k}"], f"v{k} = g{k}.detach()", [f"g{k}"])
        elif i.__class__ is Gradient:
            _write_gradient(writer, i, graph, i is not gradients[-1])
        elif i.__class__ is Tell:
            if i.method == "watch":
                (k,) = i.ins
                if k not in graph:
                    graph.add(k)
                    writer.line([f"g{k}"], f"g{k} = v{k}.detach().requires_grad_()", [f"v{k}"])
            else:
                recording = i.method == "start"
    return writer.function([f"v{i}" for i in leaves], [f"v{i}" for i in outputs])


def _write_gradient(writer: Writer, i: Gradient, graph: set[int], again: bool) -> None:
    targets = [(k, g) for k, g in zip(i.targets, i.given, strict=True) if k in graph]
    seeds = [f"cotangent(g{k})" if g is None else f"v{g}" for k, g in targets]
    by: list[str] = []
    outs: list[str] = []
    for place, source, lookups in zip(i.results, i.sources, i.lookups, strict=True):
        if place.__class__ is tuple:
            by += [f"g{k}" for k in lookups]
            outs += [f"v{k}" for k in place]
        elif place is not None:
            by.append(f"g{source}")
            outs.append(f"v{place}")
    if not by:
        return
    ys = [f"g{k}" for k, _ in targets]
    text = (
        f"{', '.join(outs)}, = backward(({', '.join(ys)},), ({', '.join(seeds)},), {again}, False, "
        f"({', '.join(by)},), True, accumulate_grad=False)"
    )
    reads = [*ys, *by, *[f"v{g}" for _, g in targets if g is not None]]
    writer.line(outs, text, reads)
