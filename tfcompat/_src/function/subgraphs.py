"""Functions that a control-flow op calls, as graphs, and what a program needs of them.

An op such as tf.cond is one node of the graph around it. Its arguments are the tensors that the
functions were given or use from outside; it runs the graphs on them. Where a program is being
made, it becomes one kernel, which is given the programs of the graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from tfcompat._src import dispatch, nest, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.function import pieces, tracing
from tfcompat._src.function.followed import Compiled
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.session import Session, new_capture
from tfcompat._src.function.shadows import set_shadows
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.random_seeds import Numbers
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import type_spec_from_value
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

rows = dispatch.family("rows")

Avals = tuple[tuple[tuple[int, ...], DType], ...]


def current() -> Graph:
    """The graph that is being built; to be called where there is one."""
    graph = tracing.current()
    if graph is None:
        raise RuntimeError("no function is being traced")
    return graph


def trace(name: str, function: Callable[[Graph], Any]) -> Subgraph:
    """Traces `function(graph)` into a graph inside of the one that is being built, if any is."""
    graph = Graph(name, outer=tracing.current())
    graph.is_part = True
    with graph.building():
        graph.finish(function(graph))
    return Subgraph(graph)


class Subgraph:
    """A traced function. captured: what it uses from the graph around it: tensors, then tapes."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self._compiled: dict[Avals, Program | None] = {}

    @property
    def captured(self) -> list[Any]:
        return [*[outer for outer, _ in self.graph.captures], *self.graph.lent.values()]

    @property
    def specs(self) -> list[TensorSpec]:
        """The results' shapes and dtypes, as far as tracing found them."""
        return [TensorSpec(s.shape, s.dtype) for s in self.graph.outputs]

    @property
    def has_effects(self) -> bool:
        """Whether it does more than giving results."""
        return self.graph.has_effects or bool(self.graph.assigned)

    @property
    def is_pure(self) -> bool:
        """Whether tracing found a program for it, which nothing but checks follows."""
        native = dispatch.backend().native_dtypes
        outputs = self.graph.outputs
        graph = self.graph
        if graph.program is None or any([e.holds is None for e in graph.session.effects]):
            return False
        return all(s._dtype in native for s in outputs)

    @property
    def draws(self) -> bool:
        """Whether its program is given random numbers."""
        return any(callable(item) for item in self.graph.session.order)

    def run(self, inputs: Sequence[Any], captured: Sequence[Any]) -> list[Any]:
        """Runs the graph."""
        return pieces.run(self.graph, inputs, captured)

    def compiled(self, arguments: Sequence[Tensor]) -> Program:
        """The program for arguments of these shapes: the inputs and what is captured.

        Raises ValueNeeded where there is none.
        """
        if self.graph.lent:
            raise ValueNeeded(f"{self.graph.name}: a tape of the graph around it is asked")
        avals = tuple([(tuple(x._shape), x._dtype) for x in arguments])
        if avals not in self._compiled:
            self._compiled[avals] = self._compile(avals)
        found = self._compiled[avals]
        if found is None:
            raise ValueNeeded(f"{self.graph.name}: values decide what is computed")
        return found

    def _compile(self, avals: Avals) -> Program | None:
        graph = self.graph
        symbols = [*graph.inputs, *[inner for _, inner in graph.captures]]
        if (
            self.is_pure
            and not graph.has_effects
            and avals == tuple([(s._dims, s._dtype) for s in symbols])
        ):
            # The program's arguments are in the order in which the tensors were made.
            made = sorted(range(len(symbols)), key=lambda i: symbols[i]._index)
            program: Any = graph.program
            return Program(program, _avals_of(graph.outputs), tuple(made))
        native = dispatch.backend().native_dtypes
        dtypes = [*[dtype for _, dtype in avals], *[s._dtype for s in graph.outputs]]
        if graph.has_deeds or any(dtype not in native for dtype in dtypes):
            return None
        session = Session("checks")
        local = tracing.local
        inside, local.inside = local.inside, True
        try:
            with session.open(graph.variables), random_seeds.drawing_from(None):
                stand_ins = [session.argument(shape, dtype) for shape, dtype in avals]
                count = len(graph.inputs)
                results = graph.run(stand_ins[:count], stand_ins[count:])
                found = tuple([(tuple(x._shape), x._dtype) for x in results])
                return Program(session.finish(results), found, tuple(range(len(avals))))
        except ValueNeeded:
            return None
        finally:
            local.inside = inside


