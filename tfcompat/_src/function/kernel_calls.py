"""What reaches the backend while a graph is built, though no public op was asked."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


# Of more elements a constant made for the sizes that stand for unknown ones takes gigabytes.
_MOST = 1 << 22
_creation = dispatch.family("creation")
_array = dispatch.family("array")


def given(value: Tensor) -> Tensor:
    """A constant, where it is an op of its own."""
    return value


class Kernels:
    """Sees kernels that get tensors of a graph outside of any public op."""

    def __init__(self, graph: Graph, below: Any) -> None:
        self._graph = graph
        self._below = below

    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Tensor, ...],
        attrs: tuple[Any, ...],
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        symbols = any([x.__class__ is SymbolicTensor for x in inputs])
        if symbols and tracing.current() is self._graph:

            def call(*tensors: Tensor) -> Any:
                run = dispatch.execute if differentiable else dispatch.execute_constant
                return run(kernel, tensors, attrs, dtype)

            return self._graph.add_call(call, inputs, name=getattr(kernel, "__name__", "op"))
        if symbols:
            for x in inputs:
                if x.__class__ is SymbolicTensor and x._constant is None:
                    x.__getattr__("native")
            inputs = tuple(
                [x._constant if x.__class__ is SymbolicTensor else x for x in inputs]  # type: ignore
            )
        if attrs and self._is_too_large(kernel, inputs, attrs[0]):
            made = inputs[0]._dtype if inputs else dtype
            return self._graph.session.capture.input(attrs[0], made)
        if self._below is not None:
            return self._below.execute(kernel, inputs, attrs, dtype, differentiable)
        engine = dispatch.backend()
        run = engine.execute if differentiable else engine.execute_constant
        return run(kernel, inputs, attrs, dtype)

    def _is_too_large(
        self, kernel: Callable[..., Any], inputs: tuple[Tensor, ...], sizes: Any
    ) -> bool:
        """Whether a kernel makes a constant that only stands for those of other sizes."""
        graph = self._graph
        if not graph.has_unknown or sizes.__class__ is not tuple or not tracing.local.inside:
            return False
        makers = _creation.zeros, _creation.ones, _creation.eye, _creation.fill, _array.broadcast_to
        return (
            kernel in makers
            and math.prod(sizes) > _MOST
            and not any([graph.session.is_abstract(x) for x in inputs])
        )
