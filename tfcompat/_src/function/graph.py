"""Graphs: the calls of public ops that a Python function made while it was traced.

A graph can be run on tensors by calling the functions again in their order. That is its meaning;
the programs that backends compile (programs.py) are a faster way to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._src import dispatch, nest, numerics, scopes
from tfcompat._src.autograph import user_errors
from tfcompat._src.function import (
    derivatives,
    described,
    first_values,
    inference,
    interception,
    lent,
    rounds_asked,
    rules,
    shadows,
    tracing,
)
from tfcompat._src.function.calls import (
    Found,
    Node,
    Values,
    with_tensors,
)
from tfcompat._src.function.followed import Compiled
from tfcompat._src.function.graph_tensors import GraphTensors
from tfcompat._src.function.kernel_calls import Kernels
from tfcompat._src.function.names import op_name, op_type
from tfcompat._src.function.symbolic import (
    HiddenSymbolError,
    SymbolicTensor,
)
from tfcompat._src.ops import random_seeds, xla_random
from tfcompat._src.ops.op_seeds import GraphSeeds
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import TypeSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

_array = dispatch.family("array")

# What is called in the place of an op of whose results nobody makes use.
_UNUSED = {
    numerics.check_numerics: numerics.verified,
    numerics.assert_all_finite: numerics.verified,
}


class Graph(GraphTensors):
    """What one trace of a Python function recorded.

    created: the variables that were made while tracing; outputs, structured_outputs: what `finish`
    was given, flat and as it was.
    """

    outer: Graph | None

    def __init__(self, name: str, outer: Graph | None = None) -> None:
        super().__init__(name, outer)
        self.seeds: GraphSeeds = GraphSeeds(None if outer is None else outer.seeds)
        # What gives the last inputs before each run: functions of the others.
        self.feeds: list[Callable[[Sequence[Any]], list[Any]]] = []
        self.created: list[Variable] = []
        self.outputs: list[SymbolicTensor] = []
        self.structured_outputs: Any = None
        # Whether it is a branch or a loop of the graph around it.
        self.is_part = False
        self.has_deeds = False
        # By result: what it is computed from (second_derivatives.py).
        self.reached: Any = None
        # Whether there is a loop of which nobody knows how many rounds it takes.
        self.is_long = False
        # Whether the backend is to compile the whole, where it leaves a choice.
        self.jit_compile: bool | None = None
        self.program: Compiled | None = None
        # How it is run where it cannot be one program; None before the first such run.
        self.pieces: Any = None
        # By the shapes of the arguments, where those vary; None where there can be none.
        self.programs: dict[tuple[tuple[int, ...], ...], Compiled | None] = {}
        # How often shapes without a program came.
        self.seen: dict[tuple[tuple[int, ...], ...], int] = {}
        self.assigned: list[Variable] = []
        self._live: list[Node] = []
        # By the identity of a tape that answers once: the graph inside and the line that asked it.
        self.asked: dict[int, tuple[str, str | None]] = {}

    def __repr__(self) -> str:
        return f"FuncGraph(name={self.name}, id={id(self)})"

    @property
    def has_effects(self) -> bool:
        """Whether running it does what no program does: prints, checks, calls of Python."""
        return self.has_deeds or self.session.is_followed

    # ------------------------------------------------------------------------------------ tracing
    @contextmanager
    def building(self) -> Iterator[Graph]:
        """The context in which the ops of this thread go into the graph."""
        local = tracing.local
        before = local.graph, local.inside, local.name
        # A graph has name scopes of its own.
        scope, scopes.local.name = scopes.local.name, ""
        # Tapes around it pause: that is no op of the graph around it.
        local.inside = True
        try:
            own = random_seeds.drawing_from(None)
            with interception.listening(), own, self.session.open():
                handler = Kernels(self, dispatch.local.handler)
                with dispatch.intercepted(handler):
                    local.graph, local.inside, local.name = self, False, None
                    self._building = True
                    try:
                        yield self
                    finally:
                        self._building = False
                        local.inside = True
        finally:
            local.graph, local.inside, local.name = before
            scopes.local.name = scope

    # ---------------------------------------------------------------------------------- recording
    def record(
        self, entry: interception.Entry, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> Any:
        """What a call of a public op gives while this graph is built."""
        if entry.watches:
            self._unfold(args)
        reader = self._reader()
        filled = tuple([reader.template(a) for a in args])
        named = {k: reader.template(a) for k, a in kwargs.items()} if kwargs else {}
        name = tracing.local.name or kwargs.get("name")
        label = entry.name
        tracing.local.name = None
        node = Node(entry.original, filled, named, tuple(reader.ins), entry.effect, label)
        node.entry = entry
        like = self._take_seeds(node)
        node.line = self._told_of(label) if like is None else like.line
        if args and id(args[0]) in self.lent:
            answer = rounds_asked.answer(self, node, args, kwargs)
            if answer is not None:
                return answer[0]
            self.has_deeds = node.effect = True
            return self._add(node, lent.found(self, node, args, kwargs), name)
        if self.asked and id(args[0]) in self.asked:
            lent.check_asked(self, args[0], node, self.name)
        if entry.draws and self._by_xla:
            node.function = xla_random.drawn_so(node.function)
        if entry.deed:
            self.has_deeds = node.effect = True
            deed = rules.told(self, node) or described.deed(self, node, args, kwargs)
            return self._add(node, deed, name)
        before = len(self.session.effects)
        try:
            found = inference.infer(self, node, entry.check)
        except HiddenSymbolError:
            # An object among the arguments holds tensors of the graph: its own ops are recorded.
            if not self._building:
                raise
            return entry.original(*args, **kwargs)
        if entry.effect and found.constant:
            # It was tried with examples: what it writes is only known when it runs.
            self.has_unknown = True
        if len(self.session.effects) > before:
            node.effect = True
        elif entry.check and found is inference.UNKNOWN:
            self.has_deeds = node.effect = True
            self.nodes.append(node)
            return None
        if entry.name == "gradient" and self.has_unknown:
            derivatives.filled(node, found.structure)
        return self._add(node, found, name)

    @property
    def _by_xla(self) -> bool:
        """Whether it is, or is in, a function with jit_compile=True."""
        around: Graph | None = self
        while around is not None and around.is_part:
            around = around.outer
        return bool(around is not None and around.jit_compile)

    def add_call(
        self,
        function: Callable[..., Any],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
        name: str = "call",
        effect: bool = False,
        outputs: Any = None,
    ) -> Any:
        """Records `function(*args, **kwargs)`; what it gives, with tensors of the graph in it.

        outputs: the structure of tf.TensorSpecs that it gives; None has it found by running the
        function on what stands for the tensors.
        """
        reader = self._reader()
        filled = tuple([reader.template(a) for a in args])
        named = {k: reader.template(a) for k, a in (kwargs or {}).items()}
        node = Node(function, filled, named, tuple(reader.ins), effect, name)
        node.specs = outputs
        like = self._take_seeds(node)
        node.line = self._told_of(name) if like is None else like.line
        if outputs is None:
            return self._add(node, inference.infer(self, node, False), None)
        self.has_deeds = self.has_deeds or effect
        return self._add(node, described.described(self, node, outputs), None)

    @staticmethod
    def _told_of(name: str) -> str | None:
        place = user_errors.here()
        if place is None:
            return None
        return f"Detected at node {name} defined at (most recent call last):\n  {place}"

    def _take_seeds(self, node: Node) -> Node | None:
        """A call that was one of another graph keeps its seeds; gives that one, if there is one."""
        like: Node | None
        like, tracing.local.node = tracing.local.node, None
        if like is not None and like.seeds is not None:
            node.seeds = like.seeds
        return like

    def _add(self, node: Node, found: Found, given: Any) -> Any:
        if found.constant and not node.effect:
            return self._constants(found.structure, node.name, given)
        if not node.effect and isinstance(found.structure, Tensor):
            for index in node.ins:
                if self._symbols[index]._shadow is found.structure:
                    # Nothing was to be done, as where tf.cast is asked for the dtype there is.
                    return self._symbols[index]
        self.nodes.append(node)
        base = self._names.of_call(node.name, given if isinstance(given, str) else None)
        kind = op_type(op_name(node.name))
        symbols = []
        for i, (dtype, dims, shadow, other, example) in enumerate(found.tensors):
            symbol = self._new(f"{base}:{i}", kind, dtype, dims)
            symbol._example = example
            shadows.set_shadows(self, symbol, shadow, other)
            symbols.append(symbol)
        node.outs = tuple([symbol._index for symbol in symbols])
        node.single = isinstance(found.structure, Tensor)
        structure = with_tensors(found.structure, iter(symbols))
        if node.name == "gradient" and node.entry is not None:
            node.aligned = derivatives.Aligned(node, found.structure)
            derivatives.tell_whole_shapes(self, node, structure)
        return structure

    # ---------------------------------------------------------------------------------- finishing
    def finish(self, structure: Any) -> None:
        """Takes what the Python function returned; to be called while building."""
        leaves = nest.flatten(structure, expand_composites=True)
        found = [None if leaf is None else self._output(leaf) for leaf in leaves]
        self.outputs = [symbol for symbol in found if symbol is not None]
        self.structured_outputs = nest.pack_sequence_as(structure, found, expand_composites=True)
        self.assigned = self.session.assigned()
        self._keep_live()
        self.is_long = any([getattr(node.function, "is_long", False) for node in self._live])
        if not (self.has_unknown or self.has_deeds) and self.session.capturable:
            shadows = [s._shadow if s._constant is None else s._constant for s in self.outputs]
            try:
                self.program = self.session.finish(shadows)
            except ValueNeeded:
                self.has_deeds = True

    def _output(self, leaf: Any) -> Any:
        from tfcompat._src.convert import to_tensor

        if isinstance(leaf, TypeSpec):
            return leaf
        if not isinstance(leaf, Tensor):
            try:
                leaf = leaf.value() if isinstance(leaf, Variable) else to_tensor(leaf)
            except (TypeError, ValueError):
                raise TypeError(
                    f"To be compatible with tf.function, Python functions must return zero or more "
                    f"Tensors or ExtensionTypes or None values; in compilation of {self.name}, "
                    f"found return value of type {type(leaf).__name__}, which is not a Tensor or "
                    "ExtensionType."
                ) from None
        if leaf.__class__ is not SymbolicTensor:
            return self.constant(leaf)
        return self.own(leaf) if leaf._constant is None else leaf

    def _keep_live(self) -> None:
        wanted = {symbol._index for symbol in self.outputs}
        live = []
        for node in reversed(self.nodes):
            is_wanted = not wanted.isdisjoint(node.outs)
            if node.effect or is_wanted:
                if not is_wanted and node.entry is not None:
                    instead = _UNUSED.get(node.entry.function)
                    if instead is not None:
                        node.function, node.outs, node.single = instead, (), False
                wanted.update(node.ins)
                live.append(node)
        self._live = live[::-1]

    def new_variable(self, variable: Variable, value: Tensor) -> Tensor:
        """Notes a variable that is made while tracing; the value it starts with."""
        self.created.append(variable)
        around = self.outer
        while around is not None:
            around.created.append(variable)
            around = around.outer
        found = first_values.value_of(self, value) if value.__class__ is SymbolicTensor else value
        if found._dtype not in dispatch.backend().native_dtypes:
            return found
        # A tensor of the variable's own: a tape must not take it for the one it was made from.
        return dispatch.execute_constant(_array.identity, (found,), (), found._dtype)

    # -------------------------------------------------------------------------------------- running
    def run(self, inputs: Sequence[Any], captured: Sequence[Any] = ()) -> list[Any]:
        """Calls the functions again, in their order, on tensors in the place of the arguments.

        Tensors of the graph that this thread builds make it a part of that graph.
        """
        values = self.values(inputs, captured)
        try:
            self._run(values)
        except BaseException:
            values.close()
            raise
        return self.results(values)

    def _run(self, values: Values) -> None:
        into = tracing.current()
        if into is not None:
            for node in self._live:
                inference.inline(into, node, values)
        elif self.seeds.draws:
            path = random_seeds.path()
            try:
                for node in self._live:
                    random_seeds.at_node((*path, node))
                    node.run(values)
            finally:
                random_seeds.at_node(path)
        else:
            for node in self._live:
                node.run(values)

    @property
    def live(self) -> list[Node]:
        """The calls that a run makes."""
        return self._live

    def values(self, inputs: Sequence[Any], captured: Sequence[Any] = ()) -> Values:
        """What its tensors are in a run that begins with these arguments.

        captured: the values of what it has from outside: tensors, then tapes.
        """
        values = Values(len(self._symbols), inference.fresh)
        tensors = values.tensors
        for symbol, value in zip(self.inputs, inputs, strict=True):
            tensors[symbol._index] = value
        given = iter(captured)
        for _, symbol in self.captures:
            tensors[symbol._index] = next(given)
        for recorder, own in zip(self.lent.values(), given, strict=True):
            values.lend(recorder, own)
        return values

    def results(self, values: Values) -> list[Any]:
        """What a run gives that came to an end."""
        own = values.tensors
        return [own[s._index] if s._constant is None else s._constant for s in self.outputs]
