"""Scalars, pictures, histograms, texts and sounds, as TensorBoard's plugins expect them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.audio import encode_wav
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.string_arrays import filled
from tfcompat._src.summary import messages
from tfcompat._src.summary.state import current
from tfcompat._src.summary.write import summary_scope, write
from tfcompat._src.tensor import Tensor

_BUCKETS = 30


def _metadata(plugin: str, description: str | None, *more: Any, **named: Any) -> Any:
    # Without a writer nothing is written, and the package tensorboard is not needed.
    if current.writer is None:
        return None
    about = messages.metadata_of(plugin)
    return about.create_summary_metadata(None, description, *more, **named)


@public("tfcompat.summary")
def scalar(name: str, data: Any, step: Any = None, description: str | None = None) -> Tensor:
    """Writes one number, as float32. Returns whether it was written, as a bool tensor.

    Raises:
      ValueError: not a scalar, or there is no step, given or set.
    """
    about = _metadata("scalar", description)
    with summary_scope(name, "scalar_summary", values=[data, step]) as (tag, _):
        value = to_tensor(data)
        if value._shape:
            raise ValueError(
                f"tf.summary.scalar: Expected scalar shape, saw shape: {value._shape}."
            )
        return write(tag=tag, tensor=cast(value, dtypes.float32), step=step, metadata=about)


@public("tfcompat.summary")
def text(name: str, data: Any, step: Any = None, description: str | None = None) -> Tensor:
    """Writes strings, which TensorBoard shows as Markdown, in a table if there are several.

    Raises:
      TypeError: no strings.
    """
    about = _metadata("text", description)
    with summary_scope(name, "text_summary", values=[data, step]) as (tag, _):
        value = to_tensor(data)
        if value._dtype is not dtypes.string:
            raise TypeError(
                f"tf.summary.text: tensor must be of type tf.string; got {value._dtype!r}"
            )
        return write(tag=tag, tensor=value, step=step, metadata=about)


@public("tfcompat.summary")
def histogram(
    name: str,
    data: Any,
    step: Any = None,
    buckets: int | None = None,
    description: str | None = None,
) -> Tensor:
    """Writes how many values lie in each of `buckets` (30) equal parts of their range."""
    about = _metadata("histogram", description)
    count = _BUCKETS if buckets is None else max(int(buckets), 0)
    with summary_scope(name, "histogram_summary", values=[data, buckets, step]) as (tag, _):

        def counted() -> Tensor:
            values = cast(to_tensor(data), dtypes.float64)._numpy()
            return from_numpy(_counted(values.reshape(-1), count), dtypes.float64)

        return write(tag=tag, tensor=counted, step=step, metadata=about)


def _counted(values: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    """Left end, right end and number of values of each bucket."""
    if not values.size or not count:
        return np.zeros((count, 3))
    low, high = values.min(), values.max()
    made = np.empty((count, 3))
    if high == low:
        made[:] = low, low, 0
        made[-1, 2] = values.size
        return made
    with np.errstate(all="ignore"):
        width = (high - low) / count
        edges = low + width * np.arange(count + 1)
        edges[0], edges[-1] = low, high
        places = np.floor((values - low) / width)
    # What is not a number lies in no bucket.
    places = np.minimum(places[~np.isnan(places)], count - 1).astype(np.int64)
    made[:, 0], made[:, 1] = edges[:-1], edges[1:]
    made[:, 2] = np.bincount(places, minlength=count)
    return made


def _ranked(data: Any, rank: int, name: str) -> Tensor:
    value = to_tensor(data)
    if len(value._shape) != rank:
        raise ValueError(
            f"tf.summary.{name}: Tensor must have rank {rank}. Received rank "
            f"{len(value._shape)}, shape {value._shape}"
        )
    return value


def _at_most(max_outputs: Any, name: str) -> int:
    number = int(max_outputs)
    if number < 0:
        raise invalid_argument(
            f"tf.summary.{name}", f"received max_outputs={number}; expected 0 or more"
        )
    return number


@public("tfcompat.summary")
def image(
    name: str,
    data: Any,
    step: Any = None,
    max_outputs: int = 3,
    description: str | None = None,
) -> Tensor:
    """Writes at most `max_outputs` pictures of a batch: floats in [0, 1] or integers.

    `data` has the axes batch, height, width and 1 to 4 channels.

    Raises:
      ValueError: another rank, or there is no step, given or set.
    """
    about = _metadata("image", description)
    with summary_scope(name, "image_summary", values=[data, max_outputs, step]) as (tag, _):

        def encoded() -> Tensor:
            from tfcompat._src.ops.image_encoding import encode_png
            from tfcompat.image import convert_image_dtype

            value = _ranked(data, 4, "image")
            pictures = convert_image_dtype(value, dtypes.uint8, saturate=True)
            kept = pictures[: _at_most(max_outputs, "image")]
            _, height, width, _ = value._shape
            files = [encode_png(picture).numpy() for picture in kept]
            return filled([b"%d" % width, b"%d" % height, *files], (2 + len(files),))

        return write(tag=tag, tensor=encoded, step=step, metadata=about)


@public("tfcompat.summary")
def audio(
    name: str,
    data: Any,
    sample_rate: Any,
    step: Any = None,
    max_outputs: int = 3,
    encoding: str | None = None,
    description: str | None = None,
) -> Tensor:
    """Writes at most `max_outputs` sounds of a batch, as WAV files.

    `data` is float32 in [-1, 1], with the axes batch, time and channels.

    Raises:
      ValueError: another rank or encoding, or there is no step, given or set.
    """
    if encoding not in (None, "wav"):
        raise ValueError(f"tf.summary.audio: Unknown encoding: {encoding!r}; expected 'wav'")
    wav = None
    if current.writer is not None:
        wav = messages.metadata_of("audio").Encoding.Value("WAV")
    about = _metadata("audio", description, encoding=wav)
    values = [data, sample_rate, max_outputs, step]
    with summary_scope(name, "audio_summary", values=values) as (tag, _):

        def encoded() -> Tensor:
            value = _ranked(data, 3, "audio")
            kept = value[: _at_most(max_outputs, "audio")]
            items: list[bytes] = []
            for sound in kept:
                # The second column is for labels, which TensorBoard no longer shows.
                items += [encode_wav(sound, sample_rate).numpy(), b""]
            return filled(items, (len(items) // 2, 2))

        return write(tag=tag, tensor=encoded, step=step, metadata=about)
