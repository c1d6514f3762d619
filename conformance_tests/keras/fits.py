"""What fit, evaluate and predict are given to do: functions of `tf` that return numbers.

What they return on TensorFlow is kept in recorded/fits.json; see record_fits.py.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Case = Callable[[Any], Any]

#: By name, each runs from the same random state.
CASES: dict[str, Case] = {}

ROWS = np.random.RandomState(0).randn(48, 6).astype(np.float32)
CLASSES = np.random.RandomState(1).randint(0, 3, 48)
TARGETS = np.random.RandomState(2).randn(48, 1).astype(np.float32)
IMAGES = np.random.RandomState(3).rand(24, 8, 8, 2).astype(np.float32)
IMAGE_CLASSES = np.random.RandomState(4).randint(0, 3, 24)


def case(function: Case) -> Case:
    """Enters a function into the table."""
    CASES[function.__name__] = function
    return function


def history(found: Any) -> dict[str, list[Any]]:
    """What fit returns, by name."""
    return {name: [np.asarray(v).tolist() for v in found.history[name]] for name in found.history}


def sizes(model: Any) -> list[float]:
    """A number for each weight."""
    return [float(np.abs(w).sum()) for w in model.get_weights()]


def small(tf: Any, units: int = 1) -> Any:
    """A model of two dense layers."""
    layers = tf.keras.layers
    hidden = layers.Dense(5, activation="tanh")
    return tf.keras.Sequential([tf.keras.Input((6,)), hidden, layers.Dense(units)])


def of_logits(tf: Any) -> Any:
    """The loss of logits and numbers of classes."""
    return tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)


@case
def dropout_and_normalization(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((6,)),
            layers.Dense(8, activation="relu"),
            layers.Dropout(0.3),
            layers.BatchNormalization(),
            layers.Dense(3),
        ]
    )
    model.compile("adam", of_logits(tf), metrics=["accuracy"])
    found = model.fit(ROWS, CLASSES, batch_size=16, epochs=3, verbose=0, validation_split=0.25)
    predicted = model.predict(ROWS, batch_size=20, verbose=0)
    return history(found), sizes(model), predicted[::7].tolist()


@case
def run_eagerly(tf: Any) -> Any:
    model = small(tf)
    model.compile("adam", "mse", run_eagerly=True)
    return history(model.fit(ROWS, TARGETS, batch_size=24, epochs=2, verbose=0)), sizes(model)


@case
def several_steps_at_once(tf: Any) -> Any:
    model = small(tf)
    model.compile("sgd", "mse", steps_per_execution=4)
    seen = []

    class Watch(tf.keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append([batch, logs["loss"]])

    model.fit(ROWS, TARGETS, batch_size=8, epochs=2, verbose=0, callbacks=[Watch()])
    predicted = model.predict(ROWS, batch_size=8, verbose=0)
    return seen, sizes(model), float(predicted.sum())


@case
def own_train_step(tf: Any) -> Any:
    keras = tf.keras

    class Own(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.hidden = keras.layers.Dense(4, activation="relu")
            self.out = keras.layers.Dense(1)
            self.mean = keras.metrics.Mean(name="loss")
            self.error = keras.metrics.MeanAbsoluteError(name="mae")

        def call(self, x: Any, training: bool = False) -> Any:
            return self.out(self.hidden(x))

        def train_step(self, data: Any) -> Any:
            x, y = data
            with tf.GradientTape() as tape:
                predicted = self(x, training=True)
                loss = tf.reduce_mean(tf.square(y - predicted))
            slopes = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(slopes, self.trainable_variables, strict=True))
            self.mean.update_state(loss)
            self.error.update_state(y, predicted)
            return {"loss": self.mean.result(), "mae": self.error.result()}

        @property
        def metrics(self) -> list[Any]:
            return [self.mean, self.error]

    model = Own()
    model.compile(optimizer=keras.optimizers.RMSprop(0.01))
    return history(model.fit(ROWS, TARGETS, batch_size=16, epochs=3, verbose=0)), sizes(model)


@case
def weights_of_samples_and_classes(tf: Any) -> Any:
    model = small(tf, 3)
    model.compile("adam", of_logits(tf), weighted_metrics=["accuracy"])
    settings = {"batch_size": 16, "epochs": 2, "verbose": 0}
    weights = np.linspace(0, 1, 48).astype(np.float32)
    first = model.fit(ROWS, CLASSES, sample_weight=weights, **settings)
    by_class = {0: 1.0, 1: 2.0, 2: 0.5}
    return history(first), history(model.fit(ROWS, CLASSES, class_weight=by_class, **settings))


@case
def many_inputs_and_outputs(tf: Any) -> Any:
    layers = tf.keras.layers
    a, b = tf.keras.Input((6,), name="a"), tf.keras.Input((6,), name="b")
    shared = layers.Dense(5, activation="relu")
    joined = layers.Concatenate()([shared(a), shared(b)])
    outputs = {"p": layers.Dense(3, name="p")(joined), "q": layers.Dense(1, name="q")(joined)}
    model = tf.keras.Model({"a": a, "b": b}, outputs)
    model.compile(
        "sgd",
        loss={"p": of_logits(tf), "q": "mse"},
        loss_weights={"p": 1.0, "q": 0.3},
        metrics={"p": ["accuracy"], "q": ["mae"]},
    )
    x, y = {"a": ROWS, "b": ROWS[::-1].copy()}, {"p": CLASSES, "q": TARGETS}
    found = model.fit(x, y, batch_size=20, epochs=2, verbose=0)
    predicted = model.predict(x, batch_size=20, verbose=0)
    sums = {name: [list(v.shape), float(v.sum())] for name, v in predicted.items()}
    return history(found), model.evaluate(x, y, verbose=0, return_dict=True), sums


@case
def one_batch_at_a_time(tf: Any) -> Any:
    model = small(tf)
    model.compile("sgd", "mse", metrics=["mae"])
    found = [model.train_on_batch(ROWS[i : i + 8], TARGETS[i : i + 8]) for i in (0, 8, 16)]
    weights = np.full(8, 0.5, np.float32)
    batch = ROWS[:8], TARGETS[:8]
    found.append(list(model.train_on_batch(*batch, weights, return_dict=True).values()))
    found.append(model.test_on_batch(*batch))
    return found, model.predict_on_batch(ROWS[:8]).tolist()


@case
def datasets(tf: Any) -> Any:
    model = small(tf)
    model.compile("sgd", "mse")
    rows = tf.data.Dataset.from_tensor_slices((ROWS, TARGETS))
    batches = rows.shuffle(48, seed=3).batch(16)
    found = [history(model.fit(batches, epochs=2, verbose=0, validation_data=rows.batch(16)))]
    found.append(history(model.fit(batches.repeat(), epochs=2, steps_per_epoch=2, verbose=0)))
    predicted = model.predict(rows.batch(20).map(lambda x, y: x), verbose=0)
    return found, model.evaluate(batches.repeat(), steps=2, verbose=0), float(predicted.sum())


@case
def generators(tf: Any) -> Any:
    model = small(tf)
    model.compile("sgd", "mse")

    def batches() -> Iterator[Any]:
        while True:
            for i in range(0, 48, 16):
                yield ROWS[i : i + 16], TARGETS[i : i + 16]

    class Pieces(tf.keras.utils.PyDataset):  # type: ignore[misc]
        def __len__(self) -> int:
            return 3

        def __getitem__(self, i: int) -> Any:
            return ROWS[i * 16 : i * 16 + 16], TARGETS[i * 16 : i * 16 + 16]

    settings = {"epochs": 2, "verbose": 0, "shuffle": False}
    first = history(model.fit(batches(), steps_per_epoch=3, **settings))
    return first, history(model.fit(Pieces(), **settings)), model.evaluate(Pieces(), verbose=0)


@case
def convolutions(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((8, 8, 2)),
            layers.RandomFlip("horizontal"),
            layers.Conv2D(4, 3, padding="same"),
            # Before the ReLU: of equal zeros rounding would choose the largest.
            layers.MaxPooling2D(),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.DepthwiseConv2D(3, padding="same"),
            layers.SeparableConv2D(5, 3, activation="relu"),
            layers.GlobalAveragePooling2D(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    optimizer = tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True)
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return history(model.fit(IMAGES, IMAGE_CLASSES, batch_size=8, epochs=3, verbose=0))


@case
def attention(tf: Any) -> Any:
    layers = tf.keras.layers
    inputs = tf.keras.Input((6, 1))
    x = layers.Dense(4)(inputs)
    x = layers.LayerNormalization()(x + layers.MultiHeadAttention(2, 3, dropout=0.1)(x, x))
    model = tf.keras.Model(inputs, layers.Dense(1)(layers.GlobalAveragePooling1D()(x)))
    model.compile(tf.keras.optimizers.AdamW(0.01, clipnorm=0.5), "mae")
    found = model.fit(ROWS[..., None], TARGETS, batch_size=16, epochs=2, verbose=0)
    return history(found), sizes(model)
