"""tf.cond, tf.case and tf.switch_case in graphs: what they return, do and refuse."""

from __future__ import annotations

import collections
from typing import Any

import pytest

from ..helpers import agree, agree_slices, refuses
from ..subject import tf
from .traced import EAGER_AND_TRACED, Cases, check, shown, traced

Point = collections.namedtuple("Point", "x y")
CASES = Cases()


class Pair(tf.experimental.ExtensionType):
    """Two tensors and a number."""

    a: tf.Tensor
    n: int


@CASES.gives(9.0)
def cond_true(p: Any = True, x: Any = 3.0) -> Any:
    return tf.cond(p, lambda: x * x, lambda: -x)


@CASES.gives(-3.0)
def cond_false(p: Any = False, x: Any = 3.0) -> Any:
    return tf.cond(p, lambda: x * x, lambda: -x)


@CASES.gives(1)
def cond_of_a_comparison(x: Any = 3.0) -> Any:
    return tf.cond(x > 2.0, lambda: tf.constant(1), lambda: tf.constant(2))


@CASES.gives(1.0)
def cond_of_one_element(p: Any = [True]) -> Any:  # noqa: B006
    return tf.cond(p, lambda: tf.constant(1.0), lambda: tf.constant(2.0))


@CASES.gives({"a": [4.0, 5.0], "b": ()})
def cond_structure(p: Any = True, x: Any = 4.0) -> Any:
    return tf.cond(p, lambda: {"a": [x, x + 1], "b": ()}, lambda: {"a": [x + 1, x], "b": ()})


@CASES.gives(7.0)
def cond_nested(x: Any = 3.0) -> Any:
    def inner() -> Any:
        return tf.cond(x > 2.0, lambda: x + 4.0, lambda: x)

    return tf.cond(x > 1.0, inner, lambda: x * 100.0)


@CASES.gives([1.0, 2.0, 3.0])
def cond_shapes_differ(p: Any = False) -> Any:
    return tf.cond(p, lambda: tf.constant([1.0, 2.0]), lambda: tf.constant([1.0, 2.0, 3.0]))


@CASES.gives("b")
def cond_strings(p: Any = False) -> Any:
    return tf.cond(p, lambda: tf.constant("a"), lambda: tf.constant("b"))


@CASES.gives((2, None))
def cond_none_inside(p: Any = False) -> Any:
    return tf.cond(p, lambda: (tf.constant(1), None), lambda: (tf.constant(2), None))


@CASES.gives([11, 10, 12, 12])
def switch_case_default(numbers: Any = [1, 0, 5, -1]) -> Any:  # noqa: B006
    functions = [lambda: tf.constant(10), lambda: tf.constant(11)]
    found = [
        tf.switch_case(numbers[k], functions, default=lambda: tf.constant(12)) for k in range(4)
    ]
    return tf.stack(found)


@CASES.gives([11, 10, 11, 11])
def switch_case_last(numbers: Any = [1, 0, 5, -1]) -> Any:  # noqa: B006
    functions = {1: lambda: tf.constant(11), 0: lambda: tf.constant(10)}
    return tf.stack([tf.switch_case(numbers[k], functions) for k in range(4)])


@CASES.gives([1, 2, 3])
def case_default(x: Any = [0, 3, 9]) -> Any:  # noqa: B006
    def of(x: Any) -> Any:
        pairs = [(x < 1, lambda: tf.constant(1)), (x < 5, lambda: tf.constant(2))]
        return tf.case(pairs, default=lambda: tf.constant(3))

    return tf.stack([of(x[k]) for k in range(3)])


@CASES.gives(1)
def case_without_default(x: Any = 0) -> Any:
    return tf.case([(x < 1, lambda: tf.constant(1)), (x < 5, lambda: tf.constant(2))])


