"""What functions of tf.data may return, capture and do."""

from __future__ import annotations

import functools
import importlib
from collections import namedtuple
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset
Pair = namedtuple("Pair", ["a", "b"])
INT = tf.TensorSpec([], tf.int64)


def values(dataset: Any) -> list[Any]:
    return [np.asarray(x).tolist() for x in dataset.as_numpy_iterator()]


SPECS = {
    "list": (lambda x: [x, x + 1], (INT, INT)),
    "mixed list": (lambda x: [x, 1.0], (INT, tf.TensorSpec([], tf.float32))),
    "list in a tuple": (lambda x: (x, [x, x + 1]), (INT, tf.TensorSpec([2], tf.int64))),
    "tuple of one": (lambda x: (x,), (INT,)),
    "named tuple": (lambda x: Pair(x, x), Pair(INT, INT)),
    "dict": (lambda x: {"b": x, "a": "text"}, {"a": tf.TensorSpec([], tf.string), "b": INT}),
    "numpy": (lambda x: (x, np.ones(2)), (INT, tf.TensorSpec([2], tf.float64))),
    "range": (lambda x: tf.range(x), tf.TensorSpec([None], tf.int64)),
    "python": (lambda x: (1, 2.0, True), tuple(tf.TensorSpec([], t) for t in
               (tf.int32, tf.float32, tf.bool))),
    "py_function": (
        lambda x: tf.py_function(lambda y: y, [x], tf.int64), tf.TensorSpec(None, tf.int64)
    ),
    "ensured": (
        lambda x: tf.ensure_shape(tf.py_function(lambda y: y, [x], tf.int64), []), INT
    ),
    "unknown reshaped": (
        lambda x: tf.reshape(tf.range(x), [1, -1]), tf.TensorSpec([1, None], tf.int64)
    ),
    "decoded": (
        lambda x: tf.reshape(tf.io.decode_raw(tf.strings.as_string(x), tf.uint8), [1, 1]),
        tf.TensorSpec([1, 1], tf.uint8),
    ),
    "ragged": (
        lambda x: tf.ragged.constant([[1], [2, 3]]), tf.RaggedTensorSpec([2, None], tf.int32)
    ),
    "sparse": (
        lambda x: tf.sparse.from_dense([[1, 0]]), tf.SparseTensorSpec([1, 2], tf.int32)
    ),
    "dataset": (lambda x: Dataset.range(x), tf.data.DatasetSpec(INT)),
}  # fmt: skip


@pytest.mark.parametrize("case", SPECS)
def test_element_spec(case: str) -> None:
    function, spec = SPECS[case]
    assert Dataset.range(3).map(function).element_spec == spec


def test_none_stays_none() -> None:
    dataset = Dataset.range(2).map(lambda x: (x, None))
    assert [(int(x), nothing) for x, nothing in dataset] == [(0, None), (1, None)]
    with pytest.raises(tf.errors.InvalidArgumentError):
        Dataset.range(2).map(lambda x: None)


@pytest.mark.parametrize("wrong", [object(), {1, 2}, lambda: 1], ids=["object", "set", "function"])
def test_what_cannot_be_returned(wrong: Any) -> None:
    with pytest.raises(TypeError, match="Unsupported return value"):
        Dataset.range(2).map(lambda x: wrong)


def test_tuples_are_spread_and_nothing_else_is() -> None:
    pairs = Dataset.zip((Dataset.range(3), Dataset.range(3)))
    assert values(pairs.map(lambda x, y: x + y)) == [0, 2, 4]
    assert values(pairs.map(lambda *both: both[0] * both[1])) == [0, 1, 4]
    assert values(pairs.map(Pair).map(lambda pair: pair.a - pair.b)) == [0, 0, 0]
    assert values(Dataset.range(2).map(lambda x: {"k": x}).map(lambda d: d["k"] + 1)) == [1, 2]
    nested = pairs.map(lambda x, y: ((x, y), x)).map(lambda both, x: both[0] + both[1] + x)
    assert values(nested) == [0, 3, 6]
    with pytest.raises(TypeError):
        pairs.map(lambda x: x)
    with pytest.raises(TypeError):
        Dataset.range(2).map(lambda x, y: x)


