"""tf.random: random numbers, equal to TensorFlow's for equal seeds."""

from tfcompat._src.ops.candidate_sampling import (
    all_candidate_sampler as all_candidate_sampler,
    fixed_unigram_candidate_sampler as fixed_unigram_candidate_sampler,
    learned_unigram_candidate_sampler as learned_unigram_candidate_sampler,
    log_uniform_candidate_sampler as log_uniform_candidate_sampler,
    uniform_candidate_sampler as uniform_candidate_sampler,
)
from tfcompat._src.ops.random import (
    categorical as categorical,
    normal as normal,
    shuffle as shuffle,
    truncated_normal as truncated_normal,
    uniform as uniform,
)
from tfcompat._src.ops.random_distributions import gamma as gamma, poisson as poisson
from tfcompat._src.ops.random_generator import (
    Generator as Generator,
    create_rng_state as create_rng_state,
    get_global_generator as get_global_generator,
    set_global_generator as set_global_generator,
)
from tfcompat._src.ops.random_rest import (
    stateless_parameterized_truncated_normal as stateless_parameterized_truncated_normal,
)
from tfcompat._src.ops.random_seeds import set_seed as set_seed
from tfcompat._src.ops.stateless_random import (
    Algorithm as Algorithm,
    fold_in as fold_in,
    split as split,
    stateless_binomial as stateless_binomial,
    stateless_categorical as stateless_categorical,
    stateless_gamma as stateless_gamma,
    stateless_normal as stateless_normal,
    stateless_poisson as stateless_poisson,
    stateless_truncated_normal as stateless_truncated_normal,
    stateless_uniform as stateless_uniform,
)
from tfcompat.random import experimental as experimental
