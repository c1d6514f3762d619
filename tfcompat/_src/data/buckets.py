"""Dataset.bucket_by_sequence_length: batches of elements of about the same length."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.grouping import GroupFunctions, _GroupByWindowDataset
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.structure import Components
from tfcompat._src.data.windows import _VariantDataset
from tfcompat._src.errors import invalid_argument
from tfcompat._src.tensor_spec import TensorSpec

_OP = "Dataset.bucket_by_sequence_length"


class BucketFunctions(GroupFunctions):
    """The bucket of an element, and the padded batches of a bucket."""

    def __init__(
        self,
        dataset: DatasetV2,
        length_func: Callable[..., Any],
        boundaries: Sequence[int],
        sizes: Sequence[int],
        padding: tuple[Any, Any, bool],
        to_boundary: bool,
        drop_remainder: bool,
    ) -> None:
        self._length = Mapped(length_func, dataset.element_spec, f"{_OP}()")
        self._boundaries, self._sizes = list(boundaries), list(sizes)
        self._shapes, self._values, self._padded = padding
        self._to_boundary, self._drop = to_boundary, False
        self._elements = dataset.element_spec
        if self._shapes is None:
            self._shapes = structure.map_structure(_shape, dataset.element_spec)
        empty = _VariantDataset(dataset.element_spec, [])
        self.spec = self._batched(empty, 1, self._shapes).element_spec
        # From here on: buckets may have batches of different sizes.
        self._drop = drop_remainder

    def key(self, element: Components) -> int:
        length = int(self._length.call(element)[0])
        return bisect.bisect_right(self._boundaries, length)

    def size(self, key: int) -> int:
        return self._sizes[key]

    def reduced(self, key: int, group: DatasetV2) -> DatasetV2:
        shapes = self._shapes
        if self._to_boundary:
            if key == len(self._boundaries):
                raise invalid_argument(
                    _OP,
                    "When pad_to_bucket_boundary=True, elements must have length < "
                    f"max(bucket_boundaries), which is {self._boundaries[-1]}",
                )
            room = self._boundaries[key] - 1
            like, flat = self._elements, structure.flatten_up_to(self._elements, shapes, _OP)
            shapes = structure.pack(like, [_bounded(shape, room) for shape in flat])
        return self._batched(group, self._sizes[key], shapes)

    def _batched(self, group: DatasetV2, size: int, shapes: Any) -> DatasetV2:
        found: DatasetV2
        if not self._padded:
            found = group.batch(size, drop_remainder=self._drop)
        else:
            found = group.padded_batch(size, shapes, self._values, drop_remainder=self._drop)
        return found


def _shape(spec: Any) -> Any:
    return spec.shape if isinstance(spec, TensorSpec) else None


def _bounded(shape: Any, room: int) -> Any:
    sizes = shape.as_list() if hasattr(shape, "as_list") else list(shape)
    return [room if size is None or size == -1 else size for size in sizes]


def bucketed(
    dataset: DatasetV2,
    length_func: Callable[..., Any],
    boundaries: Any,
    sizes: Any,
    padded_shapes: Any,
    padding_values: Any,
    to_boundary: bool,
    no_padding: bool,
    drop_remainder: bool,
) -> DatasetV2:
    """Padded batches of elements of about the same length."""
    if len(sizes) != len(boundaries) + 1:
        raise ValueError(
            "`len(bucket_batch_sizes)` must equal `len(bucket_boundaries) + 1` but "
            f"`len(bucket_batch_sizes)={len(sizes)}` and `len(bucket_boundaries)="
            f"{len(boundaries)}`."
        )
    padding = padded_shapes, padding_values, not no_padding
    functions = BucketFunctions(
        dataset, length_func, boundaries, sizes, padding, to_boundary, drop_remainder
    )
    return _GroupByWindowDataset(dataset, functions)
