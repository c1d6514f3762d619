"""tf.data.experimental: options, and older forms of what tf.data.Dataset has."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.data.arguments import (
    AUTOTUNE as AUTOTUNE,
    INFINITE_CARDINALITY as INFINITE_CARDINALITY,
    UNKNOWN_CARDINALITY as UNKNOWN_CARDINALITY,
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


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
