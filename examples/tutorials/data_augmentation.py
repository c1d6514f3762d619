"""Data augmentation: Keras' layers, tf.image with seeds of one's own, generators as counters."""

import numpy as np
import tensorflow as tf
from toy_data import digits

tf.keras.utils.set_random_seed(43)
images, labels = digits(32, size=16, seed=43)
images = np.stack([255 * images] * 3, -1).clip(0, 255)
image = tf.constant(images[0], tf.uint8)

resize_and_rescale = tf.keras.Sequential(
    [tf.keras.layers.Resizing(12, 12), tf.keras.layers.Rescaling(1.0 / 255)]
)
result = resize_and_rescale(images[:2])
print(result.shape, "%.4f %.4f" % (tf.reduce_min(result), tf.reduce_max(result)))
augment = tf.keras.Sequential(
    [
        tf.keras.layers.RandomFlip("horizontal_and_vertical", seed=1),
        tf.keras.layers.RandomRotation(0.2, seed=2),
        tf.keras.layers.RandomZoom(0.1, seed=3),
        tf.keras.layers.RandomContrast(0.2, seed=4),
        tf.keras.layers.RandomTranslation(0.1, 0.1, seed=5),
        tf.keras.layers.CenterCrop(14, 14),
    ]
)
changed = [augment(images[:2], training=True) for _ in range(2)]
print(changed[0].shape, bool(tf.reduce_any(changed[0] != changed[1])))
same = tf.keras.layers.RandomFlip(seed=1)(images[:2], training=False)
print("without training:", np.array_equal(same, images[:2]))


class RandomInvert(tf.keras.layers.Layer):
    def __init__(self, factor=0.5, **kwargs):
        super().__init__(**kwargs)
        self.factor = factor

    def call(self, x):
        if tf.random.uniform([]) < self.factor:
            return 255 - x
        return x


inverted = [RandomInvert(f)(tf.cast(image, tf.float32))[0, 0, 0] for f in (0.0, 1.0)]
print("inverted: %.3f" % (inverted[0] + inverted[1]))

print(tf.image.flip_left_right(image)[0, :3, 0].numpy(), tf.image.rgb_to_grayscale(image).shape)
print("%.3f" % tf.reduce_mean(tf.image.adjust_saturation(tf.cast(image, tf.float32) / 255, 3)))
print("%.3f" % tf.reduce_mean(tf.image.adjust_brightness(tf.cast(image, tf.float32) / 255, 0.4)))
print(tf.image.central_crop(image, central_fraction=0.5).shape, tf.image.rot90(image).shape)
for i in range(3):
    seed = (i, 0)
    bright = tf.image.stateless_random_brightness(image, max_delta=0.95, seed=seed)
    contrast = tf.image.stateless_random_contrast(image, lower=0.1, upper=0.9, seed=seed)
    crop = tf.image.stateless_random_crop(image, size=[8, 9, 3], seed=seed)
    sums = [int(tf.reduce_sum(tf.cast(x, tf.int32))) for x in (bright, crop)]
    print(sums, "%.1f" % tf.reduce_mean(tf.cast(contrast, tf.float32)))


def augmented(image_label, seed):
    image, label = image_label
    image = tf.image.resize_with_crop_or_pad(tf.cast(image, tf.float32) / 255.0, 20, 20)
    new_seed = tf.random.split(seed, num=1)[0, :]
    image = tf.image.stateless_random_crop(image, size=[16, 16, 3], seed=seed)
    image = tf.image.stateless_random_brightness(image, max_delta=0.5, seed=new_seed)
    return tf.clip_by_value(image, 0, 1), label


counter = tf.data.Dataset.counter()
train = tf.data.Dataset.zip(
    (tf.data.Dataset.from_tensor_slices((images, labels)), (counter, counter))
)
train = train.shuffle(8, seed=6).map(augmented, num_parallel_calls=tf.data.AUTOTUNE).batch(4)
for batch, label in train.take(2):
    print(label.numpy(), "%.4f" % tf.reduce_mean(batch))

rng = tf.random.Generator.from_seed(123, alg="philox")


def f(x, y):
    seed = rng.make_seeds(1)[:, 0]
    return augmented((x, y), seed)


with_generator = tf.data.Dataset.from_tensor_slices((images, labels)).map(f).batch(4)
for batch, label in with_generator.take(2):
    print(label.numpy(), "%.4f" % tf.reduce_mean(batch))
print("state:", rng.state.shape)
model = tf.keras.Sequential(
    [
        tf.keras.layers.Input((16, 16, 3)),
        tf.keras.layers.RandomFlip("horizontal"),
        tf.keras.layers.Rescaling(1.0 / 255),
        tf.keras.layers.Conv2D(4, 3, activation="relu"),
        tf.keras.layers.GlobalAveragePooling2D(),
        tf.keras.layers.Dense(10),
    ]
)
model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
print("%.2f" % model.fit(images, labels, epochs=1, verbose=0).history["loss"][0])
