"""tf.config: devices, the backend, and the switches that programs set."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from tfcompat._src import dispatch
from tfcompat._src.config.switches import Switches
from tfcompat._src.device import soft_placement
from tfcompat._src.function import tracing
from tfcompat._src.naming import public


@public("tfcompat.config")
class PhysicalDevice(NamedTuple):
    """A device of the machine, such as `/physical_device:GPU:0`."""

    name: str
    device_type: str


@public("tfcompat.config")
class LogicalDevice(NamedTuple):
    """A device that ops can be placed on, such as `/device:GPU:0`."""

    name: str
    device_type: str


_KINDS = ("CPU", "GPU")


def _names(prefix: str, device_type: str | None) -> list[tuple[str, str]]:
    engine = dispatch.backend()
    return [
        (f"{prefix}:{kind}:{i}", kind)
        for kind in _KINDS
        if device_type in (None, kind)
        for i in range(engine.device_count(kind))
    ]


@public("tfcompat.config")
def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices the backend sees, of one type ("CPU", "GPU") or of all."""
    return [PhysicalDevice(*found) for found in _names("/physical_device", device_type)]


@public("tfcompat.config")
def list_logical_devices(device_type: str | None = None) -> list[LogicalDevice]:
    """The devices that tf.device takes, of one type or of all."""
    return [LogicalDevice(*found) for found in _names("/device", device_type)]


@public("tfcompat.config")
def get_visible_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The devices in use: all that the backend sees."""
    return list_physical_devices(device_type)


@public("tfcompat.config")
def set_visible_devices(devices: Any, device_type: str | None = None) -> None:
    """Restricts the devices in use; here new tensors go to the first of those given.

    Raises ValueError for a device that does not exist.
    """
    chosen: Sequence[Any] = devices if isinstance(devices, (list, tuple)) else [devices]
    known = list_physical_devices()
    for device in chosen:
        if device not in known:
            raise ValueError(f"set_visible_devices: received {device!r}; this machine has {known}")
    if chosen:
        kind, index = chosen[0].name.split(":")[-2:]
        dispatch.backend().set_default_device(kind, int(index))
    elif device_type == "GPU":
        dispatch.backend().set_default_device("CPU", 0)


@public("tfcompat.config")
def set_backend(name: str) -> None:
    """Selects the backend, before the first tensor; tfcompat's own addition to tf.config.

    Raises:
      ValueError: no backend of that name is installed.
      RuntimeError: tensors of another backend exist already.
    """
    dispatch.set_backend(name)


@public("tfcompat.config")
def get_backend() -> str:
    """The name of the backend in use, or of the one the first tensor will load."""
    return dispatch.selected()


# Memory grows on demand in both frameworks: there is nothing to do but to remember the wish.
_memory_growth: dict[Any, bool] = {}
_threads = {"inter": 0, "intra": 0}


def _known(device: Any, function: str) -> None:
    if not isinstance(device, PhysicalDevice):
        raise ValueError(f"{function}: received {device!r}; expected a tf.config.PhysicalDevice")


@public("tfcompat.config.experimental")
def set_memory_growth(device: PhysicalDevice, enable: bool) -> None:
    """Accepted for GPUs: the backends allocate memory as it is needed.

    Raises ValueError for another kind of device.
    """
    _known(device, "set_memory_growth")
    if device.device_type != "GPU":
        raise ValueError(
            f"set_memory_growth: received {device!r}; cannot set memory growth on non-GPU devices"
        )
    _memory_growth[device] = enable


@public("tfcompat.config.experimental")
def get_memory_growth(device: PhysicalDevice) -> bool:
    """What set_memory_growth was told. Raises ValueError for what is no device of this machine."""
    _known(device, "get_memory_growth")
    return _memory_growth.get(device, False)


@public("tfcompat.config.experimental")
def enable_op_determinism() -> None:
    """Asks the backend for deterministic kernels from now on."""
    dispatch.backend().set_deterministic(True)
    Switches.deterministic = True


@public("tfcompat.config")
def set_soft_device_placement(enabled: bool) -> None:
    """Whether tf.device of a device that does not exist means the CPU, or raises."""
    soft_placement.enabled = enabled


@public("tfcompat.config")
def get_soft_device_placement() -> bool:
    """What set_soft_device_placement was told."""
    return soft_placement.enabled


@public("tfcompat.config.threading")
def set_intra_op_parallelism_threads(num_threads: int) -> None:
    """The number of threads of one op, where the backend can set it; 0 leaves it alone."""
    _threads["intra"] = num_threads
    if num_threads:
        dispatch.backend().set_threads(num_threads)


@public("tfcompat.config.threading")
def get_intra_op_parallelism_threads() -> int:
    """What set_intra_op_parallelism_threads was told; 0 if nothing."""
    return _threads["intra"]


@public("tfcompat.config.threading")
def set_inter_op_parallelism_threads(num_threads: int) -> None:
    """Accepted: ops run one after another."""
    _threads["inter"] = num_threads


@public("tfcompat.config.threading")
def get_inter_op_parallelism_threads() -> int:
    """What set_inter_op_parallelism_threads was told; 0 if nothing."""
    return _threads["inter"]


@public("tfcompat")
def executing_eagerly() -> bool:
    """Whether ops run, or are recorded to run, at once: False while a tf.function is traced."""
    return tracing.local.graph is None
