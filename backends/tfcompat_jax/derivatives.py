"""The derivatives of kernels as kernels themselves, so that a gradient is a run of ordinary ops."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from . import array as array_kernels, math as math_kernels
from .trace import local


def _conj(x: Any) -> Any:
    # TensorFlow's gradient of a complex function is the conjugate of JAX's.
    return jnp.conj(x) if jnp.issubdtype(x.dtype, jnp.complexfloating) else x


def _inexact(out: Any) -> tuple[Any, ...]:
    out = out if isinstance(out, tuple) else (out,)
    return tuple([o for o in out if jnp.issubdtype(o.dtype, jnp.inexact)])


def vjp(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    inputs, cotangents = arrays[:count], arrays[count:]

    def function(*chosen: Any) -> tuple[Any, ...]:
        full = list(inputs)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        return _inexact(kernel(*full, *attrs))

    _, pull_back = jax.vjp(function, *[inputs[i] for i in mask])
    return tuple([_conj(g) for g in pull_back(tuple([_conj(c) for c in cotangents]))])


def vjp_rows(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    inputs, cotangents = arrays[:count], arrays[count:]
    return jax.vmap(lambda *rows: vjp(*inputs, *rows, kernel, attrs, mask, count))(*cotangents)  # type: ignore[no-any-return]


def jvp(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    inputs, tangents = arrays[:count], arrays[count:]

    def function(*chosen: Any) -> tuple[Any, ...]:
        full = list(inputs)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        return _inexact(kernel(*full, *attrs))

    return jax.jvp(function, tuple([inputs[i] for i in mask]), tuple(tangents))[1]  # type: ignore[no-any-return]


class _Derivatives:
    vjp = staticmethod(vjp)
    vjp_rows = staticmethod(vjp_rows)
    jvp = staticmethod(jvp)
    add = staticmethod(math_kernels.add)
    ones_like = staticmethod(jnp.ones_like)
    zeros_like = staticmethod(jnp.zeros_like)
    gather = staticmethod(array_kernels.gather)


derivatives = _Derivatives()


def observers() -> list[Any]:
    """Whom this thread tells of each op."""
    return local.observers
