"""A generative adversarial network on points of a line, two optimizers, two tapes."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(11)
initializer = tf.keras.initializers.GlorotNormal(seed=3)
gen = {
    "w1": tf.Variable(initializer([4, 16])),
    "b1": tf.Variable(tf.zeros([16])),
    "w2": tf.Variable(initializer([16, 2])),
    "b2": tf.Variable(tf.zeros([2])),
}
disc = {
    "w1": tf.Variable(initializer([2, 16])),
    "b1": tf.Variable(tf.zeros([16])),
    "w2": tf.Variable(initializer([16, 1])),
    "b2": tf.Variable(tf.zeros([1])),
}


def generator(z):
    hidden = tf.nn.relu(z @ gen["w1"] + gen["b1"])
    return hidden @ gen["w2"] + gen["b2"]


def discriminator(x):
    hidden = tf.nn.leaky_relu(x @ disc["w1"] + disc["b1"])
    return hidden @ disc["w2"] + disc["b2"]


def cross_entropy(labels, logits):
    return tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits))


optimizer_gen = tf.keras.optimizers.Adam(0.01, beta_1=0.5)
optimizer_disc = tf.keras.optimizers.Adam(0.01, beta_1=0.5)


@tf.function
def train(real, noise):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        fake = generator(noise)
        real_logits, fake_logits = discriminator(real), discriminator(fake)
        disc_loss = cross_entropy(tf.ones_like(real_logits), real_logits) + cross_entropy(
            tf.zeros_like(fake_logits), fake_logits
        )
        gen_loss = cross_entropy(tf.ones_like(fake_logits), fake_logits)
    gen_vars, disc_vars = list(gen.values()), list(disc.values())
    optimizer_gen.apply_gradients(zip(gen_tape.gradient(gen_loss, gen_vars), gen_vars))
    optimizer_disc.apply_gradients(zip(disc_tape.gradient(disc_loss, disc_vars), disc_vars))
    return gen_loss, disc_loss


rng = np.random.default_rng(1)
test_noise = tf.constant(rng.standard_normal((200, 4)), tf.float32)
before = tf.reduce_mean(generator(test_noise), axis=0).numpy()
for step in range(1, 121):
    t = rng.uniform(2.0, 3.0, (64, 1)).astype("float32")
    real = np.concatenate([t, 0.5 * t], axis=1)
    noise = tf.constant(rng.standard_normal((64, 4)), tf.float32)
    gen_loss, disc_loss = train(real, noise)
    if step <= 10 and step % 5 == 0:
        print("step %d, generator %.3f, discriminator %.3f" % (step, gen_loss, disc_loss))

after = tf.reduce_mean(generator(test_noise), axis=0).numpy()
centre = np.array([2.5, 1.25])
closer = np.linalg.norm(after - centre) < np.linalg.norm(before - centre)
print("the generated points come closer:", bool(closer))
