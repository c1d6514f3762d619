"""A convolutional autoencoder that takes noise away."""

import tensorflow as tf
from tensorflow.keras import layers
from toy_data import digits

tf.keras.utils.set_random_seed(6)
clean, _ = digits(128, size=12, seed=3, classes=4)
clean = clean[..., tf.newaxis]
noisy = clean + 0.3 * tf.random.normal(shape=clean.shape, seed=1)
noisy = tf.clip_by_value(noisy, clip_value_min=0.0, clip_value_max=1.0)
print("mean error of the noise: %.4f" % tf.reduce_mean(tf.abs(noisy - clean)))

denoise = tf.keras.Sequential(
    [
        layers.Input(shape=(12, 12, 1)),
        layers.Conv2D(8, 3, activation="relu", padding="same", strides=2),
        layers.Conv2D(4, 3, activation="relu", padding="same", strides=2),
        layers.Conv2DTranspose(4, kernel_size=3, strides=2, activation="relu", padding="same"),
        layers.Conv2DTranspose(8, kernel_size=3, strides=2, activation="relu", padding="same"),
        layers.Conv2D(1, kernel_size=3, activation="sigmoid", padding="same"),
    ]
)
denoise.compile(optimizer=tf.keras.optimizers.Adam(0.005), loss="mse")
before = denoise.evaluate(noisy, clean, verbose=0)
denoise.fit(noisy, clean, epochs=4, batch_size=32, verbose=0)
after = denoise.evaluate(noisy, clean, verbose=0)
print("before: %.4f" % before)
print("training helps:", after < before)
print("inner shapes:", [tuple(layer.output.shape) for layer in denoise.layers])
