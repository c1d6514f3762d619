"""tf.nondifferentiable_batch_function: calls of several threads that are computed as one batch."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from tfcompat._src import errors, nest, recording
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.function import tracing
from tfcompat._src.function.decorator import function
from tfcompat._src.naming import public
from tfcompat._src.ops.joining import concat
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_OP = "nondifferentiable_batch_function"


@public("tfcompat")
def nondifferentiable_batch_function(
    num_batch_threads: int,
    max_batch_size: int,
    batch_timeout_micros: int,
    allowed_batch_sizes: Sequence[int] | None = None,
    max_enqueued_batches: int = 10,
    autograph: bool = True,
    enable_large_batch_splitting: bool = True,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator for a function of batches: calls that come at the same time share one.

    A call waits until others have filled its batch, or `batch_timeout_micros` are over. The
    function is a tf.function of the concatenated arguments, with an open number of rows; each call
    gets its own rows of the results. Asking a tape for a derivative is a LookupError.

    Args:
      num_batch_threads: how many batches are computed at a time.
      max_batch_size: how many rows a call has at most, and a batch too without allowed sizes.
      batch_timeout_micros: how long the first call of a batch waits for others.
      allowed_batch_sizes: increasing numbers of rows; a batch is filled up to the next of them
        with copies of its first row.
      max_enqueued_batches: how many batches may wait; a further call raises UnavailableError.
      autograph: whether `if`, `while` and `for` on tensors become ops.
      enable_large_batch_splitting: whether the rows of a call may be split among batches;
        otherwise the last of the allowed sizes is `max_batch_size`.

    Raises (the calls do):
      ValueError: an argument is no tensor.
      InvalidArgumentError: an option is out of range; arguments are scalars, have different
        numbers of rows, or too many.
      FailedPreconditionError: the function's results do not have the rows of its batch.
    """
    options = (
        num_batch_threads,
        max_batch_size,
        batch_timeout_micros,
        allowed_batch_sizes,
        max_enqueued_batches,
        enable_large_batch_splitting,
    )

    def decorator(fn: Callable[..., Any]) -> Callable[..., Any]:
        traced = function(fn, autograph=autograph)
        known: dict[Any, _Batches] = {}

        def decorated(*args: Any) -> Any:
            concrete = traced.get_concrete_function(*_specs(args))
            batches = known.get(concrete)
            if batches is None:
                batches = known.setdefault(concrete, _Batches(concrete, _Options.of(*options)))
            graph = tracing.current()
            if graph is None:
                results = batches(*args)
            else:
                # No program can wait for another call.
                graph.has_deeds = True
                specs = [TensorSpec(None, y.dtype) for y in concrete.outputs]
                results = graph.add_call(batches, args, name=_OP, effect=True, outputs=specs)
            given = iter(results)
            structure = concrete.graph.structured_outputs
            return nest.map_structure(
                lambda leaf: None if leaf is None else next(given),
                structure,
                expand_composites=True,
            )

        return decorated

    return decorator


def _specs(args: Sequence[Any]) -> list[TensorSpec]:
    """What the function is traced for: any number of rows like these."""
    if not args:
        raise errors.invalid_argument(_OP, "received no arguments; expected tensors")
    for arg in args:
        if not isinstance(arg, Tensor):
            wrong = ValueError if hasattr(arg, "dtype") else AttributeError
            raise wrong(f"{_OP}: received the argument {arg!r}; all arguments must be tensors")
    shapes = [x.shape for x in args]
    return [
        TensorSpec(None if shape.rank is None else [None, *shape[1:]], x.dtype)
        for x, shape in zip(args, shapes, strict=True)
    ]


class _Options(NamedTuple):
    threads: int
    most: int
    patience: float
    sizes: tuple[int, ...]
    waiting: int
    splits: bool

    @classmethod
    def of(
        cls, threads: Any, most: Any, micros: Any, sizes: Any, waiting: Any, splits: Any
    ) -> _Options:
        sizes = tuple(sizes or ())
        if most <= 0:
            raise errors.invalid_argument(_OP, f"max_batch_size must be positive; was {most}")
        if micros < 0:
            raise errors.invalid_argument(
                _OP, f"batch_timeout_micros must be non-negative; was {micros}"
            )
        if waiting == 0:
            raise errors.invalid_argument(_OP, "max_enqueued_batches must be positive; was 0")
        if any([a >= b for a, b in pairwise(sizes)]):
            raise errors.invalid_argument(
                _OP, f"received allowed_batch_sizes={sizes}, which must be increasing"
            )
        if sizes and (sizes[-1] > most if splits else sizes[-1] != most):
            raise errors.invalid_argument(
                _OP,
                f"received allowed_batch_sizes={sizes} and max_batch_size={most}; the last size "
                f"must be {'at most' if splits else 'equal to'} max_batch_size",
            )
        return cls(threads, most, micros / 1e6, sizes, waiting, splits)

    @property
    def rows(self) -> int:
        """How many rows a batch has at most."""
        return self.sizes[-1] if self.sizes else self.most


class _Batch:
    """Rows of several calls; `done` when they are computed, or cannot be.

    owner: the thread that computes it.
    """

    def __init__(self, deadline: float) -> None:
        self.deadline = deadline
        self.parts: list[list[Tensor]] = []
        self.rows = 0
        self.is_closed = False
        self.owner: int | None = None
        self.done = threading.Event()
        self.results: list[Tensor] = []
        self.error: Exception | None = None


