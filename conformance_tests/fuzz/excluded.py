"""What the fuzzer does not compare: what is nobody's promise, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np

from ..goldens.cases import Answer
from ..helpers import Tolerance, near, tolerance_of
from .strategies import Call

WIDE = ("float64", "complex128")


class Excluded(NamedTuple):
    """What is not compared: calls of a form, of which something holds, for a reason."""

    form: str
    holds: Callable[[Call, Answer, Answer], bool]
    reason: str

    def applies(self, call: Call, got: Answer, expected: Answer) -> bool:
        return bool(re.search(self.form, call.text)) and self.holds(call, got, expected)


EXCLUDED = (
    Excluded(
        r"truncate(div|mod)|//|%|floor(div|mod)",
        lambda call, got, expected: expected.refusal == "InternalError",
        "division by zero is an invalid argument, as it is in floordiv",
    ),
    Excluded(
        r"signal\.",
        lambda call, got, expected: (
            expected.refusal == "InvalidArgumentError"
            and all([a.size == 0 for name, a in got.outputs.items() if name[:5] != "first"])
        ),
        "TensorFlow refuses to pad batches of nothing to the length of a transform",
    ),
    Excluded(
        r"lstsq|overlap_and_add|isotonic",
        lambda call, got, expected: any([a.dtype.kind in "bu" for a in call.arrays.values()]),
        "which of several rules such a dtype breaks first, if any",
    ),
    Excluded(
        r"pad\(.*constant_values=\[|tridiagonal_solve",
        lambda call, got, expected: bool(got.refusal and expected.refusal),
        "which of two wrong arguments is told first",
    ),
    Excluded(
        r"convert_image_dtype",
        lambda call, got, expected: got.dtypes == expected.dtypes,
        "what a float out of range becomes as an integer depends on its place in an array",
    ),
    Excluded(
        r"weighted_moments",
        lambda call, got, expected: "complex" in str(expected.dtypes),
        "digits that cancel",
    ),
    Excluded(
        r"weighted_moments|average",
        lambda call, got, expected: any(
            [_has_ends(a) or _is_at_an_end(a) for a in call.arrays.values()]
        ),
        "the reciprocal of a huge weight is zero on XLA; huge weights cancel in any order",
    ),
    Excluded(
        r"mean",
        lambda call, got, expected: (
            "float16" in expected.dtypes.values()
            and any([_has_ends(a) for a in call.arrays.values()])
            and not all([is_finite(a) for a in expected.outputs.values()])
        ),
        "the sum of which TensorFlow makes a mean of float16 may be out of range, the mean is not",
    ),
    Excluded(
        r'(avg_pool|conv)3d\(.*"SAME"',
        lambda call, got, expected: _only_slopes(got, expected) and _leaps(call),
        "windows that leave gaps TensorFlow sets in the middle, their derivatives at the start",
    ),
    Excluded(
        r"max_pool3d",
        lambda call, got, expected: _only_slopes(got, expected),
        "among equal elements TensorFlow gives each the whole gradient, not one",
    ),
    Excluded(
        r"tf\.uint",
        lambda call, got, expected: (
            any([_is_negative(a) for a in call.arrays.values()]) and got.dtypes == expected.dtypes
        ),
        "what a negative float becomes as an unsigned integer depends on its place in an array",
    ),
    Excluded(
        r"searchsorted",
        lambda call, got, expected: not all([a.size for a in call.arrays.values()]),
        "how many rows there are in a matrix of nothing is guessed",
    ),
    Excluded(
        r"(asin|acos|atan|arcsin|arccos|arctan)h?\(",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes)
            and bool((call.arrays["X"].real * call.arrays["X"].imag == 0).any())
        ),
        "on a branch cut the sign of a zero decides",
    ),
    Excluded(
        r"image\.ssim",
        lambda call, got, expected: any([a.dtype.kind in "iu" for a in call.arrays.values()]),
        "beside the range of wide integers TensorFlow's constants underflow, and 0 / 0 is left",
    ),
    Excluded(
        r"silu",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes) and _only_slopes(got, expected)
        ),
        "TensorFlow's derivative for complex numbers is not conjugated",
    ),
    Excluded(
        r"image\.resize",
        lambda call, got, expected: (
            {"float16", "bfloat16"} & set(got.dtypes.values()) != set()
            and expected.dtypes.get("first by 0") == "None"
        ),
        "TensorFlow has no derivative by a picture of half precision",
    ),
    Excluded(
        r"take_along_axis\(X, tf\.argsort",
        lambda call, got, expected: not got.refusal and expected.refusal != "",
        "indices that are still being computed are not checked on JAX, as docs/differences.md says",
    ),
    Excluded(
        r"image\.(ssim|psnr)",
        lambda call, got, expected: bool({"int64", "uint64"} & set(_dtypes_of(call))),
        "as numbers of 0 to 1 they are so small that TensorFlow's own answer varies",
    ),
    Excluded(
        r"top_k\(.*sorted=False",
        lambda call, got, expected: not got.refusal and not expected.refusal,
        "the order of what is not to be sorted is nobody's promise",
    ),
    Excluded(
        r"linspace",
        lambda call, got, expected: any([_is_at_an_end(a) for a in call.arrays.values()]),
        "the distance of the ends of an integer's range overflows in TensorFlow",
    ),
    Excluded(
        r"local_response_normalization|lrn",
        lambda call, got, expected: any(
            [_has_ends(a) or not is_finite(a) for a in call.arrays.values()]
        ),
        "TensorFlow sums neighbours by a matrix of ones and zeros: far ones make NaN, too",
    ),
    Excluded(
        r"local_response_normalization\(.*, -0\.5, ",
        lambda call, got, expected: not got.refusal and not expected.refusal,
        "powers of negative numbers",
    ),
    Excluded(
        r"eigh_tridiagonal",
        lambda call, got, expected: bool(call.arrays["V"].imag.any()),
        "the diagonal of a Hermitian matrix is real",
    ),
    Excluded(
        r"sum",
        lambda call, got, expected: (
            any([_has_ends(a) for a in call.arrays.values()]) and _overflows(got, expected)
        ),
        "whether a sum overflows before an infinity is reached depends on the order",
    ),
    Excluded(
        r"prod",
        lambda call, got, expected: (
            any([_has_ends(a) for a in call.arrays.values()]) and _overflows(got, expected)
        ),
        "whether a product overflows before a zero is reached depends on the order",
    ),
    Excluded(
        r"erfcinv",
        lambda call, got, expected: any([_has_ends(a) for a in call.arrays.values()]),
        "the half of the smallest number TensorFlow flushes to zero",
    ),
    Excluded(
        r"inverse_stft_window_fn\(-1\)",
        lambda call, got, expected: got.refusal == "InvalidArgumentError",
        "a step of -1 is wrong, though a window of nothing has no use for it",
    ),
    Excluded(
        r"rfft",
        lambda call, got, expected: (
            not got.refusal
            and not expected.refusal
            and not all([a.size for a in call.arrays.values()])
        ),
        "what TensorFlow makes of nothing is memory that nobody wrote",
    ),
    Excluded(
        r"einsum|matmul|matvec|@|dot|inner",
        lambda call, got, expected: (
            not got.refusal
            and not expected.refusal
            and any([_has_ends(a) for a in call.arrays.values()])
            and _overflows(got, expected)
        ),
        "infinity less a product too large is NaN, but where both are one instruction infinity",
    ),
    Excluded(
        r"isotonic",
        lambda call, got, expected: _only_slopes(got, expected),
        "TensorFlow's gradient of a vector has another shape",
    ),
    Excluded(
        r"image\.|saturate",
        lambda call, got, expected: bool({"int64", "uint64"} & set(expected.dtypes.values())),
        "TensorFlow's saturate_cast has the smallest number for what is too large for 64 bits",
    ),
    Excluded(
        r"mdct",
        lambda call, got, expected: not all([a.size for a in call.arrays.values()]),
        "signals of nothing have frames in TensorFlow",
    ),
    Excluded(
        r"image\.",
        lambda call, got, expected: _near_in_single(got, expected),
        "parts of these TensorFlow computes in float32, whatever the dtype",
    ),
    Excluded(
        r"rfft|irfft",
        lambda call, got, expected: _only_slopes(got, expected),
        "TensorFlow's derivative forgets that fft_length trims",
    ),
    Excluded(
        r"conv|pool",
        lambda call, got, expected: (
            not all([a.size for a in call.arrays.values()])
            or not all([a.size for a in expected.outputs.values()])
        ),
        "the derivative by a filter of no pictures is memory that nobody wrote",
    ),
    Excluded(
        r"bessel_y1|math\.erf\(",
        lambda call, got, expected: not all([is_finite(a) for a in expected.outputs.values()]),
        "TensorFlow has NaN for bessel_y1(0) in float32, erf(inf) in float64; limits are right",
    ),
    Excluded(
        r"//|floor|divmod|%|mod\(|remainder",
        lambda call, got, expected: any([_has_ends(a) for a in call.arrays.values()]),
        "TensorFlow flushes subnormal quotients to zero, but for the last elements of an array",
    ),
    Excluded(
        r"tensordot",
        lambda call, got, expected: got.refusal != "",
        "axes of different sizes are an error; which one is that of axes that are not there",
    ),
    Excluded(
        r"linalg\.(det|sqrtm|logm|slogdet|eigh_tridiagonal|tridiagonal_solve|banded)",
        lambda call, got, expected: _only_slopes(got, expected),
        "TensorFlow's derivative is that of another function, for complex numbers at least",
    ),
    Excluded(
        r"image\.(adjust|convert|rgb|hsv|yiq|yuv)",
        lambda call, got, expected: (
            got.dtypes == expected.dtypes and _close_integers(got, expected)
        ),
        "a float at the border of two integers goes to either",
    ),
    Excluded(
        r"norm\(.*inf",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes) and _only_slopes(got, expected)
        ),
        "XLA without LLVM's optimization rounds an absolute value in two ways, none is the largest",
    ),
    Excluded(
        r"sqrtm",
        lambda call, got, expected: any([_is_singular(a) for a in call.arrays.values()]),
        "the root of an eigenvalue of zero is as large as that of what rounding leaves of it",
    ),
    Excluded(
        r"qr\(|svd\(",
        lambda call, got, expected: (
            any([_is_singular(a) for a in call.arrays.values()])
            or (_only_slopes(got, expected) and _has_residue(expected.outputs["0"]))
        ),
        "where columns depend on each other, what rounding leaves of one decides on the next",
    ),
    Excluded(
        r"digamma|lgamma|polygamma",
        lambda call, got, expected: (
            _only_slopes(got, expected) and bool((call.arrays["X"] <= 0).any())
        ),
        "at negative numbers TensorFlow's derivatives of the gamma function are not exact",
    ),
)


def _leaps(call: Call) -> bool:
    """Whether the windows of a volume are further apart than they are long."""
    step = re.search(r'(\d), (1, 1\], )?"SAME"', call.text)
    length = call.arrays["C"].shape[0] if "C" in call.arrays else 2
    return step is not None and int(step[1]) > length


def _is_negative(array: np.ndarray[Any, Any]) -> bool:
    if array.dtype.kind in "biu":
        return False
    return bool((array.astype(np.complex128).real < 0).any())


def _dtypes_of(call: Call) -> list[str]:
    return [array.dtype.name for array in call.arrays.values()]


def _is_at_an_end(array: np.ndarray[Any, Any]) -> bool:
    if array.dtype.kind not in "iu":
        return False
    ends = np.iinfo(array.dtype)
    return bool(((array == ends.min) | (array == ends.max)).any())


def _has_ends(array: np.ndarray[Any, Any]) -> bool:
    """Whether a number is so large or so small that a quotient underflows."""
    if array.dtype.kind in "biu":
        return False
    with np.errstate(all="ignore"):
        size = np.abs(array.astype(np.complex128))
    return bool(((size > 1e4) | ((size < 1e-4) & (size > 0))).any())


def _overflows(got: Answer, expected: Answer) -> bool:
    return not all([is_finite(a) for a in [*got.outputs.values(), *expected.outputs.values()]])


def _close_integers(got: Answer, expected: Answer) -> bool:
    if got.refusal or expected.refusal or got.dtypes != expected.dtypes:
        return False
    pairs = [(got.outputs[name], wanted) for name, wanted in expected.outputs.items()]
    return all(
        [
            a.shape == b.shape
            and a.dtype.kind in "iu"
            and bool((np.abs(a.astype(object) - b.astype(object)) <= 1).all())
            for a, b in pairs
        ]
    )


def _is_singular(matrices: np.ndarray[Any, Any]) -> bool:
    if matrices.ndim < 2 or not matrices.size:
        return False
    # Of more columns than rows the first ones decide.
    first = matrices[..., : matrices.shape[-2]].astype(np.complex128)
    sizes = np.linalg.svd(first, compute_uv=False)
    return bool((sizes[..., -1] < 1e-6 * sizes[..., 0]).any())


def _near_in_single(got: Answer, expected: Answer) -> bool:
    if got.refusal or expected.refusal or not set(WIDE) & set(expected.dtypes.values()):
        return False
    single = tolerance_of("float32")
    return all(
        [
            got.outputs[name].shape == wanted.shape and near(got.outputs[name], wanted, single)
            for name, wanted in expected.outputs.items()
        ]
    )


def _has_residue(triangular: np.ndarray[Any, Any]) -> bool:
    """Whether an absolute value in the upper triangle is zero, but for rounding."""
    size = triangular.astype(np.float64)
    upper = np.triu(np.ones(size.shape[-2:], bool))
    return bool((upper & (size < 1e-5 * max(1.0, size.max()))).any())


def _doubled(dtype: str) -> Tolerance:
    one = tolerance_of(dtype)
    return Tolerance(2 * one.relative, 2 * one.absolute)


def _only_slopes(got: Answer, expected: Answer) -> bool:
    names = [name for name in expected.outputs if not name.startswith("first")]
    return (
        got.refusal == expected.refusal
        and not set(names) - set(got.outputs)
        and all(
            [near(got.outputs[n], expected.outputs[n], _doubled(expected.dtypes[n])) for n in names]
        )
    )


def is_finite(wanted: np.ndarray[Any, Any]) -> bool:
    if wanted.dtype.kind not in "fcV":
        return True
    with np.errstate(all="ignore"):
        return bool(np.isfinite(wanted.astype(np.complex128)).all())
