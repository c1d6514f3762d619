"""tf.linalg.LinearOperator and its kinds: matrices that need not be written out."""
