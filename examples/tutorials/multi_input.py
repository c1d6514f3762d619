"""A functional model with several inputs and outputs, shared layers, weights of losses."""

import numpy as np
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers

keras.utils.set_random_seed(29)
num_words, num_tags, num_departments = 50, 4, 3

title_input = keras.Input(shape=(None,), name="title", dtype="int32")
body_input = keras.Input(shape=(None,), name="body", dtype="int32")
tags_input = keras.Input(shape=(num_tags,), name="tags")
shared_embedding = layers.Embedding(num_words, 8)
title_features = layers.LSTM(8)(shared_embedding(title_input))
body_features = layers.GlobalMaxPooling1D()(shared_embedding(body_input))
x = layers.concatenate([title_features, body_features, tags_input])
priority_pred = layers.Dense(1, name="priority")(x)
department_pred = layers.Dense(num_departments, name="department")(x)
model = keras.Model(
    inputs=[title_input, body_input, tags_input],
    outputs={"priority": priority_pred, "department": department_pred},
)
print("parameters:", model.count_params(), "layers:", len(model.layers))
print("inputs:", [tensor.name for tensor in model.inputs])

model.compile(
    optimizer=keras.optimizers.RMSprop(1e-2),
    loss={
        "priority": keras.losses.BinaryCrossentropy(from_logits=True),
        "department": keras.losses.CategoricalCrossentropy(from_logits=True),
    },
    loss_weights={"priority": 1.0, "department": 0.2},
    metrics={"department": ["accuracy"]},
)
rng = np.random.default_rng(29)
data = {
    "title": rng.integers(num_words, size=(96, 5)),
    "body": rng.integers(num_words, size=(96, 12)),
    "tags": rng.integers(2, size=(96, num_tags)).astype("float32"),
}
department = np.eye(num_departments, dtype="float32")[data["title"][:, 0] % num_departments]
targets = {"priority": data["tags"][:, :1], "department": department}
history = model.fit(data, targets, epochs=4, batch_size=32, verbose=0)
print("history:", sorted(history.history))
print("first epoch: %.1f" % history.history["loss"][0])
print("the loss falls:", history.history["loss"][-1] < history.history["loss"][0])
predictions = model.predict(data, verbose=0)
print("predictions:", {name: value.shape for name, value in sorted(predictions.items())})

inner = keras.Model(model.inputs, model.get_layer("department").output)
print("an inner model:", inner.predict(list(data.values()), verbose=0).shape)
inputs = keras.Input((4,))
block = layers.Dense(4, activation="relu")
x = layers.add([block(block(inputs)), inputs])
residual = keras.Model(inputs, layers.average([x, inputs]))
print("shared twice:", len(residual.trainable_weights), residual(np.ones((1, 4))).shape)
