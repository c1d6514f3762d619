"""Dataset.prefetch: elements that another thread makes before they are asked for."""

from __future__ import annotations

from typing import Any

from tfcompat._src.data.arguments import AUTOTUNE, long
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.threads import Ahead
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.errors import invalid_argument

# Fewer bytes are copied in less time than it takes to hand an element from thread to thread.
_WORTH_A_THREAD = 1 << 19


class _PrefetchDataset(UnchangedDataset):
    """The same elements, made in advance."""

    def __init__(self, source: DatasetV2, buffer_size: Any) -> None:
        super().__init__(source)
        self._size = long(buffer_size, "Dataset.prefetch", "buffer_size")
        if self._size < 0 and self._size != AUTOTUNE:
            raise invalid_argument(
                "Dataset.prefetch",
                "buffer_size must be >= 0 or set buffer_size to be -1 for auto-tuning, received "
                f"{self._size}",
            )

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        copied = source.copied
        if not self._size or (copied is not None and copied < _WORTH_A_THREAD):
            return source
        return Ahead(source, self._size)
