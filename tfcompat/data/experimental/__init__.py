"""tf.data.experimental: options, and older forms of what tf.data.Dataset has."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.data.arguments import (
    AUTOTUNE as AUTOTUNE,
    INFINITE_CARDINALITY as INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY,
)
from tfcompat._src.data.files.csv import CsvDatasetV2 as _CsvDatasetV2
from tfcompat._src.data.files.csv_tables import make_csv_dataset as make_csv_dataset
from tfcompat._src.data.files.examples import (
    TFRecordWriter as TFRecordWriter,
    make_batched_features_dataset as make_batched_features_dataset,
    parse_example_dataset as parse_example_dataset,
)
from tfcompat._src.data.files.sql import SqlDatasetV2 as _SqlDatasetV2
from tfcompat._src.data.mapped import enable_debug_mode as enable_debug_mode
from tfcompat._src.data.optional import Optional as Optional
from tfcompat._src.data.options import (
    AutoShardPolicy as AutoShardPolicy,
    AutotuneAlgorithm as AutotuneAlgorithm,
    AutotuneOptions as AutotuneOptions,
    DistributeOptions as DistributeOptions,
    ExternalStatePolicy as ExternalStatePolicy,
    OptimizationOptions as OptimizationOptions,
    ServiceOptions as ServiceOptions,
    ThreadingOptions as ThreadingOptions,
)

CsvDataset = _CsvDatasetV2
SqlDataset = _SqlDatasetV2


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
