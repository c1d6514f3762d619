"""tf.function: a Python function that is traced once for every signature, and then run fast."""

from __future__ import annotations

import contextlib
import functools
import inspect
import weakref
from collections.abc import Callable
from typing import Any, NamedTuple

from tfcompat._src import stand_ins
from tfcompat._src.config.switches import Switches
from tfcompat._src.function import callables, compiler_ir, tracing
from tfcompat._src.function.concrete import ConcreteFunction
from tfcompat._src.function.keys import NAMED, Call, tensor_kinds
from tfcompat._src.function.options import Options
from tfcompat._src.function.retracing import watch_of
from tfcompat._src.function.signature import Bound, FunctionType, Signature, without_first
from tfcompat._src.function.spec import FunctionSpec
from tfcompat._src.function.symbolic import HiddenSymbolError
from tfcompat._src.function.table import Table
from tfcompat._src.function.trace import Source, trace
from tfcompat._src.function.trace_types import flat_values
from tfcompat._src.function.type_of import PLAIN, TracingContext
from tfcompat._src.tracking.trackable import Trackable
from tfcompat._src.variable import Variable

#: After so many different calls the keys of all are forgotten; the traces are not.
_MOST_ENTRIES = 4096


class _Entry(NamedTuple):
    """What to do for a call of a known key.

    order, variable_order: where the function's arguments are among the tensors of the call, or
    what they are where a default value is one; None where they are just these.
    plain: whether it takes its tensors in their order, and no variables.
    """

    concrete: ConcreteFunction
    order: list[Any] | None
    variable_order: list[Any] | None
    plain: bool


