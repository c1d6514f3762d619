"""Modules and names of TensorFlow 2.0 to 2.15, and of Keras 2, where they were."""

from __future__ import annotations

import dis
import importlib
import importlib.machinery
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from tfcompat._src.keras.deprecation import deprecated
from tfcompat._src.keras.importer import INSIDE, PACKAGE

_IMPORT_FROM = dis.opmap["IMPORT_FROM"]


class Old(NamedTuple):
    """Where a module or a name is today, as a dotted path below `keras`; None: it is gone."""

    path: str | None
    advice: str = ""


class MissingName(AttributeError, NotImplementedError):
    """A name of old that has no equal today."""


_LOSSES = (
    "kl_divergence",
    "log_cosh",
    "mean_absolute_error",
    "mean_absolute_percentage_error",
    "mean_squared_error",
    "mean_squared_logarithmic_error",
)
_OPTIMIZERS = ("Adadelta", "Adagrad", "Adam", "Adamax", "Ftrl", "Nadam", "RMSprop", "SGD")

# Module below `keras` -> the module that has its names today.
MODULES: Mapping[str, str] = {
    "callbacks.experimental": "callbacks",
    "engine": "layers",
    "engine.input_layer": "layers",
    "engine.topology": "layers",
    "engine.training": "models",
    "experimental": "optimizers.schedules",
    "layers.advanced_activations": "layers",
    "layers.convolutional": "layers",
    "layers.core": "layers",
    "layers.embeddings": "layers",
    "layers.experimental": "layers",
    "layers.experimental.preprocessing": "layers",
    "layers.local": "layers",
    "layers.merge": "layers",
    "layers.normalization": "layers",
    "layers.pooling": "layers",
    "layers.preprocessing": "layers",
    "layers.recurrent": "layers",
    "layers.wrappers": "layers",
    "mixed_precision.experimental": "mixed_precision",
    "optimizers.experimental": "optimizers",
    "preprocessing.text": "preprocessing.text",
    "utils.generic_utils": "utils",
    "utils.np_utils": "utils",
    "utils.vis_utils": "utils",
}

_DATA = "tf.data.Dataset, or tf.keras.utils.PyDataset, which fit reads by several workers"
_ESTIMATORS = "a Sequential or functional model"

# Names in these modules that are called otherwise today, or are gone.
NAMES: Mapping[str, Mapping[str, Old]] = {
    "": {"estimator": Old(None, "fit of the model itself")},
    "applications": {
        **{
            f"ResNetRS{size}": Old(None, "tf.keras.applications.ResNet50V2")
            for size in (50, 101, 152, 200, 270, 350, 420)
        },
        "regnet": Old(None, "tf.keras.applications.EfficientNetV2B0"),
        "resnet_rs": Old(None, "tf.keras.applications.ResNet50V2"),
    },
    "callbacks": {"BaseLogger": Old("callbacks.Callback")},
    "constraints": {
        "RadialConstraint": Old(None, "a tf.keras.constraints.Constraint of your own"),
        "radial_constraint": Old(None, "a tf.keras.constraints.Constraint of your own"),
    },
    "experimental": {
        "LinearModel": Old(None, _ESTIMATORS),
        "WideDeepModel": Old(None, _ESTIMATORS),
        "SequenceFeatures": Old(None, "tf.keras.utils.FeatureSpace"),
        "SidecarEvaluator": Old(None, "model.evaluate in a process of its own"),
    },
    "layers": {
        "AbstractRNNCell": Old("layers.Layer"),
        "Convolution1DTranspose": Old("layers.Conv1DTranspose"),
        "CuDNNGRU": Old("layers.GRU"),
        "CuDNNLSTM": Old("layers.LSTM"),
        "DenseFeatures": Old(None, "tf.keras.utils.FeatureSpace"),
        "LocallyConnected1D": Old(None, "a Conv1D, or a layer of your own with one kernel a place"),
        "LocallyConnected2D": Old(None, "a Conv2D, or a layer of your own with one kernel a place"),
        "PreprocessingLayer": Old("layers.Layer"),
        "SyncBatchNormalization": Old("layers.BatchNormalization"),
        "RandomFourierFeatures": Old(None, "a layer of your own: sqrt(2 / n) * cos(x @ w + b)"),
    },
    "losses": {
        **{name: Old(f"losses.{name}") for name in _LOSSES},
        "cosine_proximity": Old("losses.cosine_similarity"),
    },
    "metrics": {
        **{name: Old(f"metrics.{name}") for name in _LOSSES},
        "MeanRelativeError": Old(None, "tf.keras.metrics.Mean of the error you compute"),
        "MeanTensor": Old(None, "a tf.keras.metrics.Metric of your own with a sum and a count"),
        "cosine_proximity": Old("losses.cosine_similarity"),
    },
    "mixed_precision": {"set_policy": Old("mixed_precision.set_global_policy")},
    "models": {
        "model_from_config": Old("layers.deserialize"),
        "model_from_yaml": Old(None, "tf.keras.models.model_from_json"),
    },
    "optimizers": {},
    "utils": {
        "CustomObjectScope": Old("utils.custom_object_scope"),
        "GeneratorEnqueuer": Old(None, _DATA),
        "HDF5Matrix": Old(None, "h5py.File, whose data sets fit takes"),
        "OrderedEnqueuer": Old(None, _DATA),
        "SequenceEnqueuer": Old(None, _DATA),
        "multi_gpu_model": Old(None, "the model itself"),
        "experimental": Old(None, _DATA),
        "warmstart_embedding_matrix": Old(None, "set_weights with rows chosen by NumPy"),
    },
    "wrappers": {
        "scikit_learn": Old(None, "tf.keras.wrappers.SKLearnClassifier or SKLearnRegressor"),
    },
}


