"""Functions of pipelines as graphs, which NumPy and the backend compute."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.data import structure
from tfcompat._src.data.lowering import Lowered, Unstacked
from tfcompat._src.data.mapped import (
    Body,
    Components,
    arguments_of,
    normalized,
    on_host,
    raise_as_op_error,
    spec_of,
)
from tfcompat._src.errors import OpError
from tfcompat._src.function import tracing
from tfcompat._src.function.calls import Node
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.placeholders import PlaceholderContext
from tfcompat._src.ops.random_seeds import Streams, drawing_from
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec


class Traced(Body):
    """A function as a graph."""

    def __init__(self, function: Callable[..., Any], spec: Any, name: str) -> None:
        self.input_spec = spec
        self._leaves = structure.flatten(spec)
        self.graph = _traced(function, spec, name)
        self.captured = _captures_as_inputs(self.graph)
        self._given: Components = ()
        outputs = self.graph.structured_outputs
        self._results = structure.flatten(outputs)
        self._kept = [_count(leaf) for leaf in self._results]
        self.output_spec = structure.map_structure(spec_of, outputs)
        self.stateful = _is_stateful(self.graph)
        self._plain = all(isinstance(leaf, TensorSpec) for leaf in self._leaves)
        self._plain_results = all(isinstance(leaf, Tensor) for leaf in self._results)
        self._lowered = lowered = Lowered(self.graph)
        self.slow = lowered.host
        self.stackable = not self.stateful and self._plain and self._plain_results
        self.stackable = self.stackable and lowered.fast and bool(self._leaves)
        self._element = lowered.element
        self._context: Callable[[], Any] = on_host if lowered.host else _nothing
        if lowered.quiet:
            self._context = _quietly if lowered.host else _quiet
        if self.stateful:
            # Python's functions and branches may draw too.
            self.streams = Streams(lasting=True)
            self._context = self._drawing

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        with np.errstate(all="ignore"), on_host() if self.slow else nullcontext():
            with drawing_from(self.streams):
                yield

    def drawing(self, streams: Streams) -> Body:
        found = object.__new__(Traced)
        found.__dict__.update(self.__dict__, streams=streams)
        found._context = found._drawing
        return found

    def call(self, components: Components) -> Components:
        if not self._plain:
            components = tuple(self._inputs(components))
        if self._given:
            components = (*components, *self._given)
        try:
            with self._context():
                found = self._element(*components)
        except Exception as error:
            if self.stateful or isinstance(error, OpError):
                raise_as_op_error(error)
            found = self._again(components)
        if self._plain_results:
            return tuple([x if x.__class__ is np.ndarray else np.asarray(x) for x in found])
        return self._packed(list(found))

    def bound(self, values: Sequence[Any]) -> Body:
        found = object.__new__(type(self))
        found.__dict__.update(self.__dict__)
        found._given = tuple([value._numpy() for value in values])
        return found

    def _again(self, arrays: Sequence[Any]) -> Sequence[Any]:
        """Op by op, for the error that the public op raises."""
        with on_host():
            pairs = zip(arrays, self.graph.inputs, strict=True)
            inputs = [structure.tensor_of(array, symbol._dtype) for array, symbol in pairs]
            try:
                return [tensor._numpy() for tensor in self.graph.run(inputs)]
            except Exception as error:
                raise_as_op_error(error)

    def call_stacked(self, count: int, columns: Components) -> Components:
        if not self.stackable:
            raise Unstacked
        if self._given:
            same = [np.broadcast_to(x, (count, *x.shape)) for x in self._given]
            columns = (*columns, *same)
        try:
            with self._context():
                return self._lowered.rows(count, *columns)
        except Unstacked:
            # Elements of many shapes go on like that.
            self.stackable = False
            raise
        except Exception:
            raise Unstacked from None

    def _inputs(self, components: Components) -> list[Any]:
        inputs: list[Any] = []
        for component, spec in zip(components, self._leaves, strict=True):
            if isinstance(spec, TensorSpec):
                inputs.append(component)
            elif component is not None:
                leaves = nest.flatten(component, expand_composites=True)
                inputs += [leaf._numpy() for leaf in leaves]
        return inputs

    def _packed(self, results: list[Any]) -> Components:
        found: list[Any] = []
        at = 0
        for like, count in zip(self._results, self._kept, strict=True):
            if isinstance(like, Tensor):
                found.append(np.asarray(results[at]))
            elif like is None:
                found.append(None)
            else:
                found.append(self._composite(like, results[at : at + count], at))
            at += count
        return tuple(found)

    def _composite(self, like: Any, arrays: list[Any], at: int) -> Any:
        symbols = self.graph.outputs[at : at + len(arrays)]
        with on_host():
            tensors = iter(
                [
                    structure.tensor_of(np.asarray(array), symbol._dtype)
                    for array, symbol in zip(arrays, symbols, strict=True)
                ]
            )
            leaves = [
                next(tensors) if isinstance(leaf, Tensor) else leaf
                for leaf in nest.flatten(like, expand_composites=True)
            ]
            return nest.pack_sequence_as(like, leaves, expand_composites=True)


def _nothing() -> Any:
    return _NOTHING


_NOTHING = nullcontext()


def _quiet() -> Any:
    return np.errstate(all="ignore")


@contextmanager
def _quietly() -> Iterator[None]:
    with on_host(), np.errstate(all="ignore"):
        yield


def _captures_as_inputs(graph: Graph) -> list[Any]:
    """Has what a graph uses from the one around it given with its arguments."""
    found = [outer for outer, _ in graph.captures]
    graph.inputs += [inner for _, inner in graph.captures]
    graph.captures.clear()
    return found


def _count(leaf: Any) -> int:
    """How many tensors of the graph a leaf of its results is made of."""
    if isinstance(leaf, Tensor):
        return 1
    return sum(isinstance(x, Tensor) for x in nest.flatten(leaf, expand_composites=True))


def _traced(function: Callable[..., Any], spec: Any, name: str) -> Graph:
    from tfcompat._src.autograph.api import convert

    converted = function
    if not str(getattr(function, "__module__", "")).startswith("tfcompat."):
        converted = convert(function)
    around = tracing.current()
    with on_host():
        graph = Graph(getattr(function, "__name__", "function"), around)
        with graph.building():
            context = PlaceholderContext(graph, ())
            context._name = "args_0"
            arguments = []
            for at, argument in enumerate(arguments_of(spec)):
                context._name = f"args_{at}"
                arguments.append(
                    structure.map_structure(lambda s: _placeholder(s, context), argument)
                )
            graph.finish(normalized(converted(*arguments), name))
    return graph


def _placeholder(spec: Any, context: PlaceholderContext) -> Any:
    return None if isinstance(spec, NoneTensorSpec) else spec.placeholder_value(context)


def _graphs_in(value: Any, depth: int = 3) -> Iterator[Graph]:
    """The graphs of the functions that an op calls: of branches and loops."""
    if isinstance(value, Graph):
        yield value
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _graphs_in(item, depth)
    elif depth and type(value).__module__.startswith("tfcompat._src.function"):
        for item in list(getattr(value, "__dict__", {}).values()):
            yield from _graphs_in(item, depth - 1)


def _only_reads(node: Node) -> bool:
    """Whether an op is among those with effects for the sake of its neighbours."""
    home = getattr(node.function, "__module__", "")
    if home == "tfcompat._src.numerics":
        return True
    return home == "tfcompat._src.ops.io" and node.name != "write_file"


def _is_stateful(graph: Graph) -> bool:
    if graph.variables or graph.assigned:
        return True
    for node in graph._live:
        check = node.entry is not None and node.entry.check
        if node.effect and not check and not _only_reads(node):
            return True
        if any(_is_stateful(inner) for inner in _graphs_in(node.function)):
            return True
    return False
