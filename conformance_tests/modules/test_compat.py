"""tf.compat: text and bytes, sizes of axes, and the few names of version 1 that still are true."""

from __future__ import annotations

import pathlib
from typing import Any

import pytest

from ..subject import tf


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("as_bytes", "é", b"\xc3\xa9"),
        ("as_bytes", bytearray(b"x"), b"x"),
        ("as_text", b"a", "a"),
        ("as_str", "a", "a"),
        ("as_str_any", 3, "3"),
        ("as_str_any", b"x", "x"),
        ("path_to_str", pathlib.PurePosixPath("/a/b"), "/a/b"),
        ("path_to_str", "b", "b"),
        ("dimension_value", None, None),
        ("dimension_value", 3, 3),
    ],
)
def test_values(name: str, value: Any, expected: Any) -> None:
    assert getattr(tf.compat, name)(value) == expected


@pytest.mark.parametrize("name", ["as_bytes", "as_text"])
def test_what_is_no_text(name: str) -> None:
    with pytest.raises(TypeError, match="Expected binary or unicode string, got 3"):
        getattr(tf.compat, name)(3)


def test_shapes_and_days() -> None:
    assert str(tf.compat.dimension_at_index(tf.TensorShape([2, None]), 1)) == "?"
    assert tf.compat.forward_compatible(2020, 1, 1)
    assert not tf.compat.forward_compatible(2100, 1, 1)
    with tf.compat.forward_compatibility_horizon(2100, 1, 2):
        tf.add(1, 2)


def test_both_versions() -> None:
    assert tf.compat.v2.add(1, 2).numpy() == 3
    tf.compat.v1.enable_eager_execution()
    tf.compat.v1.enable_v2_behavior()
    before = tf.compat.v1.logging.get_verbosity()
    tf.compat.v1.logging.set_verbosity(tf.compat.v1.logging.ERROR)
    assert tf.get_logger().getEffectiveLevel() == tf.compat.v1.logging.ERROR
    tf.compat.v1.logging.set_verbosity(before)
    tf.compat.v1.set_random_seed(3)
    first = tf.random.uniform([2]).numpy().tolist()
    tf.random.set_seed(3)
    assert tf.random.uniform([2]).numpy().tolist() == first


@pytest.mark.tfcompat_only
def test_what_belongs_to_version_1() -> None:
    with pytest.raises(AttributeError, match="an argument of a function"):
        _ = tf.compat.v1.placeholder
    with pytest.raises(NotImplementedError, match="disable_eager_execution"):
        tf.compat.v1.disable_eager_execution()
