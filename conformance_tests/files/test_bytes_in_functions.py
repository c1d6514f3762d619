"""What functions know of what ops will read out of strings; none of it is known before they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf

io = tf.io
ONE, MANY = tf.TensorSpec([], tf.string), tf.TensorSpec([None], tf.string)
NUMBER = tf.TensorSpec([], tf.int32)

CASES: list[tuple[str, Any, Callable[[Any], Any], list[tuple[str, Any]]]] = [
    ("file", ONE, lambda x: io.read_file(x), [("string", [])]),
    ("names", ONE, lambda x: io.matching_files(x), [("string", [None])]),
    ("base64", MANY, lambda x: io.decode_base64(x), [("string", [None])]),
    ("packed", MANY, lambda x: io.decode_compressed(x, "GZIP"), [("string", [None])]),
    ("tensor", ONE, lambda x: io.parse_tensor(x, tf.float32), [("float32", None)]),
    ("raw", MANY, lambda x: io.decode_raw(x, tf.int16), [("int16", [None, None])]),
    ("csv", MANY, lambda x: io.decode_csv(x, [tf.constant([0], tf.int64), [1.5], [""]]),
     [("int64", [None]), ("float32", [None]), ("string", [None])]),
    ("image", ONE, lambda x: io.decode_image(x, channels=3), [("uint8", None)]),
    ("still image", ONE,
     lambda x: io.decode_image(x, channels=3, expand_animations=False, dtype=tf.float32),
     [("float32", [None, None, 3])]),
    ("png", ONE, lambda x: io.decode_png(x, dtype=tf.uint16), [("uint16", [None, None, None])]),
    ("cropped", ONE, lambda x: io.decode_and_crop_jpeg(x, [0, 0, 3, 4], channels=3),
     [("uint8", [3, 4, 3])]),
    ("sizes", ONE, lambda x: io.extract_jpeg_shape(x), [("int32", [3])]),
    ("sound", ONE, lambda x: list(tf.audio.decode_wav(x, desired_channels=1)),
     [("float32", [None, 1]), ("int32", [])]),
    ("range", NUMBER, lambda x: tf.range(x, x + 5), [("int32", [None])]),
    ("float range", NUMBER, lambda x: tf.range(tf.cast(x, tf.float64), 9.0), [("float64", [None])]),
    ("chain", ONE,
     lambda x: tf.image.resize(
         io.decode_image(io.read_file(x), channels=3, expand_animations=False), [4, 5]),
     [("float32", [4, 5, 3])]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("spec", "call", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_static_shapes(spec: Any, call: Callable[[Any], Any], expected: Any) -> None:
    seen: list[Any] = []

    @tf.function(input_signature=[spec])
    def traced(x: Any) -> Any:
        found = call(x)
        for part in found if isinstance(found, list) else [found]:
            dims = None if part.shape.rank is None else part.shape.as_list()
            seen.append((part.dtype.name, dims))
        return 0

    traced.get_concrete_function()
    assert seen == expected


def test_a_picture_from_a_file(tmp_path: Path) -> None:
    path = str(tmp_path / "a.png")
    pixels = np.arange(24, dtype=np.uint8).reshape(2, 4, 3)
    tf.io.write_file(path, tf.io.encode_png(pixels))

    @tf.function
    def load(name: Any) -> Any:
        return tf.io.decode_image(tf.io.read_file(name), expand_animations=False)

    assert np.array_equal(load(tf.constant(path)).numpy(), pixels)
    with pytest.raises(tf.errors.NotFoundError):
        load(tf.constant(path + "none"))


JPEG = tf.io.encode_jpeg(np.full((16, 16, 3), 90, np.uint8)).numpy()
PNG = tf.io.encode_png(np.full((16, 16, 3), 90, np.uint8)).numpy()


@pytest.mark.parametrize(
    ("decode", "data"),
    [
        (tf.io.decode_jpeg, JPEG[:60]),
        (tf.io.decode_image, JPEG[:200]),
        (tf.io.decode_png, PNG[:30]),
        (tf.io.decode_png, PNG[:-20]),
        (tf.io.decode_image, PNG[:50]),
        (tf.io.decode_bmp, b"BM" + bytes(10)),
        (tf.io.decode_gif, b"GIF89a" + bytes(4)),
        (tf.io.decode_image, b"no picture"),
        (tf.io.decode_image, b""),
    ],
    ids=range(9),
)
def test_pictures_cut_short(decode: Any, data: bytes) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        decode(data)
    dataset = tf.data.Dataset.from_tensors(data).map(lambda x: decode(x))
    with pytest.raises(tf.errors.InvalidArgumentError):
        list(dataset)
