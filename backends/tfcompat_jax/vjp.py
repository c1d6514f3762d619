"""The derivatives of kernels as kernels themselves, so that a gradient is a run of ordinary ops."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import jax.numpy as jnp

from . import (
    array as array_kernels,
    convolution,
    convolution_slopes,
    math as math_kernels,
    nn,
    pooling_slopes,
    products,
    transcendental,
)
from .trace import local
from .trie import TO_NATIVE

if TYPE_CHECKING:
    from jax.extend.core import Jaxpr


def conj(x: Any) -> Any:
    # TensorFlow's gradient of a complex function is the conjugate of JAX's.
    return jnp.conj(x) if jnp.issubdtype(x.dtype, jnp.complexfloating) else x


def _inexact(out: Any) -> tuple[Any, ...]:
    out = out if isinstance(out, tuple) else (out,)
    return tuple([o for o in out if jnp.issubdtype(o.dtype, jnp.inexact)])


def _unless_zero(g: Any, pulled: Any) -> Any:
    return jnp.where(g == 0, jnp.zeros((), pulled.dtype), pulled)


# (cotangent, result) -> gradient. In TensorFlow nothing comes of a cotangent of 0, though the
# slope be infinite: where(x > 0, sqrt(x), 0) has a gradient at 0. No custom_jvp can do that.
PULLED: dict[Callable[..., Any], Callable[[Any, Any], Any]] = {
    transcendental.sqrt: lambda g, y: _unless_zero(g, g * 0.5 / jnp.conj(y)),
    transcendental.rsqrt: lambda g, y: _unless_zero(g, g * -0.5 * jnp.conj(y * y * y)),
    transcendental.reciprocal: lambda g, y: _unless_zero(g, -g * jnp.conj(y * y)),
}


# What is faster than JAX's derivatives of real numbers.
RULES: dict[Callable[..., Any], products.Rule] = {
    **products.RULES,
    convolution.convolution: convolution_slopes.slopes,
    convolution.conv_transpose: convolution_slopes.transposed_slopes,
    convolution.max_pool: pooling_slopes.max_slopes,
    convolution.avg_pool: pooling_slopes.average_slopes,
}


def by_rule(
    kernel: Callable[..., Any],
    inputs: Sequence[Any],
    attrs: tuple[Any, ...],
    mask: Sequence[int],
    cotangents: Sequence[Any],
) -> products.Slopes:
    """The derivatives that are faster than JAX's; None where there are none."""
    rule = RULES.get(kernel)
    if rule is None:
        return None
    (g,) = cotangents
    if any([jnp.iscomplexobj(x) or x.dtype != g.dtype for x in inputs]):
        return None
    return rule(inputs, attrs, mask, g)


