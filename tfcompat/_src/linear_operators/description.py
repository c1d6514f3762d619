"""What a linear operator is: its dtype, name, hints and sizes, and what arguments fit it."""

from __future__ import annotations

import abc
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype, int32
from tfcompat._src.linear_operators import pieces
from tfcompat._src.scopes import name_scope
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tracking.module import Module


class Described(Module, metaclass=abc.ABCMeta):
    """The base of LinearOperator, with everything that computes nothing."""

    _TF_MODULE_IGNORED_PROPERTIES = Module._TF_MODULE_IGNORED_PROPERTIES | {"_parameters"}
    _parameters: dict[str, Any]
    #: How many axes of each tensor among the parameters belong to one matrix; None: no slicing.
    _parameter_axes: dict[str, int] | None = None

    def __init_subclass__(cls, axes: dict[str, int] | None = None, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if axes is not None:
            cls._parameter_axes = axes
        nest.register_composite(cls, pieces.tensors_of, pieces.with_tensors)

    def __init__(
        self,
        dtype: Any,
        graph_parents: Any = None,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = None,
        name: str | None = None,
        parameters: dict[str, Any] | None = None,
    ) -> None:
        if is_positive_definite:
            if is_non_singular is False:
                raise ValueError("A positive definite matrix is always non-singular.")
            is_non_singular = True
        if is_non_singular:
            if is_square is False:
                raise ValueError("A non-singular matrix is always square.")
            is_square = True
        if is_self_adjoint:
            if is_square is False:
                raise ValueError("A self-adjoint matrix is always square.")
            is_square = True
        object.__setattr__(self, "_parameters", dict(parameters or {}))
        self._dtype = as_dtype(dtype) if dtype else dtype
        self._is_non_singular = is_non_singular
        self._is_self_adjoint = is_self_adjoint
        self._is_positive_definite = is_positive_definite
        self._square_by_hints = is_square
        self._name = name or type(self).__name__

    def _set_up(self, dtype: Any, parameters: dict[str, Any], **changed: Any) -> None:
        """`__init__` for a subclass of which these are the arguments, with other hints or name."""
        given = {key: parameters[key] for key in (*pieces.HINTS, "name")}
        Described.__init__(self, dtype, parameters=parameters, **{**given, **changed})

    # ----------------------------------------------------------------------------- what it is
    @property
    def parameters(self) -> dict[str, Any]:
        """The arguments it was made with, by name."""
        return dict(self._parameters)

    @property
    def dtype(self) -> DType:
        """The dtype of the matrices."""
        return self._dtype

    @property
    def name(self) -> str:
        """The name as given, or made from those of the class and the operators inside."""
        return self._name

    @property
    def name_scope(self) -> name_scope:
        """A name scope of the operator's name, to be used as a context."""
        return name_scope(self._name)

    @property
    def graph_parents(self) -> list[Any]:
        """Nothing: there is no graph."""
        return []

    @property
    def is_non_singular(self) -> bool | None:
        """Whether the matrices are known to be invertible."""
        return self._is_non_singular

    @property
    def is_self_adjoint(self) -> bool | None:
        """Whether the matrices are known to equal their conjugate transposes."""
        return self._is_self_adjoint

    @property
    def is_positive_definite(self) -> bool | None:
        """Whether x^H A x is known to have a positive real part for every x but 0."""
        return self._is_positive_definite

    @property
    def is_square(self) -> bool:
        """Whether the matrices are square. Raises ValueError if they are and were said not to."""
        square = bool(self.domain_dimension == self.range_dimension)
        if self._square_by_hints is False and square:
            raise ValueError("User set is_square hint to False, but the operator was square.")
        return square if self._square_by_hints is None else self._square_by_hints

    def _all_hints(self) -> dict[str, bool | None]:
        """The hints as they were given or concluded; of sizes nothing is."""
        return {
            "is_non_singular": self._is_non_singular,
            "is_self_adjoint": self._is_self_adjoint,
            "is_positive_definite": self._is_positive_definite,
            "is_square": self._square_by_hints,
        }

    def _hints(self, **changed: Any) -> dict[str, Any]:
        """The hints as arguments, for an operator that shares them."""
        return {
            "is_non_singular": self.is_non_singular,
            "is_self_adjoint": self.is_self_adjoint,
            "is_positive_definite": self.is_positive_definite,
            "is_square": True,
            **changed,
        }

    # ---------------------------------------------------------------------------------- shape
    @abc.abstractmethod
    def _shape(self) -> Any:
        """The shape of the batch of matrices."""

    def _shape_tensor(self) -> Tensor:
        raise NotImplementedError("_shape_tensor is not implemented.")

    @property
    def shape(self) -> TensorShape:
        """The batch's axes, then rows and columns."""
        found = self._shape()
        return found if isinstance(found, TensorShape) else TensorShape(found)

    def shape_tensor(self, name: str = "shape_tensor") -> Tensor:
        """The shape as an int32 vector."""
        shape = self.shape
        if not shape.is_fully_defined():
            return self._shape_tensor()
        return _ints(shape.as_list())

    @property
    def batch_shape(self) -> TensorShape:
        """The axes before the last two."""
        return self.shape[:-2]

    def batch_shape_tensor(self, name: str = "batch_shape_tensor") -> Tensor:
        """The axes before the last two, as an int32 vector."""
        return self.shape_tensor()[:-2]

    @property
    def tensor_rank(self) -> int | None:
        """The number of axes."""
        return self.shape.ndims

    def tensor_rank_tensor(self, name: str = "tensor_rank_tensor") -> Tensor:
        """The number of axes, as an int32 scalar."""
        return _ints(len(self.shape))

    @property
    def domain_dimension(self) -> Any:
        """The number of columns, a Dimension."""
        return self.shape.dims[-1]  # type: ignore[index]

    def domain_dimension_tensor(self, name: str = "domain_dimension_tensor") -> Tensor:
        """The number of columns, as an int32 scalar."""
        return self.shape_tensor()[-1]

    @property
    def range_dimension(self) -> Any:
        """The number of rows, a Dimension."""
        return self.shape.dims[-2]  # type: ignore[index]

    def range_dimension_tensor(self, name: str = "range_dimension_tensor") -> Tensor:
        """The number of rows, as an int32 scalar."""
        return self.shape_tensor()[-2]

    @property
    def _sizes(self) -> tuple[int, ...]:
        return tuple(self.shape.as_list())  # type: ignore[arg-type]

    # --------------------------------------------------------------------------------- checks
    def _operand(self, x: Any, axis: int, adjoint: bool, of_solve: bool = False) -> Tensor:
        """A tensor of the operator's dtype with as many elements in `axis` as it needs."""
        tensor = to_tensor(x)
        self._check_dtype(tensor)
        if len(tensor._shape) < -axis:
            raise IndexError(
                f"{self.name}: received a tensor of shape {tuple(tensor._shape)}; expected "
                f"{-axis} axes or more"
            )
        wanted = self._sizes[-2 if adjoint is not of_solve else -1]
        self._check_size(wanted, tensor._shape[axis])
        return tensor

    def _check_dtype(self, x: Tensor) -> None:
        if x._dtype is not self.dtype:
            raise TypeError(
                f"{self.name}: received a tensor of {x._dtype.name}; expected {self.dtype.name}, "
                "the dtype of the operator"
            )

    def _check_size(self, wanted: int, received: int) -> None:
        if wanted != received:
            raise ValueError(
                f"Dimensions {wanted} and {received} are not compatible: that of {self.name}, of "
                f"shape {self.shape}, and that of its argument"
            )

    def _expect_square(self, what: str) -> None:
        if self.is_square is False:
            raise NotImplementedError(
                f"{what} not implemented for an operator that is expected to not be square."
            )


def _ints(values: Any) -> Tensor:
    return from_numpy(np.array(values, np.int32), int32)
