"""Every recorded refusal of the real TensorFlow: the same class, and a message that helps."""

from __future__ import annotations

import re

import pytest

from ..helpers import mentions
from ..subject import IS_TENSORFLOW, tf
from . import refusals

#: Ops that TensorFlow's own messages call something else.
OTHER_NAMES = {
    "random_normal_initializer": "stateless_random_normal", "constant": "constant|less",
    "where": "where|select", "stack": "stack|pack", "unstack": "unstack|unpack",
    "zeros": "zeros|fill", "ones": "ones|fill", "eye": "eye|fill", "mod": "mod",
    "divide": "div", "truediv": "div", "floordiv": "div", "truncatediv": "div",
    "negative": "neg", "subtract": "sub", "multiply": "mul", "norm": "norm|abs|mul|real|sum",
    "convert_to_tensor": "convert_to_tensor|pack",
    "tensor_scatter_nd_update": "scatter_nd_update|scatter_update",
    "tensor_scatter_nd_add": "scatter_nd_add|scatter_add",
    "clip_by_value": "clip_by_value|minimum|maximum", "clip_by_norm": "clip_by_norm|mul",
    "reduce_logsumexp": "logsumexp|max", "reduce_variance": "variance|mean",
    "count_nonzero": "count_nonzero|sum", "trace": "trace|diag_part", "Variable": "assign",
    "l2_normalize": "l2_normalize|sum|square", "moments": "moments|mean", "gelu": "gelu",
    "matvec": "matvec|matmul", "tensordot": "tensordot|matmul|reshape",
    "boolean_mask": "boolean_mask|gather", "normal": "normal", "bitwise_and": "bitwise_and",
    "sequence_mask": "sequence_mask", "sort": "sort|top_k|neg", "argsort": "argsort|top_k|neg",
    "squared_difference": "squared_difference",
    "sigmoid_cross_entropy_with_logits": "sigmoid_cross_entropy_with_logits|mul|greater_equal",
    "kaiser_bessel_derived_window": "kaiser_window|range", "stft": "stft|frame|floordiv|mul",
    "inverse_stft": "overlap_and_add|pad", "approx_max_k": "approx_top_k",
    "approx_min_k": "approx_top_k", "stateless_uniform": "stateless_random",
    "stateless_normal": "stateless_random",
    "sqrtm": "square_root", "logm": "logarithm",
    "LinearOperatorFullMatrix": "operator_full_matrix|matmul",
    "LinearOperatorDiag": "operator_diag|mul",
    "Assert": "expected|assertion", "ConcatV2": "concat",
    "DenseToDenseSetOperation": "set_operation", "assert_near": "not equal to tolerance|sub",
    "assert_equal": "did not hold|equal", "assert_none_equal": "did not hold|equal",
    "assert_less": "did not hold|less", "assert_less_equal": "did not hold|less",
    "assert_greater": "did not hold|greater", "assert_greater_equal": "did not hold|greater",
    "assert_positive": "did not hold|less", "assert_negative": "did not hold|less",
    "assert_non_negative": "did not hold|less|greater", "assert_non_positive": "did not hold|less",
    "assert_all_finite": "check_numerics", "union": "set_operation",
    "difference": "set_operation", "intersection": "set_operation",
    "to_dense": "to_dense", "from_dense": "where", "Add": "add", "Sum": "sum",
    "separable_conv2d": "separable_conv2d|conv2d", "weighted_moments": "moments|add|mul",
    "batch_normalization": "batch_normalization|mul", "crelu": "crelu|concat",
    "reciprocal_no_nan": "div_no_nan", "multiply_no_nan": "mul_no_nan", "lbeta": "lgamma",
    "polyval": "polyval|add", "unsorted_segment_mean": "unsorted_segment",
    "unsorted_segment_sqrt_n": "unsorted_segment", "unique_with_counts": "unique",
    "tensor_scatter_nd_max": "tensor_scatter_max", "tensor_scatter_nd_min": "tensor_scatter_min",
    "tensor_scatter_nd_sub": "tensor_scatter_sub", "broadcast_dynamic_shape": "broadcast_args",
    "cholesky_solve": "cholesky_solve|triangular_solve", "slogdet": "log_matrix_determinant",
    "logdet": "cholesky", "tensor_diag": "diag", "tensor_diag_part": "diag_part",
    "eigh": "self_adjoint_eig", "eigvalsh": "self_adjoint_eig", "eigvals": "eig",
    "normalize": "normalize|sum|norm", "embedding_lookup": "gather", "normalize_moments": "sub",
    "batch_norm_with_global_normalization": "mul", "scale_regularization_loss": "sum",
    "sampled_softmax_loss": "reshape",
    "weighted_cross_entropy_with_logits": "weighted_cross_entropy|mul",
    **dict.fromkeys(("categorical", "stateless_categorical"), "multinomial|stateless_random"),
    **{
        name: f"{name}|stateless_random"
        for name in (
            "split", "fold_in", "stateless_split", "stateless_fold_in", "stateless_gamma",
            "stateless_truncated_normal", "stateless_poisson", "stateless_binomial",
            "stateless_shuffle", "stateless_dropout", "from_seed",
        )
    },
    "uniform": "uniform|mul", "nce_loss": "candidate_sampler|reshape",
}  # fmt: skip

RECORDED = refusals.recorded()


@pytest.mark.parametrize("call", RECORDED)
def test_refusal(call: str) -> None:
    kind, text = refusals.outcome(tf, call)
    assert kind == RECORDED[call], f"expected {RECORDED[call]}, got {kind or 'nothing'}: {text}"
    if kind == "InvalidArgumentError" and not IS_TENSORFLOW:
        op = re.match(r"(?:\w+\.)*(\w+)\(", call)
        assert op is not None
        name = OTHER_NAMES.get(op[1], op[1]).removeprefix("reduce_")
        assert mentions(text, name), f"the message does not name the op: {text}"
