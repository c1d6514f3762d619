"""NumPy's forms of what programs do to make more pictures of few; see numpy_rules.py.

Random changes draw as the public ops do, from the stream of their node.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.lowering import Call, Step, Variable
from tfcompat._src.data.numpy_array_rules import _number, _numbers, _variable
from tfcompat._src.data.numpy_rules import _OPS, rule
from tfcompat._src.data.tensor_rules import _picture as resized_at_once
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.random_seeds import RESERVED, at_node, next_stream
from tfcompat._src.randomness import sampling

#: Whether the rules of this file are registered.
LOADED = True
Array = np.ndarray[Any, Any]
_SINGLE = np.float32
# Of so many numbers, less than 128 KiB.
_BLOCK = 32_000


def _picture(call: Call, name: str, dtype: Any = None) -> Variable:
    """A picture that is computed. Raises TypeError for another argument."""
    x = _variable(call, name)
    if x.dims is None or len(x.dims) != 3 or (dtype is not None and x.dtype is not dtype):
        raise TypeError("no such picture")
    return x


def _float(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TypeError("not known")
    return float(value)


# -------------------------------------------------------------------------------------- for good
def _standardized(a: Array) -> Array:
    axes = (-3, -2, -1)
    a = a.astype(_SINGLE, copy=False)
    centred = a - np.mean(a, axis=axes, keepdims=True)
    deviation = np.sqrt(np.mean(np.square(centred), axis=axes, keepdims=True))
    least = _SINGLE(float(np.prod(a.shape[-3:])) ** -0.5)
    return centred / np.maximum(deviation, least)


@rule(_OPS + "image_colour", "per_image_standardization")
def _standard(call: Call) -> Step:
    x = _picture(call, "image")
    if x.dtype not in (dtypes.float32, dtypes.uint8) or 0 in (x.dims or ()):
        raise TypeError("other numbers")
    return Step(_standardized, lambda n, a: _standardized(a), (x.index,), True)


@rule(_OPS + "image_colour", "adjust_brightness")
def _brighter(call: Call) -> Step:
    x = _picture(call, "image", dtypes.float32)
    delta = _SINGLE(_float(call.argument("delta")))
    return Step(lambda a: a + delta, lambda n, a: a + delta, (x.index,), True)


def _contrasted(a: Array, factor: Any) -> Array:
    *outer, height, width, depth = a.shape
    count = height * width
    # A product is faster than a sum over all axes but the last, and as exact.
    sums = np.ones((1, count), _SINGLE) @ np.ascontiguousarray(a).reshape(*outer, count, depth)
    mean = (sums / _SINGLE(count)).reshape(*outer, 1, 1, depth)
    found: np.ndarray[Any, Any] = a - mean
    found *= factor
    found += mean
    return found


@rule(_OPS + "image_colour", "adjust_contrast")
def _contrast(call: Call) -> Step:
    x = _picture(call, "images", dtypes.float32)
    factor = _SINGLE(_float(call.argument("contrast_factor")))
    return Step(
        lambda a: _contrasted(a, factor), lambda n, a: _contrasted(a, factor), (x.index,), True
    )


@rule(_OPS + "image_geometry", "rot90")
def _turned(call: Call) -> Step:
    x, times = _picture(call, "image"), _number(call.argument("k"))
    return Step(
        lambda a: np.rot90(a, times, (-3, -2)),
        lambda n, a: np.rot90(a, times, (-3, -2)),
        (x.index,),
    )


@lru_cache(maxsize=256)
def _neighbours(have: int, want: int, depth: int) -> tuple[Array, Array, Array]:
    """For each new number the two old ones around it, and how near it is to the second.

    Along an axis of pixels of `depth` numbers each.
    """
    at = (np.arange(want, dtype=_SINGLE) + _SINGLE(0.5)) * _SINGLE(have / want) - _SINGLE(0.5)
    below = np.floor(at)
    first = np.maximum(below, 0).astype(np.intp)
    second = np.minimum(np.ceil(at), have - 1).astype(np.intp)
    channels = np.arange(depth)
    spread = [(index[:, None] * depth + channels).ravel() for index in (first, second)]
    return spread[0], spread[1], np.repeat(at - below, depth)


def _bilinear(a: Array, height: int, width: int) -> Array:
    """Pictures [..., height, width, channels] of another size."""
    *outer, rows, columns, depth = a.shape
    left, right, across = _neighbours(columns, width, depth)
    above, below, down = _neighbours(rows, height, 1)
    down = down[:, None]
    whole = a.reshape(-1, rows, columns * depth)
    found = np.empty((len(whole), height, width * depth), _SINGLE)
    # What lies between the two is small enough to stay in the cache, and to be no new memory.
    some = max(_BLOCK // (rows * width * depth), 1)
    for at in range(0, len(whole), some):
        part = whole[at : at + some]
        low = part.take(left, -1)
        lines: Array = np.subtract(part.take(right, -1), low, dtype=_SINGLE)
        lines *= across
        lines += low
        upper, lower = lines.take(above, -2), lines.take(below, -2)
        lower -= upper
        lower *= down
        np.add(lower, upper, out=found[at : at + some])
    return found.reshape(*outer, height, width, depth)


@rule(_OPS + "image_resize", "resize")
def _resized(call: Call) -> Step | None:
    x, size = _picture(call, "images"), _numbers(call.argument("size"))
    plain = call.argument("method") == "bilinear" and not call.argument("antialias")
    if not plain or call.argument("preserve_aspect_ratio") or 0 in (x.dims or ()):
        return resized_at_once(call)
    if len(size) != 2 or min(size) < 1 or x.dtype not in (dtypes.float32, dtypes.uint8):
        return resized_at_once(call)
    height, width = size

    def resize(a: Array) -> Array:
        if not a.size:
            raise ValueError("no pixels")
        return _bilinear(a, height, width)

    return Step(resize, lambda n, a: resize(a), (x.index,), True)


@rule(_OPS + "image_geometry", "resize_with_crop_or_pad")
def _fitted(call: Call) -> Step:
    x = _picture(call, "image")
    wanted = [_number(call.argument(name)) for name in ("target_height", "target_width")]
    if min(wanted) < 1 or x.dtype is dtypes.string:
        raise ValueError("no size")

    def fit(a: Array) -> Array:
        where, padding = [], []
        for have, want in zip(a.shape[-3:-1], wanted, strict=True):
            first, spare = max((have - want) // 2, 0), max(want - have, 0)
            where.append(slice(first, first + min(have, want)))
            padding.append((spare // 2, spare - spare // 2))
        found: Array = a[..., where[0], where[1], :]
        if any(sum(pair) for pair in padding):
            (top, bottom), (left, right) = padding
            wide = np.zeros((*a.shape[:-3], *wanted, a.shape[-1]), a.dtype)
            wide[..., top : wanted[0] - bottom, left : wanted[1] - right, :] = found
            return wide
        return found

    return Step(fit, lambda n, a: fit(a), (x.index,))


# -------------------------------------------------------------------------------------- by chance
def _drawn(call: Call, x: Variable, change: Callable[[Array], Array]) -> Step:
    """A step that draws: `change` is called when it is known whose stream is to be drawn from."""
    node = call.node

    def element(a: Array) -> Array:
        at_node((node,))
        return change(a)

    return Step(element, None, (x.index,), True)


def _uniform(seed: Any, low: float, high: float) -> Any:
    """A number in [low, high), as tf.random.uniform gives it."""
    stream = next_stream(seed, ("uniform", dtypes.float32), RESERVED)
    below = _SINGLE(low)
    width = _SINGLE(float(_SINGLE(high) - below))
    return sampling.uniform(stream, 1, _SINGLE)[0] * width + below


@rule(_OPS + "image_random", "random_flip_left_right", "random_flip_up_down")
def _perhaps_flipped(call: Call) -> Step:
    x, seed = _picture(call, "image"), call.argument("seed")
    axis = -2 if call.node.name == "random_flip_left_right" else -3
    return _drawn(call, x, lambda a: np.flip(a, axis) if _uniform(seed, 0.0, 1.0) < 0.5 else a)


@rule(_OPS + "image_random", "random_brightness")
def _perhaps_brighter(call: Call) -> Step:
    x, seed = _picture(call, "image", dtypes.float32), call.argument("seed")
    most = _float(call.argument("max_delta"))
    if most < 0:
        raise ValueError("a negative range")
    return _drawn(call, x, lambda a: a + _uniform(seed, -most, most))


@rule(_OPS + "image_random", "random_contrast")
def _perhaps_contrasted(call: Call) -> Step:
    x, seed = _picture(call, "image", dtypes.float32), call.argument("seed")
    low, high = _float(call.argument("lower")), _float(call.argument("upper"))
    if not 0 <= low < high:
        raise ValueError("no range")
    return _drawn(call, x, lambda a: _contrasted(a, _uniform(seed, low, high)))


@rule(_OPS + "image_random", "random_crop")
def _cropped(call: Call) -> Step:
    x, seed = _variable(call, "value"), call.argument("seed")
    sizes, given = _numbers(call.argument("size")), call.argument("size")
    if x.dims is None or len(x.dims) != len(sizes) or not isinstance(given, (list, tuple)):
        raise TypeError("a size of another rank or type")
    most = int(dtypes.int32.max)

    def crop(a: Array) -> Array:
        if any(size > have for size, have in zip(sizes, a.shape, strict=True)):
            raise invalid_argument(
                "random_crop", f"Need value.shape >= size, got {list(a.shape)} and {sizes}"
            )
        stream = next_stream(seed, ("uniform_int", dtypes.int32), len(sizes) * RESERVED)
        draws = sampling.uniform_int(stream, len(sizes), 0, most, np.int32).tolist()
        first = [d % (m - n + 1) for d, m, n in zip(draws, a.shape, sizes, strict=True)]
        return a[tuple([slice(f, f + n) for f, n in zip(first, sizes, strict=True)])]

    return _drawn(call, x, crop)