def vjp(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    inputs, cotangents = arrays[:count], arrays[count:]
    if kernel in PULLED:
        return (PULLED[kernel](cotangents[0], kernel(*inputs)),)
    known = by_rule(kernel, inputs, attrs, mask, cotangents)
    if known is not None:
        return known

    def function(*chosen: Any) -> tuple[Any, ...]:
        full = list(inputs)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        return _inexact(kernel(*full, *attrs))

    before, local.pushing = local.pushing, False
    try:
        _, pull_back = jax.vjp(function, *[inputs[i] for i in mask])
    finally:
        local.pushing = before
    return tuple([conj(g) for g in pull_back(tuple([conj(c) for c in cotangents]))])


def with_pull_back(
    kernel: Callable[..., Any], attrs: tuple[Any, ...], inputs: Sequence[Any], mask: Sequence[int]
) -> tuple[Any, Callable[..., tuple[Any, ...]]]:
    """What a kernel gives, and its derivative as a function of cotangents: both in one run."""

    def function(*chosen: Any) -> Any:
        full = list(inputs)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        found = kernel(*full, *attrs)
        return _inexact(found), found

    _, pull_back, found = jax.vjp(function, *[inputs[i] for i in mask], has_aux=True)

    def back(cotangents: Sequence[Any]) -> tuple[Any, ...]:
        return tuple([conj(g) for g in pull_back(tuple([conj(c) for c in cotangents]))])

    return found, back


def vjp_rows(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    # A constant of the program is NumPy's, which no loop of JAX's takes for one of its own.
    inputs, cotangents = arrays[:count], [jnp.asarray(c) for c in arrays[count:]]
    return jax.vmap(lambda *rows: vjp(*inputs, *rows, kernel, attrs, mask, count))(*cotangents)


def jvp(*args: Any) -> tuple[Any, ...]:
    *arrays, kernel, attrs, mask, count = args
    inputs, tangents = arrays[:count], arrays[count:]

    def function(*chosen: Any) -> tuple[Any, ...]:
        full = list(inputs)
        for i, x in zip(mask, chosen, strict=True):
            full[i] = x
        return _inexact(kernel(*full, *attrs))

    before, local.pushing = local.pushing, True
    try:
        return jax.jvp(function, tuple([inputs[i] for i in mask]), tuple(tangents))[1]
    finally:
        local.pushing = before


Reach = frozenset[int]
_NOTHING: Reach = frozenset()
_read: dict[tuple[Any, ...], list[Reach]] = {}


# TensorFlow has a derivative for the derivative of these, which is 0; others of one that only
# compares are None.
_READ_THOUGH_COMPARED = frozenset([nn.relu, nn.relu6, nn.leaky_relu])


# What TensorFlow has no derivative for.
_CONSTANT = frozenset(["floor", "ceil", "round"])


def reads(kernel: Callable[..., Any], attrs: tuple[Any, ...], inputs: Sequence[Any]) -> list[Reach]:
    """Which inputs each result is computed from, by ways that can be differentiated."""
    key = (kernel, attrs, *[(x._shape, x._dtype) for x in inputs])
    if key not in _read:
        _read[key] = _reads(kernel, attrs, inputs)
    return _read[key]


def reads_of(
    kernel: Callable[..., Any], attrs: tuple[Any, ...], inputs: Sequence[Any]
) -> list[Reach] | None:
    """`reads` for any kernel; None where every result reads every input."""
    if kernel in (vjp, vjp_rows, jvp):
        return reads(kernel, attrs, inputs)
    own = getattr(kernel, "reads", None)
    return None if own is None else own(attrs, inputs)


def _reads(
    kernel: Callable[..., Any], attrs: tuple[Any, ...], inputs: Sequence[Any]
) -> list[Reach]:
    everything = [frozenset([i]) for i in range(len(inputs))]
    natives = [TO_NATIVE[x._dtype] for x in inputs]

    def trace(shapes: Sequence[tuple[int, ...]]) -> Jaxpr:
        avals = [jax.ShapeDtypeStruct(*pair) for pair in zip(shapes, natives, strict=True)]
        return jax.make_jaxpr(lambda *xs: kernel(*xs, *attrs))(*avals).jaxpr

    shapes = [x._shape for x in inputs]
    try:
        # What is computed from nothing is left out of a program: ask about something.
        program = trace([tuple([n or 2 for n in shape]) for shape in shapes])
    except (TypeError, ValueError):
        program = trace(shapes)
    if kernel in (vjp, vjp_rows) and attrs[0] in _READ_THOUGH_COMPARED:
        return [frozenset().union(*everything)] * len(program.outvars)
    return _reached(program, everything)


def _reached(program: Jaxpr, inputs: Sequence[Reach]) -> list[Reach]:
    reach = dict(zip(program.invars, inputs, strict=True))

    def of(variable: Any) -> Reach:
        # No derivative passes through an integer or a comparison. Constants have a value; their
        # class lies in a module that also imports what compiles for GPUs.
        if hasattr(variable, "val") or not jnp.issubdtype(variable.aval.dtype, jnp.inexact):
            return _NOTHING
        return reach.get(variable, _NOTHING)

    for step in program.eqns:
        found = [of(variable) for variable in step.invars]
        inner = step.params.get("jaxpr") if step.primitive.name in ("jit", "pjit") else None
        if step.primitive.name in _CONSTANT:
            results = [_NOTHING] * len(step.outvars)
        elif inner is None:
            results = [_NOTHING.union(*found)] * len(step.outvars)
        else:
            results = _reached(inner.jaxpr, found)
        reach.update(zip(step.outvars, results, strict=True))
    return [of(variable) for variable in program.outvars]


class _Derivatives:
    vjp = staticmethod(vjp)
    vjp_rows = staticmethod(vjp_rows)
    jvp = staticmethod(jvp)
    reads = staticmethod(reads)
    add = staticmethod(math_kernels.add)
    ones_like = staticmethod(jnp.ones_like)
    zeros_like = staticmethod(jnp.zeros_like)
    gather = staticmethod(array_kernels.gather)


derivatives = _Derivatives()


def observers() -> list[Any]:
    """Whom this thread tells of each op."""
    return local.observers
