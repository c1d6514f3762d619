"""Graphs that Keras builds to learn shapes and dtypes: what a function returns for placeholders."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from tfcompat._src.dtypes import as_dtype
from tfcompat._src.function import tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.placeholders import PlaceholderContext
from tfcompat._src.function.subgraphs import current
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor


class FuncGraph:
    """A graph of that name, which nobody runs."""

    def __init__(self, name: str) -> None:
        self._graph = Graph(name, outer=tracing.current())

    def as_default(self) -> AbstractContextManager[Graph]:
        """A context in which ops go into the graph."""
        return self._graph.building()


def placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Tensor:
    """A tensor of the graph that is being built, of any value."""
    return current().placeholder(shape, as_dtype(dtype), name or "Placeholder")


def sparse_placeholder(dtype: Any, shape: Any = None, name: str | None = None) -> Any:
    """A sparse tensor of the graph that is being built."""
    spec = SparseTensorSpec(shape, as_dtype(dtype))
    return spec.placeholder_value(PlaceholderContext(current(), ()))
