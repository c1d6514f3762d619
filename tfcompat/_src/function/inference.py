"""What is known of a call's results before it runs: by calling the function on stand-ins.

A tensor of a graph has a shadow: a tensor of the backend without a value, or with one where it is
known. Calling the function on shadows gives the shadows of its results, and raises what is wrong
with the shapes. Where sizes are unknown there are two shadows, with two sizes in their place: a
size of a result that comes out differently is unknown too. Where a function needs a value, it is
called on examples: of zeros, ones, and rising numbers.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src import afterwards
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.forward import ForwardAccumulator
from tfcompat._src.function import derivatives, pinned, rules, size_values, slices, tracing
from tfcompat._src.function.calls import Found, Node, Result, Values, tensors_of
from tfcompat._src.function.described import ensured, guessed
from tfcompat._src.function.shadows import common, connected, example, stand_in, unknown
from tfcompat._src.function.symbolic import Dims, HiddenSymbolError, SymbolicTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.tape import GradientTape
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


# Which shadows' sizes, which example, and how many axes it has where that is not known.
_TRIALS: tuple[tuple[int, int, int | None], ...] = (
    *[(0, number, None) for number in range(3)],
    *[(1, number, None) for number in (1, 2)],
)
_RANKS = tuple([(1, 1, rank) for rank in (1, 2, 3)])
# Examples with more elements have these sizes in the place of unknown ones.
_MOST = 1 << 20
_FEW = (12, 24)
_RESOURCES = (GradientTape, ForwardAccumulator)


#: A check that cannot be made before the graph runs.
UNKNOWN = Found(None, [], False)


# ------------------------------------------------------------------------------------- resources
def is_resource(value: Any) -> bool:
    """Whether each run of a graph has such an object of its own."""
    return isinstance(value, _RESOURCES)


def fresh(like: Any) -> Any:
    """An object for one run of a graph in the place of the one it was traced with."""
    if isinstance(like, GradientTape):
        return type(like)(like._persistent, like._auto)
    return object.__new__(type(like))


@contextmanager
def values_at_hand(graph: Graph) -> Iterator[None]:
    """A context in which variables have their own values, and what runs is run at once."""
    session = graph.session
    held = [(v, v._value) for v in session.variables]
    for variable in session.variables:
        variable._value = session.held[id(variable)]
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        drawing = random_seeds.later(None)
        with afterwards.taken_by(afterwards.nothing), drawing, random_seeds.preserved():
            yield
    finally:
        tracing.local.inside = inside
        for variable, value in held:
            variable._value = value


# ----------------------------------------------------------------------------------------- calls
def _call(node: Node, values: Values) -> Any:
    """Calls the function on shadows."""
    local = tracing.local
    inside, local.inside = local.inside, True
    path = random_seeds.path()
    random_seeds.at_node((node,))
    try:
        return node.call(values)
    except InvalidArgumentError as error:
        if error.of_values:
            raise ValueNeeded(str(error)) from error
        raise _while_tracing(error) from error
    except ValueError as error:
        if _UNSUPPORTED not in str(error):
            raise
        raise TypeError(str(error)) from error
    finally:
        local.inside = inside
        random_seeds.at_node(path)


#: What is said of a value that no tensor can hold, and of tensors of a wrong dtype.
_UNSUPPORTED = "with an unsupported type"
_WRONG_TYPE = ("was expected to be a", "which is not one of", _UNSUPPORTED)


def _while_tracing(error: Exception) -> TypeError | ValueError:
    """A graph refuses wrong dtypes and shapes by other classes than an op that runs."""
    text = str(error)
    return (TypeError if any([said in text for said in _WRONG_TYPE]) else ValueError)(text)


def infer(graph: Graph, node: Node, check: bool) -> Found:
    """What a call gives. Raises what is wrong with its arguments' dtypes and shapes."""
    inputs = [graph.symbol(i) for i in node.ins]
    if any([x._example for x in inputs]):
        # Examples of where a part begins and ends are alike, and such a part has no rows.
        return rules.told(graph, node) or slices.found(
            graph, node, _by_example(graph, node, inputs)
        )
    two = any([x._other is not None for x in inputs])
    if two and node.name == "ensure_shape":
        return ensured(graph, node, inputs[0])
    if _resources(node):
        return derivatives.found(graph, node, _call(node, graph.lane(0)), two)
    try:
        first = _call(node, graph.lane(0))
        second = _call(node, graph.lane(1)) if two else first
    except ValueNeeded:
        if check:
            return UNKNOWN
        found = rules.told(graph, node)
        if two:
            found = found or size_values.found(graph, node, inputs, _call)
        return found or slices.found(graph, node, _by_example(graph, node, inputs))
    except HiddenSymbolError:
        raise
    except Exception:
        if not two:
            raise
        found = rules.told(graph, node)
        found = found or size_values.found(graph, node, inputs, _call)
        found = found or pinned.found(graph, node, inputs, _call, fresh)
        if found is None and any([x._dims is None for x in inputs]):
            return _by_example(graph, node, inputs)
        found = found or _broadcast(graph, node, inputs)
        if found is None:
            raise
        return found
    result = _merged(graph, node, first, second, two)
    return slices.found(graph, node, result) if two else result


def _resources(node: Node) -> bool:
    return any(a.__class__.__name__ == "Resource" for a in node.args)


