"""tf.config."""

from tfcompat._src.config import (
    LogicalDevice as LogicalDevice,
    PhysicalDevice as PhysicalDevice,
    get_backend as get_backend,
    get_soft_device_placement as get_soft_device_placement,
    get_visible_devices as get_visible_devices,
    list_logical_devices as list_logical_devices,
    list_physical_devices as list_physical_devices,
    set_backend as set_backend,
    set_soft_device_placement as set_soft_device_placement,
    set_visible_devices as set_visible_devices,
)
from tfcompat.config import experimental as experimental, threading as threading
