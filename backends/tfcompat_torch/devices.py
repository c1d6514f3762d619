"""What PyTorch tells of devices, and its switches."""

from __future__ import annotations

from typing import Any

import torch


def built_with() -> frozenset[str]:
    """Which of "cuda" and "rocm" the framework was built with."""
    found = {"cuda": torch.version.cuda, "rocm": torch.version.hip}
    return frozenset(name for name, version in found.items() if version)


def memory_info(kind: str, index: int) -> tuple[int, int]:
    """The bytes in use, now and at most."""
    return torch.cuda.memory_allocated(index), torch.cuda.max_memory_allocated(index)


def reset_memory_stats(kind: str, index: int) -> None:
    """Starts the count of the peak anew."""
    torch.cuda.reset_peak_memory_stats(index)


def set_memory_limit(kind: str, index: int, limit: int) -> None:
    """The most bytes that may be allocated."""
    total = torch.cuda.get_device_properties(index).total_memory
    torch.cuda.set_per_process_memory_fraction(min(1.0, limit / total), index)


def details(kind: str, index: int) -> dict[str, Any]:
    """The name and compute capability of a GPU."""
    return {
        "device_name": torch.cuda.get_device_name(index),
        "compute_capability": tuple(torch.cuda.get_device_capability(index)),
    }


def set_tensor_float_32(enabled: bool) -> None:
    """Whether matrix products and convolutions on a GPU may round their inputs."""
    torch.backends.cuda.matmul.allow_tf32 = enabled
    torch.backends.cudnn.allow_tf32 = enabled


def synchronize() -> None:
    """Waits for all work given to GPUs."""
    if torch.cuda.is_available():
        torch.cuda.synchronize()