def _avals_of(symbols: Sequence[SymbolicTensor]) -> Avals:
    return tuple([(tuple(s._shape), s._dtype) for s in symbols])


class Program(NamedTuple):
    """A program, the shapes and dtypes of its results, which argument each of its own is."""

    program: Compiled
    results: Avals
    arguments: tuple[int, ...]

    @property
    def draws(self) -> bool:
        """Whether it is given random numbers."""
        return any(callable(item) for item in self.program._order)

    @property
    def checks(self) -> bool:
        """Whether it says, behind its results, if what it checks holds."""
        return self.program.flag is not None

    @property
    def foreseen(self) -> bool:
        """Whether it is given random numbers of which somebody may know what they are."""
        return any(isinstance(item, Numbers) and item.foreseen for item in self.program._order)


# ------------------------------------------------------------------------------ programs as parts
class Operands:
    """The tensors that a control-flow kernel is given, each once."""

    def __init__(self) -> None:
        self.tensors: list[Tensor] = []
        self._places: dict[int, int] = {}

    def place(self, tensor: Tensor) -> int:
        """Where a tensor is among them."""
        found = self._places.get(id(tensor))
        if found is None:
            found = self._places[id(tensor)] = len(self.tensors)
            self.tensors.append(tensor)
        return found


class Part:
    """A program with its place among a kernel's operands.

    ins: the operand for each input of the program; outs: for each result the number among the
    program's, or, shifted by one and negative, among the operands.
    """

    def __init__(self, program: Any, ins: Sequence[int], outs: Sequence[int]) -> None:
        self._program = program
        self._ins = ins
        self._outs = outs

    def reorder(self, carried: int, assigned: int) -> None:
        """Puts the new values of variables, which are last, behind so many results."""
        outs = list(self._outs)
        last = len(outs) - assigned
        self._outs = [*outs[:carried], *outs[last:], *outs[carried:last]]

    def shared(self) -> None:
        """Takes the program that did the same before, so that it is compiled once."""
        self._program = same(self._program)

    def of(self, operands: Sequence[Any]) -> Any:
        """The program as one of all operands."""
        capture = new_capture()
        with capture:
            given = [capture.input(tuple(x._shape), x._dtype) for x in operands]
            found = self._program([given[i] for i in self._ins])
            return capture.finish([found[i] if i >= 0 else given[-1 - i] for i in self._outs])


def same(program: Any) -> Any:
    """A program that does the same, where the backend remembers one."""
    return rows.same(program) if dispatch.has("rows", "same") else program


def making_program() -> bool:
    """Whether what runs now becomes part of a program."""
    return random_seeds.drawn_later()


def drawn(make: Callable[[], Tensor], shape: tuple[int, ...], dtype: DType) -> Tensor:
    """A tensor that is made anew at each run of the program that is being made."""
    place = random_seeds.taker()
    if isinstance(make, Numbers):
        make = make.placed()
    return make() if place is None else place(make, shape, dtype)


def drawn_rows(
    compiled: Program, count: int, together: bool = False
) -> tuple[list[Tensor], list[int]]:
    """The random numbers of a program for so many rows, and their numbers in its order.

    together: whether each op draws those of all rows at once.
    """
    found = []
    inputs = compiled.program._program.inputs
    for item, (shape, dtype) in zip(compiled.program._order, inputs, strict=True):
        if isinstance(item, Numbers):
            found.append(drawn(item.rows(count, together), (count, *shape), dtype))
        elif callable(item):
            found.append(drawn(partial(_repeated, item, count), (count, *shape), dtype))
    return found, list(range(len(found)))


