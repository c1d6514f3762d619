"""A transformer that translates toy sequences (their words reversed), from layers of our own."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(25)
VOCAB, LENGTH, DEPTH = 12, 5, 16
START = 1
rng = np.random.default_rng(25)
source = rng.integers(2, VOCAB, (192, LENGTH)).astype("int32")
target = source[:, ::-1]
decoder_in = np.concatenate([np.full((192, 1), START, "int32"), target[:, :-1]], axis=1)


def positional_encoding(length, depth):
    depth = depth / 2
    positions = np.arange(length)[:, np.newaxis]
    depths = np.arange(depth)[np.newaxis, :] / depth
    angle_rads = positions / (10000**depths)
    return tf.cast(np.concatenate([np.sin(angle_rads), np.cos(angle_rads)], axis=-1), tf.float32)


print("encoding:", positional_encoding(4, 4).numpy()[2].round(4))


class PositionalEmbedding(tf.keras.layers.Layer):
    def __init__(self, vocab_size, d_model):
        super().__init__()
        self.d_model = d_model
        self.embedding = tf.keras.layers.Embedding(vocab_size, d_model)
        self.pos_encoding = positional_encoding(length=32, depth=d_model)

    def call(self, x):
        length = tf.shape(x)[1]
        x = self.embedding(x)
        x *= tf.math.sqrt(tf.cast(self.d_model, tf.float32))
        return x + self.pos_encoding[tf.newaxis, :length, :]


class FeedForward(tf.keras.layers.Layer):
    def __init__(self, d_model, dff):
        super().__init__()
        self.seq = tf.keras.Sequential(
            [tf.keras.layers.Dense(dff, activation="relu"), tf.keras.layers.Dense(d_model)]
        )
        self.add = tf.keras.layers.Add()
        self.layer_norm = tf.keras.layers.LayerNormalization()

    def call(self, x):
        return self.layer_norm(self.add([x, self.seq(x)]))


class Attention(tf.keras.layers.Layer):
    def __init__(self, causal=False, **kwargs):
        super().__init__()
        self.causal = causal
        self.mha = tf.keras.layers.MultiHeadAttention(**kwargs)
        self.layernorm = tf.keras.layers.LayerNormalization()
        self.add = tf.keras.layers.Add()

    def call(self, x, context):
        attended = self.mha(query=x, key=context, value=context, use_causal_mask=self.causal)
        return self.layernorm(self.add([x, attended]))


class Transformer(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.source_embedding = PositionalEmbedding(VOCAB, DEPTH)
        self.target_embedding = PositionalEmbedding(VOCAB, DEPTH)
        self.encode = Attention(num_heads=2, key_dim=8)
        self.causal = Attention(causal=True, num_heads=2, key_dim=8)
        self.cross = Attention(num_heads=2, key_dim=8)
        self.encoder_ff, self.decoder_ff = FeedForward(DEPTH, 32), FeedForward(DEPTH, 32)
        self.final_layer = tf.keras.layers.Dense(VOCAB)

    def call(self, inputs):
        context, x = inputs
        context = self.source_embedding(context)
        context = self.encoder_ff(self.encode(context, context))
        x = self.target_embedding(x)
        x = self.causal(x, x)
        return self.final_layer(self.decoder_ff(self.cross(x, context)))


class CustomSchedule(tf.keras.optimizers.schedules.LearningRateSchedule):
    def __init__(self, d_model, warmup_steps=20):
        super().__init__()
        self.d_model = tf.cast(d_model, tf.float32)
        self.warmup_steps = warmup_steps

    def __call__(self, step):
        step = tf.cast(step, dtype=tf.float32)
        arg1, arg2 = tf.math.rsqrt(step), step * (self.warmup_steps**-1.5)
        return 0.3 * tf.math.rsqrt(self.d_model) * tf.math.minimum(arg1, arg2)


def masked_loss(label, pred):
    mask = label != 0
    loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")
    loss = loss_object(label, pred)
    mask = tf.cast(mask, dtype=loss.dtype)
    return tf.reduce_sum(loss * mask) / tf.reduce_sum(mask)


model = Transformer()
logits = model((source[:4], decoder_in[:4]))
print("logits:", logits.shape, "parameters:", model.count_params())
future = decoder_in[:1].copy()
future[0, 3:] = 2
ahead = model((source[:1], future))[:, :3] - model((source[:1], decoder_in[:1]))[:, :3]
print("the mask hides the future:", bool(tf.reduce_max(tf.abs(ahead)) < 1e-5))
schedule = CustomSchedule(DEPTH)
print("rates: %.4f %.4f" % (schedule(tf.constant(5)), schedule(tf.constant(40))))
model.compile(
    loss=masked_loss,
    optimizer=tf.keras.optimizers.Adam(schedule, beta_1=0.9, beta_2=0.98, epsilon=1e-9),
)
history = model.fit((source, decoder_in), target, epochs=5, batch_size=64, verbose=0)
print("first epoch: %.1f" % history.history["loss"][0])
print("the loss falls:", history.history["loss"][-1] < history.history["loss"][0])
output = tf.fill([1, 1], START)
for _ in range(LENGTH):
    predictions = model((source[:1], output))[:, -1:, :]
    output = tf.concat([output, tf.argmax(predictions, axis=-1, output_type=tf.int32)], axis=1)
print("translated:", output.shape)
