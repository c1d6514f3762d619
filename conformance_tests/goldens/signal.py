"""tf.signal: transforms, frames, windows, the mel scale."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import EVERY, FLOATS, Case, Input

COMPLEX = ("complex64", "complex128")
REAL = ("float32", "float64")
#: How far the values of one transform may be off, beside the dtype's own tolerance.
SLACK = 8.0


def _transforms(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "fft": s.fft(x),
        "ifft": s.ifft(x),
        "fft2d": s.fft2d(x),
        "ifft2d": s.ifft2d(x),
        "fft3d": s.fft3d(x),
        "ifft3d": s.ifft3d(x),
    }


def _real_transforms(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "rfft": s.rfft(x),
        "longer": s.rfft(x, [9]),
        "rfft2d": s.rfft2d(x),
        "longer 2d": s.rfft2d(x, [5, 8]),
    }


def _trimmed(tf: Any, x: Any) -> Any:
    # TensorFlow has no gradient where the input is trimmed, nor for three axes.
    s = tf.signal
    return {
        "shorter": s.rfft(x, [3]),
        "shorter 2d": s.rfft2d(x, [2, 5]),
        "rfft3d": s.rfft3d(x),
        "sizes 3d": s.rfft3d(x, [3, 2, 7]),
    }


def _inverse_real_transforms(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "irfft": s.irfft(x),
        "odd": s.irfft(x, [13]),
        "longer": s.irfft(x, [16]),
        "irfft2d": s.irfft2d(x),
        "longer 2d": s.irfft2d(x, [4, 15]),
    }


def _inverse_trimmed(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "shorter": s.irfft(x, [5]),
        "irfft3d": s.irfft3d(x),
        "sizes 3d": s.irfft3d(x, [3, 2, 7]),
    }


def _shifts(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "all": s.fftshift(x),
        "one": s.fftshift(x, axes=1),
        "two": s.fftshift(x, axes=[0, -1]),
        "back": s.ifftshift(x),
        "one back": s.ifftshift(x, axes=-1),
    }


def _frames(tf: Any, x: Any) -> Any:
    frame = tf.signal.frame
    return {
        "plain": frame(x, 3, 2),
        "apart": frame(x, 2, 3),
        "single": frame(x, 1, 1),
        "longer": frame(x, 9, 2),
        "empty": frame(x, 0, 2),
        "padded": frame(x, 4, 3, pad_end=True),
        "padded longer": frame(x, 9, 2, True),
        "outer": frame(x, 2, 1, axis=0),
        "outer padded": frame(x, 2, 1, True, axis=-2),
    }


def _sums(tf: Any, x: Any) -> Any:
    return {str(step): tf.signal.overlap_and_add(x, step) for step in (1, 2, 3, 4, 6)}


def _short_time(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "plain": s.stft(x, 8, 4),
        "longer": s.stft(x, 6, 4, 16),
        "odd": s.stft(x, 5, 3, 7),
        "no window": s.stft(x, 8, 4, 8, None),
        "hamming": s.stft(x, 8, 4, None, s.hamming_window),
        "padded": s.stft(x, 8, 5, pad_end=True),
    }


def _back(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "plain": s.inverse_stft(x, 8, 4),
        "shorter": s.inverse_stft(x, 6, 4),
        "longer": s.inverse_stft(x, 10, 4, 8),
        "no window": s.inverse_stft(x, 8, 4, None, None),
        "inverse": s.inverse_stft(x, 8, 3, window_fn=s.inverse_stft_window_fn(3)),
    }


def _modified(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "plain": s.mdct(x, 8),
        "ortho": s.mdct(x, 4, norm="ortho"),
        "no window": s.mdct(x, 8, None),
        "padded": s.mdct(x, 8, s.kaiser_bessel_derived_window, True),
    }


def _modified_back(tf: Any, x: Any) -> Any:
    s = tf.signal
    return {
        "plain": s.inverse_mdct(x),
        "ortho": s.inverse_mdct(x, norm="ortho"),
        "no window": s.inverse_mdct(x, None),
        "window": s.inverse_mdct(x, s.kaiser_bessel_derived_window),
    }


def _cosines(tf: Any, x: Any) -> Any:
    s = tf.signal
    found = {}
    for kind in (1, 2, 3, 4):
        for n in (None, 3, 8):
            found[f"dct {kind} {n}"] = s.dct(x, kind, n)
            found[f"idct {kind} {n}"] = s.idct(x, kind, n)
            if kind > 1:
                found[f"ortho {kind} {n}"] = s.dct(x, kind, n, norm="ortho")
                found[f"inverse ortho {kind} {n}"] = s.idct(x, kind, n, norm="ortho")
    return found


def _windows(tf: Any, name: str) -> Any:
    s, dtype = tf.signal, tf.as_dtype(name)
    found: dict[str, Any] = {}
    for length in (0, 1, 2, 5, 8):
        for periodic in (True, False):
            found[f"hann {length} {periodic}"] = s.hann_window(length, periodic, dtype)
            found[f"hamming {length} {periodic}"] = s.hamming_window(length, periodic, dtype)
        found[f"vorbis {length}"] = s.vorbis_window(length, dtype)
        if name != "bfloat16":
            found[f"derived {length}"] = s.kaiser_bessel_derived_window(length, 4.0, dtype)
            if length:
                found[f"kaiser {length}"] = s.kaiser_window(length, 6.5, dtype)
        if name in REAL:
            found[f"inverse {length}"] = s.inverse_stft_window_fn(3)(length, dtype)
    return found


def _mels(tf: Any, name: str) -> Any:
    dtype = tf.as_dtype(name)
    matrix = tf.signal.linear_to_mel_weight_matrix
    return {
        "default": matrix(dtype=dtype),
        "wide": matrix(7, 33, 16000, 0.0, 8000.0, dtype),
        "one": matrix(1, 5, 8000, 20.0, 4000, dtype=dtype),
        "no rows": matrix(2, 1, dtype=dtype),
    }


def cases() -> Iterator[Case]:
    for dtype in COMPLEX:
        for shape in ((2, 3, 4), (1, 1, 1), (2, 1, 5), (2, 3, 2, 2)):
            x = Input(shape, dtype)
            yield Case(f"signal transforms {dtype} {shape}", _transforms, (x,), 2, SLACK)
        for shape in ((3, 2, 5), (1, 4, 7), (2, 2)):
            x = Input(shape, dtype)
            name = f"{dtype} {shape}"
            yield Case(f"signal irfft {name}", _inverse_real_transforms, (x,), 2, SLACK)
        x = Input((3, 2, 5), dtype)
        yield Case(f"signal irfft trimmed {dtype}", _inverse_trimmed, (x,), 0, SLACK)
        x = Input((2, 4, 5), dtype)
        yield Case(f"signal inverse_stft {dtype}", _back, (x,), 2, SLACK)
        empty = Input((0, 2, 3), dtype)
        yield Case(f"signal transforms empty {dtype}", _transforms, (empty,), 1)
    for dtype in REAL:
        for shape in ((3, 2, 5), (1, 4, 8), (2, 1)):
            x = Input(shape, dtype)
            yield Case(f"signal rfft {dtype} {shape}", _real_transforms, (x,), 2, SLACK)
        x = Input((3, 4, 5), dtype)
        yield Case(f"signal rfft trimmed {dtype}", _trimmed, (x,), 0, SLACK)
        x = Input((2, 20), dtype)
        yield Case(f"signal stft {dtype}", _short_time, (x,), 2, SLACK)
        yield Case(f"signal stft vector {dtype}", _short_time, (Input((17,), dtype),), 1, SLACK)
        yield Case(f"signal mdct {dtype}", _modified, (x,), 2, SLACK)
        x = Input((2, 3, 4), dtype)
        yield Case(f"signal inverse_mdct {dtype}", _modified_back, (x,), 2, SLACK)
        for shape in ((2, 5), (6,), (2, 1, 2)):
            yield Case(
                f"signal cosines {dtype} {shape}", _cosines, (Input(shape, dtype),), 2, 2 * SLACK
            )
        x = Input((2, 3, 7), dtype)
        coefficients = lambda tf, x: tf.signal.mfccs_from_log_mel_spectrograms(x)  # noqa: E731
        yield Case(f"signal mfccs {dtype}", coefficients, (x,), 2, SLACK)
    for dtype in EVERY:
        name, order = f"{dtype}", 2 if dtype in (*REAL, *COMPLEX) else 0
        yield Case(f"signal shifts {name}", _shifts, (Input((2, 3, 4), dtype),), order, exact=True)
        yield Case(f"signal frames {name}", _frames, (Input((3, 7), dtype),), order, exact=True)
        if dtype not in ("bool", "uint64", "uint32", "uint16"):
            yield Case(f"signal sums {name}", _sums, (Input((2, 3, 4), dtype),), order)
    for dtype in FLOATS:
        yield Case(
            f"signal windows {dtype}", lambda tf, dtype=dtype: _windows(tf, dtype), (), 0, SLACK
        )
        # Differences of nearly equal edges are divided.
        slack = SLACK if dtype in REAL else 4 * SLACK
        yield Case(f"signal mel {dtype}", lambda tf, dtype=dtype: _mels(tf, dtype), (), 0, slack)
