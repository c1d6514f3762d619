"""The ops of a graph as TensorFlow lists them, and as the protocol buffer GraphDef.

A graph here holds calls of public functions. What TensorFlow makes a constant of, and the copies
that give back the results, are added, so that the list is TensorFlow's where a call is one op.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src.convert import to_tensor
from tfcompat._src.files import protos
from tfcompat._src.files.tensor_proto import make_tensor_proto
from tfcompat._src.function.calls import Nested, Node, Place, Slice
from tfcompat._src.function.names import op_name, op_type
from tfcompat._src.function.symbolic import Operation, SymbolicTensor
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_BINARY = ("x", "x"), ("y", "y")
_REDUCTION = ("input_tensor", ""), ("axis", "reduction_indices")
_ARG = ("input", ""), ("axis", "dimension")
# Public function -> its tensors in the op's order: the parameter, and the name of a constant there.
_OPERANDS: dict[str, tuple[tuple[str, str], ...]] = {
    **dict.fromkeys(
        "add subtract multiply truediv divide floordiv floormod pow maximum minimum equal "
        "not_equal less less_equal greater greater_equal logical_and logical_or".split(),
        _BINARY,
    ),
    **dict.fromkeys(
        "reduce_all reduce_any reduce_max reduce_mean reduce_min reduce_prod reduce_sum".split(),
        _REDUCTION,
    ),
    "argmax": _ARG,
    "argmin": _ARG,
    "concat": (("values", "values"), ("axis", "axis")),
    "expand_dims": (("input", ""), ("axis", "dim")),
    "gather": (("params", "params"), ("indices", "indices"), ("axis", "axis")),
    "reshape": (("tensor", "tensor"), ("shape", "shape")),
    "uniform": (("shape", "shape"),),
}
_WITH_EFFECTS = {"StatelessIf": "If", "StatelessWhile": "While"}
#: The version of TensorFlow's graphs that these are like.
PRODUCER = 2287


class Op(NamedTuple):
    """An op: its inputs are names, such as "add" or "split:1"; value: that of a constant."""

    name: str
    type: str
    inputs: list[str]
    outputs: list[Any]
    value: Tensor | None = None
    argument: str = ""


def ops_of(graph: Graph) -> list[Op]:
    """The ops, in the order of the trace."""
    return _Listing(graph).ops


class _Listing:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.ops: list[Op] = []
        self._names: set[str] = set()
        made = {index: node for node in graph.nodes for index in node.outs}
        for number in range(graph.size):
            symbol = graph.symbol(number)
            node = made.get(number)
            if node is None:
                self._source(symbol)
            elif node.outs[0] == number:
                self._call(node)
        for number, symbol in enumerate(graph.outputs):
            name = f"Identity_{number}" if number else "Identity"
            self._add(Op(name, "Identity", [_reference(symbol)], [symbol]))

    def _add(self, op: Op) -> None:
        if op.name not in self._names:
            self._names.add(op.name)
            self.ops.append(op)

    def _source(self, symbol: SymbolicTensor) -> None:
        name = symbol.op.name
        if symbol._constant is not None:
            self._add(Op(name, "Const", [], [symbol], symbol._constant))
        else:
            self._add(Op(name, "Placeholder", [], [symbol], None, name))

    def _call(self, node: Node) -> None:
        results = [self._graph.symbol(index) for index in node.outs]
        name = results[0].op.name
        branch, _, last = name.rpartition("/")
        chosen = last == "Identity" and node.entry is None
        base = branch if chosen else name
        inputs = self._operands(node, base)
        found = results[0].op.type
        if chosen:
            found = op_type(base.rpartition("/")[2].split("_")[0])
        first = self._graph.symbol(node.ins[0]) if node.ins else None
        if found == "AddV2" and first is not None and first._dtype.name == "string":
            found = "Add"
        if node.effect:
            found = _WITH_EFFECTS.get(found, found)
        self._add(Op(base, found, inputs, results))
        if chosen:
            for number, symbol in enumerate(results):
                given = f"{base}:{number}" if number else base
                self._add(Op(symbol.op.name, "Identity", [given], [symbol]))

    def _operands(self, node: Node, base: str) -> list[str]:
        known = _OPERANDS.get(node.name)
        # The op of a few functions has a name in their scope: random_uniform/RandomUniform.
        scope = base.rpartition("/")[0] if "/" in op_name(node.name) else base
        try:
            bound = inspect.signature(node.function).bind(*node.args, **node.kwargs)
        except (TypeError, ValueError):
            return [_reference(self._graph.symbol(index)) for index in node.ins]
        bound.apply_defaults()
        if known is None:
            return [
                text
                for name, value in bound.arguments.items()
                for text in self._given(value, f"{scope}/{name}", isinstance(value, Tensor))
            ]
        inputs = []
        dtype = self._graph.symbol(node.ins[0])._dtype if known is _BINARY and node.ins else None
        for name, label in known:
            if name in bound.arguments:
                value = bound.arguments[name]
                if value is None:
                    if known is _REDUCTION:
                        inputs.append(self._constant(self._unused("Const"), [0], None))
                    continue
                inputs += self._given(value, f"{scope}/{label}", bool(label), dtype)
        return inputs

    def _given(self, value: Any, name: str, literal: bool, dtype: Any = None) -> list[str]:
        if value.__class__ is Place:
            return [_reference(self._graph.symbol(value.index))]
        if isinstance(value, Nested):
            return [x for leaf in value.leaves for x in self._given(leaf, name, False)]
        if value.__class__ is tuple and not literal:
            found = [x for item in value for x in self._given(item, name, False)]
            return list(dict.fromkeys(found))
        if isinstance(value, Slice):
            return [x for part in value.parts for x in self._given(part, name, False)]
        if not literal:
            return []
        return [self._constant(name, value, dtype)]

    def _constant(self, name: str, value: Any, dtype: Any) -> str:
        try:
            tensor = to_tensor(value, dtype)
        except (TypeError, ValueError):
            tensor = to_tensor(0)
        self._add(Op(name, "Const", [], [tensor], tensor))
        return name

    def _unused(self, name: str) -> str:
        found, number = name, 0
        while found in self._names:
            number += 1
            found = f"{name}_{number}"
        return found


def _reference(symbol: SymbolicTensor) -> str:
    name, _, number = symbol.name.rpartition(":")
    return name if number == "0" else symbol.name


class ListedOperation(Operation):
    """An op of a graph with what it takes and gives."""

    def __init__(self, graph: Graph, op: Op, made: dict[str, Any]) -> None:
        super().__init__(op.name, op.type)
        self._op = op
        self.graph = graph
        self.outputs = [self._shown(x, number) for number, x in enumerate(op.outputs)]
        self.inputs = [made[name] for name in op.inputs]
        self.control_inputs: list[Operation] = []
        made[op.name] = self.outputs[0]
        # Of a loop's outputs only some are here, under their own numbers.
        made.update({x.name: x for x in self.outputs})

    def _shown(self, tensor: Any, number: int) -> SymbolicTensor:
        # Constants that the graph keeps in calls, and the copies of results, have no tensor here.
        symbolic = isinstance(tensor, SymbolicTensor)
        if symbolic and tensor.op.name == self.name:
            return tensor
        dims = tensor._dims if symbolic else tuple(tensor._shape)
        name = f"{self.name}:{number}"
        return SymbolicTensor(self.graph, -1, name, self.type, tensor._dtype, dims)

    @property
    def node_def(self) -> Any:
        """The op as a NodeDef."""
        node = protos.message_class("NodeDef")(name=self.name, op=self.type)
        node.input.extend(self._op.inputs)
        _attributes(node, self._op)
        return node

    def __str__(self) -> str:
        return str(self.node_def)


def listed(graph: Graph) -> list[ListedOperation]:
    """The ops, in the order of the trace, with their tensors."""
    made: dict[str, Any] = {}
    return [ListedOperation(graph, op, made) for op in ops_of(graph)]


# ------------------------------------------------------------------------------- protocol buffers
def graph_def(graph: Graph, add_shapes: bool) -> Any:
    """The graph as a GraphDef."""
    found = protos.message_class("GraphDef")()
    for op in ops_of(graph):
        node = found.node.add(name=op.name, op=op.type)
        node.input.extend(op.inputs)
        _attributes(node, op)
        if add_shapes:
            for output in op.outputs:
                shape = node.attr["_output_shapes"].list.shape.add()
                shape.CopyFrom(_shape(output.shape))
    found.versions.producer = PRODUCER
    return found


def _attributes(node: Any, op: Op) -> None:
    dtypes = [output.dtype.as_datatype_enum for output in op.outputs]
    if op.type == "Placeholder":
        node.attr["dtype"].type = dtypes[0]
        node.attr["shape"].shape.CopyFrom(_shape(op.outputs[0].shape))
        node.attr["_user_specified_name"].s = op.argument.encode()
    elif op.type == "Const":
        node.attr["dtype"].type = dtypes[0]
        node.attr["value"].tensor.ParseFromString(make_tensor_proto(op.value).SerializeToString())
    elif op.type in ("If", "StatelessIf", "While", "StatelessWhile"):
        node.attr["Tout" if "If" in op.type else "T"].list.type.extend(dtypes)
    elif op.inputs:
        node.attr["T"].type = dtypes[0]


def _shape(shape: TensorShape) -> Any:
    found = protos.message_class("TensorShapeProto")()
    if shape.rank is None:
        found.unknown_rank = True
    else:
        for size in shape.as_list():
            found.dim.add(size=-1 if size is None else size)
    return found
