"""Row partitions are worked out on the host, in NumPy; in a graph that is one of its ops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src.convert import from_numpy
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat.backend import ValueNeeded

Array = np.ndarray[Any, Any]


def known(value: Any) -> Array | None:
    """The value of an array or a tensor; None where there is none yet."""
    if isinstance(value, np.ndarray):
        return value
    if value.__class__ is SymbolicTensor:
        return None if value._constant is None else known(value._constant)
    try:
        return np.asarray(value._numpy())
    except ValueNeeded:
        return None


def tensor(array: Any, dtype: DType) -> Tensor:
    """A tensor of an array of numbers."""
    return from_numpy(np.asarray(array, dtype.as_numpy_dtype), dtype)


class _OnHost:
    """What the node of such a computation calls."""

    def __init__(self, function: Callable[..., Any], dtypes: Sequence[DType]) -> None:
        self._function = function
        self._dtypes = dtypes

    def __call__(self, *inputs: Any) -> Any:
        arrays = [x._numpy() if isinstance(x, Tensor) else x for x in inputs]
        found = self._function(*arrays)
        many = isinstance(found, tuple)
        results = [tensor(x, dtype) for x, dtype in zip(_listed(found), self._dtypes, strict=True)]
        return results if many else results[0]


def _listed(found: Any) -> list[Any]:
    return list(found) if isinstance(found, tuple) else [found]


def compute(function: Callable[..., Any], inputs: Sequence[Any], specs: Any) -> Any:
    """`function(*arrays)`: an array or a tuple of them; tensors instead where a value is missing.

    specs: what the tensors are, one spec or a list.
    """
    arrays = [known(x) for x in inputs]
    if not any([a is None for a in arrays]):
        return function(*arrays)
    graph = tracing.current()
    wanted = list(specs) if isinstance(specs, (list, tuple)) else [specs]
    node = _OnHost(function, [spec.dtype for spec in wanted])
    if graph is None:
        return node(*inputs)
    name = function.__name__.strip("_")
    return graph.add_call(node, list(inputs), name=name, outputs=specs)


def check(function: Callable[..., None], inputs: Sequence[Any]) -> None:
    """`function(*arrays)`, which raises for wrong values: now, or when the graph runs."""
    arrays = [known(x) for x in inputs]
    if not any([a is None for a in arrays]):
        function(*arrays)
        return
    graph = tracing.current()
    if graph is not None:

        def checked(*tensors: Any) -> list[Any]:
            function(*[x._numpy() if isinstance(x, Tensor) else x for x in tensors])
            return []

        graph.add_call(checked, list(inputs), name="check", effect=True, outputs=[])


def vector(size: int | None, dtype: DType) -> TensorSpec:
    """The spec of a vector."""
    return TensorSpec([size], dtype)


def scalar(dtype: DType) -> TensorSpec:
    """The spec of a scalar."""
    return TensorSpec([], dtype)
