"""Callbacks, what is printed on the way, and what is left in files."""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf

X = (np.arange(24).reshape(8, 3) / 10).astype(np.float32)
Y = X[:, :2] * 2 - 1


def model(rate: float = 0.1) -> Any:
    tf.keras.utils.set_random_seed(1)
    layers = tf.keras.layers
    made = tf.keras.Sequential([layers.Input((3,)), layers.Dense(2)], name="model")
    made.compile(tf.keras.optimizers.SGD(rate), "mse", metrics=["mae"])
    return made


def printed(call: Callable[[], Any]) -> str:
    """What a call prints, but for the time that it took."""
    stream = io.StringIO()
    with contextlib.redirect_stdout(stream):
        call()
    text = re.sub(r"\d+(s|ms|us)(/\w+)?", r"T\2", stream.getvalue())
    return re.sub("[\b\r]+", "|", re.sub(r"\x1b\[\d+m", "", text))


def fit(callbacks: Any = (), **settings: Any) -> Any:
    settings = {"epochs": 6, "verbose": 0, "shuffle": False, **settings}
    return model().fit(X, Y, callbacks=list(callbacks), **settings).history


LINES = """\
Epoch 1/2
1/1 - T - T/step - loss: 6.4931 - mae: 2.0804 - val_loss: 1.3496 - val_mae: 0.9751
Epoch 2/2
1/1 - T - T/step - loss: 1.3496 - mae: 0.9751 - val_loss: 0.5770 - val_mae: 0.6593
"""


def test_a_line_for_each_epoch() -> None:
    assert printed(lambda: fit(epochs=2, verbose=2, validation_data=(X, Y))) == LINES
    line = "1/1 - T - T/step - loss: 6.4931 - mae: 2.0804\n"
    assert printed(lambda: model().evaluate(X, Y, verbose=2)) == line
    assert printed(lambda: fit(epochs=2)) == ""


def test_the_bar() -> None:
    text = printed(lambda: model().predict(X, batch_size=4, verbose=1))
    assert text.startswith("|1/2 ━━━━━━━━━━━━━━━━━━━━ T T/step|")
    assert re.search(r"\|2/2 ━━━━━━━━━━━━━━━━━━━━ T T/step *\n$", text)
    text = printed(lambda: fit(epochs=1, batch_size=4, verbose=1))
    assert text.startswith("|1/2 ━━━━━━━━━━━━━━━━━━━━ T T/step - loss: 0.8599 - mae: 0.7811|")


def test_a_bar_of_ones_own() -> None:
    bar = tf.keras.utils.Progbar(2, stateful_metrics=["last"])

    def call() -> None:
        bar.update(1, [("mean", 1.0), ("last", 1)])
        bar.update(2, [("mean", 2.0), ("last", 5)])

    assert "|2/2 ━━━━━━━━━━━━━━━━━━━━ T T/step - mean: 2.0000 - last: 5.0000\n" in printed(call)


def test_early_stopping() -> None:
    kept = tf.keras.callbacks.EarlyStopping(
        "loss", min_delta=10.0, patience=2, verbose=1, restore_best_weights=True
    )
    text = printed(lambda: fit([kept]))
    assert text.split("\n")[0] == "Epoch 3: early stopping"
    assert "Restoring model weights from the end of the best epoch: 1." in text
    assert kept.stopped_epoch == 2 and kept.best_epoch == 0


def test_rates() -> None:
    callbacks = tf.keras.callbacks
    plateau = callbacks.ReduceLROnPlateau("loss", factor=0.5, min_delta=10.0, patience=2, verbose=1)
    found = fit([plateau])["learning_rate"]
    assert found == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05, 0.025])
    schedule = callbacks.LearningRateScheduler(lambda epoch, rate: rate / (epoch + 1), verbose=1)
    text = printed(lambda: fit([schedule], epochs=2))
    assert "Epoch 2: LearningRateScheduler setting learning rate to 0.05000000074505806." in text


def test_model_checkpoint(tmp_path: Path) -> None:
    callbacks = tf.keras.callbacks
    name = str(tmp_path / "{epoch:02d}-{loss:.2f}.keras")
    text = printed(lambda: fit([callbacks.ModelCheckpoint(name, verbose=1)], epochs=2))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["01-6.49.keras", "02-1.35.keras"]
    assert f"Epoch 1: saving model to {tmp_path}/01-6.49.keras" in text
    best = callbacks.ModelCheckpoint(
        str(tmp_path / "best.weights.h5"),
        monitor="mae",
        mode="min",
        save_best_only=True,
        save_weights_only=True,
    )
    history = fit([best])
    made = model()
    made.load_weights(tmp_path / "best.weights.h5")
    assert best.best == pytest.approx(min(history["mae"]))


