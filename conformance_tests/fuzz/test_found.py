"""Every difference that the fuzzer once found stays gone."""

from __future__ import annotations

import pytest

from ..goldens.cases import Answer
from ..subject import tf
from . import found
from .compare import differences
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
