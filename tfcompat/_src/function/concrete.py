"""Concrete functions: one trace, which takes tensors of one signature."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tfcompat._src import dispatch, dtypes, nest, recording, stand_ins
from tfcompat._src.errors import InvalidArgumentError, OpError
from tfcompat._src.function import callables, programs, second_derivatives, tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.signature import FunctionType, canonical, names_of
from tfcompat._src.function.symbolic import SymbolicTensor, is_symbolic
from tfcompat._src.function.trace_types import flat_values
from tfcompat._src.function.type_of import TracingContext, type_of
from tfcompat._src.function.variable_argument import VariableArgument, bound
from tfcompat._src.ops import random_seeds
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec, VariableSpec
from tfcompat._src.tracking.trackable import Trackable
from tfcompat._src.type_spec import CompositeTensor, is_composite
from tfcompat._src.variable import Variable

_numbers = itertools.count(1)
_SHORT = {"float32": "float", "float64": "double"}


class ConcreteFunction(callables.ConcreteFunction, Trackable):
    """A traced graph, and the types of what goes in and comes out.

    Made by `tf.function`, never by calling the class. A call takes what was an argument of the
    trace; Python values among these may be given again, and must be equal.
    """

    def __init__(
        self,
        graph: Graph,
        kind: FunctionType,
        variables: Sequence[VariableArgument],
        python_function: Callable[..., Any],
    ) -> None:
        self._graph = graph
        self._python_name = getattr(python_function, "__name__", "function")
        self._name = f"__inference_{self._python_name}_{next(_numbers)}"
        self._variable_arguments = tuple(variables)
        self._streams_by_tapes = [random_seeds.Streams() for _ in range(3)]
        self._unpack = unpacker(graph.structured_outputs)
        output = type_of(graph.structured_outputs, TracingContext())
        self._function_type = FunctionType(list(kind.parameters.values()), return_annotation=output)
        self._flat_types = self._function_type.flat_types()
        self._arg_keywords = _flat_names(self._function_type)

    # --------------------------------------------------------------------------------- properties
    @property
    def graph(self) -> Graph:
        """What was traced."""
        return self._graph

    @property
    def name(self) -> bytes:
        """A name that no other concrete function has."""
        return self._name.encode()

    @property
    def function_type(self) -> FunctionType:
        """The types of the arguments and of the result."""
        return self._function_type

    @property
    def inference_fn(self) -> AtomicFunction:
        """The function of flat tensors."""
        return AtomicFunction(self)

    @property
    def inputs(self) -> list[SymbolicTensor]:
        """The graph's tensors for the arguments."""
        return list(self._graph.inputs)

    @property
    def outputs(self) -> list[SymbolicTensor]:
        """The graph's tensors for the results."""
        leaves = nest.flatten(self.structured_outputs, expand_composites=True)
        return [leaf for leaf in leaves if leaf is not None]

    @property
    def variables(self) -> tuple[Variable, ...]:
        """The variables that the function reads or assigns, but for its arguments."""
        found = self._graph.variables
        return tuple([v for v in found if not isinstance(v, VariableArgument)])

    @property
    def trainable_variables(self) -> tuple[Variable, ...]:
        """Those of the variables that are trainable."""
        return tuple([v for v in self.variables if v.trainable])

    @property
    def captured_inputs(self) -> list[Any]:
        """What the function takes beside its arguments: handles of variables."""
        outer = [around for around, _ in self._graph.captures]
        return [*[variable.handle for variable in self.variables], *outer]

    @property
    def structured_input_signature(self) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The positional and the named arguments, with named tf.TensorSpecs for tensors."""
        args, kwargs = [], {}
        for name, parameter in self._function_type.parameters.items():
            value = names_of(parameter.annotation, name)
            if parameter.kind is parameter.KEYWORD_ONLY:
                kwargs[name] = value
            else:
                args.append(value)
        return tuple(args), kwargs

    @functools.cached_property
    def structured_outputs(self) -> Any:
        """The structure of the result, with the graph's tensors in it."""
        found = self._graph.structured_outputs
        leaves = nest.flatten(found, expand_composites=True)
        graph = self._graph
        shown = [
            graph.renamed(leaf, graph.name_for("Identity") + ":0", "Identity")
            if is_symbolic(leaf)
            else leaf
            for leaf in leaves
        ]
        return nest.pack_sequence_as(found, shown, expand_composites=True)

    @property
    def output_shapes(self) -> Any:
        """The structure of the result, with static shapes in it."""
        return _mapped(
            self.structured_outputs, lambda x: TensorShape(None) if x is None else x.shape
        )

    @property
    def output_dtypes(self) -> Any:
        """The structure of the result, with dtypes in it."""
        return _mapped(self.structured_outputs, lambda x: None if x is None else x.dtype)

    # ------------------------------------------------------------------------------------ calling
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function with arguments as it was traced with, or with their tensors only.

        Raises:
          TypeError: the arguments are others than those of the trace.
          InvalidArgumentError: a tensor has another dtype.
        """
        if not kwargs and len(args) == len(self._flat_types):
            # What is given by place alone means the same either way.
            if all([isinstance(value, Tensor) for value in args]):
                return self.call_flat(args)
        try:
            flat = self._structured(args, kwargs)
        except (TypeError, ValueError) as error:
            try:
                flat = self._flat(args, kwargs)
            except TypeError as other:
                raise TypeError(
                    f"Binding inputs to tf.function failed due to `{error}`. Received args: {args} "
                    f"and kwargs: {kwargs} for signature: {self._function_type}.\n"
                    f"Fallback to flat signature also failed due to: {other}"
                ) from None
        return self.call_flat(flat)

    def _structured(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        given = self._function_type.bind(*args, **kwargs)
        arguments = canonical(self._function_type, given.arguments)
        flat = []
        for kind, value in zip(self._function_type.types, arguments.values, strict=True):
            flat += flat_values(kind, kind.cast(value, None))
        return flat

    def _flat(self, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> list[Any]:
        names = self._arg_keywords
        shown = f"{self._python_name}({', '.join(names)})"
        if len(args) > len(names):
            raise TypeError(f"{shown} takes {len(names)} positional arguments, got {len(args)}.")
        found = dict(zip(names, args, strict=False))
        unknown = [name for name in kwargs if name not in names]
        for name, value in kwargs.items():
            if name in found:
                raise TypeError(f"{shown} got two values for '{name}'.")
            found[name] = value
        missing = [name for name in names if name not in found]
        if missing:
            raise TypeError(f"{shown} missing required arguments: {', '.join(missing)}.")
        if unknown:
            raise TypeError(f"{shown} got unexpected keyword arguments: {', '.join(unknown)}.")
        flat = [found[name] for name in names]
        for place, (value, kind) in enumerate(zip(flat, self._flat_types, strict=True)):
            if isinstance(kind, VariableSpec):
                continue
            if not isinstance(value, Tensor):
                raise TypeError(
                    f"{shown}: expected argument #{place}(zero-based) to be a Tensor; got "
                    f"{type(value).__name__} ({value})."
                )
        return flat

    def call_flat(self, flat: Sequence[Any]) -> Any:
        """Runs the function on its tensors and variables in order."""
        tensors = []
        variables: dict[int, Variable] = {}
        for place, (value, kind) in enumerate(zip(flat, self._flat_types, strict=True)):
            if isinstance(kind, VariableSpec):
                if not isinstance(value, Variable):
                    raise self._wrong(place, "resource", value.dtype.name)
                variables[kind.alias_id or 0] = value
            elif isinstance(kind, TensorSpec) and value.dtype is not kind.dtype:
                raise self._wrong(place, kind.dtype.name, value.dtype.name)
            else:
                tensors.append(value)
        if not variables and tracing.current() is None and not self._fits(tensors):
            # TensorFlow compares no shapes here: the ops do, if they mind.
            return self._unpack(self._run(tensors, Graph.run))
        return self.run(tensors, [variables[number] for number in sorted(variables)])

    def _fits(self, tensors: Sequence[Any]) -> bool:
        """Whether tensors have the shapes that the function was traced for."""
        for symbol, tensor in zip(self._graph.inputs, tensors, strict=False):
            dims, shape = symbol._dims, tensor._shape
            if dims is not None and dims != shape:
                if len(dims) != len(shape):
                    return False
                if any([n is not None and n != m for n, m in zip(dims, shape, strict=True)]):
                    return False
        return True

    def _wrong(self, place: int, wanted: str, got: str) -> InvalidArgumentError:
        wanted, got = _SHORT.get(wanted, wanted), _SHORT.get(got, got)
        return InvalidArgumentError(
            None,
            None,
            f"cannot compute {self._name} as input #{place}(zero-based) was expected to be a "
            f"{wanted} tensor but is a {got} tensor [Op:{self._name}]",
        )

    def run(self, tensors: list[Any], variables: Sequence[Variable] = ()) -> Any:
        """Runs the function on tensors and variables that are known to fit."""
        if variables:
            with bound(self._variable_arguments, variables):
                return self._unpack(self._run(tensors))
        program, here = self._graph.program, recording.local
        # `recording.anybody`, written out.
        watched = here.tapes or here.accumulators or dispatch.local.handler is not None
        if program is not None and self._is_plain and not watched:
            # What `_run` comes to, without the questions on the way.
            try:
                found = program.alone(tensors)
                return None if self._unpack is _nothing else self._unpack(found)
            except OpError:
                raise
            except Exception:
                # The longer way knows what to do, or which error it is in TensorFlow.
                pass
        return self._unpack(self._run(tensors))

    @functools.cached_property
    def _is_plain(self) -> bool:
        """Whether a run that nobody sees is a call of the graph's program, if it has one."""
        graph = self._graph
        special = graph.feeds or graph.captures or graph.takes_objects or graph.sections
        return not (special or graph.is_long or graph.seeds.draws or graph.has_effects)

    def _run(
        self, tensors: list[Any], run: Callable[[Graph, list[Any]], list[Any]] = programs.run
    ) -> list[Any]:
        graph = self._graph
        for feed in graph.feeds:
            tensors = [*tensors, *feed(tensors)]
        around = tracing.current()
        if around is None and not (graph.captures or graph.lent):
            if graph.sections:
                run = _holding(graph.sections, run)
            if graph.seeds.draws:
                with random_seeds.drawing_from(self._streams()):
                    found = run(graph, tensors)
            else:
                found = run(graph, tensors)
            if second_derivatives.may_be_asked():
                return second_derivatives.told(graph, tensors, found)
            return found
        outer = [*[symbol for symbol, _ in graph.captures], *graph.lent.values()]
        if around is None:
            # What it was traced inside of is finished.
            outer[0].__getattr__("native")
            return []
        for section in graph.sections:
            around.enter(section)
        kind = "StatefulPartitionedCall" if graph.variables else "PartitionedCall"
        name = around.name_for(kind)
        return [
            around.renamed(result, f"{name}:{place}", kind) if is_symbolic(result) else result
            for place, result in enumerate(graph.run(tensors, outer))
        ]

    def _streams(self) -> random_seeds.Streams:
        """What its random ops draw from.

        In TensorFlow calls under a tape, and those under several, run functions of their own.
        """
        local = recording.local
        reads = any(v._trainable for v in self._graph.variables)
        tapes = [t for t in local.tapes if isinstance(t, GradientTape) and t.may_record(reads)]
        several = len(tapes) > 1 or local.accumulators or any(t._persistent for t in tapes)
        return self._streams_by_tapes[2 if several else len(tapes)]

    # ----------------------------------------------------------------------------------- printing
    def pretty_printed_signature(self, verbose: bool = True) -> str:
        """The types of arguments, result and captures, a line each."""
        if not verbose:
            return str(self._function_type)
        resource = TensorSpec([], dtypes.resource)
        return self._function_type.describe([(id(v.handle), resource) for v in self.variables])

    def __repr__(self) -> str:
        return f"<ConcreteFunction {self._function_type} at 0x{id(self):X}>"

    def __str__(self) -> str:
        return f"ConcreteFunction {self.pretty_printed_signature()}"


