"""What counts as a difference between two answers to a fuzzed call."""

from __future__ import annotations

import re
from typing import Any

import numpy as np

from ..goldens.cases import Answer
from ..helpers import Tolerance, near, tolerance_of
from .excluded import EXCLUDED, WIDE, is_finite
from .strategies import Call

#: Calls whose last digits depend on the order of a long sum, or on a solver.
LOOSE = ("linalg", "conv", "fft", "image", "norm", "moments", "variance", "std", "signal", "prod")


#: Calls that add elements, of which large ones may cancel: what is left is as exact as those are.
SUMS = re.compile(r"sum|mean|average|moments|add_n|trace")


#: Calls that compute in float32 whatever they are given.
SINGLE = re.compile(r"tf\.float32\)|compute_average_loss")


def differences(call: Call, got: Answer, expected: Answer) -> list[str]:
    """What differs, one line for each; empty if nothing does."""
    found = _differences(call, got, expected)
    if found and any([one.applies(call, got, expected) for one in EXCLUDED]):
        return []
    return found


def _differences(call: Call, got: Answer, expected: Answer) -> list[str]:
    if got.refusal != expected.refusal:
        return [f"raised {got.refusal or 'nothing'}, expected {expected.refusal or 'nothing'}"]
    if got.dtypes != expected.dtypes:
        return [f"dtypes {got.dtypes}, expected {expected.dtypes}"]
    loose = 20 if any(word in call.text for word in LOOSE) else 4
    found = []
    added = max([1.0, *[_size(a) for a in call.arrays.values()]]) if SUMS.search(call.text) else 1.0
    finite = all([is_finite(a) for name, a in expected.outputs.items() if name[:5] != "first"])
    for name, wanted in expected.outputs.items():
        if name.startswith("first") and not finite:
            continue
        value = got.outputs[name]
        single = SINGLE.search(call.text) and expected.dtypes[name] in WIDE
        base = tolerance_of("float32" if single else expected.dtypes[name])
        factor = loose * (3 if name.startswith("first") else 1)
        allowed = Tolerance(
            base.relative * factor, base.absolute * factor * max(added, _size(wanted))
        )
        if value.shape != wanted.shape:
            found.append(f"{name}: shape {value.shape}, expected {wanted.shape}")
        elif not near(*_finite_pairs(value, wanted), allowed):
            found.append(f"{name}:\n  got      {value.tolist()}\n  expected {wanted.tolist()}")
    return found


def _finite_pairs(value: Any, wanted: Any) -> tuple[Any, Any]:
    """The arrays without complex numbers that are finite in neither."""
    if wanted.dtype.kind != "c":
        return value, wanted
    some = np.isfinite(value) | np.isfinite(wanted)
    return value[some], wanted[some]


def _size(wanted: np.ndarray[Any, Any]) -> float:
    """How large the finite numbers beside it are: what cancels is lost."""
    if wanted.dtype.kind in "bOSU" or not wanted.size:
        return 1.0
    with np.errstate(all="ignore"):
        size = np.abs(wanted.astype(np.complex128))
    finite = size[np.isfinite(size)]
    return max(1.0, float(finite.max(initial=0.0)))
