"""What is known of a call's results before it runs: by calling the function on stand-ins.

A tensor of a graph has a shadow: a tensor of the backend without a value, or with one where it is
known. Calling the function on shadows gives the shadows of its results, and raises what is wrong
with the shapes. Where sizes are unknown there are two shadows, with two sizes in their place: a
size of a result that comes out differently is unknown too. Where a function needs a value, it is
called on examples: of zeros, ones, and rising numbers.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dispatch, dtypes, nest, recording
from tfcompat._src.convert import from_numpy
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.forward import ForwardAccumulator
from tfcompat._src.function import derivatives, tracing
from tfcompat._src.function.calls import Found, Node, Place, Result, Values, tensors_of
from tfcompat._src.function.symbolic import Dims, HiddenSymbolError, SymbolicTensor
from tfcompat._src.host import HostTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

# Divisible by what programs divide batches by, and far from the sizes that they write down.
SIZES = (840, 1680)
_TEXTS = (b"", b"0", b"1 2")
# Which shadows' sizes, and which example.
_TRIALS = ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2))
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


twin = fresh


# --------------------------------------------------------------------------------------- shadows
def _filled(dims: Dims, number: int) -> tuple[int, ...]:
    if dims is None:
        return (SIZES[number],) * number
    return tuple([SIZES[number] if d is None else d for d in dims])


def _example(shape: tuple[int, ...], dtype: DType, number: int) -> Tensor:
    """A tensor of zeros, ones or rising numbers, or of short texts."""
    if dtype is dtypes.string:
        array = np.empty(shape, object)
        array.fill(_TEXTS[number])
        return HostTensor(array)
    native = dtype.as_numpy_dtype
    if number < 2 or dtype is dtypes.bool_:
        return from_numpy(np.full(shape, number % 2, native), dtype)
    count = int(np.prod(shape, dtype=np.int64))
    return from_numpy(np.arange(count).reshape(shape).astype(native), dtype)


def give_shadows(graph: Graph, symbol: SymbolicTensor, argument: bool = False) -> None:
    """Shadows for a tensor of which only its dtype and shape are known."""
    dims, dtype = symbol._dims, symbol._dtype
    known = dims is not None and None not in dims
    other: Any = None
    first = _filled(dims, 0)
    if dtype not in dispatch.backend().native_dtypes:
        symbol._example = True
        graph.session.capturable = False
        shadow: Any = _example(first, dtype, 0)
        other = None if known else _example(_filled(dims, 1), dtype, 1)
    else:
        capture = graph.session.capture
        shadow = graph.session.argument(first, dtype) if argument else capture.input(first, dtype)
        if not known:
            other = capture.input(_filled(dims, 1), dtype)
    if not known or not argument:
        graph.has_unknown = True
    set_shadows(graph, symbol, shadow, other)


def set_shadows(graph: Graph, symbol: SymbolicTensor, shadow: Any, other: Any) -> None:
    """Gives a tensor the shadows that were found."""
    symbol._shadow, symbol._other = shadow, other
    graph.lane(0).tensors[symbol._index] = shadow
    graph.lane(1).tensors[symbol._index] = shadow if other is None else other


@contextmanager
def values_at_hand(graph: Graph) -> Iterator[None]:
    """A context in which variables have their own values, and what runs is run at once."""
    session = graph.session
    held = [(v, v._value) for v in session.variables]
    for variable in session.variables:
        variable._value = session._own[id(variable)]
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        with random_seeds.later(None), random_seeds.preserved():
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
    try:
        return node.call(values)
    except InvalidArgumentError as error:
        raise _while_tracing(error) from error
    finally:
        local.inside = inside


def _while_tracing(error: InvalidArgumentError) -> Exception:
    """A graph refuses wrong dtypes and shapes by other classes than an op that runs."""
    text = str(error)
    wrong_dtype = "was expected to be a" in text or "which is not one of" in text
    return (TypeError if wrong_dtype else ValueError)(text)


def infer(graph: Graph, node: Node, check: bool) -> Found:
    """What a call gives. Raises what is wrong with its arguments' dtypes and shapes."""
    inputs = [graph.symbol(i) for i in node.ins]
    if any([x._example for x in inputs]):
        return _by_example(graph, node, inputs)
    two = any([x._other is not None for x in inputs])
    if _resources(node):
        return derivatives.found(graph, node, _call(node, graph.lane(0)), two)
    try:
        first = _call(node, graph.lane(0))
        second = _call(node, graph.lane(1)) if two else first
    except ValueNeeded:
        return UNKNOWN if check else _by_example(graph, node, inputs)
    except HiddenSymbolError:
        raise
    except Exception:
        if not two:
            raise
        found = _broadcast(graph, node, inputs)
        if found is None:
            raise
        return found
    return _merged(graph, node, first, second, two)


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
                shadow = _stand_in(graph, t)
            tensors.append(Result(t._dtype, tuple(t._shape), shadow, None, False))
        return Found(first, tensors, constant)
    results = []
    for a, b in zip(ours, theirs, strict=True):
        dims = _common(tuple(a._shape), tuple(b._shape))
        results.append(Result(a._dtype, dims, a, b, False))
    return Found(first, results, not ours)


