"""An autoencoder of dense layers, subclassed, and anomalies by its errors."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Model, layers, losses
from toy_data import digits

tf.keras.utils.set_random_seed(4)
x_train, _ = digits(256, size=10, seed=1, classes=3)
x_test, _ = digits(32, size=10, seed=2, classes=3)


class Autoencoder(Model):
    def __init__(self, latent_dim, shape):
        super().__init__()
        self.encoder = tf.keras.Sequential(
            [layers.Flatten(), layers.Dense(latent_dim, activation="relu")]
        )
        self.decoder = tf.keras.Sequential(
            [
                layers.Dense(int(np.prod(shape)), activation="sigmoid"),
                layers.Reshape(shape),
            ]
        )

    def call(self, x):
        return self.decoder(self.encoder(x))


autoencoder = Autoencoder(16, x_test.shape[1:])
autoencoder.compile(optimizer=tf.keras.optimizers.Adam(0.01), loss=losses.MeanSquaredError())
history = autoencoder.fit(
    x_train, x_train, epochs=6, batch_size=64, verbose=0, shuffle=True,
    validation_data=(x_test, x_test),
)  # fmt: skip
curve = history.history["loss"]
print("the loss falls:", curve[-1] < 0.6 * curve[0])
print("and validation follows:", history.history["val_loss"][-1] < history.history["val_loss"][0])

encoded = autoencoder.encoder(x_test).numpy()
decoded = autoencoder.decoder(encoded).numpy()
print("shapes:", encoded.shape, decoded.shape)

normal = losses.mse(x_test.reshape(32, -1), decoded.reshape(32, -1)).numpy()
strange = np.random.default_rng(3).uniform(0, 1, x_test.shape).astype("float32")
rebuilt = autoencoder.predict(strange, verbose=0)
errors = losses.mse(strange.reshape(32, -1), rebuilt.reshape(32, -1)).numpy()
threshold = np.mean(normal) + 3 * np.std(normal)
print("anomalies found: all" if np.all(errors > threshold) else "anomalies missed")
