"""Keyword arguments only, TensorFlow's own names, named results."""

from __future__ import annotations

import inspect

import pytest

from ..subject import tf

raw = tf.raw_ops


def test_positional_arguments_are_refused() -> None:
    with pytest.raises(TypeError, match=r"only takes keyword args \(possible keys: \['x', 'y'"):
        raw.Add(1, 2)


def test_missing_and_unknown_arguments() -> None:
    with pytest.raises(TypeError, match=r"missing 1 required .*'y'"):
        raw.Add(x=1)
    with pytest.raises(TypeError, match=r"unexpected keyword argument 'z'"):
        raw.Add(x=1, y=2, z=3)
    assert int(raw.Add(x=1, y=2, name="sum")) == 3


def test_names_that_do_not_exist() -> None:
    with pytest.raises(AttributeError, match="Nonsense"):
        raw.Nonsense  # noqa: B018
    assert not hasattr(raw, "Nonsense")


def test_the_signature() -> None:
    names = list(inspect.signature(raw.Conv2D).parameters)
    assert names == [
        "input",
        "filter",
        "strides",
        "padding",
        "use_cudnn_on_gpu",
        "explicit_paddings",
        "data_format",
        "dilations",
        "name",
    ]
    assert inspect.signature(raw.ArgMax).parameters["output_type"].default == tf.int64


def test_several_results_have_names() -> None:
    found = raw.Unique(x=[1, 1, 2])
    assert type(found).__name__ == "Unique"
    assert found._fields == ("y", "idx")
    assert found.y.numpy().tolist() == [1, 2]
    assert isinstance(raw.Split(axis=0, value=[1, 2], num_split=2), list)


def test_results_are_differentiable() -> None:
    x = tf.constant([1.0, 4.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = raw.Mul(x=raw.Sqrt(x=x), y=x)
    assert tape.gradient(y, x).numpy().tolist() == [1.5, 3.0]


def test_seeds_start_a_stream_that_goes_on() -> None:
    tf.random.set_seed(1)
    first = raw.RandomUniform(shape=[2], dtype=tf.float32, seed=5, seed2=6).numpy()
    second = raw.RandomUniform(shape=[2], dtype=tf.float32, seed=5, seed2=6).numpy()
    assert first.tolist() != second.tolist()
    other = raw.RandomUniform(shape=[2], dtype=tf.float32).numpy()
    again = raw.RandomUniform(shape=[2], dtype=tf.float32).numpy()
    assert other.tolist() != again.tolist()


def test_an_assertion() -> None:
    assert raw.Assert(condition=True, data=[1]) is None
    with pytest.raises(tf.errors.InvalidArgumentError, match=r"assertion failed: \[1\] \[2\]"):
        raw.Assert(condition=False, data=[1, 2])


@pytest.mark.tfcompat_only
def test_every_op_is_listed() -> None:
    listed = dir(raw)
    assert len(listed) > 400
    assert all(callable(getattr(raw, name)) for name in listed)
