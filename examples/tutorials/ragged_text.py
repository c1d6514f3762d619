"""Texts of different lengths as ragged tensors: splitting, n-grams, means, masks, models."""

import tensorflow as tf

sentences = tf.constant(["Who is George Washington", "What is the weather tomorrow", "Hi"])
words = tf.strings.split(sentences)
print(words)
print("lengths:", words.row_lengths().numpy(), "shape:", words.shape)
print("a row:", words[1].numpy())
print("first words:", words[:, :1].to_list())

lower = tf.strings.lower(words)
marked = tf.concat([tf.fill([3, 1], "#"), lower, tf.fill([3, 1], "#")], axis=1)
bigrams = tf.strings.join([marked[:, :-1], marked[:, 1:]], separator="+")
print("bigrams:", bigrams.to_list()[2], bigrams.row_lengths().numpy())

buckets = tf.strings.to_hash_bucket_fast(bigrams, 20)
table = tf.reshape(tf.range(40.0), [20, 2]) / 10.0
embedded = tf.nn.embedding_lookup(table, buckets)
print("embedded:", embedded.shape)
print("means:", tf.reduce_mean(embedded, axis=1).numpy().round(3).tolist())

numbers = tf.ragged.constant([[3, 1, 4, 1], [], [5, 9, 2], [6]])
print("sum:", tf.reduce_sum(numbers, axis=1).numpy(), "plus one:", (numbers + 1).to_list())
print("dense:\n", numbers.to_tensor(default_value=-1).numpy())
signature = tf.TensorSpec([], tf.int32)
largest = tf.map_fn(tf.reduce_max, numbers[2:], fn_output_signature=signature)
print("mapped:", largest.numpy())
print("rows of more than one:", tf.ragged.boolean_mask(
    numbers, tf.cast(tf.ones_like(numbers), tf.bool)).row_lengths().numpy())  # fmt: skip
print("from splits:", tf.RaggedTensor.from_row_splits([1, 2, 3, 4], [0, 1, 1, 4]).to_list())

dataset = tf.data.Dataset.from_tensor_slices(numbers).map(lambda row: row * 2)
print("a dataset:", [row.numpy().tolist() for row in dataset])
batches = tf.data.Dataset.range(1, 5).map(tf.range)
batches = batches.ragged_batch(2) if hasattr(batches, "ragged_batch") else batches
print("ragged batches:", [batch.to_list() for batch in batches])

characters = tf.strings.unicode_split(["Hëllo", "Wörld!"], "UTF-8")
print("characters:", [len(row) for row in characters.to_list()])
print("code points:", tf.strings.unicode_decode(["é"], "UTF-8").to_list())


@tf.function
def lengths(texts):
    return tf.strings.split(texts, ",").row_lengths()


print("in a function:", lengths(tf.constant(["a,b", "c"])).numpy())
