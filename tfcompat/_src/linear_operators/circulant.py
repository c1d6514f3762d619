"""Operators that are diagonal after a Fourier transform: LinearOperatorCirculant, 2D and 3D."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype, complex64, int32
from tfcompat._src.linear_operators import pieces
from tfcompat._src.linear_operators.base import LinearOperator
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.complex import conj, real
from tfcompat._src.ops.fourier import fft, fft2d, fft3d, ifft, ifft2d, ifft3d
from tfcompat._src.ops.linalg import adjoint as adjoint_of, matrix_transpose
from tfcompat._src.ops.math import abs as absolute
from tfcompat._src.ops.reductions import (
    reduce_max,
    reduce_mean,
    reduce_min,
    reduce_prod,
    reduce_sum,
)
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.transcendental import log
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

_FORWARD = {1: fft, 2: fft2d, 3: fft3d}
_BACKWARD = {1: ifft, 2: ifft2d, 3: ifft3d}
_WIDE = ("float64", "complex128")


class _Circulant(LinearOperator, axes={"spectrum": 1}):
    """A convolution that wraps around, over as many axes as the operator is deep."""

    _depth = 1

    def _prepare(self, parameters: dict[str, Any]) -> None:
        self._spectrum = pieces.at_least(
            pieces.held(parameters["spectrum"]), self._depth, "`spectrum`"
        )
        hints = {}
        if parameters["is_square"] is False:
            raise ValueError(
                "A [[nested] block] circulant operator is always square. Expected argument "
                "`is_square` to be True. Received: False."
            )
        if not self._spectrum.dtype.is_complex:
            if parameters["is_self_adjoint"] is False:
                raise ValueError(
                    "A real spectrum always corresponds to a self-adjoint operator. Expected "
                    "argument `is_self_adjoint` to be True. Received: False."
                )
            hints["is_self_adjoint"] = True
        self._set_up(
            as_dtype(parameters["input_output_dtype"]), parameters, is_square=True, **hints
        )

    @property
    def spectrum(self) -> Any:
        """The eigenvalues, as given."""
        return self._spectrum

    @property
    def block_depth(self) -> int:
        """How many axes of the spectrum belong to one matrix."""
        return self._depth

    @property
    def block_shape(self) -> TensorShape:
        """These axes."""
        return self._spectrum.shape[-self._depth :]

    def block_shape_tensor(self) -> Tensor:
        """These axes as an int32 vector."""
        return from_numpy(np.array(self.block_shape.as_list(), np.int32), int32)

    def _shape(self) -> Any:
        sizes = tuple(self._spectrum.shape.as_list())
        count = math.prod(sizes[-self._depth :])
        return (*sizes[: -self._depth], count, count)

    # ------------------------------------------------------------------------------- transforms
    def _complex(self, x: Tensor) -> Tensor:
        wide = self.dtype.name in _WIDE or self._spectrum.dtype.name in _WIDE
        return cast(x, "complex128" if wide else "complex64")

    def _own_dtype(self, x: Tensor) -> Tensor:
        """As the operator's dtype, to which an imaginary part may be lost."""
        if x._dtype.is_complex and not self.dtype.is_complex:
            x = real(x)
        return cast(x, self.dtype)

    def _filtered(self, x: Tensor, spectrum: Tensor) -> Tensor:
        """What remains of the columns of x when their transforms are multiplied."""
        block = tuple(self.block_shape.as_list())
        rows = matrix_transpose(x)
        rows = reshape(rows, (*rows._shape[:-1], *block))
        spectrum = spectrum[(..., None, *[slice(None)] * self._depth)]
        found = _BACKWARD[self._depth](spectrum * _FORWARD[self._depth](self._complex(rows)))
        found = reshape(found, (*found._shape[: -self._depth], math.prod(block)))
        return self._own_dtype(matrix_transpose(found))

    def _matmul(self, x: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        spectrum = self._complex(to_tensor(self._spectrum))
        x = adjoint_of(x) if adjoint_arg else x
        return self._filtered(x, conj(spectrum) if adjoint else spectrum)

    def _solve(self, rhs: Tensor, adjoint: bool = False, adjoint_arg: bool = False) -> Tensor:
        spectrum = self._complex(to_tensor(self._spectrum))
        rhs = adjoint_of(rhs) if adjoint_arg else rhs
        return self._filtered(rhs, 1.0 / (conj(spectrum) if adjoint else spectrum))

    def convolution_kernel(self, name: str = "convolution_kernel") -> Tensor:
        """The first columns, in the shape of the spectrum."""
        spectrum = self._complex(to_tensor(self._spectrum))
        return self._own_dtype(_BACKWARD[self._depth](spectrum))

    # ---------------------------------------------------------------------------- from the spectrum
    def _flat(self) -> Tensor:
        return reshape(to_tensor(self._spectrum), self._sizes[:-1])

    def _eigvals(self) -> Tensor:
        return self._flat()

    def _trace(self) -> Tensor:
        return self._own_dtype(reduce_sum(self._flat(), axis=-1))

    def _diag_part(self) -> Tensor:
        mean = self._own_dtype(reduce_mean(self._flat(), axis=-1, keepdims=True))
        return broadcast_to(mean, self._sizes[:-1])

    def _determinant(self) -> Tensor:
        return self._own_dtype(reduce_prod(self._flat(), axis=-1))

    def _log_abs_determinant(self) -> Tensor:
        return self._own_dtype(reduce_sum(log(absolute(self._flat())), axis=-1))

    def _cond(self) -> Tensor:
        sizes = absolute(self._flat())
        return reduce_max(sizes, axis=-1) / reduce_min(sizes, axis=-1)

    def _linop_adjoint(self) -> LinearOperator:
        # As in TensorFlow, its dtype is complex64.
        return type(self)(conj(to_tensor(self._spectrum)), **self._hints())

    def _linop_inverse(self) -> LinearOperator:
        spectrum = 1.0 / to_tensor(self._spectrum)
        return type(self)(spectrum, input_output_dtype=self.dtype, **self._hints())  # type: ignore[call-arg]

    # ------------------------------------------------------------------------------- assertions
    def _values(self) -> np.ndarray[Any, Any]:
        return to_tensor(self._spectrum)._numpy()

    def assert_hermitian_spectrum(self, name: str = "assert_hermitian_spectrum") -> None:
        """Raises InvalidArgumentError unless the convolution kernel is real, up to rounding."""
        axes = tuple(range(-self._depth, 0))
        kernel = np.fft.ifftn(self._values(), axes=axes)
        precision = np.finfo(self._values().dtype).eps * self._sizes[-1]
        bound = precision * np.abs(kernel).max(initial=0)
        pieces.check(
            self, np.abs(kernel.imag) <= bound, "Spectrum was not Hermitian.", self._values()
        )

    def _assert_non_singular(self) -> None:
        values = self._values()
        pieces.check(self, values != 0, "Singular: Spectrum contained zero values.", values)

    def _assert_positive_definite(self) -> None:
        values = np.real(self._values())
        refusal = "Not positive definite: Real part of spectrum was not all positive."
        pieces.check(self, values > 0, refusal, values)

    def _assert_self_adjoint(self) -> None:
        values = np.imag(self._values())
        refusal = "Not self-adjoint: The spectrum contained non-zero imaginary part."
        pieces.check(self, values == 0, refusal, values)


@public("tfcompat.linalg")
class LinearOperatorCirculant(_Circulant):
    """The operator of circulant matrices, each column the one before, moved on by one.

    Args:
      spectrum: the Fourier transforms of the first columns.
      input_output_dtype: the dtype of the operator; a real one drops imaginary parts.
      is_non_singular: a hint as for any operator.
      is_self_adjoint: likewise; certain if the spectrum is real.
      is_positive_definite: likewise.
      is_square: True.
      name: by default that of the class.
    """

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant",
    ) -> None:
        self._prepare(pieces.given(locals()))


