"""What TensorFlow has and tfcompat has not, with what to use instead: for error messages."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from tfcompat._src import removed

INSTEAD: Mapping[str, str] = MappingProxyType(
    {
        "import_graph_def": "graphs of files are not read; keep models as .keras files",
        "graph_util": "graphs of files are not read; keep models as .keras files",
        "RegisterGradient": "use tf.custom_gradient",
        "no_gradient": "use tf.custom_gradient, or tf.stop_gradient",
        "load_library": "kernels are PyTorch's or JAX's; write a Python function of tensors",
        "load_op_library": "kernels are PyTorch's or JAX's; write a Python function of tensors",
        "MaxShardSizePolicy": "a checkpoint is one file",
        "ShardByTaskPolicy": "a checkpoint is one file",
        "ShardableTensor": "a checkpoint is one file",
        "ShardingCallback": "a checkpoint is one file",
        "saved_model": "SavedModels are made of TensorFlow's own graphs; keep a Keras model by "
        "model.save('name.keras'), variables and modules by tf.train.Checkpoint",
        "cluster_resolver": "there is one machine here",
        "coordinator": "there is one machine here",
        "Server": "there is one machine here",
        "CommunicationImplementation": "there is one machine here",
        "CommunicationOptions": "there is one machine here",
        "partitioners": "there is one machine here",
        "dtensor": "use the backend's own sharding, torch.distributed.tensor or jax.sharding",
        "lite": "its files are made of TensorFlow's own graphs; keep a Keras model by "
        "model.save('name.keras') and convert it with TensorFlow",
        "tpu": "TPUs are reached through JAX itself",
        "raw_ops": "use the public function of the same op",
    }
)


def advice(symbol: str) -> str | None:
    """What to use instead of a symbol as "tf.io.encode_proto", None if nothing is known."""
    known = removed.instead(symbol)
    if known is not None:
        old = symbol.startswith("tf.feature_column")
        why = "it is for estimators" if old else "TensorFlow 2 does not have it either"
        return f"{why}; write {known}"
    return INSTEAD.get(symbol.rpartition(".")[2])


def attribute_error(module: str, name: str) -> AttributeError:
    """The error for a name that `module` lacks."""
    message = f"module {module!r} has no attribute {name!r}"
    instead = advice(f"tf{module.removeprefix('tfcompat')}.{name}")
    return AttributeError(f"{message}: {instead}" if instead else message)
