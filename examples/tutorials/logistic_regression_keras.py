"""A binary classifier with metrics, class weights and thresholds."""

import numpy as np
import tensorflow as tf
from tensorflow.keras import Sequential, metrics
from tensorflow.keras.layers import Dense, Input
from toy_data import blobs

tf.keras.utils.set_random_seed(3)
x, y = blobs(300, [[-1.0, -1.0], [1.0, 1.0]], spread=0.7, seed=3)
keep = (y == 0) | (np.arange(300) % 4 == 0)
x, y = x[keep], y[keep]
negatives, positives = np.bincount(y)
print("examples: total %d, positive %d" % (len(y), positives))

model = Sequential([Input((2,)), Dense(1, activation="sigmoid", bias_initializer="zeros")])
model.compile(
    optimizer=tf.keras.optimizers.SGD(0.5, momentum=0.9),
    loss=tf.keras.losses.BinaryCrossentropy(),
    metrics=[
        metrics.TruePositives(name="tp"),
        metrics.Precision(name="precision"),
        metrics.Recall(name="recall"),
        metrics.AUC(name="auc"),
    ],
)
weights = {0: len(y) / (2.0 * negatives), 1: len(y) / (2.0 * positives)}
history = model.fit(x, y, batch_size=32, epochs=12, verbose=0, shuffle=False, class_weight=weights)
for name in ("loss", "precision", "recall", "auc"):
    print("%s: %.3f" % (name, history.history[name][-1]))
results = model.evaluate(x, y, verbose=0, return_dict=True)
print("true positives:", int(results["tp"]))
probability = model.predict(x, verbose=0)[:, 0]
confusion = tf.math.confusion_matrix(y, probability > 0.5)
print("confusion matrix:\n", confusion.numpy())
