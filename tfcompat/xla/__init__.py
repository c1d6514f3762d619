"""tf.xla."""

from tfcompat.xla import experimental as experimental
