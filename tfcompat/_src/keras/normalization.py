"""Layer normalization as one kernel, where the backend has one."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("nn")


def patch(module: ModuleType) -> None:
    """Has Keras' ops, in the module that defines them, normalize the last axis in one call."""
    keras_normalization = getattr(module, "_layer_normalization", None)
    if keras_normalization is None:
        return
    backend = module.backend

    def _layer_normalization(
        x: Any,
        gamma: Any = None,
        beta: Any = None,
        axis: Any = -1,
        epsilon: Any = None,
        rms_scaling: bool = False,
    ) -> Any:
        """`x` with mean 0 and variance 1 along the axes, times gamma, and beta added."""
        axes = [axis] if isinstance(axis, int) else list(axis)
        if (
            rms_scaling
            or gamma is None
            or beta is None
            or not isinstance(x, Tensor)
            or axes not in ([-1], [(x.shape.rank or 0) - 1])
            or not dispatch.has("nn", "layer_normalization")
        ):
            return keras_normalization(x, gamma, beta, axis, epsilon, rms_scaling)
        dtype = backend.result_type(x.dtype, "float32")
        given = [
            convert_to_tensor(backend.convert_to_tensor(each, dtype=dtype))
            for each in (x, gamma, beta)
        ]
        size = x.shape[-1:].as_list()
        if not size or not all([each.shape.as_list() == size for each in given[1:]]):
            return keras_normalization(x, gamma, beta, axis, epsilon, rms_scaling)
        if epsilon is None:
            epsilon = backend.epsilon()
        found = dispatch.execute(kernels.layer_normalization, tuple(given), (float(epsilon),))
        return backend.cast(found, x.dtype)

    module.__dict__["_layer_normalization"] = _layer_normalization
