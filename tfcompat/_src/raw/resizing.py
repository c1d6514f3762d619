"""Raw ops that resize images, by every rule TensorFlow has for the places of pixels."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import casting, image_resize
from tfcompat._src.ops.selection import gather
from tfcompat._src.raw.common import linear_gradient
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("image")
_F = np.float32

Taps = tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]


def _places(have: int, want: int, corners: bool, middles: bool) -> np.ndarray[Any, Any]:
    """Where the result's pixels lie in the input."""
    at = np.arange(want, dtype=_F)
    if corners and want > 1:
        return at * (_F(have - 1) / _F(want - 1))
    scale = _F(have) / _F(want)
    return (at + _F(0.5)) * scale - _F(0.5) if middles else at * scale


def _linear(have: int, want: int, corners: bool, middles: bool) -> Taps:
    at = _places(have, want, corners, middles)
    low = np.floor(at)
    share = at - low
    rows = np.stack([low, low + 1], 1).astype(np.int64)
    return np.clip(rows, 0, have - 1), np.stack([1 - share, share], 1).astype(_F)


def _nearest(have: int, want: int, corners: bool, middles: bool) -> np.ndarray[Any, Any]:
    if middles:
        rows = np.floor(_places(have, want, corners, True) + _F(0.5))
    else:
        at = _places(have, want, corners, False)
        # TensorFlow rounds halves away from zero here.
        rows = np.floor(at + _F(0.5)) if corners else np.floor(at)
    return np.clip(rows.astype(np.int64), 0, have - 1)


def _checked(op: str, images: Any, size: Any) -> tuple[Tensor, list[int]]:
    x, wanted = to_tensor(images), to_tensor(size)._numpy().tolist()
    if len(x._shape) != 4 or len(wanted) != 2 or min(wanted) < 1:
        raise invalid_argument(
            op,
            f"received images of shape {list(x._shape)} and size={wanted}; expected 4 axes and "
            "two positive sizes",
        )
    return x, wanted


def _bilinear(images: Any, size: Any, align_corners: bool, half_pixel_centers: bool) -> Tensor:
    _check_rules("ResizeBilinear", align_corners, half_pixel_centers)
    x, wanted = _checked("ResizeBilinear", images, size)
    x = casting.cast(x, dtypes.float32)
    for axis, want in enumerate(wanted, 1):
        rows, weights = _linear(x._shape[axis], want, align_corners, half_pixel_centers)
        taps = from_numpy(rows, dtypes.int64), from_numpy(weights, dtypes.float32)
        x = dispatch.execute(kernels.resample, (x, *taps), (axis,), x._dtype)
    return x


def _nearest_neighbor(
    images: Any, size: Any, align_corners: bool, half_pixel_centers: bool
) -> Tensor:
    _check_rules("ResizeNearestNeighbor", align_corners, half_pixel_centers)
    x, wanted = _checked("ResizeNearestNeighbor", images, size)
    for axis, want in enumerate(wanted, 1):
        rows = _nearest(x._shape[axis], want, align_corners, half_pixel_centers)
        x = gather(x, from_numpy(rows, dtypes.int64), axis=axis)
    return x


def _check_rules(op: str, corners: bool, middles: bool) -> None:
    if corners and middles:
        raise invalid_argument(
            op, "If half_pixel_centers is True, align_corners must be False: received both"
        )


def _only_middles(method: str) -> Callable[..., Tensor]:
    def call(images: Any, size: Any, align_corners: bool, middles: bool = True) -> Tensor:
        if align_corners or not middles:
            raise NotImplementedError(
                f"Resize{method.capitalize()}: received align_corners={align_corners} and "
                f"half_pixel_centers={middles}; only half_pixel_centers=True is done, as in "
                "tf.image.resize"
            )
        x, wanted = _checked(f"Resize{method.capitalize()}", images, size)
        return image_resize.resize(x, wanted, method)

    return call


def _gradient(function: Callable[..., Tensor]) -> Callable[..., Any]:
    def call(grads: Any, original: Any, *rules: bool) -> Any:
        dy, like = to_tensor(grads), to_tensor(original)
        size = dy._shape[1:3]
        return linear_gradient(lambda x: function(x, size, *rules), like._shape, dy)

    return call


def _nearest_gradient(grads: Any, size: Any, *rules: bool) -> Any:
    dy = to_tensor(grads)
    height, width = to_tensor(size)._numpy().tolist()
    shape = (dy._shape[0], height, width, dy._shape[3])
    return linear_gradient(lambda x: _nearest_neighbor(x, dy._shape[1:3], *rules), shape, dy)


TABLE: Table = {
    "ResizeArea images size align_corners=False": _only_middles("area"),
    "ResizeBicubic images size align_corners=False half_pixel_centers=False": (
        _only_middles("bicubic")
    ),
    "ResizeBicubicGrad grads original_image align_corners=False half_pixel_centers=False": (
        _gradient(_only_middles("bicubic"))
    ),
    "ResizeBilinear images size align_corners=False half_pixel_centers=False": _bilinear,
    "ResizeBilinearGrad grads original_image align_corners=False half_pixel_centers=False": (
        _gradient(_bilinear)
    ),
    "ResizeNearestNeighbor images size align_corners=False half_pixel_centers=False": (
        _nearest_neighbor
    ),
    "ResizeNearestNeighborGrad grads size align_corners=False half_pixel_centers=False": (
        _nearest_gradient
    ),
}
