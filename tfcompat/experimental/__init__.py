"""tf.experimental."""

from tfcompat.experimental import dlpack as dlpack
