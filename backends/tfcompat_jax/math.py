"""Element-wise kernels. Where JAX's derivative is not TensorFlow's, the body says why.

lax functions trace several times faster than those of jax.numpy, but do not broadcast.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .derivative import Kernel, derived


def _broadcast(x: Array, y: Array) -> tuple[Array, Array]:
    if x.shape == y.shape:
        return x, y
    shape = np.broadcast_shapes(x.shape, y.shape)
    return _expand(x, shape), _expand(y, shape)


def _expand(x: Array, shape: tuple[int, ...]) -> Array:
    return x if x.shape == shape else jnp.broadcast_to(x, shape)


def _binary(op: Callable[[Any, Any], Any], name: str) -> Callable[[Any, Any], Any]:
    def kernel(x: Array, y: Array) -> Any:
        return op(*_broadcast(x, y))

    kernel.__name__ = kernel.__qualname__ = name
    return kernel


def _inexact(x: Array) -> bool:
    return jnp.issubdtype(x.dtype, jnp.inexact)


add = _binary(lax.add, "add")
subtract = _binary(lax.sub, "subtract")
multiply = _binary(lax.mul, "multiply")
truncatemod = _binary(lax.rem, "truncatemod")
less = _binary(lax.lt, "less")
less_equal = _binary(lax.le, "less_equal")
greater = _binary(lax.gt, "greater")
greater_equal = _binary(lax.ge, "greater_equal")
equal = _binary(lax.eq, "equal")
not_equal = _binary(lax.ne, "not_equal")
logical_and = _binary(lax.bitwise_and, "logical_and")
logical_or = _binary(lax.bitwise_or, "logical_or")
logical_not = lax.bitwise_not
square = lax.square
floor = lax.floor
ceil = lax.ceil
is_nan = jnp.isnan
is_inf = jnp.isinf
is_finite = lax.is_finite
negative = lax.neg


# JAX squares the divisor, which overflows early.
divide: Kernel = derived(
    _binary(lax.div, "divide"),
    lambda z, x, y: 1 / y,
    lambda z, x, y: divide(-z, y),
)


def sign(x: Array) -> Array:
    if jnp.iscomplexobj(x):
        none = x == 0
        # The outer choice gives 0 its derivative 0.
        return jnp.where(none, 0, x / jnp.where(none, 1, lax.abs(x)))
    if jnp.issubdtype(x.dtype, jnp.integer):
        return lax.sign(x)
    # The sign of -0 is 0.
    return jnp.where(x == 0, 0, lax.sign(x))


# JAX takes 1 for the derivative at 0.
_abs = derived(lax.abs, lambda y, x: lax.sign(x))


def abs(x: Array) -> Array:
    return lax.abs(x) if jnp.iscomplexobj(x) else _abs(x)


def cube(x: Array) -> Array:
    return lax.integer_pow(x, 3)


def round(x: Array) -> Array:
    return lax.round(x, lax.RoundingMethod.TO_NEAREST_EVEN)


def floordiv(x: Array, y: Array) -> Array:
    # The floor of the rounded quotient, where jax.numpy takes that of the exact one.
    if _inexact(x):
        return lax.floor(divide(x, y))
    return jnp.floor_divide(x, y)


def truncatediv(x: Array, y: Array) -> Array:
    quotient = divide(x, y)
    return jnp.trunc(quotient) if _inexact(x) else quotient


def _remainder(x: Array, y: Array) -> Array:
    if x.dtype.kind not in "iu" or x.dtype.itemsize > 4 or jax.default_backend() != "cpu":
        return jnp.remainder(x, y)
    # Processors divide integers one by one, and float64, exact for so short ones, by vectors.
    whole, by = x.astype(jnp.float64), y.astype(jnp.float64)
    rest = whole - lax.floor(whole / by) * by
    return jnp.where(y == 0, np.zeros((), x.dtype), rest.astype(x.dtype))


floormod = derived(_remainder, lambda z, x, y: jnp.ones_like(z), lambda z, x, y: -floordiv(x, y))


def add_n(*inputs: Array) -> Array:
    total = inputs[0]
    for x in inputs[1:]:
        total = lax.add(total, x)
    return total


def squared_difference(x: Array, y: Array) -> Array:
    d = subtract(x, y)
    return lax.mul(lax.conj(d), d) if jnp.iscomplexobj(d) else lax.square(d)


# JAX halves the gradient where x equals y; TensorFlow gives all of it to x.
maximum = derived(
    _binary(lax.max, "maximum"),
    lambda z, x, y: greater_equal(x, y).astype(z.dtype),
    lambda z, x, y: (~greater_equal(x, y)).astype(z.dtype),
)
minimum = derived(
    _binary(lax.min, "minimum"),
    lambda z, x, y: less_equal(x, y).astype(z.dtype),
    lambda z, x, y: (~less_equal(x, y)).astype(z.dtype),
)

nextafter = derived(_binary(lax.nextafter, "nextafter"), lambda z, x, y: jnp.ones_like(z), None)


def _log_of_base(x: Array) -> Array:
    # TensorFlow takes the logarithm of a base that has none for 0.
    good = x != 0 if jnp.iscomplexobj(x) else x > 0
    return jnp.where(good, jnp.log(jnp.where(good, x, 1)), 0)


def _pow(x: Array, y: Array) -> Array:
    x, y = _broadcast(x, y)
    if not _inexact(x):
        return _integer_pow(x, y)
    if jnp.iscomplexobj(x):
        # XLA's powers of zero are 1 or NaN, TensorFlow's go by the real part.
        power = lax.real(y)
        of_zero = jnp.where(power < 0, complex("inf+nanj"), complex("nan+nanj"))
        of_zero = jnp.where(power > 0, 0, of_zero).astype(x.dtype)
        return jnp.where(x == 0, of_zero, lax.pow(x, y))
    return lax.pow(x, y)


def _integer_pow(x: Array, y: Array) -> Array:
    """By squaring, for every exponent there is: jax.numpy stops at 63."""

    def step(_: int, state: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        result, square_of, left = state
        result = jnp.where(left & 1 == 1, result * square_of, result)
        return result, square_of * square_of, left >> 1

    bits = jnp.iinfo(y.dtype).bits - 1
    return lax.fori_loop(0, bits, step, (jnp.ones_like(x), x, y))[0]


# JAX takes 0 for the derivative of x**0 at 0, and NaN by the exponent of a negative base.
pow: Kernel = derived(
    _pow,
    lambda z, x, y: multiply(y, pow(x, y - 1)),
    lambda z, x, y: multiply(z, _log_of_base(x)),
)


def divide_no_nan(x: Array, y: Array) -> Array:
    # The inner choice keeps the derivative of the branch not taken from being NaN.
    zero = y == 0
    return jnp.where(zero, jnp.zeros((), x.dtype), divide(x, jnp.where(zero, 1, y)))


def _multiply_no_nan(x: Array, y: Array) -> Array:
    return jnp.where(y == 0, jnp.zeros((), x.dtype), multiply(x, y))


# TensorFlow's derivative by y is x at y = 0 too. It does not conjugate this one and those below:
# the engine, which does, is given their conjugates.
multiply_no_nan = derived(
    _multiply_no_nan, lambda z, x, y: jnp.conj(y), lambda z, x, y: jnp.conj(x)
)


# Where x is 0 the result is a constant: TensorFlow takes 0 for both derivatives there.
def _xdivy(x: Array, y: Array) -> Array:
    zero = x == 0
    return jnp.where(zero, x, divide(x, jnp.where(zero, 1, y)))


def _xlogy(x: Array, y: Array) -> Array:
    zero = x == 0
    return jnp.where(zero, x, multiply(x, lax.log(jnp.where(zero, 1, y))))


def _xlog1py(x: Array, y: Array) -> Array:
    zero = x == 0
    return jnp.where(zero, x, multiply(x, lax.log1p(jnp.where(zero, 0, y))))


def _present(x: Array) -> Array:
    return (x != 0).astype(x.dtype)


xdivy: Kernel = derived(
    _xdivy,
    lambda z, x, y: jnp.conj(xdivy(_present(x), y)),
    lambda z, x, y: jnp.conj(xdivy(-x, lax.square(y))),
)
xlogy: Kernel = derived(
    _xlogy,
    lambda z, x, y: jnp.conj(xlogy(_present(x), y)),
    lambda z, x, y: jnp.conj(xdivy(x, y)),
)
xlog1py: Kernel = derived(
    _xlog1py,
    lambda z, x, y: jnp.conj(xlog1py(_present(x), y)),
    lambda z, x, y: jnp.conj(xdivy(x, 1 + y)),
)
