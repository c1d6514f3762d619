"""tf.nn: activations, cross entropies, and what layers are made of."""

from tfcompat._src import nn_experimental as experimental
from tfcompat._src.cell_wrappers import (
    RNNCellDeviceWrapper as RNNCellDeviceWrapper,
    RNNCellDropoutWrapper as RNNCellDropoutWrapper,
    RNNCellResidualWrapper as RNNCellResidualWrapper,
)
from tfcompat._src.ops.approximate_sorting import (
    approx_max_k as approx_max_k,
    approx_min_k as approx_min_k,
)
from tfcompat._src.ops.atrous import (
    atrous_conv2d as atrous_conv2d,
    atrous_conv2d_transpose as atrous_conv2d_transpose,
    depthwise_conv2d_backprop_filter as depthwise_conv2d_backprop_filter,
    depthwise_conv2d_backprop_input as depthwise_conv2d_backprop_input,
)
from tfcompat._src.ops.average_loss import (
    compute_average_loss as compute_average_loss,
    scale_regularization_loss as scale_regularization_loss,
)
from tfcompat._src.ops.blocks import (
    depth_to_space as depth_to_space,
    space_to_batch as space_to_batch,
    space_to_depth as space_to_depth,
    with_space_to_batch as with_space_to_batch,
)
from tfcompat._src.ops.candidate_sampling import (
    all_candidate_sampler as all_candidate_sampler,
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler as learned_unigram_candidate_sampler,
)
from tfcompat._src.ops.convolution import (
    conv1d as conv1d,
    conv2d as conv2d,
    conv3d as conv3d,
    convolution as convolution,
)
from tfcompat._src.ops.ctc import (
    collapse_repeated as collapse_repeated,
    ctc_beam_search_decoder as ctc_beam_search_decoder,
    ctc_greedy_decoder as ctc_greedy_decoder,
    ctc_loss as ctc_loss,
    ctc_unique_labels as ctc_unique_labels,
)
from tfcompat._src.ops.depthwise import (
    depthwise_conv2d as depthwise_conv2d,
    separable_conv2d as separable_conv2d,
)
from tfcompat._src.ops.dropout import dropout as dropout
from tfcompat._src.ops.embedding import embedding_lookup as embedding_lookup
from tfcompat._src.ops.embedding_sparse import (
    embedding_lookup_sparse as embedding_lookup_sparse,
    safe_embedding_lookup_sparse as safe_embedding_lookup_sparse,
)
from tfcompat._src.ops.fractional import (
    fractional_avg_pool as fractional_avg_pool,
    fractional_max_pool as fractional_max_pool,
)
from tfcompat._src.ops.isotonic import isotonic_regression as isotonic_regression
from tfcompat._src.ops.local_norms import (
    batch_norm_with_global_normalization as batch_norm_with_global_normalization,
    local_response_normalization as local_response_normalization,
    local_response_normalization as lrn,
)
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
from tfcompat._src.ops.patches import (
    dilation2d as dilation2d,
    erosion2d as erosion2d,
    max_pool_with_argmax as max_pool_with_argmax,
)
from tfcompat._src.ops.pooling import (
    avg_pool as avg_pool,
    avg_pool1d as avg_pool1d,
    avg_pool2d as avg_pool2d,
    avg_pool3d as avg_pool3d,
    max_pool as max_pool,
    max_pool1d as max_pool1d,
    max_pool2d as max_pool2d,
    max_pool3d as max_pool3d,
    pool as pool,
)
from tfcompat._src.ops.reductions import zero_fraction as zero_fraction
from tfcompat._src.ops.sampled import (
    compute_accidental_hits as compute_accidental_hits,
    nce_loss as nce_loss,
    sampled_softmax_loss as sampled_softmax_loss,
)
from tfcompat._src.ops.sorting import in_top_k as in_top_k, top_k as top_k
from tfcompat._src.ops.transcendental import (
    sigmoid as sigmoid,
    softplus as softplus,
    softsign as softsign,
    tanh as tanh,
)
from tfcompat._src.ops.transposed_convolution import (
    conv1d_transpose as conv1d_transpose,
    conv2d_transpose as conv2d_transpose,
    conv3d_transpose as conv3d_transpose,
    conv_transpose as conv_transpose,
)

__all__ = ["experimental", "lrn", "swish"]
