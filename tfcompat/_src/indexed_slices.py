"""tf.IndexedSlices: rows of a tensor that is zero elsewhere, the gradient of a lookup."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tfcompat._src import nest
from tfcompat._src.dtypes import DType, int32
from tfcompat._src.function.symbolic import known_value
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor
    from tfcompat.backend import Slices


@public("tfcompat")
class IndexedSlices:
    """`values[i]` stands in row `indices[i]` of a tensor of `dense_shape`; rows add up."""

    def __init__(self, values: Tensor, indices: Tensor, dense_shape: Tensor | None = None) -> None:
        self._values = values
        self._indices = indices
        self._dense_shape = dense_shape

    @property
    def values(self) -> Tensor:
        """The rows: shape [n, ...]."""
        return self._values

    @property
    def indices(self) -> Tensor:
        """Where each row belongs: shape [n], int32 or int64."""
        return self._indices

    @property
    def dense_shape(self) -> Tensor | None:
        """The shape of the whole, a vector of integers, if known."""
        return self._dense_shape

    @property
    def dtype(self) -> DType:
        """The element type of the values."""
        return self._values.dtype

    @property
    def _dtype(self) -> DType:
        return self._values._dtype

    @property
    def device(self) -> str:
        """The device of the values."""
        return self._values.device

    @property
    def name(self) -> str:
        """The name of the values; eager tensors have none."""
        raise AttributeError("Tensor.name is undefined when eager execution is enabled.")

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole, as far as it is known."""
        if self._dense_shape is None:
            return TensorShape(None)

        known = known_value(self._dense_shape)
        if known is None:
            return TensorShape([None] * (self._dense_shape.shape[0] or 0))
        return TensorShape([int(n) for n in known])

    def __neg__(self) -> IndexedSlices:
        return IndexedSlices(-self._values, self._indices, self._dense_shape)

    def __tf_tensor__(self, dtype: DType | None = None, name: str | None = None) -> Tensor:
        from tfcompat._src.convert import to_tensor
        from tfcompat._src.ops.array import scatter_rows

        if dtype is not None and dtype is not self._dtype:
            raise ValueError(
                f"Tensor conversion requested dtype {dtype.name} for IndexedSlices with dtype "
                f"{self._dtype.name}"
            )
        if self._dense_shape is None:
            raise ValueError(
                "Tensor conversion requested for IndexedSlices without dense_shape: received "
                "None, expected the shape of the whole"
            )
        # What was given may be a Python list.
        shape = tuple(to_tensor(self._dense_shape).numpy().tolist())
        return scatter_rows(to_tensor(self._values), to_tensor(self._indices), shape)

    # TensorFlow has no repr of its own here: a list of gradients prints the object's address.
    def __str__(self) -> str:
        shape = "" if self._dense_shape is None else f", dense_shape={self._dense_shape!s}"
        return f"IndexedSlices(indices={self._indices!s}, values={self._values!s}{shape})"


def from_rows(found: Slices, source: Tensor) -> IndexedSlices:
    """The gradient by `source` of the lookups that the engine reports."""
    from tfcompat._src.convert import from_numpy
    from tfcompat._src.ops.array import concat, reshape

    row = source._shape[1:]
    values = [reshape(v, (-1, *row)) for v, _ in found.rows]
    indices = [reshape(i, (-1,)) for _, i in found.rows]
    return IndexedSlices(
        values[0] if len(values) == 1 else concat(values, 0),
        indices[0] if len(indices) == 1 else concat(indices, 0),
        from_numpy(np.array(source._shape, np.int32), int32),
    )


def _components(slices: IndexedSlices) -> list[Tensor]:
    parts = (slices._values, slices._indices, slices._dense_shape)
    return [part for part in parts if part is not None]


nest.register_composite(
    IndexedSlices, _components, lambda like, components: type(like)(*components)
)
