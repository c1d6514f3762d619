"""Random numbers from a seed: they are the same on every machine, so they are compared exactly.

Floats of several steps may be off by a unit in the last place.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import Case

FLOATS = ("float16", "bfloat16", "float32", "float64")
INTEGERS = ("int32", "int64", "uint32", "uint64")
ALGORITHMS = ("philox", "auto_select")


def _floats(tf: Any, dtype: str, alg: str) -> Any:
    r, seed = tf.random, [3, -4]
    found = {}
    for size in (0, 1, 5, 70):
        found[f"uniform {size}"] = r.stateless_uniform([size], seed, -1, 3, dtype, alg=alg)
        found[f"normal {size}"] = r.stateless_normal([size], seed, 1.0, 2.0, dtype, alg=alg)
        found[f"truncated {size}"] = r.stateless_truncated_normal(
            [size], seed, 1.0, 2.0, dtype, alg=alg
        )
    return found


def _integers(tf: Any, dtype: str, alg: str) -> Any:
    r, seed = tf.random, tf.constant([2**40, 9], tf.int64)
    return {
        "all": r.stateless_uniform([7], seed, None, None, dtype, alg=alg),
        **(
            {}
            if dtype.startswith("u")
            else {
                "range": r.stateless_uniform([2, 5], seed, -3, 11, dtype, alg=alg),
                "wide": r.stateless_uniform([5], seed, 0, 2**30 + 7, dtype, alg=alg),
            }
        ),
    }


def _seeds(tf: Any, dtype: str, alg: str) -> Any:
    r, seed = tf.random, tf.constant([7, -2], dtype)
    return {
        "split": r.split(seed, 3, alg),
        "fold_in": r.fold_in(seed, 5, alg),
        "fold_in negative": r.fold_in(seed, -1, alg),
        "shuffle": r.experimental.stateless_shuffle(tf.range(9), seed, alg),
        "state": r.create_rng_state(5, alg),
        "long state": r.create_rng_state([1, -2, 3], alg),
    }


def _generator(tf: Any, dtype: str) -> Any:
    generator = tf.random.Generator.from_seed(21, alg="philox")
    found = {}
    for turn in range(2):
        found[f"normal {turn}"] = generator.normal([3], 1.0, 2.0, dtype)
        found[f"uniform {turn}"] = generator.uniform([5], -1.0, 1.0, dtype)
        found[f"truncated {turn}"] = generator.truncated_normal([2, 3], 0.0, 1.0, dtype)
        generator.skip(3)
        found[f"state {turn}"] = generator.state.read_value()
    return found


def _generator_integers(tf: Any, dtype: str) -> Any:
    generator = tf.random.Generator.from_key_counter(5, [7, -8], alg="philox")
    found = {"full": generator.uniform_full_int([5], dtype)}
    if not dtype.startswith("u"):
        found["range"] = generator.uniform([5], -4, 9, dtype)
    found["seeds"] = generator.make_seeds(3)
    for number, other in enumerate(generator.split(2)):
        found[f"split {number}"] = other.uniform_full_int([3], dtype)
        found[f"key {number}"] = other.key
    generator.reset_from_seed(4)
    found["reset"] = generator.state.read_value()
    return found


BOUNDS: dict[str, tuple[Any, Any, Any, Any]] = {
    "default": (0.0, 1.0, -2.0, 2.0),
    "near": (0.0, 1.0, -1.0, 1.0),
    "one side": (0.0, 1.0, 0.5, 1.0),
    "just wide": (0.0, 1.0, -1.35, 0.1),
    "just narrow": (0.0, 1.0, -1.25, 0.1),
    "far": (0.0, 1.0, 5.0, 6.0),
    "far below": (0.0, 1.0, -6.0, -5.0),
    "open above": (0.0, 1.0, 1.0, float("inf")),
    "open below": (1.0, 3.0, float("-inf"), -3.0),
    "scaled": (1.0, 3.0, -2.0, 1.0),
    "each": ([0.0, 5.0], 1.0, [-0.5, 4.0], [0.5, 7.0]),
}


def _truncated(tf: Any, dtype: str) -> Any:
    found = {}
    for name, bounds in BOUNDS.items():
        given = [tf.constant(value, dtype) for value in bounds]
        found[name] = tf.random.stateless_parameterized_truncated_normal([20, 2], [1, 2], *given)
    return found


def _indices(tf: Any, dtype: str) -> Any:
    shuffle = tf.random.experimental.index_shuffle
    found = {}
    for largest in (0, 1, 7, 99, 65535, 65536, 10**6, 2**31 - 1):
        places = [0, largest // 3, largest // 2, largest]
        index = tf.constant(places, dtype)
        found[f"{largest}"] = shuffle(index, [5, -6], tf.constant(largest, dtype))
    raw = tf.random_index_shuffle
    for rounds in (4, 6, 20):
        found[f"rounds {rounds}"] = raw(
            tf.constant([3, 40], dtype), [1, 2, 3], tf.constant(50, dtype), rounds
        )
    found["each"] = raw(
        tf.constant([3, 4], dtype), [[1, 2, 3], [4, 5, 6]], tf.constant([50, 9], dtype)
    )
    return found


def _candidates(tf: Any, unique: bool) -> Any:
    r, found = tf.random, {}
    classes = tf.constant([[1, 2], [3, 0]], tf.int64)
    tf.random.set_seed(3)
    for seed in (7, 7, None, 8):
        calls = {
            "uniform": r.uniform_candidate_sampler(classes, 2, 5, unique, 50, seed),
            "log uniform": r.log_uniform_candidate_sampler(classes, 2, 5, unique, 50, seed),
            "learned": r.learned_unigram_candidate_sampler(classes, 2, 5, unique, 50, seed),
            "fixed": r.fixed_unigram_candidate_sampler(
                classes, 2, 4, unique, 8, "", 0.75, 2, 1, 0, [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], seed
            ),
            "all": r.all_candidate_sampler(classes, 2, 5, unique, seed),
        }
        for name, values in calls.items():
            for number, value in enumerate(values):
                found[f"{name} {len(found)} {number}"] = value
    return found


def _stateful(tf: Any, dtype: str) -> Any:
    tf.random.set_seed(11)
    found = {}
    for turn, seed in enumerate((None, 5, 5)):
        found[f"normal {turn}"] = tf.random.normal([3], 1.0, 2.0, dtype, seed)
        found[f"uniform {turn}"] = tf.random.uniform([3], -1, 2, dtype, seed)
        found[f"truncated {turn}"] = tf.random.truncated_normal([3], 0.0, 1.0, dtype, seed)
        found[f"shuffle {turn}"] = tf.random.shuffle(tf.range(6), seed)
        found[f"categorical {turn}"] = tf.random.categorical([[0.1, 0.2, 0.7]], 4, seed=seed)
    return found


def _sobol(tf: Any, dtype: str) -> Any:
    sample = tf.math.sobol_sample
    return {
        "plane": sample(2, 9, dtype=dtype),
        "skipped": sample(3, 4, 1000, dtype),
        "many": sample(60, 3, 2**25 - 2, dtype),
    }


def cases() -> Iterator[Case]:
    for dtype in FLOATS:
        for alg in ALGORITHMS:
            yield Case(f"random floats {dtype} {alg}", lambda tf, d=dtype, a=alg: _floats(tf, d, a))
        yield Case(f"random generator {dtype}", lambda tf, d=dtype: _generator(tf, d))
        yield Case(f"random stateful {dtype}", lambda tf, d=dtype: _stateful(tf, d))
    for dtype in INTEGERS:
        for alg in ALGORITHMS:
            yield Case(
                f"random integers {dtype} {alg}",
                lambda tf, d=dtype, a=alg: _integers(tf, d, a),
                exact=True,
            )
        yield Case(
            f"random generator {dtype}", lambda tf, d=dtype: _generator_integers(tf, d), exact=True
        )
        yield Case(f"random index {dtype}", lambda tf, d=dtype: _indices(tf, d), exact=True)
    for dtype in ("int32", "int64"):
        for alg in ALGORITHMS:
            yield Case(
                f"random seeds {dtype} {alg}",
                lambda tf, d=dtype, a=alg: _seeds(tf, d, a),
                exact=True,
            )
    for dtype in ("float16", "float32", "float64"):
        yield Case(f"random bounds {dtype}", lambda tf, d=dtype: _truncated(tf, d), slack=2.0)
    for unique in (True, False):
        yield Case(f"random candidates {unique}", lambda tf, u=unique: _candidates(tf, u))
    for dtype in ("float32", "float64"):
        yield Case(f"sobol {dtype}", lambda tf, d=dtype: _sobol(tf, d), exact=True)
