"""Kernels with a derivative of their own, for where JAX's is not TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
from jax import Array

Kernel = Callable[..., Any]


def derived(value: Kernel, *partials: Kernel | None) -> Kernel:
    """`value` with the derivatives `partial(result, *inputs)` by its inputs, None for none.

    They are made of differentiable kernels, so that the second derivative is TensorFlow's too.
    """
    function = jax.custom_jvp(value)

    @function.defjvp
    def rule(primals: tuple[Array, ...], tangents: tuple[Array, ...]) -> tuple[Any, Any]:
        result = function(*primals)
        total = None
        for partial, t in zip(partials, tangents, strict=True):
            if partial is not None:
                part = t * partial(result, *primals)
                total = part if total is None else total + part
        return result, total

    return function