def test_csv_logger(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    history = fit([tf.keras.callbacks.CSVLogger(str(path))], epochs=3)
    fit([tf.keras.callbacks.CSVLogger(str(path), append=True)], epochs=1)
    with path.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert [line["epoch"] for line in lines] == ["0", "1", "2", "0"]
    assert [float(line["loss"]) for line in lines[:3]] == pytest.approx(history["loss"])


def test_terminate_on_nan() -> None:
    callback = tf.keras.callbacks.TerminateOnNaN()
    made, x = model(), np.full_like(X, np.nan)
    text = printed(lambda: made.fit(x, Y, epochs=3, verbose=0, callbacks=[callback]))
    assert "Batch 0: Invalid loss, terminating training" in text
    assert made.stop_training


class Stop(tf.keras.callbacks.Callback):  # type: ignore[misc, name-defined]
    """Ends training in the middle, as an interrupt would."""

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        if epoch == 2:
            raise KeyboardInterrupt


def test_backup_and_restore(tmp_path: Path) -> None:
    """Training that was interrupted goes on where it was, and gives the same."""
    folder = str(tmp_path / "backup")
    made = model()
    backup = tf.keras.callbacks.BackupAndRestore(folder)
    with pytest.raises(KeyboardInterrupt):
        made.fit(X, Y, epochs=4, verbose=0, shuffle=False, callbacks=[backup, Stop()])
    again = model()
    backup = tf.keras.callbacks.BackupAndRestore(folder)
    history = again.fit(X, Y, epochs=4, verbose=0, shuffle=False, callbacks=[backup])
    assert history.epoch == [2, 3]
    assert history.history["loss"] == pytest.approx(fit(epochs=4)["loss"][2:])


def watch(seen: list[str]) -> Any:
    """A callback that notes every call."""

    def note(name: str) -> Callable[..., None]:
        return lambda self, *args, logs=None: seen.append(name)

    parts = ("train", "test", "epoch", "train_batch", "test_batch")
    names = [f"{part}_{when}" for part in parts for when in ("begin", "end")]
    methods = {f"on_{name}": note(name) for name in names}
    return type("Watch", (tf.keras.callbacks.Callback,), methods)()


def test_order_of_calls() -> None:
    seen: list[str] = []
    logs = tf.keras.callbacks.LambdaCallback(
        on_train_begin=lambda logs: seen.append("a function"),
        on_epoch_end=lambda epoch, logs: seen.append(f"{epoch} {sorted(logs)}"),
    )
    fit([watch(seen), logs], epochs=1, validation_data=(X, Y))
    wanted = ["train_begin", "a function", "epoch_begin", "train_batch_begin", "train_batch_end"]
    wanted += ["test_begin", "test_batch_begin", "test_batch_end", "test_end", "epoch_end"]
    wanted += ["0 ['loss', 'mae', 'val_loss', 'val_mae']", "train_end"]
    assert seen == wanted


@pytest.mark.tfcompat_only  # TensorBoard, which reads them, need not be where TensorFlow is.
def test_tensorboard(tmp_path: Path) -> None:
    accumulator = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    board = tf.keras.callbacks.TensorBoard(
        str(tmp_path), histogram_freq=1, write_images=True, update_freq="batch"
    )
    history = fit([board], epochs=2, batch_size=4, validation_data=(X, Y))
    read = {}
    for part in ("train", "validation"):
        events = accumulator.EventAccumulator(str(tmp_path / part), {"tensors": 0})
        events.Reload()
        read[part] = events
    losses = [
        float(np.frombuffer(event.tensor_proto.tensor_content, np.float32)[0])
        if event.tensor_proto.tensor_content
        else event.tensor_proto.float_val[0]
        for event in read["train"].Tensors("epoch_loss")
    ]
    assert losses == pytest.approx(history["loss"])
    tags = set(read["train"].Tags()["tensors"])
    assert {"epoch_mae", "batch_loss", "epoch_learning_rate"} <= tags
    assert any(tag.endswith("kernel/histogram") for tag in tags)
    assert any(tag.endswith("kernel/image") for tag in tags)
    assert len(read["train"].Tensors("batch_loss")) == 4
    assert "epoch_loss" in read["validation"].Tags()["tensors"]
    (content,) = read["train"].SummaryMetadata("epoch_loss").plugin_data.plugin_name.split()
    assert content == "scalars"
