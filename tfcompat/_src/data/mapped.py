"""Users' functions in pipelines: traced once, then called for each element on NumPy arrays.

An element is a flat tuple of components, one for each leaf of its structure: a NumPy array for a
tensor, None, or a value made of tensors as it is.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any, NoReturn

from tfcompat._src import dispatch
from tfcompat._src.config.switches import Switches
from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.lowering import Unstacked
from tfcompat._src.device import device
from tfcompat._src.errors import (
    InvalidArgumentError,
    OpError,
    OutOfRangeError,
    UnknownError,
    invalid_argument,
)
from tfcompat._src.function import tracing
from tfcompat._src.function.lifting import lifted
from tfcompat._src.naming import public
from tfcompat._src.ops.random_seeds import Streams
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec
from tfcompat._src.type_spec import TypeSpec, type_spec_from_value
from tfcompat._src.variable import Variable

Components = structure.Components


@contextmanager
def on_host() -> Iterator[None]:
    """A context for the ops of a pipeline: on the CPU, apart from what the thread does besides."""
    engine = dispatch.backend()
    apart = getattr(engine, "apart", None)
    with ExitStack() as stack:
        stack.enter_context(lifted())
        if apart is not None:
            stack.enter_context(apart())
        if engine.device_count("GPU"):
            stack.enter_context(device("/CPU:0"))
        yield


class Mapped:
    """A user's function of elements, as a function of components.

    spec: the structure of tf.TypeSpecs of the elements; name: who was given the function, for
    messages; direct: whether Python calls it for each element, as it does anyway where elements
    or results are datasets.
    output_spec: the structure of what it returns; stateful: whether calls do more than return
    what they compute from their arguments; stackable: whether `call_stacked` may be tried.

    Raises what the function raises while it is traced, and TypeError for what it cannot return.
    """

    def __init__(
        self,
        function: Callable[..., Any],
        spec: Any,
        name: str = "Dataset.map()",
        direct: bool = False,
    ) -> None:
        if not callable(function):
            raise ValueError(
                f"Argument `func` must be a callable. Received func={function} (of type "
                f"{type(function)})"
            )
        self.function = function
        self._body = _body(function, spec, name, direct)
        #: The types of the components that it is given.
        self.input_specs: list[Any] = structure.flatten(spec)
        # What all with other values for what it captured have in common.
        self._first = self
        self.output_spec: Any = self._body.output_spec
        self.stateful: bool = self._body.stateful
        #: The components of the result for those of one element; raises what ops raise.
        self.call: Callable[[Components], Components] = self._body.call

    @property
    def stackable(self) -> bool:
        """Whether many elements may be computed together."""
        return self._body.stackable

    @property
    def slow(self) -> bool:
        """Whether a call calls ops or Python functions that let other threads go on."""
        return self._body.slow

    def call_stacked(self, count: int, columns: Components) -> Components:
        """The results for so many elements, whose components are stacked, and so are the results.

        Raises Unstacked where they have to be computed one after the other.
        """
        return self._body.call_stacked(count, columns)

    @property
    def captured(self) -> list[Any]:
        """The tensors of the graph around it that it uses."""
        return self._body.captured

    def bound(self, values: Sequence[Any]) -> Mapped:
        """The function with values for what it captured."""
        return self._with(self._body.bound(values)) if self.captured else self

    def started(self, context: Any = None) -> Mapped:
        """The function for the walks of one iterator, in which its random numbers start anew.

        context: that of the walks.
        """
        streams = self._body.streams
        if streams is None:
            return self
        fresh = Streams(lasting=True)
        if context is not None:
            fresh = context.functions.setdefault((context.path, self._first), fresh)
        return self._with(self._body.drawing(fresh))

    def _with(self, body: Body) -> Mapped:
        found = object.__new__(Mapped)
        found.__dict__.update(self.__dict__, _body=body, call=body.call)
        return found


#: What a Mapped is called by those who only call it.
Function = Mapped


class Body:
    """How a function is called."""

    output_spec: Any
    stateful = True
    stackable = False
    slow = True
    captured: list[Any] = []  # noqa: RUF012  never changed
    streams: Streams | None = None

    def bound(self, values: Sequence[Any]) -> Body:
        """See Mapped."""
        return self

    def call(self, components: Components) -> Components:
        """See Mapped."""
        raise NotImplementedError

    def call_stacked(self, count: int, columns: Components) -> Components:
        """See Mapped."""
        raise Unstacked

    def drawing(self, streams: Streams) -> Body:
        """The same with other streams of random numbers."""
        return self


def _body(function: Callable[..., Any], spec: Any, name: str, direct: bool) -> Body:
    from tfcompat._src.data.direct import Direct, returns_datasets
    from tfcompat._src.data.templates import of_datasets
    from tfcompat._src.data.traced import Traced

    if direct:
        return Direct(function, spec, name)
    if Switches.functions_eagerly and not Debugging.enabled:
        warnings.warn(
            "tf.config.run_functions_eagerly is set, which functions of tf.data do not heed; call "
            "tf.data.experimental.enable_debug_mode() to have them run eagerly",
            stacklevel=4,
        )
    try:
        traced = Traced(function, spec, name)
    except Exception as error:
        if returns_datasets(function, spec, name):
            return Direct(function, spec, name)
        raise error from None
    if Debugging.enabled:
        return Direct(function, spec, name, traced.output_spec)
    return of_datasets(traced) or traced


class Debugging:
    """Whether functions of datasets made from now on are called for each element."""

    enabled = False


@public("tfcompat.data.experimental")
def enable_debug_mode() -> None:
    """Has the functions of datasets that are made from now on run eagerly, for debugging.

    They are still traced once, for the types of what they return. Raises ValueError in a
    tf.function.
    """
    if tracing.current() is not None:
        raise ValueError("`enable_debug_mode() is only supported in eager mode.")
    Debugging.enabled = True


# --------------------------------------------------------------------------------------- structures
def arguments_of(element: Any) -> tuple[Any, ...]:
    """What a function is called with for an element: a tuple is spread."""
    return element if type(element) is tuple else (element,)


def normalized(result: Any, name: str) -> Any:
    """What a function returned as the structure of an element: leaves are tensors or None.

    Raises TypeError for what cannot be in an element.
    """
    if isinstance(result, list):
        result = tuple(result)
    try:
        return structure.map_structure(_normalized, result)
    except (TypeError, ValueError, InvalidArgumentError):
        raise TypeError(
            f"Unsupported return value from function passed to {name}: {result!r}."
        ) from None


def _normalized(leaf: Any) -> Any:
    if leaf is None or isinstance(leaf, (Tensor, TensorArray)):
        return leaf
    if isinstance(leaf, Variable):
        return leaf.value()
    if isinstance(leaf, TypeSpec) or not hasattr(leaf, "_type_spec"):
        return to_tensor(leaf)
    return leaf


def spec_of(value: Any) -> Any:
    """The spec of one leaf of a normalized structure."""
    if value is None:
        return NoneTensorSpec()
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype)
    return type_spec_from_value(value)


# --------------------------------------------------------------------------------------- components
def component_of(value: Any) -> Any:
    """What a function returned for one leaf, as a component."""
    return value._numpy() if isinstance(value, Tensor) else value


# ------------------------------------------------------------------------------------------- errors
def raise_as_op_error(error: Exception) -> NoReturn:
    """Raises what `as_op_error` gives."""
    raised = as_op_error(error)
    if raised is error:
        raise error
    raise raised from error


def as_op_error(error: Exception) -> Exception:
    """What an iterator raises for an exception of a function: never what would end it."""
    if isinstance(error, (StopIteration, OutOfRangeError)):
        text = error.message if isinstance(error, OpError) else f"StopIteration: {error}"
        return invalid_argument(
            "IteratorGetNext", f"Function invocation produced OutOfRangeError: {text}"
        )
    if isinstance(error, (NotImplementedError, OpError)):
        return error
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, (TypeError, ValueError)):
        return invalid_argument("IteratorGetNext", text)
    return UnknownError(None, None, text)
