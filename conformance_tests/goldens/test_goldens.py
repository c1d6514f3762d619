"""Every recorded answer of the real TensorFlow, replayed."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np
import pytest

from ..helpers import EXACT, Tolerance, near, tolerance_of
from ..subject import IS_TENSORFLOW, is_computed, tf
from . import store, table
from .cases import Answer, Case, answer, answer_at_once

#: Where the same call again gives other random numbers.
STATEFUL = ("raw_ops",)

load = functools.cache(store.load)


def recorded_cases() -> list[Any]:
    """The cases for which there is an answer; TensorFlow has no kernel for the others."""
    return [
        pytest.param(case, id=case.name)
        for family, cases in table.FAMILIES.items()
        for case in cases
        if case.name in load(family)[0]
    ]


def allowed(case: Case, name: str, dtype: str) -> Tolerance:
    """The tolerance of one output; each derivative may lose a digit."""
    if case.exact and not name.startswith(("first", "second")):
        return EXACT
    base = tolerance_of(dtype)
    factor = case.slack * (
        10 if name.startswith("second") else 3 if name.startswith("first") else 1
    )
    return Tolerance(base.relative * factor, base.absolute * factor)


def differences(case: Case, got: Answer, expected: Answer) -> list[str]:
    """What differs, one line for each; empty if nothing does."""
    if got.refusal != expected.refusal:
        return [f"raised {got.refusal or 'nothing'}, expected {expected.refusal or 'nothing'}"]
    # Second derivatives that TensorFlow does not have are not recorded.
    known = [name for name in got.dtypes if name in expected.dtypes or name[:6] != "second"]
    if {name: got.dtypes[name] for name in known} != expected.dtypes:
        return [f"dtypes {got.dtypes}, expected {expected.dtypes}"]
    found = []
    for name, wanted in expected.outputs.items():
        value, tolerance = got.outputs[name], allowed(case, name, expected.dtypes[name])
        if value.shape != wanted.shape:
            found.append(f"{name}: shape {value.shape}, expected {wanted.shape}")
        elif not near(value, wanted, tolerance):
            found.append(f"{name}:\n  got      {value.tolist()}\n  expected {wanted.tolist()}")
    return found


def _part(answer: Answer, like: Answer) -> Answer:
    """The answer without what another one does not have."""
    return Answer(
        {name: answer.outputs[name] for name in like.outputs if name in answer.outputs},
        {name: answer.dtypes[name] for name in like.dtypes if name in answer.dtypes},
        answer.refusal,
    )


# TensorFlow warns of some arguments.
@pytest.mark.filterwarnings("ignore::UserWarning" if IS_TENSORFLOW else "error")
@pytest.mark.parametrize("case", recorded_cases())
def test_golden(case: Case) -> None:
    expected = load(case.family)[0][case.name]
    with np.errstate(all="ignore"):
        found = differences(case, answer(tf, case), expected)
        if not found and case.family not in STATEFUL:
            # A backend may compute otherwise what no tape follows. The same numbers are drawn.
            tf.random.set_seed(0)
            alone = answer_at_once(tf, case, is_computed)
            found = differences(case, alone, _part(expected, alone))
    if found:
        inputs = "\n".join(f"  input {array.tolist()}" for array in case.arrays())
        pytest.fail("\n".join([case.name, inputs, *found]))
