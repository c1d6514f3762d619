"""Layers, metrics and names as tutorials of TensorFlow 2.0 to 2.15 write them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

pytestmark = [pytest.mark.tfcompat_only, pytest.mark.filterwarnings("ignore::UserWarning")]


def warned(match: str, call: Callable[[], Any]) -> Any:
    with pytest.warns(UserWarning, match=match):
        return call()


def test_batch_input_shape() -> None:
    layers = tf.keras.layers
    layer = warned(
        "batch_input_shape", lambda: layers.LSTM(2, batch_input_shape=(4, 3, 2), stateful=True)
    )
    model = tf.keras.Sequential([layer, layers.Dense(1)])
    assert model.input_shape == (4, 3, 2) and model.output_shape == (4, 1)
    x = np.ones((4, 3, 2), np.float32)
    first, second = model.predict(x, verbose=0), model.predict(x, verbose=0)
    assert not np.allclose(first, second)
    warned("reset_state", layer.reset_states)
    np.testing.assert_allclose(model.predict(x, verbose=0), first, rtol=1e-6)


def test_shapes_of_inputs() -> None:
    layers = tf.keras.layers
    for first in (layers.Dense(2, input_shape=(3,)), layers.Dense(2, input_dim=3)):
        assert tf.keras.Sequential([first]).input_shape == (None, 3)
    model = tf.keras.Sequential([layers.Dense(2, input_shape=(3,), batch_size=5)])
    assert model.input_shape == (5, 3)


def test_weights_of_a_layer() -> None:
    kernel, bias = np.ones((3, 2), np.float32), np.array([1.0, 2.0], np.float32)
    layer = warned("weights", lambda: tf.keras.layers.Dense(2, weights=[kernel, bias]))
    agree(layer(tf.ones((1, 3))), [[4.0, 5.0]])
    model = tf.keras.Sequential(
        [tf.keras.layers.Embedding(3, 2, weights=[kernel], input_length=4, trainable=False)]
    )
    agree(model(tf.constant([[0, 1]])), [[[1.0, 1.0], [1.0, 1.0]]])


def test_shapes_of_a_layer() -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((3,)), layers.Dense(2), layers.Dense(1)])
    layer = model.layers[0]
    assert warned("output.shape", lambda: layer.output_shape) == (None, 2)
    assert layer.input_shape == (None, 3)
    assert layer.get_output_at(0) is layer.output and layer.get_input_shape_at(0) == (None, 3)
    with refuses(AttributeError, "called"):
        layers.Dense(1).output_shape  # noqa: B018
    with refuses(AttributeError, "nosuch"):
        layer.nosuch  # noqa: B018


def test_arguments_that_change_nothing() -> None:
    layers = tf.keras.layers
    warned("fused", lambda: layers.BatchNormalization(fused=True))
    layers.LSTM(1, implementation=2, time_major=False)
    layers.LeakyReLU(alpha=0.1)
    with refuses(NotImplementedError, "time_major"):
        layers.LSTM(1, time_major=True)
    with refuses(ValueError, "nosuch"):
        layers.Dense(1, nosuch=1)
    assert layers.AveragePooling2D().pool_size == (2, 2)
    agree(warned("alpha", lambda: tf.keras.activations.relu([-1.0, 1.0], alpha=0.5)), [-0.5, 1.0])
    assert tf.keras.regularizers.l2(l=0.5).get_config() == {"l2": 0.5}
    assert tf.keras.utils.to_categorical([0, 1], dtype="int64").dtype == np.int64


class Old(tf.keras.layers.Layer):  # type: ignore[misc, name-defined]
    """A layer in the manner of the first tutorial about layers."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.units = units

    def build(self, input_shape: Any) -> None:
        self.kernel = self.add_weight("kernel", shape=[int(input_shape[-1]), self.units])
        self.count = self.add_variable("count", shape=(), initializer="zeros", trainable=False)

    def call(self, inputs: Any) -> Any:
        found = tf.matmul(inputs, self.kernel)
        self.add_metric(tf.reduce_sum(tf.square(self.kernel)), name="size", aggregation="mean")
        return found


def test_a_layer_of_old() -> None:
    model = tf.keras.Sequential([tf.keras.layers.Input((3,)), Old(2)])
    kernel = model.layers[0].kernel
    assert kernel.name == "kernel" and tuple(kernel.shape) == (3, 2)
    model.compile(tf.keras.optimizers.SGD(0.0), "mse")
    history = model.fit(np.ones((4, 3)), np.ones((4, 2)), verbose=0).history
    assert history["size"] == [pytest.approx(float(tf.reduce_sum(tf.square(kernel))), rel=1e-6)]


class OldMetric(tf.keras.metrics.Metric):  # type: ignore[misc, name-defined]
    """A metric in the manner of TensorFlow 2.0."""

    def __init__(self) -> None:
        super().__init__(name="old")
        self.total = self.add_weight("total", initializer="zeros")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        self.total.assign_add(tf.reduce_sum(tf.cast(y_true, tf.float32)))

    def result(self) -> Any:
        return self.total

    def reset_states(self) -> None:
        self.total.assign(-1.0)


def test_a_metric_of_old() -> None:
    metric = OldMetric()
    metric.update_state([1.0, 2.0], None)
    assert float(metric.result()) == 3.0
    metric.reset_state()
    assert float(metric.result()) == -1.0
    mean = tf.keras.metrics.Mean()
    mean(5.0)
    warned("reset_state", mean.reset_states)
    assert float(mean.result()) == 0.0


