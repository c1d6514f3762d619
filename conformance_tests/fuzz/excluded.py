"""What the fuzzer does not compare: what is nobody's promise, with the reason."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from ..goldens.cases import Answer
from .strategies import Call
from .traits import (
    close_integers,
    dtypes_of,
    has_ends,
    has_residue,
    has_ties,
    is_at_an_end,
    is_finite,
    is_huge,
    is_negative,
    is_singular,
    leaps,
    misses_the_largest,
    near_in_single,
    only_slopes,
    overflows,
    slopes_near,
    turn,
)


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
        r"einsum",
        lambda call, got, expected: (
            got.refusal == "InvalidArgumentError"
            and any([0 in a.shape for a in call.arrays.values()])
        ),
        "of an axis of nothing TensorFlow does not ask whether another's is of that size",
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
            [has_ends(a) or is_at_an_end(a) for a in call.arrays.values()]
        ),
        "the reciprocal of a huge weight is zero on XLA; huge weights cancel in any order",
    ),
    Excluded(
        r"batch_normalization|log_poisson_loss",
        lambda call, got, expected: any([is_huge(a) for a in call.arrays.values()]),
        "XLA multiplies and adds in one step, where a product may be out of range, and rounds once",
    ),
    Excluded(
        r"mean",
        lambda call, got, expected: (
            "float16" in expected.dtypes.values()
            and any([has_ends(a) for a in call.arrays.values()])
            and not all([is_finite(a) for a in expected.outputs.values()])
        ),
        "the sum of which TensorFlow makes a mean of float16 may be out of range, the mean is not",
    ),
    Excluded(
        r'(avg_pool|conv)3d\(.*"SAME"',
        lambda call, got, expected: only_slopes(got, expected) and leaps(call),
        "windows that leave gaps TensorFlow sets in the middle, their derivatives at the start",
    ),
    Excluded(
        r"max_pool3d\(E\[",
        lambda call, got, expected: only_slopes(got, expected) and has_ties(call.arrays["E"]),
        "among equal elements TensorFlow gives each the whole gradient, not one",
    ),
    Excluded(
        r"tf\.uint",
        lambda call, got, expected: (
            any([is_negative(a) for a in call.arrays.values()]) and got.dtypes == expected.dtypes
        ),
        "what a negative float becomes as an unsigned integer depends on its place in an array",
    ),
    Excluded(
        r"repeat\(X, \[",
        lambda call, got, expected: (
            expected.refusal == "ValueError" and not got.refusal and not call.arrays["X"].size
        ),
        "TensorFlow loses the size of an axis of nothing's rows that are repeated in several ways",
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
        r"silu|linalg\.(sqrtm|tridiagonal_solve)",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes)
            and only_slopes(got, expected)
            and slopes_near(got, expected, np.conj)
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
        lambda call, got, expected: bool({"int64", "uint64"} & set(dtypes_of(call))),
        "as numbers of 0 to 1 they are so small that TensorFlow's own answer varies",
    ),
    Excluded(
        r"top_k\(.*sorted=False",
        lambda call, got, expected: not got.refusal and not expected.refusal,
        "the order of what is not to be sorted is nobody's promise",
    ),
    Excluded(
        r"linspace",
        lambda call, got, expected: any([is_at_an_end(a) for a in call.arrays.values()]),
        "the distance of the ends of an integer's range overflows in TensorFlow",
    ),
    Excluded(
        r"local_response_normalization|lrn",
        lambda call, got, expected: any(
            [has_ends(a) or not is_finite(a) for a in call.arrays.values()]
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
            any([has_ends(a) for a in call.arrays.values()]) and overflows(got, expected)
        ),
        "whether a sum overflows before an infinity is reached depends on the order",
    ),
    Excluded(
        r"prod",
        lambda call, got, expected: (
            any([has_ends(a) for a in call.arrays.values()]) and overflows(got, expected)
        ),
        "whether a product overflows before a zero is reached depends on the order",
    ),
    Excluded(
        r"erfcinv",
        lambda call, got, expected: any([has_ends(a) for a in call.arrays.values()]),
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
            and any([has_ends(a) for a in call.arrays.values()])
            and overflows(got, expected)
        ),
        "infinity less a product too large is NaN, but where both are one instruction infinity",
    ),
    Excluded(
        r"isotonic",
        lambda call, got, expected: only_slopes(got, expected) and call.arrays["X"].ndim != 2,
        "TensorFlow's gradient of anything but a matrix has another shape",
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
        lambda call, got, expected: near_in_single(got, expected),
        "parts of these TensorFlow computes in float32, whatever the dtype",
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
        lambda call, got, expected: any([has_ends(a) for a in call.arrays.values()]),
        "TensorFlow flushes subnormal quotients to zero, but for the last elements of an array",
    ),
    Excluded(
        r"tensordot",
        lambda call, got, expected: got.refusal != "",
        "axes of different sizes are an error; which one is that of axes that are not there",
    ),
    Excluded(
        r"linalg\.det",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes)
            and only_slopes(got, expected)
            and slopes_near(got, expected, lambda slope: slope * turn(expected.outputs["0"]))
        ),
        "TensorFlow's derivative for complex numbers does not conjugate the determinant",
    ),
    Excluded(
        r"linalg\.expm",
        lambda call, got, expected: (
            only_slopes(got, expected) and slopes_near(got, expected, np.copy, 5e-3)
        ),
        "TensorFlow's loses digits in float32 where the result is large",
    ),
    Excluded(
        r"eigh_tridiagonal",
        lambda call, got, expected: only_slopes(got, expected),
        "TensorFlow's derivative is not that of the eigenvalues",
    ),
    Excluded(
        r"image\.(adjust|convert|rgb|hsv|yiq|yuv)",
        lambda call, got, expected: got.dtypes == expected.dtypes and close_integers(got, expected),
        "a float at the border of two integers goes to either",
    ),
    Excluded(
        r"norm\(.*inf",
        lambda call, got, expected: (
            "complex" in str(expected.dtypes)
            and only_slopes(got, expected)
            and misses_the_largest(got, expected)
        ),
        "XLA without LLVM's optimization rounds an absolute value in two ways, none is the largest",
    ),
    Excluded(
        r"sqrtm",
        lambda call, got, expected: any([is_singular(a) for a in call.arrays.values()]),
        "the root of an eigenvalue of zero is as large as that of what rounding leaves of it",
    ),
    Excluded(
        r"qr\(|svd\(",
        lambda call, got, expected: (
            any([is_singular(a) for a in call.arrays.values()])
            or (only_slopes(got, expected) and has_residue(expected.outputs["0"]))
        ),
        "where columns depend on each other, what rounding leaves of one decides on the next",
    ),
    Excluded(
        r"digamma|lgamma|polygamma",
        lambda call, got, expected: (
            only_slopes(got, expected)
            and bool((call.arrays["X"] <= 0).any())
            and slopes_near(got, expected, np.copy, 1e-3)
        ),
        "at negative numbers TensorFlow's derivatives of the gamma function are not exact",
    ),
)
