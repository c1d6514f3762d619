"""pix2pix: a U-Net as generator, patches as discriminator, both trained by one function."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(35)
SIZE, LAMBDA = 16, 100
rng = np.random.default_rng(35)
pairs = rng.uniform(0, 255, (24, 4, 8, 3)).repeat(4, 1).repeat(4, 2).astype("uint8")
files = [tf.io.encode_png(pair) for pair in pairs]


def load(png):
    image = tf.io.decode_png(png)
    w = tf.shape(image)[1] // 2
    return tf.cast(image[:, w:, :], tf.float32), tf.cast(image[:, :w, :], tf.float32)


@tf.function()
def random_jitter(input_image, real_image):
    size = [SIZE + 4, SIZE + 4]
    method = tf.image.ResizeMethod.NEAREST_NEIGHBOR
    both = [tf.image.resize(image, size, method=method) for image in (input_image, real_image)]
    both = tf.image.random_crop(tf.stack(both), size=[2, SIZE, SIZE, 3])
    if tf.random.uniform(()) > 0.5:
        both = tf.image.flip_left_right(both)
    return both[0], both[1]


def load_image_train(png):
    input_image, real_image = random_jitter(*load(png))
    return input_image / 127.5 - 1, real_image / 127.5 - 1


train = tf.data.Dataset.from_tensor_slices(files).map(load_image_train).shuffle(24).batch(2)
for example, target in train.take(1):
    print(example.shape, bool(tf.reduce_all(tf.abs(example) <= 1)))


def downsample(filters, size, apply_batchnorm=True):
    initializer = tf.random_normal_initializer(0.0, 0.02)
    result = tf.keras.Sequential()
    result.add(
        tf.keras.layers.Conv2D(
            filters, size, strides=2, padding="same", kernel_initializer=initializer, use_bias=False
        )
    )
    if apply_batchnorm:
        result.add(tf.keras.layers.BatchNormalization())
    result.add(tf.keras.layers.LeakyReLU())
    return result


def upsample(filters, size, apply_dropout=False):
    initializer = tf.random_normal_initializer(0.0, 0.02)
    result = tf.keras.Sequential()
    result.add(
        tf.keras.layers.Conv2DTranspose(
            filters, size, strides=2, padding="same", kernel_initializer=initializer, use_bias=False
        )
    )
    result.add(tf.keras.layers.BatchNormalization())
    if apply_dropout:
        result.add(tf.keras.layers.Dropout(0.5))
    result.add(tf.keras.layers.ReLU())
    return result


def Generator():
    inputs = tf.keras.layers.Input(shape=[SIZE, SIZE, 3])
    x, skips = inputs, []
    for block in [downsample(8, 4, apply_batchnorm=False), downsample(12, 4), downsample(16, 4)]:
        x = block(x)
        skips.append(x)
    for block, skip in zip([upsample(12, 4, apply_dropout=True), upsample(8, 4)], skips[-2::-1]):
        x = tf.keras.layers.Concatenate()([block(x), skip])
    last = tf.keras.layers.Conv2DTranspose(3, 4, strides=2, padding="same", activation="tanh")
    return tf.keras.Model(inputs=inputs, outputs=last(x))


def Discriminator():
    inp = tf.keras.layers.Input(shape=[SIZE, SIZE, 3], name="input_image")
    tar = tf.keras.layers.Input(shape=[SIZE, SIZE, 3], name="target_image")
    x = tf.keras.layers.concatenate([inp, tar])
    x = tf.keras.layers.ZeroPadding2D()(downsample(8, 4, False)(x))
    x = tf.keras.layers.LeakyReLU()(tf.keras.layers.Conv2D(12, 4, use_bias=False)(x))
    return tf.keras.Model(inputs=[inp, tar], outputs=tf.keras.layers.Conv2D(1, 4)(x))


generator, discriminator = Generator(), Discriminator()
print(generator.count_params(), discriminator.count_params(), discriminator.output.shape)
loss_object = tf.keras.losses.BinaryCrossentropy(from_logits=True)


def generator_loss(disc_generated_output, gen_output, target):
    gan_loss = loss_object(tf.ones_like(disc_generated_output), disc_generated_output)
    l1_loss = tf.reduce_mean(tf.abs(target - gen_output))
    return gan_loss + LAMBDA * l1_loss, gan_loss, l1_loss


def discriminator_loss(real, generated):
    return loss_object(tf.ones_like(real), real) + loss_object(tf.zeros_like(generated), generated)


generator_optimizer = tf.keras.optimizers.Adam(2e-3, beta_1=0.5)
discriminator_optimizer = tf.keras.optimizers.Adam(2e-4, beta_1=0.5)


@tf.function
def train_step(input_image, target):
    with tf.GradientTape() as gen_tape, tf.GradientTape() as disc_tape:
        gen_output = generator(input_image, training=True)
        real = discriminator([input_image, target], training=True)
        generated = discriminator([input_image, gen_output], training=True)
        total, gan, l1 = generator_loss(generated, gen_output, target)
        disc_loss = discriminator_loss(real, generated)
    variables = generator.trainable_variables
    gradients = gen_tape.gradient(total, variables)
    generator_optimizer.apply_gradients(zip(gradients, variables))
    variables = discriminator.trainable_variables
    gradients = disc_tape.gradient(disc_loss, variables)
    discriminator_optimizer.apply_gradients(zip(gradients, variables))
    return total, gan, l1, disc_loss


fixed = tf.image.resize(tf.cast(pairs[:2, :, 16:], tf.float32), [SIZE, SIZE]) / 127.5 - 1
print("first: %.4f" % tf.reduce_mean(tf.abs(generator(fixed, training=False))))
losses = []
for step, (input_image, target) in train.repeat().take(16).enumerate():
    losses.append([float(x) for x in train_step(input_image, target)])
    if (step + 1) % 8 == 0:
        print("step", step.numpy(), all(np.isfinite(losses[-1])))
print("first losses: gan %.2f, real and made %.2f" % (losses[0][1], losses[0][3]))
print("nearer to the target:", np.mean(losses[-4:], 0)[2] < losses[0][2])
checkpoint = tf.train.Checkpoint(generator_optimizer=generator_optimizer, generator=generator)
path = checkpoint.save("ckpt")
before = generator(fixed, training=False)
generator.set_weights([np.zeros_like(w) for w in generator.get_weights()])
checkpoint.restore(path)
print("restored:", bool(tf.reduce_all(before == generator(fixed, training=False))))
