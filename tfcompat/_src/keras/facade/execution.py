"""How TensorFlow runs things, as far as it is the same in every eager program."""

from __future__ import annotations

from collections.abc import Callable, Iterator as Iterates
from typing import Any

from tfcompat._src import dispatch, stand_ins
from tfcompat._src.config.switches import Switches
from tfcompat._src.control_flow import cond
from tfcompat._src.convert import operands
from tfcompat._src.data import structure
from tfcompat._src.data.iterator import Iterator
from tfcompat._src.data.specs import OptionalSpec
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.concrete import ConcreteFunction
from tfcompat._src.function.function import Function
from tfcompat._src.function.options import Options
from tfcompat._src.function.sizes import decided
from tfcompat._src.function.trace_types import flat_values
from tfcompat._src.function.type_of import TracingContext
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec
from tfcompat._src.trace_type import TraceType
from tfcompat._src.variable import Variable

# What is None in a batch as steps see it.
_NOTHING = (NoneTensorSpec, OptionalSpec)


class KerasFunction(Function):
    """A function of Keras' own: a step of training, or several.

    What is given an iterator takes batches from it and calls steps, which are functions too.
    """

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function, after tracing it where it was not called like this before."""
        if args and isinstance(args[0], Iterator):
            return self.python_function(*args, **kwargs)
        return super().__call__(*args, **kwargs)

    def on_elements(self, spec: Any) -> Callable[[Any], Any]:
        """The function of elements of a dataset, traced for all that its `element_spec` allows."""
        spec = structure.map_structure(lambda s: None if isinstance(s, _NOTHING) else s, spec)
        kind: Any = None
        plain = type(spec) is tuple and all([type(s) is TensorSpec for s in spec])
        concrete: ConcreteFunction | None = None

        def run(element: Any) -> Any:
            nonlocal concrete, kind
            if Switches.functions_eagerly:
                return self.python_function(element)
            if concrete is None:
                concrete, kind = self._for_elements(spec, element)
            return concrete.run(list(element) if plain else flat_values(kind, element))

        return run

    def _for_elements(self, spec: Any, element: Any) -> tuple[ConcreteFunction, TraceType]:
        with stand_ins.tracing_lock:
            arguments = self._signature.bind((spec,), {}, specs=True)
            context = TracingContext()
            kind = arguments.type_of_values(context)
            tensors = list(flat_values(kind.types[0], element))
            return self._concrete(kind, arguments, context, tensors)[0], kind.types[0]


def function(
    func: Callable[..., Any] | None = None,
    input_signature: Any = None,
    autograph: bool = True,
    jit_compile: bool | None = None,
    reduce_retracing: bool = False,
) -> Callable[..., Any]:
    """Makes a function that is traced once for every signature."""
    options = Options(input_signature, autograph, jit_compile, reduce_retracing)

    def decorated(inner: Callable[..., Any]) -> KerasFunction:
        return KerasFunction(inner, options)

    return decorated if func is None else decorated(func)


def assert_greater(
    x: Any,
    y: Any,
    message: str | None = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Raises InvalidArgumentError unless every element of `x` exceeds that of `y`."""
    x, y = operands(x, y)
    if not bool((x._numpy() > y._numpy()).all()):
        raise invalid_argument(
            "assert_greater", f"{message or ''} received {x!r}; expected more than {y!r}".strip()
        )


def smart_cond(
    pred: Any, true_fn: Any = None, false_fn: Any = None, name: str | None = None
) -> Any:
    """tf.cond, of which only one branch is looked at where the predicate is known already.

    Raises TypeError where a branch cannot be called.
    """
    if not (callable(true_fn) and callable(false_fn)):
        raise TypeError(
            f"smart_cond: received true_fn={true_fn!r}, false_fn={false_fn!r}; expected callables"
        )
    known = decided(pred) if isinstance(pred, Tensor) else pred
    if known is None or isinstance(known, Variable):
        return cond(pred, true_fn, false_fn)
    return true_fn() if known else false_fn()


def async_wait() -> None:
    """Returns when everything has run: now, since values are waited for where they are read."""


def is_op_determinism_enabled() -> bool:
    """Whether tf.config.experimental.enable_op_determinism was called."""
    return Switches.deterministic


def disable_op_determinism() -> None:
    """Takes back tf.config.experimental.enable_op_determinism."""
    dispatch.backend().set_deterministic(False)
    Switches.deterministic = False


def tf_record_iterator(path: str) -> Iterates[bytes]:
    """The records of a TFRecord file."""
    from tfcompat._src.data.files.datasets import TFRecordDatasetV2

    yield from TFRecordDatasetV2(path).as_numpy_iterator()


def reset_default_graph() -> None:
    """Forgets the default graph, of which there is none."""


class Context:
    """The eager context."""

    def clear_kernel_cache(self) -> None:
        """Nothing to clear: compiled programs stay good for as long as the process lives."""


_context = Context()


def context() -> Context:
    """The eager context."""
    return _context
