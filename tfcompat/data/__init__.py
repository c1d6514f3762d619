"""tf.data: pipelines of elements for training and anything else that reads many."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.data import overloads as _overloads
from tfcompat._src.data.arguments import (
    AUTOTUNE as AUTOTUNE,
    INFINITE_CARDINALITY as INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY,
)
from tfcompat._src.data.dataset import DatasetV2 as _DatasetV2
from tfcompat._src.data.files.datasets import (
    FixedLengthRecordDatasetV2 as _FixedLengthRecordDatasetV2,
    TextLineDatasetV2 as _TextLineDatasetV2,
    TFRecordDatasetV2 as _TFRecordDatasetV2,
)
from tfcompat._src.data.iterator import Iterator as Iterator
from tfcompat._src.data.numpy_iterator import NumpyIterator as NumpyIterator
from tfcompat._src.data.options import Options as Options, ThreadingOptions as ThreadingOptions
from tfcompat._src.data.specs import DatasetSpec as DatasetSpec, IteratorSpec as IteratorSpec
from tfcompat.data import experimental as experimental

_overloads.install()

Dataset = _DatasetV2
FixedLengthRecordDataset = _FixedLengthRecordDatasetV2
TFRecordDataset = _TFRecordDatasetV2
TextLineDataset = _TextLineDatasetV2


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
