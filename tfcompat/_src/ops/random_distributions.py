"""Distributions with parameters of their own: tf.random.gamma, tf.random.poisson, binomials."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.random import Source, at_hand, sizes_of, state_tensor
from tfcompat._src.ops.random_seeds import RESERVED, next_stream
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.randomness import sampling_rejection
from tfcompat._src.randomness.philox import Stream
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("random")

_REALS = (dtypes.float16, dtypes.float32, dtypes.float64)
_COUNT_DTYPES = (dtypes.float16, dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64)


def _ends_with(sizes: tuple[int, ...], shape: tuple[int, ...]) -> bool:
    return len(sizes) >= len(shape) and sizes[len(sizes) - len(shape) :] == shape


def samples_of(op: str, sizes: tuple[int, ...], shape: tuple[int, ...]) -> int:
    """How many numbers per parameter, where the result's shape ends with the parameters'.

    Raises InvalidArgumentError where it does not.
    """
    if not _ends_with(sizes, shape):
        raise invalid_argument(
            op,
            "Shape passed in must end with broadcasted shape: received the shape "
            f"{list(sizes)} and parameters of shape {list(shape)}",
        )
    return prod(sizes[: len(sizes) - len(shape)])


def _drawn(
    kind: str,
    source: Source,
    parameters: tuple[Tensor, ...],
    samples: int,
    sizes: tuple[int, ...],
    dtype: DType,
) -> Tensor:
    """Draws [samples, parameters] in double precision, as `sizes` of `dtype`."""
    values = [at_hand(p) for p in parameters]
    known = [v for v in values if v is not None]
    if isinstance(source, Stream) and len(known) == len(values):
        found = getattr(sampling_rejection, kind)(source, *known, samples)
        with np.errstate(all="ignore"):
            return from_numpy(found.astype(dtype.as_numpy_dtype).reshape(sizes), dtype)
    state = source if isinstance(source, Tensor) else state_tensor(source)
    numbers: Tensor = dispatch.execute_constant(
        getattr(kernels, kind), (state, *parameters), (samples,), dtypes.float64
    )
    return cast(reshape(numbers, sizes), dtype)


# ---------------------------------------------------------------------------------------- gamma
@public("tfcompat.random")
def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of gamma distributions with shape parameters `alpha` and rates `beta`.

    The result has the shape `shape` + the broadcast shape of the parameters, to which gradients
    flow.
    """
    op = "RandomGamma"
    found = as_dtype(dtype)
    alpha, beta = _gamma_parameters(alpha, beta, found)
    if found is dtypes.bfloat16 or found.is_integer:
        raise ValueError(f"{op}: received dtype={found.name}; expected float16, float32 or float64")
    sizes = sizes_of(shape, op)
    sizes += _common_shape(op, alpha, beta)
    stream = next_stream(seed, ("gamma", found), prod(sizes) * RESERVED)
    return gamma_of(op, stream, sizes, alpha, beta, found)


def _gamma_parameters(alpha: Any, beta: Any, dtype: DType) -> tuple[Tensor, Tensor]:
    return to_tensor(alpha, dtype), to_tensor(1.0 if beta is None else beta, dtype)


def check_real(op: str, dtype: DType) -> None:
    """Raises InvalidArgumentError for what is none of the floats that NumPy has."""
    if dtype not in _REALS:
        raise invalid_argument(op, f"received {dtype.name}; expected float16, float32 or float64")


def _common_shape(op: str, x: Tensor, y: Tensor) -> tuple[int, ...]:
    return tuple(broadcast_shapes(tuple(x._shape), tuple(y._shape), op))


def gamma_of(
    op: str,
    source: Source,
    sizes: tuple[int, ...],
    alpha: Any,
    beta: Any,
    dtype: DType,
) -> Tensor:
    """Draws; `sizes` is the whole shape of the result."""
    alpha, beta = _gamma_parameters(alpha, beta, dtype)
    check_real(op, dtype)
    shape = _common_shape(op, alpha, beta)
    if 0 in sizes and not _ends_with(sizes, shape):
        return zeros(sizes, dtype)
    samples = samples_of(op, sizes, shape)
    if tuple(alpha._shape) != shape:
        alpha = broadcast_to(alpha, shape)
    numbers = _drawn("gamma", source, (alpha,), samples, sizes, dtype)
    # The number as a function of alpha at a fixed place of its distribution.
    numbers = dispatch.execute(kernels.gamma_sample, (numbers, alpha), (), dtype)
    least = float(np.finfo(dtype.as_numpy_dtype).tiny)
    return math.maximum(to_tensor(least, dtype), division.truediv(numbers, beta))


# -------------------------------------------------------------------------------------- poisson
@public("tfcompat.random")
def poisson(
    shape: Any,
    lam: Any,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of Poisson distributions with rates `lam`: of shape `shape` + the rates' shape."""
    op = "RandomPoissonV2"
    lam = to_tensor(lam)
    sizes = sizes_of(shape, op) + tuple(lam._shape)
    found = as_dtype(dtype)
    stream = next_stream(seed, ("poisson", lam._dtype, found), prod(sizes) * RESERVED)
    return poisson_of(op, stream, sizes, lam, found)


def poisson_of(op: str, source: Source, sizes: tuple[int, ...], lam: Any, dtype: DType) -> Tensor:
    """Draws; `sizes` is the whole shape of the result."""
    count_dtype(op, dtype)
    lam = to_tensor(lam)
    count_dtype(op, lam._dtype)
    if 0 in sizes and not _ends_with(sizes, tuple(lam._shape)):
        return zeros(sizes, dtype)
    samples = samples_of(op, sizes, tuple(lam._shape))
    return _drawn("poisson", source, (lam,), samples, sizes, dtype)


def count_dtype(op: str, dtype: Any) -> DType:
    """A dtype that can hold counts. Raises InvalidArgumentError for another one."""
    found = as_dtype(dtype)
    if found not in _COUNT_DTYPES:
        accepted = ", ".join(d.name for d in _COUNT_DTYPES)
        raise invalid_argument(op, f"received {found.name}, which is not one of: {accepted}")
    return found


# ------------------------------------------------------------------------------------- binomial
def binomial_of(
    op: str,
    source: Source,
    sizes: tuple[int, ...],
    counts: Any,
    probs: Any,
    dtype: DType,
) -> Tensor:
    """Draws; `sizes` is the whole shape of the result."""
    count_dtype(op, dtype)
    counts, probs, shape = binomial_parameters(op, counts, probs)
    return _drawn("binomial", source, (counts, probs), samples_of(op, sizes, shape), sizes, dtype)


def binomial_parameters(op: str, counts: Any, probs: Any) -> tuple[Tensor, Tensor, tuple[int, ...]]:
    """Both parameters in double precision and broadcast, and their common shape."""
    counts, probs = [cast(to_tensor(value), dtypes.float64) for value in (counts, probs)]
    shape = _common_shape(op, counts, probs)
    return broadcast_to(counts, shape), broadcast_to(probs, shape), shape
