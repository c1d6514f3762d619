"""Random numbers that depend on nothing but their seed: tf.random.stateless_normal and its kin."""

from __future__ import annotations

from enum import Enum
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import xla_random
from tfcompat._src.ops.arguments import int_scalar
from tfcompat._src.ops.casting import bitcast, cast
from tfcompat._src.ops.random import (
    at_hand,
    categorical_of,
    check_categorical,
    draw,
    draw_float,
    of_floats,
    parameters,
    reordered,
    sizes_of,
    uniform_int_of,
    uniform_of,
)
from tfcompat._src.ops.random_distributions import binomial_of, gamma_of, poisson_of
from tfcompat._src.randomness import sampling
from tfcompat._src.randomness.philox import Stream, scrambled
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("random")

_WIDE = 0xFFFFFFFFFFFFFFFF
_UNIFORM_DTYPES = dtypes.FLOATS | {dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64}


@public("tfcompat.random")
class Algorithm(Enum):
    """The generators that can be asked for; only Philox runs on CPUs and GPUs."""

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_NAMES = {
    "philox": Algorithm.PHILOX,
    "threefry": Algorithm.THREEFRY,
    "auto_select": Algorithm.AUTO_SELECT,
}


def algorithm_of(alg: Any) -> Algorithm:
    """An algorithm given by name, number or member. Raises ValueError for anything else."""
    if isinstance(alg, Algorithm):
        return alg
    if isinstance(alg, str):
        if alg.lower() in _NAMES:
            return _NAMES[alg.lower()]
        raise ValueError(
            f"Argument `alg` got unsupported value {alg}. Supported values are {', '.join(_NAMES)}."
        )
    number = to_tensor(alg)._numpy() if isinstance(alg, Tensor) else alg
    if not isinstance(number, (int, np.integer, np.ndarray)) or isinstance(number, bool):
        raise TypeError(
            f"Can't convert argument `alg` (of value {alg} and type {type(alg)}) to int."
        )
    number = int(number)
    for member in Algorithm:
        if member.value == number:
            return member
    raise ValueError(
        f"Argument `alg` got unsupported value {number}. Supported values are "
        f"{', '.join(f'{m.value} ({m.name.lower()})' for m in Algorithm)}."
    )


def _require_philox(alg: Any, op: str) -> None:
    # TensorFlow's stateless ops take None for the default.
    if alg is None or (alg.__class__ is str and alg == "auto_select"):
        return
    if algorithm_of(alg) is Algorithm.THREEFRY:
        raise invalid_argument(
            op,
            "received alg='threefry', which no device here has; expected 'philox' or 'auto_select'",
        )


def stream_of(seed: Any, op: str = "StatelessRandomGetKeyCounter") -> Stream | Tensor:
    """The stream of a seed, or its state as a tensor where the seed is not at hand.

    Raises InvalidArgumentError unless the seed is two integers.
    """
    if (seed.__class__ is tuple or seed.__class__ is list) and len(seed) == 2:
        first, second = seed
        if first.__class__ is int and second.__class__ is int and not xla_random.is_on():
            return scrambled(first & _WIDE, second & _WIDE)
    seed = to_tensor(seed)
    if seed._dtype not in dtypes.INDEX:
        raise invalid_argument(
            op, f"received a seed of {seed._dtype.name}; expected int32 or int64"
        )
    if tuple(seed._shape) != (2,):
        raise invalid_argument(op, f"seed must have shape [2], not {list(seed._shape)}")
    if xla_random.is_on() and seed._dtype is dtypes.int32:
        # XLA takes no notice of a seed's sign.
        seed = cast(bitcast(seed, dtypes.uint32), dtypes.int64)
    value = at_hand(seed)
    if value is None:
        return dispatch.execute_constant(kernels.stateless_state, (seed,), (), dtypes.int64)
    first, second = value.tolist()
    return scrambled(first & _WIDE, second & _WIDE)


# -------------------------------------------------------------------------------- distributions
@public("tfcompat.random")
def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Numbers spread evenly over [minval, maxval), or integers of all values if both are None.

    Raises:
      ValueError: a dtype that is not among the four floats and the 32- and 64-bit integers, only
        one bound for integers, or bounds for unsigned ones.
      InvalidArgumentError: a seed that is not two integers, or minval >= maxval for integers.
    """
    found = as_dtype(dtype)
    if found not in _UNIFORM_DTYPES:
        raise ValueError(
            f"Argument `dtype` got invalid value {found}. Accepted dtypes are "
            f"{tuple(sorted(d.name for d in _UNIFORM_DTYPES))}."
        )
    if found.is_integer:
        if (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer `dtype` argument {found}, argument `minval` and `maxval` must be "
                f"both None or not None. Got `minval`={minval} and `maxval`={maxval}."
            )
        if minval is not None and found.is_unsigned:
            raise ValueError(
                f"Argument `dtype` got invalid value {found} when argument `minval` is not None. "
                "Bounds need a signed integer type."
            )
    if not found.is_integer:
        minval, maxval = parameters(found, minval, 1 if maxval is None else maxval)
    elif minval is not None:
        minval, maxval = parameters(found, minval, maxval)
    op = "StatelessRandomUniformV2"
    _require_philox(alg, op)
    source, sizes = stream_of(seed), sizes_of(shape, op)
    if not found.is_integer:
        return uniform_of(source, sizes, minval, maxval, found)
    if minval is None:
        return draw("full_int", source, sizes, found)
    return uniform_int_of("StatelessRandomUniformIntV2", source, sizes, minval, maxval, found)


@public("tfcompat.random")
def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Numbers of a normal distribution; gradients flow to `mean` and `stddev`."""
    op = "StatelessRandomNormalV2"
    found, mean, stddev = of_floats(op, dtype, mean, stddev)
    _require_philox(alg, op)
    return draw_float("normal", stream_of(seed), sizes_of(shape, op), found, stddev, mean)


