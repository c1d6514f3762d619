"""Variables that a function makes while it is traced: on its first call only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src import nest, scopes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.function import first_values, tracing
from tfcompat._src.function.lifting import lifted
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tensor import TensorBase
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_REFUSED = (
    "tf.function only supports singleton tf.Variables created on the first call. Make sure the "
    "tf.Variable is only created once or created outside tf.function. See "
    "https://www.tensorflow.org/guide/function#creating_tfvariables for more information."
)


class Creation:
    """Makes the variables of one trace, outside of its graph.

    allowed: whether there may be any; arguments: the tensors of the call, from which a variable's
    first value may be computed; made: the variables.
    """

    def __init__(self, graph: Graph, allowed: bool, arguments: list[Any]) -> None:
        self._graph = graph
        self._allowed = allowed
        self._arguments = arguments
        self.made: list[Variable] = []

    def __call__(self, next_creator: Callable[..., Variable], **settings: Any) -> Variable:
        if not self._allowed:
            raise ValueError(_REFUSED)
        value = self._value(settings.get("initial_value"), settings.get("dtype"))
        with lifted():
            made = next_creator(**{**settings, "initial_value": value})
        self.made.append(made)
        return made

    def _value(self, initial: Any, dtype: Any) -> Any:
        if callable(initial) and not isinstance(initial, TensorBase):
            try:
                with lifted():
                    return initial()
            except TypeError:
                # A tensor of the graph has no value there; what else is wrong is so here too.
                initial = initial()
        if not any(isinstance(leaf, SymbolicTensor) for leaf in nest.flatten(initial)):
            return initial
        graph = tracing.current()
        if graph is None:
            return initial
        symbol = to_tensor(initial, None if dtype is None else as_dtype(dtype))
        if not isinstance(symbol, SymbolicTensor):
            return symbol
        try:
            return first_values.value_of(graph, symbol)
        except ValueError:
            if graph is not self._graph or not self._arguments:
                raise
            return first_values.value_in_call(graph, symbol, self._arguments)


@contextmanager
def creating(creation: Creation) -> Iterator[None]:
    """A context in which `creation` makes the variables, and names start anew."""
    local = scopes.local
    before, name = local.creators, local.name
    # What a function around this one thinks of new variables does not count here.
    local.creators = [c for c in before if not isinstance(c, Creation)] + [creation]
    local.name = ""
    try:
        yield
    finally:
        local.creators, local.name = before, name
