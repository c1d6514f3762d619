"""tf.image.sample_distorted_bounding_box: a random part of an image that keeps what matters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.random_seeds import next_stream, unpredictable
from tfcompat._src.ops.stateless_random import stream_of
from tfcompat._src.randomness.philox import Stream, words
from tfcompat._src.tensor import Tensor

_F = np.float32
_SIZES = frozenset({dtypes.uint8, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64})


class SampleDistortedBoundingBoxV2(NamedTuple):
    """What `sample_distorted_bounding_box` returns."""

    begin: Tensor
    size: Tensor
    bboxes: Tensor


class StatelessSampleDistortedBoundingBox(NamedTuple):
    """What `stateless_sample_distorted_bounding_box` returns."""

    begin: Tensor
    size: Tensor
    bboxes: Tensor


class _Numbers:
    """A stream's words one by one, as the numbers that the sampling asks for."""

    def __init__(self, stream: Stream) -> None:
        self._words = self._endless(stream)

    @staticmethod
    def _endless(stream: Stream) -> Iterator[int]:
        while True:
            yield from words(stream, 64).tolist()
            stream = stream.skip(16)

    def unit(self) -> Any:
        """A float32 in [0, 1)."""
        bits = next(self._words) & 0x7FFFFF | 0x3F800000
        return np.array(bits, np.uint32).view(np.float32)[()] - _F(1)

    def below(self, limit: int) -> int:
        """An integer in [0, limit), each as likely as the other."""
        if limit & (limit - 1) == 0:
            return next(self._words) & (limit - 1)
        excess = (0xFFFFFFFF % limit) + 1
        while True:
            word = next(self._words)
            if word < 0xFFFFFFFF - excess:
                return word % limit


class _Box(NamedTuple):
    left: int
    top: int
    right: int
    bottom: int

    @property
    def area(self) -> Any:
        return _F(max(self.right - self.left, 0)) * _F(max(self.bottom - self.top, 0))

    def common(self, other: _Box) -> _Box:
        """What both cover."""
        return _Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )


def _rounded(x: Any) -> int:
    return int(np.rint(_F(x)))


def _crop(
    width: int, height: int, areas: tuple[Any, Any], ratio: Any, random: _Numbers
) -> _Box | None:
    """A crop of a ratio of width to height whose area is within bounds, anywhere in the image."""
    if areas[1] <= 0 or ratio <= 0 or width <= 0 or height <= 0 or areas[0] > areas[1]:
        return None
    least, most = [_F(a) * _F(width) * _F(height) for a in areas]
    rows, most_rows = _rounded(np.sqrt(least / ratio)), _rounded(np.sqrt(most / ratio))
    if _rounded(_F(most_rows) * ratio) > width:
        most_rows = int((width + 0.5 - 1e-7) / float(ratio))
    most_rows = min(most_rows, height)
    rows = min(rows, most_rows)
    if rows < most_rows:
        rows += random.below(most_rows - rows + 1)
    columns = _rounded(_F(rows) * ratio)
    area = _F(columns * rows)
    if area < least:
        rows += 1
        columns = _rounded(_F(rows) * ratio)
        area = _F(columns * rows)
    if area > most:
        rows -= 1
        columns = _rounded(_F(rows) * ratio)
        area = _F(columns * rows)
    if area < least or area > most or columns > width or rows > height or min(columns, rows) <= 0:
        return None
    top = random.below(height - rows) if rows < height else 0
    left = random.below(width - columns) if columns < width else 0
    return _Box(left, top, left + columns, top + rows)


def _covers(crop: _Box, share: Any, boxes: list[_Box]) -> bool:
    return any(box.area > 0 and crop.common(box).area / box.area >= share for box in boxes)


def _range(value: Any, name: str, fallback: tuple[float, float], op: str) -> tuple[Any, Any]:
    numbers = [float(n) for n in (value if value else fallback)]
    if len(numbers) != 2:
        raise invalid_argument(op, f"received {name}={numbers}; it must specify 2 dimensions")
    if min(numbers) <= 0:
        raise invalid_argument(op, f"{name} must be non-negative: received {numbers}")
    return _F(numbers[0]), _F(numbers[1])


