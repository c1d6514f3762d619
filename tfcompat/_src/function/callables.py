"""tf.types.experimental: what tf.function makes, as classes to ask `isinstance` with."""

from __future__ import annotations

import abc
import inspect
from typing import Any

from tfcompat._src.naming import public


@public("tfcompat.types.experimental")
class FunctionType(inspect.Signature, metaclass=abc.ABCMeta):
    """The parameters of a function, with the type of each where that is fixed."""


@public("tfcompat.types.experimental")
class Callable(metaclass=abc.ABCMeta):
    """What can be called with tensors, and knows its type."""

    @property
    @abc.abstractmethod
    def function_type(self) -> FunctionType:
        """The parameters, and their types where these are fixed."""


@public("tfcompat.types.experimental")
class AtomicFunction(Callable):
    """A function of tensors without anything Python around it."""

    def call_with_captures(self, args: Any, kwargs: Any, captures: Any) -> Any:
        """Runs the function with these tensors in the place of captured ones."""


@public("tfcompat.types.experimental")
class ConcreteFunction(Callable):
    """One trace of a function: it takes tensors of one signature only."""

    @property
    @abc.abstractmethod
    def inference_fn(self) -> AtomicFunction:
        """The function of tensors that it calls."""


@public("tfcompat.types.experimental")
class PolymorphicFunction(Callable):
    """What `tf.function` makes: a concrete function for every signature it is called with."""

    @abc.abstractmethod
    def get_concrete_function(self, *args: Any, **kwargs: Any) -> ConcreteFunction:
        """The concrete function for these arguments, or for tf.TensorSpecs in their place."""

    def experimental_get_compiler_ir(self, *args: Any, **kwargs: Any) -> Any:
        """A function that gives the text of the compiled program."""


#: The old name of PolymorphicFunction.
GenericFunction = PolymorphicFunction
