"""tf.image.resize, resize_with_pad and crop_and_resize."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.device import current_device
from tfcompat._src.errors import invalid_argument, out_of_range, wrong_value
from tfcompat._src.function.rules import gives
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.naming import public
from tfcompat._src.ops import array, math
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, concrete
from tfcompat._src.ops.image_geometry import pad_to_bounding_box
from tfcompat._src.ops.image_kernels import nearest, taps
from tfcompat._src.ops.image_shapes import image_of, positive
from tfcompat._src.ops.selection import gather
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

kernels = dispatch.family("image")
pooling = dispatch.family("convolution")

_NO_PADDING = ((0, 0), (0, 0))

_RESIZABLE = dtypes.REAL - {dtypes.uint32, dtypes.uint64}
_CROPPABLE = _RESIZABLE - {dtypes.bfloat16}


@public("tfcompat.image")
class ResizeMethod:
    """The methods of `resize`, which takes their values as well."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


_METHODS = frozenset(
    {"bilinear", "nearest", "bicubic", "area", "lanczos3", "lanczos5", "gaussian", "mitchellcubic"}
)


def _size(size: Any) -> tuple[int, int]:
    """Height and width. Raises ValueError for anything but a vector of two int32."""
    try:
        tensor = to_tensor(size, None if hasattr(size, "dtype") else dtypes.int32)
    except (TypeError, ValueError):
        raise ValueError(
            f"resize: received size={size!r}; 'size' must be a 1-D int32 Tensor"
        ) from None
    python_array = isinstance(size, np.ndarray) and size.dtype.kind in "iu"
    if tensor._dtype is not dtypes.int32 and not python_array:
        raise ValueError(
            f"resize: received size of {tensor._dtype.name}; 'size' must be a 1-D int32 Tensor"
        )
    if tuple(tensor._shape) != (2,):
        raise ValueError(
            f"resize: received size of shape {tuple(tensor._shape)}; 'size' must be a 1-D Tensor "
            "of 2 elements: new_height, new_width"
        )
    height, width = tensor._numpy().tolist()
    if min(height, width) < -1:
        # TensorFlow reads -1 as "unknown" first and refuses it later.
        raise ValueError(f"resize: received size={[height, width]}; a dimension must be >= 0")
    return height, width


def _fit_within(have: tuple[int, int], want: tuple[int, int]) -> tuple[int, int]:
    """The largest size of the image's proportions that fits, rounded as TensorFlow rounds."""
    scales = [np.float32(w) / np.float32(h) for h, w in zip(have, want, strict=True)]
    scale = min(scales)
    height, width = [int(np.rint(scale * np.float32(n))) for n in have]
    return height, width


