"""Ragged tensors against Python's own lists."""

from __future__ import annotations

from itertools import zip_longest
from typing import Any

import numpy as np
from hypothesis import given, settings, strategies as st

from ..subject import tf

ROW = st.lists(st.integers(-9, 9), max_size=4)
ROWS = st.lists(ROW, min_size=1, max_size=4)
NESTED = st.lists(ROWS | st.just([]), min_size=1, max_size=3)
BOUND = st.none() | st.integers(-5, 5)
STEP = st.none() | st.integers(-3, 3).filter(bool)
FEW = settings(max_examples=25, deadline=None)


def ragged(rows: Any, rank: int = 1) -> Any:
    return tf.ragged.constant(rows, tf.int32, ragged_rank=rank)


@FEW
@given(NESTED)
def test_lists_come_back(rows: Any) -> None:
    found = ragged(rows, 2)
    assert found.to_list() == rows
    assert found.row_lengths().numpy().tolist() == [len(r) for r in rows]
    assert found.values.to_list() == [row for r in rows for row in r]
    assert found.merge_dims(1, 2).to_list() == [[x for row in r for x in row] for r in rows]
    splits = found.nested_row_splits
    again = tf.RaggedTensor.from_nested_row_splits(found.flat_values, splits)
    assert again.to_list() == rows


@FEW
@given(ROWS, BOUND, BOUND, STEP)
def test_slices(rows: Any, start: Any, stop: Any, step: Any) -> None:
    key = slice(start, stop, step)
    x = ragged(rows)
    assert x[key].to_list() == rows[key]
    assert x[:, key].to_list() == [row[key] for row in rows]


@FEW
@given(ROWS, st.integers(-9, 9))
def test_dense_and_back(rows: Any, padding: int) -> None:
    x = ragged(rows)
    width = max(map(len, rows))
    dense = x.to_tensor(default_value=padding)
    assert dense.numpy().tolist() == [row + [padding] * (width - len(row)) for row in rows]
    lengths = [len(row) for row in rows]
    assert tf.RaggedTensor.from_tensor(dense, lengths=lengths).to_list() == rows
    assert tf.RaggedTensor.from_sparse(x.to_sparse()).to_list() == rows


@FEW
@given(ROWS)
def test_reductions(rows: Any) -> None:
    x = ragged(rows)
    assert tf.reduce_sum(x, 1).numpy().tolist() == [sum(row) for row in rows]
    columns = zip_longest(*rows, fillvalue=0)
    assert tf.reduce_sum(x, 0).numpy().tolist() == [sum(column) for column in columns]
    assert tf.reduce_prod(x, 1).numpy().tolist() == [int(np.prod(row)) for row in rows]
    low = -(2**31)
    assert tf.reduce_max(x, 1).numpy().tolist() == [max(row, default=low) for row in rows]
    assert tf.cumsum(x, 1).to_list() == [np.cumsum(row, dtype=int).tolist() for row in rows]


@FEW
@given(ROWS, st.data())
def test_joins_and_choices(rows: Any, data: Any) -> None:
    others = [data.draw(ROW) for _ in rows]
    x, y = ragged(rows), ragged(others)
    assert tf.concat([x, y], 0).to_list() == rows + others
    assert tf.concat([x, y], 1).to_list() == [a + b for a, b in zip(rows, others, strict=True)]
    stacked = [[a, b] for a, b in zip(rows, others, strict=True)]
    assert tf.stack([x, y], 1).to_list() == stacked
    at = data.draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=4))
    assert tf.gather(x, at).to_list() == [rows[i] for i in at]
    kept = [[v for v in row if v > 0] for row in rows]
    assert tf.ragged.boolean_mask(x, x > 0).to_list() == kept


@FEW
@given(ROWS, st.data())
def test_broadcasting(rows: Any, data: Any) -> None:
    column = [[data.draw(st.integers(-9, 9))] for _ in rows]
    x = ragged(rows)
    expected = [[v * c[0] for v in row] for row, c in zip(rows, column, strict=True)]
    assert (x * column).to_list() == expected
    assert (x + x).to_list() == [[2 * v for v in row] for row in rows]
    assert (1 - x).to_list() == [[1 - v for v in row] for row in rows]


def test_inner_shape_of_a_tensor() -> None:
    rows = [np.ones((2, 4, 3), np.float32), np.ones((1, 2, 3), np.float32)]
    found = tf.ragged.constant(rows, inner_shape=tf.ones([3]).shape)
    assert found.shape.as_list() == [2, None, None, 3]
