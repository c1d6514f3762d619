"""Products of large arrays, and their gradients."""

from __future__ import annotations

import numpy as np
import pytest

from ..subject import tf
from .large_arrays import SIDE, X, exact_product, normal


@pytest.mark.parametrize("turned", ["", "a", "b", "ab"])
def test_products(turned: str) -> None:
    a, b = normal(SIDE, 400), normal(400, 420)
    flags = {"transpose_a": "a" in turned, "transpose_b": "b" in turned}
    found = tf.matmul(a.T if "a" in turned else a, b.T if "b" in turned else b, **flags)
    np.testing.assert_allclose(found.numpy(), exact_product(a, b), 1e-4, 1e-4)


def test_other_products() -> None:
    stack, b = normal(6, 150, 140), normal(6, 140, 130)
    np.testing.assert_allclose(tf.matmul(stack, b).numpy(), exact_product(stack, b), 1e-4, 1e-4)
    np.testing.assert_allclose(
        tf.matmul(stack[0], b[0]).numpy(), exact_product(stack[0], b[0]), 1e-4, 1e-4
    )
    wanted = exact_product(stack, b[0])
    for found in (
        tf.tensordot(stack, b[0], 1),
        tf.einsum("ijk,kl->ijl", stack, b[0]),
        tf.einsum("aij,jk->aik", stack, b[0]),
    ):
        np.testing.assert_allclose(found.numpy(), wanted, 1e-4, 1e-4)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.matmul(stack[0], b[0][1:])


def test_gradients_of_a_product() -> None:
    a, b = tf.constant(normal(450, 400)), tf.constant(normal(400, 420))
    with tf.GradientTape() as outer:
        outer.watch([a, b])
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            y = tf.reduce_sum(tf.square(a @ b)) / 2
        by_a, by_b = tape.gradient(y, [a, b])
        total = tf.reduce_sum(by_a)
    product = exact_product(a.numpy(), b.numpy())
    np.testing.assert_allclose(by_a.numpy(), exact_product(product, b.numpy().T), 1e-3, 2e-2)
    np.testing.assert_allclose(by_b.numpy(), exact_product(a.numpy().T, product), 1e-3, 2e-2)
    sums = b.numpy().astype(np.float64).sum(0)
    wanted = np.tile(exact_product(b.numpy(), sums), (450, 1))
    np.testing.assert_allclose(outer.gradient(total, a).numpy(), wanted, 1e-3, 2e-2)


def test_rows_of_a_jacobian() -> None:
    x, w = tf.constant(normal(130, 150)), tf.constant(normal(150, 140))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.where(X[:130, :140] > 0, x @ w, 0.0), 0)[:3]
    rows = tape.jacobian(y, x).numpy()
    chosen = (X[:130, :140] > 0)[:, :3]
    wanted = np.einsum("nc,kc->cnk", chosen.astype(np.float64), w.numpy()[:, :3])
    np.testing.assert_allclose(rows, wanted, 1e-5, 1e-5)


@pytest.mark.parametrize("turned", ["", "a", "b", "ab"])
@pytest.mark.parametrize("stacked", ["", "a", "ab"])
def test_gradients_of_products_of_wide_rows(stacked: str, turned: str) -> None:
    a, b = normal(96, 512), normal(512, 20)
    a = np.stack([a, a + 1]) if "a" in stacked else a
    b = np.stack([b, b - 1]) if "b" in stacked else b
    slope = normal(*a.shape[:-1], 20)
    if "a" in turned and stacked == "a":
        b = np.stack([b, b])
    given = [
        tf.constant(x.swapaxes(-1, -2) if name in turned else x)
        for name, x in zip("ab", (a, b), strict=True)
    ]
    flags = {"transpose_a": "a" in turned, "transpose_b": "b" in turned}
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = tf.reduce_sum(tf.matmul(*given, **flags) * slope)
    found = [
        x.numpy().swapaxes(-1, -2) if name in turned else x.numpy()
        for name, x in zip("ab", tape.gradient(y, given), strict=True)
    ]
    wanted = exact_product(a.swapaxes(-1, -2), slope)
    if b.ndim < a.ndim:
        wanted = wanted.sum(0)
    np.testing.assert_allclose(found[0], exact_product(slope, b.swapaxes(-1, -2)), 1e-3, 1e-3)
    np.testing.assert_allclose(found[1], wanted, 1e-3, 1e-3)


def test_gradients_of_tensordot() -> None:
    a, b, slope = normal(2, 70, 512), normal(512, 5), normal(2, 70, 5)
    given = [tf.constant(a), tf.constant(b)]
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = tf.reduce_sum(tf.tensordot(*given, 1) * slope)
    by_a, by_b = tape.gradient(y, given)
    np.testing.assert_allclose(by_a.numpy(), exact_product(slope, b.T), 1e-3, 1e-3)
    np.testing.assert_allclose(
        by_b.numpy(), exact_product(a.swapaxes(1, 2), slope).sum(0), 1e-3, 1e-3
    )


def test_gradients_of_einsum() -> None:
    x, w = normal(3, 40, 8), normal(8, 4, 6)
    heads, keys = normal(3, 40, 4, 6), normal(3, 30, 4, 6)
    for equation, a, b in (
        ("abc,cde->abde", x, w),
        ("abcd,efg->abg", heads, w),
        ("abde,cde->abc", heads, w),
        ("btnh,bfnh->bnft", keys, heads),
        ("bnft,btnh->bfnh", normal(3, 4, 40, 30), keys),
        ("aab,bc->ac", normal(5, 5, 6), normal(6, 4)),
        ("...b,bc->...c", x, normal(8, 5)),
    ):
        if equation == "abcd,efg->abg":
            a, b = a[:1, :2], b[:2, :2]
        slope = normal(*np.einsum(equation, a, b).shape)
        given = [tf.constant(a), tf.constant(b)]
        with tf.GradientTape() as tape:
            tape.watch(given)
            y = tf.reduce_sum(tf.einsum(equation, *given) * slope)
        for i, found in enumerate(tape.gradient(y, given)):
            # Linear in each: the slope along a direction is the value there.
            way = normal(*found.shape)
            there = np.einsum(equation, *[way if n == i else v for n, v in enumerate((a, b))])
            np.testing.assert_allclose(
                (found.numpy() * way).sum(), (there * slope).sum(), 1e-3, 2e-2
            )
