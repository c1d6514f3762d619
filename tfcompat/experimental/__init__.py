"""tf.experimental."""

from __future__ import annotations

from typing import Any

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.data.optional import Optional as Optional
from tfcompat._src.dtypes import (
    float4_e2m1fn as float4_e2m1fn,
    float8_e4m3b11fnuz as float8_e4m3b11fnuz,
    float8_e4m3fn as float8_e4m3fn,
    float8_e4m3fnuz as float8_e4m3fnuz,
    float8_e5m2 as float8_e5m2,
    float8_e5m2fnuz as float8_e5m2fnuz,
    int2 as int2,
    int4 as int4,
    uint2 as uint2,
    uint4 as uint4,
)
from tfcompat._src.extension_types.types import (
    BatchableExtensionType as BatchableExtensionType,
    ExtensionType as ExtensionType,
    ExtensionTypeBatchEncoder as ExtensionTypeBatchEncoder,
    ExtensionTypeSpec as ExtensionTypeSpec,
)
from tfcompat._src.overloads.api_dispatch import (
    dispatch_for_api as dispatch_for_api,
    dispatch_for_binary_elementwise_apis as dispatch_for_binary_elementwise_apis,
    dispatch_for_binary_elementwise_assert_apis as dispatch_for_binary_elementwise_assert_apis,
    dispatch_for_unary_elementwise_apis as dispatch_for_unary_elementwise_apis,
    unregister_dispatch_for as unregister_dispatch_for,
)
from tfcompat._src.ragged.dynamic_shape import DynamicRaggedShape as DynamicRaggedShape
from tfcompat._src.ragged.partition import RowPartition as RowPartition
from tfcompat._src.ragged.structured import StructuredTensor as StructuredTensor
from tfcompat.experimental import dlpack as dlpack, extension_type as extension_type


def __getattr__(name: str) -> Any:
    """tf.experimental.numpy, imported when it is used."""
    if name == "numpy":
        import importlib

        return importlib.import_module("tfcompat.experimental.numpy")
    raise _attribute_error(__name__, name)
