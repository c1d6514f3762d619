"""tf.test.TestCase: which of its assertions hold, and what those that fail say."""

from __future__ import annotations

import os
import random
import sys
import unittest
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from ..subject import tf

NAN, INF = float("nan"), float("inf")


def constants() -> dict[str, Any]:
    """What the calls below may use."""
    return {"tf": tf, "np": np, "c": tf.constant, "nan": NAN, "inf": INF}


@pytest.fixture
def case() -> Iterator[Any]:
    """A test case that runs."""
    found = tf.test.TestCase()
    found.setUp()
    yield found
    found.tearDown()
    found.doCleanups()


HOLD = """
assertAllClose([1., 2.], [1., 2.0000001])
assertAllClose(c([1.]), np.array([1.]))
assertAllClose({'a': 1., 'b': [2., 3.]}, {'a': c(1.), 'b': (2., 3.)})
assertAllClose([1., [2., 3.]], [1., [2., 3.]])
assertAllClose([nan], [nan])
assertAllClose([inf], [inf])
assertAllClose([1., 2.], [1., 2.1], rtol=0.1)
assertAllClose([c([1.]), c([2.])], [[1.], [2.]])
assertAllClose([], [])
assertAllClose(c([1.], tf.bfloat16), c([1.], tf.bfloat16))
assertAllCloseAccordingToType(c([1.], tf.float16), c([1.0008], tf.float16))
assertAllCloseAccordingToType(c([1.], tf.bfloat16), c([1.008], tf.bfloat16))
assertNotAllClose([1.], [2.])
assertNotAllClose([1.], [1., 2.])
assertAllEqual([1, 2], c([1, 2]))
assertAllEqual([nan], [nan])
assertAllEqual(['a'], [b'a'])
assertAllEqual(c(['a']), ['a'])
assertAllEqual(tf.Variable([1]), [1])
assertAllEqual([1.], [1])
assertNotAllEqual([1, 2], [1, 3])
assertNotAllEqual([1, 2], [1, 2, 3])
assertAllGreater([1, 2], 0)
assertAllLess([1, 2], 3)
assertAllGreaterEqual([1, 2], 1)
assertAllLessEqual([1, 2], c(2))
assertAllInRange([1, 2, 3], 1, 3)
assertAllInSet([[1.5]], {1.5})
assertArrayNear([1., 2.], [1., 2.1], 0.2)
assertNear(1., 1.1, 0.2)
assertNear(1., 1., 0.)
assertNDArrayNear(np.array([1., 2.]), np.array([1., 2.1]), 0.2)
assertShapeEqual(np.zeros([2, 3]), tf.zeros([2, 3]))
assertDTypeEqual(c([1]), tf.int32)
assertDTypeEqual(c([1]), np.int32)
assertDTypeEqual(np.array([1.]), 'float64')
assertDeviceEqual('/CPU:0', '/device:CPU:0')
assertDeviceEqual('/job:a/device:CPU:0', '/job:a/cpu:0')
assertDeviceEqual(None, '')
assertStartsWith('abc', 'ab')
assertEndsWith('abc', 'bc')
assertItemsEqual([1, 2], [2, 1])
assertEmpty([])
assertNotEmpty([1])
assertLen([1, 2], 2)
assertBetween(2, 1, 3)
assertContainsSubset([1], [1, 2])
assertContainsInOrder(['a', 'c'], 'abc')
assertContainsSubsequence([1, 2, 3], [1, 3])
assertContainsExactSubsequence([1, 2, 3], [2, 3])
assertSameElements([1, 1, 2], [2, 1])
assertNoCommonElements([1], [2])
assertSequenceStartsWith([1], [1, 2])
assertSequenceAlmostEqual([1., 2.], [1., 2.0000000001])
assertDictAlmostEqual({'a': 1.}, {'a': 1.0000000001})
assertRegexMatch('abc', ['x', 'b'])
assertIsSubclass(bool, int)
assertNotIsSubclass(int, bool)
assertSameStructure({'a': [1]}, {'a': [1]})
assertTotallyOrdered([1], [2, 2], [3])
"""

