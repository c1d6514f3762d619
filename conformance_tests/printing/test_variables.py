"""repr and str of variables, letter by letter: both are the same text.

Scalars show the digits of test_tensors.py, where TensorFlow and tfcompat differ on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..subject import IS_TENSORFLOW, tf

VARIABLES: dict[str, tuple[Callable[[], Any], str]] = {
    "scalar": (
        lambda: tf.Variable(2.0),
        "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=2.0>",
    ),
    "int": (lambda: tf.Variable(1), "<tf.Variable 'Variable:0' shape=() dtype=int32, numpy=1>"),
    "bool": (
        lambda: tf.Variable(True),
        "<tf.Variable 'Variable:0' shape=() dtype=bool, numpy=True>",
    ),
    "string": (
        lambda: tf.Variable("s"),
        "<tf.Variable 'Variable:0' shape=() dtype=string, numpy=b's'>",
    ),
    "strings": (
        lambda: tf.Variable(["s", "t"]),
        "<tf.Variable 'Variable:0' shape=(2,) dtype=string, "
        "numpy=array([b's', b't'], dtype=object)>",
    ),
    "named": (
        lambda: tf.Variable(1.0, name="a/b", trainable=False),
        "<tf.Variable 'a/b:0' shape=() dtype=float32, numpy=1.0>",
    ),
    "vector": (
        lambda: tf.Variable([1.0, 2.0]),
        "<tf.Variable 'Variable:0' shape=(2,) dtype=float32, numpy=array([1., 2.], dtype=float32)>",
    ),
    "matrix": (
        lambda: tf.Variable([[1.0, 2.0], [3.0, 4.0]], name="w"),
        """<tf.Variable 'w:0' shape=(2, 2) dtype=float32, numpy=
array([[1., 2.],
       [3., 4.]], dtype=float32)>""",
    ),
    "empty": (
        lambda: tf.Variable([], dtype=tf.float32),
        "<tf.Variable 'Variable:0' shape=(0,) dtype=float32, numpy=array([], dtype=float32)>",
    ),
    "unknown shape": (
        lambda: tf.Variable(1.0, shape=tf.TensorShape(None)),
        "<tf.Variable 'Variable:0' shape=<unknown> dtype=float32, numpy=1.0>",
    ),
    "unknown dimension": (
        lambda: tf.Variable([1.0], shape=[None]),
        "<tf.Variable 'Variable:0' shape=(None,) dtype=float32, numpy=array([1.], dtype=float32)>",
    ),
}


@pytest.mark.parametrize(("make", "text"), VARIABLES.values(), ids=VARIABLES)
def test_variable(make: Callable[[], Any], text: str) -> None:
    variable = make()
    assert repr(variable) == text
    assert str(variable) == text
    assert f"{variable}" == text
    assert str([variable]) == f"[{text}]"


@pytest.mark.parametrize(
    ("value", "dtype", "in_tensorflow", "in_tfcompat"),
    [(0.1, "float32", "0.10000000149011612", "0.1"), (1, "bfloat16", "1.0", "1")],
)
def test_digits(value: float, dtype: str, in_tensorflow: str, in_tfcompat: str) -> None:
    shown = in_tensorflow if IS_TENSORFLOW else in_tfcompat
    assert repr(tf.Variable(value, dtype=dtype)) == (
        f"<tf.Variable 'Variable:0' shape=() dtype={dtype}, numpy={shown}>"
    )


def test_shows_the_current_value() -> None:
    variable = tf.Variable(1.0)
    variable.assign(3.0)
    assert repr(variable) == "<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=3.0>"


def test_takes_no_format_specification() -> None:
    with pytest.raises(TypeError):
        format(tf.Variable(3.14159), ".2f")
