"""JPEG files: TensorFlow's pixels, by Pillow.

Both use libjpeg-turbo. TensorFlow's default is its fast inverse DCT with its smooth enlarging of
the colour planes; Pillow offers the fast DCT only with plain enlarging ("draft"). So colour planes
are taken from a draft, and enlarged and mixed here as libjpeg does it.
"""

from __future__ import annotations

import io
import threading
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src.images.files import BadImage, opened, pixels

Array = np.ndarray[Any, Any]

_lock = threading.Lock()

# libjpeg's fixed point: in 1 / 65536.
_HALF, _MOST = 1 << 15, (256 << 16) - 1
_RED, _BLUE = 91881, 116130  # 1.402, 1.772
_RED_IN_GREEN, _BLUE_IN_GREEN = -46802, -22554  # 0.71414, 0.34414
# So many pixels are mixed at once that what lies between stays in the cache, and is no new memory.
_BLOCK = 32_000


class Options(NamedTuple):
    """How to decode."""

    channels: int = 0
    ratio: int = 1
    smooth: bool = True  # fancy_upscaling
    recover: bool = False
    fraction: float = 1.0
    accurate: bool = False  # the slower, exact inverse DCT


def size_of(data: bytes) -> tuple[int, int, int]:
    """Height, width and channels, from the head of the file."""
    image = opened(data)
    return image.height, image.width, len(image.getbands())


def read_jpeg(data: bytes, options: Options, columns: slice | None = None) -> Array:
    """[height, width, channels], uint8, or only some columns of that.

    Raises BadImage for broken or incomplete data.
    """
    image = opened(data)
    if columns is not None and not (image.mode in ("L", "CMYK") or options.channels == 1):
        return _columns(image, options, columns)
    found = _whole(image, options)
    return found if columns is None else found[:, columns]


def _whole(image: Any, options: Options) -> Array:
    if image.mode == "CMYK" and options.channels == 1:
        raise BadImage("cannot make one channel of a CMYK image")
    if image.mode == "CMYK":
        return _from_cmyk(_load(image, "", options, not options.accurate))
    if image.mode == "L":
        gray = _load(image, "", options, not options.accurate)
        return np.repeat(gray, 3, 2) if options.channels == 3 else gray
    if options.channels == 1:
        return _load(image, "L", options, not options.accurate)
    return _columns(image, options, slice(0, None))


