"""What a backend is: its devices and arrays, how it runs ops and records them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Protocol

from tfcompat._src.slices import Slices as Slices

if TYPE_CHECKING:
    import numpy as np

    from tfcompat._src.dtypes import DType


class ValueNeeded(Exception):
    """Somebody asked for the value of a tensor that stands for any value of its shape and dtype.

    What raised it cannot become part of a program, and has to be run op by op.
    """


class Tape(Protocol):
    """Records ops between `start` and `stop`, on the thread that calls them."""

    def start(self) -> None:
        """Records from now on."""

    def stop(self) -> None:
        """Stops; `start` may follow."""

    def watch(self, tensor: Any) -> None:
        """Records what is computed from `tensor`, which has an inexact dtype, from now on."""

    def clear(self) -> None:
        """Forgets everything recorded and watched; keeps recording if it was."""

    def gradient(
        self,
        targets: Sequence[Any],
        sources: Sequence[Any],
        output_gradients: Sequence[Any | None],
        persistent: bool,
    ) -> list[Any | Slices | None]:
        """The derivative of the sum of the targets by each source.

        An op of whoever records at the moment. None where the record does not connect them.
        """

    def vectorized_gradient(
        self, target: Any, sources: Sequence[Any], cotangents: Any, persistent: bool
    ) -> list[Any | None]:
        """One gradient per row of `cotangents`, of shape [rows] + target's: [rows] + source's."""


class Accumulator(Protocol):
    """Forward-mode counterpart of a tape."""

    def start(self) -> None:
        """Pushes tangents from now on."""

    def stop(self) -> None:
        """Stops."""

    def watch(self, tensor: Any, tangent: Any) -> None:
        """Gives a tensor a tangent of the same shape and dtype."""

    def tangent(self, tensor: Any) -> Any | None:
        """The tangent that a tensor has got, or None."""


class Program(Protocol):
    """What a capture has seen, as a function of tensors, or of the framework's own arrays."""

    @property
    def inputs(self) -> Sequence[tuple[tuple[int, ...], DType]]:
        """Shapes and dtypes of the inputs, in the order in which the capture was asked for them."""

    @property
    def constants(self) -> Sequence[Any]:
        """The tensors with a value that it computes with."""

    def __call__(self, inputs: list[Any], /) -> list[Any]:
        """The outputs for these inputs: one op of whoever records, differentiable to any order.

        Inside another capture it becomes part of that one. An input that `finish` was told is
        replaced may lose its memory to the output that replaces it, if nobody but its variable and
        the list `inputs` holds it: the variable must get the output at once.
        """

    def pure(self, *arrays: Any) -> tuple[Any, ...]:
        """The same on the framework's arrays, which may be those it differentiates or traces by."""

    def opened(self) -> _Program:
        """The same with its constants as further inputs, behind the others."""

    # A program may have `compile()` too, for jit_compile=True: what takes long, and runs faster;
    # and `unwatched`, whose `call`, looked up for each call, is `__call__` where no tape, no
    # accumulator and no capture is open.


class Capture(Protocol):
    """A context in which this thread's ops on abstract tensors are written down, and not run.

    An abstract tensor has a shape and a dtype, and no value: asking for it raises ValueNeeded, and
    so does an op that has to know it. Ops on other tensors run as if there were no capture, except
    that no tape and no accumulator from outside sees them; used together with abstract ones these
    tensors become constants of the program. Tapes and accumulators made inside, and users' own
    gradients, work on abstract tensors and become part of the program. Captures nest; an abstract
    tensor belongs to the capture it was made in.
    """

    def __enter__(self) -> _Capture:
        """Begins."""

    def __exit__(self, *_: object) -> None:
        """Ends."""

    def input(self, shape: tuple[int, ...], dtype: DType, /) -> Any:
        """A new abstract tensor: the program's next input."""

    def outside(self) -> AbstractContextManager[None]:
        """A context in it whose ops run as if there were no capture."""
        ...

    def is_abstract(self, tensor: Any, /) -> bool:
        """Whether a tensor has no value but in a run of the program."""

    def finish(self, outputs: Sequence[Any], replaced: Sequence[tuple[int, int]] = ()) -> _Program:
        """The program that computes `outputs`, and nothing that these do not need.

        `replaced`: pairs (input, output) of positions, where the output takes the input's place.
        """


