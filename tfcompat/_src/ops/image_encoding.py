"""Writing image files: tf.io.encode_png and encode_jpeg; tf.image.adjust_jpeg_quality."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import internal, invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.images.files import write_png
from tfcompat._src.images.jpeg import EncodeOptions, read_jpeg, write_jpeg
from tfcompat._src.naming import public
from tfcompat._src.ops.image_codecs import UNSIGNED, jpeg_options
from tfcompat._src.ops.image_colour import convert_image_dtype
from tfcompat._src.ops.image_shapes import real_image
from tfcompat._src.tensor import Tensor


def _string(value: Any) -> Tensor:
    array = np.empty((), object)
    array[()] = value
    return HostTensor(array)


@public("tfcompat.io")
def encode_png(image: Any, compression: Any = -1, name: str | None = None) -> Tensor:
    """[..., height, width, 1 to 4 channels] of uint8 or uint16 as PNG files, strings [...].

    `compression` is 0 for none to 9 for the most, -1 for what zlib finds best.

    Raises InvalidArgumentError for other dtypes, channels and compressions.
    """
    op = "encode_png"
    x = to_tensor(image)
    if x._dtype not in UNSIGNED:
        raise invalid_argument(op, f"received {x._dtype.name}; accepted: uint8, uint16")
    shape = tuple(x._shape)
    if len(shape) < 3:
        raise invalid_argument(op, f"images must be at least rank 3: received {list(shape)}")
    if not -1 <= compression <= 9:
        raise invalid_argument(op, f"compression should be in [-1,9], got {compression}")
    if not 1 <= shape[-1] <= 4:
        raise invalid_argument(op, f"image must have 1, 2, 3, or 4 channels, got {shape[-1]}")
    if 0 in shape[-3:]:
        raise internal(op, f"PNG encoding failed: received the shape {list(shape)}")
    found = np.empty(int(np.prod(shape[:-3])), object)
    for at, one in enumerate(x._numpy().reshape(-1, *shape[-3:])):
        found[at] = write_png(one, int(compression))
    return HostTensor(found.reshape(shape[:-3]))


@public("tfcompat.io")
def encode_jpeg(
    image: Any,
    format: str = "",
    quality: int = 95,
    progressive: bool = False,
    optimize_size: bool = False,
    chroma_downsampling: bool = True,
    density_unit: str = "in",
    x_density: int = 300,
    y_density: int = 300,
    xmp_metadata: Any = "",
    name: str | None = None,
) -> Tensor:
    """[height, width, 1 or 3 channels] of uint8 as a JPEG file, a scalar string.

    Args:
      image: the image.
      format: "grayscale" or "rgb"; "" for what the channels say.
      quality: 0 to 100.
      progressive: in several passes, each finer.
      optimize_size: smaller, and slower to make.
      chroma_downsampling: colours in half the resolution.
      density_unit: "in" or "cm", of the next two.
      x_density: pixels a unit.
      y_density: likewise.
      xmp_metadata: an XMP packet to put in.
      name: ignored.
    """
    op = "encode_jpeg"
    x = to_tensor(image, None if isinstance(image, (Tensor, np.ndarray)) else dtypes.uint8)
    if x._dtype is not dtypes.uint8:
        raise invalid_argument(op, f"received {x._dtype.name}; expected uint8")
    shape = tuple(x._shape)
    if format not in ("", "grayscale", "rgb"):
        raise invalid_argument(op, f"received format={format!r}; accepted: '', 'grayscale', 'rgb'")
    if density_unit not in ("in", "cm"):
        raise invalid_argument(op, f"received density_unit={density_unit!r}; accepted: 'in', 'cm'")
    if len(shape) != 3:
        raise invalid_argument(op, f"image must be 3-dimensional: received {list(shape)}")
    needed = {"grayscale": (1,), "rgb": (3,)}.get(format, (1, 3))
    if shape[2] not in needed:
        raise invalid_argument(
            op, f"image must have {' or '.join(map(str, needed))} channels, got {list(shape)}"
        )
    _check_quality(quality, op)
    if 0 in shape:
        raise internal(op, f"JPEG encoding failed: received the shape {list(shape)}")
    xmp = xmp_metadata.encode() if isinstance(xmp_metadata, str) else bytes(xmp_metadata)
    density = max(int(x_density), 0), max(int(y_density), 0)
    options = EncodeOptions(
        int(quality), progressive, optimize_size, chroma_downsampling, density_unit, density, xmp
    )
    return _string(write_jpeg(x._numpy(), options))


def _check_quality(quality: int, op: str) -> None:
    if not 0 <= quality <= 100:
        raise invalid_argument(op, f"quality must be in [0,100], got {quality}")


@public("tfcompat.image")
def adjust_jpeg_quality(
    image: Any, jpeg_quality: Any, dct_method: str = "", name: str | None = None
) -> Tensor:
    """The image as it looks after it was a JPEG of a quality in [0, 100].

    Raises InvalidArgumentError for another quality or `dct_method`, or not 1 or 3 channels.
    """
    op = "adjust_jpeg_quality"
    x = real_image(image, op)
    if not x._shape:
        raise IndexError(f"{op}: received a scalar; expected [height, width, channels]")
    small = convert_image_dtype(x, dtypes.uint8, saturate=True)
    quality = int(to_tensor(jpeg_quality, dtypes.int32))
    channels = small._shape[-1]
    if len(small._shape) != 3 or channels not in (1, 3):
        raise invalid_argument(op, f"image must have 1 or 3 channels, got {list(small._shape)}")
    _check_quality(quality, op)
    if 0 in small._shape:
        raise internal(op, f"JPEG encoding failed: received the shape {list(small._shape)}")
    options = jpeg_options(op, channels, 1, True, False, 1.0, dct_method)
    data = write_jpeg(small._numpy(), EncodeOptions(quality))
    found = from_numpy(read_jpeg(data, options), dtypes.uint8)
    return convert_image_dtype(found, x._dtype, saturate=True)
