"""Steps of programs whose derivative is not JAX's own of their kernel."""

from __future__ import annotations

import functools
from typing import Any

import jax
import jax.numpy as jnp

from . import vjp
from .trie import Kernel


def is_loop(kernel: Kernel) -> bool:
    """Whether a derivative shares the run of the kernel with it."""
    return getattr(kernel, "is_loop", False)


@functools.cache
def guarded(kernel: Kernel) -> Kernel:
    """The kernel with the derivative that `vjp` gives it, where that is not JAX's."""
    function = jax.custom_vjp(kernel)

    def forward(x: Any) -> Any:
        # By the function itself, for whom differentiates again.
        return function(x), kernel(x)

    def backward(y: Any, cotangent: Any) -> Any:
        return (vjp.conj(vjp.PULLED[kernel](vjp.conj(cotangent), y)),)

    function.defvjp(forward, backward)
    return function


@functools.cache
def ruled(kernel: Kernel, attrs: tuple[Any, ...]) -> Kernel:
    """The kernel with the derivative that `vjp` gives it, where that is faster than JAX's."""
    plain = functools.partial(_called, kernel, attrs)
    function = jax.custom_vjp(plain)

    def forward(*inputs: Any) -> Any:
        return function(*inputs), inputs

    def backward(inputs: Any, cotangent: Any) -> Any:
        found = vjp.by_rule(kernel, inputs, attrs, range(len(inputs)), [cotangent])
        return jax.vjp(plain, *inputs)[1](cotangent) if found is None else found

    function.defvjp(forward, backward)
    return function


def _called(kernel: Kernel, attrs: tuple[Any, ...], *inputs: Any) -> Any:
    return kernel(*inputs, *attrs)


def user(s: Any, args: list[Any], closures: list[Any]) -> Any:
    """Values passed through, with the user's gradient for their derivative."""
    gradient = s.user
    count = len(s.outs)

    @jax.custom_vjp
    def passing(values: Any, inputs: Any, closures: Any) -> Any:
        return values

    def forward(values: Any, inputs: Any, closures: Any) -> Any:
        return passing(values, inputs, closures), (closures, values)

    def backward(kept: Any, cotangents: Any) -> Any:
        closures, values = kept
        given = [
            vjp.conj(c) if jnp.issubdtype(y.dtype, jnp.inexact) else jnp.zeros_like(y)
            for c, y in zip(cotangents, values, strict=True)
        ]
        found = iter(gradient.pure(given, closures))
        by = tuple([vjp.conj(next(found)) if known else None for known in gradient.known])
        return (None,) * count, by, (None,) * len(closures)

    passing.defvjp(forward, backward)
    return passing(tuple(args[:count]), tuple(args[count:]), tuple(closures))


def pushed(s: Any, args: list[Any], closures: list[Any]) -> Any:
    """`user` for forward mode: the tangent is the transpose of the user's linear function."""
    gradient = s.user
    count = len(s.outs)

    @jax.custom_jvp
    def passing(values: Any, inputs: Any, closures: Any) -> Any:
        return values

    @passing.defjvp
    def _(primals: Any, tangents: Any) -> Any:
        values, _, closures = primals
        moving = [i for i, y in enumerate(values) if jnp.issubdtype(y.dtype, jnp.inexact)]

        def pull(*cotangents: Any) -> Any:
            given = [jnp.zeros_like(y) for y in values]
            for i, c in zip(moving, cotangents, strict=True):
                given[i] = vjp.conj(c)
            return tuple([vjp.conj(g) for g in gradient.pure(given, closures)])

        known = [t for t, k in zip(tangents[1], gradient.known, strict=True) if k]
        turned = jax.linear_transpose(pull, *[values[i] for i in moving])(tuple(known))
        out = list(tangents[0])
        for i, t in zip(moving, turned, strict=True):
            out[i] = t
        return values, tuple(out)

    return passing(tuple(args[:count]), tuple(args[count:]), tuple(closures))
