"""Dataset.ignore_errors: elements without those at which an error is raised."""

from __future__ import annotations

from tfcompat._src.data.arguments import UNKNOWN
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Through, Walk
from tfcompat._src.errors import OpError
from tfcompat._src.logging import get_logger


class IgnoreErrorsWalk(Through):
    """What does not raise."""

    def __init__(self, source: Walk, log_warning: bool) -> None:
        super().__init__(source)
        self.stacks = False
        self._log_warning = log_warning

    def take(self) -> Components:
        while True:
            try:
                return self._source.take()
            except OpError as error:
                if self._log_warning:
                    get_logger().warning("Error raised with error message %s", error)

    take_many = Walk.take_many
    skip = Walk.skip


class _IgnoreErrorsDataset(UnchangedDataset):
    """What does not raise."""

    def __init__(self, source: DatasetV2, log_warning: bool = False) -> None:
        super().__init__(source)
        self._log_warning = log_warning

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        return IgnoreErrorsWalk(self._source._start(context), self._log_warning)
