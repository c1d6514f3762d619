"""tf.types."""

from tfcompat.types import experimental as experimental