@public("tfcompat.linalg")
class LinearOperatorCirculant2D(_Circulant, axes={"spectrum": 2}):
    """Circulant blocks of circulant matrices; the last two axes of `spectrum` are one transform.

    The arguments are those of `LinearOperatorCirculant`.
    """

    _depth = 2

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant2D",
    ) -> None:
        self._prepare(pieces.given(locals()))


@public("tfcompat.linalg")
class LinearOperatorCirculant3D(_Circulant, axes={"spectrum": 3}):
    """Circulant blocks of circulant blocks of circulant matrices: three axes for one transform.

    The arguments are those of `LinearOperatorCirculant`.
    """

    _depth = 3

    def __init__(
        self,
        spectrum: Any,
        input_output_dtype: Any = complex64,
        is_non_singular: bool | None = None,
        is_self_adjoint: bool | None = None,
        is_positive_definite: bool | None = None,
        is_square: bool | None = True,
        name: str = "LinearOperatorCirculant3D",
    ) -> None:
        self._prepare(pieces.given(locals()))


def is_circulant(operator: Any) -> bool:
    """Whether products with operators of the same class multiply spectra."""
    return isinstance(operator, _Circulant)


def circulants_product(left: Any, right: Any, hints: dict[str, Any]) -> LinearOperator:
    """The product of two circulants of one class; as in TensorFlow, its dtype is complex64."""
    spectrum = to_tensor(left.spectrum) * to_tensor(right.spectrum)
    return type(left)(spectrum, **hints)
