"""tf.random.stateless_parameterized_truncated_normal and tf.random_index_shuffle."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.random import at_hand, sizes_of
from tfcompat._src.ops.stateless_random import stream_of
from tfcompat._src.randomness import permutation, truncation
from tfcompat._src.randomness.philox import make_stream
from tfcompat._src.tensor import Tensor

_FLOATS = frozenset({dtypes.float16, dtypes.float32, dtypes.float64})
_INDICES = frozenset({dtypes.int32, dtypes.int64, dtypes.uint32, dtypes.uint64})
# What TensorFlow puts before a seed of two numbers.
_FIRST = 498247692


@public("tfcompat.random")
def stateless_parameterized_truncated_normal(
    shape: Any,
    seed: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    name: str | None = None,
) -> Tensor:
    """Normal numbers between bounds; the parameters broadcast, and `shape` ends with their shape.

    Raises InvalidArgumentError for another shape, a deviation that is not positive, or bounds out
    of order or both infinite.
    """
    op = "StatelessParameterizedTruncatedNormal"
    first = to_tensor(means)
    given = [first]
    for value in (stddevs, minvals, maxvals):
        given.append(value if isinstance(value, Tensor) else operand(value, first._dtype))
    for position, parameter in enumerate(given):
        if parameter._dtype is not first._dtype:
            raise mismatch(op, first, parameter, position + 2)
    check_dtype(op, first, _FLOATS)
    sizes = sizes_of(shape, op)
    try:
        values = np.broadcast_arrays(*[parameter._numpy() for parameter in given])
    except ValueError:
        shapes = [tuple(parameter._shape) for parameter in given]
        raise invalid_argument(
            op, f"received parameters of the shapes {shapes}, which do not broadcast"
        ) from None
    common = values[0].shape
    if sizes[len(sizes) - len(common) :] != common:
        raise invalid_argument(
            op,
            f"Shape passed in must end with broadcasted shape: received {list(sizes)} for "
            f"parameters of {list(common)}",
        )
    place = stream_of(seed, op)
    flat = [value.reshape(-1) for value in values]
    samples = prod(sizes[: len(sizes) - len(common)])
    if samples and not truncation.valid(*flat):
        raise invalid_argument(
            op,
            "Invalid parameters: expected minvals < maxvals, one of them "
            "finite, and positive stddevs",
        )
    if isinstance(place, Tensor):
        low, high, key = place._numpy().tolist()
        place = make_stream(key, low, high)
    drawn = truncation.parameterized(place, samples, *flat)
    return from_numpy(drawn.reshape(sizes), first._dtype)


@public("tfcompat")
def random_index_shuffle(
    index: Any, seed: Any, max_index: Any, rounds: int = 4, name: str | None = None
) -> Tensor:
    """Where the index goes in the permutation of [0, max_index] that the seed decides.

    Vectors of indices, seeds [n, 3] and largest indices give one result each. More rounds, of
    which there are an even number, mix better.

    Raises InvalidArgumentError for an index outside, or a seed that is not three integers.
    """
    op = "RandomIndexShuffle"
    x = to_tensor(index)
    check_dtype(op, x, _INDICES)
    key = to_tensor(seed)
    check_dtype(op, key, _INDICES)
    largest = operand(max_index, x._dtype)
    if largest._dtype is not x._dtype:
        raise mismatch(op, x, largest, 2)
    shapes = (tuple(x._shape), tuple(key._shape), tuple(largest._shape))
    if not key._shape or len(key._shape) > 2 or key._shape[-1] != 3:
        raise invalid_argument(op, f"Seed must be [3] or [n, 3]: received {list(shapes[1])}")
    if len(shapes[0]) > 1 or len(shapes[2]) > 1:
        raise invalid_argument(
            op, f"Index must be a scalar or a vector: received {list(shapes[0])}, {list(shapes[2])}"
        )
    counts = {s[0] for s in (shapes[0], shapes[1][:-1], shapes[2]) if s}
    if len(counts) > 1:
        raise invalid_argument(
            op,
            f"received {list(shapes[0])} indices, seeds of shape {list(shapes[1])} and "
            f"{list(shapes[2])} largest indices; expected as many of each, or one",
        )
    value, ends = x._numpy(), largest._numpy()
    if value.size and value.min() < 0:
        raise invalid_argument(op, f"index must be >= 0, but got {int(value.min())}")
    if np.any(ends < value):
        raise invalid_argument(
            op, f"max_index must be >= index, but {ends.tolist()} < {value.tolist()}"
        )
    words = key._numpy().astype(np.int64) & 0xFFFFFFFF
    turns = max(4, rounds + rounds % 2)
    if not counts or (words.ndim == 1 and not ends.ndim):
        found = permutation.shuffled_index(
            value.astype(np.uint64), words.reshape(-1).tolist(), int(ends), turns
        )
        return from_numpy(np.asarray(found, x._dtype.as_numpy_dtype), x._dtype)
    (count,) = counts
    every = np.broadcast_to(value, (count,)).astype(np.uint64)
    limits = np.broadcast_to(ends, (count,)).tolist()
    rows = np.broadcast_to(words, (count, 3)).tolist()
    each = [
        permutation.shuffled_index(every[i : i + 1], rows[i], int(limits[i]), turns)
        for i in range(count)
    ]
    result = np.concatenate(each) if each else every
    return from_numpy(result.astype(x._dtype.as_numpy_dtype), x._dtype)


@public("tfcompat.random.experimental")
def index_shuffle(index: Any, seed: Any, max_index: Any) -> Tensor:
    """Where the index goes in the permutation of [0, max_index] that a seed of two decides.

    Raises InvalidArgumentError for an index outside, or another seed.
    """
    key = to_tensor(seed)
    check_dtype("RandomIndexShuffle", key, _INDICES)
    if tuple(key._shape) != (2,):
        raise invalid_argument(
            "RandomIndexShuffle", f"Seed must have shape [2]: received {list(key._shape)}"
        )
    value = at_hand(key)
    first, second = (key._numpy() if value is None else value).tolist()
    words = np.array([_FIRST, first & 0xFFFFFFFF, second & 0xFFFFFFFF], np.uint32)
    return random_index_shuffle(index, from_numpy(words, dtypes.uint32), max_index)
