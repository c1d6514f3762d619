"""tf.nn beside its tables: decoders' ties, seeds of pools, cells with something around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf


def pairs(decoded: Any) -> list[list[int]]:
    rows: list[list[int]] = [[] for _ in range(int(decoded.dense_shape[0]))]
    values = decoded.values.numpy().tolist()
    for (row, _), value in zip(decoded.indices.numpy().tolist(), values, strict=True):
        rows[row].append(value)
    return rows


def test_of_equal_paths_the_first_found_come_first() -> None:
    decoded, scores = tf.nn.ctc_beam_search_decoder(tf.zeros([2, 1, 3]), [2], 5, 5)
    assert [pairs(path) for path in decoded] == [[[0]], [[1]], [[]], [[0, 1]], [[1, 0]]]
    np.testing.assert_allclose(np.exp(scores.numpy()), [[3 / 9, 3 / 9, 1 / 9, 1 / 9, 1 / 9]], 1e-5)


def test_the_same_seed_gives_the_same_windows() -> None:
    image = tf.reshape(tf.range(600.0), [1, 20, 30, 1])
    tf.random.set_seed(3)
    one = tf.nn.fractional_max_pool(image, [1, 1.5, 1.44, 1], seed=7)
    agree(one.row_pooling_sequence, np.array([0, 2, 3, 4, 6, 7, 8, 10, 11, 12, 14, 16, 18, 20]))
    again = tf.nn.fractional_avg_pool(image, [1, 1.5, 1.44, 1], seed=7)
    agree(again.row_pooling_sequence, one.row_pooling_sequence.numpy())
    agree(again.col_pooling_sequence, one.col_pooling_sequence.numpy())
    assert one.output.shape == [1, 13, 20, 1]
    any_one = tf.nn.fractional_max_pool(image, 1.5)
    steps = np.diff(any_one.row_pooling_sequence.numpy())
    assert sorted(set(steps.tolist())) == [1, 2] and steps.sum() == 20


def test_the_largest_of_windows_in_many_images() -> None:
    # Enough for several threads.
    images = np.random.default_rng(0).random((70, 64, 60, 8)).astype(np.float32)
    found = tf.nn.fractional_max_pool(tf.constant(images), 1.5, seed=7)
    rows, columns = [found[i].numpy()[:-1] for i in (1, 2)]
    wanted = np.maximum.reduceat(np.maximum.reduceat(images, rows, 1), columns, 2)
    agree(found.output, wanted)


def test_windows_of_one_size_need_no_chance() -> None:
    image = tf.reshape(tf.range(16.0), [1, 4, 4, 1])
    found = tf.nn.fractional_max_pool(image, 2.0)
    agree(found.output, tf.nn.max_pool(image, 2, 2, "VALID").numpy())


class Cell:
    """Adds what it sees to its state."""

    state_size = 2
    output_size = 2

    def __call__(self, inputs: Any, state: Any) -> Any:
        return inputs + state, state * 2.0

    call = __call__

    def get_initial_state(
        self, inputs: Any = None, batch_size: Any = None, dtype: Any = None
    ) -> Any:
        return tf.zeros([batch_size, 2], dtype)


X, STATE = tf.constant([[1.0, 2.0]]), tf.constant([[0.5, 1.0]])


def test_a_residual_cell_adds_its_inputs() -> None:
    cell = tf.nn.RNNCellResidualWrapper(Cell())
    output, state = cell.call(X, STATE)
    agree(output, [[2.5, 5.0]])
    agree(state, [[1.0, 2.0]])
    assert cell.state_size == 2 and cell.output_size == 2
    agree(cell.get_initial_state(batch_size=3, dtype=tf.float32), np.zeros((3, 2), np.float32))
    other = tf.nn.RNNCellResidualWrapper(Cell(), residual_fn=lambda i, o: i - o)
    agree(other.call(X, STATE)[0], [[-0.5, -1.0]])


def test_a_cell_on_a_device_is_the_cell() -> None:
    output, _ = tf.nn.RNNCellDeviceWrapper(Cell(), "/cpu:0").call(X, STATE)
    agree(output, [[1.5, 3.0]])


def test_dropout_around_a_cell() -> None:
    plain, _ = tf.nn.RNNCellDropoutWrapper(Cell()).call(X, STATE)
    agree(plain, [[1.5, 3.0]])
    wide = tf.ones([1, 64])
    half = tf.nn.RNNCellDropoutWrapper(Cell(), input_keep_prob=0.5)
    output, _ = half.call(wide, tf.zeros([1, 64]))
    assert set(output.numpy().reshape(-1).tolist()) == {0.0, 2.0}
    half = tf.nn.RNNCellDropoutWrapper(Cell(), state_keep_prob=0.5)
    output, state = half.call(wide, wide)
    agree(output, np.full((1, 64), 2, np.float32))
    assert set(state.numpy().reshape(-1).tolist()) == {0.0, 4.0}
    with pytest.raises(ValueError):
        tf.nn.RNNCellDropoutWrapper(Cell(), input_keep_prob=1.5)


def test_keras_cells_are_wrapped_too() -> None:
    inside = tf.keras.layers.SimpleRNNCell(2)
    inside.build((None, 2))
    output, state = tf.nn.RNNCellResidualWrapper(inside).call(X, STATE)
    agree(output, (X + state[0] if isinstance(state, (list, tuple)) else X + state).numpy())


def test_the_clock() -> None:
    before, after = tf.timestamp(), tf.timestamp()
    assert before.dtype == tf.float64 and before.shape == []
    assert 1.6e9 < float(before) <= float(after)


def test_quantized_tensors_print_their_numbers() -> None:
    x = tf.constant([1, 2, 3], tf.qint8)
    assert repr(x) == "<tf.Tensor: shape=(3,), dtype=qint8, numpy=array([1, 2, 3], dtype=int8)>"
    assert str(x) == "tf.Tensor([1 2 3], shape=(3,), dtype=qint8)"
    assert x.numpy().dtype == np.int8 and int(x[1]) == 2 and len(x) == 3
    variable = tf.Variable(x)
    variable.assign(tf.constant([4, 5, 6], tf.qint8))
    agree(tf.cast(variable, tf.int32), [4, 5, 6])


def test_a_stitch_of_parts_is_the_whole() -> None:
    x = tf.random.normal([10, 3])
    where = tf.constant([2, 0, 1, 1, 0, 2, 2, 0, 1, 0])
    parts = tf.dynamic_partition(x, where, 3)
    places = tf.dynamic_partition(tf.range(10), where, 3)
    agree(tf.dynamic_stitch(places, parts), x.numpy())
