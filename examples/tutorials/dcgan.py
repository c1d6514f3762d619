"""DCGAN: transposed convolutions against convolutions, batch normalization, tf.data."""

import tensorflow as tf
from tensorflow.keras import layers
from toy_data import digits

tf.keras.utils.set_random_seed(12)
images, _ = digits(128, size=12, seed=5, classes=2)
images = (images[..., None] - 0.5) / 0.5
BATCH_SIZE, noise_dim = 32, 8
dataset = tf.data.Dataset.from_tensor_slices(images).shuffle(128, seed=1).batch(BATCH_SIZE)


def make_generator_model():
    model = tf.keras.Sequential()
    model.add(layers.Input(shape=(noise_dim,)))
    model.add(layers.Dense(3 * 3 * 16, use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())
    model.add(layers.Reshape((3, 3, 16)))
    model.add(layers.Conv2DTranspose(8, (5, 5), strides=2, padding="same", use_bias=False))
    model.add(layers.BatchNormalization())
    model.add(layers.LeakyReLU())
    model.add(layers.Conv2DTranspose(1, (5, 5), strides=2, padding="same", activation="tanh"))
    return model


def make_discriminator_model():
    model = tf.keras.Sequential()
    model.add(layers.Input(shape=[12, 12, 1]))
    model.add(layers.Conv2D(8, (5, 5), strides=(2, 2), padding="same"))
    model.add(layers.LeakyReLU())
    model.add(layers.Dropout(0.3))
    model.add(layers.Flatten())
    model.add(layers.Dense(1))
    return model


generator, discriminator = make_generator_model(), make_discriminator_model()
print("generated:", generator(tf.random.normal([1, noise_dim]), training=False).shape)
cross_entropy = tf.keras.losses.BinaryCrossentropy(from_logits=True)
generator_optimizer = tf.keras.optimizers.Adam(1e-3)
discriminator_optimizer = tf.keras.optimizers.Adam(1e-3)


def discriminator_loss(real_output, fake_output):
    real_loss = cross_entropy(tf.ones_like(real_output), real_output)
    fake_loss = cross_entropy(tf.zeros_like(fake_output), fake_output)
    return real_loss + fake_loss


@tf.function
def train_step(images, noise):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        generated = generator(noise, training=True)
        real_output = discriminator(images, training=True)
        fake_output = discriminator(generated, training=True)
        gen_loss = cross_entropy(tf.ones_like(fake_output), fake_output)
        disc_loss = discriminator_loss(real_output, fake_output)
    gradients = gen_tape.gradient(gen_loss, generator.trainable_variables)
    generator_optimizer.apply_gradients(zip(gradients, generator.trainable_variables))
    gradients = disc_tape.gradient(disc_loss, discriminator.trainable_variables)
    discriminator_optimizer.apply_gradients(zip(gradients, discriminator.trainable_variables))
    return gen_loss, disc_loss


history = []
for epoch in range(3):
    for image_batch in dataset:
        noise = tf.random.normal([BATCH_SIZE, noise_dim])
        history.append([float(loss) for loss in train_step(image_batch, noise)])
print("steps:", len(history))
print("first losses: %.1f %.1f" % tuple(history[0]))
print("the discriminator learns:", history[-1][1] < history[0][1])
sample = generator(tf.random.normal([4, noise_dim]), training=False)
print("in range:", bool(tf.reduce_all(tf.abs(sample) <= 1.0)), sample.shape)
print("parameters:", generator.count_params(), discriminator.count_params())
