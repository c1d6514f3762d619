"""Whole programs in small: what a user of tf.keras does from the first line to the printed number.

Each takes the module under test and returns what it computed, by name: numbers, arrays and texts.
`record.py` asks the real TensorFlow once and keeps its answers; the tests compare.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Results = dict[str, Any]
SCENARIOS: dict[str, Callable[[Any], Results]] = {}


def scenario(function: Callable[[Any], Results]) -> Callable[[Any], Results]:
    """Puts a program into the table, under its own name."""
    SCENARIOS[function.__name__] = function
    return function


def rows(count: int, *shape: int, classes: int = 3) -> tuple[Any, Any]:
    """Inputs and labels that belong together, the same at every call."""
    random = np.random.RandomState(7)
    x = random.standard_normal((count, *shape)).astype(np.float32)
    weights = random.standard_normal((int(np.prod(shape)), classes))
    return x, np.argmax(x.reshape(count, -1) @ weights, axis=-1).astype(np.int32)


def words(count: int, length: int) -> tuple[Any, Any]:
    """Sequences of word numbers below 20, padded by zeros, and whether small ones prevail."""
    random = np.random.RandomState(8)
    x = random.randint(1, 20, (count, length))
    y = (x.mean(axis=1) < 10).astype(np.float32)
    x[::3, length - 2 :] = 0
    return x, y


def curve(history: Any) -> Results:
    """The losses and metrics of every epoch."""
    return dict(history.history)


@scenario
def imports(tf: Any) -> Results:
    """What the namespace says about itself."""
    keras = tf.keras
    return {
        "backend": keras.backend.backend(),
        "floatx": keras.backend.floatx(),
        "epsilon": keras.backend.epsilon(),
        "data format": keras.backend.image_data_format(),
        "names": [hasattr(keras.layers, name) for name in ("Dense", "LSTM", "TextVectorization")],
    }


@scenario
def losses(tf: Any) -> Results:
    """Every way to ask for a loss: class, function, by name, from logits, weighted."""
    keras = tf.keras
    y, p = tf.constant([[0.0, 1.0], [0.0, 0.0]]), tf.constant([[0.6, 0.4], [0.4, 0.6]])
    labels, logits = tf.constant([1, 2]), tf.constant([[0.1, 2.0, -1.0], [1.0, 0.3, 0.2]])
    return {
        "MSE": keras.losses.MSE(y, p),
        "mean_squared_error": keras.losses.mae(y, p),
        "by name": keras.losses.get("mae")(y, p),
        "bce": keras.losses.BinaryCrossentropy()(y, p),
        "sum": keras.losses.MeanSquaredError(reduction="sum")(y, p),
        "weighted": keras.losses.MeanSquaredError()(y, p, sample_weight=[0.7, 0.3]),
        "sparse": keras.losses.SparseCategoricalCrossentropy(from_logits=True)(labels, logits),
        "huber": keras.losses.Huber(0.5, reduction="none")(y, p),
        "kl": keras.losses.KLD(y + 0.1, p),
    }


@scenario
def loop_sgd(tf: Any) -> Results:
    """A line, found by a tape and SGD."""
    w, b = tf.Variable(0.0), tf.Variable(0.0)
    x = tf.linspace(-1.0, 1.0, 16)
    y = 3.0 * x + 2.0
    optimizer = tf.keras.optimizers.SGD(0.1)
    path = []
    for _ in range(10):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(w * x + b - y))
        gradients = tape.gradient(loss, [w, b])
        optimizer.apply_gradients(zip(gradients, [w, b], strict=True))
        path.append(float(loss))
    return {"losses": path, "w": w, "b": b, "iterations": int(optimizer.iterations)}


@scenario
def loop_clipped(tf: Any) -> Results:
    """SGD with momentum and Adam, each with clipped gradients."""
    found: Results = {}
    for name, optimizer in (
        ("sgd", tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True, clipvalue=0.5)),
        ("adam", tf.keras.optimizers.Adam(0.05, clipnorm=1.0)),
        ("global", tf.keras.optimizers.Adam(0.05, global_clipnorm=0.5)),
    ):
        v, u = tf.Variable([2.0, -3.0]), tf.Variable([[0.5]])
        for _ in range(5):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(v**4) + tf.reduce_sum(u**2)
            gradients = tape.gradient(loss, [v, u])
            optimizer.apply_gradients(zip(gradients, [v, u], strict=True))
        found[name], found[name + " u"] = v, u
    return found


@scenario
def fit_functional(tf: Any) -> Results:
    """A functional model with two inputs and two outputs."""
    keras = tf.keras
    x, y = rows(48, 6)
    left, right = keras.Input((6,), name="left"), keras.Input((6,), name="right")
    h = keras.layers.Concatenate()([left, keras.layers.Dense(4, activation="tanh")(right)])
    h = keras.layers.Dense(8, activation="relu")(h)
    label = keras.layers.Dense(3, activation="softmax", name="label")(h)
    size = keras.layers.Dense(1, name="size")(h)
    model = keras.Model([left, right], {"label": label, "size": size})
    model.compile(
        optimizer=keras.optimizers.SGD(0.1),
        loss={"label": "sparse_categorical_crossentropy", "size": "mse"},
        loss_weights={"label": 1.0, "size": 0.5},
        metrics={"label": ["accuracy"], "size": ["mae"]},
    )
    targets = {"label": y, "size": x.sum(axis=1, keepdims=True)}
    history = model.fit([x, -x], targets, epochs=3, batch_size=16, shuffle=False, verbose=0)
    predictions = model.predict([x[:4], -x[:4]], verbose=0)
    return {**curve(history), "label": predictions["label"], "size": predictions["size"]}


def _sequential(tf: Any, eagerly: bool) -> Results:
    keras = tf.keras
    x, y = rows(64, 8)
    model = keras.Sequential(
        [
            keras.layers.Input((8,)),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dropout(0.0),
            keras.layers.Dense(3),
        ]
    )
    model.compile(
        "adam",
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy", keras.metrics.SparseTopKCategoricalAccuracy(2, name="top")],
        run_eagerly=eagerly,
    )
    history = model.fit(
        x, y, epochs=3, batch_size=10, validation_split=0.25, shuffle=False, verbose=0
    )
    found = {**curve(history), "evaluate": model.evaluate(x, y, verbose=0)}
    if eagerly:
        return {**found, "predict": model.predict(x[:3], verbose=0)}
    return {
        **found,
        "by name": model.evaluate(x, y, verbose=0, return_dict=True),
        "predict": model.predict(x[:3], verbose=0),
        "call": model(x[:3]),
        "train_on_batch": model.train_on_batch(x[:8], y[:8]),
        "test_on_batch": model.test_on_batch(x[:8], y[:8]),
        "predict_on_batch": model.predict_on_batch(x[:2]),
        "class weights": model.fit(
            x, y, class_weight={0: 1.0, 1: 2.0, 2: 0.5}, shuffle=False, verbose=0
        ).history["loss"],
        "sample weights": model.fit(
            x, y, sample_weight=np.linspace(0, 1, 64), shuffle=False, verbose=0
        ).history["loss"],
    }


@scenario
def fit_sequential(tf: Any) -> Results:
    """compile, fit, evaluate, predict."""
    return _sequential(tf, False)


@scenario
def fit_eagerly(tf: Any) -> Results:
    """The same with run_eagerly=True."""
    return _sequential(tf, True)


@scenario
def loop_compiled(tf: Any) -> Results:
    """A training loop of one's own, its step a tf.function, metrics beside it."""
    keras = tf.keras
    x, y = rows(32, 5)
    model = keras.Sequential(
        [keras.layers.Dense(8, activation="relu"), keras.layers.BatchNormalization()]
    )
    model.add(keras.layers.Dense(3))
    loss_fn = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer = keras.optimizers.Adam(0.01)
    mean, accuracy = keras.metrics.Mean(), keras.metrics.SparseCategoricalAccuracy()

    @tf.function
    def train_step(images: Any, labels: Any) -> None:
        with tf.GradientTape() as tape:
            logits = model(images, training=True)
            loss = loss_fn(labels, logits)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        mean(loss)
        accuracy(labels, logits)

    means, accuracies = [], []
    for _ in range(4):
        mean.reset_state()
        accuracy.reset_state()
        for start in range(0, 32, 8):
            train_step(tf.constant(x[start : start + 8]), tf.constant(y[start : start + 8]))
        means.append(mean.result().numpy())
        accuracies.append(accuracy.result().numpy())
    return {"loss": means, "accuracy": accuracies, "after": model(x[:2], training=False)}


