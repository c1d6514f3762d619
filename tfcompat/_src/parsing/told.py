"""Functions of bytes whose results a graph is told, as no example of bytes would show them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

Dims = tuple[int | None, ...] | None


def told(
    function: Callable[..., list[Tensor]],
    tensors: Sequence[Tensor],
    specs: Sequence[TensorSpec],
    name: str,
) -> list[Tensor]:
    """The tensors that a function gives, in a graph those that its runs compute."""
    graph = tracing.current()
    if graph is not None and any(map(is_symbolic, tensors)):
        return graph.add_call(function, tensors, name=name, outputs=list(specs))
    return function(*tensors)


def dims_of(x: Tensor) -> Dims:
    """A shape, as far as it is known."""
    rank = x.shape.rank
    return None if rank is None else tuple(x.shape.as_list())
