"""k-means clustering with assignments by distance and centroids by segment means."""

import tensorflow as tf
from toy_data import blobs

tf.random.set_seed(0)
points, labels = blobs(300, [[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]], seed=5)
points = tf.constant(points)
k = 3


@tf.function
def assign(points, centroids):
    distances = tf.reduce_sum(tf.square(points[:, None] - centroids[None]), axis=2)
    return tf.argmin(distances, axis=1), tf.reduce_min(distances, axis=1)


@tf.function
def update(points, assignments):
    sums = tf.math.unsorted_segment_sum(points, assignments, k)
    counts = tf.math.unsorted_segment_sum(tf.ones([tf.shape(points)[0]]), assignments, k)
    return sums / tf.maximum(counts, 1.0)[:, None]


centroids = tf.gather(points, [0, 1, 5])
for step in range(1, 21):
    assignments, distances = assign(points, centroids)
    moved = update(points, assignments)
    shift = tf.reduce_max(tf.norm(moved - centroids, axis=1))
    centroids = moved
    if step <= 3:
        print("step %d, average distance %.4f" % (step, tf.reduce_mean(distances)))
    if shift < 1e-4:
        print("converged")
        break

order = tf.argsort(centroids[:, 0] + 10.0 * centroids[:, 1])
print("centroids:\n", tf.gather(centroids, order).numpy().round(3))
print("sizes:", tf.sort(tf.math.bincount(tf.cast(assignments, tf.int32))).numpy())
