"""Arrays of a size at which a backend may go another way: the same values, and gradients."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .large_arrays import (
    MASK,
    POSITIVE,
    SIDE,
    SPECIAL,
    X,
    Y,
    exact_product,
    normal,
    random,
    read_often,
)


def test_tests_and_comparisons() -> None:
    y = SPECIAL.copy()
    y[7] += 1
    np.testing.assert_array_equal(tf.math.is_nan(SPECIAL).numpy(), np.isnan(SPECIAL))
    np.testing.assert_array_equal(tf.math.is_inf(SPECIAL).numpy(), np.isinf(SPECIAL))
    np.testing.assert_array_equal(tf.math.is_finite(SPECIAL).numpy(), np.isfinite(SPECIAL))
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        found = getattr(tf.math, name)(SPECIAL, y).numpy()
        np.testing.assert_array_equal(found, getattr(np, name)(SPECIAL, y), name)
        beside = getattr(tf.math, name)(SPECIAL, 0.0).numpy()
        np.testing.assert_array_equal(beside, getattr(np, name)(SPECIAL, np.float32(0)), name)


@pytest.mark.parametrize("axis", [None, 0, 1, [0, 1]])
def test_any_and_all(axis: Any) -> None:
    mask = MASK.copy()
    mask[3], mask[:, 5] = True, False
    held = tf.constant(mask)
    where = tuple(axis) if isinstance(axis, list) else axis
    read_often(lambda: tf.reduce_any(held, axis), mask.any(where))
    read_often(lambda: tf.reduce_all(held, axis, True), mask.all(where, keepdims=True))


def test_means_of_rows_and_columns() -> None:
    for native, places in ((np.float32, 1e-5), (np.float64, 1e-14)):
        x = SPECIAL.astype(native)
        x[5, 5] = 3e38
        held, line = tf.constant(x), tf.constant(np.full(8192, 0.5, native))
        with np.errstate(all="ignore"):
            for axis in (0, 1):
                for keepdims in (False, True):
                    wanted = x.mean(axis, np.float64, keepdims=keepdims)
                    for _ in range(12):
                        found = tf.reduce_mean(held, axis, keepdims).numpy()
                        assert found.dtype == native
                        np.testing.assert_allclose(found, wanted, places, 1e-6)
        read_often(lambda line=line: tf.reduce_mean(line, 0), np.asarray(0.5, native))
        read_often(lambda line=line: tf.reduce_sum(line, 0, True), np.full(1, 4096, native))


def test_reciprocals_and_single_elements() -> None:
    for native, places in ((np.float32, 3e-7), (np.float64, 1e-15)):
        x = SPECIAL.astype(native)
        held = tf.constant(x)
        with np.errstate(all="ignore"):
            wanted = 1 / x
        for _ in range(12):
            found = tf.math.reciprocal(held).numpy()
            assert found.dtype == native
            np.testing.assert_allclose(found, wanted, places)
            np.testing.assert_array_equal(np.signbit(found), np.signbit(wanted))
    held, one = tf.constant(SPECIAL), tf.constant(0.25)
    for _ in range(12):
        np.testing.assert_array_equal(tf.maximum(held, one).numpy(), np.maximum(SPECIAL, 0.25))
        np.testing.assert_array_equal(tf.minimum(one, held).numpy(), np.minimum(0.25, SPECIAL))


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("side", [2, 4, SIDE])
def test_extremes_with_nan(axis: Any, side: int) -> None:
    for place in (0, side + 1, side * side - 1):
        x = X[:side, :side].copy()
        x.reshape(-1)[place] = np.nan
        for name, exact in (("reduce_max", np.max), ("reduce_min", np.min)):
            called = getattr(tf, name)
            np.testing.assert_array_equal(called(x, axis).numpy(), exact(x, axis))
            held = tf.constant(x)
            np.testing.assert_array_equal(called(held, axis).numpy(), exact(x, axis))
            compiled = tf.function(lambda x, called=called: called(x * 1.0, axis))
            np.testing.assert_array_equal(compiled(held).numpy(), exact(x, axis))
    full = np.full((SIDE, SIDE), np.inf, np.float32)
    assert tf.reduce_max(full) == np.inf
    assert tf.reduce_min(-full) == -np.inf


def test_positions_with_nan() -> None:
    x = X.copy()
    x[3, 4] = np.nan
    np.testing.assert_array_equal(tf.argmax(X, 1).numpy(), X.argmax(1))
    np.testing.assert_array_equal(tf.argmin(X, 0).numpy(), X.argmin(0))
    np.testing.assert_array_equal(tf.argmax(x, 1).numpy(), np.nanargmax(x, 1))
    np.testing.assert_array_equal(tf.argmin(x, 0).numpy(), np.nanargmin(x, 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.uint8, np.bool_])
def test_choice(dtype: Any) -> None:
    x, y = [(value * 9).astype(dtype) for value in (POSITIVE, POSITIVE[::-1])]
    np.testing.assert_array_equal(tf.where(MASK, x, y).numpy(), np.where(MASK, x, y))
    one = x[0, 0]
    np.testing.assert_array_equal(tf.where(MASK, x, one).numpy(), np.where(MASK, x, one))
    np.testing.assert_array_equal(tf.where(MASK, one, y).numpy(), np.where(MASK, one, y))
    row = x[0]
    np.testing.assert_array_equal(tf.where(MASK, row, y).numpy(), np.where(MASK, row, y))


def test_gradients_of_a_choice() -> None:
    x, one = tf.constant(SPECIAL), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, one])
        y = tf.where(MASK, x * x, one)
        total = tf.reduce_sum(tf.where(MASK, x, 0.0) ** 3)
        first = tape.gradient(total, x)
    by_x, by_one = tape.gradient(y, [x, one])
    np.testing.assert_array_equal(by_x.numpy()[1:], np.where(MASK, 2 * SPECIAL, 0)[1:])
    assert by_one.numpy() == (~MASK).sum()
    second = tape.gradient(first, x)
    np.testing.assert_allclose(second.numpy()[1:], np.where(MASK, 6 * X, 0)[1:], 1e-6)


def test_classes() -> None:
    k = random.integers(0, 8, 20_000).astype(np.int32)
    wanted = (k[:, None] == np.arange(8)).astype(np.float32)
    np.testing.assert_array_equal(tf.one_hot(k, 8).numpy(), wanted)
    k[:2] = -1, 8
    wanted = (k[:, None] == np.arange(8)).astype(np.float32)
    np.testing.assert_array_equal(tf.one_hot(k, 8).numpy(), wanted)
    found = tf.one_hot(k, 8, 5, -5)
    np.testing.assert_array_equal(found.numpy(), np.where(wanted > 0, 5, -5))


def test_order() -> None:
    np.testing.assert_array_equal(tf.sort(SPECIAL[1:]).numpy(), np.sort(SPECIAL[1:]))
    np.testing.assert_array_equal(tf.sort(X, 0, "DESCENDING").numpy(), -np.sort(-X, 0))


def test_what_was_conjugated() -> None:
    x = tf.math.imag(tf.math.conj(tf.complex(X, Y)))
    np.testing.assert_array_equal(tf.where(MASK, x, X).numpy(), np.where(MASK, -Y, X))
    np.testing.assert_array_equal(tf.less(x, X).numpy(), -Y < X)
    np.testing.assert_allclose(tf.exp(x).numpy(), np.exp(-Y), 1e-6)
    np.testing.assert_allclose(tf.matmul(x, X).numpy(), exact_product(-Y, X), 1e-4, 1e-3)


def test_places_of_extremes_in_columns() -> None:
    x = normal(300, 200)
    x[[10, 200], 5] = x.min() - 1
    beside = np.where(x > 2, np.float32(np.inf), x)
    for array in (
        x,
        x.astype(np.float64),
        np.round(x),
        np.round(x)[:293],
        beside.reshape(300, 4, 50),
    ):
        assert np.array_equal(tf.argmin(tf.constant(array), 0), array.argmin(0))
        assert np.array_equal(tf.argmax(tf.constant(-array), 0), (-array).argmax(0))


def _sums_agree(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found.numpy(), wanted, 1e-5, 1e-5)


@pytest.mark.parametrize("columns", [64, 7000])  # the latter for several threads
@pytest.mark.parametrize("equal", [False, True])
def test_sums_of_long_segments(columns: int, equal: bool) -> None:
    # Whole numbers, whose sums are exact in whatever order.
    x = np.round(64 * normal(640, columns))
    ids = np.repeat(np.arange(5), 128) if equal else np.sort(random.integers(0, 5, 640))
    if not equal:
        ids[ids == 2] = 3
    expected = np.stack([x[ids == n].sum(0, np.float64) for n in range(6)])
    _sums_agree(tf.math.unsorted_segment_sum(x, ids, 6), expected)
    held = tf.constant(x), tf.constant(ids)
    for _ in range(12):
        _sums_agree(tf.math.segment_sum(*held), expected[:5])
    bad = x.copy()
    bad[[0, 1, -1], 3] = np.inf, -np.inf, np.nan
    held = tf.constant(bad), tf.constant(ids)
    with np.errstate(invalid="ignore"):
        wanted = np.stack([bad[ids == n].sum(0) for n in range(5)])
    for _ in range(12):
        _sums_agree(tf.math.segment_sum(*held), wanted)
    mixed = random.permutation(640)
    _sums_agree(tf.math.unsorted_segment_sum(x[mixed], ids[mixed], 6), expected)
    # A sum begins with 0, not with -0.
    zeros = tf.math.segment_sum(tf.constant(-np.zeros_like(x)), tf.constant(ids)).numpy()
    assert not np.signbit(zeros).any()
    # What belongs to no segment is left out.
    _sums_agree(tf.math.unsorted_segment_sum(x, ids - 1, 5), expected[1:])


def test_the_first_of_equal_ones_among_the_largest() -> None:
    x = normal(300, 200)
    x[7, [3, 150, 90]] = 9.0
    values, places = tf.math.top_k(x, 3)
    order = (-x).argsort(1, kind="stable")[:, :3]
    assert np.array_equal(places, order)
    assert np.array_equal(values, np.take_along_axis(x, order, 1))
    # The last of the three is equal to the one that is not among them.
    x[7, 91] = 9.0
    assert np.asarray(tf.math.top_k(x, 3)[1])[7].tolist() == [3, 90, 91]


def test_choices_by_rows_do_not_depend_on_how_many_there_are() -> None:
    logits = normal(400, 100)
    for dtype in (np.float32, np.float64):
        x = tf.constant(logits.astype(dtype))
        all_rows = np.asarray(tf.random.stateless_categorical(x, 2, [3, 4]))
        few = np.asarray(tf.random.stateless_categorical(x[:20], 2, [3, 4]))
        assert np.array_equal(all_rows[:20], few)
        assert np.array_equal(x, logits.astype(dtype))


def test_order_of_equal_ones() -> None:
    x = np.round(X * 4)
    np.testing.assert_array_equal(tf.argsort(x, stable=True), np.argsort(x, 1, kind="stable"))
    np.testing.assert_array_equal(tf.sort(x), np.sort(x, 1))
    falling = np.argsort(-x, 1, kind="stable")
    np.testing.assert_array_equal(tf.argsort(x, 1, "DESCENDING", stable=True), falling)
    np.testing.assert_array_equal(tf.sort(x, 0, "DESCENDING"), -np.sort(-x, 0))


@pytest.mark.parametrize("spread", [1, 100])
def test_running_sums_of_exponentials(spread: float) -> None:
    x = X * spread
    wanted = np.logaddexp.accumulate(x.astype(np.float64), 1)
    np.testing.assert_allclose(tf.math.cumulative_logsumexp(x, 1), wanted, rtol=2e-6, atol=2e-5)


def test_sums_of_rows_and_squares() -> None:
    x = X.copy()
    x[1, 2], x[2, 5], x[3, :2], x[4] = np.nan, np.inf, [np.inf, -np.inf], -0.0
    for array, rtol in ((x, 1e-5), (x.astype(np.float64), 1e-13)):
        held = tf.constant(array)
        with np.errstate(invalid="ignore"):
            wanted = array.astype(np.float64).sum(1)
        for _ in range(12):
            np.testing.assert_allclose(tf.reduce_sum(held, 1), wanted, rtol, 1e-5)
            kept = tf.reduce_sum(held, -1, keepdims=True)
            np.testing.assert_allclose(kept, wanted[:, None], rtol, 1e-5)
        turned = tf.constant(array.T.copy())
        for _ in range(12):
            np.testing.assert_allclose(tf.reduce_sum(turned, 0), wanted, rtol, 1e-4)
            kept = tf.reduce_sum(turned, 0, keepdims=True)
            np.testing.assert_allclose(kept, wanted[None], rtol, 1e-4)
    for bad, half in ((0.0, None), (np.inf, np.inf), (np.nan, np.nan)):
        given = X.copy()
        given[7, 7] = bad
        held = tf.constant(given)
        exact = np.square(given.astype(np.float64)).sum() / 2 if half is None else half
        for _ in range(12):
            np.testing.assert_allclose(tf.nn.l2_loss(held), exact, 1e-5)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.float16])
@pytest.mark.parametrize("shape", [(SIDE, 210), (3, 200, SIDE)])
def test_bands(shape: tuple[int, ...], dtype: Any) -> None:
    x = random.standard_normal(shape).astype(dtype)
    x[..., :3, 0], x[..., 0, 7] = [np.nan, np.inf, -0.0], -np.inf
    down, right = np.indices(shape[-2:])
    for low, high in ((0, -1), (-1, 0), (3, 5), (-1, -1), (190, 2)):
        inside = ((down - right <= low) | (low < 0)) & ((right - down <= high) | (high < 0))
        found = tf.linalg.band_part(x, low, high).numpy()
        np.testing.assert_array_equal(found, np.where(inside, x, 0))


def _between_pixels(x: Any, axis: int, count: int) -> Any:
    """Along one axis, by the definition, in single precision as TensorFlow computes it."""
    scale = np.float32(x.shape[axis]) / np.float32(count)
    at = (np.arange(count, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    low = np.floor(at)
    first, second = [x.take(n.astype(int), axis, mode="clip") for n in (low, low + 1)]
    return first + (second - first) * np.expand_dims(at - low, [*range(1, 4 - axis)])


@pytest.mark.parametrize("channels", [1, 2, 3, 5])
@pytest.mark.parametrize("size", [(320, 320), (99, 41), (20, 400), (1, 1)])
def test_images_of_any_size(channels: int, size: tuple[int, int]) -> None:
    images = normal(3, 130, 90, channels)
    for bad in (0.0, np.nan):
        images[1, 60, 7, -1] = bad
        wanted = _between_pixels(_between_pixels(images, 2, size[1]), 1, size[0])
        held = tf.constant(images)
        for given in (images, held, held[::-1][::-1]):
            found = tf.image.resize(given, size).numpy()
            np.testing.assert_allclose(found, wanted, 1e-4, 1e-4)


@pytest.mark.parametrize("method", ["bilinear", "area"])
def test_images_of_half_the_size(method: str) -> None:
    images = random.uniform(0, 1, (2, 130, 90, 3)).astype(np.float32)
    wanted = images.astype(np.float64).reshape(2, 65, 2, 45, 2, 3).mean((2, 4))
    x = tf.constant(images)
    for _ in range(12):
        np.testing.assert_allclose(tf.image.resize(x, [65, 45], method), wanted, 1e-5)
    if method == "area":
        return  # TensorFlow has no gradient of it
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.image.resize(x, [65, 45]) * tf.constant(wanted, tf.float32))
    slope = np.repeat(np.repeat(wanted / 4, 2, 1), 2, 2)
    np.testing.assert_allclose(tape.gradient(y, x), slope, 1e-5)


def test_product_of_all() -> None:
    x = np.exp(X.astype(np.float64) / 10)
    for bad in (1.0, 0.0, -np.inf, np.nan):
        x[5, 7] = bad
        held = tf.constant(x)
        for _ in range(12):
            np.testing.assert_allclose(tf.reduce_prod(held), np.prod(x), rtol=1e-9)
            kept = tf.reduce_prod(held, keepdims=True)
            np.testing.assert_allclose(kept, np.prod(x, keepdims=True), rtol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64])
def test_extremes_of_many_rows(dtype: Any) -> None:
    x = (normal(9, 100, 800) * 1000).astype(dtype)
    if dtype in (np.float32, np.float64):
        x[0, 3, 5], x[1, 0], x[2, 1, -1], x[3, 99] = np.nan, np.inf, -np.inf, -0.0
    held = tf.constant(x)
    for name, exact in (("reduce_max", np.max), ("reduce_min", np.min)):
        for keep in (False, True):
            wanted = exact(x, -1, keepdims=keep)
            read_often(partial(getattr(tf, name), held, -1, keep), wanted)


def test_elements_moved() -> None:
    x, stack = tf.constant(X), tf.constant(normal(4, 128, 256))
    read_often(lambda: tf.transpose(x), X.T)
    for other in (SPECIAL[:, :100], SPECIAL.astype(np.float64), (POSITIVE * 99).astype(np.int32)):
        held = tf.constant(other)
        read_often(lambda held=held: tf.transpose(held), other.T)
    read_often(lambda: tf.transpose(stack, [0, 2, 1]), stack.numpy().transpose(0, 2, 1))
    read_often(lambda: tf.transpose(stack, [2, 1, 0]), stack.numpy().T)
    read_often(lambda: tf.unstack(stack), stack.numpy())
    read_often(lambda: tf.split(stack, [1, 3]), [stack.numpy()[:1], stack.numpy()[1:]])
    read_often(lambda: tf.stack([x, x + 1.0]), np.stack([X, X + np.float32(1)]))
    for parts in ([X, X[:7], X[:0], X], [X > 0, X > 1], [X.reshape(-1)] * 3, [stack.numpy()] * 5):
        joined = [tf.constant(part) for part in parts]
        read_often(partial(tf.concat, joined, 0), np.concatenate(parts))
    for rows in ([3, 0, 3, 399], np.arange(800, dtype=np.int32).reshape(2, 400) // 2):
        read_often(lambda rows=rows: tf.gather(x, rows), X[np.array(rows)])
        read_often(lambda rows=rows: tf.gather(held > 0, rows[:1]), other[rows[:1]] > 0)
    for paddings in ([[1, 2], [3, 0]], [[0, 0], [0, 5]]):
        wanted = np.pad(X, paddings, constant_values=7)
        read_often(lambda p=paddings: tf.pad(x, p, constant_values=7.0), wanted)
    blocks = normal(4, 32, 32, 64)
    wanted = blocks.reshape(4, 16, 2, 16, 2, 64).transpose(0, 1, 3, 2, 4, 5).reshape(4, 16, 16, 256)
    held, back = tf.constant(blocks), tf.constant(wanted)
    read_often(lambda: tf.nn.space_to_depth(held, 2), wanted)
    read_often(lambda: tf.nn.depth_to_space(back, 2), blocks)


def test_views_outlive_what_they_show() -> None:
    x = tf.Variable(X)
    first = tf.reshape(x, [-1])
    read_often(lambda: tf.reshape(x, [-1]), X.reshape(-1))
    view = tf.reshape(x, [-1])
    x.assign_add(tf.ones_like(x))
    np.testing.assert_array_equal(view.numpy(), X.reshape(-1))
    np.testing.assert_array_equal(first.numpy(), X.reshape(-1))
    np.testing.assert_array_equal((view + 1.0).numpy(), x.numpy().reshape(-1))
    copy = view.numpy()
    copy[:] = 0
    np.testing.assert_array_equal(view.numpy(), X.reshape(-1))


def test_arithmetic_of_whole_arrays() -> None:
    x, y = tf.constant(SPECIAL), tf.constant(Y)
    for name in ("add", "subtract", "multiply", "maximum", "minimum", "divide"):
        with np.errstate(all="ignore"):
            wanted = getattr(np, name)(SPECIAL, Y)
        read_often(lambda name=name: getattr(tf, name)(x, y), wanted)
    read_often(lambda: 2.0 * y, np.float32(2) * Y)
    read_often(lambda: y + y[0], Y + Y[0])
    bits = (POSITIVE * 99).astype(np.int32)
    i = tf.constant(bits)
    read_often(lambda: tf.bitwise.left_shift(i, 3), bits << 3)
    read_often(lambda: tf.bitwise.bitwise_xor(i, i + 1), bits ^ (bits + 1))


def test_ranges() -> None:
    np.testing.assert_array_equal(tf.range(100_001).numpy(), np.arange(100_001))
    np.testing.assert_array_equal(tf.range(9, 200_000, 3).numpy(), np.arange(9, 200_000, 3))
    np.testing.assert_array_equal(tf.range(90_000, -5, -2).numpy(), np.arange(90_000, -5, -2))


@pytest.mark.parametrize("k", [1, 3, 150, SIDE - 1, SIDE, SIDE + 1])
def test_in_top_k(k: int) -> None:
    scores = X.round(1)
    scores[3, 5], scores[4], scores[7, 2], scores[9, -1] = np.nan, np.inf, np.inf, -np.inf
    classes = np.arange(SIDE, dtype=np.int32) * 7 % SIDE
    chosen = scores[np.arange(SIDE), classes]
    higher = (scores > chosen[:, None]).sum(1)
    # The row is gone through until enough is higher: what is not finite after that does not count.
    wanted = (higher < k) & np.isfinite(scores).all(1)
    held = tf.constant(classes), tf.constant(scores)
    read_often(lambda: tf.math.in_top_k(*held, k), wanted)


_ARITHMETIC = "add subtract multiply maximum minimum"
_SIGNS = "square negative abs"
_QUOTIENTS = "divide floor ceil round is_nan is_inf is_finite"
_COMPARISONS = "equal not_equal less less_equal greater greater_equal"
_BITS = "bitwise_and bitwise_or bitwise_xor invert"
_OPS = {
    **dict.fromkeys(
        ["float32", "float64", "bfloat16"],
        f"{_ARITHMETIC} {_SIGNS} {_QUOTIENTS} {_COMPARISONS}",
    ),
    **dict.fromkeys(["int32", "int64"], f"{_ARITHMETIC} {_SIGNS} {_COMPARISONS} {_BITS}"),
    "uint8": f"{_ARITHMETIC} {_COMPARISONS} {_BITS}",
    "bool": "equal not_equal logical_and logical_or logical_not",
}
_OF_NUMPY = {"round": "rint", "is_nan": "isnan", "is_inf": "isinf", "is_finite": "isfinite"}


@pytest.mark.parametrize("times", [1, 400])
@pytest.mark.parametrize("kind", _OPS)
def test_pairs_of_special_values(kind: str, times: int) -> None:
    dtype = tf.as_dtype(kind)
    some: Any = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 1e30, 0.5, -0.5, 1.5, 2.5, -2.5, 88.9]
    if dtype.is_integer:
        some = [dtype.min, dtype.max, 0, 1, 2, 99, dtype.max // 2 + 1]
    pairs = np.meshgrid(np.array(some, dtype.as_numpy_dtype), np.array(some, dtype.as_numpy_dtype))
    x, y = [np.tile(values.reshape(-1), times) for values in pairs]
    held = tf.constant(x), tf.constant(y)
    for name in _OPS[kind].split():
        call = getattr(tf.math, name, None) or getattr(tf.bitwise, name)
        exact = getattr(np, _OF_NUMPY.get(name, name))
        for other in (slice(None), 1) if exact.nin == 2 else (slice(None),):
            given = [held[0], held[1][other]][: exact.nin]
            with np.errstate(all="ignore"):
                wanted = exact(*[x, y[other]][: exact.nin])
            read_often(lambda call=call, given=given: call(*given), wanted)
            if wanted.dtype.kind not in "biu" and name not in ("maximum", "minimum"):
                known = ~np.isnan(wanted)
                signs = np.signbit(call(*given).numpy())
                np.testing.assert_array_equal(signs[known], np.signbit(wanted)[known], name)
