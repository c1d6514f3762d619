"""A small BERT: texts to words, hidden words to be guessed, attention that looks both ways."""

import re

import numpy as np
import tensorflow as tf
from toy_data import reviews

tf.keras.utils.set_random_seed(38)
rng = np.random.default_rng(38)
MAX_LEN, EMBED = 10, 16
texts = np.array(reviews(64, seed=38)[0])


def custom_standardization(input_data):
    lowercase = tf.strings.lower(input_data)
    stripped = tf.strings.regex_replace(lowercase, "<br />", " ")
    return tf.strings.regex_replace(
        stripped, "[%s]" % re.escape("!#$%&'()*+,-./:;<=>?@\\^_`{|}~"), ""
    )


vectorize_layer = tf.keras.layers.TextVectorization(
    max_tokens=40, output_mode="int", standardize=custom_standardization,
    output_sequence_length=MAX_LEN,
)  # fmt: skip
vectorize_layer.adapt(texts)
vocab = vectorize_layer.get_vocabulary()
vocab = [*vocab[2 : 40 - 1], "[mask]"]
vectorize_layer.set_vocabulary(vocab)
mask_token_id = vectorize_layer(["[mask]"]).numpy()[0][0]
print("words:", vectorize_layer.vocabulary_size(), "mask:", mask_token_id)
encoded = vectorize_layer(texts).numpy()
print(encoded.shape, encoded.dtype)


def masked_input_and_labels(encoded):
    inp_mask = rng.uniform(size=encoded.shape) < 0.15
    inp_mask[encoded <= 2] = False
    labels = -1 * np.ones(encoded.shape, dtype=int)
    labels[inp_mask] = encoded[inp_mask]
    masked = np.copy(encoded)
    inp_mask_2mask = inp_mask & (rng.uniform(size=encoded.shape) < 0.90)
    masked[inp_mask_2mask] = mask_token_id
    sample_weights = np.ones(labels.shape)
    sample_weights[labels == -1] = 0
    return masked, np.copy(encoded), sample_weights


x, y, sample_weights = masked_input_and_labels(encoded)
ds = tf.data.Dataset.from_tensor_slices((x, y, sample_weights)).shuffle(64, seed=5).batch(16)


def bert_module(query, key, value, i):
    attention = tf.keras.layers.MultiHeadAttention(2, EMBED // 2, name=f"encoder_{i}_attention")
    attended = tf.keras.layers.Dropout(0.1)(attention(query, key, value))
    norm = tf.keras.layers.LayerNormalization(
        epsilon=1e-6, name=f"encoder_{i}_att_layernormalization"
    )
    attended = norm(query + attended)
    ffn = tf.keras.Sequential(
        [tf.keras.layers.Dense(24, activation="gelu"), tf.keras.layers.Dense(EMBED)],
        name=f"encoder_{i}_ffn",
    )
    out = tf.keras.layers.Dropout(0.1)(ffn(attended))
    return tf.keras.layers.LayerNormalization(epsilon=1e-6)(attended + out)


def get_pos_encoding_matrix(max_len, d_emb):
    pos_enc = np.array(
        [
            [pos / np.power(10000, 2 * (j // 2) / d_emb) for j in range(d_emb)]
            if pos != 0
            else np.zeros(d_emb)
            for pos in range(max_len)
        ]
    )
    pos_enc[1:, 0::2] = np.sin(pos_enc[1:, 0::2])
    pos_enc[1:, 1::2] = np.cos(pos_enc[1:, 1::2])
    return pos_enc


loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(reduction=None)
loss_tracker = tf.keras.metrics.Mean(name="loss")


class MaskedLanguageModel(tf.keras.Model):
    def train_step(self, inputs):
        features, labels, sample_weight = inputs
        with tf.GradientTape() as tape:
            predictions = self(features, training=True)
            loss = loss_fn(labels, predictions) * tf.cast(sample_weight, tf.float32)
            loss = tf.reduce_sum(loss) / tf.reduce_sum(tf.cast(sample_weight, tf.float32))
        gradients = tape.gradient(loss, self.trainable_variables)
        self.optimizer.apply_gradients(zip(gradients, self.trainable_variables))
        loss_tracker.update_state(loss, sample_weight=1)
        return {"loss": loss_tracker.result()}

    @property
    def metrics(self):
        return [loss_tracker]


inputs = tf.keras.layers.Input((MAX_LEN,), dtype="int64")
words = tf.keras.layers.Embedding(40, EMBED, name="word_embedding")(inputs)
places = tf.keras.layers.Embedding(
    MAX_LEN, EMBED, name="position_embedding",
    embeddings_initializer=tf.keras.initializers.Constant(get_pos_encoding_matrix(MAX_LEN, EMBED)),
)(tf.range(MAX_LEN))  # fmt: skip
encoder_output = words + places
for i in range(2):
    encoder_output = bert_module(encoder_output, encoder_output, encoder_output, i)
outputs = tf.keras.layers.Dense(40, name="mlm_cls", activation="softmax")(encoder_output)
model = MaskedLanguageModel(inputs, outputs, name="masked_bert_model")
model.compile(optimizer=tf.keras.optimizers.Adam(0.01))
print("parameters:", model.count_params(), "untrained: %.3f" % model(x[:4])[0, 0, :3].numpy().sum())
history = model.fit(ds, epochs=4, verbose=0).history["loss"]
print("first: %.1f" % history[0], "falls:", history[-1] < history[0])

id2token = dict(enumerate(vectorize_layer.get_vocabulary()))
sample = vectorize_layer(["the film was [mask] and funny"])
prediction = model.predict(sample, verbose=0)
masked_index = np.where(sample.numpy() == mask_token_id)[1]
top = prediction[0][masked_index][0].argsort()[-5:][::-1]
print("guesses:", masked_index, len({id2token[i] for i in top}))

pretrained = tf.keras.Model(model.inputs, model.get_layer("encoder_1_ffn").output)
pretrained.trainable = False
pooled = tf.keras.layers.GlobalMaxPooling1D()(pretrained(inputs))
classifier = tf.keras.Model(inputs, tf.keras.layers.Dense(1, activation="sigmoid")(pooled))
classifier.compile("adam", "binary_crossentropy", metrics=["accuracy"])
print("frozen:", len(classifier.trainable_weights), len(classifier.non_trainable_weights))
