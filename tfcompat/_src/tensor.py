"""tf.Tensor: what every tensor can do, whoever stores it.

A backend subclasses `Tensor` and supplies the storage; operators and indexing are installed by
`tfcompat._src.operators`, which knows the ops.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from tfcompat._src import printing
from tfcompat._src.shapes import TensorShape, make_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tfcompat._src.dtypes import DType


class TensorBase:
    """The common base of tensors and variables, `tf.__internal__.types.Tensor`."""

    __slots__ = ()

    if TYPE_CHECKING:
        # Installed by operators.py, so that an operator is one call away from its op.
        def __add__(self, other: Any) -> Tensor: ...
        def __radd__(self, other: Any) -> Tensor: ...
        def __sub__(self, other: Any) -> Tensor: ...
        def __rsub__(self, other: Any) -> Tensor: ...
        def __mul__(self, other: Any) -> Tensor: ...
        def __rmul__(self, other: Any) -> Tensor: ...
        def __truediv__(self, other: Any) -> Tensor: ...
        def __rtruediv__(self, other: Any) -> Tensor: ...
        def __floordiv__(self, other: Any) -> Tensor: ...
        def __rfloordiv__(self, other: Any) -> Tensor: ...
        def __mod__(self, other: Any) -> Tensor: ...
        def __rmod__(self, other: Any) -> Tensor: ...
        def __pow__(self, other: Any) -> Tensor: ...
        def __rpow__(self, other: Any) -> Tensor: ...
        def __matmul__(self, other: Any) -> Tensor: ...
        def __rmatmul__(self, other: Any) -> Tensor: ...
        def __and__(self, other: Any) -> Tensor: ...
        def __rand__(self, other: Any) -> Tensor: ...
        def __or__(self, other: Any) -> Tensor: ...
        def __ror__(self, other: Any) -> Tensor: ...
        def __xor__(self, other: Any) -> Tensor: ...
        def __rxor__(self, other: Any) -> Tensor: ...
        def __neg__(self) -> Tensor: ...
        def __invert__(self) -> Tensor: ...
        def __abs__(self) -> Tensor: ...
        def __lt__(self, other: Any) -> Tensor: ...
        def __le__(self, other: Any) -> Tensor: ...
        def __gt__(self, other: Any) -> Tensor: ...
        def __ge__(self, other: Any) -> Tensor: ...
        def __getitem__(self, key: Any) -> Any: ...

    # NumPy leaves `array * tensor` to the tensor's reflected operator.
    __array_priority__ = 100


class EagerKind(type):
    """The class of a backend's class of tensors.

    Programs ask `isinstance(x, type(tf.constant(0)))` to find out whether x has a value, which
    tensors that no backend stores have, too.
    """

    #: Classes of such tensors.
    others: ClassVar[set[type]] = set()

    def __instancecheck__(cls, item: Any) -> bool:
        return type.__instancecheck__(cls, item) or type(item) in EagerKind.others


class Tensor(TensorBase):
    """A dense, immutable array of one dtype.

    Made by ops, never by calling the class. `native` is the backend's own array.
    """

    # Programs hang attributes on tensors (Keras its masks); the dictionary is made when they do.
    __slots__ = ("__dict__", "__weakref__")

    # Every storage class defines these three.
    _dtype: DType
    if TYPE_CHECKING:

        @property
        def _shape(self) -> tuple[int, ...]: ...

        @property
        def native(self) -> Any: ...

        @property
        def device(self) -> str: ...

        def _numpy(self) -> np.ndarray[Any, Any]:
            """The value as a NumPy array that may share memory with the tensor."""

    @property
    def _rank(self) -> int:
        """`len(self._shape)`, where a backend need not make the shape for it."""
        return len(self._shape)

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape, a tf.TensorShape."""
        return make_shape(tuple(self._shape))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self._shape)

    def get_shape(self) -> TensorShape:
        """The shape, as the attribute `shape`."""
        return self.shape

    def set_shape(self, shape: Any) -> None:
        """Checks `shape` against the tensor's own. Raises ValueError where they disagree."""
        if not self.shape.is_compatible_with(shape):
            raise ValueError(
                f"Tensor.set_shape: received {TensorShape(shape)}, but this tensor's shape is "
                f"{self.shape}"
            )

    def numpy(self) -> Any:
        """The value as a NumPy array of its own, a NumPy scalar for rank 0, bytes for a string."""
        array = self._numpy()
        return array.copy() if array.ndim else array[()]

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray[Any, Any]:
        array = self._numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array if copy is False else array.copy()

    def __dlpack__(self, **kwargs: Any) -> Any:
        return self.native.__dlpack__(**kwargs)

    def __dlpack_device__(self) -> Any:
        return self.native.__dlpack_device__()

    # The value of one element, as Python's own type.
    def __bool__(self) -> bool:
        array = self._numpy()
        return bool(array) if array.size else False

    def __int__(self) -> int:
        return int(self._numpy())

    def __float__(self) -> float:
        return float(self._numpy())

    def __complex__(self) -> complex:
        return complex(self._numpy())

    def __index__(self) -> int:
        return self._numpy().__index__()

    def __len__(self) -> int:
        if not self._shape:
            raise TypeError("Scalar tensor has no `len()`")
        return self._shape[0]

    def __iter__(self) -> Iterator[Any]:
        if not self._shape:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return iter([self[i] for i in range(self._shape[0])])

    def __hash__(self) -> int:
        raise TypeError("Tensor is unhashable. Instead, use tensor.ref() as the key.")

    def ref(self) -> Reference:
        """A hashable handle on this very tensor, for dictionaries and sets."""
        return Reference(self)

    def __copy__(self) -> Tensor:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        return self

    def __reduce__(self) -> Any:
        from tfcompat._src.convert import constant

        return constant, (self.numpy(), self._dtype)

    def __repr__(self) -> str:
        from tfcompat.backend import ValueNeeded

        try:
            value = self._numpy()
        except ValueNeeded:
            # Errors tell of such tensors, and are not to become others by that.
            return f"<tf.Tensor: shape={tuple(self._shape)}, dtype={self._dtype.name}>"
        return printing.repr_tensor(value, self._dtype, tuple(self._shape))

    def __str__(self) -> str:
        return printing.str_tensor(self._numpy(), self._dtype, tuple(self._shape))

    def __format__(self, spec: str) -> str:
        return printing.format_tensor(self._numpy(), self._dtype, spec)


class Reference:
    """Compares and hashes a tensor or variable by identity; made by `ref()`."""

    __slots__ = ("_target",)

    def __init__(self, target: Any) -> None:
        self._target = target

    def deref(self) -> Any:
        """The tensor or variable itself."""
        return self._target

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and other._target is self._target

    def __hash__(self) -> int:
        return id(self._target)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._target!r}>"
