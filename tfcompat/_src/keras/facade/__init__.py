"""`tensorflow` as Keras sees it: tfcompat's public names, and those that only Keras needs."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.data.optional import Optional
from tfcompat._src.keras.facade import (
    array,
    csr,
    distribute,
    execution,
    graphs,
    registry,
    version1,
)
from tfcompat._src.keras.facade.namespace import Deferred, Namespace, build
from tfcompat._src.keras.tracking import KerasTrackable
from tfcompat._src.summary import messages
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.tracking import containers
from tfcompat._src.tracking.trackable import (
    Trackable,
    no_automatic_dependency_tracking,
)
from tfcompat._src.type_spec import CompositeTensor


def _table(public: Any) -> dict[str, dict[str, Any]]:
    """Dotted path below `tensorflow` -> the names there that tfcompat's own module lacks."""
    return {
        "": {
            "assert_greater": execution.assert_greater,
            "__version__": public.__version__,
            "convert_to_tensor": array.convert_to_tensor,
            "function": execution.function,
        },
        "__internal__": {
            "CompositeTensor": CompositeTensor,
            "EagerTensor": Tensor,
            "FuncGraph": graphs.FuncGraph,
        },
        "__internal__.distribute": {
            "strategy_supports_no_merge_call": distribute.strategy_supports_no_merge_call
        },
        "__internal__.distribute.interim": {"maybe_merge_call": distribute.maybe_merge_call},
        "__internal__.smart_cond": {"smart_cond": execution.smart_cond},
        "__internal__.tracking": {
            "AutoTrackable": KerasTrackable,
            "Trackable": Trackable,
            "no_automatic_dependency_tracking": no_automatic_dependency_tracking,
        },
        "__internal__.types": {"Tensor": TensorBase},
        # What Keras still takes from there has its name in the public namespace too.
        "compat.v1": {
            "SummaryMetadata": messages.empty_metadata,
            "_public": public,
            "placeholder": graphs.placeholder,
            "sparse_placeholder": graphs.sparse_placeholder,
            "reset_default_graph": execution.reset_default_graph,
            **version1.NAMES,
        },
        **version1.TABLE,
        "compiler.tf2xla.python.xla": {"dynamic_update_slice": array.dynamic_update_slice},
        "core.util.event_pb2": {"_public": Deferred(messages.events)},
        "dtypes": {"as_dtype": dtypes.as_dtype, "complex": public.complex},
        "experimental": {"Optional": Optional},
        "experimental.dtensor": {},
        "python.eager.context": {
            "async_wait": execution.async_wait,
            "context": execution.context,
        },
        "python.framework.config": {
            "disable_op_determinism": execution.disable_op_determinism,
            "enable_op_determinism": public.config.experimental.enable_op_determinism,
            "is_op_determinism_enabled": execution.is_op_determinism_enabled,
        },
        "python.framework.type_spec_registry": {
            "get_name": registry.get_name,
            "lookup": registry.lookup,
        },
        "python.lib.io.tf_record": {"tf_record_iterator": execution.tf_record_iterator},
        "python.ops.linalg.sparse.sparse_csr_matrix_ops": {
            name: getattr(csr, name)
            for name in (
                "csr_sparse_matrix_to_sparse_tensor",
                "sparse_matrix_sparse_mat_mul",
                "sparse_tensor_to_csr_sparse_matrix",
            )
        },
        "python.ops.math_ops": {"is_nan": public.math.is_nan},
        "python.trackable.data_structures": {
            "ListWrapper": containers.ListWrapper,
            "_DictWrapper": containers._DictWrapper,
        },
    }


def load() -> Namespace:
    """Builds the tree. Imports all of tfcompat's public namespace."""
    import tfcompat

    return build("tensorflow", tfcompat, _table(tfcompat))


def resolve(root: Namespace, name: str) -> ModuleType:
    """The module of a dotted name that begins with `tensorflow`. ImportError if there is none."""
    found: Any = root
    for part in name.split(".")[1:]:
        found = getattr(found, part, None)
    if not isinstance(found, ModuleType):
        raise ModuleNotFoundError(
            f"{name}: Keras asks for it, and tfcompat does not have it", name=name
        )
    return found
