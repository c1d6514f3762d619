"""tf.config: switches of how ops run. Those that no backend heeds are remembered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.naming import public

devices = dispatch.family("devices")


class Switches:
    """What was chosen last."""

    functions_eagerly = False
    deterministic = False
    tensor_float_32 = True
    synchronous = True
    jit = ""
    device_policy = "silent"


_options: dict[str, Any] = {"disable_model_pruning": False, "disable_meta_optimizer": False}
_POLICIES = ("explicit", "warn", "silent", "silent_for_int32")
# What Grappler, TensorFlow's optimizer of graphs, can be told.
_OPTIONS = frozenset(
    "layout_optimizer constant_folding shape_optimization remapping arithmetic_optimization "
    "dependency_optimization loop_optimization function_optimization debug_stripper "
    "disable_model_pruning scoped_allocator_optimization pin_to_host_optimization "
    "implementation_selector auto_mixed_precision disable_meta_optimizer min_graph_nodes "
    "auto_parallel".split()
)


@public("tfcompat.config")
def run_functions_eagerly(run_eagerly: bool) -> None:
    """Whether a tf.function calls its Python function every time, for debugging."""
    Switches.functions_eagerly = bool(run_eagerly)


@public("tfcompat.config")
def functions_run_eagerly() -> bool:
    """What run_functions_eagerly was told; False at first."""
    return Switches.functions_eagerly


@public("tfcompat.config")
def experimental_run_functions_eagerly(run_eagerly: bool) -> None:
    """The old name of `run_functions_eagerly`."""
    run_functions_eagerly(run_eagerly)


@public("tfcompat.config")
def experimental_functions_run_eagerly() -> bool:
    """The old name of `functions_run_eagerly`."""
    return functions_run_eagerly()


def _no_cluster(name: str) -> NotImplementedError:
    return NotImplementedError(
        f"tf.config.{name}: tf.distribute and its servers are not part of tfcompat; use the "
        "backend's own means, torch.distributed or jax.distributed"
    )


@public("tfcompat.config")
def experimental_connect_to_host(remote_host: Any = None, job_name: str = "worker") -> None:
    """Raises NotImplementedError: there are no servers."""
    raise _no_cluster("experimental_connect_to_host")


@public("tfcompat.config")
def experimental_connect_to_cluster(
    cluster_spec_or_resolver: Any,
    job_name: str = "localhost",
    task_index: int = 0,
    protocol: Any = None,
    make_master_device_default: bool = True,
    cluster_device_filters: Any = None,
) -> None:
    """Raises NotImplementedError: there are no servers."""
    raise _no_cluster("experimental_connect_to_cluster")


# ---------------------------------------------------------------------------------- experimental
@public("tfcompat.config.experimental")
def enable_tensor_float_32_execution(enabled: bool) -> None:
    """Whether a GPU may multiply float32 matrices with fewer digits of the mantissa."""
    devices.set_tensor_float_32(bool(enabled))
    Switches.tensor_float_32 = bool(enabled)


@public("tfcompat.config.experimental")
def tensor_float_32_execution_enabled() -> bool:
    """What enable_tensor_float_32_execution was told last.

    True at first, as in TensorFlow; until it is told, the framework's own default holds.
    """
    return Switches.tensor_float_32


@public("tfcompat.config.experimental")
def set_synchronous_execution(enable: bool | None) -> None:
    """Keeps the wish: a backend decides itself when it runs what was asked for."""
    Switches.synchronous = True if enable is None else bool(enable)


@public("tfcompat.config.experimental")
def get_synchronous_execution() -> bool:
    """What set_synchronous_execution was told; True at first."""
    return Switches.synchronous


@public("tfcompat.config.experimental")
def set_device_policy(device_policy: str | None) -> None:
    """Keeps the wish: what happens to operands on several devices is the backend's choice.

    Raises ValueError for an unknown policy.
    """
    policy = "silent" if device_policy is None else device_policy
    if policy not in _POLICIES:
        raise ValueError(
            f"set_device_policy: received {device_policy!r}; expected one of {_POLICIES} or None"
        )
    Switches.device_policy = policy


@public("tfcompat.config.experimental")
def get_device_policy() -> str:
    """What set_device_policy was told; "silent" at first."""
    return Switches.device_policy


@public("tfcompat.config.experimental")
def enable_mlir_bridge() -> None:
    """Does nothing: it chooses a part of TensorFlow's compiler."""


@public("tfcompat.config.experimental")
def disable_mlir_bridge() -> None:
    """Does nothing: it chooses a part of TensorFlow's compiler."""


@public("tfcompat.config.experimental")
class ClusterDeviceFilters:
    """Raises NotImplementedError when made: there are no clusters."""

    def __init__(self) -> None:
        raise _no_cluster("experimental.ClusterDeviceFilters")


# ------------------------------------------------------------------------------------- optimizer
@public("tfcompat.config.optimizer")
def set_jit(enabled: bool | str) -> None:
    """Keeps the wish: True or "autoclustering" asks TensorFlow to compile parts of graphs."""
    wanted = "autoclustering" if enabled is True else enabled
    Switches.jit = "autoclustering" if wanted == "autoclustering" else ""


@public("tfcompat.config.optimizer")
def get_jit() -> str:
    """What set_jit was told: "autoclustering" or "" (at first)."""
    return Switches.jit


@public("tfcompat.config.optimizer")
def set_experimental_options(options: Mapping[str, Any]) -> None:
    """Keeps the options of TensorFlow's optimizer of graphs; those it does not know are dropped."""
    _options.update({key: value for key, value in options.items() if key in _OPTIONS})


@public("tfcompat.config.optimizer")
def get_experimental_options() -> dict[str, Any]:
    """What set_experimental_options was told."""
    return dict(_options)
