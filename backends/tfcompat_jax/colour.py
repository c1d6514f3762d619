"""Kernels that change colours, in one op what the front would do in twenty."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array


def _hue(x: Array) -> tuple[Array, Array, Array]:
    """The hue in [0, 1), the smallest channel and the largest."""
    r, g, b = x[..., 0], x[..., 1], x[..., 2]
    most, least = jnp.maximum(jnp.maximum(r, g), b), jnp.minimum(jnp.minimum(r, g), b)
    width = most - least
    red, green = r == most, g == most
    opposite = jnp.where(red, g - b, jnp.where(green, b - r, r - g))
    start = jnp.where(red, 0, jnp.where(green, 1 / 3, 2 / 3)).astype(x.dtype)
    # Gray has no hue.
    hue = jnp.where(width == 0, 0, opposite / jnp.where(width == 0, 1, width * 6)) + start
    return jnp.where(hue < 0, hue + 1, hue), least, most


def _saturation(least: Array, most: Array) -> Array:
    return jnp.where(most > 0, (most - least) / jnp.where(most > 0, most, 1), 0)


def _parts(sixths: Array) -> Array:
    """How much of the way from the smallest to the largest channel each channel goes."""
    red = jnp.abs(sixths - 3) - 1
    green = 2 - jnp.abs(sixths - 2)
    blue = 2 - jnp.abs(sixths - 4)
    return jnp.clip(jnp.stack([red, green, blue], -1), 0, 1)


def _rgb(hue: Array, saturation: Array, value: Array) -> Array:
    rest = (1 - saturation)[..., None]
    return (rest + saturation[..., None] * _parts(hue * 6)) * value[..., None]


def rgb_to_hsv(x: Array) -> Array:
    hue, least, most = _hue(x)
    return jnp.stack([hue, _saturation(least, most), most], -1)


def hsv_to_rgb(x: Array) -> Array:
    return _rgb(x[..., 0], x[..., 1], x[..., 2])


def adjust_hue(x: Array, turn: Array) -> Array:
    hue, least, most = _hue(x)
    sixths = hue * 6 + (6 * turn).astype(x.dtype)
    # The remainder of what is at most one turn away.
    sixths = jnp.where(sixths < 0, sixths + 6, sixths)
    sixths = jnp.where(sixths >= 6, sixths - 6, sixths)
    return least[..., None] + (most - least)[..., None] * _parts(sixths)


def adjust_saturation(x: Array, factor: Array) -> Array:
    hue, least, most = _hue(x)
    saturation = _saturation(least, most) * factor.astype(x.dtype)
    return _rgb(hue, jnp.clip(saturation, 0, 1), most)
