"""More of what fit is given to do: settings of optimizers, losses of layers, callbacks, own loops.

Importing this enters them into the table of fits.py.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from .fits import CLASSES, ROWS, TARGETS, case, history, of_logits, sizes, small

ONE_BATCH = {"batch_size": 48, "verbose": 0}


@case
def mixed_precision(tf: Any) -> Any:
    before = tf.keras.mixed_precision.global_policy()
    tf.keras.mixed_precision.set_global_policy("mixed_float16")
    try:
        model = small(tf)
        model.compile("adam", "mse")
        losses = model.fit(ROWS, TARGETS, epochs=3, **ONE_BATCH).history["loss"]
        predicted = model.predict(ROWS, batch_size=48, verbose=0)
        scale = float(np.asarray(model.optimizer.dynamic_scale))
        rounded = [round(float(loss), 2) for loss in losses]
        return rounded, type(model.optimizer).__name__, str(predicted.dtype), scale
    finally:
        tf.keras.mixed_precision.set_global_policy(before)


@case
def scaled_losses_that_overflow(tf: Any) -> Any:
    optimizers = tf.keras.optimizers
    model = small(tf)
    # The first scales are too large by far: steps are left out until one fits.
    optimizer = optimizers.LossScaleOptimizer(
        optimizers.SGD(0.01), initial_scale=2.0**127, dynamic_growth_steps=2
    )
    model.compile(optimizer, "mse")
    losses = model.fit(ROWS, TARGETS, batch_size=16, epochs=3, verbose=0, shuffle=False)
    scale = float(np.asarray(optimizer.dynamic_scale))
    return history(losses), sizes(model), scale, int(np.asarray(optimizer.iterations))


def _settings(tf: Any) -> dict[str, Any]:
    optimizers = tf.keras.optimizers
    schedule = optimizers.schedules.ExponentialDecay(0.1, 3, 0.5)
    return {
        "accumulated": optimizers.SGD(0.05, gradient_accumulation_steps=2),
        "averaged": optimizers.Adam(0.01, use_ema=True, ema_momentum=0.9),
        "clipped": optimizers.SGD(0.01, global_clipnorm=0.1),
        "decayed": optimizers.SGD(schedule, weight_decay=0.01),
        "centered": optimizers.RMSprop(0.01, centered=True, momentum=0.5, clipvalue=0.1),
    }


@case
def settings_of_optimizers(tf: Any) -> Any:
    found = {}
    for name, optimizer in _settings(tf).items():
        tf.keras.utils.set_random_seed(5)
        model = small(tf)
        model.compile(optimizer, "mse")
        losses = model.fit(ROWS, TARGETS, epochs=4, **ONE_BATCH).history["loss"]
        found[name] = [losses, sizes(model)]
    return found


@case
def losses_of_layers(tf: Any) -> Any:
    keras = tf.keras

    class Active(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, x: Any) -> Any:
            self.add_loss(0.01 * keras.ops.sum(keras.ops.abs(x)))
            return x

    inputs = keras.Input((6,))
    activity = keras.regularizers.L1(0.01)
    dense = keras.layers.Dense(4, kernel_regularizer="l2", activity_regularizer=activity)
    model = keras.Model(inputs, keras.layers.Dense(1)(Active()(dense(inputs))))

    def loss(y: Any, predicted: Any) -> Any:
        return keras.ops.mean(keras.ops.abs(y - predicted) ** 1.5, axis=-1)

    class Worst(keras.metrics.Metric):  # type: ignore[misc, name-defined]
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.largest = self.add_variable(shape=(), initializer="zeros", name="largest")

        def update_state(self, y: Any, predicted: Any, sample_weight: Any = None) -> None:
            here = keras.ops.max(keras.ops.abs(y - predicted))
            self.largest.assign(keras.ops.maximum(self.largest, here))

        def result(self) -> Any:
            return self.largest

    model.compile("sgd", loss, metrics=[Worst(name="worst")])
    return history(model.fit(ROWS, TARGETS, batch_size=16, epochs=2, verbose=0)), sizes(model)


@case
def shared_and_frozen_parts(tf: Any) -> Any:
    keras = tf.keras
    layers = keras.layers
    inner = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, activation="relu"), layers.BatchNormalization()]
    )
    a, b = keras.Input((6,)), keras.Input((6,))
    model = keras.Model([a, b], layers.Dense(1)(layers.Subtract()([inner(a), inner(b)])))
    x = [ROWS, ROWS[::-1].copy()]
    found = []
    for trainable in (True, False):
        inner.trainable = trainable
        model.compile("adam", "mse")
        found.append(history(model.fit(x, TARGETS, batch_size=24, epochs=2, verbose=0)))
    return found, sizes(model)


@case
def rates_and_stopping(tf: Any) -> Any:
    callbacks = tf.keras.callbacks
    model = small(tf)
    model.compile(tf.keras.optimizers.SGD(0.1), "mse")
    found = [history(model.fit(ROWS, TARGETS, epochs=1, **ONE_BATCH))]
    model.optimizer.learning_rate = 0.01
    chosen = [
        callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5),
        callbacks.ReduceLROnPlateau("loss", factor=0.1, patience=0, min_delta=1e3),
        callbacks.EarlyStopping("loss", patience=3, min_delta=1e3),
    ]
    found.append(history(model.fit(ROWS, TARGETS, epochs=9, callbacks=chosen, **ONE_BATCH)))
    return found


@case
def logs_of_batches(tf: Any) -> Any:
    seen: list[Any] = []

    class Watch(tf.keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append([batch, logs["loss"], logs["mae"]])
            if len(seen) == 5:
                self.model.stop_training = True

        def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append([batch, logs["loss"]])

        def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append([batch, float(np.asarray(logs["outputs"]).sum())])

    model = small(tf)
    model.compile("sgd", "mse", metrics=["mae"])
    settings = {"batch_size": 16, "verbose": 0, "callbacks": [Watch()]}
    model.fit(ROWS, TARGETS, epochs=4, **settings)
    model.evaluate(ROWS, TARGETS, **settings)
    model.predict(ROWS, **settings)
    return seen


@case
def own_loop(tf: Any) -> Any:
    keras = tf.keras
    layers = keras.layers
    maker = keras.Sequential([keras.Input((3,)), layers.Dense(8, "relu"), layers.Dense(6)])
    judge = keras.Sequential(
        [keras.Input((6,)), layers.Dense(8, "relu"), layers.Dropout(0.2), layers.Dense(1)]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    first, second = keras.optimizers.Adam(1e-2), keras.optimizers.Adam(1e-2)
    mean = keras.metrics.Mean()

    @tf.function
    def step(real: Any, noise: Any) -> Any:
        with tf.GradientTape() as one, tf.GradientTape() as other:
            made = maker(noise, training=True)
            yes, no = judge(real, training=True), judge(made, training=True)
            fooled = loss(tf.ones_like(no), no)
            seen = loss(tf.ones_like(yes), yes) + loss(tf.zeros_like(no), no)
        for optimizer, tape, target, model in (
            (first, one, fooled, maker),
            (second, other, seen, judge),
        ):
            variables = model.trainable_variables
            slopes = tape.gradient(target, variables)
            optimizer.apply_gradients(zip(slopes, variables, strict=True))
        mean.update_state(seen)
        return fooled, seen

    noise = tf.constant(np.random.RandomState(9).randn(4, 16, 3).astype(np.float32))
    found = [[float(v) for v in step(tf.constant(ROWS[:16]), noise[i])] for i in range(4)]
    return found, float(mean.result()), sizes(maker), sizes(judge)


@case
def metrics_of_classes(tf: Any) -> Any:
    metrics = tf.keras.metrics
    model = small(tf, 3)
    chosen = ["accuracy", metrics.SparseTopKCategoricalAccuracy(2), "sparse_categorical_accuracy"]
    model.compile("sgd", of_logits(tf), metrics=chosen)
    rows = tf.data.Dataset.from_tensor_slices((ROWS, CLASSES)).batch(20)
    return history(model.fit(rows, epochs=2, verbose=0))


@case
def binary_metrics(tf: Any) -> Any:
    metrics = tf.keras.metrics
    layers = tf.keras.layers
    model = tf.keras.Sequential([tf.keras.Input((6,)), layers.Dense(1, activation="sigmoid")])
    chosen = ["accuracy", metrics.AUC(name="auc"), metrics.Precision(name="precision")]
    model.compile("sgd", "binary_crossentropy", metrics=chosen)
    labels = (TARGETS > 0).astype(np.float32)
    return history(model.fit(ROWS, labels, batch_size=16, epochs=2, verbose=0))
