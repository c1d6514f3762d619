"""Methods, arguments and files of models as tutorials of TensorFlow 2.0 to 2.15 write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import refuses
from ..subject import tf
from .scenarios import rows

pytestmark = [pytest.mark.tfcompat_only, pytest.mark.filterwarnings("ignore::UserWarning")]
X, Y = rows(16, 4)


def small(outputs: int = 3) -> Any:
    layers = tf.keras.layers
    tf.keras.utils.set_random_seed(4)
    model = tf.keras.Sequential([layers.Dense(5, "relu", input_shape=(4,)), layers.Dense(outputs)])
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("sgd", loss if outputs > 1 else "mse", metrics=["acc"])
    return model


def batches() -> Iterator[Any]:
    while True:
        for start in (0, 8):
            yield X[start : start + 8], Y[start : start + 8]


def warned(match: str, call: Callable[[], Any]) -> Any:
    with pytest.warns(UserWarning, match=match):
        return call()


def test_generators() -> None:
    model = small()
    history = warned(
        "`fit_generator` is deprecated, use fit",
        lambda: model.fit_generator(batches(), steps_per_epoch=2, epochs=2, verbose=0, workers=1),
    )
    assert len(history.history["acc"]) == 2
    found = warned("evaluate", lambda: model.evaluate_generator(batches(), steps=2, verbose=0))
    assert found == pytest.approx(model.evaluate(X, Y, batch_size=8, verbose=0))
    found = warned("predict", lambda: model.predict_generator(batches(), steps=2))
    np.testing.assert_allclose(found, model.predict(X, verbose=0), rtol=1e-5)


def test_queues_of_fit() -> None:
    model = small()
    warned(
        "`workers` is deprecated",
        lambda: model.fit(X, Y, verbose=0, workers=4, use_multiprocessing=True, max_queue_size=1),
    )
    with refuses(TypeError, "nosuch"):
        model.fit(X, Y, verbose=0, nosuch=1)


def test_classes() -> None:
    model = small()
    expected = model.predict(X, verbose=0)
    found = warned("argmax", lambda: model.predict_classes(X))
    assert found.tolist() == expected.argmax(-1).tolist()
    np.testing.assert_array_equal(warned("predict", lambda: model.predict_proba(X)), expected)
    one = small(1)
    found = warned("argmax", lambda: one.predict_classes(X))
    assert found.tolist() == (one.predict(X, verbose=0) > 0.5).astype(int).tolist()


def test_compile() -> None:
    model = small()
    warned(
        "`experimental_run_tf_function` is deprecated",
        lambda: model.compile("sgd", "mse", experimental_run_tf_function=False),
    )
    warned("`metrics=`", lambda: model.compile("sgd", "mse", ["mae"]))
    model.fit(X, np.eye(3)[Y], verbose=0)
    assert model.metrics_names == ["loss", "mae"]
    with refuses(TypeError, "nosuch"):
        model.compile("sgd", "mse", nosuch=1)
    model.compile("sgd", "mse", 2.0)
    assert model.evaluate(X, np.eye(3)[Y], verbose=0, return_dict=True)["loss"] > 0


@pytest.mark.parametrize("weights", [[0.9, 0.1], {"a": 0.9, "b": 0.1}])
def test_one_loss_and_one_list_of_metrics_for_several_outputs(weights: Any) -> None:
    layers = tf.keras.layers
    inputs = layers.Input((4,))
    model = tf.keras.Model(inputs, [layers.Dense(1, name=name)(inputs) for name in "ab"])
    targets = [Y[:, None] * 1.0, Y[:, None] * 2.0]
    mae = tf.keras.metrics.MeanAbsoluteError(name="mae")
    warned(
        "a loss for each", lambda: model.compile("sgd", "mse", loss_weights=weights, metrics=[mae])
    )
    found = warned(
        "a list for each output", lambda: model.evaluate(X, targets, verbose=0, return_dict=True)
    )
    errors = [p - t for p, t in zip(model.predict(X, verbose=0), targets, strict=True)]
    a, b = [float(np.mean(error**2)) for error in errors]
    expected = {"a_loss": a, "b_loss": b, "loss": 0.9 * a + 0.1 * b}
    expected["a_mae"], expected["b_mae"] = [float(np.mean(np.abs(error))) for error in errors]
    assert found == pytest.approx(expected, rel=1e-4)


def test_names_of_metrics() -> None:
    model = small()
    scores = model.evaluate(X, Y, verbose=0)
    assert model.metrics_names == ["loss", "acc"] and len(scores) == 2


def test_reset_metrics() -> None:
    model = small()
    first = model.train_on_batch(X, Y)
    assert warned("reset_metrics", lambda: model.test_on_batch(X, Y, reset_metrics=True)) != first


def test_saving_by_format(tmp_path: Path) -> None:
    model = small()
    expected = model.predict(X, verbose=0)
    for name, settings in (
        ("whole", {}),
        ("folder/whole", {"save_format": "tf"}),
        ("old", {"save_format": "h5"}),
        ("new.keras", {"save_format": "keras"}),
        ("old.h5", {"include_optimizer": False}),
    ):
        model.save(str(tmp_path / name), **settings)
        other = tf.keras.models.load_model(str(tmp_path / name))
        np.testing.assert_array_equal(other.predict(X, verbose=0), expected, err_msg=name)
    with pytest.raises(ValueError, match="save_format"):
        model.save(str(tmp_path / "m"), save_format="xml")
    for save in (model.save, model.save_weights):
        with pytest.raises(ValueError, match=r"m\.png"):
            save(str(tmp_path / "m.png"))


def test_a_saved_model_with_classes_of_its_own(tmp_path: Path) -> None:
    class Twice(tf.keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x * 2

    class Whole(tf.keras.Model):
        def __init__(self, **kwargs: Any) -> None:
            super().__init__(**kwargs)
            self.twice, self.last = Twice(), tf.keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            return self.last(self.twice(x))

    def off(y: Any, p: Any) -> Any:
        return tf.reduce_mean(tf.abs(y - p))

    row = tf.keras.Sequential([tf.keras.layers.Input((4,)), Twice(), tf.keras.layers.Dense(2)])
    for model in (row, Whole()):
        model.compile("sgd", off)
        model.fit(X, np.eye(2)[Y % 2], verbose=0)
        model.save(str(tmp_path / "m"), save_format="tf")
        other = tf.keras.models.load_model(str(tmp_path / "m"))
        assert type(other) is type(model) and other.loss is off
        np.testing.assert_array_equal(other.predict(X, verbose=0), model.predict(X, verbose=0))
    with refuses(TypeError, "Twice"):
        row.save(str(tmp_path / "m.keras"))
        tf.keras.models.load_model(str(tmp_path / "m.keras"))


@pytest.mark.parametrize("name", ["w.h5", "w.hdf5", "training/cp.ckpt", "w"])
def test_weights_by_name_of_file(tmp_path: Path, name: str) -> None:
    model, other = small(), small()
    model.fit(X, Y, verbose=0)
    model.save_weights(str(tmp_path / name))
    if name == "training/cp.ckpt":
        name = tf.train.latest_checkpoint(str(tmp_path / "training"))
        assert name.endswith("cp.ckpt")
    other.load_weights(str(tmp_path / name))
    np.testing.assert_array_equal(other.get_weights()[0], model.get_weights()[0])


def test_weights_by_layer(tmp_path: Path) -> None:
    layers = tf.keras.layers

    def model(first: int) -> Any:
        named = [layers.Dense(first, name=f"d{first}"), layers.Dense(2, name="last")]
        return tf.keras.Sequential([layers.Input((4,)), *named])

    one, other = model(3), model(3)
    one.save_weights(str(tmp_path / "w.h5"))
    other.load_weights(str(tmp_path / "w.h5"), by_name=True)
    np.testing.assert_array_equal(one.get_weights()[2], other.get_weights()[2])


@pytest.mark.parametrize("weights", [False, True])
def test_model_checkpoint(tmp_path: Path, weights: bool) -> None:
    name = str(tmp_path / ("cp-{epoch:02d}.ckpt" if weights else "m-{epoch}.hdf5"))
    callback = warned(
        "period",
        lambda: tf.keras.callbacks.ModelCheckpoint(name, save_weights_only=weights, period=2),
    )
    small().fit(X, Y, epochs=5, verbose=0, callbacks=[callback])
    written = sorted(path.name.partition(".")[0] for path in tmp_path.iterdir())
    if weights:
        assert [n for n in written if n != "checkpoint"] == ["cp-02", "cp-04"]
    else:
        assert written == ["m-2", "m-4"]


def test_callbacks_with_old_arguments(tmp_path: Path) -> None:
    callbacks = tf.keras.callbacks
    warned("write_grads", lambda: callbacks.TensorBoard(str(tmp_path), write_grads=True))
    seen: list[int] = []
    callback = callbacks.LambdaCallback(on_batch_end=lambda batch, logs: seen.append(batch))
    small().fit(X, Y, batch_size=8, verbose=0, callbacks=[callback])
    assert seen == [0, 1]


def test_a_rate_that_a_callback_sets() -> None:
    """By the names of old, in a callback of one's own."""

    class Halve(tf.keras.callbacks.Callback):  # type: ignore[misc, name-defined]
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            rate = tf.keras.backend.get_value(self.model.optimizer.lr)
            tf.keras.backend.set_value(self.model.optimizer.lr, rate / 2)

    model = small()
    model.fit(X, Y, epochs=3, verbose=0, callbacks=[Halve()])
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01 / 8)