class Scaled:
    def __init__(self, by: int) -> None:
        self.by = by

    def __call__(self, x: Any) -> Any:
        return x * self.by

    def method(self, x: Any) -> Any:
        return x + self.by


def test_all_that_can_be_called() -> None:
    one = tf.constant(1, tf.int64)
    numbers = Dataset.range(3)
    assert values(numbers.map(Scaled(3))) == [0, 3, 6]
    assert values(numbers.map(Scaled(3).method)) == [3, 4, 5]
    assert values(numbers.map(functools.partial(tf.add, one))) == [1, 2, 3]
    assert values(numbers.map(tf.function(lambda x: x + 1))) == [1, 2, 3]
    assert values(numbers.map(tf.square)) == [0, 1, 4]


def test_traced_once_with_autograph(capfd: pytest.CaptureFixture[str]) -> None:
    def function(x: Any) -> Any:
        print("traced")
        tf.print("run", x)
        total = x
        for i in tf.range(x):
            if i % 2 == 0:
                total += 10
        while total > 15:
            total -= 1
        return total

    dataset = Dataset.range(4).map(function)
    assert values(dataset) == [0, 11, 12, 15]
    assert values(dataset.batch(3)) == [[0, 11, 12], [15]]
    out, err = capfd.readouterr()
    assert out.count("traced") == 1
    assert (out + err).count("run") == 8


def test_variables_are_read_and_assigned_at_each_element() -> None:
    factor, count = tf.Variable(5.0), tf.Variable(0)

    def function(x: Any) -> Any:
        count.assign_add(1)
        return tf.cast(x, tf.float32) * factor

    dataset = Dataset.range(3).map(function)
    assert values(dataset) == [0.0, 5.0, 10.0]
    factor.assign(2.0)
    assert values(dataset.batch(2)) == [[0.0, 2.0], [4.0]]
    assert int(count) == 6


def test_python_runs_at_each_element() -> None:
    seen: list[int] = []

    def note(x: Any) -> Any:
        seen.append(int(x))
        return x

    dataset = Dataset.range(3).map(lambda x: tf.py_function(note, [x], tf.int64))
    assert values(dataset) == [0, 1, 2]
    assert values(dataset.batch(2)) == [[0, 1], [2]]
    assert values(Dataset.range(2).map(lambda x: tf.numpy_function(note, [x], tf.int64))) == [0, 1]
    assert seen == [0, 1, 2, 0, 1, 2, 0, 1]


@pytest.mark.parametrize(
    ("value", "kind"),
    [(b"a", bytes), (1.5, np.float32), (True, np.bool_), ([1], np.ndarray), ([b"a"], np.ndarray)],
)
def test_scalars_of_numpy_functions(value: Any, kind: type) -> None:
    seen = []

    def note(x: Any) -> Any:
        seen.append(type(x))
        return np.int32(1)

    def call(x: Any) -> Any:
        return tf.numpy_function(note, [x], tf.int32)

    assert values(Dataset.from_tensors(value).map(call)) == [1]
    assert int(tf.function(call)(tf.constant(value))) == 1
    assert seen == [kind, kind]


def test_tables() -> None:
    keys, numbers = tf.constant(["a", "b"]), tf.constant([1, 2])
    table = tf.lookup.StaticHashTable(tf.lookup.KeyValueTensorInitializer(keys, numbers), -1)
    dataset = Dataset.from_tensor_slices(["b", "c", "a"]).map(table.lookup)
    assert values(dataset) == [2, -1, 1]
    assert values(dataset.batch(2)) == [[2, -1], [1]]


