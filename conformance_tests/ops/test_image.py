"""tf.image: what a table of values cannot say: derivatives of crops, chance, files, Keras."""

from __future__ import annotations

import colorsys
import zlib

import numpy as np
import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import IS_TENSORFLOW, tf
from .slopes import first

InvalidArgument = tf.errors.InvalidArgumentError


def picture(height: int, width: int, depth: int = 3) -> np.ndarray:
    """A smooth picture, as uint8."""
    rows, columns = np.mgrid[0:height, 0:width]
    waves = [np.sin(rows / 3.0 + n) + np.cos(columns / (2.0 + n)) for n in range(depth)]
    return ((np.stack(waves, 2) + 2) * 63).astype(np.uint8)


# ---------------------------------------------------------------------------------------- resizing
def test_the_methods_have_names():
    methods = {k: v for k, v in vars(tf.image.ResizeMethod).items() if k.isupper()}
    assert methods == {
        "BILINEAR": "bilinear", "NEAREST_NEIGHBOR": "nearest", "BICUBIC": "bicubic", "AREA": "area",
        "LANCZOS3": "lanczos3", "LANCZOS5": "lanczos5", "GAUSSIAN": "gaussian",
        "MITCHELLCUBIC": "mitchellcubic",
    }  # fmt: skip


