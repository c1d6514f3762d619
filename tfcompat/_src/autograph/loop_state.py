"""The variables of a loop of the graph: what they are before it, in it and after it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.autograph.staged import fresh, is_opaque, structure_difference
from tfcompat._src.autograph.variables import Undefined, UndefinedReturnValue
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.ops import creation
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

State = tuple[Any, ...]

_RETURN = (
    "a return statement cannot be placed inside this TensorFlow loop; this may happen if a return "
    "statement depends on a static Python condition such as a hyperparameter"
)


class LoopState:
    """The variables `names`, read and written by functions of the converted code.

    defined_by_loop: the names of those that have no value before the loop.
    """

    def __init__(
        self,
        get_state: Callable[[], State],
        set_state: Callable[[State], None],
        names: Sequence[str],
        opts: dict[str, Any],
    ) -> None:
        self._get, self._set, self._names = get_state, set_state, names
        self._before = get_state()
        self._first = list(self._before)
        self._shapes: list[Any] = [None] * len(self._first)
        self.defined_by_loop: list[str] = []
        for value, shape in opts.get("shape_invariants", ()):
            for i, own in enumerate(self._before):
                if own is value:
                    self._shapes[i] = shape

    def define(self, round_of_loop: Callable[[Graph], None]) -> None:
        """Gives variables without a value one, which is like the one that a round gives them.

        round_of_loop: one round, as ops of the graph that it is given.
        """
        missing = [i for i, value in enumerate(self._before) if _is_missing(value)]
        if missing:
            found: State = ()
            error: Exception | None = None
            try:
                # Only looked at: what it does must not be part of the graph.
                self._set(fresh(self._before))
                with Graph("loop_round", tracing.current()).building() as graph:
                    round_of_loop(graph)
                    found = self._get()
            except Exception as problem:
                error = problem
            finally:
                self._set(self._before)
            for i in missing:
                error = error or self._define_one(i, found[i])
            if isinstance(error, NotImplementedError):
                raise error
            if error is not None:
                raise self._undefinable(error) from error
        for i, value in enumerate(self._first):
            self._first[i] = nest.map_structure(_as_loop_value, value)
            self._check_invariant(i)

    def _define_one(self, i: int, example: Any) -> Exception | None:
        name = self._names[i]
        if _is_missing(example):
            return _undefined_error(name, example)
        try:
            leaves, shapes = [], []
            for leaf in nest.flatten(example):
                value, shape = _like(name, leaf)
                leaves.append(value)
                shapes.append(shape)
        except TypeError as error:
            return error
        self._first[i] = nest.pack_sequence_as(example, leaves)
        if self._shapes[i] is None:
            self._shapes[i] = nest.pack_sequence_as(example, shapes)
        self.defined_by_loop.append(name)
        return None

    def _undefinable(self, error: Exception) -> Exception:
        for name, value in zip(self._names, self._before, strict=True):
            if value.__class__ is UndefinedReturnValue:
                return NotImplementedError(_RETURN)
            if value is None:
                return ValueError(f"'{name}' is not allowed to be None before the loop")
            if value.__class__ is Undefined:
                return ValueError(
                    f"'{name}' must be defined before the loop\nNote: AutoGraph tried to define "
                    f"it automatically, but ran into a {type(error).__name__}: {error}"
                )
        return error

    def _check_invariant(self, i: int) -> None:
        if self._shapes[i] is None:
            return
        value = self._first[i]
        for leaf, shape in zip(nest.flatten(value), _shapes_of(self._shapes[i]), strict=False):
            if isinstance(leaf, Tensor) and not _fits(leaf.shape, shape):
                raise ValueError(
                    f"'{self._names[i]}' has shape {leaf.shape} before the loop, which does not "
                    f"conform with the shape invariant {shape}."
                )

    # -------------------------------------------------------------------------- tf.while_loop
    def values(self) -> State:
        """What tf.while_loop begins with."""
        return tuple(self._first)

    def shapes(self) -> State | None:
        """The shape invariants of these; None if nobody asked for any."""
        if all(shape is None for shape in self._shapes):
            return None
        return tuple(
            nest.map_structure(lambda leaf: leaf.shape, value)
            if shape is None or is_opaque(value)
            else nest.pack_sequence_as(value, _shapes_of(shape))
            for value, shape in zip(self._first, self._shapes, strict=True)
        )

    def enter(self, values: Sequence[Any]) -> None:
        """Gives the variables the values of the loop."""
        self._set(fresh(tuple(values)))

    def leave(self, entered: Sequence[Any], any_shape: bool = False) -> State:
        """The variables after a round that began with `entered`, as tf.while_loop wants them.

        any_shape: whether a round may change shapes.
        """
        found = zip(self._names, entered, self._get(), strict=True)
        return tuple(_checked(name, one, two, any_shape) for name, one, two in found)

    def finish(self, results: Sequence[Any]) -> None:
        """Gives the variables the values after the loop."""
        self.enter(results)

    def restore(self) -> None:
        """Gives the variables the values before the loop."""
        self._set(self._before)

    def described(self) -> str:
        """The variables that only a round gives a value, for a message."""
        if any(value.__class__ is UndefinedReturnValue for value in self._before):
            return "the function return value"
        return ", ".join(self.defined_by_loop)


def _is_missing(value: Any) -> bool:
    return value is None or value.__class__ in (Undefined, UndefinedReturnValue)


def _undefined_error(name: str, value: Any) -> Exception:
    if value is None:
        return TypeError("None values not supported.")
    return UnboundLocalError(f"'{name}' is used before assignment")


def _like(name: str, leaf: Any) -> tuple[Any, Any]:
    """A value like one that a round of the loop gives, with the shape that all of them fit."""
    if isinstance(leaf, Tensor):
        shape = leaf.shape
        if shape.rank is None:
            return creation.zeros((), leaf.dtype), shape
        return creation.zeros([size or 0 for size in shape], leaf.dtype), shape
    if isinstance(leaf, (bool, int, float)):
        return to_tensor(type(leaf)()), TensorShape(())
    raise TypeError(
        f"Found an unsupported type '{type(leaf).__name__}' while creating placeholder for {leaf}. "
        "Supported types include Tensor, int, float, bool, list, tuple or dict."
    )


def _as_loop_value(leaf: Any) -> Any:
    if is_opaque(leaf):
        return leaf
    if leaf is None:
        raise ValueError("None values not supported.")
    try:
        return to_tensor(leaf)
    except ValueError as error:
        raise TypeError(
            f"Failed to convert elements of {leaf} to Tensor. Consider casting elements to a "
            "supported type."
        ) from error


def _shapes_of(shape: Any) -> list[TensorShape]:
    if isinstance(shape, TensorShape):
        return [shape]
    return [TensorShape(s) for s in nest.flatten(shape)]


def _fits(shape: TensorShape, wanted: TensorShape) -> bool:
    """Whether every tensor of one shape is one of the other."""
    if wanted.rank is None:
        return True
    if shape.rank != wanted.rank:
        return False
    return all(w is None or s == w for s, w in zip(shape, wanted, strict=True))


def _checked(name: str, entered: Any, value: Any, any_shape: bool) -> Any:
    difference = structure_difference(entered, value)
    if difference is not None:
        raise TypeError(
            f"'{name}' does not have the same nested structure after one iteration.\n\n{difference}"
        )
    return nest.map_structure(
        lambda one, two: _checked_leaf(name, one, two, any_shape), entered, value
    )


def _checked_leaf(name: str, entered: Any, leaf: Any, any_shape: bool) -> Any:
    if is_opaque(entered) or not isinstance(entered, Tensor):
        return leaf
    leaf = to_tensor(leaf)
    if leaf.dtype != entered.dtype:
        raise TypeError(
            f"'{name}' has dtype {entered.dtype.name} before the loop, but dtype "
            f"{leaf.dtype.name} after one iteration"
        )
    if not any_shape and not _fits(leaf.shape, entered.shape):
        raise ValueError(
            f"'{name}' has shape {entered.shape} before the loop, but shape {leaf.shape} after one "
            "iteration. Use tf.autograph.experimental.set_loop_options to set shape invariants."
        )
    return leaf
