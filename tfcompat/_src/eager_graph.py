"""What orders or groups the ops of a graph: outside graphs everything has run already."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

from tfcompat._src.function import tracing
from tfcompat._src.naming import public


@public("tfcompat")
def control_dependencies(control_inputs: Any) -> AbstractContextManager[None]:
    """A context that changes nothing; functions among `control_inputs` are called now."""
    for item in control_inputs or ():
        if callable(item):
            item()
    return nullcontext()


@public("tfcompat")
def group(*inputs: Any, **kwargs: Any) -> None:
    """Does nothing: the inputs have been computed."""


@public("tfcompat")
def no_op(name: str | None = None) -> None:
    """Does nothing."""


@public("tfcompat")
def tuple(tensors: Any, control_inputs: Any = None, name: str | None = None) -> Any:
    """The tensors as they are, all of which have been computed."""
    return tensors


@public("tfcompat")
@contextmanager
def init_scope() -> Iterator[None]:
    """A context whose ops run at once, outside of any tf.function, and that no tape records."""
    # The graphs need what this file is a part of.
    from tfcompat._src.function.lifting import lifted

    with lifted():
        yield


@public("tfcompat")
def inside_function() -> bool:
    """Whether a tf.function is being traced."""
    from tfcompat._src.function import lifting

    return lifting.inside_function()


_NOT_EAGER = (
    "tf.gradients is not supported when eager execution is enabled. Use tf.GradientTape instead."
)


@public("tfcompat")
def gradients(
    ys: Any,
    xs: Any,
    grad_ys: Any = None,
    name: str = "gradients",
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    stop_gradients: Any = None,
    unconnected_gradients: Any = "none",
) -> Any:
    """The derivatives of the sum of `ys` by each of `xs`, a list, inside a tf.function.

    Raises RuntimeError outside of one: use tf.GradientTape.
    """
    graph = tracing.current()
    if graph is None:
        raise RuntimeError(_NOT_EAGER)
    from tfcompat._src.function import gradients as functions

    return functions.gradients(graph, ys, xs, grad_ys, stop_gradients, unconnected_gradients)


@public("tfcompat")
def hessians(
    ys: Any,
    xs: Any,
    gate_gradients: bool = False,
    aggregation_method: Any = None,
    name: str = "hessians",
) -> Any:
    """The second derivatives of the sum of `ys` by each of `xs`, a list, inside a tf.function.

    Raises RuntimeError outside of one, where nested tf.GradientTapes serve, and ValueError where
    there are none.
    """
    graph = tracing.current()
    if graph is None:
        raise RuntimeError(_NOT_EAGER)
    from tfcompat._src.function import gradients as functions

    return functions.hessians(graph, ys, xs)
