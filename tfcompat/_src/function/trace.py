"""Tracing: a Python function, called once with placeholders, becomes a concrete function."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.function.concrete import ConcreteFunction
from tfcompat._src.function.creation import Creation, creating
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.placeholders import PlaceholderContext
from tfcompat._src.function.signature import Bound, FunctionType
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.type_spec import TypeSpec
from tfcompat._src.variable import Variable


class Source(NamedTuple):
    """What is traced: the user's function, how it is called, and how it shows in messages."""

    function: Callable[..., Any]
    call: Callable[..., Any]
    shown: str
    jit_compile: bool | None


def trace(
    source: Source,
    kind: FunctionType,
    arguments: Bound,
    variables: Sequence[Variable],
    creation_allowed: bool,
    tensors: list[Any],
) -> tuple[ConcreteFunction, list[Variable]]:
    """The concrete function for arguments of these types, and the variables made on the way.

    tensors: those of the call, where there is one.

    Raises what the user's function raises, and
      TypeError: it returned what is neither a tensor nor converts to one.
      ValueError: it changed a list or dictionary among its arguments.
    """
    function = source.function
    name = getattr(function, "__name__", "function")
    graph = Graph(name, outer=tracing.local.graph)
    graph.jit_compile = source.jit_compile
    creation = Creation(graph, creation_allowed, tensors)
    with graph.building(), creating(creation):
        context = PlaceholderContext(graph, variables)
        values = context.arguments_of(kind)
        before = [_snapshot(value) for value in values]
        result = arguments.call(source.call, values)
        _check_unchanged(source, arguments.owners, before, values)
        graph.finish(_converted(result, function))
    graph.created = creation.made
    if tracing.collected is not None and graph.outer is None:
        tracing.collected.append(graph)
    if graph.jit_compile and graph.program is not None:
        graph.program.compile()
    return ConcreteFunction(graph, kind, context.variable_arguments, function), creation.made


def _snapshot(value: Any) -> Any:
    """A copy of the lists, tuples and mappings in a value."""
    if isinstance(value, (list, tuple)):
        return [_snapshot(item) for item in value]
    if isinstance(value, Mapping):
        return {key: _snapshot(value[key]) for key in value}
    return value


def _unchanged(saved: Any, value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        if not isinstance(saved, list) or len(saved) != len(value):
            return False
        return all(_unchanged(a, b) for a, b in zip(saved, value, strict=True))
    if isinstance(value, Mapping):
        if not isinstance(saved, dict) or saved.keys() != value.keys():
            return False
        return all(_unchanged(saved[key], value[key]) for key in value)
    return saved is value


def _check_unchanged(
    source: Source, owners: Sequence[str], before: Sequence[Any], after: Sequence[Any]
) -> None:
    changed = []
    for owner, saved, value in zip(owners, before, after, strict=True):
        if owner not in changed and not _unchanged(saved, value):
            changed.append(owner)
    if changed:
        raise ValueError(
            f"{source.shown} should not modify its Python input arguments. Modifying a copy is "
            f"allowed. The following parameter(s) were modified: {', '.join(changed)}"
        )


def _converted(result: Any, function: Any) -> Any:
    """What a function returned, with tensors in the place of Python values."""

    def tensor(leaf: Any) -> Any:
        if leaf is None or isinstance(leaf, (Tensor, TensorArray, TypeSpec)):
            return leaf
        if nest.is_composite(leaf):
            return leaf
        try:
            return leaf.value() if isinstance(leaf, Variable) else to_tensor(leaf)
        except (TypeError, ValueError):
            raise TypeError(
                "To be compatible with tf.function, Python functions must return zero or more "
                f"Tensors or ExtensionTypes or None values; in compilation of {function}, found "
                f"return value of type {type(leaf).__name__}, which is not a Tensor or "
                "ExtensionType."
            ) from None

    return nest.map_structure(tensor, result)
