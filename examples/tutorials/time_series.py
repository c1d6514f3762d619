"""Forecasting: windows by tf.data, a baseline, a linear model and an LSTM."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(15)
t = np.arange(400, dtype="float32")
series = np.sin(t / 8.0) + 0.3 * np.sin(t / 3.0)
series += 0.05 * np.random.default_rng(0).standard_normal(400)
mean, std = series[:300].mean(), series[:300].std()
series = ((series - mean) / std).astype("float32")
WIDTH = 16


def windows(values, batch=32, shuffle=False):
    ds = tf.data.Dataset.from_tensor_slices(values)
    ds = ds.window(WIDTH + 1, shift=1, drop_remainder=True)
    ds = ds.flat_map(lambda w: w.batch(WIDTH + 1))
    if shuffle:
        ds = ds.shuffle(300, seed=1)
    return ds.map(lambda w: (w[:-1, tf.newaxis], w[-1:])).batch(batch).prefetch(1)


train, test = windows(series[:300], shuffle=True), windows(series[300:])
x, y = next(iter(test))
print("window:", x.shape, y.shape)
print("first window ends: %.3f, then %.3f" % (x[0, -1, 0], y[0, 0]))
baseline = np.mean([np.mean((x[:, -1] - y) ** 2) for x, y in test.as_numpy_iterator()])
print("baseline: %.4f" % baseline)

models = {
    "linear": [tf.keras.layers.Flatten(), tf.keras.layers.Dense(1)],
    "lstm": [tf.keras.layers.LSTM(8), tf.keras.layers.Dense(1)],
}
for name, layers in models.items():
    model = tf.keras.Sequential([tf.keras.layers.Input((WIDTH, 1)), *layers])
    model.compile(tf.keras.optimizers.Adam(0.02), "mse", metrics=["mae"])
    model.fit(train, epochs=3, verbose=0)
    loss, _ = model.evaluate(test, verbose=0)
    print("%s, error below 0.2:" % name, loss < 0.2)

ds = tf.keras.utils.timeseries_dataset_from_array(
    series[:20], targets=series[4:], sequence_length=4, batch_size=8
)
print("batches of the utility:", [tuple(x.shape) for x, _ in ds])
