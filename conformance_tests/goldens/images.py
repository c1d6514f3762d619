"""tf.image: resizing, geometry, colours, measures, boxes, seeded random changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .cases import COMPLEX, EVERY, FLOATS, SIGNED, UNSIGNED, Case, Input

REAL = (*SIGNED, *UNSIGNED, *FLOATS)
METHODS = (
    "bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic",
)  # fmt: skip

#: From, to: smaller, larger, each by a fraction and by a multiple, one pixel, one row.
SIZES: tuple[tuple[tuple[int, ...], tuple[int, int]], ...] = (
    ((1, 5, 7, 2), (3, 4)),
    ((2, 4, 3, 1), (8, 9)),
    ((1, 9, 8, 3), (3, 2)),
    ((1, 1, 1, 2), (3, 2)),
    ((1, 6, 5, 1), (1, 1)),
    ((1, 1, 6, 1), (4, 6)),
    ((5, 7, 3), (7, 5)),
    ((0, 4, 5, 3), (2, 2)),
    ((1, 4, 5, 2), (4, 5)),
    ((1, 4, 5, 2), (4, 9)),
)


def function_of(name: str) -> Callable[..., Any]:
    return lambda tf, *arguments: getattr(tf.image, name)(*arguments)


def color(tf: Any, x: Any) -> Any:
    """Numbers of [-0.9, 0.9] as colours of [0.05, 0.95].

    In half precision only the sign goes: what XLA computes in one go it does not round between.
    """
    if x.dtype in (tf.float16, tf.bfloat16):
        return tf.abs(x)
    return x * tf.cast(0.5, x.dtype) + tf.cast(0.5, x.dtype)


def spread(tf: Any, x: Any) -> Any:
    """Small integers over the whole range of their dtype; floats as they are."""
    if not x.dtype.is_integer or x.dtype == tf.int64:
        return x
    return tf.cast(tf.cast(x, tf.float64) * (x.dtype.max / 8), x.dtype)


# ---------------------------------------------------------------------------------------- resizing
def _resizes() -> Iterator[Case]:
    for method in METHODS:
        # Area has no derivative in TensorFlow.
        order = 0 if method == "area" else 1
        for antialias in (False, True):
            if antialias and method in ("nearest", "area"):
                continue
            for shape, size in SIZES:
                yield Case(
                    f"resize {method} {antialias} {shape} {size}",
                    lambda tf, x, m=method, a=antialias, s=size: tf.image.resize(
                        x, s, m, antialias=a
                    ),
                    (Input(shape),), order, 4, method == "nearest",
                )  # fmt: skip
        for dtype in EVERY:
            yield Case(
                f"resize {method} {dtype}",
                lambda tf, x, m=method: tf.image.resize(spread(tf, x), (3, 5), m),
                (Input((1, 4, 3, 2), dtype),), 0, 8, method == "nearest",
            )  # fmt: skip
        yield Case(
            f"resize {method} special",
            lambda tf, x, m=method: tf.image.resize(x, (4, 3), m),
            (Input((1, 5, 3, 1), "float32", "distinct"),), 0, 4,
        )  # fmt: skip
        for sizes in [(7, 9), (3, 2)]:
            yield Case(
                f"resize {method} beside nan and infinity {sizes}",
                lambda tf, x, m=method, s=sizes: tf.image.resize(
                    tf.where(x > 14.0, float("nan"), tf.where(x < -16.0, float("inf"), x)), s, m
                ),
                (Input((1, 8, 9, 1), "float32", "distinct"),), 0, 4,
            )  # fmt: skip
    for have, want in [((5, 7), (10, 10)), ((5, 7), (3, 20)), ((7, 5), (4, 3)), ((3, 3), (1, 9))]:
        yield Case(
            f"resize proportions {have} {want}",
            lambda tf, x, s=want: {
                "kept": tf.image.resize(x, s, preserve_aspect_ratio=True),
                "padded": tf.image.resize_with_pad(x, *s),
                "antialiased": tf.image.resize_with_pad(x, *s, method="lanczos3", antialias=True),
                "nearest": tf.image.resize_with_pad(x, *s, method="nearest"),
            },
            (Input((*have, 1)),), 1, 4,
        )  # fmt: skip
    boxes = [[0.1, 0.2, 0.8, 0.9], [-0.2, 0.5, 1.2, 0.3], [0, 0, 1, 1], [0.7, 0.7, 0.2, 0.1]]
    for size in [(2, 3), (1, 1), (4, 5), (7, 2)]:
        for method in ("bilinear", "nearest"):
            yield Case(
                f"crop_and_resize {size} {method}",
                lambda tf, x, b, s=size, m=method: tf.image.crop_and_resize(
                    x, tf.constant(boxes) + b * 0.0, [0, 1, 1, 0], s, m, 7.0
                ),
                (Input((2, 4, 5, 3)), Input((4, 4), "float32", "unit")), 1, 8,
            )  # fmt: skip
            yield Case(
                f"crop_and_resize anywhere {size} {method}",
                lambda tf, x, b, s=size, m=method: tf.image.crop_and_resize(
                    x, b * 0.6 + 0.5, [0, 1, 0, 1, 0], s, m
                ),
                (Input((2, 6, 5, 1)), Input((5, 4), "float32", "unit")), 1, 16,
            )  # fmt: skip
    for dtype in EVERY:
        yield Case(
            f"crop_and_resize {dtype}",
            lambda tf, x: tf.image.crop_and_resize(x, [[0.1, 0.0, 0.7, 1.1]], [1], (3, 2)),
            (Input((2, 4, 3, 2), dtype),), 0, 4,
        )  # fmt: skip


# ---------------------------------------------------------------------------------------- geometry
def _turned(tf: Any, x: Any) -> Any:
    i = tf.image
    return {
        "left_right": i.flip_left_right(x), "up_down": i.flip_up_down(x),
        "transpose": i.transpose(x), "rot90": i.rot90(x), "rot180": i.rot90(x, 2),
        "rot270": i.rot90(x, 3), "rot": i.rot90(x, -5), "rot0": i.rot90(x, 4),
    }  # fmt: skip


def _cut(tf: Any, x: Any) -> Any:
    i = tf.image
    found = {
        "crop": i.crop_to_bounding_box(x, 1, 2, 2, 1), "pad": i.pad_to_bounding_box(x, 1, 2, 8, 9),
        "all": i.crop_to_bounding_box(x, 0, 0, 4, 5), "none": i.pad_to_bounding_box(x, 0, 0, 4, 5),
    }  # fmt: skip
    for fraction in (0.1, 0.3, 0.5, 0.77, 1.0):
        found[f"central {fraction}"] = i.central_crop(x, fraction)
    for rows, columns in [(2, 2), (3, 8), (9, 3), (7, 8), (4, 5), (1, 1)]:
        found[f"to {rows} {columns}"] = i.resize_with_crop_or_pad(x, rows, columns)
    return found


PATCHES = [
    ((2, 2), (1, 1), (1, 1), "VALID"), ((2, 3), (2, 1), (1, 1), "SAME"),
    ((3, 1), (1, 2), (2, 1), "SAME"), ((2, 2), (3, 3), (2, 3), "VALID"),
    ((1, 1), (2, 2), (1, 1), "SAME"), ((4, 5), (1, 1), (1, 1), "VALID"),
    ((7, 7), (2, 3), (1, 1), "SAME"),
]  # fmt: skip


def _geometry() -> Iterator[Case]:
    for dtype in EVERY:
        for shape in [(4, 5, 3), (2, 4, 5, 1)]:
            order = 1 if dtype == "float32" else 0
            given = (Input(shape, dtype),)
            yield Case(f"turned {dtype} {shape}", _turned, given, order, exact=True)
            yield Case(f"cut {dtype} {shape}", _cut, given, order, exact=True)
    for size, strides, rates, padding in PATCHES:
        yield Case(
            f"extract_patches {size} {strides} {rates} {padding}",
            lambda tf, x, z=size, s=strides, r=rates, p=padding: tf.image.extract_patches(
                x, [1, *z, 1], [1, *s, 1], [1, *r, 1], p
            ),
            (Input((2, 5, 6, 2)),), 1, exact=True,
        )  # fmt: skip
    for dtype in EVERY:
        yield Case(
            f"extract_patches {dtype}",
            lambda tf, x: tf.image.extract_patches(
                x, [1, 2, 2, 1], [1, 1, 2, 1], [1, 1, 1, 1], "SAME"
            ),
            (Input((1, 3, 4, 2), dtype),), 0, exact=True,
        )  # fmt: skip
    for centered in (False, True):
        for normalized in (False, True):
            yield Case(
                f"extract_glimpse {centered} {normalized}",
                lambda tf, x, at, c=centered, n=normalized: {
                    str(size): tf.image.extract_glimpse(
                        x, size, at if n else at * 5, c, n, "zero"
                    )
                    for size in [(2, 3), (4, 2), (7, 9)]
                },
                (Input((4, 5, 6, 2)), Input((4, 2), "float32", "unit")), 0, exact=True,
            )  # fmt: skip


TRANSFORMS = [
    [1, 0, 0.5, 0, 1, -1.5, 0, 0], [1.03, 0.21, -1.07, 0.13, 0.93, 1.11, 0.05, -0.02],
    [-1, 0, 4, 0, 1, 0, 0, 0], [0.7, -0.7, 1.3, 0.7, 0.7, -2.2, 0, 0],
]  # fmt: skip


def _projected(tf: Any, x: Any, transform: Any, interpolation: str) -> Any:
    return {
        mode: tf.raw_ops.ImageProjectiveTransformV3(
            images=x, transforms=tf.constant([transform], tf.float32), output_shape=[4, 6],
            fill_value=2.0, interpolation=interpolation, fill_mode=mode,
        )
        for mode in ("CONSTANT", "REFLECT", "WRAP", "NEAREST")
    }  # fmt: skip


def _projections() -> Iterator[Case]:
    for number, transform in enumerate(TRANSFORMS):
        for how in ("NEAREST", "BILINEAR"):
            yield Case(
                f"projective transform {number} {how}",
                lambda tf, x, t=transform, h=how: _projected(tf, x, t, h),
                (Input((2, 5, 6, 2)),), 1, 8,
            )  # fmt: skip
    for dtype in ("uint8", "int32", "int64", "float16", "float64"):
        yield Case(
            f"projective transform {dtype}",
            lambda tf, x: _projected(tf, x, TRANSFORMS[0], "BILINEAR"),
            (Input((1, 4, 5, 1), dtype),), 0, 4,
        )  # fmt: skip


# ----------------------------------------------------------------------------------------- colours
def _converted(tf: Any, x: Any) -> Any:
    x = color(tf, x) if x.dtype.is_floating else spread(tf, x)
    found = {}
    for to in REAL:
        # What does not fit is the processor's business.
        if (x.dtype.name, to) != ("int64", "uint64"):  # all zeros in TensorFlow
            found[f"{to} saturate"] = tf.image.convert_image_dtype(x, to, saturate=True)
        if x.dtype.is_integer or to in FLOATS:
            found[to] = tf.image.convert_image_dtype(x, to)
    return found


def _adjusted(tf: Any, x: Any) -> Any:
    i = tf.image
    x = color(tf, x) if x.dtype.is_floating else spread(tf, x)
    found = {
        "brighter": i.adjust_brightness(x, 0.3), "darker": i.adjust_brightness(x, -0.4),
        "gamma": i.adjust_gamma(x, 0.4), "gain": i.adjust_gamma(x, 2, 0.7),
        "standard": i.per_image_standardization(x), "gray": i.rgb_to_grayscale(x),
    }  # fmt: skip
    if x.dtype == tf.float16:
        return found
    for factor in (0.0, 0.4, 2.0):
        found[f"contrast {factor}"] = i.adjust_contrast(x, factor)
        found[f"saturation {factor}"] = i.adjust_saturation(x, factor)
    for delta in (0.0, 0.1, -0.35, 1.0, 0.9):
        found[f"hue {delta}"] = i.adjust_hue(x, delta)
    return found


def _differentiable(tf: Any, x: Any) -> Any:
    i = tf.image
    y = color(tf, x)
    return {
        "brightness": i.adjust_brightness(y, 0.3), "gamma": i.adjust_gamma(y, 0.4, 0.7),
        "standard": i.per_image_standardization(x), "gray": i.rgb_to_grayscale(y),
        "float": i.convert_image_dtype(y, tf.float64),
    }  # fmt: skip


def _colours() -> Iterator[Case]:
    for dtype in REAL:
        slack = 4 if dtype in FLOATS else 1
        kind = "unit" if dtype in FLOATS else "any"
        given = (Input((2, 3, 3), dtype, kind),)
        yield Case(f"convert_image_dtype {dtype}", _converted, given, 0, slack)
        # Wider integers and float64 show the last bit of the float32 in between.
        if dtype not in ("uint16", "int32", "uint32", "int64", "uint64"):
            yield Case(f"adjusted {dtype}", _adjusted, given, 0, 1e8 if dtype == "float64" else 8)
    yield Case("colours", _differentiable, (Input((2, 2, 3), "float32", "unit"),), 2, 8)
    for dtype in (*FLOATS, *COMPLEX, "int32"):
        for name in ("rgb_to_yiq", "yiq_to_rgb", "rgb_to_yuv", "yuv_to_rgb"):
            given = (Input((2, 3, 3), dtype, "unit"),)
            yield Case(
                f"{name} {dtype}", function_of(name), given, 1 if dtype == "float32" else 0, 4
            )
        if dtype in COMPLEX:
            continue
        for name in ("rgb_to_hsv", "hsv_to_rgb"):
            order = 2 if dtype == "float32" and name == "rgb_to_hsv" else 0
            yield Case(
                f"{name} {dtype}",
                lambda tf, x, f=name: getattr(tf.image, f)(color(tf, x)),
                (Input((4, 5, 3), dtype, "unit"),), order, 8,
            )  # fmt: skip
    yield Case(
        "rgb_to_hsv ties",
        lambda tf, x: tf.image.rgb_to_hsv(tf.maximum(x, 0.0) / 2),
        (Input((60, 3), "float32", "ties"),), 1, 8,
    )  # fmt: skip
    yield Case("adjusted beyond", lambda tf, x: {
        "hue": tf.image.adjust_hue(x, 0.2), "saturation": tf.image.adjust_saturation(x, 1.5),
        "contrast": tf.image.adjust_contrast(x, -1.0),
    }, (Input((2, 5, 4, 3)),), 0, 8)  # fmt: skip
    yield Case(
        "grayscale_to_rgb", function_of("grayscale_to_rgb"), (Input((2, 3, 1)),), 1, exact=True
    )


# ---------------------------------------------------------------------------------------- measures
def _compared(tf: Any, x: Any, y: Any) -> Any:
    i = tf.image
    x, y = color(tf, x), color(tf, y)
    return {
        "psnr": i.psnr(x, y, 1.0), "ssim": i.ssim(x, y, 1.0, filter_size=5),
        "map": i.ssim(x, y, 1.0, filter_size=3, filter_sigma=0.8, return_index_map=True),
        "scales": i.ssim_multiscale(
            x, 0.8 * x + 0.2 * y, 1.0, power_factors=(0.3, 0.3, 0.4), filter_size=3
        ),
    }  # fmt: skip


def _measures() -> Iterator[Case]:
    for dtype in FLOATS:
        given = (Input((2, 4, 5, 2), dtype),)
        order = {"float32": 1, "float64": 2}.get(dtype, 0)
        yield Case(f"image_gradients {dtype}", function_of("image_gradients"), given, order)
        yield Case(f"total_variation {dtype}", function_of("total_variation"), given, order, 4)
        yield Case(f"sobel_edges {dtype}", function_of("sobel_edges"), given, order, 4)
    for dtype in EVERY:
        given = (Input((3, 4, 1), dtype),)
        yield Case(f"total_variation 3-D {dtype}", function_of("total_variation"), given, 0, 4)
        given = (Input((1, 2, 3, 1), dtype),)
        yield Case(f"image_gradients 4-D {dtype}", function_of("image_gradients"), given)
    for shape in [(13, 14, 3), (2, 13, 16, 1)]:
        given = (Input(shape, "float32", "unit"), Input(shape, "float32", "unit"))
        yield Case(f"compared {shape}", _compared, given, 1, 40)
    yield Case(
        "compared uint8",
        lambda tf, x, y: {
            "psnr": tf.image.psnr(spread(tf, x), spread(tf, y), 255),
            "ssim": tf.image.ssim(spread(tf, x), spread(tf, y), 255, filter_size=4),
        },
        (Input((6, 7, 3), "uint8"), Input((6, 7, 3), "uint8")), 0, 40,
    )  # fmt: skip


def cases() -> Iterator[Case]:
    yield from _resizes()
    yield from _geometry()
    yield from _projections()
    yield from _colours()
    yield from _measures()
