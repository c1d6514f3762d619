"""tf.experimental.extension_type."""

from tfcompat._src.extension_types.types import as_dict as as_dict
