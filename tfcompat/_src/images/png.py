"""Pixels of plain PNG files by Pillow's decoder alone: half of the time of small ones goes around.

Whatever is not plain, or not as it should be, is left to Pillow as a whole.
"""

from __future__ import annotations

import struct
from typing import Any
from zlib import crc32

import numpy as np

Array = np.ndarray[Any, Any]

# By the type of colours: Pillow's mode and the number of channels.
_MODES = {0: ("L", 1), 2: ("RGB", 3), 6: ("RGBA", 4)}
_PLAIN = frozenset(
    {b"IHDR", b"IDAT", b"IEND", b"pHYs", b"tEXt", b"tIME", b"gAMA", b"sRGB", b"cHRM"}
)
_MOST = 1 << 24
_DONE = -1


def quick(data: bytes) -> Array | None:
    """uint8 pixels [height, width, channels] of a file with 8 bits a channel; None for others."""
    try:
        return _decoded(data)
    except (AttributeError, KeyError, OSError, TypeError, ValueError, struct.error):
        return None


def _decoded(data: bytes) -> Array | None:
    width, height, depth, color, method, filters, interlaced = struct.unpack_from(
        ">IIBBBBB", data, 16
    )
    if depth != 8 or method or filters or interlaced or not 0 < width * height <= _MOST:
        return None
    mode, channels = _MODES[color]
    packed = _packed(data)
    if packed is None:
        return None
    from PIL import Image

    core: Any = getattr(Image, "core")  # noqa: B009  it has no types
    whole = (0, 0, width, height)
    image = core.new(mode, (width, height))
    decoder = core.zip_decoder(mode, mode, 0)
    decoder.setimage(image, whole)
    if decoder.decode(packed) != (_DONE, 0):
        return None
    encoder = core.raw_encoder(mode, mode, 0, 1)
    encoder.setimage(image, whole)
    size = width * height * channels
    _, over, raw = encoder.encode(size + 1)
    if over != 1 or len(raw) != size:
        return None
    return np.frombuffer(raw, np.uint8).reshape(height, width, channels)


def _packed(data: bytes) -> bytes | None:
    """The compressed rows; None where chunks are broken or change what the rows mean."""
    at, parts = 8, []
    while True:
        (length,) = struct.unpack_from(">I", data, at)
        end = at + 8 + length
        kind = data[at + 4 : at + 8]
        if kind not in _PLAIN or crc32(data[at + 4 : end]).to_bytes(4) != data[end : end + 4]:
            return None
        if kind == b"IDAT":
            parts.append(data[at + 8 : end])
        elif kind == b"IEND":
            return parts[0] if len(parts) == 1 else b"".join(parts)
        at = end + 4
