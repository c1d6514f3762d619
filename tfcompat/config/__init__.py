"""tf.config."""

from tfcompat._src.config.device_details import (
    LogicalDeviceConfiguration as LogicalDeviceConfiguration,
    get_logical_device_configuration as get_logical_device_configuration,
    set_logical_device_configuration as set_logical_device_configuration,
)
from tfcompat._src.config.devices import (
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
from tfcompat._src.config.switches import (
    experimental_connect_to_cluster as experimental_connect_to_cluster,
    experimental_connect_to_host as experimental_connect_to_host,
    experimental_functions_run_eagerly as experimental_functions_run_eagerly,
    experimental_run_functions_eagerly as experimental_run_functions_eagerly,
    functions_run_eagerly as functions_run_eagerly,
    run_functions_eagerly as run_functions_eagerly,
)
from tfcompat.config import (
    experimental as experimental,
    optimizer as optimizer,
    threading as threading,
)
