"""Threads of pipelines: what works ahead, in which order, and how it ends."""

from __future__ import annotations

import gc
import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..processes import printed
from ..subject import tf

Dataset = tf.data.Dataset
PAUSE = 0.02


def slow(x: Any) -> Any:
    time.sleep(PAUSE)
    return x


def slowly(x: Any) -> Any:
    return tf.py_function(slow, [x], tf.int64)


def values(dataset: Any) -> list[int]:
    return [int(x) for x in dataset]


def timed(dataset: Any) -> float:
    values(dataset.take(2))
    started = time.perf_counter()
    values(dataset)
    return time.perf_counter() - started


@pytest.mark.parametrize("calls", [2, 4, tf.data.AUTOTUNE])
@pytest.mark.parametrize("deterministic", [None, True])
def test_parallel_maps_keep_the_order(calls: int, deterministic: bool | None) -> None:
    def uneven(x: Any) -> Any:
        time.sleep(0.01 if int(x) % 3 == 0 else 0.0)
        return x

    dataset = Dataset.range(20).map(
        lambda x: tf.py_function(uneven, [x], tf.int64),
        num_parallel_calls=calls,
        deterministic=deterministic,
    )
    assert values(dataset) == list(range(20))
    assert values(dataset.batch(6).unbatch()) == list(range(20))


def test_stacks_are_the_same_in_one_thread_and_on_several() -> None:
    """Pictures are decoded in both ways until it is known which is faster."""
    pictures = np.random.default_rng(5).integers(0, 256, (64, 8, 6, 3), np.uint8)
    texts = [tf.io.encode_png(picture).numpy() for picture in pictures]
    decoded = Dataset.from_tensor_slices(texts).map(
        lambda text: tf.io.decode_png(text, 3), num_parallel_calls=2
    )
    dataset = decoded.batch(16)
    for _ in range(3):  # in two passes of four batches both ways, then the faster
        np.testing.assert_array_equal(np.concatenate([x.numpy() for x in dataset]), pictures)


def test_without_an_order_all_elements_come() -> None:
    dataset = Dataset.range(10).map(slowly, num_parallel_calls=4, deterministic=False)
    assert sorted(values(dataset)) == list(range(10))


def test_calls_that_wait_are_made_at_the_same_time() -> None:
    dataset = Dataset.range(24).map(slowly, num_parallel_calls=6)
    assert timed(dataset) < 24 * PAUSE * 0.7


def test_prefetch_works_while_the_reader_does() -> None:
    dataset = Dataset.range(15).map(slowly).prefetch(2)
    started = time.perf_counter()
    for _ in dataset:
        time.sleep(PAUSE)
    assert time.perf_counter() - started < 15 * PAUSE * 2 * 0.9


def test_interleave_reads_several_at_the_same_time() -> None:
    def inner(x: Any) -> Any:
        return Dataset.range(6).map(slowly).map(lambda y: 100 * x + y)

    dataset = Dataset.range(4).interleave(
        inner, cycle_length=4, num_parallel_calls=4, deterministic=True
    )
    started = time.perf_counter()
    found = values(dataset)
    assert time.perf_counter() - started < 24 * PAUSE * 0.8
    assert found == [100 * x + y for y in range(6) for x in range(4)]


@pytest.mark.tfcompat_only
def test_nothing_is_taken_that_was_not_asked_for() -> None:
    taken: list[int] = []

    def numbers() -> Any:
        for i in range(100):
            taken.append(i)
            yield i

    source = Dataset.from_generator(numbers, output_signature=tf.TensorSpec([], tf.int64))
    iterator = iter(source.map(lambda x: x + 1))
    assert int(next(iterator)) == 1
    assert len(taken) == 1
    iterator = iter(source.map(lambda x: x + 1).prefetch(3))
    next(iterator)
    time.sleep(0.1)
    assert len(taken) <= 1 + 6


def pipeline_threads() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if t.name.startswith("tf_data")]


