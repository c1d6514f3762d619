"""Graphs of pipelines as functions of NumPy arrays: of one element, and of many at once.

An op on a small array costs NumPy a tenth of what it costs a framework, and no copy into it. So ops
that NumPy does as TensorFlow does become calls of NumPy (numpy_rules.py); what is left calls the
public op on tensors. The form for many elements has their arrays stacked along a first axis: what
knows no such form is called row by row.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src.data import structure
from tfcompat._src.function.calls import Nested, Node, Place, Values, tensors_of
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.inference import fresh
from tfcompat._src.ops.random_seeds import at_node
from tfcompat._src.tensor import Tensor


class Unstacked(Exception):
    """Elements cannot be computed together: their shapes differ, or one of them may fail."""


class Step(NamedTuple):
    """One call in a lowered function.

    element: of the arrays of `ins`; rows: of the number of rows and the stacked arrays, or None
    where it goes row by row; quiet: whether NumPy may warn of what TensorFlow computes silently;
    host: whether tensors are made on the way.
    """

    element: Callable[..., Any]
    rows: Callable[..., Any] | None
    ins: tuple[int, ...]
    quiet: bool = False
    host: bool = False


class Known:
    """An argument with a value that tracing knew."""

    def __init__(self, array: Any) -> None:
        self.array = array


class Variable:
    """An argument that is computed: its number, type, and what is known of its shape."""

    def __init__(self, index: int, symbol: Any) -> None:
        self.index = index
        self.dtype = symbol._dtype
        self.dims = symbol._dims


class Call:
    """A node of a graph as rules look at it."""

    def __init__(self, graph: Graph, node: Node) -> None:
        self.graph = graph
        self.node = node
        self.outputs = [graph.symbol(i) for i in node.outs]
        signature = inspect.signature(node.function)
        bound = signature.bind(*node.args, **node.kwargs)
        bound.apply_defaults()
        self.given = bound.arguments

    def argument(self, name: str) -> Any:
        """What was given: a Variable, Known, or the Python value; structures have these inside."""
        return self._converted(self.given[name])

    def _converted(self, value: Any) -> Any:
        if value.__class__ is Place:
            return Variable(value.index, self.graph.symbol(value.index))
        if isinstance(value, Tensor):
            return Known(value._numpy())
        if value.__class__ is Nested and value.like.__class__ in (list, tuple):
            return [self._converted(leaf) for leaf in value.leaves]
        if value.__class__ in (list, tuple) and any(isinstance(item, Tensor) for item in value):
            return [self._converted(item) for item in value]
        return value

    @property
    def output(self) -> Any:
        """The result, where there is one."""
        return self.outputs[0]


Rule = Callable[[Call], Step | None]


# ---------------------------------------------------------------------------------------- other ops
def on_tensors(graph: Graph, node: Node) -> Step:
    """The call of the public op itself."""
    ins = tuple(dict.fromkeys(node.ins))
    dtypes = [graph.symbol(i)._dtype for i in ins]
    size = graph.size

    draws = node.effect

    def element(*arrays: Any) -> Any:
        if draws:
            at_node((node,))
        values = Values(size, fresh)
        for index, array, dtype in zip(ins, arrays, dtypes, strict=True):
            values.tensors[index] = structure.tensor_of(array, dtype)
        found = node.call(values)
        if node.single:
            return found._numpy()
        return [tensor._numpy() for tensor in tensors_of(found)]

    return Step(element, None, ins, False, True)


def row_by_row(step: Step, single: bool) -> Callable[..., Any]:
    """The form for many elements of what is called for one."""
    call = step.element

    def rows(count: int, *columns: Any) -> Any:
        if not columns:
            found = [call() for _ in range(count)]
        else:
            found = [call(*row) for row in zip(*[each_row(c) for c in columns], strict=True)]
        if single:
            return stacked(found)
        return [stacked(list(column)) for column in zip(*found, strict=True)]

    return rows


def each_row(column: Any) -> list[Any]:
    """The rows of a stacked array, as arrays."""
    if column.ndim == 1:
        return [column[i, ...] for i in range(len(column))]
    return list(column)


def stacked(rows: Sequence[Any]) -> Any:
    """Arrays of one shape along a new first axis. Raises Unstacked where their shapes differ."""
    first = rows[0]
    if first.__class__ is not np.ndarray or not first.shape:
        if first.dtype == object:
            found = np.empty(len(rows), object)
            found[:] = [row.item() for row in rows]
            return found
        return np.array(rows, first.dtype)
    shape = first.shape
    found = np.empty((len(rows), *shape), first.dtype)
    for at, row in enumerate(rows):
        if row.shape != shape:
            raise Unstacked
        found[at] = row
    return found


# ---------------------------------------------------------------------------------------- functions
class Lowered:
    """A graph as functions of arrays.

    element: of the arrays of one element; rows: of a count and stacked arrays. host: whether they
    must be called with the pipeline's own device and nobody watching; lowered: the part of its
    calls that is NumPy's.
    """

    def __init__(self, graph: Graph) -> None:
        from tfcompat._src.data.numpy_rules import rule_for

        steps = []
        fast = 0
        for node in graph._live:
            step = rule_for(graph, node)
            fast += step is not None
            steps.append((node, step or on_tensors(graph, node)))
        self.host = any(step.host for _, step in steps)
        self.quiet = any(step.quiet for _, step in steps)
        self.fast = not steps or fast > 0
        self._steps = steps
        self._graph = graph
        self.element = self._written(False)
        self._rows: Callable[..., Any] | None = None

    @property
    def rows(self) -> Callable[..., Any]:
        """The form for many elements; made when it is first asked for."""
        found = self._rows
        if found is None:
            found = self._rows = self._written(True)
        return found

    def _written(self, many: bool) -> Callable[..., Any]:
        graph = self._graph
        names: dict[str, Any] = {}
        lines = []
        for at, (node, step) in enumerate(self._steps):
            function = step.element
            if many:
                function = step.rows or row_by_row(step, node.single)
            names[f"f{at}"] = function
            given = [*(["n"] if many else []), *[f"v{i}" for i in step.ins]]
            call = f"f{at}({', '.join(given)})"
            if not node.outs:
                lines.append(call)
            elif node.single:
                lines.append(f"v{node.outs[0]} = {call}")
            else:
                lines.append(f"{', '.join(f'v{i}' for i in node.outs)}, = {call}")
        results = []
        for place, symbol in enumerate(graph.outputs):
            if symbol._constant is None:
                results.append(f"v{symbol._index}")
                continue
            constant = symbol._constant._numpy()
            names[f"c{place}"] = constant
            results.append(f"repeated(n, c{place})" if many else f"c{place}")
        names["repeated"] = _repeated
        parameters = [*(["n"] if many else []), *[f"v{s._index}" for s in graph.inputs]]
        lines.append(f"return ({''.join(r + ', ' for r in results)})")
        source = f"def function({', '.join(parameters)}):\n    " + "\n    ".join(lines)
        exec(compile(source, "<tf.data function>", "exec"), names)
        return names["function"]


def _repeated(count: int, array: Any) -> Any:
    return np.broadcast_to(array, (count, *array.shape))