@CASES.gives(1)
def case_exclusive(x: Any = 0) -> Any:
    return tf.case(
        [(x < 1, lambda: tf.constant(1)), (x > 5, lambda: tf.constant(2))], exclusive=True
    )


@CASES.gives([0.0, 1.0])
def cond_in_which_an_array_is_written(p: Any = False) -> Any:
    rows = tf.TensorArray(tf.float32, 2, element_shape=[])
    return tf.cond(p, lambda: rows.write(0, 1.0), lambda: rows.write(1, 1.0)).stack()


@EAGER_AND_TRACED
@CASES.each
def test_value(case: Any, run: str) -> None:
    check(case, run)


# ------------------------------------------------------------------------------- static shapes
@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([2, 3], [2, 3], [2, 3]),
        ([2, 3], [2, 4], [2, None]),
        ([2], [2, 4], None),
        ([], [], []),
    ],
)
def test_static_shape(first: Any, second: Any, expected: Any) -> None:
    def function(p: Any = True) -> Any:
        return tf.cond(p, lambda: tf.ones(first), lambda: tf.ones(second)).shape

    assert shown(function) == tf.TensorShape(expected)

    def switched(i: Any = 1) -> Any:
        return tf.switch_case(i, [lambda: tf.ones(first), lambda: tf.ones(second)]).shape

    assert shown(switched) == tf.TensorShape(expected)


# ------------------------------------------------------------------------ what a branch returns
def test_what_a_branch_returns() -> None:
    yes = tf.constant(True)
    assert traced(lambda p: tf.cond(p, lambda: None, lambda: None), yes) is None
    assert traced(lambda p: tf.cond(p, lambda: (), lambda: ()), yes) == ()
    agree(traced(lambda p: tf.cond(p, lambda: 1, lambda: 2), yes), 1)
    found = traced(lambda p: tf.cond(p, lambda: Point(1, 2.0), lambda: Point(3, 4.0)), yes)
    assert isinstance(found, Point)
    agree(found.y, 2.0)
    v = tf.Variable(3.0)
    agree(traced(lambda p: tf.cond(p, lambda: v, lambda: 1.0), yes), 3.0)


def test_composites() -> None:
    def sliced(p: Any) -> Any:
        def of(at: int) -> Any:
            return tf.IndexedSlices(tf.ones([1, 2]), tf.constant([at]), tf.constant([3, 2]))

        return tf.cond(p, lambda: of(0), lambda: of(2))

    agree_slices(traced(sliced, tf.constant(False)), [[1.0, 1.0]], [2], [3, 2])

    def paired(p: Any) -> Any:
        return tf.cond(p, lambda: Pair(1, 2), lambda: Pair(3, 2))

    found = traced(paired, tf.constant(False))
    assert found.n == 2
    agree(found.a, 3)

    def sparse(p: Any) -> Any:
        dense = tf.constant([1.0, 0.0])
        return tf.cond(p, lambda: tf.sparse.from_dense(dense), lambda: tf.sparse.from_dense(-dense))

    agree(traced(sparse, tf.constant(False)).values, [-1.0])


def test_both_branches_are_traced_and_one_runs() -> None:
    calls = []
    v = tf.Variable(1.0)

    @tf.function(autograph=False)
    def function(p: Any) -> Any:
        def first() -> Any:
            calls.append("first")
            v.assign_add(10.0)
            return v + 0.0

        def second() -> Any:
            calls.append("second")
            return v.assign(-1.0)

        return tf.cond(p, first, second)

    agree(function(tf.constant(True)), 11.0)
    agree(function(tf.constant(True)), 21.0)
    agree(v.read_value(), 21.0)
    agree(function(tf.constant(False)), -1.0)
    agree(v.read_value(), -1.0)
    assert calls == ["first", "second"]


