"""The graph of an object and its children, as a checkpoint names it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src.checkpoint.files import Graph
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.tensor import TensorBase
from tfcompat._src.tracking.trackable import children_of, own_tensors


class Node(NamedTuple):
    """One object: where it was found first, and the numbers of its children."""

    value: Any
    path: tuple[str, ...]
    children: dict[str, int]


def walk(root: Any, purpose: str = "checkpoint") -> list[Node]:
    """All objects under a root, nearest first; an object that is reached twice counts once."""
    nodes = [Node(root, (), {})]
    numbers = {id(root): 0}
    for node in nodes:
        for name, child in children_of(node.value, purpose).items():
            number = numbers.get(id(child))
            if number is None:
                number = numbers[id(child)] = len(nodes)
                nodes.append(Node(child, (*node.path, name), {}))
            node.children[name] = number
    return nodes


def _escaped(name: str) -> str:
    return name.replace(".", "..").replace("/", ".S")


def key_of(path: tuple[str, ...], attribute: str) -> str:
    """The key of a value: the names that lead to its object, then the attribute."""
    return "/".join([_escaped(name) for name in path]) + "/.ATTRIBUTES/" + attribute


def _as_array(value: Any) -> tuple[np.ndarray[Any, Any], DType]:
    tensor = value
    if isinstance(value, TensorBase):
        tensor = getattr(value, "_value", value)
    else:
        tensor = to_tensor(value)
    return np.asarray(tensor._numpy()), tensor._dtype


def flatten(root: Any) -> tuple[Graph, dict[str, tuple[np.ndarray[Any, Any], DType]]]:
    """The graph as a checkpoint keeps it, and the values by key."""
    graph: Graph = []
    values = {}
    for node in walk(root):
        attributes = {}
        for name, value in own_tensors(node.value).items():
            key = attributes[name] = key_of(node.path, name)
            values[key] = _as_array(value)
        graph.append({"children": node.children, "attributes": attributes})
    return graph, values


def printed(graph: Graph, number: int) -> str:
    """How messages call a node of a checkpoint: by the names that lead to it."""
    paths = {0: "(root)"}
    order = [0]
    for at in order:
        for name, child in graph[at]["children"].items():
            if child not in paths:
                paths[child] = f"{paths[at]}.{name}"
                order.append(child)
    return paths.get(number, f"node {number}")
