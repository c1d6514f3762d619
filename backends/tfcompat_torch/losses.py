"""Kernels for cross entropies, over the last axis of logits."""

from __future__ import annotations

import torch
from torch.nn import functional

from .derivative import derived


def _softmax_cross_entropy(labels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    # The loss of certainty is 0, which a change of sign would make -0.
    return 0 - (labels * torch.log_softmax(logits, -1)).sum(-1)


def _softmax_cross_entropy_gradient(
    g: torch.Tensor, loss: torch.Tensor, labels: torch.Tensor, logits: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    g = g.unsqueeze(-1)
    logs = torch.log_softmax(logits, -1)
    return (
        -g * logs if labels.requires_grad else None,
        g * (logs.exp() - labels) if logits.requires_grad else None,
    )


# TensorFlow takes the labels of a row to add up to 1, whatever they are; PyTorch multiplies the
# probabilities by what they add up to.
softmax_cross_entropy_with_logits = derived(_softmax_cross_entropy, _softmax_cross_entropy_gradient)

# A label out of range is an error, but on a GPU, where the loss is NaN, as TensorFlow's is.
refuses_labels = True

# PyTorch ignores one label, by default -100, which TensorFlow refuses like any other below 0.
_NO_LABEL = -(2**62)


def sparse_softmax_cross_entropy_with_logits(
    labels: torch.Tensor, logits: torch.Tensor
) -> torch.Tensor:
    labels = labels.long()
    if logits.dim() > 2:
        rows = logits.reshape(-1, logits.shape[-1])
        return _sparse(labels.reshape(-1), rows).reshape(labels.shape)
    return _sparse(labels, logits)


def _sparse(labels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    if logits.is_cuda:
        # There a label out of range would end the process; TensorFlow's loss for it is NaN.
        valid = (labels >= 0) & (labels < logits.shape[-1])
        loss = functional.cross_entropy(logits, torch.where(valid, labels, 0), reduction="none")
        return torch.where(valid, loss, torch.nan)
    # The sum makes the 0 of certainty positive; PyTorch's is -0.
    return functional.cross_entropy(logits, labels, reduction="none", ignore_index=_NO_LABEL) + 0


def sigmoid_cross_entropy_with_logits(labels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")
