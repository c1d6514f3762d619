"""The mel scale: tf.signal.linear_to_mel_weight_matrix, mfccs_from_log_mel_spectrograms."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import expand_dims
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.cosine import dct
from tfcompat._src.ops.creation import linspace
from tfcompat._src.ops.framing import frame
from tfcompat._src.ops.math import maximum, minimum
from tfcompat._src.ops.padding import pad
from tfcompat._src.ops.transcendental import log
from tfcompat._src.tensor import Tensor

_BREAK_HERTZ = 700.0
_FACTOR = 1127.0


def _mel(hertz: Any) -> Tensor:
    return _FACTOR * log(1.0 + hertz / _BREAK_HERTZ)


def _count(value: Any, what: str) -> int:
    given = to_tensor(value)
    if given._dtype not in dtypes.INTEGERS:
        raise TypeError(
            f"linear_to_mel_weight_matrix: received {what} of {given._dtype!r}; expected integers"
        )
    return int(given._numpy())


def _check_edges(lower: Any, upper: Any, rate: Any) -> None:
    op = "linear_to_mel_weight_matrix"
    # A tensor's value is not looked at, as in TensorFlow.
    if not isinstance(rate, Tensor) and rate <= 0:
        raise ValueError(f"{op}: sample_rate must be positive. Got: {rate}")
    if not isinstance(lower, Tensor):
        if lower < 0:
            raise ValueError(f"{op}: lower_edge_hertz must be non-negative. Got: {lower}")
        if not isinstance(upper, Tensor) and lower >= upper:
            raise ValueError(f"{op}: lower_edge_hertz {lower} >= upper_edge_hertz {upper}")
    if not (isinstance(rate, Tensor) or isinstance(upper, Tensor)) and upper > rate / 2:
        raise ValueError(
            f"{op}: upper_edge_hertz must not be larger than the Nyquist frequency "
            f"(sample_rate / 2). Got {upper} for sample_rate: {rate}"
        )


@public("tfcompat.signal")
def linear_to_mel_weight_matrix(
    num_mel_bins: Any = 20,
    num_spectrogram_bins: Any = 129,
    sample_rate: Any = 8000,
    lower_edge_hertz: Any = 125.0,
    upper_edge_hertz: Any = 3800.0,
    dtype: Any = dtypes.float32,
    name: str | None = None,
) -> Tensor:
    """The matrix [num_spectrogram_bins, num_mel_bins] that takes a spectrogram to the mel scale.

    Its columns are triangles, of equal width in mel, between the edges.

    Raises ValueError for edges that are not in order within [0, sample_rate / 2], for no bins or
    a dtype that is not floating.
    """
    bins = _count(num_mel_bins, "num_mel_bins")
    if bins <= 0:
        raise ValueError(
            f"linear_to_mel_weight_matrix: num_mel_bins must be positive. Got: {num_mel_bins}"
        )
    _check_edges(lower_edge_hertz, upper_edge_hertz, sample_rate)
    wanted = as_dtype(dtype)
    if wanted not in dtypes.FLOATS:
        raise ValueError(
            f"linear_to_mel_weight_matrix: dtype must be a floating point type. Got: {wanted!r}"
        )
    rate, lower, upper = [
        cast(to_tensor(value), wanted)
        for value in (sample_rate, lower_edge_hertz, upper_edge_hertz)
    ]
    rows = max(1, _count(num_spectrogram_bins, "num_spectrogram_bins"))
    # The constant part of a spectrum, its first row, is in no bin.
    mels = expand_dims(_mel(linspace(to_tensor(0.0, wanted), rate / 2.0, rows)[1:]), 1)
    edges = frame(linspace(_mel(lower), _mel(upper), bins + 2), 3, 1)
    left, peak, right = edges[:, 0], edges[:, 1], edges[:, 2]
    rise = (mels - left) / (peak - left)
    fall = (right - mels) / (right - peak)
    return pad(maximum(to_tensor(0.0, wanted), minimum(rise, fall)), [[1, 0], [0, 0]])


@public("tfcompat.signal")
def mfccs_from_log_mel_spectrograms(log_mel_spectrograms: Any, name: str | None = None) -> Tensor:
    """The mel-frequency cepstral coefficients, as many as there are bins on the last axis.

    Raises:
      TypeError: neither float32 nor float64.
      ValueError: no bins.
      InvalidArgumentError: a scalar.
    """
    x = convert_to_tensor(log_mel_spectrograms)
    if not x._shape:
        raise invalid_argument("mfccs_from_log_mel_spectrograms", "received a scalar")
    bins = x._shape[-1]
    if not bins:
        raise ValueError("mfccs_from_log_mel_spectrograms: num_mel_bins must be positive. Got: 0")
    return dct(x) * (2.0 * bins) ** -0.5
