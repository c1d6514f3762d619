"""The elements of TensorShape.dims, which code from TensorFlow 1 still reads."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf

Dimension: Any = type(tf.TensorShape([1]).dims[0])
THREE = Dimension(3)
UNKNOWN = Dimension(None)

# expression, repr of the answer; an exception class where it raises
ANSWERS: list[tuple[str, Any]] = [
    ("THREE", "Dimension(3)"),
    ("UNKNOWN", "Dimension(None)"),
    ("str(THREE)", "'3'"),
    ("str(UNKNOWN)", "'?'"),
    ("THREE.value", "3"),
    ("UNKNOWN.value", "None"),
    ("Dimension(THREE)", "Dimension(3)"),
    ("Dimension(-1)", ValueError),
    ("Dimension('a')", TypeError),
    ("Dimension(2.5)", TypeError),
    ("int(THREE)", "3"),
    ("int(UNKNOWN)", TypeError),
    ("range(THREE)", "range(0, 3)"),
    ("bool(Dimension(0))", "False"),
    ("bool(THREE)", "True"),
    ("hash(THREE)", TypeError),
    ("THREE == 3", "True"),
    ("THREE != 4", "True"),
    ("THREE == 'a'", "False"),
    ("THREE == UNKNOWN", "None"),
    ("UNKNOWN == UNKNOWN", "None"),
    ("THREE == None", "None"),
    ("THREE < 4", "True"),
    ("THREE <= 3", "True"),
    ("THREE > 2", "True"),
    ("THREE >= 4", "False"),
    ("THREE < UNKNOWN", "None"),
    ("THREE < 'a'", TypeError),
    ("THREE + 1", "Dimension(4)"),
    ("1 + THREE", "Dimension(4)"),
    ("THREE - 1", "Dimension(2)"),
    ("5 - THREE", "Dimension(2)"),
    ("THREE * 2", "Dimension(6)"),
    ("2 * THREE", "Dimension(6)"),
    ("THREE // 2", "Dimension(1)"),
    ("7 // THREE", "Dimension(2)"),
    ("THREE % 2", "Dimension(1)"),
    ("7 % THREE", "Dimension(1)"),
    ("THREE / 2", TypeError),
    ("THREE + 'a'", TypeError),
    ("UNKNOWN + 1", "Dimension(None)"),
    ("THREE * UNKNOWN", "Dimension(None)"),
    ("THREE.is_compatible_with(None)", "True"),
    ("THREE.is_compatible_with(4)", "False"),
    ("UNKNOWN.is_compatible_with(4)", "True"),
    ("THREE.merge_with(None)", "Dimension(3)"),
    ("UNKNOWN.merge_with(3)", "Dimension(3)"),
    ("THREE.merge_with(4)", ValueError),
    ("THREE.assert_is_compatible_with(3)", "None"),
    ("THREE.assert_is_compatible_with(4)", ValueError),
]


@pytest.mark.parametrize(("expression", "expected"), ANSWERS, ids=[row[0] for row in ANSWERS])
def test_answers(expression: str, expected: Any) -> None:
    if isinstance(expected, str):
        assert repr(eval(expression)) == expected
        return
    with pytest.raises(expected):
        eval(expression)


def test_from_a_shape() -> None:
    assert tf.TensorShape([2, None]).dims[0].value == 2
    assert tf.TensorShape([2, None]).dims[1].value is None
    assert tf.TensorShape([THREE, UNKNOWN]).as_list() == [3, None]
