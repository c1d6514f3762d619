"""tf.bitwise: bits of integers."""

from tfcompat._src.ops.bitwise import bitwise_and as bitwise_and
from tfcompat._src.ops.bitwise import bitwise_or as bitwise_or
from tfcompat._src.ops.bitwise import bitwise_xor as bitwise_xor
from tfcompat._src.ops.bitwise import invert as invert
from tfcompat._src.ops.bitwise import left_shift as left_shift
from tfcompat._src.ops.bitwise import right_shift as right_shift
