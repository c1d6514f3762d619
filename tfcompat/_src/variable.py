"""tf.Variable: a name for a tensor that assignment replaces."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from tfcompat._src import dispatch, printing, recording, scopes, stand_ins
from tfcompat._src.convert import register_variable, to_tensor
from tfcompat._src.dtypes import NUMERIC, DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import tracing
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape, make_shape
from tfcompat._src.stand_ins import sessions
from tfcompat._src.tensor import Reference, Tensor, TensorBase
from tfcompat._src.tracking.trackable import Trackable
from tfcompat._src.variable_options import VariableAggregation, VariableSynchronization
from tfcompat._src.variable_scatter import ScatterUpdates

array = dispatch.family("array")
math = dispatch.family("math")

_made = 0


def _next_id() -> int:
    global _made
    _made += 1
    return _made


class _VariableType(type):
    """Lets tf.variable_creator_scope step in where a program makes a tf.Variable."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if cls is not Variable:
            return super().__call__(*args, **kwargs)
        creators = scopes.local.creators
        if not creators:
            return type.__call__(ResourceVariable, *args, **kwargs)
        given = inspect.signature(Variable.__init__).bind(None, *args, **kwargs)
        given.apply_defaults()
        settings = dict(given.arguments)
        del settings["self"]
        if "experimental_enable_variable_lifting" not in kwargs:
            settings["experimental_enable_variable_lifting"] = None
        make: Callable[..., Any] = functools.partial(type.__call__, ResourceVariable)
        for creator in creators:
            make = functools.partial(creator, make)
        return make(**settings)


