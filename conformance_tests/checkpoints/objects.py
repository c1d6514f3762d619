"""Objects to save: a module that makes its variables late, and what they are called in a file."""

from __future__ import annotations

from typing import Any

from ..subject import tf

SUFFIX = "/.ATTRIBUTES/VARIABLE_VALUE"
GRAPH = "_CHECKPOINTABLE_OBJECT_GRAPH"


class Net(tf.Module):
    """Variables in attributes, a list, a dictionary, a tuple and a submodule, once it is built."""

    def __init__(self) -> None:
        super().__init__()
        self.items: Any = []
        self.table: Any = {}

    def build(self, start: float = 0.0) -> Net:
        self.direct = tf.Variable(start)
        self.items.append(tf.Variable(start))
        self.items.extend([tf.Variable(start)])
        self.table["k"] = tf.Variable(start)
        self.pair = (tf.Variable(start), "text")
        self.inner = tf.Module()
        self.inner.x = tf.Variable([start, start])
        return self

    def number(self) -> Net:
        for place, variable in enumerate(self.variables):
            variable.assign(tf.fill(variable.shape, place + 1.0))
        return self

    def values(self) -> list[Any]:
        return [variable.numpy().tolist() for variable in self.variables]


def keys(path: str) -> list[str]:
    """The keys of a checkpoint's variables, without what all of them end in."""
    return [name.removesuffix(SUFFIX) for name, _ in tf.train.list_variables(path) if name != GRAPH]
