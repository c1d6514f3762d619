"""tf.audio: 16-bit PCM in WAV files."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.function import op_rules
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import filled, scalar_string, typed, whole_number
from tfcompat._src.tensor import Tensor

_PCM, _BITS = 1, 16


class DecodeWav(NamedTuple):
    """Samples by channels, and how many samples a second."""

    audio: Tensor
    sample_rate: Tensor


@public("tfcompat.audio")
def encode_wav(audio: Any, sample_rate: Any, name: str | None = None) -> Tensor:
    """A WAV file of float32 samples in [-1, 1], one row for each point of time.

    Raises:
      InvalidArgumentError: not two axes, no channel, or a rate that is not positive.
    """
    op = "EncodeWav"
    x = typed(audio, dtypes.float32, op)
    rate = typed(sample_rate, dtypes.int32, op, 1)
    if len(x._shape) != 2:
        raise invalid_argument(op, f"received audio of shape {x._shape}; expected two axes")
    if rate._shape:
        raise invalid_argument(op, f"received sample_rate of shape {rate._shape}; not a scalar")
    frequency, channels = int(rate._numpy()), x._shape[1]
    if frequency <= 0:
        raise invalid_argument(op, f"received sample_rate={frequency}; expected 1 or more")
    if not channels:
        raise invalid_argument(op, "received audio without a channel")
    samples = x._numpy().astype(np.float32) * np.float32(32768)
    # Halves go away from zero, as C's roundf has it.
    whole = np.trunc(samples + np.copysign(np.float32(0.5), samples))
    data = np.nan_to_num(np.clip(whole, -32768, 32767), nan=0.0).astype("<i2").tobytes()
    frame = channels * _BITS // 8
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        *(b"RIFF", 36 + len(data), b"WAVE", b"fmt ", 16, _PCM, channels, frequency),
        *(frequency * frame, frame, _BITS, b"data", len(data)),
    )
    return filled([header + data], ())


@public("tfcompat.audio")
@gives(op_rules.sound)
def decode_wav(
    contents: Any,
    desired_channels: int = -1,
    desired_samples: int = -1,
    name: str | None = None,
) -> DecodeWav:
    """The samples of a 16-bit WAV file in [-1, 1), one row for each point of time, and its rate.

    Missing channels repeat the last one, missing samples are zeros; what is too much is left out.

    Raises:
      InvalidArgumentError: other bytes.
    """
    op = "DecodeWav"
    channels = whole_number(desired_channels, op, "desired_channels", -1)
    length = whole_number(desired_samples, op, "desired_samples", -1)
    data = scalar_string(contents, op, "contents")
    for what, number in (("desired_channels", channels), ("desired_samples", length)):
        if number < -1:
            raise invalid_argument(op, f"received {what}={number}; expected -1 or more")
    samples, rate = _samples(data)
    if channels >= 0:
        index = np.minimum(np.arange(channels), samples.shape[1] - 1)
        samples = samples[:, index]
    if length >= 0:
        kept = samples[:length]
        samples = np.zeros((length, samples.shape[1]), np.float32)
        samples[: len(kept)] = kept
    return DecodeWav(
        from_numpy(np.ascontiguousarray(samples), dtypes.float32),
        from_numpy(np.array(rate, np.int32), dtypes.int32),
    )


def _no_wav(reason: str) -> InvalidArgumentError:
    return invalid_argument("DecodeWav", f"received bytes that are no 16-bit WAV file: {reason}")


def _samples(data: bytes) -> tuple[np.ndarray[Any, Any], int]:
    if len(data) < 12:
        raise _no_wav("too short")
    for at, expected in ((0, b"RIFF"), (8, b"WAVE"), (12, b"fmt ")):
        if data[at : at + 4] != expected:
            raise _no_wav(f"expected {expected!r} but found {data[at : at + 4]!r}")
    if len(data) < 36:
        raise _no_wav("too short")
    size, kind, channels, rate, per_second, frame, bits = struct.unpack_from("<IHHIIHH", data, 16)
    if kind != _PCM:
        raise _no_wav(f"the format is {kind}, expected {_PCM} (PCM)")
    if size not in (16, 18):
        raise _no_wav(f"the format takes {size} bytes, expected 16 or 18")
    if bits != _BITS or not channels or frame != channels * 2 or per_second != rate * frame:
        raise _no_wav(f"{bits} bits, {channels} channels, {per_second} bytes a second")
    found = None
    at = 20 + size
    while at < len(data):
        if at + 8 > len(data):
            raise _no_wav("too short")
        name, length = struct.unpack_from("<4sI", data, at)
        at += 8
        if at + length > len(data):
            raise _no_wav("too short")
        if name == b"data" and found is None:
            raw = np.frombuffer(data, "<i2", length // frame * channels, at)
            found = raw.reshape(-1, channels).astype(np.float32) / np.float32(32768)
        at += length
    if found is None:
        raise _no_wav("no data chunk")
    return found, int(rate)
