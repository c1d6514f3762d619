"""When a call traces."""

from __future__ import annotations

import gc
import logging
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from ..subject import tf
from .retracing_cases import TABLE, Call, Plain, Row, functions, t


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Without the warnings that functions are traced so often: here they are meant to be."""
    logger = logging.getLogger("tensorflow")
    before = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(before)


@pytest.mark.parametrize("row", TABLE, ids=[row.name for row in TABLE])
def test_table(row: Row) -> None:
    function = tf.function(functions()[row.function], autograph=False, **row.options)
    counts = []
    keep = row.calls()
    for call in keep:
        if not isinstance(call, Call):
            call = Call(call)
        function(*call.args, **call.kwargs)
        counts.append(function.experimental_get_tracing_count())
    assert counts == row.counts


def test_the_table_is_long() -> None:
    assert len(TABLE) >= 60
    assert len({row.name for row in TABLE}) == len(TABLE)


def test_specs_serve_narrower_tensors() -> None:
    traced = []

    @tf.function
    def f(x: Any) -> Any:
        traced.append(str(x.shape))
        return x

    f.get_concrete_function(tf.TensorSpec([None], tf.float32))
    for value in (tf.zeros(2), tf.zeros(3), tf.zeros([2, 2])):
        f(value)
    assert traced == ["(None,)", "(2, 2)"]
    f.get_concrete_function(tf.TensorSpec(None, tf.float32))
    for value in (tf.zeros(2), tf.zeros([2, 2]), tf.zeros([2, 2, 2])):
        f(value)
    f.get_concrete_function(tf.TensorSpec([3], tf.float32))
    assert traced == ["(None,)", "(2, 2)", "<unknown>"]
    assert f.experimental_get_tracing_count() == 3


def test_names_of_specs() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return x

    f.get_concrete_function(tf.TensorSpec([3], tf.float32, name="a"))
    f(tf.zeros(3))
    assert f.experimental_get_tracing_count() == 1
    f.get_concrete_function(tf.TensorSpec([3], tf.float32, name="b"))
    f.get_concrete_function(tf.TensorSpec([3], tf.float32))
    assert f.experimental_get_tracing_count() == 2


def test_python_runs_once_per_trace() -> None:
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        seen.append("traced")
        return x + 1

    assert [int(f(t(i))) for i in range(5)] == [1, 2, 3, 4, 5]
    assert seen == ["traced"]


def test_objects_are_not_kept_alive() -> None:
    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        return tf.constant(0)

    for count in (1, 2, 3):
        thing = Plain()
        reference = weakref.ref(thing)
        f(thing)
        del thing
        gc.collect()
        assert reference() is None
        assert f.experimental_get_tracing_count() == count


def test_what_python_compares_differently_sees_the_first_value() -> None:
    @tf.function
    def f(x: Any) -> Any:
        return tf.constant(str(x))

    assert [f(x).numpy() for x in (1, 1.0, True)] == [b"1", b"1", b"1"]


class _Kind(tf.types.experimental.TraceType):  # type: ignore[misc]
    """Values of one kind of number share a trace with those above it."""

    def __init__(self, number: int) -> None:
        self.number = number

    def is_subtype_of(self, other: Any) -> bool:
        return isinstance(other, _Kind) and self.number >= other.number

    def most_specific_common_supertype(self, others: Any) -> Any:
        return _Kind(min([self.number, *[other.number for other in others]]))

    def placeholder_value(self, placeholder_context: Any) -> Any:
        return f"kind {self.number}"

    def __hash__(self) -> int:
        return hash(self.number)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Kind) and self.number == other.number


class _OfKind:
    def __init__(self, number: int) -> None:
        self.number = number

    def __tf_tracing_type__(self, context: Any) -> Any:
        return _Kind(self.number)


def test_own_trace_types() -> None:
    seen = []

    @tf.function(autograph=False)
    def f(x: Any) -> Any:
        seen.append(x)
        return tf.constant(0)

    for number in (5, 5, 7, 3, 4):
        f(_OfKind(number))
    assert seen == ["kind 5", "kind 3"]


def test_default_values_that_change() -> None:
    tensors, numbers = [tf.constant(1)], {"a": 2}

    @tf.function(autograph=False)
    def f(x: Any, y: Any = tensors, z: Any = numbers) -> Any:
        return x + y[0] + z["a"]

    assert [int(f(1)), int(f(1))] == [4, 4]
    tensors[0] = tf.constant(5)
    assert int(f(1)) == 8
    assert f.experimental_get_tracing_count() == 1
    numbers["a"] = 10
    assert int(f(1)) == 16
    assert f.experimental_get_tracing_count() == 2


@pytest.mark.parametrize("calls", [8])
def test_warning(calls: int, caplog: pytest.LogCaptureFixture) -> None:
    def f(x: Any) -> Any:
        return tf.constant(0)

    function = tf.function(f, autograph=False)
    logger = logging.getLogger("tensorflow")
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    with caplog.at_level(logging.WARNING, "tensorflow"):
        for i in range(calls):
            function(i)
    told = [r.getMessage() for r in caplog.records if "triggered tf.function" in r.getMessage()]
    assert [text.split(" calls ")[0] for text in told] == [
        "5 out of the last 5",
        "6 out of the last 6",
    ]
    assert f"calls to {f} triggered tf.function retracing" in told[0]
    assert "reduce_retracing=True" in told[0]
