"""What Keras recognizes among the arrays given to fit: tensors, by the names of their modules."""

from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

from tfcompat._src.ragged.tensor import RaggedTensor
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor


def _is_tensor(value: Any) -> bool:
    return isinstance(value, (Tensor, RaggedTensor, SparseTensor))


def _is_ragged(value: Any) -> bool:
    return isinstance(value, RaggedTensor)


def _is_sparse(value: Any) -> bool:
    return isinstance(value, SparseTensor)


def patch(module: ModuleType) -> None:
    """Has Keras know tfcompat's tensors, in the module that asks."""
    module.is_tensorflow_tensor = _is_tensor  # type: ignore[attr-defined]
    module.is_tensorflow_ragged = _is_ragged  # type: ignore[attr-defined]
    module.is_tensorflow_sparse = _is_sparse  # type: ignore[attr-defined]


class _OfPandas(type):
    """A class that stands for pandas' of that name: nothing is one until pandas is imported."""

    def __instancecheck__(cls, value: Any) -> bool:
        return isinstance(value, getattr(sys.modules.get("pandas"), cls.__name__, ()))


def patch_slicing(module: ModuleType) -> None:
    """Has Keras know pandas' objects without importing pandas, in the module that slices arrays."""
    slicing: Any = module
    if slicing.pandas is None:
        kinds = [_OfPandas(name, (), {}) for name in ("Series", "DataFrame")]
        slicing.pandas = SimpleNamespace(**{kind.__name__: kind for kind in kinds})
        slicing.ARRAY_TYPES += tuple(kinds)


def patch_utils(module: ModuleType) -> None:
    """Has Keras know ragged tensors, in the module of its utilities for TensorFlow."""
    module.is_ragged_tensor = _is_ragged  # type: ignore[attr-defined]
