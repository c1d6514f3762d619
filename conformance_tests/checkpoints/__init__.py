"""tf.train: checkpoints, their files and folders, moving averages."""
