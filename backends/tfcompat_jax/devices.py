"""What JAX tells of devices, and its switches."""

from __future__ import annotations

from typing import Any

import jax

from .flush import flush
from .runtime import _device


def built_with() -> frozenset[str]:
    """ "xla", and which of "cuda" and "rocm" the framework can use here."""
    try:
        platform = jax.devices("gpu")[0].client.platform_version
    except RuntimeError:
        return frozenset({"xla"})
    return frozenset({"xla", "rocm" if "rocm" in platform.lower() else "cuda"})


def memory_info(kind: str, index: int) -> tuple[int, int]:
    """The bytes in use, now and at most."""
    stats = _device((kind, index)).memory_stats() or {}
    return stats.get("bytes_in_use", 0), stats.get("peak_bytes_in_use", 0)


def reset_memory_stats(kind: str, index: int) -> None:
    """Not possible: XLA's allocator keeps its peak."""
    raise NotImplementedError(
        "reset_memory_stats: the backend 'jax' cannot start the count of the peak anew; compare "
        "the 'current' values of get_memory_info"
    )


def set_memory_limit(kind: str, index: int, limit: int) -> None:
    """Not possible in a running process."""
    raise NotImplementedError(
        f"set_logical_device_configuration: received a limit of {limit} bytes, which the backend "
        "'jax' cannot set in a running process; set XLA_PYTHON_CLIENT_MEM_FRACTION before"
    )


def details(kind: str, index: int) -> dict[str, Any]:
    """The name and compute capability of a GPU."""
    device = _device((kind, index))
    found: dict[str, Any] = {"device_name": device.device_kind}
    capability = getattr(device, "compute_capability", None)
    if capability:
        found["compute_capability"] = tuple(int(part) for part in str(capability).split("."))
    return found


def set_tensor_float_32(enabled: bool) -> None:
    """Whether matrix products and convolutions on a GPU may round their inputs."""
    jax.config.update("jax_default_matmul_precision", None if enabled else "highest")


def synchronize() -> None:
    """Runs what is pending and waits for all work given to devices."""
    flush()
    jax.effects_barrier()
    for device in jax.devices():
        jax.device_put(0, device).block_until_ready()
