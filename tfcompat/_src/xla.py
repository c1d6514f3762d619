"""tf.xla.experimental: what asks TensorFlow to compile; here the backend decides that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.naming import public


@public("tfcompat.xla.experimental")
@contextmanager
def jit_scope(compile_ops: Any = True, separate_compiled_gradients: bool = False) -> Iterator[None]:
    """A context that changes nothing in a tf.function. Raises RuntimeError outside of one."""
    if tracing.current() is None:
        raise RuntimeError(
            "xla.experimental.jit_scope is not supported when eager execution is enabled. Try use "
            "it inside tf.function."
        )
    yield


@public("tfcompat.xla.experimental")
def compile(computation: Callable[..., Any], inputs: Any = None) -> Any:
    """Calls a function of tensors; its results as tensors, one or a flat tuple of them in a list.

    Raises ValueError for a None among several results.
    """
    found = computation(*[to_tensor(item) for item in inputs or ()])
    if not nest.is_nested(found):
        return [] if found is None else [to_tensor(found)]
    if any(item is None for item in nest.flatten(found)):
        raise ValueError(
            "xla.experimental.compile: received a function that returns None; expected tensors only"
        )
    if isinstance(found, tuple) and not any([nest.is_nested(item) for item in found]):
        found = list(found)
    return nest.map_structure(to_tensor, found)
