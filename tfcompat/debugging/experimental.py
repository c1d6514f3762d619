"""tf.debugging.experimental: TensorFlow's dumps for its debugger, which are not part of this."""

from tfcompat._src.numerics import (
    disable_dump_debug_info as disable_dump_debug_info,
    enable_dump_debug_info as enable_dump_debug_info,
)
