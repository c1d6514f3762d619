"""What fit promises beside the numbers: when it traces, what it is given, how it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .fits import ROWS, TARGETS, small

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


class _Counting:
    """A loss that counts how often Python calls it."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self, y: Any, predicted: Any) -> Any:
        self.calls += 1
        return tf.reduce_mean(tf.square(y - predicted), axis=-1)


def _counted(**settings: Any) -> tuple[Any, _Counting]:
    loss = _Counting()
    model = small(tf)
    model.build((None, 6))
    model.compile("sgd", loss, **settings)
    model.optimizer.build(model.trainable_variables)
    return model, loss


def test_one_trace_for_all_batches() -> None:
    model, loss = _counted()
    model.fit(ROWS, TARGETS, batch_size=20, epochs=2, verbose=0)
    first = loss.calls
    model.fit(ROWS, TARGETS, batch_size=20, epochs=2, verbose=0)
    model.fit(ROWS[:44], TARGETS[:44], batch_size=20, epochs=1, verbose=0)
    assert loss.calls == first <= 2


def test_eager_steps_call_python_for_each_batch() -> None:
    model, loss = _counted(run_eagerly=True)
    model.fit(ROWS, TARGETS, batch_size=24, epochs=3, verbose=0)
    assert loss.calls == 6


def test_functions_can_be_made_to_run_eagerly() -> None:
    model, loss = _counted()
    tf.config.run_functions_eagerly(True)
    try:
        model.fit(ROWS, TARGETS, batch_size=24, epochs=2, verbose=0)
    finally:
        tf.config.run_functions_eagerly(False)
    assert loss.calls >= 4


def test_data_that_end_too_soon() -> None:
    model, _ = _counted()
    batches = tf.data.Dataset.from_tensor_slices((ROWS, TARGETS)).batch(16)
    with pytest.warns(UserWarning, match="ran out of data"):
        found = model.fit(batches, steps_per_epoch=2, epochs=3, verbose=0)
    assert len(found.history["loss"]) == 3
    assert int(np.asarray(model.optimizer.iterations)) == 5


def test_errors_of_steps_leave_the_model_as_it_was() -> None:
    model, _ = _counted()
    before = model.get_weights()
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        model.fit(ROWS[:, :5], TARGETS, verbose=0)
    for old, new in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(old, new)


