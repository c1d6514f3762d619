"""tf.train.experimental."""

from tfcompat._src.checkpoint.checkpoint import PythonState as PythonState
