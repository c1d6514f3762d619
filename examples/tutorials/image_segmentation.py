"""Image segmentation: a U-Net with skip connections, augmented pairs of pictures and masks."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(31)
SIZE, CLASSES = 16, 3
rng = np.random.default_rng(31)


def shapes(count):
    """Pictures of a square on a ground; the mask tells ground, edge and inside."""
    images = rng.uniform(0, 60, (count, SIZE, SIZE, 3)).astype("float32")
    masks = np.ones((count, SIZE, SIZE, 1), "uint8")
    for image, mask in zip(images, masks):
        top, left = rng.integers(1, 7, 2)
        side = rng.integers(5, 9)
        mask[top : top + side, left : left + side] = 2
        mask[top + 1 : top + side - 1, left + 1 : left + side - 1] = 3
        image[mask[..., 0] == 2] += 120
        image[mask[..., 0] == 3] += [180, 20, 20]
    return images, masks


def normalize(image, mask):
    return tf.cast(image, tf.float32) / 255.0, tf.cast(mask, tf.int32) - 1


class Augment(tf.keras.layers.Layer):
    def __init__(self, seed=42):
        super().__init__()
        # The same seed: pictures and masks are flipped alike.
        self.augment_inputs = tf.keras.layers.RandomFlip(mode="horizontal", seed=seed)
        self.augment_labels = tf.keras.layers.RandomFlip(mode="horizontal", seed=seed)

    def call(self, inputs, labels):
        return self.augment_inputs(inputs), self.augment_labels(labels)


images, masks = shapes(96)
dataset = tf.data.Dataset.from_tensor_slices((images, masks)).map(normalize)
train = dataset.take(80).cache().shuffle(80, seed=1).batch(16).repeat()
train = train.map(Augment()).prefetch(tf.data.AUTOTUNE)
test = dataset.skip(80).batch(8)
for image, mask in train.take(1):
    ground = tf.reduce_mean(tf.cast(mask == 0, tf.float32))
    print("batch:", image.shape, mask.shape, mask.dtype.name, "ground: %.3f" % ground)
    inside = tf.boolean_mask(image, tf.squeeze(mask, -1) == 2)
    print("red inside:", bool(tf.reduce_all(inside[:, 0] > inside[:, 1])))


def down(filters, strides=2):
    return tf.keras.Sequential(
        [
            tf.keras.layers.Conv2D(filters, 3, strides, padding="same", use_bias=False),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.LeakyReLU(),
        ]
    )


def up(filters):
    return tf.keras.Sequential(
        [
            tf.keras.layers.Conv2DTranspose(filters, 3, strides=2, padding="same", use_bias=False),
            tf.keras.layers.BatchNormalization(),
            tf.keras.layers.ReLU(),
        ]
    )


def unet_model(output_channels):
    inputs = tf.keras.layers.Input(shape=[SIZE, SIZE, 3])
    x, skips = inputs, []
    for block in [down(8, 1), down(12), down(16)]:
        x = block(x)
        skips.append(x)
    for block, skip in zip([up(12), up(8)], reversed(skips[:-1])):
        x = tf.keras.layers.Concatenate()([block(x), skip])
    last = tf.keras.layers.Conv2D(output_channels, 3, padding="same")
    return tf.keras.Model(inputs=inputs, outputs=last(x))


model = unet_model(CLASSES)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.02),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
print("parameters:", model.count_params(), "output:", model.output.shape)
print("untrained: %.4f" % model.evaluate(test, verbose=0)[0])
history = model.fit(train, epochs=4, steps_per_epoch=5, validation_data=test, verbose=0)
print("keys:", sorted(history.history))
print("the loss falls:", history.history["loss"][-1] < 0.6 * history.history["loss"][0])


def create_mask(pred_mask):
    pred_mask = tf.math.argmax(pred_mask, axis=-1)
    return pred_mask[..., tf.newaxis][0]


mask = create_mask(model.predict(test, verbose=0))
print("mask:", mask.shape, mask.dtype.name, int(tf.reduce_max(mask)) <= 2)


def add_sample_weights(image, label):
    class_weights = tf.constant([2.0, 2.0, 1.0])
    class_weights = class_weights / tf.reduce_sum(class_weights)
    return image, label, tf.gather(class_weights, indices=tf.cast(label, tf.int32))


weighted = dataset.map(add_sample_weights)
print(weighted.element_spec[2])
loss = model.fit(weighted.batch(32), epochs=1, verbose=0).history["loss"][0]
print("weighted:", 0 < loss < 1)
iou = tf.keras.metrics.MeanIoU(num_classes=CLASSES, sparse_y_pred=False, axis=-1)
for image, mask in test:
    iou.update_state(mask, model(image))
print("overlap of trained masks:", 0.1 < float(iou.result()) <= 1)