class AtomicFunction(callables.AtomicFunction):
    """The function of flat tensors that a concrete function calls."""

    def __init__(self, concrete: ConcreteFunction) -> None:
        self._concrete = concrete

    @property
    def name(self) -> bytes:
        """The name of the concrete function."""
        return self._concrete.name

    @property
    def function_type(self) -> FunctionType:
        """The types of the arguments and of the result."""
        return self._concrete.function_type

    @property
    def graph(self) -> Graph:
        """What was traced."""
        return self._concrete.graph

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function."""
        return self._concrete(*args, **kwargs)

    def call_flat(self, *args: Any) -> Any:
        """Runs the function on its tensors in order, and gives back a list of tensors."""
        found = self._concrete.call_flat(args)
        leaves = nest.flatten(found, expand_composites=True)
        return [leaf for leaf in leaves if leaf is not None]

    def __repr__(self) -> str:
        return f"<AtomicFunction {self._concrete._name}{self.function_type}>"


def _holding(sections: Sequence[Any], run: Any) -> Any:
    """A way to run a graph that holds critical sections meanwhile."""

    def held(graph: Graph, tensors: list[Any]) -> list[Any]:
        with stand_ins.updating(sections):
            found: list[Any] = run(graph, tensors)
            return found

    return held


def _flat_names(kind: FunctionType) -> list[str]:
    taken: dict[str, int] = {}
    names = []
    for parameter in kind.parameters.values():
        for leaf in FunctionType([parameter]).flat_types():
            name = getattr(leaf, "name", None) or parameter.name
            count = taken.get(name, 0)
            taken[name] = count + 1
            names.append(f"{name}_{count}" if count else name)
    return names


def _mapped(structure: Any, function: Callable[[Any], Any]) -> Any:
    def leaf(value: Any) -> Any:
        if is_composite(value) or isinstance(value, CompositeTensor):
            parts = nest.flatten(value, expand_composites=True)
            return tuple([function(part) for part in parts])
        return function(value)

    return nest.map_structure(leaf, structure)


def unpacker(structure: Any) -> Callable[[list[Any]], Any]:
    """What puts a graph's results into their structure."""
    if structure is None:
        return _nothing
    if isinstance(structure, Tensor):
        return operator.itemgetter(0)
    if type(structure) in (list, tuple) and all(isinstance(item, Tensor) for item in structure):
        return type(structure)
    leaves = nest.flatten(structure, expand_composites=True)
    places = [isinstance(leaf, Tensor) for leaf in leaves]

    def unpack(results: list[Any]) -> Any:
        rest: Iterator[Any] = iter(results)
        values = [next(rest) if tensor else None for tensor in places]
        return nest.pack_sequence_as(structure, values, expand_composites=True)

    return unpack


def _nothing(results: list[Any]) -> None:
    return None
