"""What a call, or two answers to it, are like: what the rules of `excluded.py` ask."""

from __future__ import annotations

import re
from collections.abc import Callable

import numpy as np

from ..goldens.cases import Answer
from ..helpers import Tolerance, near, tolerance_of
from .strategies import Array, Call

WIDE = ("float64", "complex128")


def has_ties(array: Array) -> bool:
    return np.unique(array.astype(np.float64)).size < array.size


def turn(determinants: Array) -> Array:
    """Determinants over their conjugates, to be multiplied by matrices."""
    with np.errstate(all="ignore"):
        return (determinants / np.conj(determinants))[..., np.newaxis, np.newaxis]


def slopes_near(
    got: Answer, expected: Answer, change: Callable[[Array], Array], relative: float = 1e-4
) -> bool:
    """Whether our derivatives, so changed, are TensorFlow's."""
    for name, wanted in expected.outputs.items():
        if name.startswith("first"):
            with np.errstate(all="ignore"):
                size = np.abs(wanted).max(initial=0.0)
                allowed = Tolerance(relative, float(relative * size))
                if not near(change(got.outputs[name]), wanted, allowed):
                    return False
    return True


def misses_the_largest(got: Answer, expected: Answer) -> bool:
    """Whether derivatives differ only where ours is none, or is shared by fewer elements."""
    pairs = [(got.outputs[n], a) for n, a in expected.outputs.items() if n.startswith("first")]
    with np.errstate(all="ignore"):
        return all(
            [
                np.all((a == 0) | ~np.isfinite(a) | (np.abs(a) > 0.999 * np.abs(b)) & (b != 0))
                for a, b in pairs
            ]
        )


def leaps(call: Call) -> bool:
    """Whether the windows of a volume are further apart than they are long."""
    step = re.search(r'(\d), (1, 1\], )?"SAME"', call.text)
    length = call.arrays["C"].shape[0] if "C" in call.arrays else 2
    return step is not None and int(step[1]) > length


def is_negative(array: Array) -> bool:
    if array.dtype.kind in "biu":
        return False
    return bool((array.astype(np.complex128).real < 0).any())


def dtypes_of(call: Call) -> list[str]:
    return [array.dtype.name for array in call.arrays.values()]


def is_at_an_end(array: Array) -> bool:
    if array.dtype.kind not in "iu":
        return False
    ends = np.iinfo(array.dtype)
    return bool(((array == ends.min) | (array == ends.max)).any())


def has_ends(array: Array) -> bool:
    """Whether a number is so large or so small that a quotient underflows."""
    if array.dtype.kind in "biu":
        return False
    with np.errstate(all="ignore"):
        size = np.abs(array.astype(np.complex128))
    return bool(((size > 1e4) | ((size < 1e-4) & (size > 0))).any())


def is_huge(array: Array) -> bool:
    """Whether a float's square overflows."""
    if array.dtype.kind in "biu":
        return False
    with np.errstate(all="ignore"):
        return bool((np.isinf(array * array) & np.isfinite(array)).any())


def overflows(got: Answer, expected: Answer) -> bool:
    return not all([is_finite(a) for a in [*got.outputs.values(), *expected.outputs.values()]])


def close_integers(got: Answer, expected: Answer) -> bool:
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


def is_singular(matrices: Array) -> bool:
    if matrices.ndim < 2 or not matrices.size:
        return False
    # Of more columns than rows the first ones decide.
    first = matrices[..., : matrices.shape[-2]].astype(np.complex128)
    sizes = np.linalg.svd(first, compute_uv=False)
    return bool((sizes[..., -1] < 1e-6 * sizes[..., 0]).any())


def near_in_single(got: Answer, expected: Answer) -> bool:
    if got.refusal or expected.refusal or not set(WIDE) & set(expected.dtypes.values()):
        return False
    single = tolerance_of("float32")
    return all(
        [
            got.outputs[name].shape == wanted.shape and near(got.outputs[name], wanted, single)
            for name, wanted in expected.outputs.items()
        ]
    )


def has_residue(triangular: Array) -> bool:
    """Whether an absolute value in the upper triangle is zero, but for rounding."""
    size = triangular.astype(np.float64)
    upper = np.triu(np.ones(size.shape[-2:], bool))
    return bool((upper & (size < 1e-5 * max(1.0, size.max()))).any())


def doubled(dtype: str) -> Tolerance:
    one = tolerance_of(dtype)
    return Tolerance(2 * one.relative, 2 * one.absolute)


def only_slopes(got: Answer, expected: Answer) -> bool:
    names = [name for name in expected.outputs if not name.startswith("first")]
    return (
        got.refusal == expected.refusal
        and not set(names) - set(got.outputs)
        and all(
            [near(got.outputs[n], expected.outputs[n], doubled(expected.dtypes[n])) for n in names]
        )
    )


def is_finite(wanted: Array) -> bool:
    if wanted.dtype.kind not in "fcV":
        return True
    with np.errstate(all="ignore"):
        return bool(np.isfinite(wanted.astype(np.complex128)).all())
