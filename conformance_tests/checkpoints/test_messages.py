"""tf.train.Example and its parts: the messages of record files."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf

train = tf.train


def numbers(*values: int) -> Any:
    return train.Feature(int64_list=train.Int64List(value=values))


def test_an_example() -> None:
    example = train.Example(
        features=train.Features(
            feature={
                "n": numbers(1, 2),
                "f": train.Feature(float_list=train.FloatList(value=[1.5])),
                "b": train.Feature(bytes_list=train.BytesList(value=[b"x", b""])),
            }
        )
    )
    again = train.Example.FromString(example.SerializeToString())
    assert again == example
    assert list(again.features.feature["n"].int64_list.value) == [1, 2]
    assert again.features.feature["f"].WhichOneof("kind") == "float_list"
    assert list(again.features.feature["b"].bytes_list.value) == [b"x", b""]
    alone = train.Example(features=train.Features(feature={"a": numbers(1, 2, 3)}))
    written = b"\n\x0e\n\x0c\n\x01a\x12\x07\x1a\x05\n\x03\x01\x02\x03"
    assert alone.SerializeToString() == written


def test_printing() -> None:
    assert str(numbers(1, 2)) == "int64_list {\n  value: 1\n  value: 2\n}\n"


def test_a_sequence() -> None:
    steps = train.FeatureList(feature=[numbers(1), numbers(2, 3)])
    example = train.SequenceExample(
        context=train.Features(feature={"id": numbers(7)}),
        feature_lists=train.FeatureLists(feature_list={"steps": steps}),
    )
    again = train.SequenceExample.FromString(example.SerializeToString())
    found = again.feature_lists.feature_list["steps"].feature
    assert [list(step.int64_list.value) for step in found] == [[1], [2, 3]]


def test_wrong_values() -> None:
    with pytest.raises(TypeError):
        train.Int64List(value=["a"])
    with pytest.raises(ValueError):
        train.Feature(nothing=3)
