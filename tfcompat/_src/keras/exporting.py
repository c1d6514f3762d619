"""Files that are programs for other runtimes: what writes and reads them is TensorFlow's."""

from __future__ import annotations

from types import ModuleType
from typing import Any

#: What to do instead, as for tf.saved_model.
INSTEAD = (
    "keep the model by model.save('name.keras') and tf.keras.models.load_model, which Keras on "
    "TensorFlow reads too and can export there"
)
_FORMATS = ("litert", "onnx", "openvino", "tf_saved_model", "torch")
_WHY = "SavedModels, and the other forms of export, are made of TensorFlow's own graphs"


def _refusal(name: str) -> NotImplementedError:
    return NotImplementedError(f"{name}: {_WHY}; {INSTEAD}")


def patch_model(module: ModuleType) -> None:
    """Has `Model.export`, in the module that defines it, say what to use instead."""
    keras_export = module.Model.export

    def export(self: Any, filepath: Any, format: str = "tf_saved_model", **kwargs: Any) -> Any:
        """Raises NotImplementedError: tfcompat writes no programs for other runtimes."""
        if format not in _FORMATS:
            return keras_export(self, filepath, format=format, **kwargs)  # which says what it takes
        raise _refusal(f"Model.export(format={format!r})")

    module.Model.export = export


def patch_layer(module: ModuleType) -> None:
    """Likewise for the layer around a SavedModel."""

    def __init__(self: Any, *args: Any, **kwargs: Any) -> None:
        raise _refusal("TFSMLayer")

    module.TFSMLayer.__init__ = __init__


def patch_archive(module: ModuleType) -> None:
    """Likewise for what is made of several functions."""

    def __new__(cls: Any, *args: Any, **kwargs: Any) -> Any:
        raise _refusal("ExportArchive")

    module.ExportArchive.__new__ = __new__
