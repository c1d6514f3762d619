"""tf.custom_gradient and tf.recompute_grad."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from tfcompat._src import afterwards, dispatch, nest, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.tape import GradientTape, UnconnectedGradients
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_GRADIENT = "custom_gradient"
# Derivatives of so many orders can be taken of a user's gradient in a graph.
_MOST_ORDERS = 3
_F = TypeVar("_F", bound=Callable[..., Any])


def _as_input(item: Any) -> Any:
    if isinstance(item, Tensor):
        return item
    if isinstance(item, Variable):
        return item._read()
    try:
        return to_tensor(item)
    except (TypeError, ValueError):
        return item


def _takes_variables(grad_fn: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad_fn).parameters.values()
    return any(p.name == "variables" or p.kind is p.VAR_KEYWORD for p in parameters)


@public("tfcompat")
def custom_gradient(f: Any = None) -> Any:
    """A decorator for a function that returns its result and its own gradient function.

    `f(*args)` returns `(result, grad_fn)`; `grad_fn(*upstream)` gives one gradient per argument.
    Where `f` reads trainable variables, `grad_fn` takes a keyword `variables`, a list of them, and
    returns `(gradients, gradients by the variables)`. Derivatives of any order follow `grad_fn`.

    Raises:
      TypeError: variables are read and `grad_fn` does not take them.
      ValueError: `grad_fn` returns too few or too many gradients.
    """
    if f is None:
        return custom_gradient

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        structure = nest.map_structure(_as_input, list(args))
        with recording.ReadWatcher() as watcher:
            result, grad_fn = f(*structure, **kwargs)
        graph = tracing.current()
        if graph is None and not recording.anybody():
            return result
        leaves = nest.flatten(structure)
        inputs = [x for x in leaves if isinstance(x, Tensor)]
        given = {id(v) for v in nest.flatten(list(args)) if isinstance(v, Variable)}
        variables = [v for v in watcher.variables() if id(v) not in given]
        takes = _takes_variables(grad_fn)
        if variables and not takes:
            raise TypeError(
                "@tf.custom_gradient grad_fn must accept keyword argument 'variables', since "
                f"function uses variables: {variables}"
            )

        def call(upstream: list[Tensor]) -> Sequence[Tensor | None]:
            # In a program it becomes one of its own, which nothing follows.
            with afterwards.refused_in_programs():
                return gradients(upstream)

        def gradients(upstream: list[Tensor]) -> Sequence[Tensor | None]:
            if variables:
                found, by_variables = grad_fn(*upstream, variables=variables)
                by_variables = nest.flatten(by_variables)
                if len(by_variables) != len(variables):
                    raise ValueError(
                        f"custom_gradient function expected to return {len(variables)} gradients "
                        f"by variables, but returned {len(by_variables)} instead."
                    )
            else:
                found, by_variables = grad_fn(*upstream), []
            flat = _flat_gradients(found, len(leaves))
            chosen = [g for x, g in zip(leaves, flat, strict=True) if isinstance(x, Tensor)]
            return [None if g is None else to_tensor(g) for g in (*chosen, *by_variables)]

        outputs = [to_tensor(y) for y in nest.flatten(result)]
        if graph is not None:
            new = _in_graph(graph, outputs, inputs, variables, call)
            return nest.pack_sequence_as(result, new)
        by = inputs + [v._value for v in variables]
        return nest.pack_sequence_as(result, dispatch.backend().custom_gradient(outputs, by, call))

    return decorated


def _in_graph(
    graph: Graph,
    outputs: list[Tensor],
    inputs: list[Tensor],
    variables: list[Variable],
    call: Callable[[list[Tensor]], Sequence[Tensor | None]],
) -> list[Any]:
    """New tensors of the graph, whose gradient is a graph of its own."""
    gradient = type(graph)(_GRADIENT, graph)
    order = 1
    around: Graph | None = graph
    while around is not None:
        order, around = order + (around.name == _GRADIENT), around.outer
    with gradient.building():
        upstream = [gradient.placeholder(y.shape, y._dtype, "grad_ys") for y in outputs]
        # The gradient of a function may call the function: it is not traced without end.
        gradient.finish(list(call(list(upstream))) if order <= _MOST_ORDERS else None)
    captured = [outer for outer, _ in gradient.captures]
    args = (outputs, inputs, variables, gradient, captured)
    return list(graph.add_call(_attached, args, name="identity_n"))


def _attached(
    outputs: list[Tensor],
    inputs: list[Tensor],
    variables: list[Variable],
    gradient: Graph,
    captured: list[Tensor],
) -> list[Any]:
    def call(upstream: list[Tensor]) -> list[Tensor | None]:
        with afterwards.refused_in_programs():
            found = iter(gradient.run(upstream, captured))
        return [None if g is None else next(found) for g in gradient.structured_outputs]

    def refuse(upstream: list[Tensor]) -> list[Tensor | None]:
        raise NotImplementedError(
            f"custom_gradient: in a tf.function its derivatives go to order {_MOST_ORDERS}; "
            "compute higher ones outside of it"
        )

    if gradient.structured_outputs is None:
        call = refuse
        # Captures call it at once; this one only when somebody asks for the derivative.
        refuse.late = True  # type: ignore[attr-defined]
    by = inputs + [v._read() for v in variables]
    return list(dispatch.backend().custom_gradient(outputs, by, call))


def _flat_gradients(found: Any, count: int) -> list[Any]:
    flat = [found] if count == 1 and not nest.is_nested(found) else nest.flatten(found)
    if len(flat) != count:
        raise ValueError(
            f"custom_gradient function expected to return {count} gradients, but returned "
            f"{len(flat)} instead."
        )
    return flat


@public("tfcompat")
def recompute_grad(f: _F) -> _F:
    """The same function, which keeps no intermediate values: its gradient runs it once more."""

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        @custom_gradient
        def run(*inputs: Any) -> Any:
            with recording.paused():
                result = f(*inputs, **kwargs)

            def grad(*upstream: Tensor, variables: Sequence[Variable] | None = None) -> Any:
                known = list(variables or [])
                with GradientTape() as tape:
                    tape.watch([x for x in nest.flatten(inputs) if _differentiable(x)])
                    again = f(*inputs, **kwargs)
                leaves = nest.flatten(inputs)
                by = [x for x in leaves if _differentiable(x)]
                found = tape.gradient(
                    again,
                    by + known,
                    output_gradients=nest.pack_sequence_as(again, list(upstream)),
                    unconnected_gradients=UnconnectedGradients.ZERO,
                )
                gradients = iter(found)
                flat = [next(gradients) if _differentiable(x) else None for x in leaves]
                return (flat, list(gradients)) if known else flat

            return result, grad

        return run(*args)

    return decorated  # type: ignore[return-value]


@public("tfcompat")
def grad_pass_through(f: _F) -> _F:
    """The same function, differentiated as if it gave back its argument."""

    @custom_gradient
    def run(*args: Any, **kwargs: Any) -> Any:
        def grad(*upstream: Tensor, variables: Sequence[Variable] | None = None) -> Any:
            if variables is not None:
                return upstream, [None] * len(variables)
            return upstream

        return f(*args, **kwargs), grad

    return run


def _differentiable(x: Any) -> bool:
    return isinstance(x, Tensor) and x._dtype.is_inexact
