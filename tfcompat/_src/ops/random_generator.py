"""tf.random.Generator: a stream of random numbers that is an object, its position a variable."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes, nest, recording
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_scalar
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.random import (
    at_hand,
    check_float,
    draw,
    draw_float,
    of_floats,
    parameters,
    sizes_of,
    uniform_int_of,
    uniform_of,
)
from tfcompat._src.ops.random_distributions import (
    binomial_of,
    binomial_parameters,
    check_real,
    count_dtype,
    samples_of,
)
from tfcompat._src.ops.random_seeds import RESERVED, unpredictable
from tfcompat._src.ops.stateless_random import Algorithm, algorithm_of
from tfcompat._src.randomness.philox import Stream, make_stream
from tfcompat._src.tensor import Tensor
from tfcompat._src.tracking.auto_trackable import AutoTrackable
from tfcompat._src.variable import Variable

kernels = dispatch.family("random")

_STATE_SIZES = {Algorithm.PHILOX: 3, Algorithm.THREEFRY: 2, Algorithm.AUTO_SELECT: 3}


def _chosen(alg: Any) -> Algorithm:
    return Algorithm.PHILOX if alg is None else algorithm_of(alg)


def _signed(number: int) -> int:
    number &= 0xFFFFFFFFFFFFFFFF
    return number - (1 << 64) if number >> 63 else number


def _state_of_seed(seed: Any, algorithm: Algorithm) -> np.ndarray[Any, Any]:
    size = _STATE_SIZES[algorithm]
    if isinstance(seed, int):
        numbers = [_signed(seed >> 64 * place) for place in range(size)]
        return np.array(numbers, np.int64)
    # What is short is filled up in front, what is long is cut behind.
    found = _as_state(seed)._numpy().reshape(-1)[:size]
    return np.concatenate([np.zeros(size - len(found), np.int64), found])


def _as_state(numbers: Any) -> Tensor:
    """Numbers of any dtype as int64; Python's from 2**63 on are negative, as in two's complement.

    Raises UnimplementedError for strings.
    """
    if not isinstance(numbers, (Tensor, Variable)):
        numbers = nest.map_structure(lambda n: _signed(n) if type(n) is int else n, numbers)
    tensor = to_tensor(numbers)
    if tensor._dtype is dtypes.string:
        raise unimplemented("Cast", "received strings; expected integers")
    return cast(tensor, dtypes.int64)


@public("tfcompat.random")
def create_rng_state(seed: Any, alg: Any) -> Tensor:
    """The int64 state that a generator of the algorithm has when made from the seed."""
    return from_numpy(_state_of_seed(seed, _chosen(alg)), dtypes.int64)


@public("tfcompat.random")
class Generator(AutoTrackable):
    """Draws random numbers and moves on; two generators of one state give the same numbers.

    Make one with `from_seed`, `from_state`, `from_key_counter` or
    `from_non_deterministic_state`.

    Args:
      copy_from: a generator to take algorithm and state from.
      state: [counter low, counter high, key]; an int64 variable is used as it is, others copied.
      alg: "philox", its number or `tf.random.Algorithm.PHILOX`.

    Raises:
      ValueError: neither `copy_from` nor both of the others, or a state of another size.
    """

    _algorithm: Algorithm
    _state_var: Variable
    # The value that the state got last, and the place in the stream that it stands for.
    _last: tuple[Any, Stream] | None = None

    def __init__(self, copy_from: Generator | None = None, state: Any = None, alg: Any = None):
        if copy_from is not None:
            if state is not None or alg is not None:
                raise ValueError("Generator: received copy_from together with state or alg")
            self._algorithm = copy_from._algorithm
            value: Any = copy_from._state_var.read_value()
        else:
            if state is None or alg is None:
                raise ValueError(
                    f"Generator: received state={state!r} and alg={alg!r}; expected both, or "
                    "copy_from, or use Generator.from_seed"
                )
            self._algorithm = _chosen(alg)
            value = _checked_state(state, self._algorithm)
            if isinstance(state, Variable) and state._dtype is dtypes.int64:
                self._state_var = state
                return
        self._state_var = Variable(value, dtype=dtypes.int64, trainable=False, name="StateVar")

    @classmethod
    def from_state(cls, state: Any, alg: Any) -> Generator:
        """A generator that goes on from a state."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """A generator whose numbers a seed decides."""
        algorithm = _chosen(alg)
        return cls(state=create_rng_state(seed, algorithm), alg=algorithm)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """A generator whose numbers nobody can foresee."""
        algorithm = _chosen(alg)
        noise, more = unpredictable(), unpredictable()
        numbers = [noise.key, noise.high, more.key][: _STATE_SIZES[algorithm]]
        state = np.array([_signed(n) for n in numbers], np.int64)
        return cls(state=state, alg=algorithm)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any) -> Generator:
        """A generator from a key and a counter, two numbers with the low half first."""
        algorithm = _chosen(alg)
        return cls(state=_joined_state(key, counter, algorithm), alg=algorithm)

    # ------------------------------------------------------------------------------------- state
    @property
    def state(self) -> Variable:
        """The variable with the state."""
        return self._state_var

    @property
    def algorithm(self) -> int:
        """The number of the algorithm."""
        return int(self._algorithm.value)

    @property
    def key(self) -> Tensor:
        """The key, an int64 scalar; the counter is the rest of the state."""
        return self._state_var[_STATE_SIZES[self._algorithm] - 1]

    def reset(self, state: Any) -> None:
        """Goes on from another state."""
        self._state_var.assign(_checked_state(state, self._algorithm))

    def reset_from_seed(self, seed: Any) -> None:
        """Starts again from a seed."""
        self._state_var.assign(create_rng_state(seed, self._algorithm))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Goes on from a key and a counter."""
        self._state_var.assign(_joined_state(key, counter, self._algorithm))

    def skip(self, delta: Any) -> Tensor:
        """Leaves out `delta` numbers; the state before that."""
        before = self._state_var.read_value()
        count = int_scalar(cast(to_tensor(delta), dtypes.int64), "RngReadAndSkip", "delta", None)
        self._advance(before, count * RESERVED & 0xFFFFFFFFFFFFFFFF)
        return before

    def _advance(self, before: Tensor, blocks: int) -> Stream | Tensor:
        """Moves on by so many blocks; the position before."""
        if self._algorithm is Algorithm.THREEFRY:
            raise unimplemented(
                "RngReadAndSkip",
                "received a generator of the algorithm threefry; no device here draws from one, "
                "use philox",
            )
        value = at_hand(before)
        if value is None:
            moved = dispatch.execute_constant(kernels.advance, (before,), (blocks,), dtypes.int64)
            self._state_var.assign(moved)
            return before
        low, high, key = value.tolist()
        stream = make_stream(key, low, high)
        self._move(stream.skip(blocks))
        return stream

    def _move(self, place: Stream) -> None:
        value = from_numpy(
            np.array((place.low, place.high, place.key), np.uint64).view(np.int64), dtypes.int64
        )
        self._state_var._value = value
        self._last = value, place

    def _take(self, count: int) -> Stream | Tensor:
        last = self._last
        # Who follows variables, such as a program that is being made, learns of them by reads.
        if last is not None and last[0] is self._state_var._value and not recording.local.tapes:
            self._move(last[1].skip(count * RESERVED))
            return last[1]
        return self._advance(self._state_var.read_value(), count * RESERVED)

    # ------------------------------------------------------------------------------------- draws
    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> Tensor:
        """Numbers of a normal distribution."""
        op = "StatelessRandomNormalV2"
        found, mean, stddev = of_floats(op, dtype, mean, stddev)
        sizes = sizes_of(shape, op)
        return draw_float("normal", self._take(prod(sizes)), sizes, found, stddev, mean)

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> Tensor:
        """Like `normal`, all within two standard deviations of the mean."""
        op = "StatelessTruncatedNormalV2"
        found, mean, stddev = of_floats(op, dtype, mean, stddev)
        sizes = sizes_of(shape, op)
        source = self._take(prod(sizes))
        return draw_float("truncated_normal", source, sizes, found, stddev, mean)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = dtypes.float32,
        name: str | None = None,
    ) -> Tensor:
        """Numbers in [minval, maxval), or integers of all values if both are None.

        Raises:
          ValueError: only one bound for integers.
          InvalidArgumentError: minval >= maxval for integers.
        """
        found = as_dtype(dtype)
        op = "StatelessRandomUniformIntV2" if found.is_integer else "StatelessRandomUniformV2"
        if not found.is_integer:
            maxval = 1 if maxval is None else maxval
        elif (minval is None) != (maxval is None):
            raise ValueError(
                f"For integer dtype {found}, minval and maxval must be both `None` or both "
                f"non-`None`; got minval={minval} and maxval={maxval}"
            )
        elif minval is None:
            return self.uniform_full_int(shape, found)
        minval, maxval = parameters(found, minval, maxval)
        if not found.is_integer:
            check_float(found, op)
        elif found.size < 4:
            raise invalid_argument(
                op, f"received dtype={found.name}; expected int32, int64, uint32 or uint64"
            )
        sizes = sizes_of(shape, op)
        source = self._take(prod(sizes))
        if found.is_integer:
            return uniform_int_of(op, source, sizes, minval, maxval, found)
        return uniform_of(source, sizes, minval, maxval, found)

    def uniform_full_int(
        self, shape: Any, dtype: Any = dtypes.uint64, name: str | None = None
    ) -> Tensor:
        """Integers of all values of a 32- or 64-bit dtype."""
        op = "StatelessRandomUniformFullIntV2"
        found = as_dtype(dtype)
        if not found.is_integer or found.size < 4:
            raise invalid_argument(
                op, f"received dtype={found.name}; expected int32, int64, uint32 or uint64"
            )
        sizes = sizes_of(shape, op)
        return draw("full_int", self._take(prod(sizes)), sizes, found)

    def binomial(
        self,
        shape: Any,
        counts: Any,
        probs: Any,
        dtype: Any = dtypes.int32,
        name: str | None = None,
    ) -> Tensor:
        """How many of `counts` trials succeed; `shape` ends with the parameters' shape."""
        op = "StatefulRandomBinomial"
        sizes = sizes_of(shape, op)
        found = count_dtype(op, dtype)
        counts, probs = to_tensor(counts), to_tensor(probs)
        if counts._dtype is not probs._dtype:
            raise invalid_argument(
                op,
                f"received counts of {counts._dtype.name} and probs of {probs._dtype.name}; "
                "expected one dtype",
            )
        check_real(op, counts._dtype)
        counts, probs, common = binomial_parameters(op, counts, probs)
        samples = samples_of(op, sizes, common)
        # As many as TensorFlow leaves out: 50 and three more in front, per distribution.
        blocks = prod(common) * 50 * (samples + 3) * RESERVED
        source = self._advance(self._state_var.read_value(), blocks)
        return binomial_of(op, source, sizes, counts, probs, found)

    def make_seeds(self, count: Any = 1) -> Tensor:
        """[2, count] int64: seeds for stateless ops, one per column."""
        from tfcompat._src.ops.creation import zeros
        from tfcompat._src.ops.joining import stack

        number = int_scalar(count, "make_seeds", "count")
        drawn = self.uniform_full_int([number], dtypes.int64)
        return stack([drawn, zeros([number], dtypes.int64)])

    def split(self, count: int = 1) -> list[Generator]:
        """New generators, independent of this one and of each other."""
        from tfcompat._src.ops.joining import stack, unstack

        keys = self.uniform_full_int([count], dtypes.int64)
        zero = from_numpy(np.zeros((), np.int64), dtypes.int64)
        zeros = [zero] * (_STATE_SIZES[self._algorithm] - 1)
        return [Generator(state=stack([*zeros, key]), alg=self._algorithm) for key in unstack(keys)]


def _checked_state(state: Any, algorithm: Algorithm) -> Tensor:
    return _of_shape("a state", _as_state(state), (_STATE_SIZES[algorithm],))


def _of_shape(what: str, tensor: Tensor, shape: tuple[int, ...]) -> Tensor:
    if tuple(tensor._shape) != shape:
        raise ValueError(
            f"Generator: received {what} of shape {tuple(tensor._shape)}, expected {shape}"
        )
    return tensor


def _joined_state(key: Any, counter: Any, algorithm: Algorithm) -> Tensor:
    from tfcompat._src.ops.array import reshape
    from tfcompat._src.ops.joining import concat

    first = _of_shape("a counter", _as_state(counter), (_STATE_SIZES[algorithm] - 1,))
    return concat([first, reshape(_of_shape("a key", _as_state(key), ()), [1])], 0)


_global: list[Generator] = []


@public("tfcompat.random")
def get_global_generator() -> Generator:
    """The generator shared by the program; unpredictable unless one is set."""
    if not _global:
        _global.append(Generator.from_non_deterministic_state())
    return _global[0]


@public("tfcompat.random")
def set_global_generator(generator: Generator) -> None:
    """Replaces the generator that `get_global_generator` returns."""
    _global[:] = [generator]