@public("tfcompat")
class Variable(ScatterUpdates, TensorBase, Trackable, metaclass=_VariableType):
    """Holds a tensor that `assign` and its kin replace; the dtype never changes.

    Args:
      initial_value: a tensor, anything that converts to one, or a function that returns it.
      trainable: whether a tape watches it when it is read; True by default.
      name: shown when printed.
      dtype: converts `initial_value`.
      shape: the shape to declare, where it is wider than the initial value's.

    Raises:
      ValueError: no initial value, or one that does not fit `shape`.
    """

    def __init__(
        self,
        initial_value: Any = None,
        trainable: bool | None = None,
        validate_shape: bool = True,
        caching_device: Any = None,
        name: str | None = None,
        variable_def: Any = None,
        dtype: Any = None,
        import_scope: str | None = None,
        constraint: Callable[[Tensor], Tensor] | None = None,
        synchronization: VariableSynchronization = VariableSynchronization.AUTO,
        aggregation: VariableAggregation = VariableAggregation.NONE,
        shape: Any = None,
        experimental_enable_variable_lifting: bool = True,
    ) -> None:
        if initial_value is None:
            raise ValueError(
                "tf.Variable: received initial_value=None; expected a value, or a function that "
                "returns one"
            )
        if callable(initial_value) and not isinstance(initial_value, TensorBase):
            initial_value = initial_value()
        wanted = None if dtype is None else as_dtype(dtype)
        value = to_tensor(initial_value, wanted)
        graph = tracing.current()
        if graph is not None:
            value = graph.new_variable(self, value)
        declared = None if shape is None else TensorShape(shape)
        if declared is not None and not declared.is_compatible_with(value._shape):
            raise ValueError(
                f"tf.Variable: received an initial value of shape {tuple(value._shape)}, which "
                f"does not fit the shape {declared}"
            )
        # A tensor of the variable's own: a tape must not take it for the one it was made from.
        shared = isinstance(initial_value, TensorBase) and graph is None
        self._value = _alias(value) if shared else value
        self._dtype = self._value._dtype
        self._declared = declared
        if trainable is None:
            trainable = synchronization is not VariableSynchronization.ON_READ
        self._trainable = bool(trainable)
        self._name = scopes.scoped("Variable" if name is None else name)
        self._constraint = constraint
        self._unique_id = f"{self._name}_{_next_id()}"
        self.synchronization = synchronization
        self.aggregation = aggregation

    # -------------------------------------------------------------------------------- properties
    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, as declared or as the initial value had it."""
        declared = self._declared
        return make_shape(tuple(self._value._shape)) if declared is None else declared

    @property
    def _shape(self) -> tuple[int, ...]:
        return self._value._shape

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._value._shape)

    @property
    def name(self) -> str:
        """The name with TensorFlow's output number, as in `Variable:0`."""
        return f"{self._name}:0"

    @property
    def trainable(self) -> bool:
        """Whether a tape watches the variable when it is read."""
        return self._trainable

    @property
    def constraint(self) -> Callable[[Tensor], Tensor] | None:
        """The projection that optimizers apply after an update."""
        return self._constraint

    @property
    def device(self) -> str:
        """The device of the value."""
        return self._value.device

    @property
    def handle(self) -> Variable:
        """What tapes and optimizers know the variable by: the variable itself."""
        return self

    @property
    def native(self) -> Any:
        """The backend's array that is the value now."""
        return stand_ins.value_of(self).native

    # ----------------------------------------------------------------------------------- reading
    def _read(self) -> Tensor:
        """The value, seen by the tapes that watch the variable."""
        value = stand_ins.value_of(self) if sessions else self._value
        for tape in recording.local.tapes:
            # What traces a function has a tensor of its graph for the value.
            found = tape._note_read(self, value)
            if found is not None:
                return found
        return value

    def value(self) -> Tensor:
        """The value now, as a tensor of its own."""
        if self._value.__class__ is HostTensor:
            return self._value
        return dispatch.execute1(array.identity, self._read(), self._dtype)

    read_value = value

    def __tf_tensor__(self, dtype: DType | None = None, name: str | None = None) -> Tensor:
        if dtype is not None and dtype is not self._dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for Variable with dtype "
                f"{self._dtype.name}: {self!r}"
            )
        return self._read()

    def numpy(self) -> Any:
        """The value as a NumPy array of its own.

        Raises NotImplementedError while a tf.function is traced.
        """
        if tracing.current() is not None:
            raise NotImplementedError("numpy() is only available when eager execution is enabled.")
        return stand_ins.value_of(self).numpy()

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        return stand_ins.value_of(self).__array__(dtype, copy)

    def get_shape(self) -> TensorShape:
        """The shape, as the attribute `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Checks `shape` against the variable's own."""
        self._value.set_shape(shape)

    def is_initialized(self, name: str | None = None) -> Tensor:
        """True: a variable always has a value."""
        return to_tensor(True)

    def initialized_value(self) -> Tensor:
        """The value now."""
        return self.value()

    def ref(self) -> Reference:
        """A hashable handle on this very variable, for dictionaries and sets."""
        return Reference(self.handle)

    experimental_ref = ref

    def __bool__(self) -> bool:
        return bool(self._read())

    def __int__(self) -> int:
        return int(stand_ins.value_of(self))

    def __float__(self) -> float:
        return float(stand_ins.value_of(self))

    def __complex__(self) -> complex:
        return complex(stand_ins.value_of(self))

    def __iter__(self) -> Iterator[Any]:
        if not self._shape:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return iter([self[i] for i in range(self._shape[0])])

    def __hash__(self) -> int:
        raise TypeError("Variable is unhashable. Instead, use variable.ref() as the key.")

    # -------------------------------------------------------------------------------- assignment
    def assign(
        self,
        value: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Replaces the value by one of the same dtype and a compatible shape.

        Raises:
          TypeError: a Python value the dtype cannot hold.
          ValueError: a tensor of another dtype, or another shape.
        """
        new = to_tensor(value, self._dtype)
        if new._shape != self._value._shape and not self.shape.is_compatible_with(new._shape):
            raise ValueError(
                f"Cannot assign value to variable '{self.name}': Shape mismatch. The variable "
                f"shape {self.shape}, and the assigned value shape {tuple(new._shape)} are "
                "incompatible."
            )
        self._store(_alias(new))
        return _unread_of(self) if read_value else None

    def _store(self, value: Tensor) -> None:
        if sessions:
            stand_ins.store(self, value)
        else:
            self._value = value

    def _unread(self) -> Variable:
        """The variable as what an assignment returns."""
        return _unread_of(self)

    # See stand_ins.updating.
    _updating: tuple[int, Any] | None = None

    def _exclusive(self) -> Any:
        """A context in which no other thread computes the next value from the present one."""
        found = self._updating
        return stand_ins.updating([self]) if found is None else found[1]

    def _update(self, kernel: Callable[..., Any], delta: Any, op: str, read_value: bool) -> Any:
        if self._dtype not in NUMERIC:
            raise invalid_argument(
                op, f"received a variable of {self._dtype.name}; expected a numeric one"
            )
        change = to_tensor(delta, self._dtype)
        if change._shape != self._value._shape:
            raise invalid_argument(
                op,
                f"Cannot update variable with shape {tuple(self._shape)} using a Tensor with "
                f"shape {tuple(change._shape)}, shapes must be equal.",
            )
        with self._exclusive():
            value = stand_ins.value_of(self) if sessions else self._value
            self._store(dispatch.execute_constant(kernel, (value, change), (), self._dtype))
        return _unread_of(self) if read_value else None

    def assign_add(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Adds `delta`, which has the variable's own shape. Raises as `assign` does."""
        return self._update(math.add, delta, "assign_add", read_value)

    def assign_sub(
        self,
        delta: Any,
        use_locking: bool = False,
        name: str | None = None,
        read_value: bool = True,
    ) -> Variable | None:
        """Subtracts `delta`, which has the variable's own shape. Raises as `assign` does."""
        return self._update(math.subtract, delta, "assign_sub", read_value)

    def __iadd__(self, other: Any) -> NoReturn:
        raise _augmented("+=", "assign_add")

    def __isub__(self, other: Any) -> NoReturn:
        raise _augmented("-=", "assign_sub")

    def __imul__(self, other: Any) -> NoReturn:
        raise _augmented("*=", "assign")

    def __itruediv__(self, other: Any) -> NoReturn:
        raise _augmented("/=", "assign")

    # ------------------------------------------------------------------------------- checkpoints
    def _serialize_to_tensors(self) -> dict[str, Any]:
        return {"VARIABLE_VALUE": self._value}

    def _restore_from_tensors(self, restored_tensors: dict[str, Any]) -> None:
        value = restored_tensors["VARIABLE_VALUE"]
        if value._dtype is not self._dtype:
            raise invalid_argument(
                "restore",
                f"received a value of {value._dtype.name} for the variable {self.name}; expected "
                f"dtype {self._dtype.name}",
            )
        if not self.shape.is_compatible_with(value._shape):
            raise ValueError(
                f"restore: Received incompatible tensor with shape {tuple(value._shape)} when "
                f"attempting to restore variable with shape {self.shape} and name {self.name}."
            )
        self._value = value

    # ---------------------------------------------------------------------------------- printing
    def __repr__(self) -> str:
        if tracing.local.graph is not None:
            return printing.repr_variable_in_graph(self.name, self._dtype, self.shape)
        value = self._value
        return printing.repr_variable(self.name, value._numpy(), self._dtype, self.shape)

    def __reduce__(self) -> Any:
        return _unpickle, (self.numpy(), self._dtype, self._trainable, self._name)

    def __deepcopy__(self, memo: dict[int, Any]) -> Variable:
        copy = Variable(self._value, self._trainable, constraint=self._constraint)
        copy._name = self._name
        memo[id(self)] = copy
        return copy


def _alias(value: Tensor) -> Tensor:
    # A tensor on the host cannot be differentiated, so nobody needs to tell it from another.
    return value if value.__class__ is HostTensor else dispatch.backend().alias(value)


def _augmented(operator: str, method: str) -> RuntimeError:
    return RuntimeError(
        f"Variable {operator} value not supported: received a tf.Variable on the left; use "
        f"variable.{method}(...) to change it, or variable = variable {operator[0]} value for a "
        "new tensor"
    )


def _unpickle(value: Any, dtype: DType, trainable: bool, name: str) -> Variable:
    variable = Variable(value, trainable, dtype=dtype)
    variable._name = name
    return variable


register_variable(Variable)


class ResourceVariable(Variable):
    """What tf.Variable makes, by the name that `type(v).__name__` has in tutorials."""


def _unread_of(variable: Variable) -> Variable:
    # What every assignment returns: made without the steps of a constructor.
    view: Variable = object.__new__(_UnreadVariable)
    view.__dict__["_variable"] = variable.handle
    return view


class _UnreadVariable(Variable):
    """What assignment returns: the same variable, printed as TensorFlow prints it."""

    def __init__(self, variable: Variable) -> None:
        # `_unread_of` does without this.
        self.__dict__["_variable"] = variable.handle

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_variable"], name)

    @property
    def _value(self) -> Tensor:
        return self.__dict__["_variable"]._value

    @_value.setter
    def _value(self, value: Tensor) -> None:
        self.__dict__["_variable"]._value = value

    @property
    def handle(self) -> Variable:
        return self.__dict__["_variable"]

    def _read(self) -> Tensor:
        return self.handle._read()

    def __repr__(self) -> str:
        if tracing.local.graph is not None:
            return printing.repr_variable_in_graph("UnreadVariable", self._dtype, self.shape)
        value = self._value
        return printing.repr_variable("UnreadVariable", value._numpy(), self._dtype, self.shape)
