"""tf.xla.experimental: what asks TensorFlow to compile; here the backend decides that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public


@public("tfcompat.xla.experimental")
def jit_scope(compile_ops: Any = True, separate_compiled_gradients: bool = False) -> NoReturn:
    """Raises RuntimeError, as TensorFlow does outside of graphs."""
    raise RuntimeError(
        "xla.experimental.jit_scope is not supported when eager execution is enabled. Try use it "
        "inside tf.function."
    )


@public("tfcompat.xla.experimental")
def compile(computation: Callable[..., Any], inputs: Any = None) -> list[Any]:
    """Calls a function of tensors and returns its results as a list of tensors."""
    found = computation(*[to_tensor(item) for item in inputs or ()])
    return [to_tensor(item) for item in nest.flatten(found) if item is not None]
