"""Values of a graph that the known sizes of its tensors decide."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.function.calls import Node, Place
from tfcompat._src.function.symbolic import SymbolicTensor, known_value
from tfcompat._src.tensor import Tensor

_RULES: dict[str, Callable[..., Any]] = {
    "add": np.add,
    "equal": np.equal,
    "getitem": operator.getitem,
    "greater": np.greater,
    "greater_equal": np.greater_equal,
    "less": np.less,
    "less_equal": np.less_equal,
    "multiply": np.multiply,
    "not_equal": np.not_equal,
    "subtract": np.subtract,
}


def decided(tensor: Any) -> Any:
    """The value of a tensor that is the same in every run of its graph, or None.

    It follows a few ops on `tf.shape` of tensors of which some sizes are known.
    """
    if not isinstance(tensor, SymbolicTensor):
        return known_value(tensor)
    found = _value(tensor, {i: node for node in tensor.graph.nodes for i in node.outs})
    return None if found is None or np.ma.is_masked(found) else np.asarray(found)


def _value(tensor: SymbolicTensor, nodes: dict[int, Node]) -> Any:
    """The value, unknown sizes masked in it; None where it is no matter of sizes."""
    known = known_value(tensor)
    if known is not None:
        return known
    node = nodes.get(tensor._index)
    if node is None or node.kwargs:
        return None
    if node.name == "shape" and len(node.args) == 1:
        dims = tensor.graph.symbol(node.ins[0])._dims
        return (
            None if dims is None else np.ma.masked_equal([-1 if d is None else d for d in dims], -1)
        )
    rule = _RULES.get(node.name)
    if rule is None:
        return None
    values = []
    for arg in node.args:
        value = arg
        if arg.__class__ is Place:
            value = _value(tensor.graph.symbol(arg.index), nodes)
        elif isinstance(arg, Tensor):
            value = known_value(arg)
        elif not isinstance(arg, (int, slice)):
            return None
        if value is None:
            return None
        values.append(value)
    return rule(*values)
