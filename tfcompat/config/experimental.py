"""tf.config.experimental."""

from tfcompat._src.config import enable_op_determinism as enable_op_determinism
from tfcompat._src.config import get_memory_growth as get_memory_growth
from tfcompat._src.config import get_visible_devices as get_visible_devices
from tfcompat._src.config import list_logical_devices as list_logical_devices
from tfcompat._src.config import list_physical_devices as list_physical_devices
from tfcompat._src.config import set_memory_growth as set_memory_growth
from tfcompat._src.config import set_visible_devices as set_visible_devices
