"""An adversarial example by the fast gradient sign method, and how a model is fooled by it."""

import numpy as np
import tensorflow as tf
from toy_data import digits

tf.keras.utils.set_random_seed(32)
images, labels = digits(256, seed=32, classes=4)
images = images[..., np.newaxis]
model = tf.keras.Sequential(
    [
        tf.keras.layers.Input((14, 14, 1)),
        tf.keras.layers.Conv2D(6, 3, activation="relu"),
        tf.keras.layers.MaxPooling2D(),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(4, activation="softmax"),
    ]
)
model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
model.fit(images, labels, epochs=12, batch_size=32, verbose=0)
print("learned:", model.evaluate(images, labels, verbose=0)[1] > 0.9)
model.trainable = False
loss_object = tf.keras.losses.CategoricalCrossentropy()


def create_adversarial_pattern(input_image, input_label):
    with tf.GradientTape() as tape:
        tape.watch(input_image)
        prediction = model(input_image)
        loss = loss_object(input_label, prediction)
    gradient = tape.gradient(loss, input_image)
    return tf.sign(gradient)


image = tf.convert_to_tensor(images[:64])
label = tf.one_hot(labels[:64], 4)
perturbations = create_adversarial_pattern(image, label)
print("signs:", perturbations.shape, np.unique(perturbations.numpy()).tolist())
before = tf.reduce_mean(tf.keras.metrics.categorical_accuracy(label, model(image)))
rates = []
for epsilon in [0, 0.01, 0.1, 0.3]:
    adv_x = image + epsilon * perturbations
    adv_x = tf.clip_by_value(adv_x, 0, 1)
    away = tf.reduce_max(tf.abs(adv_x - image))
    print("Epsilon = %.3f, moved by at most %.3f" % (epsilon, away) if epsilon else "Input")
    rates.append(float(tf.reduce_mean(tf.keras.metrics.categorical_accuracy(label, model(adv_x)))))
print("unchanged as before:", rates[0] == float(before) or abs(rates[0] - float(before)) < 0.02)
print("fooled:", rates[-1] < rates[0] - 0.2, sorted(rates, reverse=True) == rates)

for step in range(3):
    adv_x = tf.clip_by_value(adv_x + 0.02 * create_adversarial_pattern(adv_x, label), 0.0, 1.0)
print("in bounds:", float(tf.reduce_min(adv_x)) >= 0, float(tf.reduce_max(adv_x)) <= 1)
