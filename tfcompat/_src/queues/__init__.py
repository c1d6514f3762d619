"""tf.queue: elements that one thread puts in and another takes out."""