class _Batches:
    """The batches of one concrete function. Of the calls that wait for a batch, one computes it."""

    def __init__(self, concrete: Any, options: _Options) -> None:
        if concrete.graph.captures:
            raise NotImplementedError(
                f"{_OP}: a function that uses tensors of the tf.function around it is not "
                "supported on any backend; give it all tensors as arguments"
            )
        if not concrete.outputs:
            raise errors.invalid_argument(_OP, f"received {concrete}, which returns no tensors")
        self._concrete, self._options = concrete, options
        self._changed = threading.Condition()
        self._threads = threading.BoundedSemaphore(max(1, options.threads))
        self._open: _Batch | None = None
        self._waiting = 0

    def __call__(self, *tensors: Tensor) -> list[Tensor]:
        """The function's results for the rows of these tensors."""
        with recording.paused():
            results = self._results(tensors)
        if not recording.anybody():
            return results
        variables = [v.read_value() for v in self._concrete.trainable_variables]
        return list(_without_gradient(results, *tensors, *variables))

    def _results(self, tensors: Sequence[Tensor]) -> list[Tensor]:
        rows = self._rows(tensors)
        with self._changed:
            self._check_waiting(rows)
            taken: list[tuple[_Batch, slice]] = []
            start = 0
            while start < rows or not taken:
                batch = self._with_room(rows - start)
                place, room = batch.rows, self._options.rows - batch.rows
                end = min(rows, start + room)
                batch.parts.append([x if end - start == rows else x[start:end] for x in tensors])
                batch.rows += end - start
                if batch.rows == self._options.rows:
                    self._close(batch)
                taken.append((batch, slice(place, place + end - start)))
                start = end
        parts = []
        for batch, its in taken:
            self._settle(batch)
            if batch.error is not None:
                raise batch.error
            parts.append([y[its] for y in batch.results])
        return [concat(list(of_all), 0) for of_all in zip(*parts, strict=True)]

    def _rows(self, tensors: Sequence[Tensor]) -> int:
        shapes = [tuple(x._shape) for x in tensors]
        if () in shapes:
            raise errors.invalid_argument(
                _OP,
                f"received arguments of shapes {shapes}. Batching input tensors must have at least "
                "one dimension",
            )
        rows = shapes[0][0]
        if any([shape[0] != rows for shape in shapes]):
            raise errors.invalid_argument(
                _OP,
                f"received arguments of shapes {shapes}. Batching input tensors must have equal "
                "0th-dimension size",
            )
        if rows > self._options.most:
            raise errors.invalid_argument(
                _OP,
                f"Task size {rows} is larger than maximum input batch size {self._options.most}",
            )
        return rows

    def _check_waiting(self, rows: int) -> None:
        most, batch = self._options.waiting, self._open
        room = 0 if batch is None else self._options.rows - batch.rows
        if rows > room and 0 < most <= self._waiting:
            raise errors.UnavailableError(
                None,
                None,
                f"{_OP}: received a call while {self._waiting} batches wait, which fills the "
                f"queue; accepted are max_enqueued_batches={most}",
            )

    def _with_room(self, rows: int) -> _Batch:
        """A batch for these rows, or for some of them where they may be split."""
        batch = self._open
        if batch is not None:
            if self._options.splits or batch.rows + rows <= self._options.rows:
                return batch
            self._close(batch)
        batch = self._open = _Batch(time.monotonic() + self._options.patience)
        self._waiting += 1
        return batch

    def _close(self, batch: _Batch) -> None:
        batch.is_closed = True
        self._open = None
        self._changed.notify_all()

    def _settle(self, batch: _Batch) -> None:
        """Returns when the batch is done, which may be by this thread."""
        this = threading.get_ident()
        try:
            if self._is_for(batch, this):
                with self._threads:
                    with self._changed:
                        self._waiting -= 1
                    batch.results = self._computed(batch)
                batch.done.set()
        except BaseException as error:
            # The other calls that wait must end, whatever came, and wherever.
            if batch.owner == this:
                cancelled = errors.CancelledError(None, None, f"{_OP}: the batch was interrupted")
                batch.error = error if isinstance(error, Exception) else cancelled
                batch.done.set()
            raise
        batch.done.wait()

    def _is_for(self, batch: _Batch, thread: int) -> bool:
        """Whether this thread is to compute a batch, once that is full or its time over."""
        with self._changed:
            while not batch.is_closed:
                left = batch.deadline - time.monotonic()
                if left > 0:
                    self._changed.wait(left)
                else:
                    self._close(batch)
            if batch.owner is None:
                batch.owner = thread
                return True
            return False

    def _computed(self, batch: _Batch) -> list[Tensor]:
        columns = [concat(list(parts), 0) for parts in zip(*batch.parts, strict=True)]
        rows = batch.rows
        wanted = min([size for size in self._options.sizes if size >= rows], default=rows)
        if rows and wanted > rows:
            columns = [concat([x] + [x[:1]] * (wanted - rows), 0) for x in columns]
            rows = wanted
        found = self._concrete.call_flat(columns)
        results = [y for y in nest.flatten(found, expand_composites=True) if y is not None]
        for result in results:
            shape = tuple(result._shape)
            if shape[:1] != (rows,):
                raise errors.FailedPreconditionError(
                    None,
                    None,
                    f"{_OP}: the function gave a result of shape {shape} for a batch of {rows} "
                    "rows. Batched output tensor's 0th dimension must be that of its input",
                )
        return results


@custom_gradient
def _without_gradient(results: list[Tensor], *sources: Tensor) -> Any:
    def grad(*upstream: Tensor) -> Any:
        raise LookupError("gradient registry has no entry for: BatchFunction")

    return results, grad
