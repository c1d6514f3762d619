"""What is not there of TensorFlow's modules, and of the packages around it: said with advice."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import sys
from types import ModuleType
from typing import Any

from tfcompat._src.cli import askers

# Made of kernels that are compiled for the real TensorFlow.
_COMPILED = {
    "tensorflow_addons": "most of its layers, losses and optimizers are in tf.keras by now",
    "tensorflow_decision_forests": "use ydf, which needs no TensorFlow",
    "tensorflow_io": "read files with tf.io, tf.data or NumPy",
    "tensorflow_text": "use tf.strings and tf.keras.layers.TextVectorization",
}
_OTHERS = {
    "tensorflow_datasets": "use tf.keras.datasets, or tf.data on arrays and files of your own",
    "tensorflow_estimator": "TensorFlow dropped estimators in 2.16; use tf.keras.Model.fit",
    "tensorflow_hub": "use tf.keras.applications, or load weights with tf.keras.Model.load_weights",
    "tensorflow_model_optimization": "use the model as it is",
    "tensorflow_probability": "use tensorflow_probability.substrates.jax, which needs no "
    "TensorFlow, or tf.random and tf.math",
    "tensorflow_recommenders": "write the retrieval loss with tf.keras",
    "tf_agents": "write the training loop with tf.GradientTape",
    "tf_keras": "it is Keras 2; use tf.keras, which is Keras 3",
    "tf_slim": "it is for TensorFlow 1; use tf.keras",
}
PACKAGES = frozenset({*_COMPILED, *_OTHERS} - {"tf_keras"})
_EXPORT = (
    "its files are made of TensorFlow's own graphs; keep a Keras model by model.save('name.keras') "
    "and convert it with TensorFlow"
)
# Below `tensorflow`, the longest name that fits.
_MODULES = {
    "contrib": "TensorFlow 2 dropped it; use tf.keras or the functions of tf",
    "core": "it is private to TensorFlow",
    "estimator": "TensorFlow dropped it in 2.16; use tf.keras.Model.fit",
    "examples": "TensorFlow 2 dropped it; use tf.keras.datasets",
    "examples.tutorials.mnist": "TensorFlow 2 dropped it; use tf.keras.datasets.mnist",
    "feature_column": "use the preprocessing layers of tf.keras.layers",
    "lite": _EXPORT,
    "lite.python": _EXPORT,
    "models": "it is another package, for the real TensorFlow",
    "python": "it is private to TensorFlow; use the public name",
    "python.client.device_lib": "it is private to TensorFlow; use tf.config.list_physical_devices",
    "python.data": "it is private to TensorFlow; use tf.data",
    "python.eager": "it is private to TensorFlow; use tf.function and tf.GradientTape",
    "python.framework": "it is private to TensorFlow; use the public name, as tf.Tensor, "
    "tf.errors, tf.convert_to_tensor",
    "python.framework.ops": "it is private to TensorFlow; use tf.Tensor for Tensor and "
    "EagerTensor, tf.convert_to_tensor, tf.name_scope",
    "python.keras": "it is private to TensorFlow; use tensorflow.keras",
    "python.layers": "it is private to TensorFlow; use tf.keras.layers",
    "python.lib.io": "it is private to TensorFlow; use tf.io",
    "python.ops": "it is private to TensorFlow; use the public name, as tf.math.add for "
    "math_ops.add, tf.concat for array_ops.concat, tf.nn.relu for nn_ops.relu",
    "python.platform": "it is private to TensorFlow; use tf.io.gfile, tf.get_logger, tf.test",
    "python.saved_model": "it is private to TensorFlow; use tf.saved_model",
    "python.summary": "it is private to TensorFlow; use tf.summary",
    "python.training": "it is private to TensorFlow; use tf.train and tf.keras.optimizers",
    "python.util": "it is private to TensorFlow; use tf.nest",
}


def advice_on_module(fullname: str) -> str | None:
    """What to use instead of a module that tfcompat does not have, None if nothing is known."""
    path = fullname.split(".")[1:]
    for end in range(len(path), 0, -1):
        found = _MODULES.get(".".join(path[:end]))
        if found is not None:
            return found
    return None


def advice_on_package(name: str) -> str | None:
    """What to use instead of a package around TensorFlow, None if it is none."""
    return _COMPILED.get(name) or _OTHERS.get(name)


def _advice(fullname: str) -> str | None:
    absent: Any = importlib.import_module("tfcompat._src.absent")
    found: str | None = absent.advice("tf." + fullname.partition(".")[2])
    return advice_on_module(fullname) or found


def no_module(fullname: str, wanted: str | None = None) -> ModuleNotFoundError:
    """The error for a module below `tensorflow` that tfcompat does not have.

    `wanted` is the name in it that was asked for, for better advice.
    """
    advice = _advice(wanted or fullname)
    message = f"No module named {fullname!r}: tfcompat{_backend()} does not have it"
    if advice:
        message += f"; {advice}"
    library = askers.library_of(askers.caller())
    if library:
        message += f". It is {library} that asks for it, a package made for TensorFlow itself"
        other = advice_on_package(library)
        message += f"; {other}" if other else ""
    return ModuleNotFoundError(message, name=fullname)


def no_name(module: str, name: str, found: ModuleType) -> ImportError:
    """The error for `from tensorflow... import name`, where there is no such name."""
    advice = _advice(f"{module}.{name}")
    message = f"cannot import name {name!r} from {module!r}: tfcompat{_backend()} does not have it"
    return ImportError(f"{message}; {advice}" if advice else message, name=module, path=None)


def _backend() -> str:
    dispatch: Any = importlib.import_module("tfcompat._src.dispatch")
    return f" on {dispatch.selected()}"


def refuse_compiled(name: str) -> None:
    """Raises ImportError for a package that cannot work without the real TensorFlow."""
    advice = _COMPILED.get(name)
    if advice and not _is_question():
        raise ModuleNotFoundError(
            f"No module named {name!r}: it is made of kernels that are compiled for TensorFlow "
            f"itself, so tfcompat cannot run it; {advice}",
            name=name,
        )


class Explainer(importlib.abc.MetaPathFinder):
    """Asked last: says of a package around TensorFlow that it is not installed, and what is."""

    def find_spec(
        self, fullname: str, path: Any = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Raises ModuleNotFoundError for the packages that it knows."""
        advice = _OTHERS.get(fullname)
        if advice is None or _is_question():
            return None
        raise ModuleNotFoundError(
            f"No module named {fullname!r}: it is not installed, and is made for TensorFlow "
            f"itself; {advice}",
            name=fullname,
        )


def _is_question() -> bool:
    """Whether it is `importlib.util.find_spec` that asks, which wants None for an answer."""
    frame = sys._getframe(2)
    while frame is not None and frame.f_back is not None:
        name = str(frame.f_globals.get("__name__"))
        if name == "importlib.util" and frame.f_code.co_name == "find_spec":
            return True
        if not name.startswith(("importlib", "_frozen_importlib", "tfcompat._src.cli")):
            return False
        frame = frame.f_back
    return False
