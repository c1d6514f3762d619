"""Programs whose shapes are others at each step, as those of a text that grows by a word a time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..processes import printed
from ..subject import IS_TENSORFLOW, backend_name, tf

RNG = np.random.default_rng(41)
TABLE = RNG.standard_normal((7, 4)).astype(np.float32)
WEIGHTS = RNG.standard_normal((4, 4)).astype(np.float32)
LENGTHS = range(1, 16)


def words(length: int) -> Any:
    return np.arange(length, dtype=np.int32) % 7


def attention(tokens: Any, weights: Any) -> Any:
    """What each word says of those before it, by public ops."""
    x = tf.gather(tf.constant(TABLE), tokens)
    scores = tf.einsum("ij,kj->ik", tf.tanh(x @ weights), x)
    n = tf.shape(x)[0]
    seen = tf.linalg.band_part(tf.ones([n, n], tf.bool), -1, 0)
    scores = tf.where(seen, scores, -1e9)
    mean, variance = tf.nn.moments(tf.nn.softmax(scores) @ x, -1, keepdims=True)
    return tf.reduce_sum(tf.nn.relu(x - mean) / tf.sqrt(variance + 1.0), -1)


def expected(tokens: Any, weights: Any) -> Any:
    x = TABLE[tokens].astype(np.float64)
    scores = np.tanh(x @ weights) @ x.T
    scores = np.where(np.tri(len(x), dtype=bool), scores, -np.inf)
    power = np.exp(scores - scores.max(-1, keepdims=True))
    y = power / power.sum(-1, keepdims=True) @ x
    mean, variance = y.mean(-1, keepdims=True), y.var(-1, keepdims=True)
    return (np.maximum(x - mean, 0) / np.sqrt(variance + 1)).sum(-1)


def close(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found, wanted, rtol=2e-5, atol=2e-5)


def of_words(function: Callable[..., Any]) -> Any:
    signature = [tf.TensorSpec([None], tf.int32), tf.TensorSpec([4, 4])]
    return tf.function(function, input_signature=signature)


@pytest.mark.parametrize("make", [lambda f: f, of_words], ids=["eager", "function"])
def test_values(make: Callable[[Any], Any]) -> None:
    function, v = make(attention), tf.Variable(WEIGHTS)
    for _ in range(2):
        for n in LENGTHS:
            close(function(tf.constant(words(n)), v.value()).numpy(), expected(words(n), WEIGHTS))


def test_nothing_is_read_meanwhile() -> None:
    v = tf.Variable(WEIGHTS)
    found, tokens = [], tf.constant([0])
    for n in LENGTHS:
        found.append(attention(tokens, v))
        tokens = tf.concat([tokens, [n % 7]], 0)
    for n, x in zip(LENGTHS, found, strict=True):
        close(x.numpy(), expected(words(n), WEIGHTS))


@pytest.mark.parametrize("make", [lambda f: f, of_words], ids=["eager", "function"])
def test_shapes_that_come_often(make: Callable[[Any], Any]) -> None:
    function, weights = make(attention), tf.constant(WEIGHTS)
    for n in LENGTHS:
        function(tf.constant(words(n)), weights).numpy()
    for _ in range(50):
        close(function(tf.constant(words(12)), weights).numpy(), expected(words(12), WEIGHTS))


def slope(tokens: Any, weights: Any) -> Any:
    """By differences, in double precision."""
    found = np.zeros((4, 4))
    for at in np.ndindex(4, 4):
        step = np.zeros((4, 4))
        step[at] = 1e-6
        both = [expected(tokens, weights.astype(np.float64) + s).sum() for s in (step, -step)]
        found[at] = (both[0] - both[1]) / 2e-6
    return found


@pytest.mark.parametrize("make", [lambda f: f, of_words], ids=["eager", "function"])
def test_gradients(make: Callable[[Any], Any]) -> None:
    function, weights = make(attention), tf.constant(WEIGHTS)
    for n in LENGTHS:
        tokens = tf.constant(words(n))
        function(tokens, weights).numpy()
        if n % 5 == 0:
            with tf.GradientTape() as tape:
                tape.watch(weights)
                total = tf.reduce_sum(function(tokens, weights))
            np.testing.assert_allclose(
                tape.gradient(total, weights), slope(words(n), WEIGHTS), rtol=2e-3, atol=2e-3
            )


def test_a_function_of_functions_and_loops() -> None:
    inner = of_words(attention)

    @of_words
    def outer(tokens: Any, weights: Any) -> Any:
        total = tf.zeros([])
        for i in tf.range(tf.shape(tokens)[0]):
            total += tf.cast(tokens[i], tf.float32)
        return inner(tokens, weights) + total

    for n in LENGTHS:
        wanted = expected(words(n), WEIGHTS) + words(n).sum()
        close(outer(tf.constant(words(n)), tf.constant(WEIGHTS)).numpy(), wanted)


def test_weights_that_change_between_steps() -> None:
    v = tf.Variable(WEIGHTS)
    function = of_words(attention)

    @tf.function
    def train() -> None:
        v.assign_add(tf.ones_like(v))

    kept = []
    for n in LENGTHS:
        close(
            function(tf.constant(words(n)), v.value()).numpy(), expected(words(n), WEIGHTS + n - 1)
        )
        close(attention(tf.constant(words(n)), v).numpy(), expected(words(n), WEIGHTS + n - 1))
        kept.append(tf.reshape(v, [n and 2, 8]))
        kept.append(tf.transpose(v)[: n % 4 + 1])
        train()
    for n in LENGTHS:
        # What was seen of the variable is what it was.
        close(kept[2 * n - 2].numpy(), (WEIGHTS + n - 1).reshape(2, 8))
        close(kept[2 * n - 1].numpy(), (WEIGHTS + n - 1).T[: n % 4 + 1])


def test_special_values_and_other_types() -> None:
    for n in (*LENGTHS, 0):
        x = np.arange(n * 3, dtype=np.float32).reshape(n, 3)
        x[::2, :1], x[1::2, 1:2], x[:1, 2:] = np.nan, -np.inf, -0.0
        t = tf.identity(tf.constant(x))
        for _ in range(2):
            t = tf.concat([t, t[:1]], 0)
        y = np.concatenate([x, x[:1], x[:1]], 0) if n else x
        agree(t, y)
        agree(tf.einsum("ij->ji", t), y.T)
        agree(tf.cast(tf.math.is_nan(t), tf.int64) @ tf.ones([3, 2], tf.int64),
              np.isnan(y).astype(np.int64) @ np.ones((3, 2), np.int64))  # fmt: skip
        agree(tf.reduce_max(t, 0), y.max(0) if len(y) else np.full(3, -np.inf, np.float32))
        agree(tf.math.imag(tf.complex(t, t)), y)


def test_errors_in_between() -> None:
    for n in LENGTHS:
        x = tf.ones([n, 3]) * 2.0
        with refuses(tf.errors.InvalidArgumentError):
            x @ tf.ones([n + 4, 3])
        with refuses(tf.errors.InvalidArgumentError):
            x + tf.ones([n + 1, 4])
        agree(tf.reduce_sum(x), np.float32(6 * n))


def test_threads() -> None:
    wrong: list[Any] = []

    def work(start: int) -> None:
        try:
            for n in range(start, 20, 2):
                close(attention(tf.constant(words(n)), WEIGHTS), expected(words(n), WEIGHTS))
        except Exception as error:
            wrong.append(error)

    threads = [threading.Thread(target=work, args=(start,)) for start in (1, 2, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


COUNT = """
import jax, numpy as np
import tfcompat as tf
found = []
def note(event, seconds, **_):
    if event == "/jax/core/compile/backend_compile_duration":
        found.append(event)
