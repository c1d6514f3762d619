"""What a function may return, and how it comes back."""

from __future__ import annotations

import collections
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, agree_slices, refuses
from ..subject import tf

Pair = collections.namedtuple("Pair", "a b")


@pytest.mark.parametrize(
    ("returned", "expected"),
    [
        (1, 1),
        (1.5, 1.5),
        (True, True),
        ("s", "s"),
        (b"b", "b"),
        (2j, 2j),
        (2**40, np.int64(2**40)),
        (np.zeros(2), np.zeros(2)),
        (np.float64(2), np.float64(2)),
        (None, None),
        ((), ()),
        ([], []),
        ({}, {}),
        ([1, (2, {"a": 3, "b": [None]})], [1, (2, {"a": 3, "b": [None]})]),
        ([[1, 2], [3]], [[1, 2], [3]]),
        ((1.5, True, "s", None), (1.5, True, "s", None)),
    ],
    ids=repr,
)
def test_python_values_become_tensors(returned: Any, expected: Any) -> None:
    f = tf.function(lambda: returned, autograph=False)
    agree(f(), expected)
    agree(f(), expected)


def test_named_tuples() -> None:
    f = tf.function(lambda x: Pair(1, [x]), autograph=False)
    got = f(tf.constant(2.0))
    assert type(got) is Pair
    agree([got.a, got.b[0]], [1, 2.0])


def test_dicts_keep_their_order() -> None:
    f = tf.function(lambda x: {"z": x, "a": 1}, autograph=False)
    got = f(1.0)
    assert list(got) == ["z", "a"]
    agree(got, {"z": 1.0, "a": 1})
    ordered = tf.function(lambda: collections.OrderedDict([("b", 1), ("a", 2)]), autograph=False)()
    assert type(ordered) is collections.OrderedDict
    assert list(ordered) == ["b", "a"]


def test_ranges_and_shapes() -> None:
    agree(list(tf.function(lambda: range(3), autograph=False)()), [0, 1, 2])
    agree(tf.function(lambda: tf.TensorShape([1, 2]), autograph=False)(), [1, 2])


def test_the_same_tensor_twice() -> None:
    f = tf.function(lambda x: (x, x), autograph=False)
    agree(f(tf.constant(1.0)), (1.0, 1.0))


def test_indexed_slices() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return tf.IndexedSlices(x * 2.0, tf.constant([0]), tf.constant([3]))

    agree_slices(f(tf.constant([1.0])), [2.0], [0], [3])


def test_extension_types() -> None:
    class Weighted(tf.experimental.ExtensionType):  # type: ignore[misc]
        x: tf.Tensor
        n: int

    @tf.function
    def f(w: Any) -> Any:
        return Weighted(w.x * 2.0, w.n + 1), [w]

    got, (same,) = f(Weighted(tf.constant(1.0), 3))
    assert (type(got), got.n, same.n) == (Weighted, 4, 3)
    agree([got.x, same.x], [2.0, 1.0])


def test_results_are_lists_of_their_own() -> None:
    f = tf.function(lambda x: [x, x + 1], autograph=False)
    first = f(tf.constant(1))
    first.append("mine")
    agree(f(tf.constant(1)), [1, 2])


@pytest.mark.parametrize(
    "returned",
    [object(), {1, 2}, len, lambda: 1, pytest, 2**70],
    ids=["object", "set", "builtin", "lambda", "module", "too_big"],
)
def test_what_is_no_tensor(returned: Any) -> None:
    def f() -> Any:
        return returned

    function = tf.function(f, autograph=False)
    with refuses(
        TypeError,
        "To be compatible with tf.function, Python functions must return zero or more Tensors or "
        "ExtensionTypes or None values",
        f"in compilation of {f}, found return value of type {type(returned).__name__}",
    ):
        function()
    assert function.experimental_get_tracing_count() == 0


def test_classes_of_arguments() -> None:
    seen = []

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        seen.append((type(x).__name__, isinstance(x, tf.Tensor), tf.is_tensor(x)))
        return x

    for value in (1.0, tf.constant(1.0), np.ones(1), [1], "a", None):
        f(value)
    assert seen == [
        ("float", False, False),
        ("SymbolicTensor", True, True),
        ("SymbolicTensor", True, True),
        ("list", False, False),
        ("str", False, False),
        ("NoneType", False, False),
    ]


def test_structures_of_arguments() -> None:
    seen: list[Any] = []

    class Named(dict):  # type: ignore[type-arg]
        pass

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        seen.append(x)
        return tf.constant(0)

    module = tf.Module()
    module.items = [tf.constant(1.0), 2]
    f(Pair(1, tf.constant(2.0)))
    f(Named(a=1))
    f(module.items)
    f(collections.OrderedDict(b=1, a=2))
    f(collections.defaultdict(list, c=[1]))
    f((1, [2, {"k": np.zeros(2)}]))
    assert [type(x).__name__ for x in seen] == [
        "Pair", "Named", "list", "OrderedDict", "dict", "tuple"
    ]  # fmt: skip
    assert list(seen[3]) == ["b", "a"]
    assert str(seen[5][1][1]["k"]) == 'Tensor("x:0", shape=(2,), dtype=float64)'


def test_names_of_placeholders() -> None:
    seen = []

    @tf.function(autograph=False)
    def f(x: Any, *rest: Any, key: Any) -> Any:
        seen.extend([x[0].name, x[1].name, rest[0].name, key.name])
        return tf.constant(0)

    one = tf.constant(1.0)
    f([one, one], one, key=one)
    assert seen == ["x:0", "x_1:0", "rest_0:0", "key:0"]


def test_attrs_like_printing() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return str(x), repr(x)

    text, shown = f(tf.constant([1.0, 2.0]))
    agree(text, 'Tensor("x:0", shape=(2,), dtype=float32)')
    agree(shown, "<tf.Tensor 'x:0' shape=(2,) dtype=float32>")


@pytest.mark.parametrize("dtype", [np.int32, np.int64, np.uint8])
def test_constants_that_count(dtype: Any) -> None:
    """Of numbers that rise by one, and of others, a program makes or is given the same."""
    rising = np.arange(7, 207).astype(dtype)
    others = [rising, rising[::-1].copy(), rising * dtype(2), np.where(rising == 9, 8, rising)]

    @tf.function
    def added(x: Any) -> Any:
        return [x + tf.constant(numbers) for numbers in others]

    for value in (0, 3):
        for found, numbers in zip(added(tf.constant(value, dtype)), others, strict=True):
            assert found.dtype.as_numpy_dtype is dtype
            np.testing.assert_array_equal(found.numpy(), numbers + dtype(value))