@public("tfcompat.random")
def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
    alg: Any = "auto_select",
) -> Tensor:
    """Like `stateless_normal`, all within two standard deviations of the mean."""
    op = "StatelessTruncatedNormalV2"
    found, mean, stddev = of_floats(op, dtype, mean, stddev)
    _require_philox(alg, op)
    sizes = sizes_of(shape, op)
    return draw_float("truncated_normal", stream_of(seed), sizes, found, stddev, mean)


@public("tfcompat.random")
def stateless_categorical(
    logits: Any,
    num_samples: Any,
    seed: Any,
    dtype: Any = dtypes.int64,
    name: str | None = None,
) -> Tensor:
    """[batch, num_samples] classes drawn with the probabilities softmax(logits)."""
    found = as_dtype(dtype)
    logits, samples = check_categorical(logits, num_samples, found, "StatelessMultinomial")
    return categorical_of(stream_of(seed), logits, samples, found)


@public("tfcompat.random")
def stateless_gamma(
    shape: Any,
    seed: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """Numbers of gamma distributions; `shape` ends with the broadcast shape of the parameters.

    Gradients flow to `alpha` and `beta`.
    """
    op = "StatelessRandomGammaV3"
    found = as_dtype(dtype)
    alpha, beta = parameters(found, alpha, 1.0 if beta is None else beta)
    sizes = sizes_of(shape, op)
    return gamma_of(op, stream_of(seed), sizes, alpha, beta, found)


@public("tfcompat.random")
def stateless_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """Numbers of Poisson distributions; `shape` ends with the shape of the rates `lam`."""
    op = "StatelessRandomPoisson"
    return poisson_of(op, stream_of(seed), sizes_of(shape, op), lam, as_dtype(dtype))


@public("tfcompat.random")
def stateless_binomial(
    shape: Any,
    seed: Any,
    counts: Any,
    probs: Any,
    output_dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How many of `counts` trials succeed; `shape` ends with the parameters' broadcast shape."""
    op = "StatelessRandomBinomial"
    sizes = sizes_of(shape, op)
    return binomial_of(op, stream_of(seed), sizes, counts, probs, as_dtype(output_dtype))


@public("tfcompat.random.experimental")
def stateless_shuffle(
    value: Any, seed: Any, alg: Any = "auto_select", name: str | None = None
) -> Tensor:
    """The rows of `value` in an order that depends on the seed alone."""
    _require_philox(alg, "StatelessShuffle")
    tensor = to_tensor(value)
    source = stream_of(seed)
    rows = tensor._shape[0] if tensor._shape else 0
    if rows < 2:
        return tensor
    if isinstance(source, Stream):
        return reordered(tensor, from_numpy(sampling.permutation(source, rows), dtypes.int64))
    order = dispatch.execute_constant(kernels.permutation, (source,), (rows,), dtypes.int64)
    return reordered(tensor, order)


# ----------------------------------------------------------------------------------------- seeds
@public("tfcompat.random")
def split(seed: Any, num: Any = 2, alg: Any = "auto_select") -> Tensor:
    """[num, 2] new seeds of the seed's dtype, as independent of it as of each other."""
    _require_philox(alg, "split")
    seed = to_tensor(seed)
    if not seed._dtype.is_integer:
        raise ValueError(f"split: received a seed of {seed._dtype.name}; expected int32 or int64")
    sizes = sizes_of([int_scalar(num, "split", "num"), 2], "split")
    return draw("full_int", stream_of(seed), sizes, seed._dtype)


@public("tfcompat.random")
def fold_in(seed: Any, data: Any, alg: Any = "auto_select") -> Tensor:
    """A new seed out of a seed and a number; it has the number's dtype.

    Raises ValueError for data that is no 32- or 64-bit integer.
    """
    from tfcompat._src.ops.joining import stack

    _require_philox(alg, "fold_in")
    data = to_tensor(data)
    if data._dtype not in _UNIFORM_DTYPES or not data._dtype.is_integer:
        raise ValueError(
            f"fold_in: received data of {data._dtype.name}; expected a 32- or 64-bit integer"
        )
    return stack([draw("full_int", stream_of(seed), (), data._dtype), data])
