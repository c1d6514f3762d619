"""Sentiment of short texts: TextVectorization, Embedding, pooling, export with strings in."""

import re
import string

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers, losses
from toy_data import reviews

tf.keras.utils.set_random_seed(13)
texts, labels = reviews(160, seed=1)
raw_train = tf.data.Dataset.from_tensor_slices((texts[:128], labels[:128])).batch(16)
raw_test = tf.data.Dataset.from_tensor_slices((texts[128:], labels[128:])).batch(16)


def custom_standardization(input_data):
    lowercase = tf.strings.lower(input_data)
    return tf.strings.regex_replace(lowercase, "[%s]" % re.escape(string.punctuation), "")


vectorize_layer = layers.TextVectorization(
    standardize=custom_standardization,
    max_tokens=60,
    output_mode="int",
    output_sequence_length=10,
)
vectorize_layer.adapt(raw_train.map(lambda x, y: x))
vocabulary = vectorize_layer.get_vocabulary()
print("vocabulary:", len(vocabulary), vocabulary[:3])
print("a text:", vectorize_layer(["The film was great, great fun!"]).numpy())


def vectorize_text(text, label):
    return vectorize_layer(tf.expand_dims(text, -1)), label


AUTOTUNE = tf.data.AUTOTUNE
train_ds = raw_train.map(vectorize_text).cache().prefetch(buffer_size=AUTOTUNE)
test_ds = raw_test.map(vectorize_text).cache().prefetch(buffer_size=AUTOTUNE)

model = tf.keras.Sequential(
    [
        layers.Embedding(len(vocabulary), 8),
        layers.Dropout(0.1),
        layers.GlobalAveragePooling1D(),
        layers.Dense(1, activation="sigmoid"),
    ]
)
model.compile(
    loss=losses.BinaryCrossentropy(),
    optimizer=tf.keras.optimizers.Adam(0.05),
    metrics=[tf.metrics.BinaryAccuracy(threshold=0.5)],
)
history = model.fit(train_ds, validation_data=test_ds, epochs=6, verbose=0)
print("metrics:", sorted(history.history))
loss, accuracy = model.evaluate(test_ds, verbose=0)
print("accuracy above 0.9:", accuracy > 0.9)

export_model = tf.keras.Sequential([vectorize_layer, model])
examples = tf.constant(["A great film, brilliant and moving!", "Dull story. Awful, boring music."])
scores = export_model(examples).numpy()[:, 0]
print("good before bad:", bool(scores[0] > 0.5 > scores[1]))

counts = layers.TextVectorization(output_mode="multi_hot", vocabulary=["great", "dull"])
print("multi-hot:", counts(np.array(["Great and dull", "great", "other"])).numpy().tolist())