@scenario
def convolutions(tf: Any) -> Results:
    """A small network for pictures, of every kind of layer such networks have."""
    keras, layers = tf.keras, tf.keras.layers
    x, y = rows(24, 12, 12, 2)
    model = keras.Sequential(
        [
            layers.Input((12, 12, 2)),
            layers.Conv2D(4, 3, activation="relu", padding="same"),
            layers.MaxPooling2D(),
            layers.SeparableConv2D(6, 3),
            layers.BatchNormalization(),
            layers.LeakyReLU(),
            layers.Conv2DTranspose(4, 3, strides=2),
            layers.DepthwiseConv2D(3),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"]
    )
    history = model.fit(x, y, epochs=3, batch_size=8, shuffle=False, verbose=0)
    return {
        **curve(history),
        "predict": model.predict(x[:3], verbose=0),
        "shapes": [str(tuple(weight.shape)) for weight in model.weights],
        "summary": _summary(model),
    }


def _summary(model: Any) -> str:
    lines: list[str] = []
    model.summary(print_fn=lambda line, **_: lines.append(line), line_length=80)
    return "\n".join(lines)


@scenario
def recurrent(tf: Any) -> Results:
    """Embedding with a mask, LSTM, GRU, both directions."""
    keras, layers = tf.keras, tf.keras.layers
    x, y = words(24, 6)
    model = keras.Sequential(
        [
            layers.Embedding(20, 6, mask_zero=True),
            layers.LSTM(5, return_sequences=True),
            layers.Bidirectional(layers.GRU(4)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(keras.optimizers.RMSprop(0.01), "binary_crossentropy", metrics=["accuracy"])
    history = model.fit(x, y, epochs=2, batch_size=8, shuffle=False, verbose=0)
    plain = layers.SimpleRNN(3)(layers.Embedding(20, 4)(x))
    return {
        **curve(history),
        "predict": model.predict(x[:3], verbose=0),
        "plain": plain,
        "summary": _summary(model),
    }