def test_case_calls_each_function_once() -> None:
    calls: list[int] = []

    def of(number: int) -> Any:
        def function() -> Any:
            calls.append(number)
            return tf.constant(number)

        return function

    found = traced(
        lambda x: tf.case([(x < 1, of(1)), (x < 3, of(2))], default=of(3)), tf.constant(0)
    )
    agree(found, 1)
    assert calls == [1, 2, 3]


def test_prints_and_checks_of_the_branch_that_runs(capfd: Any) -> None:
    import sys

    @tf.function(autograph=False)
    def function(x: Any) -> Any:
        def loud() -> Any:
            tf.print("loud", x, output_stream=sys.stdout)
            return x

        def checked() -> Any:
            tf.debugging.assert_greater(x, -5.0)
            return -x

        return tf.cond(x > 0.0, loud, checked)

    agree(function(tf.constant(2.0)), 2.0)
    agree(function(tf.constant(-3.0)), 3.0)
    with refuses(tf.errors.InvalidArgumentError):
        function(tf.constant(-7.0))
    agree(function(tf.constant(4.0)), 4.0)
    assert capfd.readouterr().out.split("\n") == ["loud 2", "loud 4", ""]


def test_python_functions_in_branches() -> None:
    seen = []

    def note(x: Any) -> Any:
        seen.append(float(x))
        return x * 2.0

    @tf.function(autograph=False)
    def function(x: Any) -> Any:
        return tf.cond(
            x > 0.0,
            lambda: tf.py_function(note, [x], tf.float32),
            lambda: tf.numpy_function(note, [x - 1.0], tf.float32),
        )

    assert [float(function(tf.constant(x))) for x in (1.0, -1.0)] == [2.0, -4.0]
    assert seen == [1.0, -2.0]


# ----------------------------------------------------------------------------------- refusals
def _refused(function: Any, value: Any, kind: Any, *names: str) -> None:
    with refuses(kind, *names):
        traced(function, tf.constant(value))


@pytest.mark.parametrize(
    ("first", "second", "kind", "name"),
    [
        (lambda: 1, lambda: 2.0, TypeError, "same number, type, and overall structure"),
        (lambda: {"a": 1}, lambda: {"a": 2.0}, TypeError, "different types"),
        (lambda: {"a": 1}, lambda: {"b": 1}, TypeError, "true_fn output"),
        (lambda: (1, 2), lambda: [1, 2], TypeError, "false_fn output"),
        (lambda: 1, lambda: (1,), TypeError, "structure"),
        (lambda: 1, lambda: None, ValueError, "Lengths of branch outputs of cond must match"),
        (lambda: (1, None), lambda: (2, 3), ValueError, "Lengths of branch outputs"),
        (lambda: (1, 2), lambda: (1,), AssertionError, "[2, 1]"),
        (lambda: object(), lambda: object(), TypeError, "object"),
        (lambda: Pair(1, 2), lambda: Pair(3, 4), TypeError, "structure"),
        (lambda: Pair(1, 2), lambda: Pair(3.0, 2), TypeError, "structure"),
    ],
)
def test_branches_that_differ(first: Any, second: Any, kind: Any, name: str) -> None:
    _refused(lambda p: tf.cond(p, first, second), True, kind, name)


def test_predicates_that_are_none() -> None:
    two = (lambda: 1, lambda: 2)
    for value in (2.0, 0, ""):
        _refused(lambda p: tf.cond(p, *two), value, tf.errors.InvalidArgumentError, "bool")
    for value in ([True, False], [[True], [False]]):
        _refused(lambda p: tf.cond(p, *two), value, tf.errors.InvalidArgumentError, "scalar")
    with refuses(TypeError, "pred must not be a Python bool"):
        traced(lambda: tf.cond(True, *two))
    with refuses(ValueError, "None"):
        traced(lambda: tf.cond(None, *two))


