"""Kernels that put tensors together and take them apart."""

from __future__ import annotations

from typing import Any

from jax import Array, lax

from tfcompat._src.numpy_kernels import arrays

from .sharing import hosted, viewing
from .trie import BIG


def concat(*args: Any) -> Array:
    *arrays, axis = args
    first = arrays[0]
    if not axis and first.nbytes >= BIG and all([x.shape == first.shape for x in arrays]):
        # One after another XLA's CPU copies them in a single thread.
        return stack(*arrays, 0).reshape(-1, *first.shape[1:])
    return lax.concatenate(arrays, axis)


def stack(*args: Any) -> Array:
    *arrays, axis = args
    return lax.concatenate([lax.expand_dims(x, (axis,)) for x in arrays], axis)


def unstack(x: Array, axis: int) -> tuple[Array, ...]:
    return tuple([lax.index_in_dim(x, i, axis, keepdims=False) for i in range(x.shape[axis])])


hosted[unstack] = viewing(arrays.unstack)


def split(x: Array, sizes: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    return tuple(lax.split(x, sizes, axis))


hosted[split] = viewing(arrays.split)
