"""Skip-gram with negative sampling, and with noise-contrastive estimation."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(14)
text = "the quick brown fox jumped over the lazy dog and the slow red fox slept near the dog"
tokens = (text + " ").split() * 6
vocabulary = {"<pad>": 0}
for token in tokens:
    vocabulary.setdefault(token, len(vocabulary))
sequence = [vocabulary[word] for word in tokens]
vocab_size, embedding_dim, num_ns = len(vocabulary), 8, 4
print("words:", len(tokens), "vocabulary:", vocab_size)

positive = [
    (sequence[i], sequence[j])
    for i in range(len(sequence))
    for j in range(max(0, i - 2), min(len(sequence), i + 3))
    if i != j
]
contexts, labels, targets = [], [], []
rng = np.random.default_rng(0)
for target, context in positive[:256]:
    negatives = rng.choice([w for w in range(1, vocab_size) if w != context], num_ns, False)
    targets.append(target)
    contexts.append([context, *negatives])
    labels.append([1] + [0] * num_ns)
dataset = tf.data.Dataset.from_tensor_slices(((np.array(targets), np.array(contexts)), labels))
dataset = dataset.shuffle(256, seed=0).batch(64, drop_remainder=True).cache().prefetch(1)
print("element:", [tuple(spec.shape) for spec in tf.nest.flatten(dataset.element_spec)])


class Word2Vec(tf.keras.Model):
    def __init__(self, vocab_size, embedding_dim):
        super().__init__()
        self.target_embedding = layers.Embedding(vocab_size, embedding_dim, name="w2v_embedding")
        self.context_embedding = layers.Embedding(vocab_size, embedding_dim)

    def call(self, pair):
        target, context = pair
        word_emb = self.target_embedding(target)
        context_emb = self.context_embedding(context)
        return tf.einsum("be,bce->bc", word_emb, context_emb)


word2vec = Word2Vec(vocab_size, embedding_dim)
word2vec.compile(
    optimizer=tf.keras.optimizers.Adam(0.05),
    loss=tf.keras.losses.CategoricalCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = word2vec.fit(dataset, epochs=6, verbose=0)
losses = history.history["loss"]
print("first epoch: %.1f" % losses[0])
print("the loss falls:", losses[-1] < 0.9 * losses[0])
weights = word2vec.get_layer("w2v_embedding").get_weights()[0]
print("embedding:", weights.shape)
fox = tf.nn.l2_normalize(weights, axis=1) @ tf.nn.l2_normalize(weights[vocabulary["fox"]])[:, None]
print("nearest to itself:", int(tf.argmax(fox[:, 0])) == vocabulary["fox"])

embedding = tf.Variable(tf.random.stateless_uniform([vocab_size, 8], [1, 2], -1.0, 1.0))
nce_weights = tf.Variable(tf.random.stateless_normal([vocab_size, 8], [3, 4]))
nce_biases = tf.Variable(tf.zeros([vocab_size]))
x, y = tf.constant(targets[:64]), tf.constant([c[0] for c in contexts[:64]], tf.int64)[:, None]
optimizer = tf.keras.optimizers.SGD(0.1)
losses = []
for _ in range(20):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(
            tf.nn.nce_loss(nce_weights, nce_biases, labels=y, inputs=tf.gather(embedding, x),
                           num_sampled=5, num_classes=vocab_size)
        )  # fmt: skip
    gradients = tape.gradient(loss, [embedding, nce_weights, nce_biases])
    optimizer.apply_gradients(zip(gradients, [embedding, nce_weights, nce_biases]))
    losses.append(float(loss))
print("rows of the gradient:", type(gradients[0]).__name__)
print("nce falls:", np.mean(losses[-5:]) < np.mean(losses[:5]))
