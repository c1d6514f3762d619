"""tf.nondifferentiable_batch_function: what a call gets, and what calls share."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from conformance_tests.subject import IS_TENSORFLOW, tf

pytestmark = pytest.mark.skipif(
    IS_TENSORFLOW,
    reason="TensorFlow's functions share one queue in a process, with the first one's options; "
    "each test alone (pytest -k) passes there without this mark",
)

# A test that needs a full batch fills it; no time is over before.
FOREVER = 60_000_000


def noted(seen: list[list[float]], x: Any) -> None:
    """Writes down the rows of a batch when it is computed."""
    tf.py_function(lambda rows: seen.append(rows.numpy().tolist()), [x], [])


def at_once(call: Callable[[Any], Any], calls: Sequence[Sequence[float]]) -> list[Any]:
    """What the function gives or raises for each of the arguments, in a thread of its own."""
    found: list[Any] = [None] * len(calls)

    def work(place: int) -> None:
        try:
            found[place] = call(rows_of(calls[place]))
        except BaseException as error:
            found[place] = error

    threads = [threading.Thread(target=work, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def rows_of(values: Sequence[float]) -> Any:
    return tf.constant(values, tf.float32)


def test_calls_that_fill_a_batch_share_it() -> None:
    seen: list[list[float]] = []

    @tf.nondifferentiable_batch_function(1, 4, FOREVER)
    def doubled(x: Any) -> Any:
        noted(seen, x)
        return x * 2.0

    found = at_once(doubled, [[0.0], [1.0], [2.0], [3.0]])
    assert [y.numpy().tolist() for y in found] == [[0.0], [2.0], [4.0], [6.0]]
    assert [sorted(batch) for batch in seen] == [[0.0, 1.0, 2.0, 3.0]]


def test_rows_of_a_call_in_two_batches() -> None:
    seen: list[list[float]] = []

    @tf.nondifferentiable_batch_function(1, 4, FOREVER)
    def negative(x: Any) -> Any:
        noted(seen, x)
        return {"same": x, "negative": [-x]}

    calls = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0]]
    found = at_once(negative, calls)
    for rows, results in zip(calls, found, strict=True):
        assert results["same"].numpy().tolist() == rows
        assert results["negative"][0].numpy().tolist() == [-row for row in rows]
    assert [len(batch) for batch in seen] == [4, 4]
    assert sorted(seen[0] + seen[1]) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]


def test_calls_are_not_split_where_that_is_off() -> None:
    seen: list[list[float]] = []

    @tf.nondifferentiable_batch_function(2, 4, 1000, enable_large_batch_splitting=False)
    def same(x: Any) -> Any:
        noted(seen, x)
        return x

    calls = [[0.0] * 3, [1.0] * 3, [2.0] * 3]
    assert [y.numpy().tolist() for y in at_once(same, calls)] == calls
    assert sorted(seen) == calls


def test_allowed_sizes_are_filled_with_the_first_row() -> None:
    seen: list[list[float]] = []

    @tf.nondifferentiable_batch_function(1, 4, 1000, allowed_batch_sizes=[2, 4])
    def more(x: Any) -> Any:
        noted(seen, x)
        return x + 1.0

    assert more(rows_of([7.0])).numpy().tolist() == [8.0]
    assert more(rows_of([7.0, 8.0, 9.0])).numpy().tolist() == [8.0, 9.0, 10.0]
    assert more(rows_of([])).numpy().tolist() == []
    assert seen[:2] == [[7.0, 7.0], [7.0, 8.0, 9.0, 7.0]]


def test_in_a_function() -> None:
    seen: list[list[float]] = []
    weight = tf.Variable(3.0)

    @tf.nondifferentiable_batch_function(1, 2, FOREVER)
    def weighted(x: Any, y: Any) -> Any:
        noted(seen, x)
        return x * weight + y, tf.strings.as_string(y)

    @tf.function
    def step(x: Any) -> Any:
        result, text = weighted(x + 1.0, x)
        return result * 10.0, text

    found = at_once(step, [[1.0], [2.0]])
    assert [result.numpy().tolist() for result, _ in found] == [[70.0], [110.0]]
    assert [text.numpy().tolist() for _, text in found] == [[b"1.000000"], [b"2.000000"]]
    assert [sorted(batch) for batch in seen] == [[2.0, 3.0]]


def test_branches_on_values() -> None:
    def clipped(x: Any) -> Any:
        if x[0] > 1.0:
            return x * 2.0
        return x

    batched = tf.nondifferentiable_batch_function(1, 2, 0)(clipped)
    assert batched(rows_of([3.0])).numpy().tolist() == [6.0]
    assert batched(rows_of([1.0, 5.0])).numpy().tolist() == [1.0, 5.0]
    plain = tf.nondifferentiable_batch_function(1, 2, 0, autograph=False)(clipped)
    with pytest.raises(TypeError, match="symbolic"):
        plain(rows_of([3.0]))


def test_no_derivatives() -> None:
    weight = tf.Variable([2.0, 3.0])
    weighted = tf.nondifferentiable_batch_function(1, 2, 0)(lambda x: x * weight[0])
    x = rows_of([1.0])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = weighted(x)
    for source in (x, weight):
        with pytest.raises(LookupError, match="gradient registry has no entry"):
            tape.gradient(y, source)

    @tf.function
    def slope(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = weighted(x)
        return tape.gradient(y, x)

    with pytest.raises(Exception, match="gradient registry has no entry"):
        slope(x)


def test_an_error_is_every_callers() -> None:
    @tf.nondifferentiable_batch_function(1, 2, FOREVER)
    def checked(x: Any) -> Any:
        return tf.debugging.check_numerics(x, "found")

    found = at_once(checked, [[1.0], [float("nan")]])
    assert [type(error) for error in found] == [tf.errors.InvalidArgumentError] * 2


def test_an_interrupt_ends_every_call() -> None:
    def interrupt(x: Any) -> Any:
        raise KeyboardInterrupt

    @tf.nondifferentiable_batch_function(1, 2, FOREVER)
    def interrupted(x: Any) -> Any:
        return tf.py_function(interrupt, [x], tf.float32)

    found = at_once(interrupted, [[1.0], [2.0]])
    assert all([isinstance(error, BaseException) for error in found])


def test_a_full_queue() -> None:
    entered, free = threading.Event(), threading.Event()

    def wait(x: Any) -> Any:
        entered.set()
        free.wait()
        return x

    @tf.nondifferentiable_batch_function(1, 1, 0, max_enqueued_batches=1)
    def waiting(x: Any) -> Any:
        return tf.py_function(wait, [x], tf.float32)

    outcomes: queue.Queue[Any] = queue.Queue()

    def call() -> None:
        try:
            outcomes.put(waiting(rows_of([1.0])).numpy().tolist())
        except tf.errors.UnavailableError as error:
            outcomes.put(error)

    threads = [threading.Thread(target=call) for _ in range(3)]
    threads[0].start()
    entered.wait()
    for thread in threads[1:]:
        thread.start()
    # One of the two waits in the queue; the other finds it full.
    assert isinstance(outcomes.get(), tf.errors.UnavailableError)
    free.set()
    for thread in threads:
        thread.join()
    assert [outcomes.get(), outcomes.get()] == [[1.0], [1.0]]


@pytest.mark.parametrize(
    ("options", "rows"),
    [
        ({"max_batch_size": 0}, [1.0]),
        ({"batch_timeout_micros": -1}, [1.0]),
        ({"max_enqueued_batches": 0}, [1.0]),
        ({"allowed_batch_sizes": [4, 2]}, [1.0]),
        ({"allowed_batch_sizes": [2, 8]}, [1.0]),
        ({"allowed_batch_sizes": [2], "enable_large_batch_splitting": False}, [1.0]),
        ({}, [1.0] * 5),
        ({}, 1.0),
    ],
)
def test_options_and_sizes_that_are_refused(options: dict[str, Any], rows: Any) -> None:
    given = {"num_batch_threads": 1, "max_batch_size": 4, "batch_timeout_micros": 0, **options}
    same = tf.nondifferentiable_batch_function(**given)(lambda x: tf.identity(x))
    with pytest.raises(tf.errors.InvalidArgumentError):
        same(tf.constant(rows))


def test_results_without_the_rows_of_the_batch() -> None:
    decorator = tf.nondifferentiable_batch_function(1, 4, 0)
    for total in (lambda x: tf.reduce_sum(x), lambda x: [x, tf.ones([7])]):
        with pytest.raises(tf.errors.FailedPreconditionError):
            decorator(total)(rows_of([1.0, 2.0]))
    with pytest.raises(tf.errors.InvalidArgumentError):
        decorator(lambda x: None)(rows_of([1.0]))


def test_arguments_that_are_no_tensors() -> None:
    both = tf.nondifferentiable_batch_function(1, 4, 0)(lambda x, y: x + y)
    x = rows_of([1.0, 2.0])
    for other, wrong in (
        (tf.Variable([1.0]), ValueError),
        ([1.0], AttributeError),
        (rows_of([1.0]), (ValueError, tf.errors.InvalidArgumentError)),
    ):
        with pytest.raises(wrong):
            both(x, other)
    with pytest.raises(TypeError):
        both(x=x, y=x)
