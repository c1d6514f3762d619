"""tf.nn: activations, cross entropies, and what layers are made of."""

from tfcompat._src.ops.losses import log_poisson_loss as log_poisson_loss
from tfcompat._src.ops.losses import (
    sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits,
)
from tfcompat._src.ops.losses import (
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
)
from tfcompat._src.ops.losses import (
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
)
from tfcompat._src.ops.losses import (
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from tfcompat._src.ops.nn import bias_add as bias_add
from tfcompat._src.ops.nn import crelu as crelu
from tfcompat._src.ops.nn import elu as elu
from tfcompat._src.ops.nn import gelu as gelu
from tfcompat._src.ops.nn import l2_loss as l2_loss
from tfcompat._src.ops.nn import leaky_relu as leaky_relu
from tfcompat._src.ops.nn import log_softmax as log_softmax
from tfcompat._src.ops.nn import relu as relu
from tfcompat._src.ops.nn import relu6 as relu6
from tfcompat._src.ops.nn import selu as selu
from tfcompat._src.ops.nn import silu as silu
from tfcompat._src.ops.nn import silu as swish
from tfcompat._src.ops.nn import softmax as softmax
from tfcompat._src.ops.nn import zero_fraction as zero_fraction

__all__ = ["swish"]
