"""What tf.compat has that says something true in TensorFlow 2 too."""
