"""Custom layers, models and loops: build, add_loss, regularizers, metrics, tf.function."""

import tensorflow as tf
from toy_data import blobs

tf.keras.utils.set_random_seed(18)
x, y = blobs(192, [[0.0, 0.0], [2.0, 2.0], [0.0, 3.0]], seed=18)


class Linear(tf.keras.layers.Layer):
    def __init__(self, units=32, activation=None, **kwargs):
        super().__init__(**kwargs)
        self.units = units
        self.activation = tf.keras.activations.get(activation)

    def build(self, input_shape):
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units),
            initializer="random_normal",
            regularizer=tf.keras.regularizers.l2(1e-3),
            trainable=True,
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", trainable=True)

    def call(self, inputs):
        return self.activation(tf.matmul(inputs, self.w) + self.b)

    def get_config(self):
        return {**super().get_config(), "units": self.units}


class ActivityRegularization(tf.keras.layers.Layer):
    def call(self, inputs):
        self.add_loss(1e-3 * tf.reduce_mean(tf.abs(inputs)))
        return inputs


class MLP(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.blocks = [Linear(16, "relu"), Linear(16, "relu")]
        self.regularize = ActivityRegularization()
        self.out = Linear(3)

    def call(self, inputs):
        x = inputs
        for block in self.blocks:
            x = block(x)
        return self.out(self.regularize(x))


model = MLP()
model(x[:1])
print("losses:", len(model.losses), "variables:", len(model.trainable_variables))
print("config:", sorted(set(model.out.get_config()) & {"units", "name", "trainable"}))

loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
optimizer = tf.keras.optimizers.SGD(learning_rate=0.1, momentum=0.9)
accuracy = tf.keras.metrics.SparseCategoricalAccuracy()
dataset = tf.data.Dataset.from_tensor_slices((x, y)).batch(32)


@tf.function
def train_step(inputs, targets):
    with tf.GradientTape() as tape:
        logits = model(inputs, training=True)
        loss = loss_fn(targets, logits) + tf.add_n(model.losses)
    gradients = tape.gradient(loss, model.trainable_weights)
    gradients, norm = tf.clip_by_global_norm(gradients, 1.0)
    optimizer.apply_gradients(zip(gradients, model.trainable_weights))
    accuracy.update_state(targets, logits)
    return loss, norm


for epoch in range(3):
    for step, (inputs, targets) in enumerate(dataset):
        loss, norm = train_step(inputs, targets)
    if epoch < 2:
        print("epoch %d, loss: %.3f, norm: %.3f" % (epoch, loss, norm))
    print("accuracy: %.2f" % accuracy.result())
    accuracy.reset_state()
print("traced once:", train_step.experimental_get_tracing_count() == 1)
