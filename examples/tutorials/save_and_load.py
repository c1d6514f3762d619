"""Saving: weights, whole models, checkpoints with a manager, architecture as JSON."""

import os

import numpy as np
import tensorflow as tf
from tensorflow import keras
from toy_data import blobs

keras.utils.set_random_seed(20)
x, y = blobs(96, [[-1.0, 0.0], [1.0, 0.0]], seed=20)


@keras.utils.register_keras_serializable(package="toy")
class Scale(keras.layers.Layer):
    def __init__(self, factor, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, inputs):
        return inputs * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


def create_model():
    model = keras.Sequential(
        [keras.Input((2,)), Scale(2.0), keras.layers.Dense(8, "relu"), keras.layers.Dense(2)]
    )
    model.compile(
        optimizer=keras.optimizers.Adam(0.05),
        loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=[keras.metrics.SparseCategoricalAccuracy()],
    )
    return model


model = create_model()
model.fit(x, y, epochs=3, batch_size=32, verbose=0, shuffle=False)
expected = model.predict(x, verbose=0)

model.save_weights("model.weights.h5")
other = create_model()
print("untrained differs:", not np.allclose(other.predict(x, verbose=0), expected))
other.load_weights("model.weights.h5")
print("weights:", np.allclose(other.predict(x, verbose=0), expected, atol=1e-6))

for name in ("model.keras", "model.h5"):
    model.save(name)
    loaded = keras.models.load_model(name)
    same = np.allclose(loaded.predict(x, verbose=0), expected, atol=1e-6)
    print(name, "is the same:", same, type(loaded.layers[0]).__name__, loaded.layers[0].factor)
loaded = keras.models.load_model("model.keras")
print("steps go on:", int(loaded.optimizer.iterations))
loaded.fit(x, y, epochs=1, batch_size=32, verbose=0)
print("steps after:", int(loaded.optimizer.iterations))

copy = keras.models.model_from_json(model.to_json())
copy.set_weights(model.get_weights())
print("from JSON:", np.allclose(copy.predict(x, verbose=0), expected, atol=1e-6))

net = tf.Module()
net.v = tf.Variable([1.0, 2.0])
step = tf.Variable(0)
checkpoint = tf.train.Checkpoint(step=step, net=net)
manager = tf.train.CheckpointManager(checkpoint, "./ckpts", max_to_keep=2)
for _ in range(3):
    step.assign_add(1)
    net.v.assign(net.v * 2.0)
    path = manager.save()
print("kept:", [os.path.basename(p) for p in manager.checkpoints])
net.v.assign([0.0, 0.0])
status = checkpoint.restore(manager.latest_checkpoint)
status.assert_consumed()
print("restored:", net.v.numpy(), int(step))
