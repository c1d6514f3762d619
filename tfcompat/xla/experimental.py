"""tf.xla.experimental."""

from tfcompat._src.xla import compile as compile, jit_scope as jit_scope
