"""DeepDream: gradient ascent on a picture in octaves, with random shifts and tiles."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(33)
base_model = tf.keras.Sequential(
    [
        tf.keras.layers.Input((None, None, 3)),
        tf.keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="mixed1"),
        tf.keras.layers.AveragePooling2D(2),
        tf.keras.layers.Conv2D(8, 3, padding="same", activation="tanh", name="mixed2"),
    ]
)
layers = [base_model.get_layer(name).output for name in ["mixed1", "mixed2"]]
dream_model = tf.keras.Model(inputs=base_model.inputs, outputs=layers)
rng = np.random.default_rng(33)
original = rng.integers(0, 256, (24, 36, 3)).astype("uint8")


def preprocess(img):
    return tf.cast(img, tf.float32) / 127.5 - 1


def deprocess(img):
    return tf.cast(255 * (img + 1.0) / 2.0, tf.uint8)


back = deprocess(preprocess(original)).numpy().astype(int)
print("there and back:", int(np.abs(back - original).max()) <= 1)


def calc_loss(img, model):
    activations = model(tf.expand_dims(img, axis=0))
    return tf.reduce_sum([tf.math.reduce_mean(act) for act in activations])


class DeepDream(tf.Module):
    def __init__(self, model):
        super().__init__()
        self.model = model

    @tf.function(
        input_signature=(
            tf.TensorSpec(shape=[None, None, 3], dtype=tf.float32),
            tf.TensorSpec(shape=[], dtype=tf.int32),
            tf.TensorSpec(shape=[], dtype=tf.float32),
        )
    )
    def __call__(self, img, steps, step_size):
        loss = tf.constant(0.0)
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                tape.watch(img)
                loss = calc_loss(img, self.model)
            gradients = tape.gradient(loss, img)
            gradients /= tf.math.reduce_std(gradients) + 1e-8
            img = img + gradients * step_size
            img = tf.clip_by_value(img, -1, 1)
        return loss, img


deepdream = DeepDream(dream_model)
img = preprocess(original)
loss, once = deepdream(img, tf.constant(1), tf.constant(0.01))
print("first loss: %.4f, moved: %.4f" % (loss, tf.reduce_mean(tf.abs(once - img))))
later, dreamt = deepdream(img, tf.constant(8), tf.constant(0.01))
print("the loss rises:", float(later) > float(loss), dreamt.shape)

octaves = []
base_shape = tf.cast(tf.shape(img)[:-1], tf.float32)
for n in range(-1, 2):
    new_shape = tf.cast(base_shape * 1.30**n, tf.int32)
    img = tf.image.resize(img, new_shape)
    loss, img = deepdream(img, tf.constant(3), tf.constant(0.01))
    octaves.append((img.shape.as_list(), float(loss)))
print([shape for shape, _ in octaves], all(np.isfinite(value) for _, value in octaves))


def random_roll(img, maxroll):
    shift = tf.random.uniform(shape=[2], minval=-maxroll, maxval=maxroll, dtype=tf.int32)
    return shift, tf.roll(img, shift=shift, axis=[0, 1])


shift, rolled = random_roll(original, 12)
print(
    "shift:",
    shift.numpy(),
    "back:",
    bool(tf.reduce_all(tf.roll(rolled, -shift, [0, 1]) == original)),
)


@tf.function
def tiled_gradients(img, tile_size=16):
    shift, rolled = random_roll(img, tile_size)
    gradients = tf.zeros_like(rolled)
    xs = tf.range(0, tf.shape(rolled)[1], tile_size)[:-1]
    ys = tf.range(0, tf.shape(rolled)[0], tile_size)
    for x in xs:
        for y in ys:
            with tf.GradientTape() as tape:
                tape.watch(rolled)
                loss = calc_loss(rolled[y : y + tile_size, x : x + tile_size], dream_model)
            gradients = gradients + tape.gradient(loss, rolled)
    return tf.roll(gradients, shift=-shift, axis=[0, 1])


gradients = tiled_gradients(preprocess(original))
print(
    "tiles:",
    gradients.shape,
    0.0 < float(tf.reduce_mean(tf.cast(gradients == 0, tf.float32))) < 0.9,
)
