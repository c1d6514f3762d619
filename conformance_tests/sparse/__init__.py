"""tf.SparseTensor and tf.sets."""