def _of_resized(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> TensorSpec:
    """What `resize` gives while a function is traced with images of unknown sizes."""
    x = to_tensor(images)
    dims = x.shape.as_list()
    want: Sequence[int | None] = (None, None)
    if not (preserve_aspect_ratio or is_symbolic(size)) and not _holds_symbols(size):
        want = _size(size)
    dims[-3:-1] = want
    return TensorSpec(dims, x._dtype if method == "nearest" else dtypes.float32)


def _holds_symbols(size: Any) -> bool:
    return isinstance(size, (list, tuple)) and any([is_symbolic(n) for n in size])


@gives(_of_resized)
@public("tfcompat.image")
def resize(
    images: Any,
    size: Any,
    method: Any = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Tensor:
    """Images of another size.

    Args:
      images: [height, width, channels], or a batch of such.
      size: the new [height, width], int32.
      method: one of `ResizeMethod`.
      preserve_aspect_ratio: take the largest size within `size` that distorts nothing.
      antialias: where the image shrinks, let every pixel of it count; "nearest" and "area" ignore
        this.
      name: ignored.

    Returns:
      float32 images; with the method "nearest", images of the dtype given.

    Raises:
      ValueError: another rank, size or method than these.
      InvalidArgumentError: a size below 1, or a dtype that is not a number of at most 64 bits.
    """
    x = images if isinstance(images, Tensor) else to_tensor(images)
    if len(x._shape) not in (3, 4):
        raise ValueError(
            f"resize: received images of shape {tuple(x._shape)}; 'images' must have either 3 or 4 "
            "dimensions."
        )
    want = _size(size)
    have: tuple[int, int] = tuple(x._shape[-3:-1])  # type: ignore[assignment]
    if 0 not in have and preserve_aspect_ratio:
        want = _fit_within(have, want)
    if not isinstance(method, str) or method not in _METHODS:
        raise ValueError(f"resize: Resize method is not implemented: {method}")
    check_dtype("resize", x, _RESIZABLE)
    if min(want) < 1:
        raise invalid_argument(
            "resize", f"received size={list(want)}; output dimensions must be positive"
        )
    if 0 in have or not x._shape[-1]:
        raise wrong_value("resize", f"received images of shape {list(x._shape)}, without pixels")
    if method != "nearest":
        x = cast(x, dtypes.float32)
    # These two smooth an image of the same size, too.
    if want == have and method not in ("gaussian", "mitchellcubic"):
        return x
    batch = x if len(x._shape) == 4 else array.expand_dims(x, 0)
    found = _resized(batch, want, method, antialias)
    return found if batch is x else array.squeeze(found, 0)


def _resized(x: Tensor, want: tuple[int, int], method: str, antialias: bool) -> Tensor:
    if method == "bilinear" and not antialias:
        return dispatch.execute(kernels.resize_bilinear, (x,), (want,), x._dtype)
    (height, width), (rows, columns) = x._shape[1:3], want
    if method == "area" and not (height % rows or width % columns):
        # Every pixel is the mean of as many.
        window = height // rows, width // columns
        how = (window, window, _NO_PADDING, (1, 1), False)
        return dispatch.execute(pooling.avg_pool, (x,), how, x._dtype)
    where = current_device()
    for axis, (have, size) in enumerate(zip(x._shape[1:3], want, strict=True), 1):
        if method == "nearest":
            x = gather(x, _nearest_tensor(have, size, where), axis=axis)
        else:
            taps_of = _tap_tensors(have, size, method, antialias, where)
            x = dispatch.execute(kernels.resample, (x, *taps_of), (axis,), x._dtype)
    return x


@lru_cache(maxsize=64)
def _nearest_tensor(have: int, want: int, where: Any) -> Tensor:
    return from_numpy(nearest(have, want), dtypes.int64)


@lru_cache(maxsize=64)
def _tap_tensors(
    have: int, want: int, method: str, antialias: bool, where: Any
) -> tuple[Tensor, Tensor]:
    rows, weights = taps(have, want, method, antialias)
    return from_numpy(rows, dtypes.int64), from_numpy(weights, dtypes.float32)


@public("tfcompat.image")
def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: Any = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Tensor:
    """The image made as large as fits into the target, with zeros on two sides of it.

    Raises ValueError for a target below 1.
    """
    op = "resize_with_pad"
    x = image_of(image, op)
    rows, columns = (
        positive(target_height, op, "target_height"),
        positive(target_width, op, "target_width"),
    )
    height, width = x._shape[-3:-1]
    ratio = max(np.float32(width) / np.float32(columns), np.float32(height) / np.float32(rows))
    exact = np.float32(height) / ratio, np.float32(width) / ratio
    top = max(int(np.floor((np.float32(rows) - exact[0]) / np.float32(2))), 0)
    left = max(int(np.floor((np.float32(columns) - exact[1]) / np.float32(2))), 0)
    size = int(np.floor(exact[0])), int(np.floor(exact[1]))
    found = resize(x, size, method, antialias=antialias)
    return pad_to_bounding_box(found, top, left, rows, columns)


@public("tfcompat.image")
def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> Tensor:
    """Parts of a batch of images, all brought to one size.

    Gradients flow to the images and to the boxes, to these as of "bilinear" for both methods.

    Args:
      image: [batch, height, width, channels], of numbers.
      boxes: [crops, 4], float32: [y1, x1, y2, x2] each, from 0 for the first row or column to 1
        for the last; y1 > y2 turns a crop upside down.
      box_indices: [crops], int32: which image each box is of.
      crop_size: [height, width].
      method: "bilinear" or "nearest".
      extrapolation_value: what pixels outside the image are.
      name: ignored.

    Returns:
      [crops, height, width, channels], float32.

    Raises:
      InvalidArgumentError: shapes, a dtype or a method other than these.
      OutOfRangeError: an index of an image that is not there.
    """
    op = "crop_and_resize"
    x = image if isinstance(image, Tensor) else to_tensor(image)
    corners, which = to_tensor(boxes, dtypes.float32), to_tensor(box_indices, dtypes.int32)
    size = int_vector(crop_size, op, "crop_size", dtypes.int32, scalar=False)
    if x._dtype not in _CROPPABLE:
        check_dtype(op, x, _CROPPABLE)
    if method not in ("bilinear", "nearest"):
        raise invalid_argument(
            op, f"received method={method!r}; accepted are 'bilinear' and 'nearest'"
        )
    _check_crops(op, x, corners, which, size)
    outside = 0.0 if extrapolation_value is None else float(extrapolation_value)
    x = cast(x, dtypes.float32)
    inputs = (x, corners, which)
    if method == "bilinear":
        return dispatch.execute(
            kernels.crop_and_resize, inputs, (size, False, outside), dtypes.float32
        )
    found: Tensor = dispatch.execute(
        kernels.crop_and_resize,
        (x, array.stop_gradient(corners), which),
        (size, True, outside),
        dtypes.float32,
    )
    if not recording.anybody():
        return found
    # TensorFlow derives by the boxes as if the crop had been bilinear.
    smooth = dispatch.execute(
        kernels.crop_and_resize,
        (array.stop_gradient(x), corners, which),
        (size, False, outside),
        dtypes.float32,
    )
    return math.add(found, math.subtract(smooth, array.stop_gradient(smooth)))


def _check_crops(op: str, x: Tensor, corners: Tensor, which: Tensor, size: tuple[int, ...]) -> None:
    if len(x._shape) != 4:
        raise invalid_argument(op, f"input image must be 4-D: received {list(x._shape)}")
    if len(size) != 2:
        raise invalid_argument(op, f"received crop_size={list(size)}; it must have two elements")
    if min(size) < 1:
        raise invalid_argument(
            op, f"received crop_size={list(size)}; crop dimensions must be positive"
        )
    if 0 in x._shape[1:3]:
        raise invalid_argument(op, f"image dimensions must be positive: received {list(x._shape)}")
    if len(corners._shape) != 2 or corners._shape[1] != 4:
        raise invalid_argument(op, f"boxes must have 4 columns: received {list(corners._shape)}")
    if tuple(which._shape) != (corners._shape[0],):
        raise invalid_argument(
            op,
            f"box_indices has an incompatible shape: received {list(which._shape)} for "
            f"{corners._shape[0]} boxes",
        )
    at = concrete(which)
    if at is not None and at.size and (at.min() < 0 or at.max() >= x._shape[0]):
        raise out_of_range(
            op, f"box_indices has values outside [0, {x._shape[0]}): received {at.tolist()}"
        )
