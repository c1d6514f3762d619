"""The methods of tf.data.Dataset that put elements together and take them apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Batching:
    """What makes batches, windows and rows."""

    def batch(
        self,
        batch_size: Any,
        drop_remainder: Any = False,
        num_parallel_calls: Any = None,
        deterministic: bool | None = None,
        name: str | None = None,
    ) -> Any:
        """Elements stacked along a new first axis, `batch_size` of them each.

        drop_remainder: whether a last batch with fewer elements is left out.

        Raises InvalidArgumentError for a size that is not positive, and, in the pass, where shapes
        of elements differ.
        """
        from tfcompat._src.data.batching import _BatchDataset, _ParallelBatchDataset

        kind = _BatchDataset if num_parallel_calls is None else _ParallelBatchDataset
        return kind(self, batch_size, drop_remainder)  # type: ignore[arg-type]

    def padded_batch(
        self,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: Any = False,
        name: str | None = None,
    ) -> Any:
        """Batches of elements of different shapes, which are padded at their ends.

        Args:
          batch_size: how many elements a batch has.
          padded_shapes: the structure of shapes they are padded to; sizes of None or -1 are the
            largest of the batch. All of them if not given.
          padding_values: the structure of what is filled in; zeros and empty strings for None.
          drop_remainder: whether a last batch with fewer elements is left out.
          name: not used.

        Raises ValueError, TypeError or InvalidArgumentError for shapes and values that do not fit.
        """
        from tfcompat._src.data.padding import _PaddedBatchDataset

        return _PaddedBatchDataset(
            self,  # type: ignore[arg-type]
            batch_size,
            padded_shapes,
            padding_values,
            drop_remainder,
        )

    def ragged_batch(
        self,
        batch_size: Any,
        drop_remainder: bool = False,
        row_splits_dtype: Any = "int64",
        name: str | None = None,
    ) -> Any:
        """Batches of elements of different shapes as ragged tensors."""
        from tfcompat._src.data.other_batches import ragged_batch

        return ragged_batch(
            self,  # type: ignore[arg-type]
            batch_size,
            drop_remainder,
            row_splits_dtype,
        )

    def sparse_batch(self, batch_size: Any, row_shape: Any, name: str | None = None) -> Any:
        """Batches of elements of different shapes as sparse tensors with rows of a shape."""
        from tfcompat._src.data.other_batches import sparse_batch

        return sparse_batch(self, batch_size, row_shape)  # type: ignore[arg-type]

    def unbatch(self, name: str | None = None) -> Any:
        """The rows of the elements. Raises ValueError for scalars."""
        from tfcompat._src.data.unbatching import _UnbatchDataset

        return _UnbatchDataset(self)  # type: ignore[arg-type]

    def rebatch(
        self, batch_size: Any, drop_remainder: bool = False, name: str | None = None
    ) -> Any:
        """The rows of batches in batches of another size, or of a list of sizes in turn."""
        from tfcompat._src.data.unbatching import rebatched

        return rebatched(self, batch_size, drop_remainder)  # type: ignore[arg-type]

    def window(
        self,
        size: Any,
        shift: Any = None,
        stride: Any = 1,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Any:
        """Structures of datasets of `size` elements each.

        Args:
          size: how many elements a window has.
          shift: how many elements further the next window starts; `size` if None.
          stride: how many elements further the next one in a window is.
          drop_remainder: whether windows with fewer elements at the end are left out.
          name: not used.

        Raises InvalidArgumentError for numbers that are not positive.
        """
        from tfcompat._src.data.windows import _WindowDataset

        return _WindowDataset(
            self,  # type: ignore[arg-type]
            size,
            size if shift is None else shift,
            stride,
            drop_remainder,
        )

    def group_by_window(
        self,
        key_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        window_size: Any = None,
        window_size_func: Callable[..., Any] | None = None,
        name: str | None = None,
    ) -> Any:
        """The elements of the datasets that a function makes of groups of elements.

        Args:
          key_func: gives the key of an element, an int64 scalar.
          reduce_func: gives a dataset for a key and a dataset of elements with this key.
          window_size: how many elements a group has.
          window_size_func: gives that number for a key; instead of `window_size`.
          name: not used.

        Raises ValueError unless one of the last two is given.
        """
        from tfcompat._src.data.grouping import group_by_window

        return group_by_window(
            self,  # type: ignore[arg-type]
            key_func,
            reduce_func,
            window_size,
            window_size_func,
        )

    def bucket_by_sequence_length(
        self,
        element_length_func: Callable[..., Any],
        bucket_boundaries: Any,
        bucket_batch_sizes: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        pad_to_bucket_boundary: bool = False,
        no_padding: bool = False,
        drop_remainder: bool = False,
        name: str | None = None,
    ) -> Any:
        """Padded batches of elements of about the same length.

        Args:
          element_length_func: gives the length of an element, an int32 scalar.
          bucket_boundaries: where one bucket of lengths ends and the next one begins.
          bucket_batch_sizes: how many elements a batch of each bucket has: one number more.
          padded_shapes: as in `padded_batch`.
          padding_values: as in `padded_batch`.
          pad_to_bucket_boundary: whether unknown sizes become one less than the boundary.
          no_padding: whether nothing is padded.
          drop_remainder: whether a last batch with fewer elements is left out.
          name: not used.

        Raises ValueError for lists of other lengths, and for numbers that cannot be.
        """
        from tfcompat._src.data.buckets import bucketed

        return bucketed(
            self,  # type: ignore[arg-type]
            element_length_func,
            bucket_boundaries,
            bucket_batch_sizes,
            padded_shapes,
            padding_values,
            pad_to_bucket_boundary,
            no_padding,
            drop_remainder,
        )