#: Old path below tf.keras -> today's.
MOVED = {
    "layers.experimental.preprocessing.Rescaling": "layers.Rescaling",
    "layers.experimental.preprocessing.RandomFlip": "layers.RandomFlip",
    "layers.experimental.preprocessing.Normalization": "layers.Normalization",
    "layers.experimental.EinsumDense": "layers.EinsumDense",
    "layers.CuDNNLSTM": "layers.LSTM",
    "optimizers.legacy.Adam": "optimizers.Adam",
    "optimizers.legacy.Optimizer": "optimizers.Optimizer",
    "optimizers.experimental.SGD": "optimizers.SGD",
    "experimental.CosineDecay": "optimizers.schedules.CosineDecay",
    "callbacks.experimental.BackupAndRestore": "callbacks.BackupAndRestore",
    "mixed_precision.experimental.set_policy": "mixed_precision.set_global_policy",
    "mixed_precision.experimental.Policy": "mixed_precision.Policy",
}


def find(path: str) -> Any:
    found = tf.keras
    for part in path.split("."):
        found = getattr(found, part)
    return found


@pytest.mark.parametrize("old", MOVED)
def test_moved(old: str) -> None:
    found = warned("tf.keras." + MOVED[old], lambda: find(old))
    assert found is find(MOVED[old])


@pytest.mark.parametrize("module", ["losses", "metrics"])
def test_functions_by_their_long_names(module: str) -> None:
    functions = getattr(tf.keras, module)
    for long, short in (
        ("mean_squared_error", "mse"),
        ("mean_absolute_error", "mae"),
        ("mean_absolute_percentage_error", "mape"),
        ("kl_divergence", "kld"),
        ("log_cosh", "logcosh"),
    ):
        function = getattr(functions, long)
        y, p = tf.constant([[0.1, 0.9]]), tf.constant([[0.4, 0.6]])
        np.testing.assert_allclose(function(y, p), getattr(functions, short)(y, p))


def test_imports_of_modules_that_moved() -> None:
    module = importlib.import_module("tfcompat.keras.layers.experimental.preprocessing")
    assert warned("Resizing", lambda: module.Resizing) is tf.keras.layers.Resizing
    module = importlib.import_module("keras.utils.np_utils")
    assert warned("to_categorical", lambda: module.to_categorical) is not None
    assert tf.keras.saving.load_model is tf.keras.models.load_model
    text = importlib.import_module("tfcompat.keras.preprocessing.text")
    assert text.Tokenizer is not None


#: As programs for Keras 2 import, and what that is today.
IMPORTS = {
    "from keras.layers.core import Dense": "layers.Dense",
    "from keras.layers.convolutional import Conv2D": "layers.Conv2D",
    "from keras.layers.normalization import BatchNormalization": "layers.BatchNormalization",
    "from keras.preprocessing.text import Tokenizer": "preprocessing.text.Tokenizer",
    "from keras.preprocessing.image import load_img": "preprocessing.image.load_img",
    "from keras.preprocessing.image import ImageDataGenerator": (
        "preprocessing.image.ImageDataGenerator"
    ),
    "from keras.preprocessing.sequence import TimeseriesGenerator": (
        "preprocessing.sequence.TimeseriesGenerator"
    ),
    "from keras.utils.np_utils import to_categorical": "utils.to_categorical",
    "from keras.utils.vis_utils import plot_model": "utils.plot_model",
    "from keras.engine.topology import Layer": "layers.Layer",
    "from keras.backend import mean": "backend.mean",
    "from keras.losses import mean_squared_error": "losses.mse",
    "from keras.losses import cosine_proximity": "losses.cosine_similarity",
    "from keras.layers.experimental import SyncBatchNormalization": "layers.BatchNormalization",
}


@pytest.mark.parametrize("statement", IMPORTS)
def test_imports_of_keras_2(statement: str) -> None:
    names: dict[str, Any] = {}
    exec(statement, names)
    found, expected = names[statement.split()[-1]], find(IMPORTS[statement])
    assert found is expected or found.__name__ == expected.__name__


GONE = ["layers.LocallyConnected1D", "applications.ResNetRS50", "experimental.LinearModel"]


@pytest.mark.parametrize("name", [*GONE, "wrappers.scikit_learn", "models.model_from_yaml"])
def test_gone(name: str) -> None:
    """Says what to use, to getattr and to import; hasattr stays a question."""
    with pytest.raises(AttributeError, match="use "):
        find(name)
    module, _, last = name.rpartition(".")
    with pytest.raises(ImportError, match="use "):
        exec(f"from tfcompat.keras.{module} import {last}")
    assert not hasattr(find(module), last)
    assert not hasattr(tf.keras.layers, "nosuch")


def test_estimators() -> None:
    with pytest.raises(AttributeError, match="use fit of the model"):
        find("estimator.model_to_estimator")


def test_ends_of_a_sequential_model() -> None:
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Input((3,)), layers.Dense(2), layers.Dense(1)])
    start = warned("input", lambda: model.input)
    inner = tf.keras.Model(start, model.layers[0].output)
    x = np.ones((2, 3), np.float32)
    agree(inner(x), model.layers[0](x))
    agree(tf.keras.Model(start, warned("output", lambda: model.output))(x), model(x))