def _sampled(
    op: str,
    image_size: Any,
    bounding_boxes: Any,
    min_object_covered: Any,
    aspect_ratio_range: Any,
    area_range: Any,
    max_attempts: Any,
    use_image_if_no_bounding_boxes: Any,
    stream: Any,
) -> tuple[Tensor, Tensor, Tensor]:
    size = to_tensor(image_size)
    check_dtype(op, size, _SIZES)
    if tuple(size._shape) != (3,):
        raise invalid_argument(
            op, f"image_size must contain 3 elements: received the shape {list(size._shape)}"
        )
    given = to_tensor(bounding_boxes, dtypes.float32)
    if len(given._shape) != 3:
        raise invalid_argument(
            op,
            f"input boxes must be 3-dimensional [batch, num_boxes, coords]: received "
            f"{list(given._shape)}",
        )
    ratios = _range(aspect_ratio_range, "aspect_ratio_range", (0.75, 1.33), op)
    areas = _range(area_range, "area_range", (0.05, 1.0), op)
    if max(areas) > 1:
        raise invalid_argument(op, f"area_range must be at most 1.0: received {list(area_range)}")
    attempts = 100 if max_attempts is None else int(max_attempts)
    if attempts <= 0:
        raise invalid_argument(op, f"received max_attempts={attempts}; expected 1 or more")
    share = _F(to_tensor(min_object_covered, dtypes.float32)._numpy())
    if share < 0:
        raise invalid_argument(op, f"received min_object_covered={share}; expected 0 or more")
    height, width, _ = [int(n) for n in size._numpy()]
    whole = _Box(0, 0, width, height)
    boxes = _boxes(op, given, width, height)
    if not boxes:
        if not use_image_if_no_bounding_boxes:
            raise invalid_argument(
                op,
                "No bounding boxes provided as input; use_image_if_no_bounding_boxes allows that",
            )
        boxes = [whole]
    random, found = _Numbers(stream()), whole
    for _ in range(attempts):
        ratio = random.unit() * (ratios[1] - ratios[0]) + ratios[0]
        crop = _crop(width, height, areas, ratio, random)
        if crop is not None and _covers(crop, share, boxes):
            found = crop
            break
    native = size._dtype.as_numpy_dtype
    begin = np.array([found.top, found.left, 0]).astype(native)
    extent = np.array([found.bottom - found.top, found.right - found.left, -1]).astype(native)
    edges = np.array([found.top, found.left, found.bottom, found.right], _F)
    with np.errstate(all="ignore"):
        corners = edges / np.array([height, width, height, width], _F)
    return (
        from_numpy(begin, size._dtype),
        from_numpy(extent, size._dtype),
        from_numpy(corners.reshape(1, 1, 4), dtypes.float32),
    )


def _boxes(op: str, given: Tensor, width: int, height: int) -> list[_Box]:
    corners = given._numpy()
    if given._shape[2] != 4:
        raise invalid_argument(
            op, f"bounding boxes must have shape [4] or [*, 4]: received {list(given._shape)}"
        )
    bad = ~((corners >= 0) & (corners <= 1))
    if bad.any():
        raise invalid_argument(
            op, f"All bounding box coordinates must be in [0.0, 1.0]: received {corners[bad][0]}"
        )
    scale = np.array([height, width, height, width], _F)
    return [
        _Box(left, top, right, bottom)
        for top, left, bottom, right in (corners.reshape(-1, 4) * scale).astype(np.int64).tolist()
    ]


@public("tfcompat.image")
def sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any = 0,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> SampleDistortedBoundingBoxV2:
    """A random part of an image that shows enough of what is in it.

    Args:
      image_size: [height, width, channels].
      bounding_boxes: [batch, boxes, 4], float32: what is in it, [y1, x1, y2, x2] in [0, 1].
      seed: 0 for one that nobody foresees.
      min_object_covered: the share of one of the boxes that must be in the part.
      aspect_ratio_range: [least, most] width / height; [0.75, 1.33] unless given.
      area_range: [least, most] share of the image's area; [0.05, 1] unless given.
      max_attempts: tries before the whole image is taken; 100 unless given.
      use_image_if_no_bounding_boxes: no boxes mean one that is the whole image; else an error.
      name: ignored.

    Returns:
      begin and size for `tf.slice`, and the box for `draw_bounding_boxes`.
    """
    op = "sample_distorted_bounding_box"
    attempts = 100 if max_attempts is None else int(max_attempts)

    def stream() -> Stream:
        if not seed:
            return unpredictable()
        options = (attempts, tuple(aspect_ratio_range or ()), tuple(area_range or ()))
        dtype = to_tensor(image_size)._dtype
        kind = (op, dtype, *options, bool(use_image_if_no_bounding_boxes))
        return next_stream(seed, kind, attempts)

    return SampleDistortedBoundingBoxV2(
        *_sampled(
            op, image_size, bounding_boxes, min_object_covered, aspect_ratio_range, area_range,
            max_attempts, use_image_if_no_bounding_boxes, stream,
        )
    )  # fmt: skip


@public("tfcompat.image")
def stateless_sample_distorted_bounding_box(
    image_size: Any,
    bounding_boxes: Any,
    seed: Any,
    min_object_covered: Any = 0.1,
    aspect_ratio_range: Any = None,
    area_range: Any = None,
    max_attempts: Any = None,
    use_image_if_no_bounding_boxes: Any = None,
    name: str | None = None,
) -> StatelessSampleDistortedBoundingBox:
    """Like `sample_distorted_bounding_box`, from nothing but the two integers of `seed`."""
    op = "stateless_sample_distorted_bounding_box"

    def stream() -> Any:
        found = stream_of(seed, op)
        if isinstance(found, Stream):
            return found
        low, high, key = [int(n) & 0xFFFFFFFFFFFFFFFF for n in found._numpy()]
        return Stream(key, low, high)

    return StatelessSampleDistortedBoundingBox(
        *_sampled(
            op, image_size, bounding_boxes, min_object_covered, aspect_ratio_range, area_range,
            max_attempts, use_image_if_no_bounding_boxes, stream,
        )
    )  # fmt: skip
