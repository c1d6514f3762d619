"""SimpleRNN, GRU, LSTM and bidirectional layers on waves of two kinds."""

import numpy as np
import tensorflow as tf
from tensorflow.keras.layers import GRU, LSTM, Bidirectional, Dense, Input, SimpleRNN

rng = np.random.default_rng(0)
labels = np.arange(128) % 2
steps = np.arange(12)[None, :] + rng.uniform(0, 6, (128, 1))
waves = np.where(labels[:, None] == 0, np.sin(steps), np.sign(np.sin(steps)))
waves = (waves + 0.1 * rng.standard_normal(waves.shape)).astype("float32")[..., None]

for layer in (SimpleRNN(8), GRU(8), Bidirectional(LSTM(6), merge_mode="sum")):
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential([Input((12, 1)), layer, Dense(1, activation="sigmoid")])
    model.compile("adam", "binary_crossentropy")
    first, *_, last = [model.train_on_batch(waves, labels) for _ in range(4)]
    name = type(layer).__name__
    print("%-14s parameters: %4d, loss: %.3f -> %.3f" % (name, model.count_params(), first, last))

# Sequences and states of a layer.
whole, state_h, state_c = LSTM(4, return_sequences=True, return_state=True)(waves[:2])
print(whole.shape, state_h.shape, state_c.shape)
print("the last output is the state:", bool(tf.reduce_all(whole[:, -1] == state_h)))

# A state that goes on from batch to batch.
stateful = tf.keras.Sequential([Input(batch_shape=(2, 3, 1)), GRU(3, stateful=True)])
one = stateful(waves[:2, :3])
two = stateful(waves[:2, :3])
print("the state goes on:", not np.allclose(one, two))
stateful.layers[0].reset_states() if hasattr(stateful.layers[0], "reset_states") else (
    stateful.layers[0].reset_state()
)
print("and is forgotten:", np.allclose(one, stateful(waves[:2, :3])))
