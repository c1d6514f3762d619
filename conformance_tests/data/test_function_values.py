"""Functions give in pipelines, one by one and in batches, what they give eagerly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

Dataset = tf.data.Dataset
RNG = np.random.default_rng(5)
ROWS = 7
FLOATS = RNG.standard_normal((ROWS, 4, 3)).astype(np.float32)
DOUBLES = RNG.standard_normal((ROWS, 3))
NUMBERS = RNG.integers(-50, 50, (ROWS, 5))
SMALL = RNG.integers(-120, 120, (ROWS, 4)).astype(np.int8)
BYTES = RNG.integers(0, 256, (ROWS, 4, 6, 3)).astype(np.uint8)
FLAGS = RNG.integers(0, 2, (ROWS, 3)).astype(bool)
TEXTS = np.array([b"Ab 1", b"x  y", b"-7", b"", b"0.25", b"caf\xc3\xa9", b"A"], object)
WORDS = np.array([b"abcd", b"efgh", b"ijkl", b"mnop", b"qrst", b"uvwx", b"yz01"], object)
ROWS_OF_CSV = np.array([b"%d.5,%d,text %d" % (i, -i, i) for i in range(6)] + [b',7,"a,b"'], object)

Case = tuple[Any, Callable[..., Any]]
CASES: dict[str, Case] = {
    # ------------------------------------------------------------------------------- arithmetic
    "add": (FLOATS, lambda x: x + 1.5),
    "radd": (FLOATS, lambda x: 1 + x),
    "subtract": (FLOATS, lambda x: 1 - x),
    "multiply": (NUMBERS, lambda x: 3 * x * x),
    "divide": (FLOATS, lambda x: x / 3.0),
    "divide ints": (NUMBERS, lambda x: x / 7),
    "divide bytes": (BYTES, lambda x: x / 255),
    "rdivide": (FLOATS, lambda x: 1.0 / x),
    "by zero": (FLOATS, lambda x: x / 0.0),
    "floordiv": (NUMBERS, lambda x: x // 7),
    "mod": (NUMBERS, lambda x: x % 7),
    "mod negative": (NUMBERS, lambda x: x % -7),
    "floordiv floats": (FLOATS, lambda x: x // 0.3),
    "wraps": (SMALL, lambda x: x * 3 + 100),
    "negative": (SMALL, lambda x: -x),
    "abs": (NUMBERS, tf.abs),
    "square": (DOUBLES, tf.square),
    "sqrt": (FLOATS, tf.sqrt),
    "exp log": (FLOATS, lambda x: tf.math.log(tf.exp(x) + 1.0)),
    "tanh": (FLOATS, tf.tanh),
    "sigmoid": (FLOATS, tf.sigmoid),
    "pow": (FLOATS, lambda x: x**2),
    "maximum": (FLOATS, lambda x: tf.maximum(x, 0.0)),
    "clip": (FLOATS, lambda x: tf.clip_by_value(x, -0.5, 0.5)),
    "floor": (FLOATS, lambda x: tf.floor(x) + tf.math.ceil(x)),
    "compare": (FLOATS, lambda x: (x > 0.0, x <= 0.5, x == x, tf.not_equal(x, 0.1))),
    "logic": (FLAGS, lambda x: (x & True, tf.logical_not(x), tf.logical_or(x, False), x ^ True)),
    "where": (FLOATS, lambda x: tf.where(x > 0, x, -1.0)),
    "where both": (FLOATS, lambda x: tf.where(x > 0, x, 2 * x)),
    "vector": (FLOATS, lambda x: x * [1.0, 2.0, 3.0] + tf.constant([[1.0], [2.0], [3.0], [4.0]])),
    "scalar and row": (NUMBERS, lambda x: x * x[0] + x[-1]),
    "wider constant": (DOUBLES, lambda x: x + tf.ones([2, 1, 3], tf.float64)),
    "half": (FLOATS, lambda x: tf.cast(x, tf.float16) * 2),
    "bfloat16": (FLOATS, lambda x: tf.cast(x, tf.bfloat16)),
    "complex": (FLOATS, lambda x: tf.abs(tf.complex(x, x))),
    # ------------------------------------------------------------------------------------ types
    "cast": (BYTES, lambda x: tf.cast(x, tf.float32)),
    "cast to int": (FLOATS, lambda x: tf.cast(x * 10, tf.int32)),
    "cast narrow": (NUMBERS, lambda x: tf.cast(x, tf.uint8)),
    "cast bool": (NUMBERS, lambda x: tf.cast(x, tf.bool)),
    "cast of bool": (FLAGS, lambda x: tf.cast(x, tf.int64)),
    "convert image": (BYTES, lambda x: tf.image.convert_image_dtype(x, tf.float32)),
    "convert back": (BYTES, lambda x: tf.image.convert_image_dtype(x, tf.uint16)),
    # ----------------------------------------------------------------------------------- shapes
    "reshape": (FLOATS, lambda x: tf.reshape(x, [2, -1])),
    "reshape tensor": (FLOATS, lambda x: tf.reshape(x, tf.constant([12]))),
    "reshape by shape": (FLOATS, lambda x: tf.reshape(x, [tf.shape(x)[1], 4])),
    "expand": (FLOATS, lambda x: (tf.expand_dims(x, 0), x[..., tf.newaxis], tf.expand_dims(x, -1))),
    "squeeze": (FLOATS, lambda x: tf.squeeze(x[:1])),
    "squeeze axis": (FLOATS, lambda x: tf.squeeze(x[:, :1], axis=1)),
    "transpose": (FLOATS, lambda x: (tf.transpose(x), tf.transpose(x, [0, 1]))),
    "reverse": (FLOATS, lambda x: (tf.reverse(x, [1]), x[::-1])),
    "shape": (FLOATS, lambda x: (tf.shape(x), tf.size(x), tf.rank(x))),
    "item": (FLOATS, lambda x: (x[0], x[-1, 1], x[1:3, ::2], x[..., 0], x[0, 0])),
    "item of tensor": (FLOATS, lambda x: x[tf.cast(x[0, 0] > 0, tf.int32)]),
    "concat": (FLOATS, lambda x: tf.concat([x, x * 2, tf.zeros([1, 3])], 0)),
    "concat last": (FLOATS, lambda x: tf.concat([x, x], -1)),
    "stack": (FLOATS, lambda x: (tf.stack([x, -x]), tf.stack([x[0], [1.0, 2.0, 3.0]], axis=1))),
    "unstack": (DOUBLES, lambda x: tuple(tf.unstack(x))),
    "split": (FLOATS, lambda x: tuple(tf.split(x, 2))),
    "tile": (DOUBLES, lambda x: tf.tile(x, [2])),
    "pad": (FLOATS, lambda x: tf.pad(x, [[1, 0], [0, 2]])),
    "one hot": (NUMBERS, lambda x: tf.one_hot(x % 4, 4)),
    "one hot outside": (NUMBERS, lambda x: tf.one_hot(x, 3, dtype=tf.int32)),
    "gather": (NUMBERS, lambda x: tf.gather([10.0, 20.0, 30.0], x % 3)),
    "gather rows": (FLOATS, lambda x: tf.gather(x, [2, 0])),
    "reduce": (FLOATS, lambda x: (tf.reduce_sum(x), tf.reduce_mean(x, 0), tf.reduce_max(x, 1),
                                  tf.reduce_min(x, keepdims=True))),
    "reduce ints": (NUMBERS, lambda x: (tf.reduce_sum(x), tf.reduce_mean(x), tf.reduce_prod(x))),
    "reduce bool": (FLAGS, lambda x: (tf.reduce_any(x), tf.reduce_all(x))),
    "argmax": (FLOATS, lambda x: tf.argmax(x, 1)),
    "matmul": (FLOATS, lambda x: x @ tf.ones([3, 2])),
    "sort": (NUMBERS, lambda x: tf.sort(x)),
    "constant too": (NUMBERS, lambda x: (x, tf.constant([1, 2]), tf.constant("text"))),
    "no argument": (NUMBERS, lambda x: tf.zeros([2]) + 1.0),
    # ----------------------------------------------------------------------------------- images
    "flip": (BYTES, lambda x: (tf.image.flip_left_right(x), tf.image.flip_up_down(x))),
    "resize": (BYTES, lambda x: tf.image.resize(x, [8, 5])),
    "resize smaller": (BYTES, lambda x: tf.image.resize(x, [3, 2])),
    "resize floats": (FLOATS[..., None], lambda x: tf.image.resize(x, [9, 7])),
    "resize smoothly": (BYTES, lambda x: tf.image.resize(x, [3, 2], antialias=True)),
    "resize keeping": (BYTES, lambda x: tf.image.resize(x, [9, 9], preserve_aspect_ratio=True)),
    "resize nearest": (BYTES, lambda x: tf.image.resize(x, [8, 5], method="nearest")),
    "gray": (BYTES, lambda x: tf.image.rgb_to_grayscale(x)),
    "standard": (BYTES, lambda x: tf.image.per_image_standardization(x)),
    "brightness": (BYTES, lambda x: tf.image.adjust_brightness(x, 0.1)),
    "standard floats": (FLOATS[..., None], tf.image.per_image_standardization),
    "brightness of floats": (FLOATS[..., None], lambda x: tf.image.adjust_brightness(x, 0.3)),
    "contrast": (FLOATS[..., None], lambda x: tf.image.adjust_contrast(x, 2.0)),
    "contrast of bytes": (BYTES, lambda x: tf.image.adjust_contrast(x, 2.0)),
    "rot90": (BYTES, lambda x: (tf.image.rot90(x), tf.image.rot90(x, 3))),
    "fitted": (BYTES, lambda x: (tf.image.resize_with_crop_or_pad(x, 3, 9),
                                 tf.image.resize_with_crop_or_pad(x, 9, 3),
                                 tf.image.resize_with_crop_or_pad(x, 2, 2))),
    "crop": (BYTES, lambda x: tf.image.central_crop(x, 0.5)),
    "png": (BYTES, lambda x: tf.io.decode_png(tf.io.encode_png(x))),
    "png gray": (BYTES, lambda x: tf.io.decode_png(tf.io.encode_png(x), channels=1)),
    "png wide": (BYTES, lambda x: tf.io.decode_png(tf.io.encode_png(x), dtype=tf.uint16)),
    "png as jpeg": (BYTES, lambda x: tf.io.decode_jpeg(tf.io.encode_png(x), channels=3)),
    "jpeg": (BYTES, lambda x: tf.io.decode_jpeg(tf.io.encode_png(x[..., :1]))),
    "jpeg of colours": (BYTES, lambda x: tf.io.decode_jpeg(tf.io.encode_jpeg(x))),
    "jpeg smaller": (BYTES, lambda x: tf.io.decode_jpeg(tf.io.encode_jpeg(x), ratio=2)),
    "jpeg as png": (BYTES, lambda x: tf.io.decode_png(tf.io.encode_jpeg(x), channels=1)),
    "jpeg image": (BYTES, lambda x: tf.io.decode_image(tf.io.encode_jpeg(x), channels=3,
                                                       expand_animations=False)),
    "image": (BYTES, lambda x: tf.io.decode_image(tf.io.encode_png(x), expand_animations=False)),
    "image floats": (BYTES, lambda x: tf.io.decode_image(tf.io.encode_png(x), dtype=tf.float32,
                                                         expand_animations=False)),
    # ------------------------------------------------------------------------------------ texts
    "decode": (WORDS, lambda x: tf.io.decode_raw(x, tf.uint8)),
    "decode wide": (WORDS, lambda x: tf.io.decode_raw(x, tf.int16)),
    "decode big": (WORDS, lambda x: tf.io.decode_raw(x, tf.int32, little_endian=False)),
    "decode padded": (TEXTS, lambda x: tf.io.decode_raw(x, tf.uint8, fixed_length=4)),
    "lengths": (TEXTS, lambda x: (tf.strings.length(x), tf.strings.length(x, unit="UTF8_CHAR"))),
    "lower": (TEXTS, lambda x: tf.strings.lower(tf.strings.strip(x))),
    "substr": (WORDS, lambda x: tf.strings.substr(x, 1, 2)),
    "join": (TEXTS, lambda x: tf.strings.join([x, "!"], separator=" ")),
    "to number": (WORDS, lambda x: tf.strings.to_number(tf.strings.regex_replace(x, ".+", "12"))),
    "as string": (NUMBERS, lambda x: tf.strings.as_string(x)),
    "csv": (ROWS_OF_CSV, lambda x: tuple(tf.io.decode_csv(x, [0.5, 0, ""]))),
    "hash": (TEXTS, lambda x: tf.strings.to_hash_bucket_fast(x, 10)),
    "equal texts": (TEXTS, lambda x: x == "A"),
    "if": (NUMBERS, lambda x: tf.cond(x[0] > 0, lambda: x * 2, lambda: -x)),
    "loop": (NUMBERS, lambda x: tf.while_loop(lambda i, s: i < 3, lambda i, s: (i + 1, s * 2),
                                              (0, x))[1]),
    "map": (FLOATS, lambda x: tf.map_fn(tf.reduce_sum, x)),
    "random": (NUMBERS, lambda x: tf.random.stateless_uniform([2], x[:2])),
}  # fmt: skip


def flat(value: Any) -> list[np.ndarray[Any, Any]]:
    return [np.asarray(leaf) for leaf in tf.nest.flatten(value)]


def same(got: Any, expected: Any) -> None:
    for a, b in zip(flat(got), flat(expected), strict=True):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        if a.dtype.kind in "fc" and a.dtype.itemsize > 2:
            np.testing.assert_allclose(a, b, rtol=3e-6, atol=1e-6)
        else:
            assert a.tolist() == b.tolist()


@pytest.mark.parametrize("case", CASES)
def test_as_eagerly(case: str) -> None:
    data, function = CASES[case]
    source = Dataset.from_tensor_slices(data)
    expected = [function(x) for x in source]
    dataset = source.map(function)
    got = list(dataset)
    assert len(got) == len(expected)
    for a, b in zip(got, expected, strict=True):
        same(a, b)
        leaves = tf.nest.flatten(a)
        for leaf, spec in zip(leaves, tf.nest.flatten(dataset.element_spec), strict=True):
            assert spec.is_compatible_with(leaf)
    # All at once, in a batch whose elements have one shape.
    (batch,) = list(dataset.batch(ROWS))
    for at, b in enumerate(expected):
        same(tf.nest.map_structure(lambda x, at=at: x[at], batch), b)


@pytest.mark.parametrize("calls", [None, 2])
def test_a_broken_jpeg_raises_at_its_element(calls: int | None) -> None:
    file = tf.io.encode_jpeg(BYTES[0]).numpy()
    files = Dataset.from_tensor_slices([file, file[: len(file) // 2], file])
    iterator = iter(files.map(tf.io.decode_jpeg, num_parallel_calls=calls))
    whole = next(iterator).numpy()
    with pytest.raises(tf.errors.InvalidArgumentError):
        next(iterator)
    assert next(iterator).numpy().tolist() == whole.tolist()


def test_elements_of_many_shapes() -> None:
    dataset = Dataset.range(1, 5).map(lambda n: tf.range(n)).map(lambda x: x * 2 + x[-1])
    expected = [[0], [1, 3], [2, 4, 6], [3, 5, 7, 9]]
    assert [x.tolist() for x in dataset.as_numpy_iterator()] == expected
    padded = next(iter(dataset.padded_batch(4))).numpy()
    assert padded.tolist() == [(x + [0] * 4)[:4] for x in expected]
    with pytest.raises(tf.errors.InvalidArgumentError):
        next(iter(dataset.batch(4)))


def test_a_chain_of_maps_in_any_order_of_steps() -> None:
    source = Dataset.from_tensor_slices((FLOATS, np.arange(ROWS)))
    mapped = source.map(lambda x, y: (x * 2, y)).map(lambda x, y: (tf.reduce_sum(x), y + 1))
    expected = {i + 1: (FLOATS[i] * 2).sum() for i in range(ROWS)}
    for dataset in (
        mapped.shuffle(3, seed=1),
        mapped.shuffle(100, seed=1).batch(3).unbatch(),
        mapped.repeat(2).skip(2).take(ROWS),
        mapped.cache().shuffle(3),
        mapped.batch(2).unbatch().prefetch(2),
        mapped.concatenate(mapped).take(ROWS),
        mapped.filter(lambda x, y: y > 0),
        mapped.shard(2, 0).concatenate(mapped.shard(2, 1)),
    ):
        found = {int(y): float(x) for x, y in dataset}
        assert found.keys() == expected.keys()
        for key, total in found.items():
            np.testing.assert_allclose(total, expected[key], rtol=1e-5)