class Function(callables.PolymorphicFunction, Trackable):
    """What `tf.function` makes of a Python function."""

    def __init__(
        self,
        python_function: Callable[..., Any],
        options: Options,
        instance: weakref.ref[Any] | None = None,
    ) -> None:
        functools.update_wrapper(self, python_function)
        with contextlib.suppress(TypeError, ValueError):  # some builtins have none
            found = inspect.signature(python_function)
            if instance is not None:
                found = found.replace(parameters=without_first([*found.parameters.values()]))
            self.__signature__ = found
        self._python_function = python_function
        self._options = options
        self._instance = instance
        self._name = getattr(python_function, "__name__", "function")
        self._signature_of_call: Signature | None = None
        if instance is None and options.input_signature is not None:
            # A method's is checked without `self`, which is known when it is looked up.
            self._check_signature()
        self._watch = watch_of(python_function)
        self._entries: dict[Any, _Entry] = {}
        self._table = Table()
        self._first: ConcreteFunction | None = None
        self._called = False
        self._made_variables = False
        self._methods: dict[weakref.ref[Any], Function] = {}

    def _check_signature(self) -> None:
        parameters = list(inspect.signature(self._python_function).parameters)
        method = bool(parameters) and parameters[0] in ("self", "cls")
        found = Signature(self._python_function, self._options.input_signature, method)
        if not method:
            self._signature_of_call = found

    # ------------------------------------------------------------------------------------- calling
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Runs the function, after tracing it where it was not called like this before."""
        if Switches.functions_eagerly:
            return self._python_call()(*args, **kwargs)
        key: list[Any] = []
        tensors: list[Any] = []
        call: Call | None = None
        for value in args:
            kind = value.__class__
            if kind in tensor_kinds:
                key.append(value._dtype)
                key.append(value._shape)
                tensors.append(value)
            elif kind in PLAIN:
                key.append(value)
            else:
                if call is None:
                    call = Call(key, tensors)
                call.add(value)
        if kwargs:
            key.append((NAMED, *kwargs))
            if call is None:
                call = Call(key, tensors)
            for value in kwargs.values():
                call.add(value)
        entry = self._entries.get(tuple(key))
        if entry is None:
            try:
                return self._new_call(args, kwargs, call or Call(key, tensors))
            except HiddenSymbolError as error:
                if tracing.local.graph is not None:
                    raise
                text = str(error).replace("HiddenSymbolError: ", "TypeError: ")
                raise TypeError(text) from None
        self._watch.hits += 1
        if entry.plain:
            return entry.concrete.run(tensors)
        order = entry.order
        if order is not None:
            tensors = [tensors[i] if i.__class__ is int else i for i in order]
        variables = [] if call is None else call.variables
        if entry.variable_order is not None:
            variables = [variables[i] if i.__class__ is int else i for i in entry.variable_order]
        return entry.concrete.run(tensors, variables)

    def _new_call(self, args: tuple[Any, ...], kwargs: dict[str, Any], call: Call) -> Any:
        with stand_ins.tracing_lock:
            arguments = self._signature.bind(args, kwargs)
            context = TracingContext()
            kind = arguments.type_of_values(context)
            flat = [
                leaf
                for part, value in zip(kind.types, arguments.values, strict=True)
                for leaf in flat_values(part, value)
            ]
            tensors = [leaf for leaf in flat if not isinstance(leaf, Variable)]
            concrete, fresh = self._concrete(kind, arguments, context, tensors)
            if fresh:
                self._watch.traced(self._python_function)
            else:
                self._watch.hits += 1
            entry = self._entry(concrete, args, kwargs, arguments, tensors, context, call)
            if entry is not None and all(item == item for item in call.key):
                if len(self._entries) >= _MOST_ENTRIES:
                    self._entries.clear()
                self._entries[tuple(call.key)] = entry
        return concrete.run(tensors, context.variables)

    def _entry(
        self,
        concrete: ConcreteFunction,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        arguments: Bound,
        tensors: list[Any],
        context: TracingContext,
        call: Call,
    ) -> _Entry | None:
        """How the next call of the same key is served; None where only casting makes it fit."""
        order: list[Any] = []
        names = list(kwargs)
        segments = [_count(value) for value in (*args, *kwargs.values())]
        starts = [sum(segments[:i]) for i in range(len(segments) + 1)]
        for place, (name, value) in enumerate(zip(arguments.names, arguments.values, strict=True)):
            given = place if place < len(args) else None
            if given is None and name in kwargs:
                given = len(args) + names.index(name)
            if given is None:
                if isinstance(value, list | dict):
                    return None  # somebody may change it before the next call
                default = Call([], [])
                default.add(value)
                order += default.tensors
            else:
                order += range(starts[given], starts[given + 1])
        if len(order) != len(tensors):
            return None
        if self._options.input_signature is not None:
            chosen = [call.tensors[i] if i.__class__ is int else i for i in order]
            if any(a is not b for a, b in zip(chosen, tensors, strict=True)):
                return None
        known = {id(variable): i for i, variable in enumerate(call.variables)}
        variables: list[Any] = [known.get(id(v), v) for v in context.variables]
        same = order == list(range(len(call.tensors))) if _all_int(order) else False
        same_variables = variables == list(range(len(variables))) if _all_int(variables) else False
        return _Entry(
            concrete,
            None if same else order,
            None if same_variables else variables,
            same and not variables,
        )

    def _decorate(self, decorator: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
        """Puts `decorator` around the Python function; libraries wrap methods so.

        Raises ValueError once the function has been traced.
        """
        if self._called:
            raise ValueError("Functions cannot be decorated after they have been traced.")
        self._python_function = decorator(self._python_function)
        self._signature_of_call = None

    def _python_call(self) -> Callable[..., Any]:
        """The Python function, with its object if it is a method."""
        if self._instance is None:
            return self._python_function
        return functools.partial(self._python_function, self._instance())

    def _traced_call(self) -> Callable[..., Any]:
        """What is called while tracing: by AutoGraph's form of the function, if it is wanted."""
        function = self._options.converted(self._python_function)
        if self._instance is None:
            return function
        return functools.partial(function, self._instance())

    # ------------------------------------------------------------------------------------- tracing
    @property
    def _signature(self) -> Signature:
        found = self._signature_of_call
        if found is None:
            found = self._signature_of_call = Signature(
                self._python_function, self._options.input_signature, self._instance is not None
            )
        return found

    def _concrete(
        self, kind: FunctionType, arguments: Bound, context: TracingContext, tensors: list[Any]
    ) -> tuple[ConcreteFunction, bool]:
        """The concrete function for arguments of these types, and whether it was traced now."""
        if self._signature.types is not None:
            kind = arguments.function_type([self._signature.types[n] for n in arguments.names])
        found = self._table.find(kind)
        if found is not None:
            return found, False
        if self._options.reduce_retracing:
            kind = self._table.widened(kind)
        shown = f"{self._name}{self._signature.plain}"
        source = Source(
            self._python_function, self._traced_call(), shown, self._options.jit_compile
        )

        def traced(allowed: bool) -> tuple[ConcreteFunction, list[Variable]]:
            return trace(source, kind, arguments, context.variables, allowed, tensors)

        first = not self._called
        concrete, made = traced(not self._made_variables)
        self._called = True
        if made:
            self._made_variables = True
            if not first:
                raise ValueError(
                    "Creating variables on a non-first call to a function decorated with "
                    "tf.function."
                )
            self._first = concrete
            concrete, _ = traced(False)
        self._table.add(kind, concrete)
        return concrete, True

    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The concrete function for these arguments; tf.TensorSpecs may stand for tensors.

        With an `input_signature` there is only one, and arguments may be left out.
        """
        with stand_ins.tracing_lock:
            signature = self._signature
            if signature.input_signature is not None and not args and not kwargs:
                args = signature.input_signature
            arguments = signature.bind(args, kwargs, specs=True)
            context = TracingContext()
            return self._concrete(arguments.type_of_values(context), arguments, context, [])[0]

    # ------------------------------------------------------------------------------------- methods
    def __get__(self, instance: Any, owner: type | None = None) -> Function:
        if instance is None:
            return self
        reference = weakref.ref(instance)
        found = self._methods.get(reference)
        return self._method(instance, reference) if found is None else found

    def _method(self, instance: Any, reference: weakref.ref[Any]) -> Function:
        methods = self._methods

        def forget(dead: weakref.ref[Any]) -> None:
            methods.pop(dead, None)

        with stand_ins.tracing_lock:
            found = methods.get(reference)
            if found is None:
                found = Function(self._python_function, self._options, reference)
                methods[weakref.ref(instance, forget)] = found
        return found

    # ---------------------------------------------------------------------------------- properties
    @property
    def python_function(self) -> Callable[..., Any]:
        """The function as it was written."""
        return self._python_function

    @property
    def name(self) -> str:
        """The name of the Python function."""
        return self._name

    @property
    def input_signature(self) -> tuple[Any, ...] | None:
        """The input signature, if one was given."""
        found = self._options.input_signature
        return None if found is None else tuple(found)

    @property
    def function_type(self) -> FunctionType:
        """The parameters, with the types that the input signature fixes."""
        return self._signature.function_type

    @property
    def function_spec(self) -> FunctionSpec:
        """The parameters and their default values."""
        return FunctionSpec(
            self._python_function,
            self._signature,
            self._options.jit_compile,
            self._instance is not None,
        )

    def experimental_get_tracing_count(self) -> int:
        """How many times the Python function was traced."""
        return len(self._traces())

    def _traces(self) -> list[ConcreteFunction]:
        first = [] if self._first is None else [self._first]
        return first + self._table.all()

    def pretty_printed_concrete_signatures(self, verbose: bool = True) -> str:
        """The signatures of all traces, a paragraph each."""
        found = [concrete.pretty_printed_signature(verbose) for concrete in self._traces()]
        return "\n\n".join(found)

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """A function `(stage="hlo", device_name=None, platform_name=None)` of the program's text.

        Raises:
          ValueError: the function was not made with `jit_compile=True`.
          NotImplementedError: the backend has no text of its programs.
        """
        if not self._options.jit_compile:
            raise ValueError(
                "Compiler IR can only be returned for functions marked with 'jit_compile=True'"
            )
        return compiler_ir.reader(self.get_concrete_function(*args, **kwargs))

    def __reduce__(self) -> Any:
        return _rebuilt, (self._python_function, self._options)

    def __copy__(self) -> Function:
        return Function(self._python_function, self._options, self._instance)

    def __deepcopy__(self, memo: dict[int, Any]) -> Function:
        return self.__copy__()


def _rebuilt(python_function: Callable[..., Any], options: Options) -> Function:
    return Function(python_function, options)


def _count(value: Any) -> int:
    call = Call([], [])
    call.add(value)
    return len(call.tensors)


def _all_int(items: list[Any]) -> bool:
    return all(item.__class__ is int for item in items)
