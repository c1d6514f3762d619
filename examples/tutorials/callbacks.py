"""Callbacks: what is called when, schedules, logs to files, stopping, checkpoints."""

import csv
import os

import numpy as np
import tensorflow as tf
from tensorflow import keras

keras.utils.set_random_seed(19)
x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
y = 3.0 * x + 0.5


class Tell(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.calls = []

    def on_train_begin(self, logs=None):
        self.calls.append("begin")

    def on_epoch_begin(self, epoch, logs=None):
        self.calls.append("epoch %d" % epoch)

    def on_train_batch_end(self, batch, logs=None):
        self.calls.append("batch %d %s" % (batch, sorted(logs)))

    def on_epoch_end(self, epoch, logs=None):
        self.calls.append("end %s" % sorted(logs))

    def on_train_end(self, logs=None):
        self.calls.append("done")


class StopBelow(keras.callbacks.Callback):
    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def on_epoch_end(self, epoch, logs=None):
        if logs["loss"] < self.limit:
            print("stopped after epoch", epoch)
            self.model.stop_training = True


def make():
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    model.compile(keras.optimizers.SGD(0.4), "mse", metrics=["mae"])
    return model


tell = Tell()
make().fit(x, y, epochs=2, batch_size=32, verbose=0, callbacks=[tell])
print("\n".join(tell.calls))

model = make()
history = model.fit(
    x, y, epochs=12, verbose=0, shuffle=False, validation_data=(x, y),
    callbacks=[
        keras.callbacks.LearningRateScheduler(lambda epoch, lr: lr * 0.9 if epoch else lr),
        keras.callbacks.CSVLogger("log.csv"),
        keras.callbacks.ModelCheckpoint("best.weights.h5", save_weights_only=True,
                                        monitor="val_loss", save_best_only=True),
        StopBelow(0.01),
        keras.callbacks.LambdaCallback(
            on_epoch_end=lambda epoch, logs: epoch or print("keys:", sorted(logs))
        ),
    ],
)  # fmt: skip
print("first losses:", np.round(history.history["loss"][:3], 4))
print("learning rates:", np.round(history.history["learning_rate"][:3], 4))
with open("log.csv") as file:
    rows = list(csv.reader(file))
print("log:", rows[0], len(rows) - 1 == len(history.epoch))
fresh = make()
fresh.load_weights("best.weights.h5")
print("the best is kept:", np.allclose(fresh.get_weights()[0], model.get_weights()[0], atol=0.05))
print("files:", sorted(os.listdir(".")))

model = make()
plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", factor=0.5, patience=1, min_delta=10.0)
model.fit(x, y, epochs=4, verbose=0, callbacks=[plateau, keras.callbacks.TerminateOnNaN()])
print("after plateaus: %.3f" % float(model.optimizer.learning_rate))