def _repeated(make: Callable[[], Tensor], count: int) -> Tensor:
    return stack([make() for _ in range(count)])


def part(
    operands: Operands,
    compiled: Program,
    arguments: Sequence[int],
    assigned: Sequence[Variable] = (),
    held: dict[int, int] | None = None,
    drawn_at: Sequence[int] = (),
    checks: bool = False,
) -> Part:
    """A program as a function of operands, which are extended by what else it needs.

    arguments: the operands that are its arguments; assigned: the variables whose new values follow
    its results; held: the operands that are the values of variables, by the variables' ids;
    drawn_at: the operands that are its random numbers, where they are not drawn once; checks:
    whether what says that its checks hold follows its results.
    """
    whole = compiled.program
    if whole.unchecked and not recording.nobody_derives():
        raise ValueNeeded("a check of gradients in a branch or a loop")
    program = whole._program.opened()
    numbers = iter(drawn_at) if drawn_at else None
    ins = []
    for item, (shape, dtype) in zip(whole._order, whole._program.inputs, strict=True):
        if item.__class__ is int:
            ins.append(arguments[compiled.arguments[item]])
        elif isinstance(item, Variable):
            at = held.get(id(item)) if held else None
            ins.append(operands.place(item._read()) if at is None else at)
        elif numbers is not None:
            ins.append(next(numbers))
        else:
            ins.append(operands.place(drawn(item, shape, dtype)))  # type: ignore[arg-type]
    ins += [operands.place(constant) for constant in whole._program.constants]
    new = {id(v): at for v, at in whole._assigned}
    results: list[Any] = list(whole._results)
    if checks:
        results.append(to_tensor(True) if whole.flag is None else whole.flag)
    outs = [at if at.__class__ is int else -1 - operands.place(at) for at in results]
    for v in assigned:
        value: Any = new.get(id(v), v._value)
        if value.__class__ is int:
            outs.append(value)
        elif id(v) not in new and held:
            outs.append(-1 - held[id(v)])
        else:
            outs.append(-1 - operands.place(value))
    return Part(program, ins, outs)


def assign(variables: Sequence[Variable], values: Sequence[Tensor]) -> None:
    """Gives variables the values that a kernel computed for them."""
    for variable, value in zip(variables, values, strict=True):
        variable._value = value
        # For who watches: the kernel itself may have read what it had assigned.
        variable._read()


# -------------------------------------------------------------------------------------- structures
def tensors_in(structure: Any) -> list[Any]:
    """The leaves of what a function returned, composites taken apart; None stays."""
    return nest.flatten(structure, expand_composites=True)


def is_whole(value: Any) -> bool:
    """Whether a value is a loop variable of its own, whatever it is made of: a TensorArray."""
    return bool(value.__class__.__name__ == "GraphTensorArray")


def flat(structure: Any) -> list[Any]:
    """The leaves of a structure; composites are taken apart, arrays are not."""
    found: list[Any] = []
    for item in nest.flatten(structure):
        found += [item] if is_whole(item) else nest.flatten(item, expand_composites=True)
    return found


def pack(structure: Any, leaves: Sequence[Any]) -> Any:
    """The structure with other leaves, in `flat`'s order."""
    new = iter(leaves)
    items = []
    for item in nest.flatten(structure):
        if is_whole(item):
            items.append(next(new))
        else:
            parts = [next(new) for _ in nest.flatten(item, expand_composites=True)]
            items.append(nest.pack_sequence_as(item, parts, expand_composites=True))
    return nest.pack_sequence_as(structure, items)


def in_loop(graph: Graph | None) -> bool:
    """Whether a graph is, or is in, the body of a loop."""
    while graph is not None:
        if graph.name in LOOPS:
            return True
        graph = graph.outer
    return False


