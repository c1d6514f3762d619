"""tf.register_tensor_conversion_function: other classes where a tensor is expected."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..helpers import agree, refuses
from ..subject import tf


class Number:
    def __init__(self, value: float) -> None:
        self.value = value


class Special(Number):
    pass


def convert(value: Any, dtype: Any = None, name: Any = None, as_ref: bool = False) -> Any:
    return tf.constant(value.value, dtype)


tf.register_tensor_conversion_function(Number, convert)


def test_operands_and_arguments() -> None:
    agree(tf.convert_to_tensor(Number(3.0)), 3.0)
    agree(tf.convert_to_tensor(Special(3.0)), 3.0)
    agree(tf.constant(1.0) + Number(3.0), 4.0)
    agree(Number(3.0) + tf.constant(1.0), 4.0)
    agree(tf.add(Number(3.0), Number(4.0)), 7.0)
    agree(tf.square(Number(3.0)), 9.0)
    agree(tf.stack([Number(1.0), Number(2.0)]), [1.0, 2.0])
    assert not tf.is_tensor(Number(1.0))


def test_a_lower_priority_goes_first() -> None:
    class Here(Number):
        pass

    tf.register_tensor_conversion_function(Here, lambda v, **_: tf.constant(7.0), priority=10)
    agree(tf.convert_to_tensor(Here(1.0)), 7.0)


def test_not_implemented_leaves_it_to_others() -> None:
    class Shy:
        pass

    class Shyer:
        pass

    tf.register_tensor_conversion_function((Shy, Shyer), lambda v, **_: NotImplemented)
    with refuses(ValueError, "Shyer"):
        tf.convert_to_tensor(Shyer())
    tf.register_tensor_conversion_function(Shy, lambda v, **_: tf.constant(1), priority=150)
    agree(tf.convert_to_tensor(Shy()), 1)


def test_wrong_results() -> None:
    class Wrong:
        pass

    class Other:
        pass

    tf.register_tensor_conversion_function(Wrong, lambda v, **_: 5)
    with refuses(RuntimeError, "Wrong", "non-Tensor"):
        tf.convert_to_tensor(Wrong())
    tf.register_tensor_conversion_function(Other, lambda v, **_: tf.constant(1))
    with refuses(RuntimeError, "float32", "int32"):
        tf.convert_to_tensor(Other(), tf.float32)


def test_before_arrays_and_after_lists() -> None:
    class Array:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.zeros(2)

    class List(list):
        pass

    agree(tf.convert_to_tensor(Array()), np.zeros(2))
    tf.register_tensor_conversion_function((Array, List), lambda v, **_: tf.constant(11.0))
    agree(tf.convert_to_tensor(Array()), 11.0)
    agree(tf.convert_to_tensor(List([1])), [1])