def test_optimizers() -> None:
    model = small()
    model.fit(X, Y, verbose=0)
    weights = model.optimizer.get_weights()
    assert int(weights[0]) == 1
    model.optimizer.set_weights([weight * 0 for weight in weights])
    assert int(model.optimizer.iterations) == 0
    assert len(warned("variables", lambda: model.optimizer.weights)) == len(weights)
    v = tf.Variable(3.0)
    ((gradient, variable),) = warned(
        "GradientTape",
        lambda: tf.keras.optimizers.SGD().compute_gradients(lambda: v * v, [v]),
    )
    assert float(gradient) == 6.0 and variable is v
    warned("jit_compile", lambda: tf.keras.optimizers.Adam(0.1, jit_compile=False))


def test_function_of_a_model() -> None:
    """tf.keras.backend.function, with which tutorials look into a model."""
    model = small()
    function = warned(
        "Model", lambda: tf.keras.backend.function([model.inputs[0]], [model.layers[0].output])
    )
    (found,) = function([X])
    weights, bias = model.layers[0].get_weights()
    np.testing.assert_allclose(found, np.maximum(X @ weights + bias, 0.0), 1e-5, 1e-6)


def test_phases() -> None:
    K = tf.keras.backend
    assert warned("training", K.learning_phase) == 0
    with K.learning_phase_scope(1):
        assert K.in_train_phase(1.0, lambda: 2.0) == 1.0 and K.in_test_phase(1.0, 2.0) == 2.0
    assert K.in_train_phase(1.0, 2.0) == 2.0 and K.in_train_phase(1.0, 2.0, training=True) == 1.0
    with refuses(ValueError, "0 or 1"):
        K.set_learning_phase(2)
