"""Kernels that change the type of elements."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src.dtypes import DType

from .trie import TO_NATIVE


def cast(x: Array, dtype: DType) -> Array:
    native = TO_NATIVE[dtype]
    if jnp.iscomplexobj(x) and not dtype.is_complex:
        x = lax.real(x)
    if dtype.is_bool:
        return lax.ne(x, lax.full_like(x, 0)) if x.dtype != bool else x
    if dtype.is_integer and jnp.issubdtype(x.dtype, jnp.floating):
        return _to_integer(x, native)
    return lax.convert_element_type(x, native)


def _to_integer(x: Array, native: Any) -> Array:
    # XLA takes what is out of range to the nearest integer. TensorFlow, as the processor, converts
    # to 32 or 64 bits, where what does not fit gives the smallest integer, and cuts off the rest.
    if x.dtype.itemsize < 4:
        x = lax.convert_element_type(x, jnp.float32)
    if native == jnp.uint64:
        top = jnp.asarray(2.0**63, x.dtype)
        signed = _in_range(lax.select((x >= top) & (x < 2 * top), x - top, x), jnp.int64)
        bits = lax.convert_element_type(signed, native)
        return lax.select((x >= top) & (x < 2 * top), bits + jnp.uint64(2**63), bits)
    wide = jnp.int64 if native in (jnp.int64, jnp.uint32) else jnp.int32
    return lax.convert_element_type(_in_range(x, wide), native)


def _in_range(x: Array, native: Any) -> Array:
    limit = 2.0 ** (jnp.iinfo(native).bits - 1)
    fits = (x >= -limit) & (x < limit)
    found = lax.convert_element_type(x, native)
    return lax.select(fits, found, lax.full_like(found, jnp.iinfo(native).min))


def bitcast(x: Array, dtype: DType, shape: tuple[int, ...]) -> Array:
    native = TO_NATIVE[dtype]
    if jnp.iscomplexobj(x):
        x = jnp.stack([lax.real(x), lax.imag(x)], -1)
    if not dtype.is_complex:
        return _bits(x, native).reshape(shape)
    half = jnp.float32 if native == jnp.complex64 else jnp.float64
    pairs = _bits(x, half).reshape((*shape, 2))
    return lax.complex(pairs[..., 0], pairs[..., 1])


def _bits(x: Array, native: Any) -> Array:
    wider = jnp.dtype(native).itemsize // x.dtype.itemsize
    if wider > 1:
        x = x.reshape((-1, wider))
    return lax.bitcast_convert_type(x, native)
