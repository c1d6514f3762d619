"""A recorded call: its arguments with places in them where tensors of the graph were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src import afterwards, nest
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import OpError
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import Dims, SymbolicTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import is_composite

if TYPE_CHECKING:
    from tfcompat._src.ops.op_seeds import CallSeeds


class Place:
    """Stands in an argument for a tensor of the graph, by its index."""

    __slots__ = ("index",)

    def __init__(self, index: int) -> None:
        self.index = index


class Resource:
    """Stands for an object that every run of the graph has its own of: a tape."""

    __slots__ = ("like",)

    def __init__(self, like: Any) -> None:
        self.like = like


class Nested:
    """An argument with places somewhere in it."""

    __slots__ = ("composites", "leaves", "like")

    def __init__(self, like: Any, leaves: list[Any], composites: bool) -> None:
        self.like = like
        self.leaves = leaves
        self.composites = composites

    def filled(self, values: Values) -> Any:
        leaves = [values.fill(leaf) for leaf in self.leaves]
        if self.like.__class__ is list:
            return leaves
        if self.like.__class__ is tuple:
            return tuple(leaves)
        return nest.pack_sequence_as(self.like, leaves, expand_composites=self.composites)


class Slice:
    """A slice with places in it."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[Any]) -> None:
        self.parts = parts


class Values:
    """What the tensors of a graph are in one run of it."""

    __slots__ = ("_make", "_resources", "tensors")

    def __init__(self, count: int, make: Callable[[Any], Any]) -> None:
        self.tensors: list[Any] = [None] * count
        self._resources: dict[int, Any] = {}
        self._make = make

    def resource(self, like: Any) -> Any:
        """This run's own object in the place of one that was traced with."""
        found = self._resources.get(id(like))
        if found is None:
            found = self._resources[id(like)] = self._make(like)
        return found

    def lend(self, like: Any, own: Any) -> None:
        """Has another run's object stand in the place of one that was traced with."""
        self._resources[id(like)] = own

    def close(self) -> None:
        """Ends what records in a run that an error ends."""
        for found in self._resources.values():
            if getattr(found, "_recording", False):
                found.__exit__(None, None, None)

    def fill(self, template: Any) -> Any:
        kind = template.__class__
        if kind is Place:
            return self.tensors[template.index]
        if kind is Nested:
            return template.filled(self)
        if kind is Resource:
            return self.resource(template.like)
        if kind is Slice:
            return slice(*[self.fill(part) for part in template.parts])
        return template


class Node:
    """A call in a graph.

    outs: the places of its results in the graph; entry: the public op; specs: what described its
    results, if they were not found by calling the function; seeds: what it draws from, if it does;
    line: what is told of the user's line that made the call, if it is one of a public op.
    """

    __slots__ = (
        "aligned",
        "args",
        "effect",
        "entry",
        "function",
        "ins",
        "kwargs",
        "line",
        "name",
        "outs",
        "seeds",
        "single",
        "specs",
    )

    def __init__(
        self,
        function: Callable[..., Any],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        ins: tuple[int, ...],
        effect: bool,
        name: str,
    ) -> None:
        self.function = function
        self.args = args
        self.kwargs = kwargs
        self.ins = ins
        self.effect = effect
        self.name = name
        self.outs: tuple[int, ...] = ()
        self.single = False
        self.entry: Any = None
        self.specs: Any = None
        self.aligned: Callable[[Any, Values], Any] | None = None
        self.seeds: CallSeeds | None = None
        self.line: str | None = None

    def call(self, values: Values) -> Any:
        """Calls the function with the values of one run, and gives back what it returns."""
        if self.line is not None and self.entry is not None and self.entry.looks:
            with afterwards.called_at(self.line):
                return self._call(values)
        return self._call(values)

    def _call(self, values: Values) -> Any:
        fill = values.fill
        args = [fill(a) for a in self.args]
        if self.kwargs:
            return self.function(*args, **{k: fill(a) for k, a in self.kwargs.items()})
        return self.function(*args)

    def run(self, values: Values) -> None:
        """`call`, its tensors put in their places."""
        try:
            result = self.call(values)
        except OpError as error:
            if self.line is None or tracing.local.graph is not None:
                raise
            raise afterwards.refused(error, self.line) from None
        if self.aligned is not None:
            result = self.aligned(result, values)
        if self.single:
            values.tensors[self.outs[0]] = result
        elif self.outs:
            # What branches and loops give is a list of tensors.
            flat = getattr(self.function, "has_kernel", False)
            found = result if flat else tensors_of(result)
            for at, tensor in zip(self.outs, found, strict=True):
                values.tensors[at] = tensor


class Result(NamedTuple):
    """One tensor of a call's results."""

    dtype: DType
    dims: Dims
    shadow: Any
    other: Any
    example: bool


class Found(NamedTuple):
    """What a call gives: its structure, the tensors in it, whether all of it is known by now."""

    structure: Any
    tensors: list[Result]
    constant: bool


def tensors_of(structure: Any) -> list[Any]:
    """The tensors in what a call returned, in order; variables are none."""
    return [
        leaf for leaf in nest.flatten(structure, expand_composites=True) if isinstance(leaf, Tensor)
    ]


_SLOTS = (Tensor, TensorSpec)


def with_tensors(structure: Any, tensors: Iterator[Any]) -> Any:
    """A structure with other tensors in the place of its own, and of the specs of tensors in it."""
    if isinstance(structure, Tensor):
        return next(tensors)
    leaves = nest.flatten(structure, expand_composites=True)
    if not any(isinstance(leaf, _SLOTS) for leaf in leaves):
        return structure
    new = [next(tensors) if isinstance(leaf, _SLOTS) else leaf for leaf in leaves]
    return nest.pack_sequence_as(structure, new, expand_composites=True)


PLAIN = (int, float, str, bytes, bool, type(None), type)


class Reader:
    """Turns the arguments of a call into templates, and notes what it sees on the way.

    tensor_at: the place of a tensor of a graph, or its value where that is known; object_at: what
    stands for anything that is no tensor and no structure.
    """

    def __init__(
        self,
        tensor_at: Callable[[Tensor], Any],
        object_at: Callable[[Any], Any],
    ) -> None:
        self._tensor_at = tensor_at
        self._object_at = object_at
        self.ins: list[int] = []

    def template(self, value: Any) -> Any:
        """What stands for an argument in a node."""
        kind = value.__class__
        if kind in PLAIN:
            return value
        if kind is SymbolicTensor or isinstance(value, Tensor):
            found = self._tensor_at(value)
            if found.__class__ is Place:
                self.ins.append(found.index)
            return found
        if kind is list or kind is tuple:
            before = len(self.ins)
            leaves = [self.template(item) for item in value]
            if len(self.ins) > before or any(
                new is not old for new, old in zip(leaves, value, strict=True)
            ):
                return Nested(value, leaves, False)
            return value
        if kind is slice:
            bounds = (value.start, value.stop, value.step)
            parts = [self.template(part) for part in bounds]
            same = all([new is old for new, old in zip(parts, bounds, strict=True)])
            return value if same else Slice(parts)
        composite = is_composite(value)
        if composite or nest.is_nested(value):
            leaves = nest.flatten(value, expand_composites=composite)
            templates = [self.template(leaf) for leaf in leaves]
            if any(new is not old for new, old in zip(templates, leaves, strict=True)):
                return Nested(value, templates, composite)
            return value
        found = self._object_at(value)
        if found.__class__ is Place:
            self.ins.append(found.index)
        return found
