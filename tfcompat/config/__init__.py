"""tf.config."""

from tfcompat._src.config import LogicalDevice as LogicalDevice
from tfcompat._src.config import PhysicalDevice as PhysicalDevice
from tfcompat._src.config import get_backend as get_backend
from tfcompat._src.config import get_soft_device_placement as get_soft_device_placement
from tfcompat._src.config import get_visible_devices as get_visible_devices
from tfcompat._src.config import list_logical_devices as list_logical_devices
from tfcompat._src.config import list_physical_devices as list_physical_devices
from tfcompat._src.config import set_backend as set_backend
from tfcompat._src.config import set_soft_device_placement as set_soft_device_placement
from tfcompat._src.config import set_visible_devices as set_visible_devices
from tfcompat.config import experimental as experimental
from tfcompat.config import threading as threading
