"""An encoder and a decoder of GRUs with additive attention, teacher forcing, greedy decoding."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(26)
VOCAB, LENGTH, UNITS = 8, 3, 16
rng = np.random.default_rng(26)
source = rng.integers(2, VOCAB, (96, LENGTH)).astype("int32")
target = np.concatenate([np.full((96, 1), 1, "int32"), source[:, ::-1]], axis=1)


class Encoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(VOCAB, 8)
        self.gru = tf.keras.layers.GRU(UNITS, return_sequences=True, return_state=True)

    def call(self, x, hidden):
        return self.gru(self.embedding(x), initial_state=hidden)


class BahdanauAttention(tf.keras.layers.Layer):
    def __init__(self, units):
        super().__init__()
        self.W1 = tf.keras.layers.Dense(units)
        self.W2 = tf.keras.layers.Dense(units)
        self.V = tf.keras.layers.Dense(1)

    def call(self, query, values):
        query_with_time_axis = tf.expand_dims(query, 1)
        score = self.V(tf.nn.tanh(self.W1(query_with_time_axis) + self.W2(values)))
        attention_weights = tf.nn.softmax(score, axis=1)
        context_vector = tf.reduce_sum(attention_weights * values, axis=1)
        return context_vector, attention_weights


class Decoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(VOCAB, 8)
        self.gru = tf.keras.layers.GRU(UNITS, return_sequences=True, return_state=True)
        self.fc = tf.keras.layers.Dense(VOCAB)
        self.attention = BahdanauAttention(10)

    def call(self, x, hidden, enc_output):
        context_vector, attention_weights = self.attention(hidden, enc_output)
        x = self.embedding(x)
        x = tf.concat([tf.expand_dims(context_vector, 1), x], axis=-1)
        output, state = self.gru(x, initial_state=hidden)
        return self.fc(tf.reshape(output, (-1, output.shape[2]))), state, attention_weights


encoder, decoder = Encoder(), Decoder()
output, hidden = encoder(source[:2], tf.zeros([2, UNITS]))
logits, _, weights = decoder(target[:2, :1], hidden, output)
print("shapes:", output.shape, hidden.shape, logits.shape, weights.shape)
print("weights add up to one:", bool(tf.reduce_all(tf.abs(tf.reduce_sum(weights, 1) - 1) < 1e-5)))

optimizer = tf.keras.optimizers.Adam(0.01)
loss_object = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="none")


def loss_function(real, pred):
    mask = tf.math.logical_not(tf.math.equal(real, 0))
    loss_ = loss_object(real, pred)
    return tf.reduce_mean(loss_ * tf.cast(mask, dtype=loss_.dtype))


@tf.function
def train_step(inp, targ):
    loss = 0.0
    with tf.GradientTape() as tape:
        enc_output, dec_hidden = encoder(inp, tf.zeros([tf.shape(inp)[0], UNITS]))
        dec_input = tf.expand_dims(targ[:, 0], 1)
        for t in range(1, LENGTH + 1):
            predictions, dec_hidden, _ = decoder(dec_input, dec_hidden, enc_output)
            loss += loss_function(targ[:, t], predictions)
            dec_input = tf.expand_dims(targ[:, t], 1)
    variables = encoder.trainable_variables + decoder.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    return loss / LENGTH


losses = []
for epoch in range(5):
    for start in range(0, 96, 32):
        batch = slice(start, start + 32)
        losses.append(float(train_step(tf.constant(source[batch]), tf.constant(target[batch]))))
print("first losses: %.3f %.3f %.3f" % tuple(losses[:3]))
print("the loss falls:", losses[-1] < losses[0])

hidden, dec_input, words = tf.zeros([1, UNITS]), tf.constant([[1]]), []
enc_output, hidden = encoder(source[:1], hidden)
for _ in range(LENGTH):
    predictions, hidden, _ = decoder(dec_input, hidden, enc_output)
    words.append(int(tf.argmax(predictions[0])))
    dec_input = tf.constant([[words[-1]]])
print("translated:", len(words), all(0 <= word < VOCAB for word in words))
