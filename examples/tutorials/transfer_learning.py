"""Transfer learning: an untrained application as a frozen base, a new head, fine-tuning."""

import numpy as np
import tensorflow as tf
from toy_data import digits

tf.keras.utils.set_random_seed(16)
images, labels = digits(48, size=32, seed=1, classes=2)
images = np.repeat(255.0 * images[..., None], 3, axis=-1).astype("float32")

preprocess_input = tf.keras.applications.mobilenet_v2.preprocess_input
scaled = preprocess_input(images.copy())
print("scaled to: %.1f .. %.1f" % (scaled.min(), scaled.max()))

base_model = tf.keras.applications.MobileNetV2(
    input_shape=(32, 32, 3), alpha=0.35, include_top=False, weights=None
)
base_model.trainable = False
print("layers of the base:", len(base_model.layers))

inputs = tf.keras.Input(shape=(32, 32, 3))
x = tf.keras.layers.Rescaling(1.0 / 127.5, offset=-1)(inputs)
x = base_model(x, training=False)
x = tf.keras.layers.GlobalAveragePooling2D()(x)
x = tf.keras.layers.Dropout(0.2)(x)
outputs = tf.keras.layers.Dense(1)(x)
model = tf.keras.Model(inputs, outputs)
print("trainable with a frozen base:", len(model.trainable_variables))
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.001),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=[tf.keras.metrics.BinaryAccuracy(threshold=0.0, name="accuracy")],
)
before = [v.numpy() for v in base_model.weights[:5]]
model.fit(images, labels, epochs=1, batch_size=16, verbose=0)
same = all(np.array_equal(a, v.numpy()) for a, v in zip(before, base_model.weights[:5]))
print("the base stays as it was:", same)

base_model.trainable = True
for layer in base_model.layers[:-10]:
    layer.trainable = False
print("trainable for fine-tuning:", len(model.trainable_variables))
features = base_model(scaled[:4], training=False)
print("features:", features.shape)
