"""Raw ops that draw numbers: stateful ones by two seeds, stateless ones by a seed or a state."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import random, random_distributions, stateless_random
from tfcompat._src.ops.random_seeds import RawSeeds
from tfcompat._src.randomness.philox import Stream
from tfcompat._src.raw.common import scalar
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor

_PHILOX = 1


def _uniform(shape: Any, dtype: Any, seed: int, seed2: int) -> Tensor:
    return random.uniform(shape, dtype=dtype, seed=RawSeeds(seed, seed2))


def _uniform_int(shape: Any, minval: Any, maxval: Any, seed: int, seed2: int) -> Tensor:
    low = to_tensor(minval)
    return random.uniform(shape, low, maxval, low._dtype, RawSeeds(seed, seed2))


def _normal(shape: Any, dtype: Any, seed: int, seed2: int) -> Tensor:
    return random.normal(shape, dtype=dtype, seed=RawSeeds(seed, seed2))


def _truncated(shape: Any, dtype: Any, seed: int, seed2: int) -> Tensor:
    return random.truncated_normal(shape, dtype=dtype, seed=RawSeeds(seed, seed2))


def _shuffle(value: Any, seed: int, seed2: int) -> Tensor:
    return random.shuffle(value, RawSeeds(seed, seed2))


def _multinomial(logits: Any, num_samples: Any, seed: int, seed2: int, dtype: Any) -> Tensor:
    return random.categorical(logits, num_samples, dtype, RawSeeds(seed, seed2))


def _gamma(shape: Any, alpha: Any, seed: int, seed2: int) -> Tensor:
    a = to_tensor(alpha)
    return random_distributions.gamma(shape, a, dtype=a._dtype, seed=RawSeeds(seed, seed2))


def _poisson(shape: Any, rate: Any, seed: int, seed2: int, dtype: Any) -> Tensor:
    return random_distributions.poisson(shape, rate, dtype, RawSeeds(seed, seed2))


# ------------------------------------------------------------------------------------- by a seed
def _stateless_uniform(shape: Any, seed: Any, dtype: Any) -> Tensor:
    return stateless_random.stateless_uniform(shape, seed, dtype=dtype)


def _stateless_full_int(shape: Any, seed: Any, dtype: Any) -> Tensor:
    return stateless_random.stateless_uniform(shape, seed, None, None, dtype)


def _stateless_uniform_int(shape: Any, seed: Any, minval: Any, maxval: Any) -> Tensor:
    low = to_tensor(minval)
    return stateless_random.stateless_uniform(shape, seed, low, maxval, low._dtype)


def _stateless_normal(shape: Any, seed: Any, dtype: Any) -> Tensor:
    return stateless_random.stateless_normal(shape, seed, dtype=dtype)


def _stateless_truncated(shape: Any, seed: Any, dtype: Any) -> Tensor:
    return stateless_random.stateless_truncated_normal(shape, seed, dtype=dtype)


def _stateless_gamma(shape: Any, seed: Any, alpha: Any) -> Tensor:
    a = to_tensor(alpha)
    return stateless_random.stateless_gamma(shape, seed, a, dtype=a._dtype)


# ------------------------------------------------------------------------------------ by a state
def _stream(op: str, key: Any, counter: Any, alg: Any) -> Stream:
    if int(to_tensor(alg)) not in (_PHILOX, 3):
        raise invalid_argument(op, f"received alg={int(to_tensor(alg))}; expected 1 (Philox)")
    parts = [to_tensor(x, dtypes.uint64)._numpy().reshape(-1).tolist() for x in (key, counter)]
    if len(parts[0]) != 1 or len(parts[1]) != 2:
        raise invalid_argument(
            op,
            f"received a key of {len(parts[0])} and a counter of {len(parts[1])} numbers; "
            "expected 1 and 2",
        )
    return Stream(parts[0][0], *parts[1])


def _drawn(op: str, kind: str) -> Any:
    def call(shape: Any, key: Any, counter: Any, alg: Any, dtype: Any) -> Tensor:
        stream = _stream(op, key, counter, alg)
        return random.draw(kind, stream, random.sizes_of(shape, op), as_dtype(dtype))

    call.__name__ = kind
    return call


def _uniform_int_v2(
    shape: Any, key: Any, counter: Any, alg: Any, minval: Any, maxval: Any
) -> Tensor:
    op = "StatelessRandomUniformIntV2"
    stream, low = _stream(op, key, counter, alg), to_tensor(minval)
    return random.uniform_int_of(op, stream, random.sizes_of(shape, op), low, maxval, low._dtype)


def _gamma_v3(shape: Any, key: Any, counter: Any, alg: Any, alpha: Any) -> Tensor:
    op = "StatelessRandomGammaV3"
    stream, a = _stream(op, key, counter, alg), to_tensor(alpha)
    return random_distributions.gamma_of(op, stream, random.sizes_of(shape, op), a, None, a._dtype)


def _key_counter(seed: Any) -> tuple[Tensor, Tensor]:
    found = stateless_random.stream_of(to_tensor(seed)._numpy().tolist())
    key, low, high = found if isinstance(found, Stream) else found._numpy().tolist()
    numbers = [np.array(n, np.uint64) for n in ([key], [low, high])]
    first, second = [from_numpy(n, dtypes.uint64) for n in numbers]
    return first, second


def _algorithm() -> Tensor:
    return scalar(_PHILOX)


def _key_counter_alg(seed: Any) -> tuple[Tensor, Tensor, Tensor]:
    return (*_key_counter(seed), _algorithm())


TABLE: Table = {
    "Multinomial logits num_samples seed=0 seed2=0 output_dtype=int64": _multinomial,
    "RandomGamma shape alpha seed=0 seed2=0": _gamma,
    "RandomPoissonV2 shape rate seed=0 seed2=0 dtype=int64": _poisson,
    "RandomShuffle value seed=0 seed2=0": _shuffle,
    "RandomStandardNormal shape dtype seed=0 seed2=0": _normal,
    "RandomUniform shape dtype seed=0 seed2=0": _uniform,
    "RandomUniformInt shape minval maxval seed=0 seed2=0": _uniform_int,
    "TruncatedNormal shape dtype seed=0 seed2=0": _truncated,
    "StatelessMultinomial logits num_samples seed output_dtype=int64": (
        stateless_random.stateless_categorical
    ),
    "StatelessRandomBinomial shape seed counts probs dtype=int64": (
        stateless_random.stateless_binomial
    ),
    "StatelessRandomGammaV2 shape seed alpha": _stateless_gamma,
    "StatelessRandomGammaV3 shape key counter alg alpha": _gamma_v3,
    "StatelessRandomGetAlg": _algorithm,
    "StatelessRandomGetKeyCounter seed -> key counter": _key_counter,
    "StatelessRandomGetKeyCounterAlg seed -> key counter alg": _key_counter_alg,
    "StatelessRandomNormal shape seed dtype=float32": _stateless_normal,
    "StatelessRandomNormalV2 shape key counter alg dtype=float32": (
        _drawn("StatelessRandomNormalV2", "normal")
    ),
    "StatelessRandomPoisson shape seed lam dtype": stateless_random.stateless_poisson,
    "StatelessRandomUniform shape seed dtype=float32": _stateless_uniform,
    "StatelessRandomUniformFullInt shape seed dtype=uint64": _stateless_full_int,
    "StatelessRandomUniformFullIntV2 shape key counter alg dtype=uint64": (
        _drawn("StatelessRandomUniformFullIntV2", "full_int")
    ),
    "StatelessRandomUniformInt shape seed minval maxval": _stateless_uniform_int,
    "StatelessRandomUniformIntV2 shape key counter alg minval maxval": _uniform_int_v2,
    "StatelessRandomUniformV2 shape key counter alg dtype=float32": (
        _drawn("StatelessRandomUniformV2", "uniform")
    ),
    "StatelessTruncatedNormal shape seed dtype=float32": _stateless_truncated,
    "StatelessTruncatedNormalV2 shape key counter alg dtype=float32": (
        _drawn("StatelessTruncatedNormalV2", "truncated_normal")
    ),
}