@pytest.mark.parametrize(
    "method", ["bilinear", "bicubic", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"]
)
@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("size", [(3, 11), (12, 2)])
def test_the_gradient_of_a_resize_is_its_transpose(method, antialias, size):
    random = np.random.RandomState(3)
    x = tf.constant(random.rand(1, 7, 6, 2).astype("float32"))
    y = tf.constant(random.rand(1, *size, 2).astype("float32"))
    slope = first(lambda x: tf.image.resize(x, size, method, antialias=antialias) * y, x)
    through = tf.image.resize(x, size, method, antialias=antialias)
    agree(
        tf.reduce_sum(slope * x), tf.reduce_sum(through * y).numpy(), tolerance=Tolerance(1e-4, 0)
    )


def test_a_size_may_be_a_tensor_an_array_or_a_shape():
    x = tf.zeros([4, 5, 1])
    for size in ([2, 3], (2, 3), tf.constant([2, 3]), np.array([2, 3]), tf.TensorShape([2, 3])):
        assert tf.image.resize(x, size).shape == [2, 3, 1]


def test_no_pixel_of_a_batch_reaches_another_image():
    x = np.zeros([2, 4, 4, 1], np.float32)
    x[0] = np.nan
    for method in ("bilinear", "bicubic", "area", "lanczos5"):
        found = tf.image.resize(x, [6, 6], method).numpy()
        assert np.isnan(found[0]).all() and not np.isnan(found[1]).any()


def test_the_gradient_of_crops_by_their_boxes():
    # On a slope of 2 a row and 3 a column every sample moves as its box does.
    rows, columns = np.mgrid[0:6, 0:7].astype("float32")
    image = tf.constant((2 * rows + 3 * columns)[None, :, :, None])
    boxes = tf.constant([[0.13, 0.21, 0.77, 0.9], [0.91, 0.3, 0.23, 0.55]])
    slope = first(lambda b: tf.image.crop_and_resize(image, b, [0, 0], [3, 4]), boxes)
    # 12 samples; on average a sample moves half with each edge, by 5 rows or 6 columns.
    expected = [[12 * 0.5 * 5 * 2, 12 * 0.5 * 6 * 3] * 2] * 2
    agree(slope, np.array(expected, np.float32), tolerance=Tolerance(1e-3, 0))


def test_no_crops_at_all():
    for size in ([1, 1], [2, 3], [7, 5]):
        crops = tf.image.crop_and_resize(tf.ones([1, 3, 3, 2]), np.zeros([0, 4], "f"), [], size)
        assert crops.shape == (0, *size, 2)


def test_crops_outside_hold_the_extrapolation_value_and_have_no_gradient():
    image = tf.ones([1, 3, 3, 1])
    crops = tf.image.crop_and_resize(image, [[2.0, 2.0, 3.0, 3.0]], [0], [2, 2], "bilinear", 5.0)
    agree(crops, np.full([1, 2, 2, 1], 5, np.float32))
    slope = first(lambda x: tf.image.crop_and_resize(x, [[2.0, 2.0, 3.0, 3.0]], [0], [2, 2]), image)
    agree(slope, np.zeros([1, 3, 3, 1], np.float32))


# ----------------------------------------------------------------------------------------- colours
def test_conversions_there_and_back():
    x = tf.constant(np.random.RandomState(0).rand(5, 4, 3).astype("float32"))
    close = Tolerance(1e-4, 1e-4)
    for there, back in [
        (tf.image.rgb_to_hsv, tf.image.hsv_to_rgb), (tf.image.rgb_to_yiq, tf.image.yiq_to_rgb),
        (tf.image.rgb_to_yuv, tf.image.yuv_to_rgb),
    ]:  # fmt: skip
        agree(back(there(x)), x.numpy(), tolerance=close)


def test_colours_of_many_pixels():
    x = np.random.RandomState(0).rand(90, 100, 3).astype("float32")
    x[0] = np.round(x[0])
    hsv = np.array([colorsys.rgb_to_hsv(*pixel) for pixel in x.reshape(-1, 3).tolist()])
    close = Tolerance(1e-4, 1e-4)
    agree(tf.image.rgb_to_hsv(x), hsv.reshape(x.shape).astype("f4"), tolerance=close)
    agree(tf.image.hsv_to_rgb(hsv.reshape(x.shape).astype("f4")), x, tolerance=close)

    def turned(change):
        rgb = [colorsys.hsv_to_rgb(*change(*pixel)) for pixel in hsv.tolist()]
        return np.array(rgb, "f4").reshape(x.shape)

    redder, paler = (
        turned(lambda h, s, v: (h + 0.25, s, v)),
        turned(lambda h, s, v: (h, s * 0.5, v)),
    )
    agree(tf.image.adjust_hue(x, 0.25), redder, tolerance=close)
    agree(tf.image.adjust_saturation(x, 0.5), paler, tolerance=close)
    # Enough for several threads.
    images = np.tile(x, [30, 1, 1, 1])
    for found, wanted in (
        (tf.image.rgb_to_hsv(images), hsv.reshape(x.shape)),
        (tf.image.hsv_to_rgb(np.tile(hsv.reshape(x.shape).astype("f4"), [30, 1, 1, 1])), x),
        (tf.image.adjust_hue(images, 0.25), redder),
        (tf.image.adjust_saturation(images, 0.5), paler),
    ):
        np.testing.assert_allclose(found.numpy(), np.tile(wanted, [30, 1, 1, 1]), 1e-4, 1e-4)


def test_what_has_no_gradient():
    x = tf.constant(np.random.RandomState(0).rand(1, 4, 4, 3).astype("float32"))
    assert first(tf.image.hsv_to_rgb, x) is None
    assert first(lambda x: tf.image.draw_bounding_boxes(x, tf.zeros([1, 1, 4]), None), x) is None


def test_an_image_of_one_colour_is_standardized_to_zeros():
    agree(tf.image.per_image_standardization(tf.fill([2, 3, 3], 7)), np.zeros([2, 3, 3], "f4"))


def test_equal_images_are_as_similar_as_can_be():
    x = tf.constant(picture(24, 24))
    agree(tf.image.ssim(x, x, 255), 1.0)
    agree(tf.image.psnr(x, x, 255), float("inf"))


# ------------------------------------------------------------------------------------------ chance
def test_flips_of_a_batch_are_drawn_per_image():
    tf.random.set_seed(1)
    x = tf.tile(tf.reshape(tf.range(4.0), [1, 1, 4, 1]), [64, 1, 1, 1])
    starts = tf.image.random_flip_left_right(x)[:, 0, 0, 0].numpy()
    assert set(starts) == {0.0, 3.0}
    assert 16 < (starts == 3.0).sum() < 48


def test_the_same_global_seed_gives_the_same_changes():
    x = tf.constant(picture(6, 6))
    found = []
    for _ in range(2):
        tf.random.set_seed(5)
        found.append([tf.image.random_brightness(x, 0.5), tf.image.random_crop(x, [3, 3, 3])])
    for one, other in zip(*found, strict=True):
        agree(one, other.numpy())


def test_glimpses_beyond_the_edge_are_noise_as_bright_as_the_image():
    x = tf.constant(np.random.RandomState(0).rand(1, 6, 6, 1).astype("float32") * 3 + 5)
    for noise in ("uniform", "gaussian"):
        found = tf.image.extract_glimpse(x, [8, 8], [[9.0, 9.0]], False, False, noise).numpy()
        assert x.numpy().min() <= found.min() and found.max() <= x.numpy().max()
        assert found.std() > 0.1


def test_a_sampled_box_covers_enough_and_is_what_slice_takes():
    x = tf.constant(picture(40, 30))
    boxes = tf.constant([[[0.2, 0.3, 0.7, 0.6]]])
    begin, size, box = tf.image.stateless_sample_distorted_bounding_box(
        [40, 30, 3], boxes, (3, 4), 0.6
    )
    part = tf.slice(x, begin, size)
    y1, x1, y2, x2 = box.numpy()[0, 0]
    assert part.shape == [round((y2 - y1) * 40), round((x2 - x1) * 30), 3]
    rows = min(y2, 0.7) - max(y1, 0.2)
    columns = min(x2, 0.6) - max(x1, 0.3)
    assert rows * columns >= 0.6 * 0.5 * 0.3 - 0.02


# ------------------------------------------------------------------------------------------- boxes
def test_suppression_does_not_care_for_the_order_of_corners():
    random = np.random.RandomState(0)
    low = random.rand(30, 2)
    boxes = np.concatenate([low, low + 0.3], 1).astype("float32")
    scores = random.rand(30).astype("float32")
    expected = tf.image.non_max_suppression(boxes, scores, 20, 0.3).numpy()
    turned = boxes[:, [2, 1, 0, 3]]
    agree(tf.image.non_max_suppression(turned, scores, 20, 0.3), expected)


def test_many_candidates_are_suppressed_one_by_one():
    # More than fit into one block of candidates.
    boxes = np.array([[0, n, 1, n + 1.5] for n in range(300)], np.float32)
    scores = -np.arange(300, dtype=np.float32)
    agree(
        tf.image.non_max_suppression(boxes, scores, 300, 0.1), np.arange(0, 300, 2, dtype=np.int32)
    )


# ------------------------------------------------------------------------------------------- files
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_a_png_comes_back_as_it_was(dtype, depth):
    x = (picture(9, 7, depth).astype(np.uint32) * (257 if dtype == "uint16" else 1)).astype(dtype)
    x[3, 2] = 7
    agree(tf.io.decode_png(tf.io.encode_png(x), dtype=tf.as_dtype(dtype)), x)


@pytest.mark.parametrize("size", [(1, 1), (8, 8), (17, 5), (33, 40)])
def test_a_jpeg_comes_back_almost(size):
    x = picture(*size)
    file = tf.io.encode_jpeg(x, quality=98, chroma_downsampling=False)
    found = tf.io.decode_jpeg(file).numpy()
    assert found.shape == x.shape
    assert np.abs(found.astype(int) - x).max() <= 16
    agree(tf.io.is_jpeg(file), True)
    agree(tf.io.extract_jpeg_shape(file), [*size, 3])


@pytest.mark.parametrize(
    "size, check", [((300, 200), 4184924903), ((3, 40000), 2811575084)], ids=["rows", "wide"]
)
def test_the_pixels_of_a_large_jpeg(size, check):
    rows, columns = np.mgrid[0 : size[0], 0 : size[1]]
    x = np.stack([rows * 3 + columns, rows ^ columns, columns // 8 * 40], 2).astype(np.uint8)
    # From TensorFlow 2.21.
    assert zlib.crc32(tf.io.decode_jpeg(tf.io.encode_jpeg(x)).numpy().tobytes()) == check


def test_a_jpeg_that_ends_too_soon():
    file = tf.io.encode_jpeg(picture(64, 64), quality=90).numpy()
    short = file[: len(file) * 4 // 5]
    with refuses(InvalidArgument):
        tf.io.decode_jpeg(short)
    found = tf.io.decode_jpeg(short, try_recover_truncated=True).numpy()
    whole = tf.io.decode_jpeg(file).numpy()
    assert (found[:8] == whole[:8]).all() and (found != whole).any()


def test_decode_image_knows_formats_and_dtypes():
    x = picture(5, 6)
    for file in (tf.io.encode_png(x), tf.io.encode_jpeg(x)):
        plain = tf.io.decode_image(file)
        agree(tf.io.decode_image(file, dtype=tf.float32), plain.numpy() / np.float32(255))
        assert tf.io.decode_image(file, channels=1).shape == [5, 6, 1]


@pytest.mark.parametrize(
    "name", ["decode_jpeg", "decode_png", "decode_gif", "decode_bmp", "decode_image"]
)
def test_bytes_of_no_image_are_refused(name):
    for data in (b"", b"hello, world, this is no image", b"\x89PNG\r\n\x1a\n" + b"x" * 60):
        with refuses(InvalidArgument):
            getattr(tf.io, name)(data)


def test_io_and_image_share_the_functions_for_files():
    for name in ("decode_png", "decode_jpeg", "encode_png", "encode_jpeg", "is_jpeg"):
        assert getattr(tf.io, name) is getattr(tf.image, name)


# ------------------------------------------------------------------------------------------- Keras
@pytest.mark.parametrize(
    "name, options, total",
    [
        ("Resizing", {"height": 6, "width": 7}, 124.795837),
        ("RandomZoom", {"height_factor": 0.2, "seed": 1}, 504.484375),
        ("RandomRotation", {"factor": 0.2, "seed": 1}, 499.476166),
        ("RandomTranslation", {"height_factor": 0.1, "width_factor": 0.1, "seed": 1}, 500.266632),
        ("RandomContrast", {"factor": 0.2, "seed": 1}, 501.241058),
    ],
)
def test_layers_of_keras_change_images_as_on_tensorflow(name, options, total):
    x = np.random.RandomState(0).rand(2, 12, 14, 3).astype("float32")
    layer = getattr(tf.keras.layers, name)(**options)
    found = layer(x) if name == "Resizing" else layer(x, training=True)
    agree(tf.reduce_sum(found), np.float32(total), tolerance=Tolerance(1e-4, 0))


@pytest.mark.tfcompat_only
def test_proposals_are_decoded_clipped_and_thinned_out():
    # TensorFlow has this op on GPUs only.
    anchors = tf.constant([[0.0, 0.0, 20.0, 20.0], [10.0, 10.0, 40.0, 40.0]])
    scores = tf.reshape([0.5, 0.9], [1, 1, 1, 2])
    deltas = tf.reshape([0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0], [1, 1, 1, 8])
    info = tf.constant([[32.0, 32.0, 1.0, 0.0, 0.0]])
    boxes, found = tf.image.generate_bounding_box_proposals(
        scores, deltas, info, anchors, post_nms_topn=3
    )
    agree(
        boxes,
        np.array([[[10, 10, 32, 32], [0, 10, 20, 30], [0, 0, 0, 0]]], np.float32),
    )
    agree(found, np.array([[0.9, 0.5, 0.0]], np.float32))


@pytest.mark.skipif(IS_TENSORFLOW, reason="says which library is missing here")
def test_a_jpeg_xl_says_what_is_missing():
    with pytest.raises(NotImplementedError, match="pillow-jxl"):
        tf.image.decode_jxl(b"\xff\x0a" + b"x" * 40)
