"""tf.GradientTape: what a user sees of reverse-mode differentiation. The backend does the rest."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from tfcompat._src import dispatch, logging, nest, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.indexed_slices import IndexedSlices, from_rows
from tfcompat._src.naming import public
from tfcompat._src.slices import Slices
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import ResourceVariable, Variable

USED = (
    "A non-persistent GradientTape can only be used to compute one set of gradients (or jacobians)"
)


_NONE_WATCHED: frozenset[int] = frozenset()


@public("tfcompat")
class UnconnectedGradients(enum.Enum):
    """What `gradient` gives for a source that the target does not depend on."""

    NONE = "none"
    ZERO = "zero"


def wants_zero(unconnected_gradients: Any) -> bool:
    if unconnected_gradients is UnconnectedGradients.NONE:
        return False
    try:
        return UnconnectedGradients(unconnected_gradients) is UnconnectedGradients.ZERO
    except ValueError:
        raise ValueError(
            f"Unknown value for unconnected_gradients: {unconnected_gradients!r}; accepted are "
            "UnconnectedGradients.NONE ('none') and UnconnectedGradients.ZERO ('zero')"
        ) from None


def _not_differentiable(role: str, item: Any) -> Exception:
    if nest.is_composite(item):
        return ValueError(
            f"GradientTape.gradient: Type {type(item).__name__} is not supported as a gradient "
            "source or gradient target; give the tensors in it"
        )
    message = (
        f"GradientTape.gradient: received a {role} of type {type(item).__name__!r}; expected a "
        "tf.Tensor, a tf.Variable or a structure of them"
    )
    return TypeError(message) if item is None else AttributeError(message)


def source_of(item: Any) -> Tensor | Variable | None:
    """The tensor or variable behind an object that users may watch or differentiate by."""
    if isinstance(item, (Tensor, Variable)):
        return item.handle if isinstance(item, Variable) else item
    handle = getattr(item, "handle", None)
    if isinstance(handle, Variable):
        return handle
    flat = getattr(item, "flat_values", None)
    return flat if isinstance(flat, Tensor) else None


@public("tfcompat")
class GradientTape:
    """Records ops in its context, to differentiate them afterwards.

    Args:
      persistent: whether `gradient` may be called more than once.
      watch_accessed_variables: whether trainable variables are watched when they are read.
    """

    def __init__(self, persistent: bool = False, watch_accessed_variables: bool = True) -> None:
        self._persistent = persistent
        self._auto = watch_accessed_variables
        self._engine: Any = None
        self._recording = False
        # Whether it records but for what is run just now, to see what a function does.
        self._paused = False
        self._told_to_watch = False
        self._seen: tuple[Variable, ...] = ()
        self._start_afresh()

    def _start_afresh(self) -> None:
        # Variable -> the values it had when it was read; a gradient is the sum over them.
        self._reads: dict[int, tuple[Variable, list[Tensor]]] = {}
        self._watched: frozenset[int] = _NONE_WATCHED
        # Scalars whose gradients tell of other gradients, each with what looks at it.
        self._probes: list[tuple[Tensor, Callable[[Tensor], None]]] = []

    # --------------------------------------------------------------------------------- recording
    def __enter__(self) -> GradientTape:
        if self._recording:
            raise ValueError(
                "GradientTape: Tape is still recording, This can happen if you try to re-enter an "
                "already-active tape."
            )
        if self._engine is None:
            self._engine = dispatch.backend().Tape()
        self._start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._recording:
            self._stop()

    def _start(self) -> None:
        self._engine.start()
        recording.local.tapes.append(self)
        self._recording = True

    def _stop(self) -> None:
        if not self._recording:
            raise ValueError("GradientTape: Tape is not recording; enter its context first.")
        self._engine.stop()
        recording.local.tapes.remove(self)
        self._recording = False

    def _note_read(self, variable: Variable, value: Tensor) -> None:
        if self._auto:
            if not variable._trainable and id(variable) not in self._watched:
                return
        elif id(variable) not in self._watched:
            return
        found = self._reads.get(id(variable))
        if found is None:
            self._reads[id(variable)] = (variable, [value])
        elif found[1][-1] is value:
            return
        else:
            found[1].append(value)
        if value._dtype.is_inexact:
            self._engine.watch(value)

    def watch(self, tensor: Any) -> None:
        """Records what is computed from the tensors or variables in a structure.

        Raises ValueError for anything else in it.
        """
        self._told_to_watch = True
        for item in nest.flatten(tensor, expand_composites=True):
            source = source_of(item)
            if source is None:
                raise ValueError(
                    f"GradientTape.watch: Passed in object {item} of type "
                    f"{type(item).__name__!r}, not tf.Tensor or tf.Variable or ExtensionType."
                )
            if not source._dtype.is_inexact:
                logging.warn(
                    "The dtype of the watched tensor must be floating (e.g. tf.float32), got %r",
                    source._dtype,
                )
            if self._engine is None:
                raise RuntimeError("GradientTape.watch: the tape was never entered")
            if isinstance(source, Variable):
                self._watched |= {id(source)}
                self._note_read(source, source._value)
            elif source._dtype.is_inexact:
                self._engine.watch(source)

    def may_record(self, reads: bool) -> bool:
        """Whether it may record a call; `reads`: whether that reads trainable variables."""
        return (reads and self._auto) or self._told_to_watch

    def watched_variables(self) -> tuple[Variable, ...]:
        """The variables watched so far, in order of their first read."""
        if self._engine is None:
            return self._seen
        return tuple([variable for variable, _ in self._reads.values()])

    @contextmanager
    def stop_recording(self) -> Iterator[None]:
        """A context whose ops are not recorded.

        Raises RuntimeError on a tape that is not recording.
        """
        if not (self._recording or self._paused):
            raise RuntimeError(
                "GradientTape.stop_recording: Trying to stop recording a tape which is not "
                "recording."
            )
        self._stop()
        try:
            yield
        finally:
            self._start()

    def reset(self) -> None:
        """Forgets everything recorded and watched; recording goes on.

        Raises ValueError on a tape that is not recording.
        """
        if not self._recording:
            raise ValueError("GradientTape.reset: Tape is not recording; enter its context first.")
        self._stop()
        self._engine.clear()
        self._start_afresh()
        self._start()

    # ------------------------------------------------------------------------------- derivatives
    def gradient(
        self,
        target: Any,
        sources: Any,
        output_gradients: Any = None,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
    ) -> Any:
        """The derivative of the sum of the targets by each source.

        Args:
          target: a tensor or variable, or a structure of them.
          sources: likewise; the result has its structure.
          output_gradients: what to multiply each target's elements with; ones by default.
          unconnected_gradients: NONE or ZERO, for sources the targets do not depend on.

        Returns:
          Tensors of the sources' shapes and dtypes; tf.IndexedSlices for a source in which rows
          were only looked up; None or zeros where unconnected.

        Raises:
          RuntimeError: the tape is not persistent and was asked before.
          ValueError: an unknown value of `unconnected_gradients`.
        """
        engine = self._engine
        if engine is None:
            raise RuntimeError(USED)
        zero = wants_zero(unconnected_gradients)
        if self._recording:
            self._leave()
        if isinstance(target, Tensor) and target._dtype.is_inexact:
            targets = [target]
        else:
            targets = [self._target(item) for item in nest.flatten(target)]
        flat = sources if sources.__class__ is list else nest.flatten(sources)
        given = (
            [None] * len(targets)
            if output_gradients is None
            else self._output_gradients(output_gradients, targets)
        )
        if len(targets) != 1 or not targets[0]._dtype.is_inexact:
            pairs = [(y, g) for y, g in zip(targets, given, strict=True) if y._dtype.is_inexact]
            targets, given = [y for y, _ in pairs], [g for _, g in pairs]
        values = self._only_values(flat)
        if values is not None:
            result = self._asked(engine.gradient, targets, values, given)
            if Slices in [g.__class__ for g in result]:
                result = _sum_versions([[value] for value in values], result)
        else:
            try:
                versions = [self._versions(item) for item in flat]
            except AttributeError:
                # A list may hold structures too.
                flat = nest.flatten(sources)
                versions = [self._versions(item) for item in flat]
            by = [t for group in versions for t in group]
            found = self._asked(engine.gradient, targets, by, given)
            result = _sum_versions(versions, found)
            result = [
                x.with_flat_values(to_tensor(g)) if g is not None and _is_ragged(x) else g
                for x, g in zip(flat, result, strict=True)
            ]
        if zero:
            result = [_zeros_like(x) if g is None else g for x, g in zip(flat, result, strict=True)]
        if not self._persistent:
            self._free()
        return result if flat is sources else nest.pack_sequence_as(sources, result)

    def _probe(self, probe: Tensor, check: Callable[[Tensor], None]) -> None:
        """Has `check` called with the gradients by a scalar, with each answer."""
        self._engine.watch(probe)
        self._probes.append((probe, check))

    def _asked(
        self, ask: Callable[[Any, list[Tensor], Any, bool], list[Any]], of: Any, by: Any, given: Any
    ) -> list[Any]:
        """The answer of a method of the engine."""
        if not self._probes:
            return ask(of, by, given, self._persistent)
        found = ask(of, [*by, *[probe for probe, _ in self._probes]], given, self._persistent)
        for (_, check), seen in zip(self._probes, found[len(by) :], strict=True):
            if seen is not None:
                check(seen)
        return found[: len(by)]

    def _leave(self) -> None:
        if not self._persistent:
            self._stop()
        else:
            logging.warn_once(
                "Calling GradientTape.gradient on a persistent tape inside its context is "
                "significantly less efficient than calling it outside the context (it causes the "
                "gradient ops to be recorded on the tape, leading to increased CPU and memory "
                "usage). Only call GradientTape.gradient inside the context if you actually want "
                "to trace the gradient in order to compute higher order derivatives."
            )

    def _free(self) -> None:
        self._engine.clear()
        self._engine = None
        # The variables, without the values they had: those may be large.
        self._seen = tuple([variable for variable, _ in self._reads.values()])
        self._start_afresh()

    def _target(self, item: Any) -> Tensor:
        source = source_of(item)
        if source is None:
            raise _not_differentiable("target", item)
        if not source._dtype.is_inexact:
            logging.warn(
                "The dtype of the target tensor must be floating (e.g. tf.float32) when calling "
                "GradientTape.gradient, got %r",
                source._dtype,
            )
        if isinstance(source, Variable):
            self._note_read(source, source._value)
            return source._value
        return source

    @staticmethod
    def _output_gradients(value: Any, targets: Sequence[Tensor]) -> list[Tensor | None]:
        if value is None:
            return [None] * len(targets)
        from tfcompat._src.ops.repeating import broadcast_to

        given: list[Tensor | None] = []
        for g, y in zip(nest.flatten(value), targets, strict=False):
            seed = g if g is None or isinstance(g, Tensor) else to_tensor(g, y._dtype)
            if seed is not None and seed._dtype is not y._dtype:
                raise invalid_argument(
                    "GradientTape.gradient",
                    f"received output_gradients of {seed._dtype.name} for a target of "
                    f"{y._dtype.name}; expected the target's dtype",
                )
            if seed is not None and seed._shape != y._shape:
                seed = broadcast_to(seed, tuple(y._shape))
            given.append(seed)
        return given + [None] * (len(targets) - len(given))

    def _only_values(self, flat: list[Any]) -> list[Tensor] | None:
        """The value that each variable had when read; None unless all are variables read once."""
        values = []
        for item in flat:
            read = self._reads.get(id(item)) if item.__class__ is ResourceVariable else None
            if read is None or len(read[1]) > 1:
                return None
            values.append(read[1][0])
        return values

    def _versions(self, item: Any) -> list[Tensor]:
        """The tensors whose gradients add up to that of one source."""
        source = item if item.__class__ is ResourceVariable else source_of(item)
        if source is None:
            raise _not_differentiable("source", item)
        if isinstance(source, Variable):
            found = self._reads.get(id(source))
            return [] if found is None or not source._dtype.is_inexact else found[1]
        return [source] if source._dtype.is_inexact else []

    def _begin_jacobian(
        self, target: Any, sources: Any, unconnected_gradients: Any
    ) -> tuple[bool, Tensor, list[Any]]:
        """What jacobian and batch_jacobian check first: (zeros wanted, target, flat sources)."""
        if self._engine is None:
            raise RuntimeError(USED)
        zero = wants_zero(unconnected_gradients)
        if self._recording:
            self._leave()
        return zero, self._target(target), nest.flatten(sources)

    def _end_jacobian(self) -> None:
        if not self._persistent:
            self._free()

    def jacobian(
        self,
        target: Any,
        sources: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The derivative of each element of `target` by each element of each source.

        The result has the structure of `sources`, each of shape target.shape + source.shape.
        All rows are computed together; the last two arguments are accepted and change nothing.
        """
        from tfcompat._src.jacobian import jacobian

        return jacobian(self, target, sources, unconnected_gradients)

    def batch_jacobian(
        self,
        target: Any,
        source: Any,
        unconnected_gradients: Any = UnconnectedGradients.NONE,
        parallel_iterations: int | None = None,
        experimental_use_pfor: bool = True,
    ) -> Any:
        """The jacobian of each row of `target` by the same row of `source`.

        The result has the shape [batch] + target.shape[1:] + source.shape[1:]. Raises ValueError
        unless both have rank 1 or more and the same first dimension.
        """
        from tfcompat._src.jacobian import batch_jacobian

        return batch_jacobian(self, target, source, unconnected_gradients)