FAIL = """
assertAllClose([1., 2.], [1., 2.1]) | Mismatched value: a is different from b
assertAllClose([1.], [1., 2.]) | Shape mismatch: expected (1,), got (2,)
assertAllClose({'a': 1., 'b': [2.]}, {'a': 1., 'b': [3.]}) | a[b] is different from b[b]
assertAllClose({'a': 1.}, {'b': 1.}) | mismatched keys
assertAllClose((1., {'x': [1.]}), (1., {'x': [2.]})) | a[1][x] is different from b[1][x]
assertAllClose(c([1.001], tf.float16), c([1.], tf.float16)) | not close dif
assertAllClose(1., 2., msg='hey') | hey
assertAllCloseAccordingToType(c([1.]), c([1.00001])) | Not equal to tolerance
assertNotAllClose([1.], [1.]) | The two values are close at all elements.
assertAllEqual([1, 2], [1, 3]) | not equal lhs = array([2])
assertAllEqual([1, 2], [1, 3], msg='hey') | hey
assertAllEqual([1, 2], [1, 2, 3]) | Shape mismatch: expected (2,), got (3,)
assertAllEqual(['a'], ['b']) | not equal
assertAllEqual(1, [1]) | Shape mismatch
assertNotAllEqual([1], [1]) | The two values are equal at all elements.
assertAllGreater([1, 2], 1) | not greater than 1
assertAllLess([1, 2], 2) | not less than 2
assertAllGreaterEqual([1, 2], 2) | not greater than or equal to 2
assertAllLessEqual([1, 2], 1) | not less than or equal to 1
assertAllInRange([1, 2, 3], 1, 2) | outside the range [1, 2]. Subscript(s)
assertAllInRange([1, 2, 3], 1, 3, open_upper_bound=True) | outside the range [1, 3)
assertAllInRange([1, 2, 3], 1, 3, open_lower_bound=True) | outside the range (1, 3]
assertAllInRange([[1., nan]], 1, 3) | 1 of the 2 element(s) are NaN
assertAllInRange(['a'], 1, 3) | does not have an ordered numeric type
assertAllInSet([1, 5], [1, 2, 3]) | 1 unique element(s) are not in the set [1, 2, 3]: [5]
assertArrayNear([1., 2.], [1., 2.1], 0.01) | 2.000000 != 2.100000 +/- 0.010000
assertArrayNear([1.], [1., 2.], 1) | 1 != 2
assertNear(1., 1.1, 0.01, 'mm') | (mm)
assertNDArrayNear(np.array([1., 2.]), np.array([1., 2.1]), 0.01) | is not true
assertShapeEqual(np.zeros([2, 3]), tf.zeros([1, 3])) | Arrays are not equal
assertDTypeEqual(c([1]), tf.float32) | dtype('int32') != tf.float32
assertDeviceEqual('/CPU:0', '/GPU:0', 'mm') | Devices /device:CPU:0 and /device:GPU:0 are not
assertStartsWith('abc', 'b') | 'abc' does not start with 'b'
assertItemsEqual([1, 2], [2]) | Element counts were not equal
assertEmpty([1]) | [1]
assertNotEmpty([]) | []
assertLen([1], 2) | 2
assertBetween(4, 1, 3) | not between
assertContainsSubset([1, 3], [1, 2]) | 3
assertContainsInOrder(['c', 'a'], 'abc') | 'abc'
assertNoCommonElements([1], [1]) | 1
assertEndsWith('abc', 'b') | 'abc'
assertSameElements([1], [2]) | 1
assertSameStructure({'a': 1}, {'a': 2}) | 2
assertTotallyOrdered([2], [1]) | 1
"""


@pytest.mark.parametrize("call", HOLD.strip().split("\n"))
def test_holds(case: Any, call: str) -> None:
    assert eval(f"case.{call}", {**constants(), "case": case}) is None


@pytest.mark.parametrize("line", FAIL.strip().split("\n"))
def test_fails(case: Any, line: str) -> None:
    call, said = line.split(" | ")
    with pytest.raises(AssertionError) as caught:
        eval(f"case.{call}", {**constants(), "case": case})
    assert said in str(caught.value)


def test_what_cannot_be_compared(case: Any) -> None:
    with pytest.raises(ValueError, match="Can't compare dict to non-dict"):
        case.assertAllClose({"a": 1.0}, 1.0)
    with pytest.raises(TypeError, match="input_a must be a Numpy ndarray"):
        case.assertShapeEqual([1], [2])


def test_errors(case: Any) -> None:
    with case.assertRaisesOpError("ncompatible"):
        tf.matmul([[1.0]], [[1.0, 2.0], [3.0, 4.0]])
    with case.assertRaisesOpError(lambda error: isinstance(error, tf.errors.OpError)):
        tf.matmul([[1.0]], [[1.0, 2.0], [3.0, 4.0]])
    with case.assertRaisesWithPredicateMatch(ValueError, "b."):
        raise ValueError("abc")
    with case.assertRaisesWithLiteralMatch(ValueError, "abc"):
        raise ValueError("abc")
    with case.assertRaisesIncompatibleShapesError():
        tf.constant([1, 2]) + tf.constant([1, 2, 3])


@pytest.mark.parametrize(
    ("kind", "pattern", "action"),
    [
        (ValueError, "zzz", lambda: int("x")),
        (TypeError, "x", lambda: int("x")),
        (ValueError, "x", lambda: None),
    ],
)
def test_errors_that_do_not_come(
    case: Any, kind: type[Exception], pattern: str, action: Callable[[], Any]
) -> None:
    with pytest.raises(AssertionError):
        with case.assertRaisesWithPredicateMatch(kind, pattern):
            action()


