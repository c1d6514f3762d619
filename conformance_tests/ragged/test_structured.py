"""tf.experimental.StructuredTensor."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf

PEOPLE = [
    {"name": "Ann", "scores": [1, 2], "home": {"zip": 7}},
    {"name": "Bob", "scores": [], "home": {"zip": 8}},
]


def people() -> Any:
    return tf.experimental.StructuredTensor.from_pyval(PEOPLE)


def test_python_values_come_back() -> None:
    found = people()
    assert found.shape.as_list() == [2] and found.rank == 1
    assert int(found.nrows()) == 2
    assert set(found.field_names()) == {"name", "scores", "home"}
    back = found.to_pyval()
    assert [p["scores"] for p in back] == [[1, 2], []]
    assert [p["home"] for p in back] == [{"zip": 7}, {"zip": 8}]
    assert [p["name"] for p in back] == [b"Ann", b"Bob"]


def test_rows_of_structures() -> None:
    nested = [[{"x": 1}], [], [{"x": 2}, {"x": 3}]]
    found = tf.experimental.StructuredTensor.from_pyval(nested)
    assert found.shape.as_list() == [3, None]
    assert found.to_pyval() == nested
    assert found.field_value("x").to_list() == [[1], [], [2, 3]]
    assert found.row_partitions[0].row_splits().numpy().tolist() == [0, 1, 1, 3]
    assert found.merge_dims(0, 1).to_pyval() == [{"x": 1}, {"x": 2}, {"x": 3}]
    assert found[2, 0, "x"].numpy() == 2
    assert found[1:].to_pyval() == nested[1:]
    assert found[:, :, "x"].to_list() == [[1], [], [2, 3]]


def test_fields() -> None:
    found = people()
    assert found.field_value(("home", "zip")).numpy().tolist() == [7, 8]
    assert found[0]["scores"].numpy().tolist() == [1, 2]
    assert found[1, "home", "zip"].numpy() == 8
    with pytest.raises(KeyError):
        found.field_value("age")
    with pytest.raises(TypeError):
        found["name"]


def test_updates() -> None:
    found = people().with_updates({"age": [30, 40], ("home", "zip"): lambda z: z + 1})
    found = found.with_updates({"name": None}).promote(("home", "zip"), "zip")
    assert set(found.field_names()) == {"age", "scores", "home", "zip"}
    assert found.field_value("zip").numpy().tolist() == [8, 9]
    with pytest.raises(ValueError, match="already exist"):
        found.with_updates({"name": lambda x: x})
    with pytest.raises(ValueError, match="is not set"):
        found.with_updates({("a", "b"): [1, 2]})
    with pytest.raises(ValueError, match="at least two"):
        found.promote(("age",), "years")


@pytest.mark.parametrize(
    ("value", "error"),
    [([{"a": 1}, 5], ValueError), ([{"a": 1}, {"b": 2}], KeyError)],
)
def test_other_values(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        tf.experimental.StructuredTensor.from_pyval(value)


def test_shapes_agree() -> None:
    make = tf.experimental.StructuredTensor.from_fields
    assert make({"x": [[1, 2], [3, 4]], "y": [1, 2]}, shape=[2]).shape.as_list() == [2]
    with pytest.raises(ValueError, match="not compatible"):
        make({"x": [1, 2]}, shape=[3])
    assert make({}, shape=[2]).to_pyval() == [{}, {}]


def test_printed() -> None:
    text = repr(tf.experimental.StructuredTensor.from_pyval({"a": 1, "b": [1, 2]}))
    assert text == (
        '<StructuredTensor(\n    fields={\n        "a": tf.Tensor(1, shape=(), dtype=int32),\n'
        '        "b": tf.Tensor([1 2], shape=(2,), dtype=int32)},\n    shape=())>'
    )


def test_through_a_function() -> None:
    @tf.function
    def totals(structure: Any) -> Any:
        scores = structure.field_value("scores")
        return structure.with_updates({"total": tf.reduce_sum(scores, 1)})

    assert totals(people()).field_value("total").numpy().tolist() == [3, 0]
