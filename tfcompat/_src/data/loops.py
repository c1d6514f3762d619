"""`for` over datasets and iterators in graphs: a node that runs the body as a program."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.autograph.loop_state import LoopState
from tfcompat._src.autograph.staged import condition
from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.variants import unpack_object
from tfcompat._src.dtypes import bool_
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import (
    loop_variables as variables,
    pieces,
    programs,
    subgraphs,
    tracing,
)
from tfcompat._src.function.arrays import GraphTensorArray
from tfcompat._src.function.graph import Graph
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec

State = tuple[Any, ...]


class _Closed:
    """A graph that is given what it captured, these tensors, behind its other inputs.

    state: what goes round in the loop, which may have arrays with room for more rows.
    """

    def __init__(self, subgraph: subgraphs.Subgraph, state: Sequence[Any]) -> None:
        self.graph = graph = subgraph.graph
        self.captured: list[Any] = subgraph.captured
        inputs = [*graph.inputs, *[inner for _, inner in graph.captures]]
        graph.captures.clear()
        # A program's arguments are in the order in which the tensors were made.
        self._places = sorted(range(len(inputs)), key=lambda at: inputs[at]._index)
        graph.inputs[:] = [inputs[at] for at in self._places]
        # By the shape of a tensor no program knows how many of its rows there are.
        growing = [isinstance(x, GraphTensorArray) and x._dynamic_size for x in state]
        self._whole = not (graph.lent or any(growing))

    def run(self, arguments: list[Any]) -> list[Any]:
        """Its results."""
        inputs = [arguments[at] for at in self._places]
        if self._whole:
            return programs.run(self.graph, inputs)
        return pieces.run(self.graph, inputs, arguments[len(inputs) :])


def placeholders(spec: Any, graph: Graph) -> Any:
    """An element that stands for all of a dataset in a graph."""

    def leaf(part: Any) -> Any:
        if isinstance(part, NoneTensorSpec):
            return None
        specs = nest.flatten(part._component_specs, expand_composites=True)
        tensors = [graph.placeholder(s.shape, s.dtype, "element") for s in specs]
        if isinstance(part, TensorSpec):
            return tensors[0]
        return part._from_components(
            nest.pack_sequence_as(part._component_specs, tensors, expand_composites=True)
        )

    return structure.map_structure(leaf, spec)


class ElementLoop:
    """What the node of a loop calls: with the elements' source, the state, and what is captured.

    no_round: what is wrong where there is no element; None where that is all right.
    """

    is_long = True

    def __init__(self, body: _Closed, test: _Closed | None, no_round: str | None) -> None:
        self._body, self._test, self._no_round = body, test, no_round

    @property
    def variables(self) -> list[Any]:
        """The variables that it reads or assigns."""
        return [v for part in (self._body, self._test) if part for v in part.graph.variables]

    def __call__(
        self, source: Any, state: list[Any], moved: list[Any], tested: list[Any]
    ) -> list[Any]:
        elements = iter(unpack_object(source))
        rounds = 0
        while self._goes_on(state, tested):
            try:
                element = next(elements)
            except StopIteration:
                break
            leaves = nest.flatten(element, expand_composites=True)
            given = [leaf for leaf in leaves if leaf is not None]
            state = self._body.run([*state, *given, *moved])
            rounds += 1
        if not rounds and self._no_round is not None:
            raise invalid_argument("Assert", self._no_round)
        return state

    def _goes_on(self, state: list[Any], tested: list[Any]) -> bool:
        return self._test is None or bool(self._test.run([*state, *tested])[0])


def record(
    source: Any,
    spec: Any,
    start: State,
    shapes: Sequence[Any] | None,
    step: Callable[..., State],
    test: Callable[..., Any] | None,
    no_round: str | None,
    name: str,
    relaxes: bool = False,
) -> State:
    """The state after `step(state, element)` was called for the elements of a source.

    source: a dataset or an iterator as a tensor; spec: the types of its elements; start: the
    first state; shapes: the shapes that its parts have in all rounds, those of the start if None;
    test: says of a state whether there shall be a round; relaxes: whether shapes that a round
    changes are unknown in all of them, and no error.
    """
    leaves = [variables.value_of(leaf) for leaf in subgraphs.flat(start)]
    start = subgraphs.pack(start, leaves)
    known = variables.invariants(start, leaves, shapes)
    entered: list[Any] = []

    def run(graph: Graph) -> Any:
        state = _entering(graph, start, leaves, known, entered)
        count = len(graph.inputs)
        element = placeholders(spec, graph)
        rest = graph.inputs[count:]
        after = step(state, element)
        if relaxes:
            _check_shapes(known, subgraphs.flat(after))
        found = variables.following(after, start, leaves, known)
        graph.inputs[:] = [*[_dense(x) for x in entered], *rest]
        return found

    while True:
        try:
            body = _Closed(subgraphs.trace("while_body", run), leaves)
            break
        except _Wider as wider:
            known = wider.shapes
            entered.clear()
    tester: _Closed | None = None
    if test is not None:
        seen: list[Any] = []

        def look(graph: Graph) -> Any:
            state = _entering(graph, start, leaves, known, seen)
            found = variables.truth(test(state))
            graph.inputs[:] = [_dense(x) for x in seen]
            return found

        tester = _Closed(subgraphs.trace("while_cond", look), leaves)
    specs = [
        TensorSpec(shape, x._dtype)
        for shape, x in zip(variables.final(known, entered), leaves, strict=True)
    ]
    loop = ElementLoop(body, tester, no_round)
    args = (source, [_dense(x) for x in leaves], body.captured, tester.captured if tester else [])
    found = subgraphs.record(loop, args, name, specs, True, False)
    results = [
        x.with_buffer(y) if isinstance(x, GraphTensorArray) else y
        for x, y in zip(leaves, found, strict=True)
    ]
    return subgraphs.pack(start, results)


class _Wider(Exception):
    """A round changed shapes; these are what it leaves as they are."""

    def __init__(self, shapes: list[Any]) -> None:
        self.shapes = shapes


def _check_shapes(known: Sequence[Any], after: Sequence[Any]) -> None:
    wider = [
        shape if shape is None else shape.most_specific_compatible_shape(to_tensor(leaf).shape)
        for shape, leaf in zip(known, after, strict=True)
    ]
    if any(_sizes(old) != _sizes(new) for old, new in zip(known, wider, strict=True)):
        raise _Wider(wider)


def _sizes(shape: Any) -> Any:
    return None if shape is None or shape.rank is None else shape.as_list()


def _dense(value: Any) -> Any:
    return value.dense() if isinstance(value, GraphTensorArray) else value


def _entering(
    graph: Graph, start: State, leaves: Sequence[Any], shapes: Sequence[Any], entered: list[Any]
) -> State:
    for leaf, shape in zip(leaves, shapes, strict=True):
        if isinstance(leaf, GraphTensorArray):
            entered.append(leaf.entering(graph))
        else:
            entered.append(graph.placeholder(shape, leaf._dtype, "while/Placeholder"))
    return subgraphs.pack(start, entered)


# ------------------------------------------------------------------------------------ AutoGraph
def for_elements(
    elements: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: Sequence[str],
    opts: dict[str, Any],
) -> None:
    """A `for` statement over a dataset or an iterator."""
    if tracing.current() is None:
        _in_python(elements, extra_test, body)
        return
    spec = elements.element_spec
    relaxes = isinstance(elements, DatasetV2)
    state = LoopState(get_state, set_state, names, {} if relaxes else opts)
    state.define(lambda graph: body(placeholders(spec, graph)))

    def step(values: State, element: Any) -> State:
        state.enter(values)
        body(element)
        return state.leave(values, relaxes)

    def goes_on(values: State) -> Any:
        state.enter(values)
        wanted = extra_test() if extra_test is not None else True
        found = condition(wanted, "for loop")
        return found if isinstance(found, Tensor) else to_tensor(found, bool_)

    no_round = None
    if state.defined_by_loop:
        no_round = f"loop must iterate at least once to initialize {state.described()}"
    try:
        results = record(
            elements._as_variant(),
            spec,
            state.values(),
            state.shapes(),
            step,
            None if extra_test is None else goes_on,
            no_round,
            "for",
            relaxes,
        )
    except BaseException:
        state.restore()
        raise
    state.finish(results)


def _in_python(
    elements: Any, extra_test: Callable[[], Any] | None, body: Callable[[Any], None]
) -> None:
    if extra_test is not None and not extra_test():
        return
    for element in elements:
        body(element)
        if extra_test is not None and not extra_test():
            return
