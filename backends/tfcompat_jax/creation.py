"""Kernels that make tensors from sizes."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src.dtypes import DType

from .runtime import _device
from .trie import TO_NATIVE

Shape = tuple[int, ...]
Device = tuple[str, int] | None


def _placed(x: Array, device: Device) -> Array:
    return x if device is None else jax.device_put(x, _device(device))


def zeros(shape: Shape, dtype: DType, device: Device) -> Array:
    return _placed(lax.full(shape, 0, TO_NATIVE[dtype]), device)


def ones(shape: Shape, dtype: DType, device: Device) -> Array:
    return _placed(lax.full(shape, 1, TO_NATIVE[dtype]), device)


def zeros_like(x: Array) -> Array:
    return lax.full_like(x, 0)


def ones_like(x: Array) -> Array:
    return lax.full_like(x, 1)


def fill(value: Array, shape: Shape) -> Array:
    return lax.broadcast(value, shape)


def eye(shape: Shape, dtype: DType, device: Device) -> Array:
    rows, columns = shape[-2:]
    return _placed(
        lax.broadcast(jnp.eye(rows, columns, dtype=TO_NATIVE[dtype]), shape[:-2]), device
    )


def linspace(start: Array, stop: Array, count: int, axis: int) -> Array:
    start, stop = (lax.expand_dims(x, (axis,)) for x in jnp.broadcast_arrays(start, stop))
    if count < 2:
        return lax.slice_in_dim(start, 0, count, axis=axis)
    shape = [1] * start.ndim
    shape[axis] = count - 2
    steps = jnp.arange(1, count - 1).astype(start.dtype).reshape(shape)
    return lax.concatenate((start, start + (stop - start) / (count - 1) * steps, stop), axis)


def one_hot(indices: Array, on: Array, off: Array, depth: int, axis: int) -> Array:
    shape = [1] * (indices.ndim + 1)
    shape[axis] = depth
    classes: Any = jnp.arange(depth).reshape(shape)
    return jnp.where(lax.expand_dims(indices, (axis,)) == classes, on, off)


def sequence_mask(lengths: Array, size: int) -> Array:
    return jnp.arange(size).astype(lengths.dtype) < lax.expand_dims(lengths, (lengths.ndim,))
