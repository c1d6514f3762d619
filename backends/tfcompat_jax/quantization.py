"""Kernels that round to the numbers a quantized type has; float32 throughout."""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .derivative import Kernel, derived


def _rounding(x: Array) -> Array:
    """x, rounded: XLA fuses a product with a sum, or adds up constants, and rounds only then."""
    return jnp.minimum(x, np.finfo(np.float32).max)


def _nudged(low: Array, high: Array, first: int, last: int) -> tuple[Array, Array, Array]:
    """The range moved so that 0 is one of its numbers; and the distance between them."""
    # XLA would multiply by the reciprocal of a number it knows.
    steps = lax.optimization_barrier(jnp.float32(last - first))
    scale = _rounding((high - low) / steps)
    zero = first - low / scale
    # Halves go away from zero.
    whole = jnp.floor(zero + 0.5)
    zero = jnp.where(zero < first, first, jnp.where(zero > last, last, whole))
    return _rounding((first - zero) * scale), _rounding((last - zero) * scale), scale


def _rounded(x: Array, low: Array, high: Array, scale: Array, steps: Kernel) -> Array:
    """The nearest number; `steps` counts how many of them fit into a distance."""
    zero = jnp.floor(_rounding(steps(-low)) + 0.5)
    shifted = jnp.maximum(jnp.minimum(x, high), low) - low
    return jnp.floor(_rounding(_rounding(steps(shifted)) - zero) + 0.5) * scale


def _places(x: Array, low: Array, high: Array, first: int, last: int) -> tuple[Array, Array, Array]:
    """Where x lies inside of the range, below and above it."""
    bottom, top, _ = _nudged(low, high, first, last)
    nothing = (low == 0) & (high == 0)
    inside = nothing | ((x >= bottom) & (x <= top))
    return inside, ~nothing & (x < bottom), ~nothing & (x > top)


def fake_quant_with_min_max_vars(x: Array, low: Array, high: Array, first: int, last: int) -> Array:
    def value(x: Array, low: Array, high: Array) -> Array:
        nothing = (low == 0) & (high == 0)
        bottom, top, scale = _nudged(low, high, first, last)
        return jnp.where(nothing, 0.0, _rounded(x, bottom, top, scale, lambda d: d / scale))

    def partial(number: int) -> Callable[..., Array]:
        def factor(y: Array, x: Array, low: Array, high: Array) -> Array:
            return _places(x, low, high, first, last)[number].astype(x.dtype)

        return factor

    return derived(value, partial(0), partial(1), partial(2))(x, low, high)


def fake_quant_gradient(
    g: Array, x: Array, low: Array, high: Array, first: int, last: int
) -> tuple[Array, ...]:
    """The gradients by all three, those by the ends not yet summed up."""
    return tuple([jnp.where(part, g, 0) for part in _places(x, low, high, first, last)])


def fake_quant_with_min_max_args(
    x: Array, low: float, high: float, scale: float, density: float
) -> Array:
    ends = [np.float32(n) for n in (low, high, scale)]

    def value(x: Array) -> Array:
        return _rounded(x, *ends, lambda d: d * np.float32(density))  # type: ignore[call-arg, arg-type]

    def inside(y: Array, x: Array) -> Array:
        return ((x >= ends[0]) & (x <= ends[1])).astype(x.dtype)

    return derived(value, inside)(x)


def fake_quant_with_min_max_args_gradient(g: Array, x: Array, low: float, high: float) -> Array:
    return jnp.where((x >= np.float32(low)) & (x <= np.float32(high)), g, 0)
