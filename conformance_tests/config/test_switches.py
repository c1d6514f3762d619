"""Switches and lists of tf.config, and small functions that only report."""

from __future__ import annotations

import pytest

from ..helpers import agree, refuses
from ..processes import printed
from ..subject import SUBJECT, tf

threading = tf.config.threading
devices = tf.config.experimental


def test_devices_are_listed_and_visible():
    [physical] = tf.config.list_physical_devices("CPU")
    assert isinstance(physical, tf.config.PhysicalDevice)
    assert (physical.device_type, physical.name) == ("CPU", "/physical_device:CPU:0")
    [logical] = tf.config.list_logical_devices("CPU")
    assert isinstance(logical, tf.config.LogicalDevice)
    assert (logical.device_type, logical.name) == ("CPU", "/device:CPU:0")
    assert devices.list_logical_devices("CPU") == [logical]
    assert physical in tf.config.get_visible_devices()
    assert devices.get_visible_devices("CPU") == [physical]
    assert tf.config.get_visible_devices("NOPE") == []


def test_visible_devices_may_be_set_to_what_they_are():
    tf.config.set_visible_devices(tf.config.get_visible_devices("CPU"), "CPU")
    devices.set_visible_devices(tf.config.get_visible_devices())
    assert len(tf.config.list_logical_devices("CPU")) == 1


def test_numbers_of_threads_are_whole():
    assert threading.get_inter_op_parallelism_threads() >= 0
    assert threading.get_intra_op_parallelism_threads() >= 0


@pytest.mark.tfcompat_only
def test_numbers_of_threads_can_be_set():
    before = threading.get_intra_op_parallelism_threads()
    try:
        threading.set_intra_op_parallelism_threads(1)
    except NotImplementedError as refusal:
        # A backend whose threads are fixed when its process starts says how.
        assert "before it starts" in str(refusal)
        return
    threading.set_inter_op_parallelism_threads(2)
    try:
        assert threading.get_intra_op_parallelism_threads() == 1
        assert threading.get_inter_op_parallelism_threads() == 2
        agree(tf.constant([1.0]) + 1.0, [2.0])
    finally:
        threading.set_intra_op_parallelism_threads(before)
        threading.set_inter_op_parallelism_threads(0)


def test_functions_run_eagerly_under_both_names():
    before = tf.config.functions_run_eagerly()
    tf.config.run_functions_eagerly(True)
    assert tf.config.functions_run_eagerly() is True
    assert tf.config.experimental_functions_run_eagerly() is True
    tf.config.experimental_run_functions_eagerly(before)
    assert tf.config.functions_run_eagerly() is before


@pytest.mark.parametrize(
    ("read", "write"),
    [
        (tf.config.get_soft_device_placement, tf.config.set_soft_device_placement),
        (tf.debugging.get_log_device_placement, tf.debugging.set_log_device_placement),
        (devices.tensor_float_32_execution_enabled, devices.enable_tensor_float_32_execution),
    ],
)
def test_a_switch_keeps_what_it_was_told(read, write):
    before = read()
    for value in (not before, before):
        write(value)
        assert read() is value


def test_execution_is_synchronous_and_its_policy_silent():
    assert devices.get_device_policy() == "silent"
    devices.set_device_policy("silent")
    assert devices.get_synchronous_execution() is True
    devices.set_synchronous_execution(True)
    with refuses(ValueError, "policy"):
        devices.set_device_policy("nope")


def test_determinism_changes_no_result():
    # For good: there is no switch back, so it happens in a process of its own.
    program = (
        f"import {SUBJECT} as tf; tf.config.experimental.enable_op_determinism(); "
        "print(tf.math.unsorted_segment_sum([[1.0, 2.0], [3.0, 4.0]], [0, 0], 1).numpy().tolist())"
    )
    assert printed(program) == "[[4.0, 6.0]]"


def test_bridges_are_accepted():
    devices.enable_mlir_bridge()
    devices.disable_mlir_bridge()
    agree(tf.add(1, 1), 2)


def test_optimizer_options():
    tf.config.optimizer.set_experimental_options({"constant_folding": True})
    assert tf.config.optimizer.get_experimental_options()["constant_folding"] is True


def test_a_scope_of_xla_is_for_functions_only():
    with refuses(RuntimeError, "jit_scope"), tf.xla.experimental.jit_scope():
        pass


def test_a_scope_of_xla_in_a_function():
    @tf.function
    def f(x):
        with tf.xla.experimental.jit_scope(compile_ops=False):
            return x + 1.0

    agree(f(tf.constant(1.0)), 2.0)


def test_what_xla_compiles_keeps_its_structure():
    x = tf.constant([1.0, 2.0])
    found = tf.xla.experimental.compile(lambda x: {"b": x, "a": (x, x * 2.0)}, [x])
    agree(found["a"][1], [2.0, 4.0])
    (alone,) = tf.xla.experimental.compile(lambda x: x, [x])
    agree(alone, [1.0, 2.0])
    with pytest.raises(ValueError, match="None"):
        tf.xla.experimental.compile(lambda x: (x, None), [x])


def test_how_it_was_built():
    assert tf.test.is_built_with_rocm() is False
    assert isinstance(tf.test.is_built_with_cuda(), bool)
    called = []
    tf.test.with_eager_op_as_function(lambda: called.append(1))()
    assert called


def test_aggregation_methods_have_their_numbers():
    methods = tf.AggregationMethod
    assert (methods.ADD_N, methods.DEFAULT) == (0, 0)
    assert methods.EXPERIMENTAL_TREE == 1
    assert methods.EXPERIMENTAL_ACCUMULATE_N == 2


@pytest.mark.tfcompat_only
def test_device_filters_say_what_to_use_instead():
    with refuses(NotImplementedError, "ClusterDeviceFilters", "distributed"):
        tf.config.experimental.ClusterDeviceFilters()


def test_versions_of_graphs():
    version = tf.version
    assert version.GRAPH_DEF_VERSION > version.GRAPH_DEF_VERSION_MIN_PRODUCER >= 0
    assert version.GRAPH_DEF_VERSION_MIN_CONSUMER == 0
