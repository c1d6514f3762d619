"""tf.test.TestCase: unittest's, with assertions about tensors and helpers for eager programs."""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any, NamedTuple, TextIO

import numpy as np

from tfcompat._src import device as _device, nest
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops.random_seeds import set_seed
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.testing.arrays import ArrayAssertions
from tfcompat._src.testing.containers import ContainerAssertions
from tfcompat._src.testing.files import FileHelpers

# The seed that every test starts from, as TensorFlow's do.
_SEED = 87654321


class SparseTensorValue(NamedTuple):
    """The arrays of a SparseTensor."""

    indices: Any
    values: Any
    dense_shape: Any


class IndexedSlicesValue(NamedTuple):
    """The arrays of IndexedSlices."""

    values: Any
    indices: Any
    dense_shape: Any


def evaluate(tensors: Any) -> Any:
    """A structure of tensors as one of NumPy values; functions in it are called first.

    Raises ValueError for what has no value.
    """
    if isinstance(tensors, (list, tuple, Mapping)):
        return nest.map_structure(_evaluate_one, tensors)
    return _evaluate_one(tensors)


def _evaluate_one(tensor: Any) -> Any:
    if tensor is None:
        return None
    if callable(tensor) and not hasattr(tensor, "numpy"):
        return evaluate(tensor())
    if isinstance(tensor, SparseTensor):
        parts = (tensor.indices, tensor.values, tensor.dense_shape)
        return SparseTensorValue(*[part.numpy() for part in parts])
    if isinstance(tensor, IndexedSlices):
        rows = (tensor.values, tensor.indices, tensor.dense_shape)
        return IndexedSlicesValue(*[None if part is None else part.numpy() for part in rows])
    if hasattr(tensor, "numpy"):
        return tensor.numpy()
    raise ValueError(f"Unsupported type {type(tensor).__name__!r}.")


class _NoSession:
    """What `session()` gives: it says, whatever is asked of it, that there is none."""

    def __getattr__(self, name: str) -> Any:
        raise AttributeError(
            f"Trying to access the property {name!r} of the result of self.session() while eager "
            "execution is enabled: there are no sessions; use self.evaluate(tensors) or "
            "tensor.numpy()"
        )


class _EagerSession:
    """What `cached_session()` gives: `run` returns the values of tensors."""

    def run(self, fetches: Any, *args: Any, **kwargs: Any) -> Any:
        """The NumPy values of a structure of tensors. Raises RuntimeError for placeholders."""
        if kwargs.get("feed_dict") or (args and args[0]):
            raise RuntimeError("session.run: feed_dict needs placeholders; call a function instead")
        return evaluate(fetches)