def test_an_interrupted_fit_goes_on() -> None:
    class Interrupt(tf.keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 1:
                raise KeyboardInterrupt

    model, _ = _counted()
    with pytest.raises(KeyboardInterrupt):
        model.fit(ROWS, TARGETS, batch_size=16, verbose=0, callbacks=[Interrupt()])
    assert int(np.asarray(model.optimizer.iterations)) == 2
    model.fit(ROWS, TARGETS, batch_size=16, verbose=0)
    assert int(np.asarray(model.optimizer.iterations)) == 5


def test_callbacks_see_new_weights() -> None:
    seen = []

    class Watch(tf.keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append(float(np.abs(self.model.get_weights()[0]).sum()))

    model, _ = _counted()
    model.fit(ROWS, TARGETS, batch_size=16, verbose=0, callbacks=[Watch()])
    assert len(set(seen)) == 3
    assert seen[-1] == float(np.abs(model.get_weights()[0]).sum())


def test_weights_that_are_set_are_used() -> None:
    model, _ = _counted()
    model.fit(ROWS, TARGETS, batch_size=24, verbose=0)
    model.set_weights([np.zeros_like(w) for w in model.get_weights()])
    np.testing.assert_allclose(
        model.evaluate(ROWS, TARGETS, batch_size=24, verbose=0), np.mean(TARGETS**2), 1e-5
    )
    np.testing.assert_array_equal(model.predict(ROWS, batch_size=24, verbose=0), 0.0)


def _rows(kind: str) -> Any:
    dataset = tf.data.Dataset.from_tensor_slices(ROWS).batch(16)

    def batches() -> Iterator[Any]:
        for i in range(0, 48, 16):
            yield (ROWS[i : i + 16],)

    forms: dict[str, Callable[[], Any]] = {
        "array": lambda: ROWS,
        "float64": lambda: ROWS.astype(np.float64),
        "list of rows": lambda: tf.constant(ROWS),
        "dataset": lambda: dataset,
        "generator": batches,
    }
    return forms[kind]()


@pytest.mark.parametrize("kind", ["array", "float64", "list of rows", "dataset", "generator"])
def test_forms_of_input(kind: str) -> None:
    model = tf.keras.Sequential([tf.keras.Input((6,)), tf.keras.layers.Rescaling(2.0)])
    found = model.predict(_rows(kind), verbose=0, **({"batch_size": 16} if "a" not in kind else {}))
    assert isinstance(found, np.ndarray)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, 2 * ROWS, 1e-6)


def test_order_of_shuffled_rows() -> None:
    tf.keras.utils.set_random_seed(42)
    seen: list[list[int]] = []

    class Watch(tf.keras.Model):  # type: ignore[misc]
        def train_step(self, data: Any) -> Any:
            seen.append(np.asarray(data[0])[:, 0].astype(int).tolist())
            return {"rows": tf.shape(data[0])[0]}

    model = Watch()
    model.compile(run_eagerly=True)
    model.fit(np.arange(10.0).reshape(10, 1), np.zeros(10), batch_size=4, epochs=2, verbose=0)
    model.fit(np.arange(10.0).reshape(10, 1), np.zeros(10), batch_size=4, verbose=0, shuffle=False)
    # With a global seed the order is the same in each epoch.
    expected = [[3, 8, 7, 5], [2, 0, 1, 6], [9, 4]]
    assert seen == [*expected, *expected, [0, 1, 2, 3], [4, 5, 6, 7], [8, 9]]


def test_rows_of_several_kinds() -> None:
    seen = []

    class Watch(tf.keras.Model):  # type: ignore[misc]
        def train_step(self, data: Any) -> Any:
            x, y = data
            seen.append((x["words"].dtype, x["n"].dtype, y[0].dtype, y[1].dtype))
            return {"size": tf.shape(x["words"])[0]}

    model = Watch()
    model.compile()
    x = {"words": tf.constant([["a"], ["b"], ["c"]]), "n": np.arange(3)}
    y = (np.zeros(3), np.ones(3, bool))
    found = model.fit(x, y, batch_size=3, verbose=0)
    assert set(seen) == {(tf.string, tf.int64, tf.float32, tf.bool)}
    assert found.history["size"] == [3]


def test_progress_bar(capsys: pytest.CaptureFixture[str]) -> None:
    model, _ = _counted()
    model.fit(ROWS, TARGETS, batch_size=16, epochs=2, verbose=2)
    lines = [line for line in capsys.readouterr().out.splitlines() if line]
    assert lines[0] == "Epoch 1/2"
    assert lines[1].startswith("3/3 - ")
    assert "loss: " in lines[1]


def test_a_dataset_without_batches() -> None:
    x = np.ones((5, 2), np.float32)
    nothing = tf.data.Dataset.from_tensor_slices((x, x[:, :1])).batch(8, drop_remainder=True)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse", metrics=["mae"])
    with pytest.warns(UserWarning, match="ran out of data"):
        history = model.fit(nothing, epochs=2, verbose=0, shuffle=False)
    assert history.history == {}
    assert model.built


# ------------------------------------------------------------------------- several steps at once
def _fitted(steps: int, watch: Any = None) -> tuple[Any, Any]:
    tf.keras.utils.set_random_seed(5)
    rng = np.random.default_rng(2)
    x, y = rng.normal(size=(70, 6)).astype(np.float32), rng.integers(0, 3, 70)
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            layers.Input((6,)),
            layers.Dense(8, activation="relu"),
            layers.BatchNormalization(),
            layers.Dropout(0.2),
            layers.Dense(3),
        ]
    )
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss, metrics=["accuracy"], steps_per_execution=steps)
    found = model.fit(
        x, y, batch_size=8, epochs=3, verbose=0, validation_data=(x, y),
        sample_weight=np.linspace(0.5, 1.5, 70), callbacks=[watch] if watch else [],
    )  # fmt: skip
    return found.history, model.get_weights()


def test_several_steps_of_an_execution_are_the_same_steps() -> None:
    ends: list[int] = []
    watch = tf.keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: ends.append(batch)
    )
    history, weights = _fitted(1)
    again, same = _fitted(4, watch)
    assert ends == 3 * [3, 7, 11]
    for name, values in history.items():
        np.testing.assert_allclose(again[name], values, rtol=1e-5)
    for one, other in zip(weights, same, strict=True):
        np.testing.assert_allclose(other, one, rtol=1e-4, atol=1e-6)


@pytest.mark.tfcompat_only
def test_short_steps_are_one_program(monkeypatch: pytest.MonkeyPatch) -> None:
    from tfcompat._src.keras import executions

    ran: list[int] = []
    loop = executions.while_loop

    def spied(*args: Any) -> Any:
        ran.append(1)
        return loop(*args)

    monkeypatch.setattr(executions, "SHORT", 60.0)
    monkeypatch.setattr(executions, "while_loop", spied)
    _fitted(4)
    assert bool(ran) is executions.loops_are_programs()


def test_an_error_between_the_steps_of_an_execution() -> None:
    def rows() -> Any:
        for number in range(11):
            if number == 10:
                raise ValueError("no more of these")
            yield np.full((2, 1), number, np.float32), np.zeros((2, 1), np.float32)

    spec = tf.TensorSpec((2, 1), tf.float32)
    data = tf.data.Dataset.from_generator(rows, output_signature=(spec, spec))
    model = tf.keras.Sequential([tf.keras.layers.Input((1,)), tf.keras.layers.Dense(1)])
    model.compile(tf.keras.optimizers.SGD(1e-3), "mse", steps_per_execution=3)
    with pytest.raises(tf.errors.OpError, match="no more of these"):
        model.fit(data, verbose=0)
    assert int(model.optimizer.iterations) == 10
