"""What a graph has: its tensors, and what it takes from the graphs around it.

The calls that give the tensors are in graph.py.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, cast

from tfcompat._src import nest
from tfcompat._src.dtypes import DType
from tfcompat._src.function import inference, public_graph, shadows
from tfcompat._src.function.calls import (
    Node,
    Place,
    Reader,
    Resource,
    Values,
    tensors_of,
    with_tensors,
)
from tfcompat._src.function.kernel_calls import given
from tfcompat._src.function.names import Names
from tfcompat._src.function.session import Session
from tfcompat._src.function.symbolic import Dims, InaccessibleTensorError, SymbolicTensor
from tfcompat._src.function.variable_argument import VariableArgument
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


class GraphTensors(public_graph.Graph):
    """The tensors, variables, tapes and critical sections of a graph.

    inputs: the tensors for its arguments; captures: pairs of a tensor of the graph around it and
    the one that stands for it here.
    """

    def __init__(self, name: str, outer: GraphTensors | None) -> None:
        self.name = name
        self.outer = outer
        self.inputs: list[SymbolicTensor] = []
        self.captures: list[tuple[SymbolicTensor, SymbolicTensor]] = []
        # Whether there are datasets or iterators among the inputs, which no program has.
        self.takes_objects = False
        # Whether a size is unknown, or a value is needed to know it.
        self.has_unknown = False
        self.nodes: list[Node] = []
        self.session = Session("all")
        # Critical sections, which each run holds.
        self.sections: list[Any] = []
        # By identity: its own tapes and accumulators, and those of graphs around it.
        self.recorders: dict[int, Any] = {}
        self.lent: dict[int, Any] = {}
        self._names = Names()
        self._symbols: list[SymbolicTensor] = []
        self._lanes = [Values(0, lambda like: like), Values(0, inference.fresh)]
        self._captured: dict[int, SymbolicTensor] = {}
        # By identity: constants that are followed by a tape, and the tensors that stand for them.
        self._unfolded: dict[int, SymbolicTensor] = {}
        self._building = False

    @property
    def variables(self) -> list[Variable]:
        """The variables that are read or assigned."""
        return self.session.variables

    def placeholder(self, shape: Any, dtype: DType, name: str) -> SymbolicTensor:
        """A new argument. Sizes of `shape` may be None, and the shape as a whole."""
        dims: Dims = None if (found := TensorShape(shape)).rank is None else tuple(found.as_list())
        symbol = self._new(self._names.unique(name) + ":0", "Placeholder", dtype, dims)
        shadows.give_shadows(self, symbol, argument=True)
        self.inputs.append(symbol)
        return symbol

    def _new(self, name: str, kind: str, dtype: DType, dims: Dims) -> SymbolicTensor:
        symbol = self._made(len(self._symbols), name, kind, dtype, dims)
        self._symbols.append(symbol)
        for lane in self._lanes:
            lane.tensors.append(None)
        return symbol

    def _made(self, index: int, name: str, kind: str, dtype: DType, dims: Dims) -> SymbolicTensor:
        return SymbolicTensor(cast("Graph", self), index, name, kind, dtype, dims)

    def name_for(self, name: str) -> str:
        """A name that no op has yet."""
        return self._names.unique(name)

    def renamed(self, symbol: SymbolicTensor, name: str, kind: str) -> SymbolicTensor:
        """The same tensor as a result of another op: what is returned shows so."""
        owned = self.own(symbol)
        found = self._made(owned._index, name, kind, owned._dtype, owned._dims)
        found._constant, found._example = owned._constant, owned._example
        found._shadow, found._other = owned._shadow, owned._other
        return found

    def lane(self, number: int) -> Values:
        """What stands for the tensors when shapes are inferred; see inference.py."""
        return self._lanes[number]

    @property
    def size(self) -> int:
        """How many tensors it has."""
        return len(self._symbols)

    def symbol(self, index: int) -> SymbolicTensor:
        """The tensor of a number."""
        return self._symbols[index]

    def touch(self, variable: Variable) -> None:
        """Makes a variable one of the graph's, and of the graphs around it."""
        if self.outer is not None and self.outer._building:
            self.outer.touch(variable)
        self.session.stand_in(variable)

    def enter(self, section: Any) -> None:
        """Has each run hold a critical section, and the runs of the graphs around it."""
        if self.outer is not None and self.outer._building:
            self.outer.enter(section)
        if section not in self.sections:
            self.sections.append(section)

    def refine(self, symbol: SymbolicTensor, shape: TensorShape) -> None:
        """Adds to what is known of a tensor's shape. Raises ValueError where they disagree."""
        merged = TensorShape(symbol._dims).merge_with(shape)
        dims: Dims = None if merged.rank is None else tuple(merged.as_list())
        if dims != symbol._dims:
            symbol._dims = dims
            before = symbol._shadow
            shadows.give_shadows(self, symbol)
            shadows.set_shadows(self, symbol, shadows.follow(symbol, before), symbol._other)

    def constant(self, value: Tensor, name: str = "Const") -> SymbolicTensor:
        """A tensor of the graph with a value that is known."""
        symbol = self._new(
            self._names.unique(name) + ":0", "Const", value._dtype, tuple(value._shape)
        )
        symbol._constant = value
        shadows.set_shadows(self, symbol, value, None)
        return symbol

    def _constants(self, structure: Any, function: str, given: Any) -> Any:
        tensors = tensors_of(structure)
        if not tensors:
            return structure
        base = self._names.of_call(function, given if isinstance(given, str) else None)
        symbols = []
        for i, value in enumerate(tensors):
            symbol = self._new(f"{base}:{i}", "Const", value._dtype, tuple(value._shape))
            symbol._constant = value
            shadows.set_shadows(self, symbol, value, None)
            symbols.append(symbol)
        return with_tensors(structure, iter(symbols))

    def _unfold(self, args: Any) -> None:
        """Has what is computed from constants from here on computed when the graph runs."""
        for item in nest.flatten(args, expand_composites=True):
            known = item.__class__ is SymbolicTensor
            value = item._constant if known else item
            if not isinstance(value, Tensor) or not value._dtype.is_inexact:
                continue
            if id(value) in self._unfolded:
                continue
            symbol = item if known else self.constant(value)
            symbol._constant = None
            node = Node(given, (value,), {}, (), False, "constant")
            node.outs, node.single = (symbol._index,), True
            self.nodes.append(node)
            shadow = self.session.made(partial(given, value), tuple(value._shape), value._dtype)
            shadows.set_shadows(self, symbol, shadow, None)
            self._unfolded[id(value)] = symbol

    # ------------------------------------------------------------------------- arguments of calls
    def _reader(self) -> Reader:
        return Reader(self._tensor_at, self._object_at)

    def template(self, value: Any) -> Any:
        """What stands for an argument of a call in this graph."""
        return self._reader().template(value)

    def _tensor_at(self, tensor: Tensor) -> Any:
        if tensor.__class__ is not SymbolicTensor:
            around: GraphTensors | None = self
            while around is not None and around._building:
                # Also what a tape of a graph around this one was told to watch.
                if (known := around._unfolded.get(id(tensor))) is not None:
                    return Place(self.own(known)._index)
                around = around.outer
            return tensor
        if tensor._constant is not None:
            return tensor._constant
        return Place(self.own(tensor)._index)

    def own(self, tensor: SymbolicTensor) -> SymbolicTensor:
        """The tensor itself, or what stands here for one of a graph around this one."""
        if tensor._graph is self:
            return tensor
        found = self._captured.get(id(tensor))
        if found is not None:
            return found
        around = self.outer
        while around is not None and around is not tensor._graph:
            around = around.outer
        if around is None or not around._building:
            self._refuse(tensor)
        outer = self.outer.own(tensor) if self.outer is not None else tensor
        found = self._new(self._names.unique(tensor.op.name) + ":0", "Placeholder",
                          tensor._dtype, tensor._dims)  # fmt: skip
        shadows.give_shadows(self, found, argument=True)
        self._captured[id(tensor)] = found
        self.captures.append((outer, found))
        return found

    def _refuse(self, tensor: SymbolicTensor) -> None:
        """Raises what is wrong with a tensor that this graph cannot have."""
        around = tensor._graph.outer
        while around is not None and around is not self:
            around = around.outer
        if around is None:
            tensor.__getattr__("native")
        raise InaccessibleTensorError(
            f"{tensor!r} is out of scope and cannot be used here. Use return values, explicit "
            f"Python locals or TensorFlow collections to access it. The tensor {tensor!r} cannot "
            f"be accessed from {self!r}, because it was defined in {tensor._graph!r}."
            f"{tensor.origin()}"
        )

    def _object_at(self, value: Any) -> Any:
        if isinstance(value, Variable):
            self.touch(value.handle)
            if value.__class__ is VariableArgument:
                return value.handle  # that of the call, where a graph becomes part of another
        elif inference.is_resource(value):
            self._meet(value)
            return Resource(value)
        elif isinstance(value, GraphTensors):
            for variable in value.variables:
                self.touch(variable)
        elif isinstance(handle := getattr(value, "handle", None), Variable):
            self.touch(handle)
        elif isinstance(value, TensorBase) and hasattr(value, "__tf_tensor__"):
            # A variable of Keras' that is cast here, and perhaps nowhere else.
            return self._tensor_at(value.__tf_tensor__())
        return value

    def _meet(self, recorder: Any) -> None:
        """Takes a tape or an accumulator for its own, or as lent by a graph around it."""
        around = self.outer
        while id(recorder) not in self.recorders and around is not None:
            if id(recorder) in around.recorders:
                self.lent[id(recorder)] = recorder
                return
            around = around.outer
        self.recorders[id(recorder)] = recorder
