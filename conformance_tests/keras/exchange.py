"""Models in files, written by one side and read by the other.

``python -m conformance_tests.keras.exchange write FOLDER`` writes with the subject,
``... read FOLDER`` reads and compares predictions; ``... with PYTHON`` does both ways between
tfcompat here and the TensorFlow of that Python. `exchanged/` was written so by TensorFlow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .scenarios import rows, words

FOLDER = Path(__file__).parent / "exchanged"
NUMBERS = "predictions.json"


def _dense(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Input((4,)),
            layers.Dense(6, activation="relu", kernel_regularizer="l2"),
            layers.BatchNormalization(),
            layers.Dropout(0.3),
            layers.Dense(3, activation="softmax"),
        ],
        name="dense_model",
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*rows(16, 4), epochs=2, batch_size=8, shuffle=False, verbose=0)
    return model


def _pictures(tf: Any) -> Any:
    layers = tf.keras.layers
    inputs = tf.keras.Input((6, 6, 1), name="picture")
    h = layers.Conv2D(2, 3, padding="same", activation="relu")(inputs)
    h = layers.Add()([h, layers.Conv2D(2, 1)(inputs)])
    outputs = [layers.GlobalMaxPooling2D()(h), layers.Dense(2)(layers.Flatten()(h))]
    model = tf.keras.Model(inputs, outputs, name="pictures")
    rate = tf.keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    model.compile(
        tf.keras.optimizers.SGD(rate, momentum=0.9), loss=[tf.keras.losses.MeanSquaredError(), None]
    )
    return model


def _texts(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Embedding(20, 3, mask_zero=True),
            layers.Bidirectional(layers.LSTM(3, return_sequences=True)),
            layers.GRU(2),
            layers.Dense(1),
        ],
        name="texts",
    )
    model.compile(tf.keras.optimizers.RMSprop(0.01), tf.keras.losses.BinaryCrossentropy(True))
    model.fit(*words(8, 5), verbose=0)
    return model


def scaled(tf: Any) -> type:
    """A layer of one's own, which files name by its package."""

    @tf.keras.utils.register_keras_serializable(package="exchange", name="Scaled")
    class Scaled(tf.keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, factor: float = 1.0, **settings: Any) -> None:
            super().__init__(**settings)
            self.factor = factor

        def build(self, input_shape: Any) -> None:
            self.shift = self.add_weight(shape=(input_shape[-1],), name="shift")

        def call(self, inputs: Any) -> Any:
            return inputs * self.factor + self.shift

        def get_config(self) -> dict[str, Any]:
            return {**super().get_config(), "factor": self.factor}

    return Scaled


def _custom(tf: Any) -> Any:
    layer = scaled(tf)
    return tf.keras.Sequential(
        [tf.keras.layers.Input((4,)), layer(2.5), tf.keras.layers.Dense(2)], name="custom"
    )


MODELS: dict[str, tuple[Callable[[Any], Any], Any]] = {
    "dense": (_dense, rows(5, 4)[0]),
    "pictures": (_pictures, rows(3, 6, 6, 1)[0]),
    "texts": (_texts, words(5, 5)[0]),
    "custom": (_custom, rows(5, 4)[0]),
}
KINDS = ("keras", "h5", "weights.h5", "json")


def predictions(model: Any, x: Any) -> list[Any]:
    found = model.predict(x, verbose=0)
    return [part.tolist() for part in (found if isinstance(found, list) else [found])]


def write(tf: Any, folder: Path) -> None:
    """Every model in every kind of file, and what it predicts."""
    folder.mkdir(parents=True, exist_ok=True)
    numbers = {}
    for name, (make, x) in MODELS.items():
        tf.keras.backend.clear_session()
        tf.keras.utils.set_random_seed(11)
        model = make(tf)
        numbers[name] = predictions(model, x)
        model.save(folder / f"{name}.keras")
        model.save(folder / f"{name}.h5")
        model.save_weights(folder / f"{name}.weights.h5")
        (folder / f"{name}.json").write_text(model.to_json(indent=1), encoding="utf-8")
    about = {"written by": f"{tf.__name__} {tf.__version__}", "keras": tf.keras.__version__}
    text = json.dumps({"about": about, **numbers})
    (folder / NUMBERS).write_text(text + "\n", encoding="utf-8")


def load(tf: Any, folder: Path, name: str, kind: str) -> Any:
    """The model, from a file of that kind."""
    path = folder / f"{name}.{kind}"
    if name == "custom":
        scaled(tf)
    if kind in ("keras", "h5"):
        return tf.keras.models.load_model(path)
    model = tf.keras.models.model_from_json((folder / f"{name}.json").read_text(encoding="utf-8"))
    model(MODELS[name][1])
    model.load_weights(folder / f"{name}.weights.h5")
    return model


def expected(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / NUMBERS).read_text(encoding="utf-8"))
    return found


def compare(model: Any, name: str, numbers: list[Any]) -> None:
    for got, wanted in zip(predictions(model, MODELS[name][1]), numbers, strict=True):
        np.testing.assert_allclose(got, wanted, 1e-5, 1e-6, err_msg=name)


def read(tf: Any, folder: Path) -> None:
    """Loads every file, compares what it predicts, and trains it on where it is compiled."""
    numbers = expected(folder)
    for name in MODELS:
        for kind in KINDS:
            compare(load(tf, folder, name, kind), name, numbers[name])
    model = load(tf, folder, "dense", "keras")
    assert int(model.optimizer.iterations) == 4
    model.fit(*rows(16, 4), verbose=0)
    print(f"{len(MODELS) * len(KINDS)} files of {numbers['about']} read by {tf.__name__}")


def both_ways(python: str) -> None:
    """tfcompat writes and TensorFlow reads, then the other way round."""
    here = dict(os.environ, CONFORMANCE_SUBJECT="tfcompat")
    there = dict(os.environ, CONFORMANCE_SUBJECT="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
    sides = [(sys.executable, here), (python, there)]
    for writer, reader in (sides, sides[::-1]):
        with tempfile.TemporaryDirectory() as folder:
            for (program, env), task in ((writer, "write"), (reader, "read")):
                subprocess.run([program, "-m", __spec__.name, task, folder], env=env, check=True)


def main(task: str, where: str) -> None:
    if task == "with":
        both_ways(where)
        return
    from ..subject import tf

    {"write": write, "read": read}[task](tf, Path(where))


if __name__ == "__main__":
    main(*sys.argv[1:])
