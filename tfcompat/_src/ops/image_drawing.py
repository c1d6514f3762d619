"""tf.image.draw_bounding_boxes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]

_DRAWABLE = frozenset({dtypes.float16, dtypes.float32})
# Without colours given, boxes take these in turn: red, green, blue, opacity.
_PALETTE = np.array(
    [
        (1, 1, 0, 1), (0, 0, 1, 1), (1, 0, 0, 1), (0, 1, 0, 1), (0.5, 0, 0.5, 1),
        (0.5, 0.5, 0, 1), (0.5, 0, 0, 1), (0, 0, 0.5, 1), (0, 1, 1, 1), (1, 0, 1, 1),
    ],
    np.float32,
)  # fmt: skip


@public("tfcompat.image")
def draw_bounding_boxes(images: Any, boxes: Any, colors: Any, name: str | None = None) -> Tensor:
    """The images with lines one pixel wide around the boxes; not differentiable.

    Args:
      images: [batch, height, width, 1, 3 or 4 channels], float32 or float16.
      boxes: [batch, boxes, 4], float32: [y1, x1, y2, x2], from 0 to 1 for the last row or column.
      colors: [colors, channels or more], taken in turn; None for ten of the library's.
      name: ignored.
    """
    op = "draw_bounding_boxes"
    x = images if isinstance(images, Tensor) else to_tensor(images, dtypes.float32)
    check_dtype(op, x, _DRAWABLE)
    given = to_tensor(boxes, dtypes.float32)
    shape = tuple(x._shape)
    if len(shape) != 4:
        raise invalid_argument(op, f"The rank of the images should be 4: received {list(shape)}")
    if len(given._shape) != 3 or given._shape[2] != 4:
        raise invalid_argument(
            op, f"received boxes of shape {list(given._shape)}; expected [batch, boxes, 4]"
        )
    if given._shape[0] != shape[0]:
        raise invalid_argument(
            op,
            f"The batch sizes should be the same: received {shape[0]} and {given._shape[0]}",
        )
    if shape[3] not in (1, 3, 4):
        raise invalid_argument(
            op, f"Channel depth should be either 1 (GRY), 3 (RGB), or 4 (RGBA): received {shape[3]}"
        )
    table = _colors(op, colors, shape[3])
    out = x._numpy().copy()
    corners = given._numpy()
    for image, corner in zip(out, corners, strict=True):
        for number, box in enumerate(corner):
            _draw(image, box, table[number % len(table)].astype(out.dtype))
    return from_numpy(out, x._dtype)


def _colors(op: str, colors: Any, depth: int) -> Array:
    if colors is None:
        table = _PALETTE
    else:
        given = to_tensor(colors, dtypes.float32)
        if len(given._shape) != 2:
            raise invalid_argument(
                op, f"colors must be a 2-D matrix: received {list(given._shape)}"
            )
        table = given._numpy()
        if len(table) and table.shape[1] < depth:
            raise invalid_argument(
                op,
                "colors must have equal or more channels than the image provided: received "
                f"{list(table.shape)}",
            )
        if not len(table):
            table = _PALETTE
    if depth == 1 and (colors is None or table is _PALETTE):
        return np.ones((1, 1), np.float32)
    return table[:, :depth]


def _draw(image: Array, box: Array, color: Array) -> None:
    height, width, _ = image.shape
    scale = np.array([height - 1, width - 1, height - 1, width - 1], np.float32)
    with np.errstate(invalid="ignore"):
        top, left, bottom, right = np.trunc(box * scale).astype(np.int64).tolist()
    if top > bottom or left > right or top >= height or left >= width or bottom < 0 or right < 0:
        return
    rows = slice(max(top, 0), min(bottom, height - 1) + 1)
    columns = slice(max(left, 0), min(right, width - 1) + 1)
    if top >= 0:
        image[top, columns] = color
    if bottom < height:
        image[bottom, columns] = color
    if left >= 0:
        image[rows, left] = color
    if right < width:
        image[rows, right] = color
