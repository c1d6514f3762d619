"""Kernels that rearrange, repeat and pad."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .casting import cast as cast
from .parts import WHOLE, parts
from .selection import gather as gather
from .sharing import hosted, viewing

Paddings = tuple[tuple[int, int], ...]

reshape = lax.reshape
transpose = lax.transpose
reverse = lax.rev
roll = jnp.roll
tile = jnp.tile


def rearrange(
    x: Array, parts: tuple[int, ...], order: tuple[int, ...], shape: tuple[int, ...]
) -> Array:
    return lax.reshape(lax.transpose(lax.reshape(x, parts), order), shape)


def identity(x: Array) -> Array:
    return x


parts[identity] = WHOLE
hosted[reshape] = viewing(np.reshape)


def conjugate_transpose(x: Array, perm: tuple[int, ...]) -> Array:
    return lax.transpose(lax.conj(x), perm)


def expand_dims(x: Array, axis: int) -> Array:
    return lax.expand_dims(x, (axis,))


hosted[expand_dims] = viewing(np.expand_dims)


def broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    return lax.broadcast_in_dim(x, shape, range(len(shape) - x.ndim, len(shape)))


def repeat(x: Array, counts: int | tuple[int, ...], axis: int) -> Array:
    where = np.repeat(np.arange(x.shape[axis]), counts)
    return jnp.take(x, where, axis, mode="clip")


def pad(x: Array, value: Array, paddings: Paddings) -> Array:
    return lax.pad(x, value, [(before, after, 0) for before, after in paddings])


def mirror_pad(x: Array, paddings: Paddings, offset: int) -> Array:
    # offset 1 leaves the edge out (REFLECT), 0 repeats it (SYMMETRIC).
    for axis, (before, after) in enumerate(paddings):
        if before or after:
            end = x.shape[axis] - offset
            front = lax.slice_in_dim(x, offset, offset + before, axis=axis)
            back = lax.slice_in_dim(x, end - after, end, axis=axis)
            x = lax.concatenate((lax.rev(front, (axis,)), x, lax.rev(back, (axis,))), axis)
    return x


def reverse_sequence(x: Array, lengths: Array, sequence_axis: int, batch_axis: int) -> Array:
    at = jnp.arange(x.shape[sequence_axis])
    ends = lengths.astype(at.dtype)[:, None]
    where = jnp.where(at < ends, ends - 1 - at, at)
    shape = [1] * x.ndim
    shape[batch_axis], shape[sequence_axis] = where.shape
    if batch_axis > sequence_axis:
        where = where.T
    return jnp.take_along_axis(x, where.reshape(shape), sequence_axis, mode="clip")
