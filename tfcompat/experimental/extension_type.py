"""tf.experimental.extension_type."""

from tfcompat._src.extension_type import as_dict as as_dict