class CapturedWrites:
    """What was written to a stream inside `captureWritesToStream`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def contents(self) -> str:
        """The text written so far."""
        with open(self._path, encoding="utf-8") as file:
            return file.read()


class _CheckedThread:
    """A thread whose error makes the test fail when it is joined."""

    def __init__(self, case: TestCase, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        self._case = case
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, args=(target, args or (), kwargs or {}))
        self._joined = False

    def _run(self, target: Callable[..., Any], args: Any, kwargs: Any) -> None:
        try:
            target(*args, **kwargs)
        except BaseException as error:
            self._error = error

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def join(self) -> None:
        """Waits for the end; fails the test if the thread raised."""
        self._joined = True
        self._thread.join()
        if self._error is not None:
            raise self._case.failureException(f"Error in checkedThread: {self._error}")

    def is_alive(self) -> bool:
        """Whether the thread still runs."""
        return self._thread.is_alive()

    def check_termination(self) -> None:
        """Fails the test if the thread was never joined."""
        if not self._joined:
            self._case.fail("A checked thread was not terminated. Call join() before the end.")


@public("tfcompat.test")
class TestCase(ArrayAssertions, ContainerAssertions, FileHelpers):
    """A test case: every test starts from the same random seeds, and has a temporary folder.

    Assertions take tensors, variables, arrays and sequences alike. Protocol buffers are not
    compared: `assertProtoEquals` raises NotImplementedError.
    """

    __test__ = False

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        cls.__test__ = True

    def __init__(self, methodName: str = "runTest") -> None:
        super().__init__(methodName)
        self._threads: list[_CheckedThread] = []

    def setUp(self) -> None:
        """Seeds Python's, NumPy's and this package's random numbers."""
        super().setUp()
        random.seed(_SEED)
        np.random.seed(_SEED)
        set_seed(_SEED)

    def tearDown(self) -> None:
        """Fails if a checked thread was never joined."""
        for thread in self._threads:
            thread.check_termination()
        super().tearDown()

    def evaluate(self, tensors: Any) -> Any:
        """A structure of tensors as one of NumPy values; functions in it are called first."""
        return evaluate(tensors)

    def evaluate_if_both_tensors(self, a: Any, b: Any) -> tuple[Any, Any]:
        """The two as they are: only graphs would need an evaluation."""
        return a, b

    # ------------------------------------------------------------------------------------ sessions
    @contextmanager
    def session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Any]:
        """A context for tests that once needed a session; the object it gives can do nothing."""
        with self._placed(use_gpu, force_gpu):
            yield _NoSession()

    @contextmanager
    def cached_session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Iterator[Any]:
        """A context whose object has one method, `run`, which gives the values of tensors."""
        with self._placed(use_gpu, force_gpu):
            yield _EagerSession()

    def test_session(
        self, graph: Any = None, config: Any = None, use_gpu: bool = True, force_gpu: bool = False
    ) -> Any:
        """The oldest name of `session`: a context that gives None. As a test it is skipped."""
        if self.id().endswith(".test_session"):
            self.skipTest("Not a test.")
        return self._placed(use_gpu, force_gpu)

    def _placed(self, use_gpu: bool, force_gpu: bool) -> AbstractContextManager[None]:
        return _device.device("/GPU:0" if force_gpu else None if use_gpu else "/CPU:0")

    # ------------------------------------------------------------------------- threads and streams
    def checkedThread(
        self, target: Callable[..., Any], args: Any = None, kwargs: Any = None
    ) -> Any:
        """A thread whose errors fail the test; start and join it."""
        thread = _CheckedThread(self, target, args, kwargs)
        self._threads.append(thread)
        return thread

    @contextmanager
    def captureWritesToStream(self, stream: TextIO) -> Iterator[CapturedWrites]:
        """A context whose object tells what is written to a stream that has a file descriptor."""
        number = stream.fileno()
        path = os.path.join(self.get_temp_dir(), f"captured_{number}")
        stream.flush()
        saved = os.dup(number)
        try:
            with open(path, "wb") as file:
                os.dup2(file.fileno(), number)
                try:
                    yield CapturedWrites(path)
                finally:
                    stream.flush()
                    os.dup2(saved, number)
        finally:
            os.close(saved)

    # ------------------------------------------------------------------------------------- devices
    def assertDeviceEqual(self, device1: Any, device2: Any, msg: Any = None) -> None:
        """Fails unless two names of devices mean the same one."""
        from tfcompat._src.device_spec import canonical_name

        a, b = canonical_name(device1), canonical_name(device2)
        if a != b:
            raise self.failureException(f"Devices {a} and {b} are not equal. {msg}")

    # ---------------------------------------------------------------------------- protocol buffers
    def assertProtoEquals(
        self,
        expected_message_maybe_ascii: Any,
        validate_message: Any,
        msg: Any = None,
        relative_tolerance: Any = None,
    ) -> None:
        """Raises NotImplementedError: compare the messages with assertEqual."""
        raise NotImplementedError(
            "assertProtoEquals: tfcompat does not read protocol buffers; parse both and use "
            "assertEqual"
        )

    def assertProtoEqualsVersion(
        self,
        expected: Any,
        actual: Any,
        producer: int = 0,
        min_consumer: int = 0,
        msg: Any = None,
    ) -> None:
        """Raises NotImplementedError, as `assertProtoEquals`."""
        self.assertProtoEquals(expected, actual, msg=msg)


@public("tfcompat.test")
def main(argv: list[str] | None = None) -> None:
    """Runs the tests of the program's main module, as unittest.main does."""
    import unittest

    unittest.main(argv=sys.argv if argv is None else argv)
