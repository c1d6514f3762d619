"""Programs in small, the rest: files, tf.data, layers of one's own, two networks at once."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .scenarios import Results, curve, rows, scenario, words


@scenario
def files_and_callbacks(tf: Any) -> Results:
    """Training that writes the best model, stops early, lowers its rate, and is read again."""
    keras, callbacks = tf.keras, tf.keras.callbacks
    x, y = rows(48, 6)
    model = keras.Sequential([keras.layers.Input((6,)), keras.layers.Dense(3, "softmax")])
    model.compile(
        keras.optimizers.SGD(4.0), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        history = model.fit(
            x,
            y,
            epochs=12,
            batch_size=16,
            shuffle=False,
            verbose=0,
            validation_data=(x[::-1] * 1.5, y[::-1]),
            callbacks=[
                callbacks.ModelCheckpoint(str(folder / "best.keras"), save_best_only=True),
                callbacks.ReduceLROnPlateau(patience=1, factor=0.5, min_delta=0.01),
                callbacks.EarlyStopping(patience=4, min_delta=0.02, restore_best_weights=True),
                callbacks.CSVLogger(str(folder / "log.csv")),
            ],
        )
        best = keras.models.load_model(folder / "best.keras")
        model.save_weights(folder / "last.weights.h5")
        clone = keras.models.clone_model(model)
        clone.load_weights(folder / "last.weights.h5")
        header = (folder / "log.csv").read_text().splitlines()[0]
    return {
        **curve(history),
        "best": best.predict(x[:3], verbose=0),
        "best loss": best.evaluate(x, y, verbose=0),
        "same": bool(np.array_equal(clone.predict(x, verbose=0), model.predict(x, verbose=0))),
        "log": header,
    }


@scenario
def pipelines(tf: Any) -> Results:
    """fit on a tf.data.Dataset, on a generator, on a PyDataset; predict and evaluate on each."""
    keras = tf.keras
    x, y = rows(40, 4)
    batches = tf.data.Dataset.from_tensor_slices((x, y)).map(lambda a, b: (a * 2.0, b))
    batches = batches.batch(8).prefetch(tf.data.AUTOTUNE)

    class Rows(keras.utils.Sequence):  # type: ignore[misc, name-defined]
        def __len__(self) -> int:
            return 5

        def __getitem__(self, index: int) -> Any:
            return x[index * 8 : index * 8 + 8], y[index * 8 : index * 8 + 8]

    def generator() -> Iterator[Any]:
        while True:
            for start in range(0, 40, 8):
                yield x[start : start + 8], y[start : start + 8]

    model = keras.Sequential([keras.layers.Dense(6, activation="relu"), keras.layers.Dense(3)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss, metrics=["acc"])
    return {
        "dataset": model.fit(batches, epochs=2, verbose=0, validation_data=batches).history,
        "repeated": model.fit(batches.repeat(), epochs=2, steps_per_epoch=3, verbose=0).history,
        "generator": model.fit(generator(), epochs=2, steps_per_epoch=5, verbose=0).history,
        "sequence": model.fit(Rows(), epochs=2, shuffle=False, verbose=0).history,
        "evaluate": model.evaluate(batches, verbose=0),
        "predict": model.predict(batches.map(lambda a, b: a), verbose=0)[:3],
    }


@scenario
def layers_of_ones_own(tf: Any) -> Results:
    """A layer and a model by subclassing, a Lambda, an op on a symbolic tensor, add_loss, AUC."""
    keras = tf.keras
    x, y = rows(32, 5)

    class Scaled(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def __init__(self, units: int, **settings: Any) -> None:
            super().__init__(**settings)
            self.units = units

        def build(self, input_shape: Any) -> None:
            self.w = self.add_weight(shape=(input_shape[-1], self.units), initializer="he_normal")
            self.scale = self.add_weight(shape=(), initializer="ones", trainable=False)

        def call(self, inputs: Any) -> Any:
            self.add_loss(0.01 * tf.reduce_sum(tf.square(self.w)))
            return tf.matmul(inputs, self.w) * self.scale

    inputs = keras.Input((5,))
    h = keras.layers.Lambda(lambda t: t * 2.0)(inputs)
    h = keras.ops.relu(Scaled(6)(h))
    h = keras.layers.Dense(4, "tanh", kernel_regularizer="l2", kernel_constraint="non_neg")(h)
    model = keras.Model(inputs, keras.layers.Dense(1, activation="sigmoid")(h))
    rate = keras.optimizers.schedules.ExponentialDecay(0.01, 4, 0.9, staircase=True)
    model.compile(
        keras.optimizers.AdamW(rate, weight_decay=0.01),
        "binary_crossentropy",
        metrics=[keras.metrics.AUC(name="auc"), keras.metrics.Precision(name="precision"), "mae"],
    )
    target = (y > 0).astype(np.float32)
    history = model.fit(x, target, epochs=3, batch_size=8, shuffle=False, verbose=0)
    return {
        **curve(history),
        "losses": len(model.losses),
        "least": min(0.0, float(np.min(model.layers[-2].get_weights()[0]))),
        "predict": model.predict(x[:3], verbose=0),
    }


@scenario
def every_optimizer(tf: Any) -> Results:
    """One small model, three epochs with each optimizer and schedule."""
    keras = tf.keras
    x, y = rows(16, 3)
    decays = keras.optimizers.schedules
    found = {}
    for name, settings in {
        "Adadelta": {"learning_rate": 1.0},
        "Adagrad": {"learning_rate": 0.1},
        "Adamax": {"learning_rate": decays.PolynomialDecay(0.1, 6)},
        "Nadam": {"learning_rate": decays.CosineDecay(0.1, 6)},
        "Ftrl": {"learning_rate": decays.InverseTimeDecay(0.1, 2, 0.5)},
        "Lion": {"learning_rate": decays.PiecewiseConstantDecay([2, 4], [0.1, 0.05, 0.01])},
        "RMSprop": {"learning_rate": 0.01, "momentum": 0.5, "centered": True},
        "SGD": {"learning_rate": 0.1, "weight_decay": 0.01, "use_ema": True},
        "Adafactor": {"learning_rate": 0.1},
    }.items():
        keras.utils.set_random_seed(5)
        model = keras.Sequential([keras.layers.Input((3,)), keras.layers.Dense(3, "softmax")])
        model.compile(
            getattr(keras.optimizers, name)(**settings), "sparse_categorical_crossentropy"
        )
        history = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0)
        found[name] = history.history["loss"]
    return found


@scenario
def adversarial(tf: Any) -> Results:
    """Two networks against each other: a model with a train_step of its own, and a loop."""
    keras, layers = tf.keras, tf.keras.layers
    x, _ = rows(32, 6)
    loss_fn = keras.losses.BinaryCrossentropy(from_logits=True)

    class Gan(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.generator = keras.Sequential([layers.Input((4,)), layers.Dense(6)])
            self.judge = keras.Sequential(
                [layers.Input((6,)), layers.Dense(8), layers.LeakyReLU(0.2), layers.Dense(1)]
            )
            self.seen = keras.metrics.Mean(name="judge")

        def compile(self, one: Any, other: Any) -> None:
            super().compile()
            self.one, self.other = one, other

        @property
        def metrics(self) -> list[Any]:
            return [self.seen]

        def train_step(self, data: Any) -> dict[str, Any]:
            count = tf.shape(data)[0]
            noise = tf.random.stateless_normal((count, 4), seed=[1, 2])
            truth = tf.concat([tf.ones((count, 1)), tf.zeros((count, 1))], axis=0)
            both = tf.concat([data, self.generator(noise)], axis=0)
            with tf.GradientTape() as tape:
                judged = loss_fn(truth, self.judge(both))
            weights = self.judge.trainable_weights
            gradients = tape.gradient(judged, weights)
            self.one.apply_gradients(zip(gradients, weights, strict=True))
            with tf.GradientTape() as tape:
                fooled = loss_fn(tf.ones((count, 1)), self.judge(self.generator(noise)))
            weights = self.generator.trainable_weights
            gradients = tape.gradient(fooled, weights)
            self.other.apply_gradients(zip(gradients, weights, strict=True))
            self.seen.update_state(judged)
            return {"judge": self.seen.result(), "generator": fooled}

    gan = Gan()
    gan.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.01))
    history = gan.fit(x, epochs=3, batch_size=8, shuffle=False, verbose=0)
    return {**curve(history), "made": gan.generator(tf.ones((2, 4)))}


@scenario
def attention(tf: Any) -> Results:
    """A block of a transformer."""
    keras, layers = tf.keras, tf.keras.layers
    x, y = words(16, 6)
    inputs = keras.Input((6,), dtype="int32")
    h = layers.Embedding(20, 8)(inputs)
    h = layers.LayerNormalization()(h + layers.MultiHeadAttention(2, 4)(h, h))
    h = layers.LayerNormalization()(h + layers.Dense(8)(layers.Dense(16, "gelu")(h)))
    h = layers.GlobalAveragePooling1D()(h)
    model = keras.Model(inputs, layers.Dense(1, activation="sigmoid")(h))
    model.compile("adam", "binary_crossentropy")
    history = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0)
    return {**curve(history), "predict": model.predict(x[:3], verbose=0)}


@scenario
def half_precision(tf: Any) -> Results:
    """mixed_float16: half where it computes, single where it keeps."""
    keras = tf.keras
    x, y = rows(16, 4)
    keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = keras.Sequential([keras.layers.Input((4,)), keras.layers.Dense(8, "relu")])
        model.add(keras.layers.Dense(3, dtype="float32"))
    finally:
        keras.mixed_precision.set_global_policy("float32")
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.SGD(0.1), loss)
    history = model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    return {
        "loss": [round(value, 2) for value in history.history["loss"]],
        "dtypes": [layer.compute_dtype for layer in model.layers],
        "variables": [weight.dtype for weight in model.weights],
        "optimizer": type(model.optimizer).__name__,
    }


def _twenty(model: Any, x: Any, y: Any, optimizer: Any, loss: str) -> Results:
    model.compile(optimizer, loss)
    history = model.fit(x, y, epochs=20, batch_size=8, shuffle=False, verbose=0)
    return {"loss": history.history["loss"]}


@scenario
def curve_dense(tf: Any) -> Results:
    """Twenty epochs of a dense network."""
    x, y = rows(32, 6)
    layers = tf.keras.layers
    model = tf.keras.Sequential([layers.Dense(16, activation="relu"), layers.Dense(3, "softmax")])
    return _twenty(model, x, y, tf.keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")


@scenario
def curve_convolutional(tf: Any) -> Results:
    """Twenty epochs of a convolutional network."""
    x, y = rows(24, 8, 8, 1)
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(3, "softmax"),
        ]
    )
    return _twenty(model, x, y, tf.keras.optimizers.SGD(0.05), "sparse_categorical_crossentropy")


@scenario
def curve_recurrent(tf: Any) -> Results:
    """Twenty epochs of a recurrent network."""
    x, y = words(24, 5)
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [layers.Embedding(20, 6), layers.LSTM(6), layers.Dense(1, activation="sigmoid")]
    )
    return _twenty(model, x, y, tf.keras.optimizers.Adam(0.01), "binary_crossentropy")
