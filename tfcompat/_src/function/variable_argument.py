"""What stands for a tf.Variable that a function is called with."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from typing import Any

from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import VariableSpec
from tfcompat._src.variable import Variable


class _Local(threading.local):
    def __init__(self) -> None:
        self.bound: Variable | None = None


class VariableArgument(Variable):
    """A variable of a graph: in a run of the graph it is the variable of the call.

    While the graph is traced it holds the value of the variable of the first call.
    """

    def __init__(self, spec: VariableSpec, value: Tensor, name: str) -> None:
        # What a variable's own constructor does is done by the variable of the call.
        fields = self.__dict__
        fields["_local"] = _Local()
        fields["_held"] = value
        self._dtype = spec.dtype
        self._declared = spec.shape
        self._trainable = spec.trainable
        self._name = name
        self._constraint = None
        self._unique_id = f"Variable_{id(self)}"

    def __getattr__(self, name: str) -> Any:
        bound = self.__dict__["_local"].bound
        if bound is None:
            raise AttributeError(f"'Variable' object has no attribute {name!r}")
        return getattr(bound, name)

    @property
    def _value(self) -> Tensor:
        bound = self.__dict__["_local"].bound
        return self.__dict__["_held"] if bound is None else bound._value

    @_value.setter
    def _value(self, value: Tensor) -> None:
        bound = self.__dict__["_local"].bound
        if bound is None:
            self.__dict__["_held"] = value
        else:
            bound._value = value

    @property
    def handle(self) -> Variable:
        bound = self.__dict__["_local"].bound
        return self if bound is None else bound.handle

    def _read(self) -> Tensor:
        bound = self.__dict__["_local"].bound
        return super()._read() if bound is None else bound._read()

    def __repr__(self) -> str:
        return f"<tf.Variable '{self.name}' shape={self.shape} dtype={self._dtype.name}>"


class bound:
    """A context in which this thread has variables in the place of arguments."""

    __slots__ = ("_before", "_locals", "_variables")

    def __init__(
        self, arguments: Sequence[VariableArgument], variables: Sequence[Variable | None]
    ) -> None:
        self._locals = [argument.__dict__["_local"] for argument in arguments]
        self._variables = variables
        self._before: list[Variable | None] = []

    def __enter__(self) -> None:
        self._before = [local.bound for local in self._locals]
        for local, variable in zip(self._locals, self._variables, strict=True):
            local.bound = None if variable is None else variable.handle

    def __exit__(self, *_: object) -> None:
        for local, before in zip(self._locals, self._before, strict=True):
            local.bound = before


def unbound(variables: Sequence[Variable]) -> bound:
    """A context in which those that are arguments stand for themselves, as while tracing."""
    arguments = [v for v in variables if isinstance(v, VariableArgument)]
    return bound(arguments, [None] * len(arguments))
