"""tf.random.experimental: older names, and the stateless shuffle."""

from tfcompat._src.ops.random_generator import (
    Generator as Generator,
    create_rng_state as create_rng_state,
    get_global_generator as get_global_generator,
    set_global_generator as set_global_generator,
)
from tfcompat._src.ops.random_rest import index_shuffle as index_shuffle
from tfcompat._src.ops.stateless_random import (
    Algorithm as Algorithm,
    fold_in as stateless_fold_in,
    split as stateless_split,
    stateless_shuffle as stateless_shuffle,
)

__all__ = ["stateless_fold_in", "stateless_split"]
