"""Every difference that the fuzzer once found stays gone."""

from __future__ import annotations

import json

import pytest

from ..goldens.cases import Answer
from ..processes import printed
from ..subject import tf
from . import found
from .compare import differences
from .programs import found as found_programs
from .programs.comparing import difference
from .programs.telling import Told, run
from .strategies import Call
from .worker import respond


@pytest.mark.parametrize(
    ("call", "expected"),
    [pytest.param(c, a, id=f"{n} {c.text}") for n, (c, a) in enumerate(found.load())],
)
def test_found(call: Call, expected: Answer) -> None:
    got = respond(tf, call.text, call.arrays)
    assert isinstance(got, Answer), got
    lines = differences(call, got, expected, lambda other: respond(tf, other.text, other.arrays))
    if lines:
        pytest.fail("\n".join([repr(call), *lines]))


APART = """
import json
from conformance_tests.fuzz.programs.telling import run
from conformance_tests.subject import tf
print(json.dumps(run(tf, {lines!r})))
"""


@pytest.mark.parametrize(
    ("lines", "expected"),
    [pytest.param(p, told, id=f"{n} {p[-1]}") for n, (p, told) in enumerate(found_programs.load())],
)
def test_found_program(lines: list[str], expected: list[Told]) -> None:
    # NumPy's behaviour stays, once it is asked for.
    lasts = any(["enable_numpy_behavior" in line for line in lines])
    got = json.loads(printed(APART.format(lines=lines))) if lasts else run(tf, lines)
    # The fuzzer goes on to other programs where something is missing; what it kept has an answer.
    assert ["raised", "NotImplementedError"] not in got
    assert difference(lines, got, expected) is None
