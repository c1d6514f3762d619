"""Out to NumPy, DLPack and back; string tensors; literals."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

DTYPES = [
    "bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64",
    "float16", "bfloat16", "float32", "float64", "complex64", "complex128",
]  # fmt: skip


@pytest.mark.parametrize("name", DTYPES)
def test_round_trip(name: str) -> None:
    dtype = ml_dtypes.bfloat16 if name == "bfloat16" else np.dtype(name)
    array = np.array([[0, 1], [1, 0]]).astype(dtype)
    tensor = tf.constant(array)
    agree(tensor, array)
    assert tensor.dtype.name == name and tensor.numpy().dtype == array.dtype
    np.testing.assert_array_equal(np.asarray(tensor), array)
    agree(tf.constant(tensor.numpy()), array)
    agree(tf.constant([[0, 1], [1, 0]] if name != "bool" else array, name), array)


def test_numpy_functions_take_tensors() -> None:
    tensor = tf.constant([1.0, 4.0])
    assert type(np.sqrt(tensor)) is np.ndarray
    np.testing.assert_array_equal(np.sqrt(tensor), [1.0, 2.0])
    np.testing.assert_array_equal(np.array(tensor, np.float64), [1.0, 4.0])
    np.testing.assert_array_equal(np.stack([tensor, tensor]), [[1.0, 4.0]] * 2)
    assert np.array(tensor).dtype == np.float32 and np.sum(tf.constant([1, 2])) == 3


def test_writing_into_the_array_does_not_reach_the_tensor() -> None:
    tensor = tf.constant([1.0, 2.0])
    array = np.array(tensor)
    array[0] = 9.0
    agree(tensor, [1.0, 2.0])


def test_the_tensor_does_not_share_the_array_it_was_made_of() -> None:
    array = np.array([1.0, 2.0], np.float32)
    tensors = [tf.constant(array), tf.convert_to_tensor(array), tf.Variable(array).value()]
    array[0] = 9.0
    agree(tensors, [[1.0, 2.0]] * 3)


@pytest.mark.parametrize("name", ["float32", "float64", "int32", "int64", "uint8"])
def test_dlpack_out(name: str) -> None:
    tensor = tf.constant([[1, 2], [3, 4]], name)
    capsule = tf.experimental.dlpack.to_dlpack(tensor)
    agree(tf.experimental.dlpack.from_dlpack(capsule), [[1, 2], [3, 4]], dtype=name)


@pytest.mark.parametrize("name", ["float32", "int64"])
def test_dlpack_protocol(name: str) -> None:
    tensor = tf.constant([[1, 2], [3, 4]], name)
    array = np.from_dlpack(tensor)
    np.testing.assert_array_equal(array, [[1, 2], [3, 4]])
    assert array.dtype == np.dtype(name)
    kind, number = tensor.__dlpack_device__()
    assert isinstance(int(kind), int) and number == 0


LITERALS: dict[str, tuple[Any, Any]] = {
    "int": (1, np.int32(1)),
    "large int": (2**40, np.int64(2**40)),
    "float": (1.5, np.float32(1.5)),
    "bool": (True, np.bool_(True)),
    "complex": (1j, np.complex128(1j)),
    "list": ([1, 2], np.asarray([1, 2], np.int32)),
    "mixed": ([1, 2.5], np.asarray([1, 2.5], np.float32)),
    "mixed with complex": ([1.0, 1j], None),
    "nested": ([[1], [2]], np.asarray([[1], [2]], np.int32)),
    "tuples": (((1, 2), (3, 4)), np.asarray([[1, 2], [3, 4]], np.int32)),
    "empty": ([], np.asarray([], np.float32)),
    "empty rows": ([[], []], np.zeros((2, 0), np.float32)),
    "NumPy scalar": (np.float64(1.5), np.float64(1.5)),
    "NumPy int": (np.int64(1), np.int64(1)),
    "list of NumPy scalars": ([np.float64(1), np.float64(2)], np.asarray([1, 2], np.float64)),
    "list of arrays": (
        [np.asarray([1, 2], np.float32), np.asarray([3, 4], np.float32)],
        np.asarray([[1, 2], [3, 4]], np.float32),
    ),
    "range": (range(3), np.asarray([0, 1, 2], np.int32)),
}


@pytest.mark.parametrize("name", LITERALS)
@pytest.mark.parametrize("function", ["constant", "convert_to_tensor"])
def test_literals(name: str, function: str) -> None:
    literal, expected = LITERALS[name]
    make = getattr(tf, function)
    if expected is None:
        with refuses(ValueError):
            make(literal)
    else:
        agree(make(literal), expected)


def test_tensors_in_lists_are_stacked() -> None:
    agree(tf.convert_to_tensor([tf.constant(1.0), 2.0]), [1.0, 2.0])
    agree(tf.convert_to_tensor([[tf.constant(1), 2], [3, tf.constant(4)]]), [[1, 2], [3, 4]])


def test_an_object_may_say_how_it_becomes_a_tensor() -> None:
    class Own:
        def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
            return tf.constant([1.0, 2.0], dtype)

    class ArrayLike:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.array([1.0, 2.0], dtype or np.float32)

    agree(tf.convert_to_tensor(ArrayLike()), [1.0, 2.0])
    agree(tf.reduce_sum(ArrayLike()), 3.0)


STRINGS: dict[str, tuple[Any, Any]] = {
    "str": (lambda: tf.constant("a"), "a"),
    "bytes": (lambda: tf.constant(b"a"), "a"),
    "unicode": (lambda: tf.constant("ä"), "ä"),
    "list": (lambda: tf.constant(["a", b"b"]), ["a", "b"]),
    "nested": (lambda: tf.constant([["a"], ["b"]]), [["a"], ["b"]]),
    "NumPy": (lambda: tf.constant(np.array(["a", "bc"])), ["a", "bc"]),
    "NumPy objects": (lambda: tf.constant(np.array([b"a", "bc"], object)), ["a", "bc"]),
    "reshape": (lambda: tf.reshape(tf.constant(["a", "b"]), [2, 1]), [["a"], ["b"]]),
    "identity": (lambda: tf.identity(tf.constant("a")), "a"),
    "equal": (lambda: tf.equal(tf.constant(["a", "b"]), ["a", "c"]), [True, False]),
    "not equal": (lambda: tf.constant(["a", "b"]) != "a", [False, True]),
    "fill": (lambda: tf.fill([2], "a"), ["a", "a"]),
    "stack": (lambda: tf.stack(["a", "b"]), ["a", "b"]),
    "concat": (lambda: tf.concat([["a"], ["b"]], 0), ["a", "b"]),
    "shape": (lambda: tf.shape(tf.constant(["a", "b"])), [2]),
    "gather": (lambda: tf.gather(tf.constant(["a", "b"]), [1, 0]), ["b", "a"]),
}


@pytest.mark.parametrize("name", STRINGS)
def test_strings(name: str) -> None:
    function, expected = STRINGS[name]
    agree(function(), expected)


def test_classes_of_string_values() -> None:
    assert tf.constant("a").numpy() == b"a" and type(tf.constant("a").numpy()) is bytes
    array = tf.constant(["a", "b"]).numpy()
    assert array.dtype == object and array.tolist() == [b"a", b"b"]


def test_printed_strings() -> None:
    text = tf.constant(["a", "b"])
    assert str(text) == "tf.Tensor([b'a' b'b'], shape=(2,), dtype=string)"
    value = "array([b'a', b'b'], dtype=object)"
    assert repr(text) == f"<tf.Tensor: shape=(2,), dtype=string, numpy={value}>"
    assert repr(tf.constant("a")) == "<tf.Tensor: shape=(), dtype=string, numpy=b'a'>"
