"""Users' functions in pipelines: traced once, then called for each element on NumPy arrays.

An element is a flat tuple of components, one for each leaf of its structure: a NumPy array for a
tensor, None, or a value made of tensors as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from typing import Any

import numpy as np

from tfcompat._src import dispatch, nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.lowering import Lowered, Unstacked
from tfcompat._src.device import device
from tfcompat._src.errors import OpError, UnknownError, invalid_argument
from tfcompat._src.function import tracing
from tfcompat._src.function.calls import Node
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.lifting import lifted
from tfcompat._src.function.placeholders import PlaceholderContext
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops.random_seeds import Streams, drawing_from
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec
from tfcompat._src.type_spec import TypeSpec, type_spec_from_value
from tfcompat._src.variable import Variable

Components = structure.Components


@contextmanager
def on_host() -> Iterator[None]:
    """A context for the ops of a pipeline: on the CPU, apart from what the thread does besides."""
    engine = dispatch.backend()
    apart = getattr(engine, "apart", None)
    with ExitStack() as stack:
        stack.enter_context(lifted())
        if apart is not None:
            stack.enter_context(apart())
        if engine.device_count("GPU"):
            stack.enter_context(device("/CPU:0"))
        yield


class Mapped:
    """A user's function of elements, as a function of components.

    spec: the structure of tf.TypeSpecs of the elements; name: who was given the function, for
    messages; direct: whether Python calls it for each element, as it does anyway where elements
    or results are datasets.
    output_spec: the structure of what it returns; stateful: whether calls do more than return
    what they compute from their arguments; stackable: whether `call_stacked` may be tried.

    Raises what the function raises while it is traced, and TypeError for what it cannot return.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        spec: Any,
        name: str = "Dataset.map()",
        direct: bool = False,
    ) -> None:
        self._body = _body(function, spec, name, direct)
        # What all with other values for what it captured have in common.
        self._first = self
        self.output_spec: Any = self._body.output_spec
        self.stateful: bool = self._body.stateful
        #: The components of the result for those of one element; raises what ops raise.
        self.call: Callable[[Components], Components] = self._body.call

    @property
    def stackable(self) -> bool:
        """Whether many elements may be computed together."""
        return self._body.stackable

    @property
    def slow(self) -> bool:
        """Whether a call calls ops or Python functions that let other threads go on."""
        return self._body.slow

    def call_stacked(self, count: int, columns: Components) -> Components:
        """The results for so many elements, whose components are stacked, and so are the results.

        Raises Unstacked where they have to be computed one after the other.
        """
        return self._body.call_stacked(count, columns)

    def call_rows(self, elements: Sequence[Components]) -> list[Components]:
        """`call` for each of several elements."""
        call = self.call
        return [call(element) for element in elements]

    @property
    def captured(self) -> list[Any]:
        """The tensors of the graph around it that it uses."""
        return self._body.captured

    def bound(self, values: Sequence[Any]) -> Mapped:
        """The function with values for what it captured."""
        return self._with(self._body.bound(values)) if self.captured else self

    def started(self, context: Any = None) -> Mapped:
        """The function for the walks of one iterator, in which its random numbers start anew.

        context: that of the walks.
        """
        streams = self._body.streams
        if streams is None:
            return self
        fresh = streams.fresh()
        if context is not None:
            fresh = context.functions.setdefault(self._first, fresh)
        return self._with(self._body.drawing(fresh))

    def _with(self, body: Body) -> Mapped:
        found = object.__new__(Mapped)
        found.__dict__.update(self.__dict__, _body=body, call=body.call)
        return found


#: What a Mapped is called by those who only call it.
Function = Mapped


class Body:
    """How a function is called."""

    output_spec: Any
    stateful = True
    stackable = False
    slow = True
    captured: list[Any] = []  # noqa: RUF012  never changed
    streams: Streams | None = None

    def bound(self, values: Sequence[Any]) -> Body:
        """See Mapped."""
        return self

    def call(self, components: Components) -> Components:
        """See Mapped."""
        raise NotImplementedError

    def call_stacked(self, count: int, columns: Components) -> Components:
        """See Mapped."""
        raise Unstacked

    def drawing(self, streams: Streams) -> Body:
        """The same with other streams of random numbers."""
        return self


