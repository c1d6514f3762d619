"""What a Python function gets for its arguments when it is traced."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._src.function.variable_argument import VariableArgument
from tfcompat._src.ops.creation import zeros
from tfcompat._src.tensor_spec import TensorSpec, VariableSpec
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph
    from tfcompat._src.function.signature import FunctionType


class PlaceholderContext:
    """Makes the placeholders of one graph; what `TraceType.placeholder_value` is called with.

    variables: those of the call, by their numbers.
    """

    def __init__(self, graph: Graph, variables: Sequence[Variable]) -> None:
        self._graph = graph
        self._variables = variables
        self._name = ""
        self._made: dict[int, VariableArgument] = {}

    def arguments_of(self, kind: FunctionType) -> list[Any]:
        """A value for every parameter."""
        values = []
        for name, parameter in kind.parameters.items():
            self._name = name
            values.append(parameter.annotation.placeholder_value(self))
        return values

    def tensor(self, spec: TensorSpec) -> Any:
        """The placeholder of a tensor."""
        return self._graph.placeholder(spec.shape, spec.dtype, spec.name or self._name)

    def variable(self, spec: VariableSpec) -> VariableArgument:
        """The placeholder of a variable, one for all places that it stands in."""
        number = len(self._made) if spec.alias_id is None else spec.alias_id
        found = self._made.get(number)
        if found is None:
            if number < len(self._variables):
                like = self._variables[number]
                found = VariableArgument(spec, like._value, like._name)
                # Optimizers know it again, as the variable of the first call.
                found._unique_id = like._unique_id
            else:
                value = zeros([size or 0 for size in spec.shape.as_list()], spec.dtype)
                found = VariableArgument(spec, value, "Variable")
            self._made[number] = found
        return found

    @property
    def variable_arguments(self) -> list[VariableArgument]:
        """The placeholders of variables, by their numbers."""
        return [self._made[number] for number in sorted(self._made)]