def _stand_in(graph: Graph, t: Tensor) -> Any:
    if t._dtype in dispatch.backend().native_dtypes:
        return graph.session.capture.input(tuple(t._shape), t._dtype)
    return t


def _common(a: Dims, b: Dims) -> Dims:
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple([x if x == y else None for x, y in zip(a, b, strict=True)])


def _broadcast(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found | None:
    """With 1 for unknown sizes, where other sizes do not fit what is known of the others."""
    values = Values(len(graph.lane(0).tensors), twin)
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
        return _guessed(graph, node, inputs)
    tensors = []
    for t in tensors_of(result):
        dims = tuple([None if d == 1 else d for d in t._shape])
        tensors.append(unknown(graph, t._dtype, dims))
    return Found(result, _connected(graph, node, tensors), False)


def unknown(graph: Graph, dtype: DType, dims: Dims) -> Result:
    """A result with shadows of its own: the graph can no longer be a program as it is."""
    graph.has_unknown = True
    known = dims is not None and None not in dims
    if dtype not in dispatch.backend().native_dtypes:
        other = None if known else _example(_filled(dims, 1), dtype, 1)
        return Result(dtype, dims, _example(_filled(dims, 0), dtype, 0), other, True)
    capture = graph.session.capture
    other = None if known else capture.input(_filled(dims, 1), dtype)
    return Result(dtype, dims, capture.input(_filled(dims, 0), dtype), other, False)


# -------------------------------------------------------------------------------------- examples
def _by_example(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found:
    found: list[list[Any]] = []
    structure: Any = None
    two = any([x._other is not None for x in inputs])
    failure: Exception | None = None
    for lane, number in _TRIALS if two else _TRIALS[:3]:
        values = Values(len(graph.lane(0).tensors), twin)
        values.tensors[:] = graph.lane(lane).tensors
        for x in inputs:
            shadow = values.tensors[x._index]
            if x._example or graph.session.is_abstract(shadow):
                values.tensors[x._index] = _example(tuple(shadow._shape), x._dtype, number)
        try:
            with values_at_hand(graph):
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
        if failure is not None and (node.entry is None or isinstance(failure, HiddenSymbolError)):
            raise failure
        return _guessed(graph, node, inputs)
    results = []
    for column in zip(*found, strict=True):
        dims: Dims = tuple(column[0]._shape)
        for t in column[1:]:
            dims = _common(dims, tuple(t._shape))
        results.append(unknown(graph, column[0]._dtype, dims))
    return Found(structure, _connected(graph, node, results), not results)


def _connected(graph: Graph, node: Node, results: list[Result]) -> list[Result]:
    """Results that tapes take for computed from the arguments, as they will be."""
    if not recording.anybody():
        return results
    from tfcompat._src.ops.casting import cast
    from tfcompat._src.ops.math import add, multiply
    from tfcompat._src.ops.reductions import reduce_sum

    inside, tracing.local.inside = tracing.local.inside, True
    try:
        shadows = [graph.symbol(i)._shadow for i in node.ins]
        shadows += [a._read() for a in node.args if isinstance(a, Variable)]
        # Branches and loops read variables that are nobody's arguments.
        shadows += [v._read() for v in getattr(node.function, "variables", ())]
        sources = [x for x in shadows if x._dtype.is_inexact]
        found = []
        for result in results:
            shadow = result.shadow
            if result.dtype.is_inexact:
                for x in sources:
                    shadow = add(shadow, multiply(cast(reduce_sum(x), result.dtype), 0))
            found.append(result._replace(shadow=shadow))
        return found
    finally:
        tracing.local.inside = inside


def _guessed(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found:
    """One tensor of the first argument's dtype, with as many axes as a shape among them says."""
    leaves = [a for a in nest.flatten(list(node.args)) if a.__class__ is Place or is_tensor(a)]
    first = graph.symbol(leaves[0].index) if leaves[0].__class__ is Place else leaves[0]
    dims: Dims = None
    if node.name in ("reshape", "broadcast_to") and len(node.args) > 1:
        dims = _dims_in(graph, node.args[1])
    result = unknown(graph, first._dtype, dims)
    like = _example((), first._dtype, 0)
    return Found(like, _connected(graph, node, [result]), False)


def is_tensor(value: Any) -> bool:
    return isinstance(value, Tensor)


def _dims_in(graph: Graph, shape: Any) -> Dims:
    if shape.__class__ is Place:
        length = graph.symbol(shape.index)._dims
        return (None,) * length[0] if length and length[0] is not None else None
    leaves = getattr(shape, "leaves", shape)
    if not isinstance(leaves, (list, tuple)):
        return None
    return tuple([d if isinstance(d, int) and d >= 0 else None for d in leaves])


# ------------------------------------------------------------------------------- described results
def described(graph: Graph, node: Node, specs: Any) -> Found:
    """What a call gives, by the tf.TensorSpecs that say so."""
    leaves = nest.flatten(specs, expand_composites=True)
    markers = [_marker(s) if isinstance(s, TensorSpec) else s for s in leaves]
    structure = nest.pack_sequence_as(specs, markers, expand_composites=True)
    results = []
    for spec in leaves:
        if isinstance(spec, TensorSpec):
            shape = TensorShape(spec.shape)
            dims = None if shape.rank is None else tuple(shape.as_list())
            results.append(unknown(graph, spec.dtype, dims))
    return Found(structure, _connected(graph, node, results), False)


def _marker(spec: TensorSpec) -> Tensor:
    dims = TensorShape(spec.shape)
    shape = () if dims.rank is None else tuple([d or 0 for d in dims.as_list()])
    return _example(shape, spec.dtype, 0)


def deed(graph: Graph, node: Node, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Found:
    """What a call gives that is only made when the graph runs."""
    name = node.name
    if name in ("py_function", "numpy_function"):
        specs = kwargs.get("Tout", args[2] if len(args) > 2 else None)
        unknown = nest.map_structure(lambda dtype: TensorSpec(None, dtype), specs)
        # What NumPy computes has no gradient.
        by = node if name == "py_function" else Node(node.function, (), {}, (), True, name)
        return described(graph, by, unknown)
    return Found(None, [], False)


# ---------------------------------------------------------------------------------------- inlining
def inline(into: Graph, node: Node, values: Values) -> None:
    """Makes a node of one graph one of another."""
    args = [values.fill(a) for a in node.args]
    kwargs = {k: values.fill(a) for k, a in node.kwargs.items()}
    if node.entry is not None:
        result = into.record(node.entry, tuple(args), kwargs)
    else:
        result = into.add_call(node.function, args, kwargs, node.name, node.effect, node.specs)
    if node.outs:
        for at, tensor in zip(node.outs, tensors_of(result), strict=True):
            values.tensors[at] = tensor