def _body(function: Callable[..., Any], spec: Any, name: str, direct: bool) -> Body:
    from tfcompat._src.data.direct import Direct, returns_datasets

    if direct or any(not _is_traceable(leaf) for leaf in structure.flatten(spec)):
        return Direct(function, spec, name)
    try:
        traced = Traced(function, spec, name)
    except Exception as error:
        if returns_datasets(function, spec, name):
            return Direct(function, spec, name)
        raise error from None
    if Debugging.enabled:
        return Direct(function, spec, name, traced.output_spec)
    return traced


class Debugging:
    """Whether functions of datasets made from now on are called for each element."""

    enabled = False


# --------------------------------------------------------------------------------------- structures
def arguments_of(element: Any) -> tuple[Any, ...]:
    """What a function is called with for an element: a tuple is spread."""
    return element if type(element) is tuple else (element,)


def normalized(result: Any, name: str) -> Any:
    """What a function returned as the structure of an element: leaves are tensors or None.

    Raises TypeError for what cannot be in an element.
    """
    if isinstance(result, list):
        result = tuple(result)
    try:
        return structure.map_structure(_normalized, result)
    except (TypeError, ValueError):
        raise TypeError(
            f"Unsupported return value from function passed to {name}: {result!r}."
        ) from None


def _normalized(leaf: Any) -> Any:
    if leaf is None or isinstance(leaf, Tensor):
        return leaf
    if isinstance(leaf, Variable):
        return leaf.value()
    if isinstance(leaf, TypeSpec) or not hasattr(leaf, "_type_spec"):
        return to_tensor(leaf)
    return leaf


def spec_of(value: Any) -> Any:
    """The spec of one leaf of a normalized structure."""
    if value is None:
        return NoneTensorSpec()
    if isinstance(value, SymbolicTensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype)
    return type_spec_from_value(value)


def _is_traceable(spec: Any) -> bool:
    if isinstance(spec, (TensorSpec, NoneTensorSpec)):
        return True
    kind = type(spec).__name__
    return isinstance(spec, TypeSpec) and kind not in ("DatasetSpec", "OptionalSpec")


# --------------------------------------------------------------------------------------- components
def component_of(value: Any) -> Any:
    """What a function returned for one leaf, as a component."""
    return value._numpy() if isinstance(value, Tensor) else value


# ------------------------------------------------------------------------------------------- traced
class Traced(Body):
    """A function as a graph."""

    def __init__(self, function: Callable[..., Any], spec: Any, name: str) -> None:
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
        self._lowered = lowered = Lowered(self.graph, self.stateful)
        self.slow = lowered.host
        self.stackable = not self.stateful and self._plain and self._plain_results
        self.stackable = self.stackable and lowered.fast and bool(self._leaves)
        self._element = lowered.element
        self._context: Callable[[], Any] = on_host if lowered.host else _nothing
        if lowered.quiet:
            self._context = _quietly if lowered.host else _quiet
        if self.stateful:
            # Python's functions and branches may draw too.
            self.streams = Streams()
            self._context = self._drawing

    @contextmanager
    def _drawing(self) -> Iterator[None]:
        with on_host(), np.errstate(all="ignore"), drawing_from(self.streams):
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
            if self.stateful:
                raise as_op_error(error) from error
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
                raise as_op_error(error) from error

    def call_stacked(self, count: int, columns: Components) -> Components:
        if not self.stackable:
            raise Unstacked
        if self._given:
            same = [np.broadcast_to(x, (count, *x.shape)) for x in self._given]
            columns = (*columns, *same)
        try:
            with self._context():
                return self._lowered.rows(count, *columns)  # type: ignore[no-any-return]
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


# ------------------------------------------------------------------------------------------- errors
def as_op_error(error: Exception) -> Exception:
    """What an iterator raises for an exception that is of no class of tf.errors."""
    if isinstance(error, (NotImplementedError, OpError)):
        return error
    if isinstance(error, StopIteration):
        return invalid_argument(
            "IteratorGetNext",
            f"Function invocation produced OutOfRangeError: StopIteration: {error}",
        )
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, (TypeError, ValueError)):
        return invalid_argument("IteratorGetNext", text)
    return UnknownError(None, None, text)
