"""A subclassed model with blocks, batch normalization and a schedule, trained by fit."""

import tensorflow as tf
from tensorflow.keras import layers
from toy_data import digits

tf.keras.utils.set_random_seed(5)
x, y = digits(160, size=12, seed=7, classes=3)
x = x[..., None]


class ResidualBlock(layers.Layer):
    def __init__(self, filters, **kwargs):
        super().__init__(**kwargs)
        self.conv1 = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        self.norm1 = layers.BatchNormalization()
        self.conv2 = layers.Conv2D(filters, 3, padding="same")
        self.shortcut = layers.Conv2D(filters, 1)
        self.relu = layers.ReLU()

    def call(self, x, training=False):
        out = self.relu(self.norm1(self.conv1(x), training=training))
        return self.relu(self.conv2(out) + self.shortcut(x))


class ConvNet(tf.keras.Model):
    def __init__(self, classes):
        super().__init__()
        self.block = ResidualBlock(8)
        self.pool = layers.MaxPool2D()
        self.separable = layers.SeparableConv2D(16, 3, activation="relu")
        self.average = layers.GlobalAveragePooling2D()
        self.head = layers.Dense(classes, activation="softmax")

    def call(self, x, training=False):
        x = self.pool(self.block(x, training=training))
        return self.head(self.average(self.separable(x)))


model = ConvNet(3)
schedule = tf.keras.optimizers.schedules.ExponentialDecay(0.02, decay_steps=20, decay_rate=0.8)
model.compile(
    optimizer=tf.keras.optimizers.Adam(schedule),
    loss="sparse_categorical_crossentropy",
    metrics=["accuracy"],
)
history = model.fit(x, y, batch_size=32, epochs=3, verbose=0)
losses = history.history["loss"]
print("first epoch: %.1f" % losses[0])
print("the loss falls:", losses[-1] < losses[0])
print("learning rate after 15 steps: %.5f" % float(model.optimizer.learning_rate))
print("trainable:", len(model.trainable_variables), "others:", len(model.non_trainable_variables))
print("parameters:", model.count_params())
print("moving mean is used:", bool(tf.reduce_any(model.block.norm1.moving_mean != 0.0)))
