"""tf.config: logical devices, the memory of devices, what is known of them."""

from __future__ import annotations

from typing import Any, NamedTuple

from tfcompat._src import dispatch
from tfcompat._src.config.devices import PhysicalDevice, list_physical_devices
from tfcompat._src.device_spec import DeviceSpec
from tfcompat._src.naming import public

devices = dispatch.family("devices")


@public("tfcompat.config")
class LogicalDeviceConfiguration(NamedTuple):
    """How a physical device shall be divided: a limit of memory in MB, a priority, an ordinal."""

    memory_limit: int | None = None
    experimental_priority: int | None = None
    experimental_device_ordinal: int | None = None


_configurations: dict[PhysicalDevice, list[LogicalDeviceConfiguration]] = {}


def _known(device: Any) -> PhysicalDevice:
    for found in list_physical_devices():
        if found == device:
            return found
    raise ValueError(f"Unrecognized device: {device!r}; this machine has {list_physical_devices()}")


@public("tfcompat.config")
def get_logical_device_configuration(device: Any) -> list[LogicalDeviceConfiguration] | None:
    """What set_logical_device_configuration was told of a device; None at first."""
    found = _configurations.get(_known(device))
    return None if found is None else list(found)


@public("tfcompat.config")
def set_logical_device_configuration(device: Any, logical_devices: Any) -> None:
    """Gives a physical device one logical device, perhaps with a limit of memory.

    Raises:
      ValueError: an unknown device, or a CPU with a limit or priority.
      RuntimeError: a limit, after the backend has begun to use the device's memory.
      NotImplementedError: more than one logical device; no backend divides devices.
    """
    target = _known(device)
    wanted = [LogicalDeviceConfiguration(*item) for item in logical_devices or ()]
    if len(wanted) > 1:
        raise NotImplementedError(
            f"set_logical_device_configuration: received {len(wanted)} logical devices; the "
            f"backend {dispatch.selected()!r} has one for each physical device. On JAX, "
            "XLA_FLAGS=--xla_force_host_platform_device_count=N gives N CPUs"
        )
    for item in wanted:
        if target.device_type == "CPU":
            if item.memory_limit is not None:
                raise ValueError(
                    "Setting memory limit on CPU virtual devices is currently not supported"
                )
            if item.experimental_priority is not None:
                raise ValueError(
                    "Setting experimental_priority on CPU virtual devices is "
                    "currently not supported"
                )
        elif item.memory_limit is not None:
            index = int(target.name.rsplit(":", 1)[1])
            devices.set_memory_limit(target.device_type, index, item.memory_limit * 2**20)
    _configurations[target] = wanted


def _device(name: Any) -> tuple[str, int]:
    """("GPU", 0) from a name with a type and an index."""
    try:
        spec = DeviceSpec.from_string(str(name))
    except ValueError:
        spec = DeviceSpec()
    if spec.device_type is None or spec.device_index is None:
        raise ValueError(
            f"Failed parsing device name: {name!r}. Note a valid device string should at least "
            'contain a device type and a device index, like "GPU:0".'
        )
    if spec.device_index >= dispatch.backend().device_count(spec.device_type):
        raise ValueError(f"No matching devices found for {name!r}")
    return spec.device_type, spec.device_index


@public("tfcompat.config.experimental")
def get_memory_info(device: Any) -> dict[str, int]:
    """The bytes in use on a device, "current" and "peak"; 0 on a CPU, which nobody counts.

    Raises ValueError for a name without type and index, or a device that does not exist.
    """
    kind, index = _device(device)
    current, peak = (0, 0) if kind == "CPU" else devices.memory_info(kind, index)
    return {"current": current, "peak": peak}


@public("tfcompat.config.experimental")
def get_memory_usage(device: Any) -> int:
    """The bytes in use on a device; 0 on a CPU."""
    return get_memory_info(device)["current"]


@public("tfcompat.config.experimental")
def reset_memory_stats(device: Any) -> None:
    """Starts the count of the peak anew."""
    kind, index = _device(device)
    if kind != "CPU":
        devices.reset_memory_stats(kind, index)


@public("tfcompat.config.experimental")
def get_device_details(device: Any) -> dict[str, Any]:
    """What is known of a GPU: "device_name" and "compute_capability"; {} of a CPU.

    Raises ValueError for what is no PhysicalDevice of this machine.
    """
    if not isinstance(device, PhysicalDevice):
        raise ValueError(f"device must be a tf.config.PhysicalDevice, but got: {device!r}")
    target = _known(device)
    if target.device_type == "CPU":
        return {}
    return devices.details(target.device_type, int(target.name.split(":")[-1]))
