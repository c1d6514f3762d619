"""What counts as a difference between two answers to a fuzzed call."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np

from ..goldens.cases import Answer
from ..helpers import Tolerance, near, tolerance_of
from .excluded import EXCLUDED
from .strategies import Array, Call
from .traits import WIDE, is_finite

#: Calls whose last digits depend on the order of a long sum, or on a solver.
LOOSE = ("linalg", "conv", "fft", "image", "norm", "moments", "variance", "std", "signal", "prod")

#: Calls each of whose results comes of many elements, by turns that are not known: what is beside
#: a result says how much may have cancelled in it.
MIXED = re.compile("|".join([*LOOSE, "matmul", "matvec", "@", "dot", "inner", "outer"]))

#: Calls that add elements, of which large ones may cancel: what is left is as exact as those are.
SUMS = re.compile(r"sum|mean|average|add_n|trace|dot|inner|matmul|matvec|regularization_loss")

#: The letters of what is added; others are places.
ADDED = "XYVQW"

#: Differences of sums of squares: of what cancels there no other call tells.
SQUARES = re.compile(r"moments")

#: Calls that compute in single precision whatever they are given.
SINGLE = re.compile(r"tf\.(float32|complex64)\)|compute_average_loss")

#: Answers a call, or says why it has no answer.
Ask = Callable[[Call], Answer | str]


def differences(call: Call, got: Answer, expected: Answer, ask: Ask) -> list[str]:
    """What differs, one line for each; empty if nothing does.

    `ask` answers another call: that of the absolute values, which says how large the terms of
    each sum are.
    """
    found = _differences(call, got, expected, {})
    if found and SUMS.search(call.text) and not SQUARES.search(call.text):
        found = _differences(call, got, expected, _terms(call, ask))
    if found and any([one.applies(call, got, expected) for one in EXCLUDED]):
        return []
    return found


def _terms(call: Call, ask: Ask) -> dict[str, Array]:
    """For each element of each output, the sum of its terms' absolute values."""
    sizes = {k: _absolute(a) if k in ADDED else a for k, a in call.arrays.items()}
    answer = ask(Call(call.text, sizes))
    if isinstance(answer, str):
        return {}
    return {name: _moduli(array) for name, array in answer.outputs.items()}


def _absolute(array: Array) -> Array:
    if array.dtype.kind in "bu":
        return array
    if array.dtype.kind == "i":
        array = np.maximum(array, -np.iinfo(array.dtype).max)
    return np.abs(array).astype(array.dtype)


def _differences(call: Call, got: Answer, expected: Answer, terms: dict[str, Array]) -> list[str]:
    if got.refusal != expected.refusal:
        return [f"raised {got.refusal or 'nothing'}, expected {expected.refusal or 'nothing'}"]
    if got.dtypes != expected.dtypes:
        return [f"dtypes {got.dtypes}, expected {expected.dtypes}"]
    loose = 20 if any(word in call.text for word in LOOSE) else 4
    found = []
    squares = SQUARES.search(call.text)
    least = max([1.0, *[_size(a) for a in call.arrays.values()]]) if squares else 1.0
    finite = all([is_finite(a) for name, a in expected.outputs.items() if name[:5] != "first"])
    for name, wanted in expected.outputs.items():
        if name.startswith("first") and not finite:
            continue
        value = got.outputs[name]
        single = SINGLE.search(call.text) and expected.dtypes[name] in WIDE
        base = tolerance_of("float32" if single else expected.dtypes[name])
        factor = loose * (3 if name.startswith("first") else 1)
        size: Any = max(least, _size(wanted)) if MIXED.search(call.text) else least
        if name in terms and terms[name].shape == wanted.shape:
            size = np.maximum(size, terms[name])
        if value.shape != wanted.shape:
            found.append(f"{name}: shape {value.shape}, expected {wanted.shape}")
        elif not _near(value, wanted, base, factor, size):
            found.append(f"{name}:\n  got      {value.tolist()}\n  expected {wanted.tolist()}")
    return found


def _near(value: Array, wanted: Array, base: Tolerance, factor: float, size: Any) -> bool:
    """Whether they agree to the tolerance, a part of which is that of numbers of this size."""
    if wanted.dtype.kind == "c":
        # Complex numbers that are finite in neither are not compared.
        some = np.isfinite(value) | np.isfinite(wanted)
        size = np.broadcast_to(size, some.shape)[some]
        value, wanted = value[some], wanted[some]
    with np.errstate(all="ignore"):
        allowed: Any = base.absolute * factor * size
    return near(value, wanted, Tolerance(base.relative * factor, allowed))


def _moduli(array: Array) -> Array:
    """Absolute values as float64, infinite where there is none."""
    if array.dtype.kind in "bOSU":
        return np.ones(array.shape)
    with np.errstate(all="ignore"):
        found = np.abs(array.astype(np.complex128))
    return np.where(np.isnan(found), np.inf, found)


def _size(wanted: np.ndarray[Any, Any]) -> float:
    """How large the finite numbers beside it are: what cancels is lost."""
    if wanted.dtype.kind in "bOSU" or not wanted.size:
        return 1.0
    with np.errstate(all="ignore"):
        size = np.abs(wanted.astype(np.complex128))
    finite = size[np.isfinite(size)]
    return max(1.0, float(finite.max(initial=0.0)))
