"""tf.sets."""

from tfcompat._src.ops.sets import (
    difference as difference,
    intersection as intersection,
    size as size,
    union as union,
)
