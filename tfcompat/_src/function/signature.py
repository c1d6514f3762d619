"""The signature of a Python function: what arguments it takes, and calls bound to it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.function import callables
from tfcompat._src.function.trace_types import ListType, TupleType, flat_types, value_from
from tfcompat._src.function.type_of import TracingContext, type_of
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.trace_type import TraceType
from tfcompat._src.type_spec import TypeSpec

_Kind = inspect.Parameter
_EMPTY: Any = inspect.Parameter.empty


class _Captured:
    """What a signature shows in the place of a default value."""

    def __repr__(self) -> str:
        return "<captured_default_value>"


CAPTURED = _Captured()


class Parameter(inspect.Parameter):
    """A parameter with the type of its argument, where that is fixed."""

    @property
    def type_constraint(self) -> TraceType | None:
        """The type; None where anything goes."""
        found = self.annotation
        return None if found is _EMPTY else found

    @property
    def optional(self) -> bool:
        """Whether there is a default value."""
        return self.default is not _EMPTY


class FunctionType(callables.FunctionType):
    """The parameters of a function, with the type of each where that is fixed."""

    @property
    def types(self) -> list[Any]:
        """The types of the parameters, in order."""
        return [parameter.annotation for parameter in self.parameters.values()]

    @property
    def output(self) -> TraceType | None:
        """The type of the result, where it is known."""
        found = self.return_annotation
        return None if found is _EMPTY else found

    def flat_types(self) -> list[Any]:
        """The specs of all tensors and variables among the arguments, in order."""
        return [leaf for kind in self.types for leaf in flat_types(kind)]

    def __repr__(self) -> str:
        return self.describe()

    def describe(self, captures: Sequence[tuple[int, TensorSpec]] = ()) -> str:
        """A paragraph on inputs, output and captures, a line each."""
        lines = ["Input Parameters:"]
        for parameter in self.parameters.values():
            found = parameter.annotation
            shown = None if found is _EMPTY else found
            lines.append(f"  {parameter.name} ({parameter.kind.name}): {shown!r}")
        if not self.parameters:
            lines.append("  None")
        lines += ["Output Type:", f"  {self.output!r}", "Captures:"]
        lines += [f"  {number}: {spec!r}" for number, spec in captures] or ["  None"]
        return "\n".join(lines)


class Bound:
    """A call in its canonical form: every parameter has one value, defaults included.

    `*args` are parameters of their own, and `**kwargs` too, in the order of their names.

    owners: the names of the parameters that the function was written with.
    """

    def __init__(self) -> None:
        self.names: list[str] = []
        self.owners: list[str] = []
        self.kinds: list[Any] = []
        self.values: list[Any] = []
        self.positional = 0

    def add(self, name: str, owner: str, kind: Any, value: Any) -> None:
        """Adds a parameter with its value."""
        self.names.append(name)
        self.owners.append(owner)
        self.kinds.append(kind)
        self.values.append(value)
        self.positional += kind is not _Kind.KEYWORD_ONLY

    def call(self, function: Callable[..., Any], values: Sequence[Any]) -> Any:
        """Calls a function with values in the places of these."""
        named = zip(self.names[self.positional :], values[self.positional :], strict=True)
        return function(*values[: self.positional], **dict(named))

    def type_of_values(self, context: TracingContext) -> FunctionType:
        """The type of a function that takes just such arguments."""
        return self.function_type([type_of(value, context) for value in self.values])

    def function_type(self, types: Sequence[TraceType]) -> FunctionType:
        """The type of a function that takes arguments of these types in these places."""
        parts = zip(self.names, self.kinds, types, strict=True)
        return FunctionType([Parameter(n, kind, annotation=t) for n, kind, t in parts])


class Signature:
    """The parameters of a function, with the types that an `input_signature` fixes.

    Raises TypeError where the input signature does not fit the parameters.
    """

    def __init__(
        self, function: Callable[..., Any], input_signature: Any = None, skip_first: bool = False
    ) -> None:
        found = inspect.signature(function)
        parameters = list(found.parameters.values())
        if skip_first:
            parameters = without_first(parameters)
        self.name = getattr(function, "__name__", "function")
        self.plain = inspect.Signature(parameters)
        self.input_signature = None if input_signature is None else tuple(input_signature)
        self.types: dict[str, TraceType] | None = None
        if self.input_signature is not None:
            parameters, self.types = constrained(parameters, self.input_signature)
            self.plain = inspect.Signature(parameters)
        self.function_type = FunctionType([self._shown(p) for p in parameters])

    def _shown(self, parameter: inspect.Parameter) -> Parameter:
        kind = _EMPTY if self.types is None else self.types.get(parameter.name, _EMPTY)
        default = _EMPTY if parameter.default is _EMPTY else CAPTURED
        return Parameter(parameter.name, parameter.kind, default=default, annotation=kind)

    @property
    def defaults(self) -> dict[str, Any]:
        """The default values by the names of their parameters."""
        return {
            p.name: p.default for p in self.plain.parameters.values() if p.default is not _EMPTY
        }

    def bind(self, args: Sequence[Any], kwargs: Mapping[str, Any], specs: bool = False) -> Bound:
        """A call in canonical form, its arguments cast to what the input signature says.

        Raises TypeError for arguments that the parameters do not take.
        """
        try:
            return self._bind(args, kwargs, specs)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"Binding inputs to tf.function failed due to `{error}`. Received args: "
                f"{tuple(args)} and kwargs: {dict(kwargs)} for signature: {self.function_type}."
            ) from error

    def _bind(self, args: Sequence[Any], kwargs: Mapping[str, Any], specs: bool) -> Bound:
        given = self.plain.bind(*args, **kwargs)
        given.apply_defaults()
        bound = canonical(self.plain, given.arguments)
        if self.types is not None:
            types = [self.types[name] for name in bound.names]
            pairs = zip(types, bound.values, strict=True)
            bound.values = [cast(kind, value, specs) for kind, value in pairs]
        return bound


def cast(kind: TraceType, value: Any, specs: bool = False) -> Any:
    """A value as one of a type, or, if `specs`, the type in the place of specs that agree with it.

    Raises TypeError where they do not agree.
    """
    if specs and isinstance(value, TypeSpec) and value == kind:
        return value
    if specs and _of_specs(value):
        found = _unnamed(type_of(value, TracingContext()))
        if found.is_subtype_of(_unnamed(kind)):
            return value_from(kind, iter(flat_types(kind)))
        raise TypeError(f"Can not cast {value!r} to {kind!r}")
    return kind.cast(value, None)


def _of_specs(value: Any) -> bool:
    return any(isinstance(leaf, TypeSpec) for leaf in nest.flatten(value))


def _unnamed(kind: TraceType) -> TraceType:
    """A type without the names of its tensors, which arguments need not have."""
    leaves = [
        TensorSpec(leaf.shape, leaf.dtype) if isinstance(leaf, TensorSpec) else leaf
        for leaf in flat_types(kind)
    ]
    return type_of(value_from(kind, iter(leaves)), TracingContext())


def canonical(signature: inspect.Signature, arguments: Mapping[str, Any]) -> Bound:
    """The arguments of a call, each with the name and the kind of a parameter of its own."""
    rest = next((p for p in signature.parameters.values() if p.kind is _Kind.VAR_POSITIONAL), None)
    extra = rest is not None and bool(arguments.get(rest.name))
    bound = Bound()
    for parameter in signature.parameters.values():
        value = arguments[parameter.name]
        kind = parameter.kind
        if kind is _Kind.VAR_POSITIONAL:
            for place, item in enumerate(value):
                bound.add(f"{parameter.name}_{place}", parameter.name, _Kind.POSITIONAL_ONLY, item)
        elif kind is _Kind.VAR_KEYWORD:
            for name in sorted(value):
                bound.add(name, parameter.name, _Kind.KEYWORD_ONLY, value[name])
        else:
            if extra and kind is _Kind.POSITIONAL_OR_KEYWORD:
                # What stands before *args can be given by its place only.
                kind = _Kind.POSITIONAL_ONLY
            bound.add(parameter.name, parameter.name, kind, value)
    return bound


def without_first(parameters: list[inspect.Parameter]) -> list[inspect.Parameter]:
    """The parameters of a method that is bound."""
    if parameters and parameters[0].kind in (
        _Kind.POSITIONAL_ONLY,
        _Kind.POSITIONAL_OR_KEYWORD,
    ):
        return parameters[1:]
    return parameters


# -------------------------------------------------------------------------------- input signatures
def checked(input_signature: Any) -> None:
    """Raises TypeError for what is no possible input signature."""
    if not isinstance(input_signature, (list, tuple)):
        raise TypeError(
            f"input_signature must be either a tuple or a list, got {type(input_signature)}."
        )
    wrong = [leaf for leaf in nest.flatten(input_signature) if not isinstance(leaf, TraceType)]
    if wrong:
        raise TypeError(
            "input_signature must be a possibly nested sequence of TensorSpec objects, got "
            f"invalid args {wrong} with types {[type(leaf) for leaf in wrong]}."
        )


def constrained(
    parameters: Sequence[inspect.Parameter], input_signature: Sequence[Any]
) -> tuple[list[inspect.Parameter], dict[str, TraceType]]:
    """The parameters as an input signature leaves them, and their types by name."""
    context = TracingContext()
    given = iter(input_signature)
    nothing = object()
    left: list[inspect.Parameter] = []
    types: dict[str, TraceType] = {}
    for parameter in parameters:
        if parameter.kind is _Kind.VAR_KEYWORD:
            continue
        if parameter.kind is _Kind.VAR_POSITIONAL:
            left = [p.replace(kind=_Kind.POSITIONAL_ONLY) for p in left] if left else left
            for place, spec in enumerate(given):
                name = f"{parameter.name}_{place}"
                left.append(inspect.Parameter(name, _Kind.POSITIONAL_ONLY))
                types[name] = type_of(spec, context)
            continue
        if parameter.kind is _Kind.KEYWORD_ONLY:
            if parameter.default is _EMPTY:
                raise TypeError(
                    "Since input_signature is defined, keyword-only parameter "
                    f"`{parameter.name}` must have a default value"
                )
            spec = nothing
        else:
            spec = next(given, nothing)
        if spec is not nothing:
            left.append(parameter)
            types[parameter.name] = type_of(spec, context)
        elif parameter.default is not _EMPTY:
            left.append(parameter)
            types[parameter.name] = type_of(parameter.default, context)
        else:
            raise TypeError(f"input_signature missing type constraint for {parameter.name}")
    extra = len(list(given))
    if extra:
        raise TypeError(f"input_signature contains {extra} extra type constraints.")
    return left, types


def names_of(kind: TraceType, name: str) -> Any:
    """A value of a type with tf.TensorSpecs in it that are named by where they stand."""
    if isinstance(kind, TensorSpec):
        return TensorSpec(kind.shape, kind.dtype, kind.name or name)
    if isinstance(kind, (ListType, TupleType)):
        items = [names_of(part, f"{name}_{at}") for at, part in enumerate(kind.parts)]
        return items if isinstance(kind, ListType) else tuple(items)
    keys = getattr(kind, "keys", None) or getattr(kind, "names", None)
    parts = getattr(kind, "parts", None)
    if parts is not None and keys is not None:
        return kind._make(  # type: ignore[attr-defined]
            [names_of(part, f"{name}_{key}") for key, part in zip(keys, parts, strict=True)]
        )
    if isinstance(kind, TypeSpec):
        return kind
    return kind.placeholder_value(None)