def test_evaluate(case: Any) -> None:
    found = case.evaluate([tf.constant(1), {"a": tf.Variable([2.0])}])
    assert found[0] == 1 and isinstance(found[0], np.integer)
    assert found[1]["a"].tolist() == [2.0]
    assert case.evaluate(lambda: tf.constant(4)) == 4
    assert case.evaluate(None) is None
    sparse = case.evaluate(tf.SparseTensor([[0, 1]], [1.5], [1, 2]))
    assert sparse._fields == ("indices", "values", "dense_shape")
    assert sparse.values.tolist() == [1.5]
    with pytest.raises(ValueError, match="Unsupported type"):
        case.evaluate(3)


def test_sessions(case: Any) -> None:
    with case.session() as session, pytest.raises(AttributeError):
        session.run(tf.constant(3))
    with case.cached_session() as session:
        assert session.run(tf.constant(3)) == 3
        assert session.run([tf.constant(3), tf.constant(4)]) == [3, 4]
    with case.test_session() as session:
        assert session is None


def test_temporary_folder(case: Any) -> None:
    folder = case.get_temp_dir()
    assert os.path.isdir(folder)
    assert case.get_temp_dir() == folder


@pytest.mark.tfcompat_only  # Elsewhere these need the command line's flags to be parsed.
def test_files(case: Any) -> None:
    file = case.create_tempfile("a.txt", "hello")
    assert file.read_text() == "hello" and os.path.isfile(file.full_path)
    folder = case.create_tempdir("inner")
    below = folder.create_file("b.txt", "there")
    assert os.path.dirname(below.full_path) == os.fspath(folder)
    case.assertJsonEqual('{"a": 1, "b": 2}', '{"b": 2, "a": 1}')


def test_threads(case: Any) -> None:
    found: list[int] = []
    thread = case.checkedThread(found.append, args=(3,))
    thread.start()
    thread.join()
    assert found == [3]

    def fail() -> None:
        raise ValueError("in the thread")

    thread = case.checkedThread(fail)
    thread.start()
    with pytest.raises(AssertionError, match="Error in checkedThread: in the thread"):
        thread.join()


def test_streams(case: Any, capfd: Any) -> None:
    with capfd.disabled(), case.captureWritesToStream(sys.__stderr__) as written:
        sys.__stderr__.write("one\n")
        os.write(2, b"two\n")
    assert "two" in written.contents()


def test_every_test_starts_from_the_same_seeds() -> None:
    found: list[Any] = []

    class Drawing(tf.test.TestCase):
        def runTest(self) -> None:
            found.append((tf.random.uniform([2]).numpy().tolist(), random.random()))
            assert abs(np.random.rand() - 0.18463433217903202) < 1e-15

    for _ in range(2):
        result = unittest.TestResult()
        Drawing().run(result)
        assert not result.errors and not result.failures
    assert found[0] == found[1]
    assert np.allclose(found[0][0], [0.5836375, 0.2972299])


def test_what_a_runner_sees() -> None:
    class Example(tf.test.TestCase):
        def testIt(self) -> None:
            self.assertAllEqual([1], [2])

    names = unittest.TestLoader().getTestCaseNames(Example)
    assert names == ["testIt", "test_session"]
    result = unittest.TestResult()
    for name in names:
        Example(name).run(result)
    assert len(result.failures) == len(result.skipped) == 1


def test_skipping(case: Any) -> None:
    run = tf.test.disable_with_predicate(lambda: True, "not here")(lambda self: 1)
    with pytest.raises(unittest.SkipTest, match="not here"):
        run(case)
    assert tf.test.disable_with_predicate(lambda: False, "x")(lambda self: 1)(case) == 1


def test_the_machine() -> None:
    assert tf.test.is_gpu_available() == bool(tf.config.list_physical_devices("GPU"))
    assert tf.test.gpu_device_name() in ("", "/device:GPU:0")
    assert isinstance(tf.test.is_built_with_cuda(), bool)
    assert isinstance(tf.test.is_built_with_xla(), bool)
    assert tf.test.is_built_with_gpu_support() in (True, False)
    tf.test.experimental.sync_devices()
    with pytest.raises(AssertionError, match="Unknown CPU target"):
        tf.test.is_cpu_target_available("zzz")


def test_benchmarks_know_what_they_are() -> None:
    class Example(tf.test.Benchmark):
        def benchmarkIt(self) -> None:
            self.report_benchmark(iters=3, wall_time=1.5, extras={"a": 1})

    assert tf.test.Benchmark.is_abstract()
    assert not Example.is_abstract()
    Example().benchmarkIt()
