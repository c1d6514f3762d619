"""What tf.test tells of the machine and the backend, and switches for tests."""

from __future__ import annotations

import functools
import platform
import unittest
from collections.abc import Callable
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.naming import public

devices = dispatch.family("devices")
_TARGETS = ("aarch64", "arm", "pic", "ppc", "s390x", "x86")


@public("tfcompat.test")
def gpu_device_name() -> str:
    """The name of the first GPU, "" if the backend sees none."""
    return "/device:GPU:0" if dispatch.backend().device_count("GPU") else ""


@public("tfcompat.test")
def is_gpu_available(
    cuda_only: bool = False, min_cuda_compute_capability: tuple[int, int] | None = None
) -> bool:
    """Whether the backend sees a GPU, of at least that compute capability if one is given."""
    engine = dispatch.backend()
    if not engine.device_count("GPU"):
        return False
    if cuda_only and not is_built_with_cuda():
        return False
    if min_cuda_compute_capability is None:
        return True
    found = devices.details("GPU", 0).get("compute_capability")
    return found is not None and tuple(found) >= tuple(min_cuda_compute_capability)


@public("tfcompat.test")
def is_built_with_cuda() -> bool:
    """Whether the backend's framework was built with CUDA."""
    return "cuda" in devices.built_with()


@public("tfcompat.test")
def is_built_with_rocm() -> bool:
    """Whether the backend's framework was built with ROCm."""
    return "rocm" in devices.built_with()


@public("tfcompat.test")
def is_built_with_gpu_support() -> bool:
    """Whether the backend's framework was built for GPUs of either kind."""
    return is_built_with_cuda() or is_built_with_rocm()


@public("tfcompat.test")
def is_built_with_xla() -> bool:
    """Whether the backend compiles with XLA."""
    return "xla" in devices.built_with()


@public("tfcompat.test")
def is_cpu_target_available(target: str) -> bool:
    """Whether this machine's processor is of the family. Raises AssertionError for no family."""
    if target not in _TARGETS:
        raise AssertionError(f"Unknown CPU target: {target}; known are {', '.join(_TARGETS)}")
    machine = platform.machine().lower()
    families = {
        "x86": ("x86_64", "amd64", "i386", "i686"),
        "aarch64": ("aarch64", "arm64"),
        "ppc": ("ppc64le",),
    }
    return machine in families.get(target, (target,))


@public("tfcompat.test")
def disable_with_predicate(
    pred: Callable[[], bool], skip_message: str
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """A decorator of test methods that skips where the predicate is true at the time."""

    def decorate(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def run(self: Any, *args: Any, **kwargs: Any) -> Any:
            if pred():
                raise unittest.SkipTest(skip_message)
            return method(self, *args, **kwargs)

        return run

    return decorate


@public("tfcompat.test")
def with_eager_op_as_function(cls: Any = None, only_as_function: bool = False) -> Any:
    """The class itself, or a decorator that gives it: ops run in one way only."""
    return (lambda kind: kind) if cls is None else cls


@public("tfcompat.test.experimental")
def sync_devices() -> None:
    """Returns when all work given to the devices so far is done."""
    devices.synchronize()


def _no_graphs(what: str) -> NotImplementedError:
    return NotImplementedError(f"tf.test.{what}: TensorFlow's graphs are not part of tfcompat")


@public("tfcompat.test")
def assert_equal_graph_def(expected: Any, actual: Any) -> None:
    """Raises NotImplementedError: there are no graphs."""
    raise _no_graphs("assert_equal_graph_def")


@public("tfcompat.test")
def benchmark_config() -> Any:
    """Raises NotImplementedError: it configures TensorFlow's sessions."""
    raise _no_graphs("benchmark_config")


@public("tfcompat.test")
def create_local_cluster(
    num_workers: int,
    num_ps: int,
    protocol: str = "grpc",
    worker_config: Any = None,
    ps_config: Any = None,
) -> Any:
    """Raises NotImplementedError: there are no servers to distribute work to."""
    raise NotImplementedError(
        "tf.test.create_local_cluster: tf.distribute is not part of tfcompat; use the backend's "
        "own means"
    )