jax.monitoring.register_event_duration_secs_listener(note)
v, w = tf.Variable(np.eye(4, dtype=np.float32)), tf.Variable(np.ones((4, 8), np.float32))
def step(x):
    y = tf.nn.softmax(tf.einsum("bij,bkj->bik", x @ v, x)) @ x
    return tf.reduce_mean(tf.tensordot(y, w, 1), -1)
"""


@pytest.mark.tfcompat_only
@pytest.mark.skipif(IS_TENSORFLOW or backend_name() != "jax", reason="JAX alone compiles eager ops")
@pytest.mark.parametrize(
    "how",
    [
        "run = step",
        "run = tf.function(step, input_signature=[tf.TensorSpec([None, None, 4])])",
        "run = tf.function(step, reduce_retracing=True)",
    ],
)
def test_what_grows_is_compiled_a_few_times_only(how: str) -> None:
    program = f"""
{COUNT}
{how}
for n in range(1, 30):
    if n == 15:
        assert found
        found.clear()
    assert np.allclose(run(tf.ones([1, n, 4])).numpy(), 4)
assert not found, len(found)
for _ in range(60):
    run(tf.ones([1, 29, 4])).numpy()
# What comes again and again is compiled.
assert found
found.clear()
run(tf.ones([1, 29, 4])).numpy()
assert not found
"""
    printed(program)
