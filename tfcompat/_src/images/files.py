"""Image files but JPEG, between bytes and NumPy arrays [height, width, channels]; by Pillow.

What is TensorFlow's here and not Pillow's: 16-bit PNGs of several channels, grey from colours, GIF
frames that are never disposed of, and BMPs read without their palette.
"""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

import numpy as np

from tfcompat._src.images.png import quick

Array = np.ndarray[Any, Any]

# What libpng makes of 0.299 and 0.587, in 1 / 32768.
_RED, _GREEN = 9797, 19234
_BLUE = 32768 - _RED - _GREEN
_PNG = b"\x89PNG\r\n\x1a\n"
# Pillow's names of formats, which it would try one by one.
_FORMATS = {
    "BMP": ("BMP",), "GIF": ("GIF",), "JPEG": ("JPEG",), "PNG": ("PNG",), "WebP": ("WEBP",),
}  # fmt: skip
_PNG_COLORS = {1: 0, 2: 4, 3: 2, 4: 6}  # channels -> the color type of a PNG


class BadImage(Exception):
    """Bytes that are not the image they claim to be."""


def format_of(data: bytes) -> str | None:
    """The format that the first bytes tell, or None."""
    if data[:3] == b"\xff\xd8\xff":
        return "JPEG"
    if data[:8] == _PNG:
        return "PNG"
    if data[:4] == b"GIF8":
        return "GIF"
    if data[:2] == b"BM":
        return "BMP"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WebP"
    if data[:2] == b"\xff\x0a" or data[:12] == b"\x00\x00\x00\x0cJXL \r\n\x87\n":
        return "JPEG XL"
    return None


def opened(data: bytes) -> Any:
    """Pillow's image of a file. Raises BadImage for one that it cannot read."""
    from PIL import Image

    form = format_of(data)
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS.get(form or ""))
    except (OSError, SyntaxError, ValueError, struct.error) as error:
        # Pillow goes on with the address of the file object.
        raise BadImage(str(error).partition(" <")[0]) from None


def pixels(image: Any) -> Array:
    """The loaded pixels. Raises BadImage for broken data."""
    try:
        return np.asarray(image)
    except (OSError, SyntaxError, ValueError, IndexError, struct.error, zlib.error) as error:
        raise BadImage(str(error)) from None


# -------------------------------------------------------------------------------------------- PNG
def read_png(data: bytes, channels: int, wide: bool) -> Array:
    """uint8, or uint16 if `wide`; as many channels as the file has for 0."""
    if not wide:
        found = quick(data)
        if found is not None and channels in (0, found.shape[2]):
            return found
    image = opened(data)
    depth, color = data[24], data[25]
    if color == 3:
        found = pixels(image.convert("RGBA" if "transparency" in image.info else "RGB"))
    elif depth == 16:
        found = _sixteen_bits(data, image, color, channels)
    else:
        found = _eight_bits(image, channels)
    have = found.shape[2]
    wanted = channels or have
    if have in (2, 4) and wanted in (1, 3):
        found = found[..., :-1]
    if wanted == 1 and found.shape[2] == 3:
        found = _gray(found)
    if not wide and found.dtype == np.uint16:
        found, depth = (found >> 8).astype(np.uint8), 8
    if wanted >= 3 and found.shape[2] <= 2:
        found = np.concatenate([found[..., :1]] * 3 + [found[..., 1:]], 2)
    if wanted == 4 and found.shape[2] == 3:
        # libpng takes the largest value of the file's depth for opaque, even of 1, 2 or 4 bits.
        found = _opaque(found, (1 << depth) - 1)
    if wide and found.dtype == np.uint8:
        found = found.astype(np.uint16) * 257
    return np.ascontiguousarray(found)


def _eight_bits(image: Any, channels: int) -> Array:
    if channels == 4 and "transparency" in image.info:
        return pixels(image.convert("RGBA"))
    if image.mode == "1":
        image = image.convert("L")
    found = pixels(image)
    return found if found.ndim == 3 else found[..., None]


def _sixteen_bits(data: bytes, image: Any, color: int, channels: int) -> Array:
    if color == 0:
        gray = pixels(image).astype(np.uint16)[..., None]
        key = image.info.get("transparency")
        if channels != 4 or key is None:
            return gray
        return np.concatenate([gray] * 3 + [np.where(gray == key, 0, 65535).astype(np.uint16)], 2)
    if color == 4:
        # Two bytes of grey and two of opacity are four channels of a byte.
        quads = pixels(_as_raw(image, "RGBA")).astype(np.uint16)
        return quads[..., 0::2] << 8 | quads[..., 1::2]
    kind = "RGB" if color == 2 else "RGBA"
    high = pixels(_as_raw(image, f"{kind};16B")).astype(np.uint16)
    low = pixels(_as_raw(opened(data), f"{kind};16L"))
    return high << 8 | low


