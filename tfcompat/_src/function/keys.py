"""Keys of calls: what a call's arguments are, as far as it decides which trace serves them.

Two calls with the same key have the same signature; the opposite need not be so. A key is made
for every call of every function, so this is written for speed.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.function.trace_types import flat_values
from tfcompat._src.function.type_of import PLAIN, TracingContext, as_tensor, is_array, type_of
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import TypeSpec
from tfcompat._src.variable import ResourceVariable, Variable

#: The classes of tensors met so far, all sizes of which are known.
tensor_kinds: set[type] = set()

_LIST, _TUPLE, _DICT, _SYMBOL, _VARIABLE = object(), object(), object(), object(), object()
#: Before the names of a call's named arguments.
NAMED = object()


class Call:
    """The key of a call, and the tensors and variables among its arguments.

    tensors: in the order of the call; variables: each once.
    """

    __slots__ = ("context", "key", "tensors")

    def __init__(self, key: list[Any], tensors: list[Any]) -> None:
        self.key = key
        self.tensors = tensors
        self.context: TracingContext | None = None

    @property
    def variables(self) -> list[Variable]:
        """The variables, in the order of the call."""
        return [] if self.context is None else self.context.variables

    def add(self, value: Any) -> None:
        """Reads one argument."""
        kind = value.__class__
        if kind in tensor_kinds:
            self.key += (value._dtype, value._shape)
            self.tensors.append(value)
        elif kind in PLAIN:
            self.key.append(value)
        elif kind is ResourceVariable:
            self._add_variable(value)
        elif kind is tuple or kind is list:
            self.key += (_TUPLE if kind is tuple else _LIST, len(value))
            for item in value:
                self.add(item)
        elif kind is dict:
            keys = tuple(sorted(value))
            self.key += (_DICT, keys)
            for key in keys:
                self.add(value[key])
        else:
            self._add_other(value)

    def _add_variable(self, value: Variable) -> None:
        handle = value.handle
        declared = handle._declared
        dims: Any = handle._value._shape if declared is None else None
        if declared is not None and declared.rank is not None:
            dims = tuple(declared.as_list())
        alias = self._aliases().alias_of(handle)
        self.key.append((_VARIABLE, handle._dtype, dims, handle._trainable, alias))

    def _add_other(self, value: Any) -> None:
        if value.__class__ is SymbolicTensor:
            self.key += (_SYMBOL, value._dtype, value._dims)
            self.tensors.append(value)
        elif isinstance(value, Tensor):
            tensor_kinds.add(value.__class__)
            self.add(value)
        elif isinstance(value, (np.ndarray, np.generic)) and is_array(value):
            self.add(as_tensor(value))
        elif isinstance(value, Variable):
            self._add_variable(value)
        elif isinstance(value, TypeSpec):
            raise ValueError(
                f"Attempt to convert a value ({value!r}) with an unsupported type ({type(value)}) "
                "to a Tensor."
            )
        else:
            found = type_of(value, self._aliases())
            self.key.append(found)
            self.tensors += [
                leaf for leaf in flat_values(found, value) if not isinstance(leaf, Variable)
            ]

    def _aliases(self) -> TracingContext:
        if self.context is None:
            self.context = TracingContext()
        return self.context
