"""Every recorded refusal of the real TensorFlow: the same class, and a message that helps."""

from __future__ import annotations

import json
import re

import pytest

from ..subject import IS_TENSORFLOW, tf
from . import refusals

RECORDED: dict[str, str] = json.loads(refusals.FILE.read_text())["calls"]


@pytest.mark.parametrize("call", RECORDED)
def test_refusal(call: str) -> None:
    kind, text = refusals.outcome(tf, call)
    assert kind == RECORDED[call], f"expected {RECORDED[call]}, got {kind or 'nothing'}: {text}"
    if kind == "InvalidArgumentError" and not IS_TENSORFLOW:
        op = re.match(r"(?:\w+\.)*(\w+)\(", call)
        assert op is not None and op[1] in text, f"the message does not name the op: {text}"
