"""Reading image files: tf.io.decode_image, decode_jpeg and their kin, which tf.image has too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import op_rules
from tfcompat._src.function.rules import gives
from tfcompat._src.images.files import (
    BadImage,
    format_of,
    read_bmp,
    read_gif,
    read_jxl,
    read_png,
    read_webp,
)
from tfcompat._src.images.jpeg import Options, read_jpeg, size_of
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.image_colour import convert_image_dtype
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]

_CHANNELS = (0, 1, 3, 4)
_DCT_METHODS = ("", "INTEGER_FAST", "INTEGER_ACCURATE")
UNSIGNED = frozenset({dtypes.uint8, dtypes.uint16})


# -------------------------------------------------------------------------------------- arguments
def _bytes(contents: Any, op: str) -> bytes:
    tensor = to_tensor(contents)
    if tensor._dtype is not dtypes.string:
        raise invalid_argument(op, f"received a tensor of {tensor._dtype.name}; expected string")
    if tensor._shape:
        raise invalid_argument(op, f"`contents` must be scalar but got shape {list(tensor._shape)}")
    data = tensor._numpy().item()
    return data if isinstance(data, bytes) else str(data).encode()


def _format(data: bytes, op: str) -> str:
    if not data:
        raise invalid_argument(op, "Input is empty.")
    found = format_of(data)
    if found is None:
        raise invalid_argument(
            op,
            f"received {data[:16]!r}...: Unknown image file format. One of JPEG, JPEG XL, PNG, "
            "GIF, BMP, WebP required.",
        )
    return found


def _check_channels(channels: int, form: str, op: str) -> None:
    if channels not in _CHANNELS:
        raise invalid_argument(op, f"`channels` must be 0, 1, 3 or 4 but got {channels}")
    accepted = {
        "JPEG": (0, 1, 3), "GIF": (0, 3), "BMP": (0, 3, 4), "WebP": (0, 3, 4),
    }.get(form, _CHANNELS)  # fmt: skip
    if channels not in accepted:
        raise invalid_argument(
            op, f"received channels={channels}; {form} has {', '.join(map(str, accepted))}"
        )


def jpeg_options(
    op: str, channels: int, ratio: int, smooth: bool, recover: bool, fraction: float, method: str
) -> Options:
    if ratio not in (1, 2, 4, 8):
        raise invalid_argument(op, f"ratio must be 1, 2, 4, or 8, got {ratio}")
    if method not in _DCT_METHODS:
        raise invalid_argument(
            op, f"received dct_method={method!r}; it must be one of {_DCT_METHODS}"
        )
    accurate = method == "INTEGER_ACCURATE"
    return Options(channels, ratio, bool(smooth), bool(recover), float(fraction), accurate)


def _read(read: Callable[[], Array], data: bytes, form: str, op: str) -> Array:
    try:
        return read()
    except BadImage as error:
        raise invalid_argument(op, f"Invalid {form} data, size {len(data)}: {error}") from None


def _decoded(data: bytes, form: str, channels: int, wide: bool, op: str) -> Array:
    """The frames or the image in a file, of one of the formats that any op reads."""
    _check_channels(channels, form, op)
    if form == "PNG":
        return _read(lambda: read_png(data, channels, wide), data, form, op)
    if form == "JPEG":
        return _read(lambda: read_jpeg(data, Options(channels)), data, form, op)
    if form == "GIF":
        return _read(lambda: read_gif(data), data, form, op)
    if form == "BMP":
        return _read(lambda: read_bmp(data, channels), data, form, op)
    if form == "JPEG XL":
        return _read(lambda: read_jxl(data), data, form, op)
    found = _read(lambda: read_webp(data), data, form, op)
    if channels not in (0, found.shape[3]):
        raise invalid_argument(
            op,
            f"Number of channels requested does not match input: received channels={channels} for "
            f"{found.shape[3]}",
        )
    return found


def _as(found: Array, wanted: DType) -> Tensor:
    tensor = from_numpy(found, dtypes.uint16 if found.dtype == np.uint16 else dtypes.uint8)
    return tensor if tensor._dtype is wanted else convert_image_dtype(tensor, wanted)


def _wrong_op(form: str, right: str, op: str) -> Exception:
    return invalid_argument(
        op, f"Trying to decode {form} format using a wrong op. Use `{right}` or `decode_image`."
    )


def _still(found: Array, form: str, op: str) -> Array:
    """The only frame, for ops that return an image."""
    if form != "GIF":
        return found
    if len(found) != 1:
        raise invalid_argument(
            op,
            f"Got {len(found)} frames, but animated gifs can only be decoded by tf.io.decode_gif "
            "or tf.io.decode_image",
        )
    return found[0]


# --------------------------------------------------------------------------------------- decoding
@public("tfcompat.io")
@gives(op_rules.image)
def decode_image(
    contents: Any,
    channels: Any = None,
    dtype: Any = dtypes.uint8,
    name: str | None = None,
    expand_animations: bool = True,
) -> Tensor:
    """The image in the bytes of a JPEG, PNG, GIF, BMP or WebP file.

    Args:
      contents: the file, a scalar string.
      channels: 1, 3 or 4 to convert to; 0 for those of the file.
      dtype: of the result; other than uint8 it is scaled as by `convert_image_dtype`.
      name: ignored.
      expand_animations: GIF and WebP files give [frames, height, width, channels]; otherwise,
        their first frame.

    Raises InvalidArgumentError for other or broken files.
    """
    op = "decode_image"
    wanted = as_dtype(dtype)
    if wanted not in dtypes.REAL:
        raise AttributeError(
            f"{op}: received dtype={wanted.name}; dtype must be either floating point or integer"
        )
    data = _bytes(contents, op)
    form = _format(data, op)
    wide = wanted is not dtypes.uint8
    found = _decoded(data, form, 0 if channels is None else int(channels), wide, op)
    if found.ndim == 4 and not expand_animations:
        found = found[0]
    if wanted not in (dtypes.uint8, dtypes.float32):
        # TensorFlow goes by 16 bits to whatever is not one of the two.
        return _as(_as(found, dtypes.uint16)._numpy(), wanted)
    return _as(found, wanted)


@public("tfcompat.io")
def decode_png(
    contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """[height, width, channels] of a PNG, uint8 or uint16; also of a JPEG, or a GIF of one frame.

    Raises InvalidArgumentError for other or broken files.
    """
    op = "decode_png"
    wanted = as_dtype(dtype)
    if wanted not in UNSIGNED:
        raise invalid_argument(op, f"received dtype={wanted.name}; accepted: uint8, uint16")
    data = _bytes(contents, op)
    form = _format(data, op)
    _check_channels(channels, form, op)
    if form in ("BMP", "WebP", "JPEG XL"):
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    return _as(
        _still(_decoded(data, form, channels, wanted is dtypes.uint16, op), form, op), wanted
    )


@public("tfcompat.io")
def decode_jpeg(
    contents: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """[height, width, channels] of a JPEG, uint8; also of a PNG, or a GIF of one frame.

    Args:
      contents: the file, a scalar string.
      channels: 1 or 3 to convert to; 0 for those of the file.
      ratio: 1, 2, 4 or 8: how many times smaller the result is.
      fancy_upscaling: colour planes of lower resolution are enlarged smoothly. Without, the fast
        inverse DCT is used, whatever `dct_method` says.
      try_recover_truncated: fill up a file that ends too soon.
      acceptable_fraction: which part of the rows must be there otherwise.
      dct_method: "INTEGER_FAST", which "" means too, or "INTEGER_ACCURATE".
      name: ignored.

    Raises InvalidArgumentError for other or broken files, or arguments.
    """
    op = "decode_jpeg"
    data = _bytes(contents, op)
    options = jpeg_options(
        op, channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    form = _format(data, op)
    _check_channels(channels, form, op)
    if form in ("BMP", "WebP", "JPEG XL"):
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    if form == "JPEG":
        found = _read(lambda: read_jpeg(data, options), data, form, op)
    else:
        found = _still(_decoded(data, form, channels, False, op), form, op)
    return from_numpy(found, dtypes.uint8)


@public("tfcompat.io")
@gives(op_rules.cropped)
def decode_and_crop_jpeg(
    contents: Any,
    crop_window: Any,
    channels: int = 0,
    ratio: int = 1,
    fancy_upscaling: bool = True,
    try_recover_truncated: bool = False,
    acceptable_fraction: float = 1,
    dct_method: str = "",
    name: str | None = None,
) -> Tensor:
    """A part of a JPEG: `crop_window` is [top, left, height, width]; see `decode_jpeg`.

    Raises InvalidArgumentError for files of other kinds and for a window that is not inside.
    """
    op = "decode_and_crop_jpeg"
    data = _bytes(contents, op)
    options = jpeg_options(
        op, channels, ratio, fancy_upscaling, try_recover_truncated, acceptable_fraction, dct_method
    )
    form = _format(data, op)
    if form != "JPEG":
        raise invalid_argument(op, f"{op} operation can run on JPEG only, but detected {form}.")
    _check_channels(channels, form, op)
    window = int_vector(crop_window, op, "crop_window", dtypes.int32, scalar=False)
    if len(window) != 4:
        raise invalid_argument(op, f"crop_window must have four elements: received {list(window)}")
    top, left, height, width = window
    sizes = _read(lambda: np.array(size_of(data)), data, form, op).tolist()
    rows, across = [-(-n // ratio) for n in sizes[:2]]
    inside = top >= 0 and left >= 0 and height > 0 and width > 0
    if not inside or top + height > rows or left + width > across:
        raise invalid_argument(
            op,
            f"Invalid JPEG data or crop window: received crop_window={list(window)} for an image "
            f"of {rows} by {across} pixels",
        )
    columns = slice(left, left + width)
    found = _read(lambda: read_jpeg(data, options, columns), data, form, op)
    return from_numpy(np.ascontiguousarray(found[top : top + height]), dtypes.uint8)


@public("tfcompat.io")
def decode_gif(contents: Any, name: str | None = None) -> Tensor:
    """[frames, height, width, 3] of a GIF, uint8; of a PNG or JPEG, one frame.

    Raises InvalidArgumentError for files of other kinds.
    """
    op = "decode_gif"
    data = _bytes(contents, op)
    form = _format(data, op)
    if form in ("BMP", "WebP", "JPEG XL"):
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    found = _decoded(data, form, 0 if form == "GIF" else 3, False, op)
    return from_numpy(found if form == "GIF" else found[None], dtypes.uint8)


@public("tfcompat.io")
def decode_bmp(contents: Any, channels: int = 0, name: str | None = None) -> Tensor:
    """[height, width, channels] of a BMP of 8, 24 or 32 bits a pixel, uint8.

    Raises InvalidArgumentError for files of other kinds.
    """
    op = "decode_bmp"
    data = _bytes(contents, op)
    form = _format(data, op)
    _check_channels(channels, form, op)
    if form != "BMP":
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    return from_numpy(_decoded(data, form, channels, False, op), dtypes.uint8)


@public("tfcompat.io")
@gives(op_rules.webp)
def decode_webp(
    contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """[frames, height, width, channels] of a WebP file.

    Raises InvalidArgumentError for files of other kinds.
    """
    op = "decode_webp"
    wanted = as_dtype(dtype)
    if wanted not in (dtypes.uint8, dtypes.uint16, dtypes.float32):
        raise invalid_argument(op, f"received dtype={wanted.name}; expected uint8")
    data = _bytes(contents, op)
    form = _format(data, op)
    if form != "WebP":
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    return _as(_decoded(data, form, channels, False, op), wanted)


@public("tfcompat.image")
def decode_jxl(
    contents: Any, channels: int = 0, dtype: Any = dtypes.uint8, name: str | None = None
) -> Tensor:
    """[height, width, channels] of a JPEG XL, where Pillow has a plugin that reads them.

    Raises NotImplementedError where it has not.
    """
    op = "decode_jxl"
    wanted = as_dtype(dtype)
    data = _bytes(contents, op)
    form = _format(data, op)
    _check_channels(channels, form, op)
    if form != "JPEG XL":
        raise _wrong_op(form, f"decode_{form.lower()}", op)
    return _as(_decoded(data, form, channels, False, op), wanted)


@public("tfcompat.io")
def is_jpeg(contents: Any, name: str | None = None) -> Tensor:
    """Whether strings begin as JPEG files do, bool."""
    tensor = to_tensor(contents)
    if tensor._dtype is not dtypes.string:
        raise invalid_argument(
            "is_jpeg", f"received a tensor of {tensor._dtype.name}; expected string"
        )
    values = tensor._numpy()
    flags = [item[:3] == b"\xff\xd8\xff" for item in values.reshape(-1).tolist()]
    return from_numpy(np.array(flags, bool).reshape(values.shape), dtypes.bool_)


@public("tfcompat.io")
@gives(op_rules.picture_sizes)
def extract_jpeg_shape(
    contents: Any, output_type: Any = dtypes.int32, name: str | None = None
) -> Tensor:
    """[height, width, channels] of a JPEG, int32 or int64, without decoding it.

    Raises InvalidArgumentError for files of other kinds.
    """
    op = "extract_jpeg_shape"
    wanted = as_dtype(output_type)
    if wanted not in dtypes.INDEX:
        raise invalid_argument(op, f"received output_type={wanted.name}; expected int32 or int64")
    data = _bytes(contents, op)
    if format_of(data) != "JPEG":
        raise invalid_argument(op, f"Invalid JPEG data, size {len(data)}")
    sizes = _read(lambda: np.array(size_of(data)), data, "JPEG", op)
    return from_numpy(sizes.astype(wanted.as_numpy_dtype), wanted)