# Modules of which Keras' two namespaces show different names.
_SHARED = {"", "backend", "saving", "preprocessing.image", "preprocessing.sequence"}


def patches() -> dict[str, Callable[[ModuleType], None]]:
    """Module of Keras' -> what gives it the names that it had."""
    found: dict[str, Callable[[ModuleType], None]] = {}
    paths = {*NAMES, *(name.rpartition(".")[0] for name in MODULES)} | _SHARED
    for path in paths:
        for top in (PACKAGE, INSIDE):
            if path not in MODULES:
                found[f"{top}.{path}".rstrip(".")] = _patch
    # Where both namespaces share these, Keras refuses their classes.
    found["keras.optimizers.legacy"] = found[f"{INSIDE}.optimizers.legacy"] = _patch_optimizers
    return found


def _top_and_path(module: ModuleType) -> tuple[str, str]:
    top = INSIDE if module.__name__.startswith(INSIDE) else PACKAGE
    return top, module.__name__.removeprefix(top).removeprefix(".")


def _patch(module: ModuleType) -> None:
    """Lets a module of Keras' answer for names of old, and makes the modules below it."""
    top, path = _top_and_path(module)
    module.__dict__["__getattr__"] = _answering(module, top, path, None)
    _make_below(module, top, path)


def _make_below(module: ModuleType, top: str, path: str) -> None:
    for name, today in MODULES.items():
        parent, _, last = name.rpartition(".")
        if parent == path and last not in module.__dict__:
            made = ModuleType(f"{top}.{name}", f"What tf.keras.{today} was called.")
            made.__path__ = []
            made.__spec__ = importlib.machinery.ModuleSpec(made.__name__, None, is_package=True)
            made.__dict__["__getattr__"] = _answering(made, top, name, today)
            sys.modules[made.__name__] = made
            module.__dict__[last] = made
            _make_below(made, top, name)


def _patch_optimizers(module: ModuleType) -> None:
    """The optimizers of Keras 2 by the side of the new ones: they are the new ones."""
    top, path = _top_and_path(module)
    for name in _OPTIMIZERS:
        module.__dict__.pop(name, None)
    module.__dict__.pop("Optimizer", None)
    module.__dict__["__getattr__"] = _answering(module, top, path, "optimizers")


def _answering(module: ModuleType, top: str, path: str, today: str | None) -> Callable[[str], Any]:
    def __getattr__(name: str) -> Any:
        old = NAMES.get(path, {}).get(name)
        if old is None and today is not None:
            old = NAMES.get(today, {}).get(name) or Old(f"{today}.{name}")
        if old is None and not name.startswith("_"):
            return _elsewhere(module, top, path, name)
        if old is None or name.startswith("_"):
            raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")
        where = f"tf.keras.{path}.{name}".replace("..", ".")
        if old.path is None:
            _refuse(f"{where}: not in tf.keras any more; use {old.advice}")
        parent, _, last = (old.path or "").rpartition(".")
        found = getattr(_module(top, parent), last)
        if f"{path}.{name}" != old.path:
            deprecated(where, f"tf.keras.{old.path}")
        elif path in ("losses", "metrics"):
            module.__dict__[name] = found
        return found

    return __getattr__


def _module(top: str, path: str) -> ModuleType:
    if path in ("losses", "metrics"):
        top = PACKAGE  # which has the functions under their long names
    elif path == "preprocessing.text":
        top = INSIDE  # which alone has it
    return importlib.import_module(f"{top}.{path}".rstrip("."))


def _elsewhere(module: ModuleType, top: str, path: str, name: str) -> Any:
    """What only one of Keras' two namespaces shows, and modules that nobody has imported yet."""
    full = f"{module.__name__}.{name}"
    if path == "" and importlib.machinery.PathFinder.find_spec(full, module.__path__) is not None:
        return importlib.import_module(full)
    if top == PACKAGE and INSIDE in sys.modules and path not in MODULES:
        other = sys.modules.get(f"{INSIDE}.{path}".rstrip("."))
        if other is not None and name in other.__dict__:
            if path:
                deprecated(f"keras.{path}.{name}", f"tf.keras.{path}.{name}")
            return other.__dict__[name]
    raise AttributeError(f"module {module.__name__!r} has no attribute {name!r}")


def _refuse(message: str) -> None:
    frame: Any = sys._getframe(2)
    # `from x import y` tells nothing of what an AttributeError says.
    if frame.f_code.co_code[frame.f_lasti] == _IMPORT_FROM:
        raise ImportError(message)
    raise MissingName(message)
