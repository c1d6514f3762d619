"""tf.train.Example and tf.train.SequenceExample, read from their bytes."""
