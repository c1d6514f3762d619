"""Augmentation by preprocessing layers, in the pipeline and in the model; early stopping."""

import tensorflow as tf
from tensorflow.keras import layers
from tensorflow.keras.models import Sequential
from toy_data import digits

tf.keras.utils.set_random_seed(17)
images, labels = digits(192, size=16, seed=1, classes=3)
images = (255.0 * images[..., tf.newaxis]).astype("uint8")
image_ds = tf.data.Dataset.from_tensor_slices((images, labels))
train_ds, val_ds = image_ds.skip(48), image_ds.take(48)
print("examples:", train_ds.cardinality().numpy(), val_ds.cardinality().numpy())

augment = Sequential([layers.RandomTranslation(0.05, 0.05), layers.RandomRotation(0.03)])


def prepare(image, label):
    image = tf.image.convert_image_dtype(image, tf.float32)
    image = tf.image.resize(image, [12, 12])
    return image, label


def brighten(image, label):
    seed = tf.cast([label, 1], tf.int32)
    image = tf.image.stateless_random_brightness(image, max_delta=0.1, seed=seed)
    return tf.clip_by_value(image, 0.0, 1.0), label


AUTOTUNE = tf.data.AUTOTUNE
train_ds = train_ds.map(prepare, num_parallel_calls=AUTOTUNE).cache()
train_ds = train_ds.shuffle(144, seed=2).map(brighten).batch(32).prefetch(AUTOTUNE)
val_ds = val_ds.map(prepare, num_parallel_calls=AUTOTUNE).batch(32).cache()
batch, _ = next(iter(val_ds))
print("batch:", batch.shape, "mean: %.4f" % tf.reduce_mean(batch))
print("augmented:", augment(batch, training=True).shape)

model = Sequential(
    [
        layers.Input((12, 12, 1)),
        augment,
        layers.Conv2D(8, 3, activation="relu"),
        layers.MaxPooling2D(),
        layers.Flatten(),
        layers.Dense(16, activation="relu"),
        layers.Dense(3),
    ]
)
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.005),
    loss=tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
stop = tf.keras.callbacks.EarlyStopping(monitor="val_loss", patience=3, restore_best_weights=True)
history = model.fit(train_ds, validation_data=val_ds, epochs=3, verbose=0, callbacks=[stop])
print("history:", sorted(history.history))
print("the loss falls:", history.history["loss"][-1] < history.history["loss"][0])
print("accuracy above 0.3:", max(history.history["val_accuracy"]) > 0.3)
