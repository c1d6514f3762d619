"""Fuel consumption from several features: Normalization, a linear model and a small network."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(1)
rng = np.random.default_rng(1)
features = rng.uniform([1.0, 50.0, 1500.0], [8.0, 220.0, 5000.0], (200, 3)).astype("float32")
target = 45.0 - 0.006 * features[:, 2] - 0.04 * features[:, 1] + rng.normal(0, 0.5, 200)
train, test = features[:160], features[160:]
train_target, test_target = target[:160], target[160:]

normalizer = layers.Normalization(axis=-1)
normalizer.adapt(train)
print("mean:", np.round(normalizer.mean.numpy(), 2))

linear_model = keras.Sequential([normalizer, layers.Dense(units=1)])
linear_model.compile(optimizer=keras.optimizers.Adam(learning_rate=0.5), loss="huber")
history = linear_model.fit(
    train, train_target, epochs=12, verbose=0, validation_split=0.2, shuffle=False
)
print("linear, first epoch: %.2f" % history.history["loss"][0])
print("linear, the loss falls:", history.history["loss"][-1] < history.history["loss"][0] / 2)
print("validation too:", history.history["val_loss"][-1] < history.history["val_loss"][0] / 2)

deep_model = keras.Sequential(
    [normalizer, layers.Dense(16, activation="relu"), layers.Dense(16, "relu"), layers.Dense(1)]
)
deep_model.compile(loss="mse", optimizer=keras.optimizers.RMSprop(0.01), metrics=["mae"])
before = deep_model.evaluate(test, test_target, verbose=0, return_dict=True)
deep_model.fit(train, train_target, epochs=8, verbose=0)
after = deep_model.evaluate(test, test_target, verbose=0, return_dict=True)
print("deep, before: %.2f" % before["mae"])
print("deep, after is better:", after["mae"] < 0.5 * before["mae"])
print("shape of predictions:", deep_model.predict(test, verbose=0).shape)
deep_model.summary(line_length=70)
