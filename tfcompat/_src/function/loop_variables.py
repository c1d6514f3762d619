"""The variables of tf.while_loop in graphs: what they are first, in each round, and afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import bool_
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import subgraphs
from tfcompat._src.function.arrays import GraphTensorArray
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.subgraphs import Subgraph
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec, type_spec_from_value
from tfcompat._src.variable import Variable


def value_of(leaf: Any) -> Any:
    """A leaf of the loop variables as a tensor; an array stays."""
    if isinstance(leaf, GraphTensorArray):
        return leaf
    if leaf is None:
        raise ValueError("while_loop: None values not supported.")
    return leaf.value() if isinstance(leaf, Variable) else to_tensor(leaf)


def invariants(start: Any, leaves: Sequence[Any], given: Any) -> list[Any]:
    """The shape that each tensor of the loop has in every round; None for a TensorArray."""
    own = [None if isinstance(x, GraphTensorArray) else x.shape for x in leaves]
    if given is None:
        return own
    nest.assert_same_structure(start, given, check_types=False)
    wanted: list[Any] = []
    for value, shape in zip(nest.flatten(start), nest.flatten(given), strict=True):
        count = len(subgraphs.flat(value))
        if isinstance(shape, TypeSpec) and not isinstance(shape, TensorSpec):
            wanted += [x.shape for x in nest.flatten(shape, expand_composites=True)]
        elif isinstance(value, GraphTensorArray) or count != 1:
            wanted += own[len(wanted) : len(wanted) + count]
        elif isinstance(shape, TensorSpec):
            wanted.append(shape.shape)
        else:
            wanted.append(TensorShape(shape))
    return wanted


def traced(
    name: str,
    function: Callable[..., Any],
    start: Any,
    leaves: Sequence[Any],
    shapes: Sequence[Any],
    finished: Callable[[Any], Any],
) -> tuple[Subgraph, list[Any]]:
    """A function of the loop variables as a graph, and what stands for them in it."""
    entered: list[Any] = []

    def run(graph: Graph) -> Any:
        for leaf, shape in zip(leaves, shapes, strict=True):
            if isinstance(leaf, GraphTensorArray):
                entered.append(leaf.entering(graph))
            else:
                entered.append(graph.placeholder(shape, leaf._dtype, "while/Placeholder"))
        given = subgraphs.pack(start, entered)
        found = finished(function(*given))
        inputs: list[Any] = [
            x.buffer() if isinstance(x, GraphTensorArray) else x
            for x in entered
            if name == "while_body" or not isinstance(x, GraphTensorArray) or x.is_used
        ]
        graph.inputs[:] = inputs
        return found

    return subgraphs.trace(name, run), entered


def truth(found: Any) -> Any:
    """What a condition returned, as the one tensor that it must be."""
    values = [leaf for leaf in nest.flatten(found) if leaf is not None]
    if len(values) != 1:
        raise AssertionError(f"while_loop: cond_graph has {len(values)} outputs; Expected: 1")
    tensor = to_tensor(values[0])
    if tensor._dtype is not bool_:
        raise invalid_argument(
            "while_loop", f"Input 'input' passed {tensor._dtype.name} expected bool"
        )
    shape = tensor.shape
    if shape.is_fully_defined() and shape.num_elements() != 1:
        raise invalid_argument(
            "while_loop", f"The second input must be a scalar, but it has shape {shape.as_list()}"
        )
    return [tensor]


def following(found: Any, start: Any, leaves: Sequence[Any], shapes: Sequence[Any]) -> list[Any]:
    """The tensors that the body returns, if they can take the place of the loop variables."""
    if not nest.is_nested(found):
        found = [found]
    before, after = list(start), list(found)
    nest.assert_same_structure(after, before, check_types=False)
    for old, new in zip(nest.flatten(before), nest.flatten(after), strict=True):
        _check_composite(old, new)
    results = subgraphs.flat(after)
    return [
        fitting(old, new, shape) for old, new, shape in zip(leaves, results, shapes, strict=True)
    ]


def _check_composite(old: Any, new: Any) -> None:
    if not nest.is_composite(old) and not nest.is_composite(new):
        return
    if isinstance(old, GraphTensorArray) and isinstance(new, GraphTensorArray):
        return
    fits = nest.is_composite(old) and nest.is_composite(new)
    if fits and not isinstance(old, GraphTensorArray):
        first, second = type_spec_from_value(old), type_spec_from_value(new)
        fits = first.most_specific_common_supertype([second]) is not None
    if not fits:
        raise ValueError(
            "while_loop: The two structures don't have the same nested structure. First: "
            f"{new!r}. Second: {old!r}."
        )


def fitting(old: Any, new: Any, shape: Any) -> Any:
    """What the body returned for a variable. Raises where it is of another dtype or shape."""
    if isinstance(old, GraphTensorArray):
        return new.buffer()
    if new is None:
        raise ValueError("while_loop: None values not supported.")
    tensor = new.value() if isinstance(new, Variable) else to_tensor(new)
    name = old.name if is_symbolic(old) else "Const:0"
    if tensor._dtype is not old._dtype:
        raise TypeError(
            f"Loop var {name} enters the loop with type {old._dtype!s} but has type "
            f"{tensor._dtype!s} after 1 iteration. {name} type should remain constant."
        )
    if not _within(tensor.shape, shape):
        raise ValueError(
            f"Input tensor `{name}` enters the loop with shape {shape}, but has shape "
            f"{tensor.shape} after one iteration. To allow the shape to vary across iterations, "
            "use the `shape_invariants` argument of tf.while_loop to specify a less-specific "
            "shape."
        )
    return tensor


def _within(shape: TensorShape, invariant: TensorShape) -> bool:
    """Whether all that is known of the invariant is known of the shape."""
    if invariant.rank is None:
        return True
    if shape.rank != invariant.rank:
        return False
    pairs = zip(shape.as_list(), invariant.as_list(), strict=True)
    return all(wanted is None or size == wanted for size, wanted in pairs)


def final(shapes: Sequence[Any], entered: Sequence[Any]) -> list[Any]:
    """The shapes of the variables after the loop."""
    return [
        x.buffer().shape if isinstance(x, GraphTensorArray) else shape
        for shape, x in zip(shapes, entered, strict=True)
    ]
