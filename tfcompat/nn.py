"""tf.nn: activations, cross entropies, and what layers are made of."""

from tfcompat._src.ops.losses import (
    log_poisson_loss as log_poisson_loss,
    sigmoid_cross_entropy_with_logits as sigmoid_cross_entropy_with_logits,
    softmax_cross_entropy_with_logits as softmax_cross_entropy_with_logits,
    sparse_softmax_cross_entropy_with_logits as sparse_softmax_cross_entropy_with_logits,
    weighted_cross_entropy_with_logits as weighted_cross_entropy_with_logits,
)
from tfcompat._src.ops.nn import (
    bias_add as bias_add,
    crelu as crelu,
    elu as elu,
    gelu as gelu,
    l2_loss as l2_loss,
    leaky_relu as leaky_relu,
    log_softmax as log_softmax,
    relu as relu,
    relu6 as relu6,
    selu as selu,
    silu as silu,
    silu as swish,
    softmax as softmax,
)
from tfcompat._src.ops.reductions import zero_fraction as zero_fraction

__all__ = ["swish"]
