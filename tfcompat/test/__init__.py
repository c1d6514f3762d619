"""tf.test."""

from tfcompat._src.testing.benchmark import Benchmark as Benchmark
from tfcompat._src.testing.case import TestCase as TestCase, main as main
from tfcompat._src.testing.environment import (
    assert_equal_graph_def as assert_equal_graph_def,
    benchmark_config as benchmark_config,
    create_local_cluster as create_local_cluster,
    disable_with_predicate as disable_with_predicate,
    gpu_device_name as gpu_device_name,
    is_built_with_cuda as is_built_with_cuda,
    is_built_with_gpu_support as is_built_with_gpu_support,
    is_built_with_rocm as is_built_with_rocm,
    is_built_with_xla as is_built_with_xla,
    is_cpu_target_available as is_cpu_target_available,
    is_gpu_available as is_gpu_available,
    with_eager_op_as_function as with_eager_op_as_function,
)
from tfcompat._src.testing.gradient_check import compute_gradient as compute_gradient
from tfcompat.test import experimental as experimental
