"""Names of devices, their memory, how they are divided."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("/job:ps/replica:1/task:2/device:GPU:3", "/job:ps/replica:1/task:2/device:GPU:3"),
        ("/cpu:0", "/device:CPU:0"),
        ("/gpu:*", "/device:GPU:*"),
        ("GPU:0", "/device:GPU:0"),
        ("/job:a/job:b", "/job:b"),
        ("/job:a/device:XLA_CPU:0", "/job:a/device:XLA_CPU:0"),
        ("", ""),
    ],
)
def test_names(text: str, again: str) -> None:
    spec = tf.DeviceSpec.from_string(text)
    assert spec.to_string() == again
    assert tf.DeviceSpec().parse_from_string(text) == spec


@pytest.mark.parametrize("text", ["zzz", "/device:GPU", "/foo:1", "/task:x", "/device:CPU:0/gpu:1"])
def test_names_of_nothing(text: str) -> None:
    with pytest.raises(ValueError):
        tf.DeviceSpec.from_string(text)


def test_parts() -> None:
    spec = tf.DeviceSpec(job="ps", device_type="CPU", device_index=0)
    assert (spec.job, spec.replica, spec.task) == ("ps", None, None)
    assert (spec.device_type, spec.device_index) == ("CPU", 0)
    assert repr(spec) == (
        "<DeviceSpec(job=ps, replica=None, task=None, device_type=CPU, device_index=0)>"
    )
    assert tf.DeviceSpec(job=3).job == "3"
    assert tf.DeviceSpec(device_type="gpu").to_string() == "/device:GPU:*"
    assert spec.replace(job="w", task=3).to_string() == "/job:w/task:3/device:CPU:0"
    other = tf.DeviceSpec.from_string("/device:GPU:1")
    assert spec.make_merged_spec(other).to_string() == "/job:ps/device:GPU:1"
    assert hash(tf.DeviceSpec(job="a")) == hash(tf.DeviceSpec(job="a"))
    with pytest.raises(AttributeError):
        spec.job = "x"


def test_memory() -> None:
    for name in ("zz", "CPU", "GPU:99"):
        with pytest.raises(ValueError):
            tf.config.experimental.get_memory_info(name)


@pytest.mark.tfcompat_only  # Whether TensorFlow counts a CPU's memory depends on how it was built.
def test_memory_of_a_cpu() -> None:
    assert tf.config.experimental.get_memory_info("CPU:0") == {"current": 0, "peak": 0}
    assert tf.config.experimental.get_memory_usage("CPU:0") == 0
    tf.config.experimental.reset_memory_stats("CPU:0")


def test_details() -> None:
    (cpu, *_) = tf.config.list_physical_devices("CPU")
    assert tf.config.experimental.get_device_details(cpu) == {}
    with pytest.raises(ValueError):
        tf.config.experimental.get_device_details("CPU:0")


def test_logical_devices() -> None:
    (cpu, *_) = tf.config.list_physical_devices("CPU")
    assert tf.config.get_logical_device_configuration(cpu) is None
    made = tf.config.LogicalDeviceConfiguration(memory_limit=10)
    assert made.memory_limit == 10
    assert tf.config.experimental.VirtualDeviceConfiguration is tf.config.LogicalDeviceConfiguration
    with pytest.raises(ValueError, match="Unrecognized device"):
        tf.config.get_logical_device_configuration("CPU")
    plain = tf.config.LogicalDeviceConfiguration()
    with pytest.raises((RuntimeError, NotImplementedError)):
        tf.config.set_logical_device_configuration(cpu, [plain, plain])


def switches() -> list[tuple[Any, Any, Any, Any]]:
    """Getter, setter, the first answer, another one."""
    config, experimental = tf.config, tf.config.experimental
    return [
        (config.functions_run_eagerly, config.run_functions_eagerly, False, True),
        (
            experimental.tensor_float_32_execution_enabled,
            experimental.enable_tensor_float_32_execution,
            True,
            False,
        ),
        (
            experimental.get_synchronous_execution,
            experimental.set_synchronous_execution,
            True,
            False,
        ),
        (config.get_soft_device_placement, config.set_soft_device_placement, True, False),
    ]


@pytest.mark.parametrize("number", range(4))
def test_switches(number: int) -> None:
    get, put, before, other = switches()[number]
    try:
        put(other)
        assert get() == other
    finally:
        put(before)
    assert get() == before


def test_optimizer() -> None:
    optimizer = tf.config.optimizer
    assert optimizer.get_jit() == ""
    optimizer.set_jit(True)
    assert optimizer.get_jit() == "autoclustering"
    optimizer.set_jit(False)
    assert optimizer.get_jit() == ""
    optimizer.set_experimental_options({"constant_folding": True})
    assert optimizer.get_experimental_options()["constant_folding"] is True


def test_version() -> None:
    assert tf.version.VERSION == tf.__version__
    assert tf.version.GIT_VERSION == tf.__git_version__
    assert tf.version.COMPILER_VERSION == tf.__compiler_version__
    numbers = [getattr(tf.version, f"GRAPH_DEF_VERSION{end}") for end in ("", "_MIN_CONSUMER")]
    assert all(isinstance(number, int) for number in numbers)
