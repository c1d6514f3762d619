"""Datasets and iterators in, into and out of tf.functions."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset
INT = tf.TensorSpec([], tf.int64)


def values(dataset: Any) -> list[Any]:
    return [np.asarray(x).tolist() for x in dataset.as_numpy_iterator()]


# ------------------------------------------------------------------------------------ iterators
def test_an_iterator_as_argument() -> None:
    traces = []

    @tf.function
    def step(iterator: Any) -> Any:
        traces.append(1)
        return next(iterator) + 10

    iterator = iter(Dataset.range(3))
    assert [int(step(iterator)), int(next(iterator)), int(step(iterator))] == [10, 1, 12]
    with pytest.raises(tf.errors.OutOfRangeError):
        step(iterator)
    step(iter(Dataset.range(7)))
    assert len(traces) == 1


def test_an_iterator_from_outside() -> None:
    iterator = iter(Dataset.from_tensor_slices(([1.0, 2.0], ["a", "b"])))

    @tf.function
    def step() -> Any:
        number, text = iterator.get_next()
        return number * 2, tf.strings.join([text, "!"])

    assert [x.numpy() for x in step()] == [2.0, b"a!"]
    assert [x.numpy() for x in step()] == [4.0, b"b!"]


def test_two_elements_in_order() -> None:
    @tf.function
    def step(iterator: Any) -> Any:
        first = next(iterator)
        return first, next(iterator)

    iterator = iter(Dataset.range(4))
    assert [int(x) for x in step(iterator)] == [0, 1]
    assert [int(x) for x in step(iterator)] == [2, 3]


def test_optional_in_a_function() -> None:
    @tf.function
    def step(iterator: Any) -> Any:
        found = iterator.get_next_as_optional()
        other = tf.constant(-1, tf.int64)
        return tf.cond(found.has_value(), lambda: found.get_value(), lambda: other)

    iterator = iter(Dataset.range(1))
    assert [int(step(iterator)), int(step(iterator))] == [0, -1]

    @tf.function
    def made(x: Any) -> Any:
        return tf.experimental.Optional.from_value(x * 2)

    assert int(made(tf.constant(3)).get_value()) == 6


def test_steps_until_the_end() -> None:
    @tf.function
    def total(iterator: Any) -> Any:
        found = iterator.get_next_as_optional()
        total = tf.constant(0, tf.int64)
        while found.has_value():
            total += found.get_value()
            found = iterator.get_next_as_optional()
        return total

    assert int(total(iter(Dataset.range(5)))) == 10


def test_training_steps() -> None:
    weight = tf.Variable(1.0)

    @tf.function
    def step(iterator: Any) -> Any:
        x = next(iterator)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(weight * weight * x)
        weight.assign_sub(0.1 * tape.gradient(loss, weight))
        return loss

    iterator = iter(Dataset.from_tensor_slices([[1.0, 1.0], [0.5, 0.5]]))
    losses = [float(step(iterator)), float(step(iterator))]
    np.testing.assert_allclose(losses, [2.0, 0.36], rtol=1e-6)
    np.testing.assert_allclose(float(weight), 0.6 - 0.1 * 2 * 0.6, rtol=1e-6)


# ------------------------------------------------------------------------------------- datasets
def test_datasets_in_and_out() -> None:
    @tf.function
    def scaled(dataset: Any, factor: Any) -> Any:
        return dataset.map(lambda x: x * factor).batch(2)

    found = scaled(Dataset.range(3), tf.constant(5, tf.int64))
    assert found.element_spec == tf.TensorSpec([None], tf.int64)
    assert values(found) == [[0, 5], [10]]
    assert values(found) == [[0, 5], [10]]
    assert values(scaled(Dataset.range(2), tf.constant(7, tf.int64))) == [[0, 7]]
    assert scaled.experimental_get_tracing_count() == 1


def test_datasets_of_tensors_of_the_function() -> None:
    @tf.function
    def first(x: Any, n: Any) -> Any:
        slices = Dataset.from_tensor_slices(x + 1).skip(n)
        return (
            next(iter(slices)),
            Dataset.from_tensors(x).get_single_element(),
            slices.cardinality(),
        )

    one, whole, count = first(tf.constant([1, 2, 3]), tf.constant(1, tf.int64))
    assert [int(one), whole.numpy().tolist(), int(count)] == [3, [1, 2, 3], 2]


def test_signatures() -> None:
    @tf.function(input_signature=[tf.data.DatasetSpec(INT)])
    def total(dataset: Any) -> Any:
        return dataset.reduce(np.int64(0), lambda a, b: a + b)

    assert int(total(Dataset.range(4))) == 6
    with pytest.raises((TypeError, ValueError, tf.errors.InvalidArgumentError)):
        total(Dataset.from_tensors("text"))


# ---------------------------------------------------------------------------------------- loops
def test_for_over_an_argument() -> None:
    @tf.function
    def total(dataset: Any, weight: Any) -> Any:
        found = tf.constant(0.0)
        for x, y in dataset:
            if y == 2:
                continue
            found += x * weight
            if y > 3:
                break
        return found

    pairs = Dataset.from_tensor_slices(([1.0, 2.0, 3.0, 4.0, 5.0], [1, 2, 3, 4, 5]))
    assert float(total(pairs, tf.constant(2.0))) == 16.0
    assert float(total(pairs.take(0), tf.constant(2.0))) == 0.0


def test_for_over_an_iterator_stops_in_the_middle() -> None:
    @tf.function
    def until(iterator: Any, last: Any) -> Any:
        found = tf.constant(0, tf.int64)
        for x in iterator:
            found += x
            if x == last:
                break
        return found

    iterator = iter(Dataset.range(6))
    assert int(until(iterator, tf.constant(2, tf.int64))) == 3
    assert int(next(iterator)) == 3
    assert int(until(iterator, tf.constant(9, tf.int64))) == 9


def test_variables_of_the_loop() -> None:
    @tf.function
    def last(dataset: Any) -> Any:
        doubled = tf.constant(-1, tf.int64)
        for x in dataset:
            doubled = x * 2
        return doubled

    assert int(last(Dataset.range(4))) == 6
    assert int(last(Dataset.range(0))) == -1


def test_training_loop() -> None:
    weight = tf.Variable(0.0)

    @tf.function
    def train(dataset: Any) -> None:
        for batch in dataset.batch(2):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(batch * weight * weight + weight)
            weight.assign_sub(0.1 * tape.gradient(loss, weight))

    train(Dataset.range(5).map(lambda x: tf.cast(x, tf.float32)))
    np.testing.assert_allclose(float(weight), -0.14, rtol=1e-5)


def test_array_beside_a_count_in_a_loop() -> None:
    numbers = tf.data.Dataset.range(3).map(lambda x: x + 5)

    @tf.function
    def collect():
        found = tf.TensorArray(tf.int64, 3)
        place = 0
        for number in numbers:
            found = found.write(place, number)
            place += 1
        return found.stack()

    assert collect().numpy().tolist() == [5, 6, 7]


def test_arrays_written_in_the_loop() -> None:
    @tf.function
    def squares(dataset: Any) -> Any:
        found = tf.TensorArray(tf.int64, 0, dynamic_size=True)
        place = 0
        for x in dataset:
            found = found.write(place, x * x)
            place += 1
        return found.stack()

    assert squares(Dataset.range(4)).numpy().tolist() == [0, 1, 4, 9]


def test_arrays_that_grow_know_their_size_in_each_round() -> None:
    @tf.function
    def behind(dataset: Any) -> Any:
        found = tf.TensorArray(tf.int64, 0, dynamic_size=True)
        for x in dataset:
            found = found.write(found.size(), x)
        return found.stack()

    @tf.function
    def reduced(dataset: Any) -> Any:
        start = tf.TensorArray(tf.int64, 0, dynamic_size=True)
        return dataset.reduce(start, lambda found, x: found.write(found.size(), x)).stack()

    for count in (3, 5, 8):
        assert behind(Dataset.range(count)).numpy().tolist() == list(range(count))
        assert reduced(Dataset.range(count)).numpy().tolist() == list(range(count))


def test_shapes_that_a_loop_changes_are_unknown_in_it() -> None:
    seen = []

    @tf.function
    def grow(dataset: Any) -> Any:
        rows, columns, deep = tf.zeros([2]), tf.zeros([2, 1]), tf.zeros([1])
        for x in dataset:
            seen.append((rows.shape, columns.shape, deep.shape))
            rows = tf.concat([rows, [tf.cast(x, tf.float32)]], 0)
            columns = tf.concat([columns, columns], 1)
            deep = deep[tf.newaxis]
        return rows, columns, deep

    rows, columns, deep = grow(Dataset.range(3))
    assert rows.numpy().tolist() == [0, 0, 0, 1, 2]
    assert columns.shape == [2, 8]
    assert deep.shape == [1, 1, 1, 1]
    texts = [tuple(map(str, shapes)) for shapes in seen]
    assert texts == [("(2,)", "(2, 1)", "(1,)"), ("(None,)", "(2, None)", "<unknown>")]


def test_shapes_in_a_loop_over_an_iterator_stay() -> None:
    @tf.function
    def grow(iterator: Any) -> Any:
        rows = tf.zeros([2])
        for _ in iterator:
            rows = tf.concat([rows, rows], 0)
        return rows

    with pytest.raises(ValueError, match=r"'rows' has shape .* before the loop"):
        grow(iter(Dataset.range(3)))


def test_loop_in_a_loop() -> None:
    @tf.function
    def total(dataset: Any) -> Any:
        found = tf.constant(0, tf.int64)
        for x in dataset:
            for y in dataset.take(x):
                found += y
        return found

    assert int(total(Dataset.range(4))) == 4


def test_built_in_functions() -> None:
    @tf.function
    def called(a: Any, b: Any) -> Any:
        found = tf.constant(0, tf.int64)
        for place, x in enumerate(a):
            found += tf.cast(place, tf.int64) * x
        for x, y in zip(a, b):  # noqa: B905  AutoGraph's has no strict
            found += x * y
        for x in map(lambda x: x + 1, a):
            found += x
        return found, len(a)

    total, count = called(Dataset.range(3), Dataset.range(3))
    assert int(total) == 5 + 5 + 6
    assert int(count) == 3


def test_reduce_with_structures() -> None:
    @tf.function
    def mean(dataset: Any) -> Any:
        start = (tf.constant(0, tf.int64), 0)
        total, count = dataset.reduce(start, lambda s, x: (s[0] + x, s[1] + 1))
        return total / tf.cast(count, tf.int64)

    assert float(mean(Dataset.range(5))) == 2.0


def test_random_maps_draw_anew() -> None:
    def draw(x: Any) -> Any:
        return tf.random.uniform([])

    @tf.function
    def drawn() -> Any:
        return Dataset.range(3).map(draw).batch(3).get_single_element()

    assert len(set(drawn().numpy().tolist())) == 3


def rows(dataset: Any) -> list[Any]:
    return [x.numpy().tolist() for x in dataset]


@pytest.mark.parametrize("how", ["flat_map", "interleave"])
def test_rows_of_ragged_and_sparse_elements(how: str) -> None:
    """What a run of the function alone knows is taken apart there."""
    ragged = getattr(Dataset.from_tensors(tf.ragged.constant([[1, 2], [], [3]])), how)(
        lambda x: Dataset.from_tensor_slices((x, x + 1, [10, 20, 30]))
    )
    assert ragged.element_spec[2] == tf.TensorSpec([], tf.int32)
    found = [[part.numpy().tolist() for part in row] for row in ragged]
    assert found == [[[1, 2], [2, 3], 10], [[], [], 20], [[3], [4], 30]]

    sparse = tf.SparseTensor([[0, 0, 1], [1, 1, 0]], [1.5, 2.5], [2, 2, 3])
    matrices = getattr(Dataset.from_tensor_slices(sparse), how)(Dataset.from_tensor_slices)
    assert rows(matrices.map(tf.sparse.to_dense)) == [
        [0, 1.5, 0],
        [0, 0, 0],
        [0, 0, 0],
        [2.5, 0, 0],
    ]


def test_rows_of_a_ragged_argument() -> None:
    @tf.function
    def summed(x: Any) -> Any:
        total = tf.constant(0)
        for row in Dataset.from_tensor_slices(x):
            total += tf.reduce_sum(row) * tf.size(row)
        return total, Dataset.from_tensor_slices(x).cardinality()

    for values, total in (([[1, 2], [], [3], [4, 5, 6]], 54), ([[7]], 7)):
        found, count = summed(tf.ragged.constant(values))
        assert (int(found), int(count)) == (total, len(values))
