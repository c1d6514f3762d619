"""tf.config.experimental."""

from tfcompat._src.config import (
    enable_op_determinism as enable_op_determinism,
    get_memory_growth as get_memory_growth,
    get_visible_devices as get_visible_devices,
    list_logical_devices as list_logical_devices,
    list_physical_devices as list_physical_devices,
    set_memory_growth as set_memory_growth,
    set_visible_devices as set_visible_devices,
)
