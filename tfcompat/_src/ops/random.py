"""Random numbers that go on from op to op: tf.random.normal, tf.random.uniform, ...

The numbers are TensorFlow's for the same seeds (philox.py, sampling.py, random_seeds.py).
`draw` and what follows it are shared with the stateless ops and the generators.
"""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import adopted, to_tensor
from tfcompat._src.device import current_device
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops import math, xla_random
from tfcompat._src.ops.arguments import check_sizes, int_scalar, int_vector
from tfcompat._src.ops.common import concrete
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.random_seeds import RESERVED, LaterStream, drawn_later, next_stream
from tfcompat._src.randomness import sampling
from tfcompat._src.randomness.noise import Unforeseen
from tfcompat._src.randomness.philox import Stream
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("random")
arrays = dispatch.family("array")

#: Where numbers come from: a stream at hand, one of a run to come, or the state of one.
Source = Stream | LaterStream | Tensor

# With an accelerator: up to here drawing on the host and copying is the faster way.
_FEW_WORDS = 1 << 15
_UNIFORM_DTYPES = (
    dtypes.float16,
    dtypes.bfloat16,
    dtypes.float32,
    dtypes.float64,
    dtypes.int32,
    dtypes.int64,
)


# ------------------------------------------------------------------------------- shared machinery
def sizes_of(shape: Any, op: str) -> tuple[int, ...]:
    """A shape argument as ints. Raises InvalidArgumentError unless it is a vector of sizes."""
    sizes = int_vector(shape, op, "a shape", scalar=False)
    for n in sizes:
        if n < 0:
            check_sizes(sizes, op)
    return sizes


def parameters(dtype: DType, *values: Any) -> list[Any]:
    """A distribution's parameters, which TensorFlow looks at before anything else.

    Python's numbers stay what they are if they are floats or integers of this dtype. Raises
    TypeError or ValueError for what cannot be of the dtype.
    """
    plain = (int, float) if dtype in dtypes.FLOATS else (int,) if dtype.is_integer else ()
    return [v if v.__class__ in plain else to_tensor(v, dtype) for v in values]


def check_float(dtype: DType, op: str) -> None:
    """Raises InvalidArgumentError for a dtype of a distribution over floats that is none."""
    if dtype not in dtypes.FLOATS:
        raise invalid_argument(
            op, f"received dtype={dtype.name}; expected float16, bfloat16, float32 or float64"
        )


def of_floats(op: str, dtype: Any, *values: Any) -> tuple[Any, ...]:
    """The dtype of a distribution over floats, and its parameters."""
    if dtype is None:
        raise TypeError(f"{op}: received dtype=None; expected a floating-point dtype")
    found = as_dtype(dtype)
    converted = parameters(found, *values)
    check_float(found, op)
    return found, *converted


def state_tensor(stream: Stream | LaterStream) -> Tensor:
    """The position in a stream as kernels take it: int64 [low, high, key]."""
    if isinstance(stream, LaterStream):
        return stream.tensor(lambda found, _: state_tensor(found), (3,), dtypes.int64, True)
    key, low, high = stream
    state = np.array([low, high, key], np.uint64).view(np.int64)
    return adopted(state, dtypes.int64)


def _unforeseen(kind: str, source: Stream, sizes: tuple[int, ...], dtype: DType) -> Tensor | None:
    """Many numbers that nobody can foresee, where the backend draws these faster."""
    if source.__class__ is not Unforeseen or dtype is not dtypes.float32:
        return None
    kernel = f"unforeseen_{kind}"
    if prod(sizes) <= _FEW_WORDS or not dispatch.has("random", kernel):
        return None
    return dispatch.execute_constant(getattr(kernels, kernel), (), (sizes,), dtype)