# In the classes of this file the names are those of its members.
_Tape = Tape
_Accumulator = Accumulator
_Capture = Capture
_Program = Program


class Backend(Protocol):
    """The module that an entry point of the group `tfcompat.backends` names.

    Kernels are functions in its submodules `math`, `array`, `nn`, `linalg`, `random`, ...
    """

    @property
    def name(self) -> str:
        """The name it is selected by."""

    @property
    def native_dtypes(self) -> Mapping[DType, Any]:
        """The dtypes it has arrays of, and its own name for each."""

    def Tape(self) -> _Tape:
        """An engine for one tf.GradientTape."""

    def Accumulator(self) -> _Accumulator:
        """An engine for one tf.autodiff.ForwardAccumulator."""

    @property
    def Capture(self) -> Callable[[], _Capture] | None:
        """Makes what a graph becomes a program with. None, or missing: graphs run op by op."""

    def version(self) -> str:
        """The framework's version."""

    def set_default_device(self, kind: str, index: int, /) -> None:
        """Makes a device the one that new tensors go to."""

    def set_deterministic(self, enabled: bool, /) -> None:
        """Chooses deterministic kernels, where the framework lets one choose."""

    def set_threads(self, count: int, /) -> None:
        """Sets the threads of one op. Raises NotImplementedError where the framework cannot."""

    def device_count(self, kind: str, /) -> int:
        """How many devices it sees of a kind, "CPU" or "GPU"."""

    def from_numpy(
        self, array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None, /
    ) -> Any:
        """A tensor with a copy of a NumPy array, on a device or where new tensors go."""

    def from_native(self, native: Any, /) -> Any:
        """A tensor around one of the framework's arrays."""

    def from_dlpack(self, holder: Any, /) -> Any:
        """A tensor on the memory of an object with `__dlpack__` and `__dlpack_device__`."""
        ...

    def is_native(self, value: Any, /) -> bool:
        """Whether `value` is an array of the framework's."""

    def alias(self, tensor: Any, /) -> Any:
        """A tensor with the same value that no tape takes for this one."""

    def concrete(self, tensor: Any, /) -> np.ndarray[Any, Any] | None:
        """The value if it is at hand on the host, or None if it would have to be computed."""

    def copy_to_device(self, tensor: Any, device: tuple[str, int], /) -> Any:
        """A tensor with the same value on another device."""

    @property
    def apart(self) -> Callable[[], AbstractContextManager[None]] | None:
        """A context whose ops of this thread neither touch nor wait for what it has pending.

        No tape, accumulator or capture from outside sees them. None, or missing: there is nothing
        to keep apart.
        """

    @property
    def one_by_one(self) -> Callable[[], AbstractContextManager[bool]] | None:
        """A context whose ops of this thread run at once, and are not compiled for their shapes.

        For functions that are called with ever new shapes; by `goes_one_by_one`, an attribute of
        the handler that it sets, those that are called meanwhile know. Missing: no op is compiled
        by itself, or there is no other way.
        """

    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        """Runs an op; see tfcompat._src.dispatch."""

    def execute1(self, kernel: Callable[..., Any], x: Any, dtype: DType) -> Any:
        """Runs an op of one input and one result, without attributes."""

    def execute2(self, kernel: Callable[..., Any], x: Any, y: Any, dtype: DType) -> Any:
        """Runs an op of two inputs and one result, without attributes."""

    def execute_constant(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...] = (),
        dtype: DType | None = None,
    ) -> Any:
        """Runs an op unseen by tapes and accumulators."""

    def custom_gradient(
        self,
        outputs: Sequence[Any],
        inputs: Sequence[Any],
        call: Callable[[list[Any]], Sequence[Any | None]],
    ) -> list[Any]:
        """New tensors with the outputs' values; `call` maps cotangents to the inputs' gradients."""