def _is_ragged(item: Any) -> bool:
    return not isinstance(item, (Tensor, Variable)) and hasattr(item, "with_flat_values")


def _sum_versions(versions: list[list[Tensor]], found: list[Any]) -> list[Any]:
    result: list[Any] = []
    at = 0
    for group in versions:
        if len(group) == 1:
            g = found[at]
            result.append(g if g is None or isinstance(g, Tensor) else from_rows(g, group[0]))
        else:
            result.append(_sum(group, found[at : at + len(group)]))
        at += len(group)
    return result


def _sum(group: list[Tensor], parts: list[Any]) -> Tensor | IndexedSlices | None:
    from tfcompat._src.ops.math import add

    rows = [p for p in parts if p is not None and not isinstance(p, Tensor)]
    dense = [p for p in parts if isinstance(p, Tensor)]
    if rows and not dense:
        merged = type(rows[0])([row for part in rows for row in part.rows])
        return from_rows(merged, group[0])
    dense += [to_tensor(from_rows(p, group[0])) for p in rows]
    total = dense[0] if dense else None
    for part in dense[1:]:
        total = add(total, part)
    return total


def _zeros_like(item: Any) -> Tensor:
    from tfcompat._src.ops.array import zeros_like

    source = source_of(item)
    return zeros_like(source._value if isinstance(source, Variable) else source)
