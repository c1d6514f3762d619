"""tf.nn.dropout and its stateless sibling."""

from __future__ import annotations

from collections.abc import Callable
from numbers import Real
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import FLOATS, float32, float64
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, division, math, random, stateless_random
from tfcompat._src.ops.selection import where
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("nn")

_OWN = frozenset({float32, float64})


@public("tfcompat.nn")
def dropout(
    x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: str | None = None
) -> Tensor:
    """Sets elements to 0 with probability `rate` and divides the others by 1 - rate.

    What is decided by chance has the shape `noise_shape`, x's unless given, and broadcasts to x's.

    Raises:
      ValueError: x is not floating-point, or a rate out of range.
    """

    def sampler(shape: Any, dtype: Any) -> Tensor:
        return random.uniform(shape, seed=seed, dtype=dtype)

    return general_dropout(x, rate, sampler, noise_shape)


@public("tfcompat.nn.experimental")
def stateless_dropout(
    x: Any,
    rate: Any,
    seed: Any,
    rng_alg: Any = None,
    noise_shape: Any = None,
    name: str | None = None,
) -> Tensor:
    """Like `tf.nn.dropout`; which elements go depends on the seed alone, two integers."""
    alg = "auto_select" if rng_alg is None else rng_alg

    def sampler(shape: Any, dtype: Any) -> Tensor:
        return stateless_random.stateless_uniform(shape, seed, dtype=dtype, alg=alg)

    return general_dropout(x, rate, sampler, noise_shape)


@public("tfcompat.nn.experimental")
def general_dropout(
    x: Any,
    rate: Any,
    uniform_sampler: Callable[..., Tensor],
    noise_shape: Any = None,
    name: str | None = None,
) -> Tensor:
    """Like `tf.nn.dropout`, with `uniform_sampler(shape=, dtype=)` to draw from [0, 1)."""
    return _dropout(to_tensor(x), rate, uniform_sampler, noise_shape)


def _dropout(x: Tensor, rate: Any, sampler: Callable[..., Tensor], noise_shape: Any) -> Tensor:
    if x._dtype not in FLOATS:
        raise ValueError(
            "`x.dtype` must be a floating point tensor as `x` will be scaled. Received: "
            f"x_dtype={x._dtype}"
        )
    shape = _noise_shape(x, noise_shape)
    if isinstance(rate, Real):
        number = float(rate)
        if not 0 <= number < 1:
            raise ValueError(
                "`rate` must be a scalar tensor or a float in the range [0, 1). Received: "
                f"rate={rate}"
            )
        # Drawn at a rate of 0 too: the ops that follow shall not depend on the rate.
        noise = sampler(shape=shape, dtype=x._dtype)
        if number == 0:
            return x
        alike = noise._shape == x._shape and noise._dtype is x._dtype
        if alike and x._dtype in _OWN and dispatch.has("nn", "dropout"):
            return dispatch.execute(kernels.dropout, (x, noise), (number,), x._dtype)
        scaled = math.multiply(x, 1 / (1 - number))
        limit: Any = number
    else:
        limit = _rate_tensor(rate, x)
        noise = sampler(shape=shape, dtype=x._dtype)
        scaled = division.truediv(x, math.subtract(1.0, limit))
    keep = comparisons.greater_equal(noise, limit)
    return where(keep, scaled, to_tensor(0.0, x._dtype))


def _rate_tensor(rate: Any, x: Tensor) -> Tensor:
    if isinstance(rate, (str, bytes)):
        raise ValueError(f"`rate` must be a scalar or scalar tensor. Received: rate={rate!r}")
    given = to_tensor(rate)
    if given._shape:
        raise ValueError(f"Shape {tuple(given._shape)} must have rank 0")
    if given._dtype is not x._dtype:
        raise ValueError(
            f"`x.dtype` must be compatible with `rate.dtype`. Received: x.dtype={x._dtype} and "
            f"rate.dtype={given._dtype}"
        )
    return given


def _noise_shape(x: Tensor, given: Any) -> Any:
    """None stands for x's own size."""
    if given is None:
        return tuple(x._shape)
    sizes = given.as_list() if isinstance(given, TensorShape) else given
    if isinstance(sizes, (list, tuple)) and len(sizes) == len(x._shape):
        return [
            own if wanted is None else wanted for own, wanted in zip(x._shape, sizes, strict=True)
        ]
    return given