def test_composite_elements() -> None:
    rows = Dataset.from_tensor_slices(tf.ragged.constant([[1], [2, 3], []]))
    assert values(rows.map(tf.reduce_sum)) == [1, 5, 0]
    made = Dataset.range(1, 3).map(
        lambda x: tf.RaggedTensor.from_row_lengths(tf.range(x + 1), [1, x])
    )
    assert [x.to_list() for x in made] == [[[0], [1]], [[0], [1, 2]]]
    assert [x.to_list() for x in made.map(lambda x: x * 2)] == [[[0], [2]], [[0], [2, 4]]]
    sparse = Dataset.range(2).map(lambda x: tf.SparseTensor([[1]], [x], [2]))
    assert values(sparse.map(tf.sparse.to_dense)) == [[0, 0], [0, 1]]
    arrays = Dataset.range(2).map(lambda x: tf.TensorArray(tf.int64, 2).write(0, x).write(1, x + 1))
    assert [x.stack().numpy().tolist() for x in arrays] == [[0, 1], [1, 2]]
    assert [x.numpy().tolist() for x in Dataset.from_tensors("a b").map(tf.strings.split)] == [
        [b"a", b"b"]
    ]


def test_functions_of_windows_and_for_datasets() -> None:
    numbers = Dataset.range(5)
    windows = numbers.window(3, shift=1, drop_remainder=True)
    assert values(windows.flat_map(lambda w: w.batch(3))) == [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
    sums = numbers.window(2).map(lambda w: w.reduce(np.int64(0), lambda a, b: a + b))
    assert values(sums) == [1, 5, 4]
    both = Dataset.zip((numbers, numbers)).window(3)
    joined = both.flat_map(
        lambda a, b: Dataset.zip((a.batch(3), b.batch(3))).map(lambda x, y: x + y)
    )
    assert values(joined) == [[0, 2, 4], [6, 8]]
    inner = Dataset.range(2).flat_map(lambda x: Dataset.range(2).map(lambda y: x * 10 + y))
    assert values(inner) == [0, 1, 10, 11]
    assert values(Dataset.from_tensor_slices([[1, 2], [3, 4]]).flat_map(
        Dataset.from_tensor_slices)) == [1, 2, 3, 4]  # fmt: skip


def test_in_a_function() -> None:
    @tf.function
    def total(factor: Any) -> Any:
        dataset = Dataset.range(4).map(lambda x: x * factor)
        found = tf.constant(0, tf.int64)
        for x in dataset:
            found += x
        return found

    assert int(total(tf.constant(3, tf.int64))) == 18
    assert int(total(tf.constant(2, tf.int64))) == 12


def test_tapes_around_do_not_follow_pipelines() -> None:
    w = tf.constant(2.0)
    scaled = Dataset.range(1, 3).map(lambda x: tf.cast(x, tf.float32) * w)
    with tf.GradientTape() as tape:
        tape.watch(w)
        y = w * w
        for x in scaled:
            y += x * w
    assert float(tape.gradient(y, w)) == 4.0 + 2.0 + 4.0


def asserted(x: Any) -> Any:
    tf.debugging.assert_none_equal(x, tf.constant(2, tf.int64))
    return x


ERRORS: dict[str, tuple[Any, ...]] = {
    "check": (lambda x: tf.debugging.check_numerics(1.0 / tf.cast(x - 2, tf.float32), "bad"),
              "InvalidArgumentError"),
    "index": (lambda x: tf.constant([1, 2, 3, 4])[2 * x], "InvalidArgumentError"),
    "reshape": (lambda x: tf.reshape(tf.range(5 - tf.cast(x == 2, tf.int64)), [5]),
                "InvalidArgumentError"),
    "gather": (lambda x: tf.gather([1, 2, 3, 4], 2 * x), "InvalidArgumentError"),
    "assert": (lambda x: asserted(x), "InvalidArgumentError"),
    "TypeError": ("py", TypeError, "InvalidArgumentError"),
    "ValueError": ("py", ValueError, "InvalidArgumentError"),
    "KeyError": ("py", KeyError, "UnknownError"),
    "StopIteration": ("py", StopIteration, "InvalidArgumentError"),
    "MemoryError": ("py", MemoryError, "ResourceExhaustedError"),
    "NotImplementedError": ("py", NotImplementedError, "UnimplementedError"),
}  # fmt: skip


def failing(kind: type[Exception]) -> Any:
    def python(x: Any) -> Any:
        if int(x) == 2:
            raise kind("two")
        return x

    return lambda x: tf.py_function(python, [x], tf.int64)


@pytest.mark.parametrize("form", ["plain", "parallel", "prefetched"])
@pytest.mark.parametrize("case", ERRORS)
def test_errors_come_at_their_element_and_end_nothing(case: str, form: str) -> None:
    if case in ("index", "gather") and tf.constant(0).device.endswith("GPU:0"):
        pytest.skip("index checks are not made on a GPU")
    function, *rest = ERRORS[case]
    if function == "py":
        function = failing(rest[0])
    calls = 2 if form == "parallel" else None
    dataset = Dataset.range(4).map(function, num_parallel_calls=calls)
    iterator = iter(dataset.prefetch(2) if form == "prefetched" else dataset)
    found = []
    for _ in range(5):
        try:
            next(iterator)
            found.append("element")
        except StopIteration:
            found.append("end")
        except tf.errors.OpError as error:
            found.append(type(error).__name__)
    after = "element" if case not in ("index", "gather") else rest[-1]
    assert found == ["element", "element", rest[-1], after, "end"]


def test_a_batch_with_an_error() -> None:
    dataset = Dataset.range(9).map(
        lambda x: tf.debugging.check_numerics(1.0 / tf.cast(x - 4, tf.float32), "bad")
    )
    iterator = iter(dataset.batch(3))
    assert next(iterator).shape == (3,)
    with pytest.raises(tf.errors.InvalidArgumentError, match="bad"):
        next(iterator)
    # The rest of the batch is lost.
    assert next(iterator).numpy().tolist() == [0.5, np.float32(1 / 3), 0.25]


def test_errors_of_tracing() -> None:
    with pytest.raises(AttributeError):
        Dataset.range(2).map(lambda x: x.numpy())

    def wrong(x: Any) -> Any:
        raise KeyError("traced")

    with pytest.raises(KeyError):
        Dataset.range(2).map(wrong)
    for calls in (0, -2):
        with pytest.raises(tf.errors.InvalidArgumentError):
            Dataset.range(2).map(lambda x: x, num_parallel_calls=calls)
    with pytest.warns(UserWarning):
        Dataset.range(2).map(lambda x: x, deterministic=True)


def test_functions_eagerly_leaves_pipelines_alone() -> None:
    tf.config.run_functions_eagerly(True)
    try:
        with pytest.warns(UserWarning):
            dataset = Dataset.range(2).map(lambda x: x + 1)
        assert values(dataset) == [1, 2]
    finally:
        tf.config.run_functions_eagerly(False)


@pytest.mark.tfcompat_only
def test_rules_are_of_functions_that_exist() -> None:
    """A public function that moved to another module would be called element by element."""
    rules = importlib.import_module("tfcompat._src.data.numpy_rules")
    for name in ("numpy_array_rules", "image_rules", "tensor_rules"):
        importlib.import_module(f"tfcompat._src.data.{name}")
    for module, name in rules._RULES:
        function = getattr(importlib.import_module(module), name)
        assert function.__globals__["__name__"] == module, (module, name)


def test_generator_of_foreign_arrays() -> None:
    class Foreign:
        def __array__(self, dtype: Any = None, copy: Any = None) -> Any:
            return np.arange(4, dtype=dtype or np.float32).reshape(2, 2)

    spec = tf.TensorSpec([None, 2], tf.float32)
    dataset = Dataset.from_generator(lambda: iter([Foreign()]), output_signature=spec)
    assert values(dataset) == [[[0.0, 1.0], [2.0, 3.0]]]
