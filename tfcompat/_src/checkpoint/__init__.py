"""tf.train.Checkpoint: the values of an object's variables in a file, and back from there."""
