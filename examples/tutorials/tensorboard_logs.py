"""Logs for TensorBoard: scalars, histograms, pictures, text, and the callback of fit."""

import glob
import os

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(21)
writer = tf.summary.create_file_writer("logs/own")
with writer.as_default():
    for step in range(5):
        written = tf.summary.scalar("loss", 1.0 / (step + 1), step=step)
    tf.summary.histogram("weights", np.linspace(-1, 1, 50), step=0)
    tf.summary.image("noise", np.random.rand(1, 8, 8, 3), step=0)
    tf.summary.text("note", "a text", step=0)
    writer.flush()
print("written:", bool(written))

with writer.as_default(step=10):
    with tf.summary.record_if(False):
        print("not recorded:", bool(tf.summary.scalar("skipped", 0.5)))
    with tf.name_scope("inner"):
        print("recorded:", bool(tf.summary.scalar("kept", 0.5)))
writer.close()

files = glob.glob("logs/own/events.out.tfevents.*")
print("files:", len(files))


def events(path):
    """The messages of a file of events: length, check sum, bytes, check sum."""
    return [record.numpy() for record in tf.data.TFRecordDataset(path)]


messages = events(files[0])
print("events:", len(messages), b"brain.Event" in messages[0])
for tag in (b"loss", b"weights", b"noise", b"note", b"inner/kept", b"skipped"):
    print(tag.decode(), sum(tag in message for message in messages))

x = np.linspace(-1, 1, 64, dtype="float32")[:, None]
model = tf.keras.Sequential([tf.keras.Input((1,)), tf.keras.layers.Dense(1)])
model.compile("sgd", "mse", metrics=["mae"])
callback = tf.keras.callbacks.TensorBoard(log_dir="logs/fit", histogram_freq=1)
model.fit(x, 2 * x, epochs=2, verbose=0, validation_data=(x, 2 * x), callbacks=[callback])
print("of fit:", sorted(os.listdir("logs/fit")))
train = [m for f in glob.glob("logs/fit/train/events*") for m in events(f)]
print("epochs of the loss:", sum(b"epoch_loss" in m for m in train))
print("histograms:", sum(b"histogram" in m for m in train) > 0)
