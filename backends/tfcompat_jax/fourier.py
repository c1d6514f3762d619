"""Kernels for the discrete Fourier transform and the frames of a signal.

`sizes` pads or trims the axes, None keeps them.
"""

from __future__ import annotations

from collections.abc import Callable

import jax.numpy as jnp
from jax import Array

Axes = tuple[int, ...]

# XLA transforms so many axes at once.
_MOST = 3


def _in_turns(transform: Callable[..., Array], x: Array, sizes: Axes | None, axes: Axes) -> Array:
    for start in range(0, len(axes), _MOST):
        part = slice(start, start + _MOST)
        x = transform(x, None if sizes is None else sizes[part], axes[part])
    return x


def fft(x: Array, sizes: Axes | None, axes: Axes) -> Array:
    return _in_turns(jnp.fft.fftn, x, sizes, axes)


def ifft(x: Array, sizes: Axes | None, axes: Axes) -> Array:
    return _in_turns(jnp.fft.ifftn, x, sizes, axes)


def rfft(x: Array, sizes: Axes | None, axes: Axes) -> Array:
    first, last = axes[:-_MOST], axes[-_MOST:]
    y = jnp.fft.rfftn(x, None if sizes is None else sizes[-_MOST:], last)
    return _in_turns(jnp.fft.fftn, y, None if sizes is None else sizes[: len(first)], first)


def irfft(x: Array, sizes: Axes | None, axes: Axes) -> Array:
    first, last = axes[:-_MOST], axes[-_MOST:]
    y = _in_turns(jnp.fft.ifftn, x, None if sizes is None else sizes[: len(first)], first)
    return jnp.fft.irfftn(y, None if sizes is None else sizes[-_MOST:], last)


def frame(x: Array, length: int, step: int, count: int, axis: int) -> Array:
    # Counted in the program: a table of places would be read as slowly as it is long.
    places = jnp.arange(count)[:, None] * step + jnp.arange(length)
    return jnp.take(x, places, axis, mode="clip")
