"""Generating text letter by letter with a GRU: letters to numbers and back, sampling, states."""

import tensorflow as tf

tf.keras.utils.set_random_seed(34)
text = "the cat sat on the mat. the dog ran to the cat. " * 12
vocab = sorted(set(text))
print(len(text), "letters,", len(vocab), "of them unique")
chars = tf.strings.unicode_split(["abcd", "xyz"], input_encoding="UTF-8")
print(chars)
ids_from_chars = tf.keras.layers.StringLookup(vocabulary=list(vocab), mask_token=None)
chars_from_ids = tf.keras.layers.StringLookup(
    vocabulary=ids_from_chars.get_vocabulary(), invert=True, mask_token=None
)


def text_from_ids(ids):
    return tf.strings.reduce_join(chars_from_ids(ids), axis=-1)


print(text_from_ids(ids_from_chars(tf.strings.unicode_split("the mat.", "UTF-8"))).numpy())
all_ids = ids_from_chars(tf.strings.unicode_split(text, "UTF-8"))
SEQ = 24
sequences = tf.data.Dataset.from_tensor_slices(all_ids).batch(SEQ + 1, drop_remainder=True)


def split_input_target(sequence):
    return sequence[:-1], sequence[1:]


dataset = sequences.map(split_input_target).shuffle(100, seed=2).batch(8, drop_remainder=True)
print(dataset.element_spec[0].shape, dataset.cardinality().numpy())


class MyModel(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim, rnn_units):
        super().__init__()
        self.embedding = tf.keras.layers.Embedding(vocab_size, embedding_dim)
        self.gru = tf.keras.layers.GRU(rnn_units, return_sequences=True, return_state=True)
        self.dense = tf.keras.layers.Dense(vocab_size)

    def call(self, inputs, states=None, return_state=False, training=False):
        x = self.embedding(inputs, training=training)
        x, states = self.gru(x, initial_state=states, training=training)
        x = self.dense(x, training=training)
        return (x, states) if return_state else x


model = MyModel(len(ids_from_chars.get_vocabulary()), 12, 24)
for inputs, targets in dataset.take(1):
    logits = model(inputs)
    print(logits.shape, model.count_params())
    loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    print("untrained: %.3f" % tf.exp(loss(targets, logits)))
    sampled = tf.random.categorical(logits[0], num_samples=1)
    print(tf.squeeze(sampled, axis=-1).shape, sampled.dtype.name)
model.compile(optimizer=tf.keras.optimizers.Adam(0.02), loss=loss)
history = model.fit(dataset, epochs=6, verbose=0)
print("the loss falls:", history.history["loss"][-1] < 0.7 * history.history["loss"][0])


class OneStep(tf.keras.Model):
    def __init__(self, model, chars_from_ids, ids_from_chars, temperature=1.0):
        super().__init__()
        self.temperature = temperature
        self.model = model
        self.chars_from_ids = chars_from_ids
        self.ids_from_chars = ids_from_chars
        skip_ids = self.ids_from_chars(["[UNK]"])[:, None]
        sparse_mask = tf.SparseTensor(
            values=[-float("inf")] * len(skip_ids),
            indices=skip_ids,
            dense_shape=[len(ids_from_chars.get_vocabulary())],
        )
        self.prediction_mask = tf.sparse.to_dense(sparse_mask)

    @tf.function
    def generate_one_step(self, inputs, states=None):
        input_chars = tf.strings.unicode_split(inputs, "UTF-8")
        input_ids = self.ids_from_chars(input_chars).to_tensor()
        predicted, states = self.model(inputs=input_ids, states=states, return_state=True)
        predicted = predicted[:, -1, :] / self.temperature + self.prediction_mask
        ids = tf.squeeze(tf.random.categorical(predicted, num_samples=1), axis=-1)
        return self.chars_from_ids(ids), states


one_step = OneStep(model, chars_from_ids, ids_from_chars, temperature=0.5)
states, next_char, result = None, tf.constant(["the", "on "]), []
result.append(next_char)
for _ in range(12):
    next_char, states = one_step.generate_one_step(next_char, states=states)
    result.append(next_char)
result = tf.strings.join(result)
print(result.shape, tf.strings.length(result).numpy())
print("known letters only:", set(result[0].numpy().decode()) <= set(vocab))