def _as_raw(image: Any, layout: str) -> Any:
    """The image, its rows to be unpacked in another way than Pillow would."""
    tile = image.tile[0]
    image.tile = [tile._replace(args=layout)]
    return image


def _opaque(found: Array, most: int) -> Array:
    full = np.full((*found.shape[:2], 1), most, found.dtype)
    return np.concatenate([found, full], 2)


def _gray(found: Array) -> Array:
    wide = found.astype(np.int64)
    total = _RED * wide[..., :1] + _GREEN * wide[..., 1:2] + _BLUE * wide[..., 2:]
    if found.dtype == np.uint16:
        total += 16384
    return (total >> 15).astype(found.dtype)


def write_png(image: Array, compression: int) -> bytes:
    """[height, width, 1 to 4 channels] of uint8 or uint16 as a PNG."""
    height, width, channels = image.shape
    depth = 8 * image.dtype.itemsize
    rows = image.astype(f">u{image.dtype.itemsize}").reshape(height, -1).view(np.uint8)
    # Each byte less the one above: what a row repeats of the last one packs well.
    above = np.zeros_like(rows)
    above[1:] = rows[:-1]
    filtered = np.full((height, rows.shape[1] + 1), 2, np.uint8)
    np.subtract(rows, above, out=filtered[:, 1:])
    header = struct.pack(">IIBBBBB", width, height, depth, _PNG_COLORS[channels], 0, 0, 0)
    body = zlib.compress(filtered.tobytes(), compression)
    return _PNG + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)


# ------------------------------------------------------------------------------------- the others
def read_gif(data: bytes) -> Array:
    """[frames, height, width, 3]: every frame drawn over all before it."""
    image = opened(data)
    frames = []
    try:
        for number in range(image.n_frames):
            image.seek(number)
            frames.append(pixels(image.convert("RGB")))
            image.dispose = None
    except (OSError, EOFError, SyntaxError, IndexError, struct.error) as error:
        raise BadImage(str(error)) from None
    return np.stack(frames)


def read_bmp(data: bytes, channels: int) -> Array:
    """The bytes of a BMP as channels; a palette is not looked at.

    Raises BadImage for broken data, or a BMP of other than 1, 3 or 4 bytes a pixel.
    """
    if len(data) < 30:
        raise BadImage(f"Incomplete bmp content, requires at least 32 bytes, got {len(data)}")
    start, _, width, height, _, bits = struct.unpack_from("<IIiiHH", data, 10)
    have = bits // 8
    if have not in (1, 3, 4):
        raise BadImage(f"Number of channels inherent in the image must be 1, 3 or 4, was {have}")
    rows = abs(height)
    stride = (have * width + 3) // 4 * 4
    if width <= 0 or not rows or len(data) < start + stride * rows:
        raise BadImage(f"a BMP of {width} by {rows} pixels does not fit into {len(data)} bytes")
    raw = np.frombuffer(data, np.uint8, stride * rows, start).reshape(rows, stride)
    found = raw[:: -1 if height > 0 else 1, : have * width].reshape(rows, width, have)
    if have >= 3:
        found = np.concatenate([found[..., 2::-1], found[..., 3:]], 2)
    wanted = channels or have
    if wanted >= 3 and have == 1:
        found = np.repeat(found, 3, 2)
    if wanted == 4 and found.shape[2] == 3:
        found = _opaque(found, 255)
    return np.ascontiguousarray(found[..., :wanted])


def read_webp(data: bytes) -> Array:
    """[frames, height, width, 3 or 4]."""
    image = opened(data)
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    frames = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        frames.append(pixels(image.convert(mode)))
    return np.stack(frames)


def read_jxl(data: bytes) -> Array:
    """The pixels of a JPEG XL, which Pillow reads with a plugin."""
    try:
        image = opened(data)
    except BadImage:
        raise NotImplementedError(
            "decode_jxl: no installed library reads JPEG XL; install a plugin of Pillow that does "
            "and import it (pillow-jxl-plugin), or convert the file to PNG"
        ) from None
    found = pixels(image)
    return found if found.ndim == 3 else found[..., None]
