"""tf.nn: activations, cross entropies, and what layers are made of."""

from tfcompat._src.ops.embedding import embedding_lookup as embedding_lookup
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
from tfcompat._src.ops.normalization import (
    batch_normalization as batch_normalization,
    moments as moments,
    normalize_moments as normalize_moments,
    sufficient_statistics as sufficient_statistics,
    weighted_moments as weighted_moments,
)
from tfcompat._src.ops.norms import l2_normalize as l2_normalize
from tfcompat._src.ops.reductions import zero_fraction as zero_fraction
from tfcompat._src.ops.transcendental import (
    sigmoid as sigmoid,
    softplus as softplus,
    softsign as softsign,
    tanh as tanh,
)

__all__ = ["swish"]
