"""`jit_compile=True`: the same results, whether there is a compiler or not."""

from __future__ import annotations

import logging

import pytest

from ..helpers import agree
from ..subject import tf


@pytest.mark.parametrize("size", [2, 20_000])
def test_results_variables_and_gradients(size: int) -> None:
    # On torch few numbers are NumPy's, many are compiled.
    weight = tf.Variable(tf.repeat([2.0, 3.0], size // 2))

    @tf.function(jit_compile=True)
    def step(x: tf.Tensor) -> tf.Tensor:
        weight.assign_add(x)
        return tf.reduce_sum(tf.sin(x) * 0.0 + weight * x)

    x = tf.repeat([1.0, 2.0], size // 2)
    agree(step(x), 13.0 * size / 2)
    agree(weight.value()[:: size - 1], [3.0, 5.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = step(x)
    agree(tape.gradient(y, x)[:: size - 1], [4.0, 7.0])


@pytest.mark.tfcompat_only
def test_without_a_compiler_a_warning_says_what_runs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("CXX", "no-such-compiler")

    @tf.function(jit_compile=True)
    def double(x: tf.Tensor) -> tf.Tensor:
        return x + x

    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        # Of few numbers, torch's programs are NumPy's, which is no torch.compile's business.
        agree(double(tf.fill([20_000], 2.0))[-1], 4.0)
    told = any("no C++ compiler" in record.getMessage() for record in caplog.records)
    # JAX compiles everything anyway, and for a GPU PyTorch brings its own.
    leaves_a_choice = tf.config.get_backend() == "torch"
    assert told == (leaves_a_choice and not tf.config.list_physical_devices("GPU"))
