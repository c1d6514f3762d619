"""Gradients of loops by matrices that every round multiplies by: as the sums over rounds say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

ROUNDS, ROWS, SIZE, WIDTH = 6, 3, 4, 5
random = np.random.default_rng(7)
X = random.standard_normal((ROUNDS, ROWS, WIDTH))
K = random.standard_normal((WIDTH, SIZE)) / 3
W = random.standard_normal((SIZE, SIZE)) / 3
START = random.standard_normal((ROWS, SIZE))
UPSTREAM = random.standard_normal((ROWS, SIZE))


def _rows(form: str) -> Any:
    return X[::-1] if form == "turned" else X[:, :1] if form == "narrow" else X


def _states(w: Any, k: Any, form: str) -> list[Any]:
    found = [START]
    for x in _rows(form):
        found.append(found[-1] @ w + x @ k + (w * w).sum())
    return found


def _slopes(w: Any, k: Any, form: str) -> tuple[Any, Any]:
    """Of the sum of the last state times UPSTREAM, by w and by k."""
    states, g = _states(w, k, form), UPSTREAM
    by_w, by_k = np.zeros_like(w), np.zeros_like(k)
    for state, x in zip(states[-2::-1], _rows(form)[::-1], strict=True):
        by_w += state.T @ g + 2 * w * g.sum()
        by_k += np.broadcast_to(x, X[0].shape).T @ g
        g = g @ w.T
    return by_w, by_k


def _loop(w: Any, k: Any, form: str) -> Any:
    rows = tf.constant(X[:, :1] if form == "narrow" else X)

    def next_state(h: Any, x: Any) -> Any:
        if form == "transposed":
            product = tf.matmul(h, tf.transpose(w), transpose_b=True)
        else:
            product = h @ w
        return product + x @ k + tf.reduce_sum(w * w)

    if form == "turned":
        return tf.foldr(next_state, rows, tf.constant(START))
    if form == "fold":
        return tf.foldl(next_state, rows, tf.constant(START))
    return tf.while_loop(
        lambda i, h: i < ROUNDS, lambda i, h: (i + 1, next_state(h, rows[i])), (0, START)
    )[1]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("form", ["while", "fold", "turned", "narrow", "transposed"])
def test_first_and_second_order(form: str, compiled: bool) -> None:
    def slopes(w: Any, k: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(w)
            with tf.GradientTape() as tape:
                tape.watch([w, k])
                last = _loop(w, k, form)
                total = tf.reduce_sum(last * UPSTREAM)
            first = tape.gradient(total, [w, k])
            length = tf.reduce_sum(first[0] * first[0]) + tf.reduce_sum(first[1])
        return last, first[0], first[1], outer.gradient(length, w)

    call = tf.function(slopes) if compiled else slopes
    last, by_w, by_k, second = call(tf.constant(W), tf.constant(K))
    np.testing.assert_allclose(last, _states(W, K, form)[-1], 1e-12)
    wanted = _slopes(W, K, form)
    np.testing.assert_allclose(by_w, wanted[0], 1e-11)
    np.testing.assert_allclose(by_k, wanted[1], 1e-11)
    step = 1e-5
    for at in [(0, 0), (1, 3), (2, 2)]:
        lengths = []
        for sign in (1, -1):
            moved = W.copy()
            moved[at] += sign * step
            first = _slopes(moved, K, form)
            lengths.append((first[0] ** 2).sum() + first[1].sum())
        assert second.numpy()[at] == pytest.approx((lengths[0] - lengths[1]) / (2 * step), rel=1e-6)


def test_rows_of_gradients_and_tangents() -> None:
    @tf.function
    def both(w: Any, k: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(w)
            last = _loop(w, k, "while")
        rows = tape.jacobian(last, w)
        with tf.autodiff.ForwardAccumulator(w, tf.constant(K[:SIZE])) as moving:
            last = _loop(w, k, "while")
        return rows, moving.jvp(last)

    rows, moved = both(tf.constant(W), tf.constant(K))
    by_w = np.tensordot(UPSTREAM, rows.numpy(), 2)
    np.testing.assert_allclose(by_w, _slopes(W, K, "while")[0], 1e-11)
    np.testing.assert_allclose(moved, np.tensordot(rows.numpy(), K[:SIZE], 2), 1e-11)


def test_of_several_rows_at_once_and_by_rounds_without_gradient() -> None:
    @tf.function
    def per_row(starts: Any, w: Any) -> Any:
        def slope(start: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(w)
                last = tf.foldl(lambda h, x: tf.stop_gradient(h) @ w + x @ K, tf.constant(X), start)
            return tape.gradient(last, w)

        return tf.vectorized_map(slope, starts)

    found = per_row(tf.constant(np.stack([START, 2 * START])), tf.constant(W))
    for row, start in zip(found.numpy(), (START, 2 * START), strict=True):
        state = start
        for x in X[:-1]:
            state = state @ W + x @ K
        # Only the last round's product is seen: what it multiplies stands still.
        np.testing.assert_allclose(row, state.T @ np.ones((ROWS, SIZE)), 1e-11)