def draw(kind: str, source: Source, sizes: tuple[int, ...], dtype: DType) -> Tensor:
    """Numbers of a distribution without parameters: "uniform", "normal", "full_int", ...

    `source` is the position in a stream, or the int64 state of one that is not at hand.
    """
    if isinstance(source, LaterStream):
        return source.tensor(lambda found, own: draw(kind, found, own, dtype), sizes, dtype)
    if xla_random.takes(kind, dtype):
        return xla_random.drawn(kind, draw, source, sizes, dtype)
    if isinstance(source, Stream):
        count = prod(sizes)
        if on_host(count * dtype.size // 4, kind):
            drawn = _unforeseen(kind, source, sizes, dtype)
            if drawn is not None:
                return drawn
            numbers = getattr(sampling, kind)(source, count, dtype.as_numpy_dtype)
            return adopted(numbers.reshape(sizes), dtype)
        source = state_tensor(source)
    return dispatch.execute_constant(getattr(kernels, kind), (source,), (sizes, dtype), dtype)


def on_host(words: int, kind: str) -> bool:
    """Whether NumPy draws from a stream at hand: there is nothing to compile and to wait for.

    An accelerator draws many numbers itself, if its backend has the kernel.
    """
    if words <= _FEW_WORDS:
        return True
    where = current_device()
    if where is not None and where[0] == "CPU":
        return True
    if not dispatch.backend().device_count("GPU"):
        return True
    try:
        getattr(kernels, kind)
    except NotImplementedError:
        return True
    return False


def scaled(numbers: Tensor, factor: Any, offset: Any) -> Tensor:
    """The result of numbers * factor + offset."""
    if not (isinstance(factor, (int, float)) and factor == 1):
        numbers = math.multiply(numbers, to_tensor(factor, numbers._dtype))
    if not (isinstance(offset, (int, float)) and offset == 0):
        numbers = math.add(numbers, to_tensor(offset, numbers._dtype))
    return numbers


def at_hand(x: Tensor) -> np.ndarray[Any, Any] | None:
    """The value, if it is there or if nothing is lost by waiting for it.

    Outside tapes it is worth it: drawing on the host compiles nothing.
    """
    value = concrete(x)
    if value is None and not recording.anybody() and not drawn_later():
        return x._numpy()
    return value


def _number(x: Any, dtype: DType) -> float | None:
    """A parameter as a Python number, unless it is an array, or a tape may watch it."""
    if isinstance(x, (int, float)):
        return x
    if recording.anybody():
        return None
    tensor = to_tensor(x, dtype)
    value = None if tensor._shape else at_hand(tensor)
    return None if value is None else float(value)


def draw_float(
    kind: str,
    source: Source,
    sizes: tuple[int, ...],
    dtype: DType,
    factor: Any,
    offset: Any,
) -> Tensor:
    """Draws, stretches and moves: by NumPy where the numbers are drawn there."""
    if xla_random.takes(kind, dtype):
        return scaled(draw(kind, source, sizes, dtype), factor, offset)
    if isinstance(source, Stream) and on_host(prod(sizes) * dtype.size // 4, kind):
        drawn = _unforeseen(kind, source, sizes, dtype)
        if drawn is not None:
            return scaled(drawn, factor, offset)
        stretch, shift = _number(factor, dtype), _number(offset, dtype)
        if stretch is not None and shift is not None:
            native = dtype.as_numpy_dtype
            numbers = getattr(sampling, kind)(source, prod(sizes), native)
            if stretch != 1:
                numbers = numbers * native(stretch)
            if shift != 0:
                numbers = numbers + native(shift)
            return adopted(numbers.reshape(sizes), dtype)
    return scaled(draw(kind, source, sizes, dtype), factor, offset)


def uniform_of(
    source: Source, sizes: tuple[int, ...], minval: Any, maxval: Any, dtype: DType
) -> Tensor:
    """Floats in [minval, maxval)."""
    if minval.__class__ is maxval.__class__ is int and minval == 0 and maxval == 1:
        return draw("uniform", source, sizes, dtype)
    if isinstance(source, Stream) and not xla_random.takes("uniform", dtype):
        low, high = _number(minval, dtype), _number(maxval, dtype)
        if low is not None and high is not None:
            native = dtype.as_numpy_dtype
            width = float(native(high) - native(low))
            return draw_float("uniform", source, sizes, dtype, width, float(native(low)))
    below, above = to_tensor(minval, dtype), to_tensor(maxval, dtype)
    return scaled(draw("uniform", source, sizes, dtype), math.subtract(above, below), below)


def uniform_int_of(
    op: str,
    source: Source,
    sizes: tuple[int, ...],
    minval: Any,
    maxval: Any,
    dtype: DType,
) -> Tensor:
    """Integers in [minval, maxval).

    Raises InvalidArgumentError for an empty range, or bounds that are not scalars.
    """
    count = prod(sizes)
    if not count and op != "RandomUniformInt":
        return zeros(sizes, dtype)
    bounds = []
    for name, bound in (("minval", minval), ("maxval", maxval)):
        tensor = to_tensor(bound, dtype)
        if tensor._shape != ():
            raise invalid_argument(op, f"{name} must be 0-D, got shape {list(tensor._shape)}")
        bounds.append(tensor)
    values = [at_hand(b) for b in bounds]
    low, high = [None if v is None else int(v) for v in values]
    if low is not None and high is not None and low >= high:
        if count:
            raise invalid_argument(op, f"Need minval < maxval, got {low} >= {high}")
        return zeros(sizes, dtype)
    if isinstance(source, LaterStream):
        if low is not None and high is not None:
            return source.tensor(
                lambda found, own: uniform_int_of(op, found, own, low, high, dtype), sizes, dtype
            )
        source = state_tensor(source)
    if isinstance(source, Stream):
        if low is not None and high is not None and on_host(count * dtype.size // 4, "uniform_int"):
            native = dtype.as_numpy_dtype
            numbers = sampling.uniform_int(source, count, low, high, native)
            return adopted(numbers.reshape(sizes), dtype)
        source = state_tensor(source)
    return dispatch.execute_constant(kernels.uniform_int, (source, *bounds), (sizes, dtype), dtype)


# -------------------------------------------------------------------------------------- the ops
@public("tfcompat.random")
def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Numbers of a normal distribution.

    `mean` and `stddev` broadcast with `shape`, and gradients flow to them.
    """
    found, mean, stddev = of_floats("RandomStandardNormal", dtype, mean, stddev)
    sizes = sizes_of(shape, "RandomStandardNormal")
    stream = next_stream(seed, ("normal", found), prod(sizes) * RESERVED)
    return draw_float("normal", stream, sizes, found, stddev, mean)


@public("tfcompat.random")
def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Like `normal`; what lies more than two standard deviations away is drawn again."""
    found, mean, stddev = of_floats("TruncatedNormal", dtype, mean, stddev)
    sizes = sizes_of(shape, "TruncatedNormal")
    stream = next_stream(seed, ("truncated_normal", found), prod(sizes) * RESERVED)
    return draw_float("truncated_normal", stream, sizes, found, stddev, mean)


@public("tfcompat.random")
def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = dtypes.float32,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """Numbers spread evenly over [minval, maxval); maxval is 1 for floats unless given.

    Raises:
      ValueError: another dtype than the four floats, int32 and int64, or no maxval for integers.
      InvalidArgumentError: minval >= maxval for integers.
    """
    found = as_dtype(dtype)
    if found not in _UNIFORM_DTYPES:
        raise ValueError(
            f"Argument `dtype` got invalid value {found}. Accepted dtypes are "
            f"{tuple(d.name for d in _UNIFORM_DTYPES)}."
        )
    if found.is_integer:
        if maxval is None:
            raise ValueError(f"Must specify maxval for integer dtype {found!r}")
        minval, maxval = parameters(found, minval, maxval)
        sizes = sizes_of(shape, "RandomUniformInt")
        stream = next_stream(seed, ("uniform_int", found), prod(sizes) * RESERVED)
        return uniform_int_of("RandomUniformInt", stream, sizes, minval, maxval, found)
    minval, maxval = parameters(found, minval, 1 if maxval is None else maxval)
    sizes = sizes_of(shape, "RandomUniform")
    stream = next_stream(seed, ("uniform", found), prod(sizes) * RESERVED)
    return uniform_of(stream, sizes, minval, maxval, found)


@public("tfcompat.random")
def shuffle(value: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """The rows of `value` in a random order; not differentiable."""
    tensor = to_tensor(value)
    rows = tensor._shape[0] if tensor._shape else 0
    stream = next_stream(seed, ("shuffle", tensor._dtype), (rows + 2) // 4)
    if rows < 2:
        return tensor
    if isinstance(stream, LaterStream):
        return reordered(
            tensor,
            stream.tensor(lambda found, _: permutation(found, rows), (rows,), dtypes.int64, True),
        )
    return reordered(tensor, permutation(stream, rows))


def permutation(stream: Stream, rows: int) -> Tensor:
    """The numbers below `rows` in a random order."""
    return adopted(sampling.permutation(stream, rows), dtypes.int64)


def reordered(value: Tensor, order: Tensor) -> Tensor:
    """The rows of a tensor in the given order, as a constant."""
    if value.__class__ is HostTensor:
        return HostTensor(value._numpy()[order._numpy()], value._dtype)
    return dispatch.execute_constant(arrays.gather, (value, order), (0, 0), value._dtype)


@public("tfcompat.random")
def categorical(
    logits: Any,
    num_samples: Any,
    dtype: Any = None,
    seed: Any = None,
    name: str | None = None,
) -> Tensor:
    """[batch, num_samples] classes drawn with the probabilities softmax(logits).

    `logits` is [batch, classes]: log-probabilities up to a constant. They are int64 unless
    `dtype` is int32.

    Raises:
      ValueError: another dtype.
      InvalidArgumentError: not a matrix, no classes, or a negative number of samples.
    """
    found = dtypes.int64 if dtype is None else as_dtype(dtype)
    logits, samples = check_categorical(logits, num_samples, found, "Multinomial")
    # Rows are padded to fours of numbers, each of which takes two words.
    blocks = logits._shape[0] * ((samples + 3) // 4 * 4) * 2 * RESERVED
    stream = next_stream(seed, ("categorical", logits._dtype, found), blocks)
    return categorical_of(stream, logits, samples, found)


def check_categorical(logits: Any, num_samples: Any, dtype: DType, op: str) -> tuple[Tensor, int]:
    """The arguments of `categorical`, checked."""
    if dtype not in dtypes.INDEX:
        raise ValueError(
            f"Argument `dtype` got invalid value {dtype}. Accepted dtypes are (int32, int64)."
        )
    logits = to_tensor(logits)
    if logits._dtype not in dtypes.FLOATS:
        raise invalid_argument(
            op, f"received logits of {logits._dtype.name}; expected a floating-point dtype"
        )
    if len(logits._shape) != 2:
        raise invalid_argument(op, f"logits should be a matrix, got shape {list(logits._shape)}")
    if isinstance(num_samples, (list, tuple)):
        raise invalid_argument(op, f"num_samples should be a scalar, got {num_samples}")
    samples = int_scalar(num_samples, op, "num_samples")
    if samples < 0:
        raise invalid_argument(op, f"num_samples should be non-negative, got {samples}")
    if logits._shape[1] <= 0:
        raise invalid_argument(op, f"num_classes should be positive, got {logits._shape[1]}")
    return logits, samples


def categorical_of(source: Source, logits: Tensor, samples: int, dtype: DType) -> Tensor:
    """Draws classes."""
    value = None
    if isinstance(source, Stream) and on_host(prod(logits._shape), "categorical"):
        value = at_hand(logits)
    if isinstance(source, Stream) and value is not None:
        found = sampling.categorical(source, value, samples)
        return adopted(found.astype(dtype.as_numpy_dtype, copy=False), dtype)
    state = source if isinstance(source, Tensor) else state_tensor(source)
    return dispatch.execute_constant(kernels.categorical, (state, logits), (samples, dtype), dtype)
