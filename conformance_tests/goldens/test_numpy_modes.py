"""Every recorded answer of tf.experimental.numpy in the modes that a process can enable."""

from __future__ import annotations

import json

import pytest

from . import numpy_modes


@pytest.mark.parametrize("mode", numpy_modes.MODES)
def test_mode(mode: str) -> None:
    found: dict[str, list[str]] = json.loads(numpy_modes.in_a_process("replay", mode))
    assert found, "no case was replayed"
    wrong = {name: told for name, told in found.items() if told}
    told = "\n".join(f"{name}\n  {'; '.join(lines)}" for name, lines in wrong.items())
    assert not wrong, f"{len(wrong)} of {len(found)} cases differ:\n{told}"
