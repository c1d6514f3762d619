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
from tfcompat._src.data.lookups import (
    DatasetInitializer as DatasetInitializer,
    index_table_from_dataset as index_table_from_dataset,
    table_from_dataset as table_from_dataset,
)
from tfcompat._src.data.mapped import enable_debug_mode as enable_debug_mode
from tfcompat._src.data.older import (
    Counter as Counter,
    RandomDataset as RandomDataset,
    assert_cardinality as assert_cardinality,
    at as at,
    bucket_by_sequence_length as bucket_by_sequence_length,
    cardinality as cardinality,
    choose_from_datasets as choose_from_datasets,
    copy_to_device as copy_to_device,
    dense_to_ragged_batch as dense_to_ragged_batch,
    dense_to_sparse_batch as dense_to_sparse_batch,
    distributed_save as distributed_save,
    enumerate_dataset as enumerate_dataset,
    from_list as from_list,
    from_variant as from_variant,
    get_model_proto as get_model_proto,
    get_next_as_optional as get_next_as_optional,
    get_single_element as get_single_element,
    get_structure as get_structure,
    group_by_reducer as group_by_reducer,
    group_by_window as group_by_window,
    ignore_errors as ignore_errors,
    load as load,
    make_saveable_from_iterator as make_saveable_from_iterator,
    map_and_batch as map_and_batch,
    pad_to_cardinality as pad_to_cardinality,
    parallel_interleave as parallel_interleave,
    prefetch_to_device as prefetch_to_device,
    rejection_resample as rejection_resample,
    sample_from_datasets as sample_from_datasets,
    save as save,
    scan as scan,
    shuffle_and_repeat as shuffle_and_repeat,
    snapshot as snapshot,
    take_while as take_while,
    to_variant as to_variant,
    unbatch as unbatch,
    unique as unique,
)
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
from tfcompat._src.data.reducers import Reducer as Reducer
from tfcompat.data.experimental import service as service

# Given to Dataset.shard, it stands for how machines share a dataset.
SHARD_HINT = -1
CsvDataset = _CsvDatasetV2
SqlDataset = _SqlDatasetV2


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