def test_refused_arguments() -> None:
    _refused(lambda p: tf.cond(p, 1, lambda: 2), True, TypeError, "'true_fn' must be callable")
    _refused(lambda p: tf.cond(p, lambda: 2, 1), True, TypeError, "'false_fn' must be callable")
    _refused(lambda p: tf.cond(p, lambda: 1), True, TypeError, "'false_fn' argument required")
    _refused(lambda p: tf.cond(p, lambda: 1 / 0, lambda: 2.0), True, ZeroDivisionError)
    ten, eleven = (lambda: 10), (lambda: 11)
    _refused(
        lambda i: tf.switch_case(i, [ten, eleven]), 1.0, TypeError, "integer Tensor", "float32"
    )
    _refused(lambda i: tf.switch_case(i, {0: ten, 2: eleven}), 1, ValueError, "contiguous")
    _refused(
        lambda i: tf.switch_case(i, [ten, lambda: 1.0]), 0, TypeError, "branches[0]", "branches[1]"
    )
    _refused(lambda i: tf.switch_case(i, [ten, lambda: (1, 2)]), 0, AssertionError, "[1, 2]")
    _refused(
        lambda i: tf.switch_case(i, [ten, eleven]), [1], tf.errors.InvalidArgumentError, "scalar"
    )
    with refuses(TypeError, "'branch_index' must be a Tensor"):
        traced(lambda: tf.switch_case(1, [ten, eleven]))
    _refused(lambda x: tf.case([(True, ten)]), 0, TypeError, "pred must be a Tensor")
    _refused(lambda x: tf.case([(x, ten)]), 0, TypeError, "bool")
    _refused(
        lambda x: tf.case([(x < 1, ten), (x < 5, eleven)]),
        9, tf.errors.InvalidArgumentError, "None of conditions evaluated as True",
    )  # fmt: skip


def test_a_tensor_of_a_branch_stays_in_it() -> None:
    def leaks(p: Any) -> Any:
        kept = []

        def first() -> Any:
            kept.append(tf.cast(p, tf.float32) + 1.0)
            return 1.0

        tf.cond(p, first, lambda: 2.0)
        return kept[0] + 1.0

    with pytest.raises(ValueError, match="out of scope"):
        traced(leaks, tf.constant(True))


def test_the_function_is_usable_after_a_refusal() -> None:
    wrong = [True]

    @tf.function(autograph=False)
    def function(p: Any) -> Any:
        return tf.cond(p, lambda: 1.0, lambda: 1 if wrong[0] else 2.0)

    with refuses(TypeError):
        function(tf.constant(False))
    wrong[0] = False
    agree(function(tf.constant(False)), 2.0)


def test_rows_have_wide_indices_if_a_branch_has() -> None:
    def rows(dtype: Any) -> Any:
        return lambda: tf.IndexedSlices(
            tf.ones([2, 1]), tf.constant([0, 2], dtype), tf.constant([4, 1])
        )

    @tf.function
    def program(which: Any) -> Any:
        narrow, wide = rows(tf.int32), rows(tf.int64)
        return (
            tf.cond(which, narrow, wide),
            tf.switch_case(tf.cast(which, tf.int32), [wide, narrow]),
            tf.cond(which, narrow, narrow),
        )

    for which in (True, False):
        found = program(tf.constant(which))
        assert [x.indices.dtype for x in found] == [tf.int64, tf.int64, tf.int32]
        for x in found:
            agree(tf.convert_to_tensor(x), [[1.0], [0.0], [1.0], [0.0]])


def test_writes_of_an_unknown_shape_keep_their_dtype_in_a_branch() -> None:
    @tf.function
    def program(places: Any, size: Any) -> Any:
        def first() -> Any:
            marked = tf.scatter_nd(places[:, None], tf.ones_like(places, tf.bool), (size + 1,))
            return tf.where(tf.logical_not(marked))

        return tf.cond(size > 0, first, lambda: tf.zeros([0, 1], tf.int64))

    agree(program(tf.constant([0, 2]), tf.constant(3)), [[1], [3]], dtype=tf.int64)
