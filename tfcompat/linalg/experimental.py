"""tf.linalg.experimental: what is not settled yet."""

from tfcompat._src.linear_operators.conjugate_gradient import (
    conjugate_gradient as conjugate_gradient,
)