def _merged(graph: Graph, node: Node, first: Any, second: Any, two: bool) -> Found:
    ours, theirs = tensors_of(first), tensors_of(second) if two else []
    if two and len(ours) != len(theirs):
        shapes = [str(graph.symbol(i).shape) for i in node.ins]
        raise ValueError(
            f"{node.name}: Cannot infer argument `num` from shape {', '.join(shapes)}; the number "
            "of results depends on a size that is not known while the function is traced"
        )
    abstract = graph.session.is_abstract
    known = [not abstract(t) for t in ours]
    if not two:
        constant = not node.effect and all(known)
        tensors = []
        for t, value in zip(ours, known, strict=True):
            shadow = t
            if value and node.effect:
                # What it gives now it will not give again.
                graph.has_unknown = True
                shadow = stand_in(graph, t)
            tensors.append(Result(t._dtype, tuple(t._shape), shadow, None, False))
        return Found(first, tensors, constant)
    results = []
    inputs = [graph.symbol(i) for i in node.ins]
    empty = any([0 in (x._dims or ()) for x in inputs])
    clamps = all(known) and size_values.clamps(graph, node, inputs)
    for a, b in zip(ours, theirs, strict=True):
        dims = common(tuple(a._shape), tuple(b._shape))
        if dims is not None and 0 in dims and not empty:
            # Both examples were too small for one frame, row or window.
            dims = tuple([size or None for size in dims])
        if clamps and size_values.agree(a, b):
            results.append(unknown(graph, a._dtype, dims))
        else:
            results.append(Result(a._dtype, dims, a, b, False))
    return Found(first, results, not ours)


def _broadcast(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found | None:
    """With 1 for unknown sizes, where other sizes do not fit what is known of the others."""
    if node.name == "reshape":
        # The sizes that fit are those that a run will have.
        return guessed(graph, node, inputs)
    values = Values(len(graph.lane(0).tensors), fresh)
    values.tensors[:] = graph.lane(0).tensors
    capture = graph.session.capture
    for x in inputs:
        if x._dims is not None and None in x._dims:
            sizes = tuple([1 if d is None else d for d in x._dims])
            values.tensors[x._index] = capture.input(sizes, x._dtype)
    try:
        result = _call(node, values)
    except Exception:
        if all(x._dims is not None for x in inputs):
            return None
        return guessed(graph, node, inputs)
    tensors = []
    for t in tensors_of(result):
        dims = tuple([None if d == 1 else d for d in t._shape])
        tensors.append(unknown(graph, t._dtype, dims))
    return Found(result, connected(graph, node, tensors), False)


# -------------------------------------------------------------------------------------- examples
def _examples(graph: Graph, inputs: Sequence[SymbolicTensor]) -> Iterator[Values]:
    """What the tensors of a graph may be, with values for all arguments of a call."""
    two = any([x._other is not None for x in inputs])
    large = two and any([math.prod(x._shadow._shape) > _MOST for x in inputs])
    trials = _TRIALS if two else _TRIALS[:3]
    if any([x._dims is None for x in inputs]):
        trials += _RANKS
    for lane, number, rank in trials:
        values = Values(len(graph.lane(0).tensors), fresh)
        values.tensors[:] = graph.lane(lane).tensors
        for x in inputs:
            shadow = values.tensors[x._index]
            if x._example or graph.session.is_abstract(shadow):
                shape = size_values.shape_at(x, _FEW[lane]) if large else tuple(shadow._shape)
                if rank is not None and x._dims is None:
                    shape = (_FEW[0],) * rank
                values.tensors[x._index] = example(shape, x._dtype, number)
            elif large and size_values.is_sized(graph, x):
                values.tensors[x._index] = size_values.value_at(x, _FEW[lane])
        yield values


def _by_example(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found:
    found: list[list[Any]] = []
    structure: Any = None
    failure: Exception | None = None
    for values in _examples(graph, inputs):
        try:
            with values_at_hand(graph), random_seeds.drawing_from(None):
                random_seeds.at_node((node,))
                result = node.call(values)
        except Exception as error:
            failure = failure or error
            continue
        tensors = tensors_of(result)
        if found and len(tensors) != len(found[0]):
            continue
        structure = result
        found.append(tensors)
    if not found:
        own = node.entry is None or not inputs or isinstance(failure, HiddenSymbolError)
        if failure is not None and own:
            raise failure
        if isinstance(failure, (TypeError, ValueError, InvalidArgumentError)):
            # A wrong type is wrong whatever the values are.
            told = failure if isinstance(failure, TypeError) else _while_tracing(failure)
            if isinstance(told, TypeError):
                raise told
        return guessed(graph, node, inputs)
    results = []
    for column in zip(*found, strict=True):
        dims: Dims = tuple(column[0]._shape)
        for t in column[1:]:
            dims = common(dims, tuple(t._shape))
        results.append(unknown(graph, column[0]._dtype, dims))
    return Found(structure, connected(graph, node, results), not results)


# ---------------------------------------------------------------------------------------- inlining
def inline(into: Graph, node: Node, values: Values) -> None:
    """Makes a node of one graph one of another."""
    args = [values.fill(a) for a in node.args]
    kwargs = {k: values.fill(a) for k, a in node.kwargs.items()}
    tracing.local.node = node
    if node.entry is not None:
        result = into.record(node.entry, tuple(args), kwargs)
    else:
        result = into.add_call(node.function, args, kwargs, node.name, node.effect, node.specs)
    if node.outs:
        for at, tensor in zip(node.outs, tensors_of(result), strict=True):
            values.tensors[at] = tensor
