"""tf.compat: helpers for programs that go with several versions."""

import tfcompat as _tfcompat
from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.compat.helpers import (
    as_bytes as as_bytes,
    as_str as as_str,
    as_str_any as as_str_any,
    as_text as as_text,
    bytes_or_text_types as bytes_or_text_types,
    complex_types as complex_types,
    dimension_at_index as dimension_at_index,
    dimension_value as dimension_value,
    forward_compatibility_horizon as forward_compatibility_horizon,
    forward_compatible as forward_compatible,
    integral_types as integral_types,
    path_to_str as path_to_str,
    real_types as real_types,
)
from tfcompat.compat import v1 as v1

v2 = _tfcompat


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
