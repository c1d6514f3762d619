"""Structured data through preprocessing layers: numbers, categories, crossings, lookups."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(28)
rng = np.random.default_rng(28)
count = 128
data = {
    "age": rng.integers(1, 15, count).astype("float32")[:, None],
    "fee": rng.uniform(0, 300, count).astype("float32")[:, None],
    "kind": np.array(["Cat", "Dog"])[rng.integers(0, 2, count)][:, None],
    "photos": rng.integers(0, 5, count)[:, None],
}
target = ((data["kind"][:, 0] == "Dog") & (data["age"][:, 0] < 8)).astype("float32")

normalization = layers.Normalization(axis=None)
normalization.adapt(data["fee"])
print("normalized: %.4f" % normalization(data["fee"][:1])[0, 0])

lookup = layers.StringLookup()
lookup.adapt(data["kind"])
print("vocabulary:", lookup.get_vocabulary()[:1], sorted(lookup.get_vocabulary()[1:]))
fixed = layers.StringLookup(vocabulary=["Cat", "Dog"], output_mode="one_hot")
print("one hot:\n", fixed([["Dog"], ["Cat"], ["Fish"]]).numpy())
print("and back:", layers.StringLookup(vocabulary=["Cat", "Dog"], invert=True)([1, 2, 0]).numpy())

index = layers.IntegerLookup(vocabulary=[0, 1, 2, 3, 4])
encode = layers.CategoryEncoding(num_tokens=index.vocabulary_size(), output_mode="one_hot")
print("integers:", encode(index([[0], [4], [9]])).numpy().argmax(axis=1))
discretize = layers.Discretization(bin_boundaries=[3.0, 8.0])
print("bins:", discretize([[1.0], [5.0], [14.0]]).numpy().ravel())
hashed = layers.Hashing(num_bins=4)([["Cat"], ["Dog"]])
print("hashed:", hashed.shape, "in range:", bool(tf.reduce_all(hashed < 4)))
crossed = layers.HashedCrossing(num_bins=8)((tf.constant([["a"], ["b"]]), tf.constant([[1], [1]])))
print("crossed:", crossed.shape)

inputs = {
    "age": tf.keras.Input((1,), name="age"),
    "fee": tf.keras.Input((1,), name="fee"),
    "photos": tf.keras.Input((1,), name="photos", dtype="int64"),
}
encoded = [
    layers.CategoryEncoding(3, output_mode="one_hot")(discretize(inputs["age"])),
    normalization(inputs["fee"]),
    encode(index(inputs["photos"])),
]
kind = tf.keras.Input((2,), name="kind")
x = layers.concatenate([*encoded, kind])
x = layers.Dense(16, activation="relu")(x)
model = tf.keras.Model({**inputs, "kind": kind}, layers.Dense(1)(x))
model.compile(tf.keras.optimizers.Adam(0.02), tf.keras.losses.BinaryCrossentropy(from_logits=True))

dataset = tf.data.Dataset.from_tensor_slices((data, target)).batch(32)
dataset = dataset.map(lambda f, y: ({**f, "kind": fixed(f["kind"])[:, 1:]}, y))
history = model.fit(dataset, epochs=5, verbose=0)
print("the loss falls:", history.history["loss"][-1] < history.history["loss"][0])