@pytest.mark.tfcompat_only
def test_threads_end_with_their_iterator() -> None:
    endless = Dataset.range(10**9)
    for dataset in (
        endless.prefetch(2),
        endless.map(slowly, num_parallel_calls=3).prefetch(2),
        endless.interleave(lambda x: Dataset.from_tensors(x), num_parallel_calls=2),
        endless.map(slowly, num_parallel_calls=3).batch(2).prefetch(1).prefetch(1),
    ):
        iterator = iter(dataset)
        for _ in range(6):
            next(iterator)
        del iterator
        gc.collect()
        deadline = time.monotonic() + 5
        while pipeline_threads() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not pipeline_threads()


def test_several_threads_read_one_iterator() -> None:
    iterator = iter(Dataset.range(300).map(lambda x: x * 2).prefetch(4))
    found: list[int] = []

    def read() -> None:
        for x in iterator:
            found.append(int(x))

    threads = [threading.Thread(target=read) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(found) == list(range(0, 600, 2))


def test_functions_with_variables_on_threads() -> None:
    total = tf.Variable(0, dtype=tf.int64)
    dataset = Dataset.range(50).map(lambda x: total.assign_add(x)).prefetch(4)
    step = tf.function(lambda x: x + 1)
    # The main thread traces and computes meanwhile.
    for x in dataset:
        step(tf.cast(x, tf.float32))
    assert int(total) == sum(range(50))


def test_an_error_of_a_thread_reaches_the_reader() -> None:
    def check(x: Any) -> Any:
        with tf.control_dependencies([tf.debugging.assert_less(x, tf.constant(3, tf.int64))]):
            return tf.identity(x)

    for dataset in (
        Dataset.range(5).map(check, num_parallel_calls=2).prefetch(2),
        Dataset.range(5).prefetch(2).map(check).prefetch(2).prefetch(2),
    ):
        iterator = iter(dataset)
        assert [int(next(iterator)) for _ in range(3)] == [0, 1, 2]
        with pytest.raises(tf.errors.InvalidArgumentError):
            next(iterator)


PROGRAM = """
import tfcompat as tf, time
endless = tf.data.Dataset.range(10**9)
endless = endless.map(lambda x: tf.py_function(lambda y: time.sleep(0.01) or y, [x], tf.int64),
                      num_parallel_calls=4).prefetch(4)
iterator = iter(endless)
for _ in range(5):
    next(iterator)
print("done")
"""


@pytest.mark.tfcompat_only
def test_the_program_ends_while_threads_run() -> None:
    assert printed(PROGRAM) == "done"


PIPELINES: dict[str, Callable[[], Any]] = {
    "map": lambda: Dataset.range(40).map(lambda x: x * 2),
    "map of a batch": lambda: Dataset.range(90).map(lambda x: x * 2).batch(2).map(tf.reduce_sum),
    "prefetch": lambda: Dataset.range(40).map(lambda x: x * 2).prefetch(3),
    "slow": lambda: Dataset.range(40).map(slowly_checked, num_parallel_calls=3),
    "slow and ahead": lambda: PIPELINES["slow"]().prefetch(2),
    "shuffled": lambda: Dataset.range(40).map(lambda x: x * 2).shuffle(10, seed=1).prefetch(2),
    "interleaved": lambda: Dataset.range(4).interleave(
        lambda x: Dataset.range(10).map(lambda y: 10 * x + y), cycle_length=2, num_parallel_calls=2
    ),
}  # fmt: skip


def slowly_checked(x: Any) -> Any:
    # A function with an op that takes its time, and no effect that could not be saved.
    total = tf.reduce_sum(tf.linalg.matmul(tf.ones([300, 300]), tf.ones([300, 300])))
    return x + tf.cast(total * 0.0, tf.int64)


@pytest.mark.parametrize("case", PIPELINES)
def test_iterators_go_on_where_they_were_saved(case: str, tmp_path: Any) -> None:
    iterator = iter(PIPELINES[case]())
    for _ in range(7):
        next(iterator)
    saved = tf.train.Checkpoint(iterator=iterator).save(str(tmp_path / "state"))
    behind = [int(next(iterator)) for _ in range(9)]
    tf.train.Checkpoint(iterator=iterator).restore(saved)
    assert [int(next(iterator)) for _ in range(9)] == behind
    fresh = iter(PIPELINES[case]())
    tf.train.Checkpoint(iterator=fresh).restore(saved)
    assert [int(next(fresh)) for _ in range(9)] == behind
