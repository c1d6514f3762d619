"""What PyTorch is called with while code runs, written down, and code that makes the same calls.

Autograd's own calls are among them. So a derivative becomes lines of a function, like what it is
the derivative of, and no graph is made and walked when they run again.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch.overrides import TorchFunctionMode
from torch.utils._python_dispatch import TorchDispatchMode

from . import transcendental
from .generated import Writer


class Refused(Exception):
    """The code does what its calls do not tell: it looked at values, or at tensors of its own."""


class Place(int):
    """Stands for a tensor in the arguments of a call: its slot."""


class Call(NamedTuple):
    """A call of one of PyTorch's ops; of a result that is no tensor the slot is None."""

    op: Any
    args: tuple[Any, ...]
    options: dict[str, Any]
    outs: tuple[int | None, ...]
    several: bool

    @property
    def ins(self) -> list[int]:
        """The slots of the arguments."""
        return list(_places((self.args, tuple(self.options.values()))))


def _places(tree: Any) -> Iterator[int]:
    if tree.__class__ is Place:
        yield int(tree)
    elif isinstance(tree, tuple | list):
        for each in tree:
            yield from _places(each)


_LOOKED_AT = frozenset(
    [torch.Tensor.numpy, torch.Tensor.tolist, torch.Tensor.__array__, torch.Tensor.item]
)
_UNKNOWN_BEFORE = frozenset([torch.Tag.dynamic_output_shape, torch.Tag.data_dependent_output])
# What it reads depends on how its argument lies in memory, which may change.
_LAID_OUT = frozenset([torch.ops.aten.as_strided.default])
_VIEW = torch.ops.aten.view.default
_SAME = frozenset([torch.ops.aten.detach.default, torch.ops.aten.alias.default])


class _Looks(TorchFunctionMode):
    """Refuses what reads values."""

    def __torch_function__(
        self, function: Any, kinds: Any, args: Any = (), options: Any = None
    ) -> Any:
        if function in _LOOKED_AT:
            raise Refused(f"{function}")
        return function(*args, **(options or {}))


class Recorder(TorchDispatchMode):
    """A context in which calls are written down, of tensors that were given slots and of others."""

    def __init__(self, inputs: Sequence[torch.Tensor]) -> None:
        super().__init__()
        self.calls: list[Call] = []
        self._looks = _Looks()
        # Also keeps the tensors, by whose identity they are known.
        self._known: dict[int, tuple[int, torch.Tensor]] = {}
        self._next = 0
        for x in inputs:
            self.enter(x)

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        # PyTorch would import its compiler, which takes seconds, to keep it away from here.
        return False

    def __enter__(self) -> Any:
        self._looks.__enter__()
        return super().__enter__()

    def __exit__(self, *error: Any) -> None:
        super().__exit__(*error)
        self._looks.__exit__(*error)

    def enter(self, x: torch.Tensor) -> int:
        """Gives a tensor a slot."""
        slot, self._next = self._next, self._next + 1
        self._known[id(x)] = slot, x
        return slot

    def slot(self, x: torch.Tensor) -> int:
        """The slot of a tensor."""
        found = self._known.get(id(x))
        if found is None:
            raise Refused("a tensor that no call made")
        return found[0]

    @property
    def tensors(self) -> dict[int, torch.Tensor]:
        """The tensors, by slot."""
        return dict(self._known.values())

    def _told(self, tree: Any) -> Any:
        if isinstance(tree, torch.Tensor):
            return Place(self.slot(tree))
        if isinstance(tree, tuple | list):
            return type(tree)([self._told(each) for each in tree])
        if isinstance(tree, torch.Generator):
            raise Refused("numbers drawn")
        return tree

    def __torch_dispatch__(self, op: Any, kinds: Any, args: Any = (), options: Any = None) -> Any:
        options = options or {}
        # What gives nothing checks values, which are others in the next round.
        checks = not op._schema.returns
        if checks or op in _LAID_OUT or op._schema.is_mutable:
            raise Refused(str(op))
        if not _UNKNOWN_BEFORE.isdisjoint(op.tags):
            raise Refused(str(op))
        told = self._told(tuple(args)), {name: self._told(x) for name, x in options.items()}
        found = op(*args, **options)
        # A view of the same shape is the same; it is made of most sums, and of matrices of rows.
        if op in _SAME or (op is _VIEW and found.shape == args[0].shape):
            self._known[id(found)] = self.slot(args[0]), found
            return found
        several = isinstance(found, tuple | list)
        outs = [
            self.enter(x) if isinstance(x, torch.Tensor) else None
            for x in (found if several else (found,))
        ]
        self.calls.append(Call(op, *told, tuple(outs), several))
        return found


# ------------------------------------------------------------------------------------------- code
_OWN = {
    torch.ops.aten.tanh.default: transcendental.tanh,
    torch.ops.aten.atan.default: transcendental.atan,
    torch.ops.aten.add_.Tensor: torch.Tensor.add_,
}


def _quick(op: Any) -> Callable[..., Any]:
    """The backend's own function for an op, or PyTorch's binding of it where there is one.

    That parses arguments in half the time.
    """
    own = _OWN.get(op)
    if own is not None:
        return own
    if op in (_VIEW, torch.ops.aten._unsafe_view.default):
        # Next time the tensor may be laid out otherwise.
        return torch.Tensor.reshape
    if op.namespace == "aten":
        name = op._schema.name.partition("::")[2]
        found = getattr(torch, name, None)
        if isinstance(found, types.BuiltinFunctionType):
            return found
    function: Callable[..., Any] = op
    return function


def _text(writer: Writer, tree: Any, named: Callable[[int], str]) -> str:
    if tree.__class__ is Place:
        return named(int(tree))
    if isinstance(tree, tuple | list):
        inside = "".join([_text(writer, each, named) + ", " for each in tree])
        return f"({inside})" if isinstance(tree, tuple) else f"[{inside}]"
    return writer.name(tree)


def write(writer: Writer, call: Call, named: Callable[[int], str]) -> None:
    """Adds the line of a call; `named` tells the variables of slots."""
    args = [_text(writer, each, named) for each in call.args]
    args += [f"{name}={_text(writer, each, named)}" for name, each in call.options.items()]
    outs = ["_" if slot is None else named(slot) for slot in call.outs]
    comma = "," if call.several and len(outs) == 1 else ""
    text = f"{', '.join(outs)}{comma} = {writer.name(_quick(call.op))}({', '.join(args)})"
    writer.line([v for v in outs if v != "_"], text, [named(slot) for slot in call.ins])