def _columns(image: Any, options: Options, columns: slice) -> Array:
    sampling = _sampling(image)
    # A decoder that makes the image smaller need not enlarge planes small in both directions.
    largest = 1 if sampling == (2, 2) else 4
    enlarge = sampling in ((2, 1), (2, 2), (1, 2)) and options.ratio <= largest
    wide = -(-image.width // options.ratio) > 2 * sampling[0]
    if enlarge and wide and options.smooth and not options.accurate:
        planes = _load(image, "YCbCr", options, True)
        # libjpeg starts a crop at a block and knows nothing of the colours beside it.
        block = 8 // options.ratio * sampling[0]
        start = columns.start // block * block
        found = _enlarged(planes[:, start : columns.stop], sampling)
        return found[:, columns.start - start :]
    # Pillow has the accurate transform with smooth enlarging only.
    fast = not options.accurate or (enlarge and not options.smooth)
    return _load(image, "", options, fast)[:, columns]


def _sampling(image: Any) -> tuple[int, int]:
    """How many columns and rows of pixels share a colour."""
    _, across, down, _ = image.layer[0]
    _, small_across, small_down, _ = image.layer[1]
    return across // small_across, down // small_down


def _load(image: Any, mode: str, options: Options, fast: bool) -> Array:
    """The pixels of an image just opened, in its mode or another one, a ratio smaller."""
    from PIL import ImageFile

    if mode:
        image.draft(mode, None)
    ratio = options.ratio
    if ratio > 1:
        width, height = -(-image.width // ratio), -(-image.height // ratio)
        image._size = (width, height)
        image.tile = [image.tile[0]._replace(extents=(0, 0, width, height))]
    image.decoderconfig = (ratio, int(fast))
    if options.recover or options.fraction < 1:
        with _lock:
            before = ImageFile.LOAD_TRUNCATED_IMAGES
            ImageFile.LOAD_TRUNCATED_IMAGES = options.recover
            try:
                found = pixels(image) if options.recover else _first_rows(image, options)
            finally:
                ImageFile.LOAD_TRUNCATED_IMAGES = before
    else:
        found = pixels(image)
    return found if found.ndim == 3 else found[..., None]


def _first_rows(image: Any, options: Options) -> Array:
    """The pixels, if enough rows could be read; the others are black."""
    try:
        return pixels(image)
    except BadImage:
        image.tile = []  # what was read before the error is all there is
        found = np.array(image)
        rows = np.flatnonzero(found.reshape(len(found), -1).any(1))
        if not rows.size or rows[-1] + 1 < options.fraction * len(found):
            raise
        return found


def _from_cmyk(inks: Array) -> Array:
    left = 255 - inks.astype(np.int64)
    return (left[..., :3] * left[..., 3:] // 255).astype(np.uint8)


# ------------------------------------------------------------------------------- colours, enlarged
def _enlarged(planes: Array, sampling: tuple[int, int]) -> Array:
    across, down = sampling
    height, width = planes.shape[:2]
    # Of either sign: so the largest sum below is 16 * 128, and fits.
    colors = [planes[::down, ::across, k].astype(np.int16) - 128 for k in (1, 2)]
    if down == 2 and across == 2:
        colors = [_across(_down(c), 8, 7, 4) for c in colors]
    elif across == 2:
        colors = [_across(c, 1, 2, 2) for c in colors]
    else:
        colors = [_rows(c) for c in colors]
    blue, red = [c[:height, :width] for c in colors]
    return _mixed(planes[..., 0], blue, red)


def _down(x: Array) -> Array:
    """Two rows for each: three parts of it and one of the row above or below."""
    above, below = np.concatenate([x[:1], x[:-1]]), np.concatenate([x[1:], x[-1:]])
    return np.stack([3 * x + above, 3 * x + below], 1).reshape(-1, x.shape[1])


def _rows(x: Array) -> Array:
    above, below = np.concatenate([x[:1], x[:-1]]), np.concatenate([x[1:], x[-1:]])
    pair = np.stack([(3 * x + above + 1) >> 2, (3 * x + below + 2) >> 2], 1)
    return pair.reshape(-1, x.shape[1])


def _across(x: Array, left_bias: int, right_bias: int, shift: int) -> Array:
    """Two columns for each, likewise; of sums of `_down` it takes another shift."""
    left = np.concatenate([x[:, :1], x[:, :-1]], 1)
    right = np.concatenate([x[:, 1:], x[:, -1:]], 1)
    pair = np.stack([(3 * x + left + left_bias) >> shift, (3 * x + right + right_bias) >> shift], 2)
    found = pair.reshape(len(x), -1)
    return found


def _mixed(bright: Array, blue: Array, red: Array) -> Array:
    """Brightness and colours, 128 less, as red, green and blue, in libjpeg's fixed point."""
    out = np.empty((*bright.shape, 3), np.uint8)
    some = max(_BLOCK // bright.shape[1], 1)
    for at in range(0, len(out), some):
        rows = slice(at, at + some)
        light = bright[rows].astype(np.int32)
        light <<= 16
        light += _HALF
        b, r = blue[rows].astype(np.int32), red[rows].astype(np.int32)
        green = b * _BLUE_IN_GREEN
        green += r * _RED_IN_GREEN
        r *= _RED
        b *= _BLUE
        for channel, shade in enumerate((r, green, b)):
            shade += light
            np.clip(shade, 0, _MOST, out=shade)
            # The third byte: what a shift would leave, at half of its price.
            out[rows, :, channel] = shade.astype("<i4", copy=False).view(np.uint8)[:, 2::4]
    return out


# ---------------------------------------------------------------------------------------- encoding
class EncodeOptions(NamedTuple):
    """How to encode."""

    quality: int = 95
    progressive: bool = False
    optimize: bool = False
    downsample: bool = True
    unit: str = "in"
    density: tuple[int, int] = (300, 300)
    xmp: bytes = b""


def write_jpeg(image: Array, options: EncodeOptions) -> bytes:
    """[height, width, 1 or 3] of uint8 as a JPEG; the bytes are TensorFlow's."""
    from PIL import Image

    picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
    keywords: dict[str, Any] = {"xmp": options.xmp} if options.xmp else {}
    if image.shape[2] == 3:
        keywords["subsampling"] = 2 if options.downsample else 0
    # libjpeg takes 0 for 1, Pillow for "unset".
    quality = max(options.quality, 1)
    buffer = io.BytesIO()
    picture.save(
        buffer,
        "JPEG",
        quality=quality,
        progressive=options.progressive,
        optimize=options.optimize,
        dpi=options.density,
        **keywords,
    )
    data = bytearray(buffer.getvalue())
    if options.unit == "cm":
        data[13] = 2
    return bytes(data)