#: The names of graphs that are run in each round of a loop.
LOOPS = frozenset({"while_cond", "while_body", "scan_body"})


def packed(structure: Any, tensors: Sequence[Any]) -> Any:
    """A structure of results with other tensors in it; what is no tensor stays."""
    new = iter(tensors)
    leaves = [
        next(new) if isinstance(leaf, Tensor) else leaf
        for leaf in nest.flatten(structure, expand_composites=True)
    ]
    return nest.pack_sequence_as(structure, leaves, expand_composites=True)


def merged(first: TensorShape, second: TensorShape) -> TensorShape:
    """The shape of what may have either."""
    if first.rank is None or first.rank != second.rank:
        return TensorShape(None)
    pairs = zip(first.as_list(), second.as_list(), strict=True)
    return TensorShape([a if a == b else None for a, b in pairs])


def same_structure(a: Any, b: Any) -> None:
    """Raises as nest.assert_same_structure, and where composites' types do not fit."""
    nest.assert_same_structure(a, b, expand_composites=True)
    for x, y in zip(nest.flatten(a), nest.flatten(b), strict=True):
        if nest.is_composite(x) and hasattr(x, "_type_spec"):
            first, second = type_spec_from_value(x), type_spec_from_value(y)
            if first.most_specific_common_supertype([second]) is None:
                raise TypeError(
                    "The two structures don't have the same nested structure. Incompatible "
                    f"CompositeTensor TypeSpecs: {first} vs. {second}"
                )


# --------------------------------------------------------------------------------- results of nodes
def record(
    function: Callable[..., Any],
    args: Sequence[Any],
    name: str,
    specs: Sequence[TensorSpec],
    effect: bool,
    pure: bool,
) -> list[SymbolicTensor]:
    """A node of the graph that is being built which calls `function(*args)`, for a list.

    pure: whether the call on tensors without values gives the results' shapes; where it cannot,
    the results are described by specs.
    """
    graph = current()
    if pure:
        found: list[SymbolicTensor] = graph.add_call(function, args, name=name, effect=effect)
        for symbol, spec in zip(found, specs, strict=True):
            if symbol._constant is None:
                graph.refine(symbol, spec.shape)
        return found
    found = graph.add_call(function, args, name=name, effect=effect, outputs=list(specs))
    given = [x for x in nest.flatten(list(args)) if x.__class__ is SymbolicTensor]
    _link(graph, [graph.own(x) for x in given if x._constant is None], found)
    return found


def _link(
    graph: Graph, sources: Sequence[SymbolicTensor], results: Sequence[SymbolicTensor]
) -> None:
    """Lets tapes of this trace see that described results come from the arguments."""
    from tfcompat._src.ops.casting import cast
    from tfcompat._src.ops.reductions import reduce_sum

    moving = [x for x in sources if _is_moving(x)]
    moved = [x for x in results if _is_moving(x)]
    if not moving or not moved:
        return
    local = tracing.local
    inside, local.inside = local.inside, True
    try:
        for result in moved:
            shadows = []
            for lane in (0, 1):
                own = graph.lane(lane).tensors
                total = own[result._index]
                for x in moving:
                    total = total + cast(reduce_sum(own[x._index]), result._dtype) * 0
                shadows.append(total)
            two = result._other is not None
            set_shadows(graph, result, shadows[0], shadows[1] if two else None)
    finally:
        local.inside = inside


def _is_moving(symbol: SymbolicTensor) -> bool:
    return not symbol._example and (symbol._dtype.is_floating or symbol._dtype.is_complex)


def rename(symbols: Sequence[SymbolicTensor], named: Callable[[str, int], str]) -> None:
    """Gives results the names that TensorFlow prints: of the op's name and their number."""
    for number, symbol in enumerate(symbols):
        if symbol._name.partition(":")[0]:
            base = symbol.op.name
            symbol._name = named(base[0].lower() + base[1:], number)
