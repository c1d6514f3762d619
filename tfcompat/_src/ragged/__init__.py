"""Ragged tensors: tf.RaggedTensor, tf.ragged, and what the public ops do with them."""
