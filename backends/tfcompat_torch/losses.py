"""Kernels for cross entropies, over the last axis of logits."""

from __future__ import annotations

import torch
from torch.nn import functional

from .derivative import derived


def _softmax_cross_entropy(labels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    logs = torch.log_softmax(logits, -1)
    # In place where the result is of that shape, and nothing is differentiated here.
    products = logs.mul_(labels) if labels.shape == logs.shape else labels * logs
    # The loss of certainty is 0, which a change of sign would make -0.
    return 0 - products.sum(-1)


def _softmax_cross_entropy_gradient(
    g: torch.Tensor, loss: torch.Tensor, labels: torch.Tensor, logits: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    g = g.unsqueeze(-1)
    by_labels = -g * torch.log_softmax(logits, -1) if labels.requires_grad else None
    if not logits.requires_grad:
        return by_labels, None
    probabilities = torch.softmax(logits, -1)
    if torch.is_grad_enabled():
        return by_labels, g * (probabilities - _held(labels))
    return by_labels, probabilities.sub_(labels).mul_(g)


def _held(labels: torch.Tensor) -> torch.Tensor:
    # TensorFlow's second derivative by the labels is 0, but not None.
    return labels.detach() + labels * 0 if labels.requires_grad else labels


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
    loss = functional.cross_entropy(logits, labels, reduction="none", ignore_index=_NO_LABEL)
    return loss + 0 if loss.requires_grad else loss.add_(0)


def sigmoid_cross_entropy_with_logits(labels: torch.Tensor, logits: torch.Tensor) -> torch.Tensor:
    return functional.binary_cross_entropy_with_logits(logits, labels, reduction="none")


# TensorFlow's logarithm of the probability of what cannot be: that of 1e-307.
_IMPOSSIBLE = -706.8936235492473
_NOTHING = -1e30


def ctc_loss(
    logits: torch.Tensor,
    labels: torch.Tensor,
    label_lengths: torch.Tensor,
    logit_lengths: torch.Tensor,
    blank: int,
    strict: bool,
) -> torch.Tensor:
    # Logits of [time, batch, classes]. Where no path fits, `strict` gives infinity.
    native = logits.dtype
    logs = torch.log_softmax(logits.float() if native.itemsize < 4 else logits, -1)
    steps, _, classes = logs.shape
    width = labels.shape[1]
    counted = torch.arange(width, device=labels.device) < label_lengths[:, None]
    known = (labels >= 0) & (labels < classes) & (labels != blank)
    plain = bool(
        logs.numel()
        and (known | ~counted).all()
        and (label_lengths <= width).all()
        and (logit_lengths <= steps).all()
        and (logit_lengths > 0).all()
    )
    if plain:
        loss = functional.ctc_loss(
            logs,
            labels.long().clamp(0, classes - 1),
            logit_lengths.long(),
            label_lengths.long(),
            blank,
            "none",
        )
        if bool(loss.isfinite().all()):
            return loss.to(native)
    loss = _ctc_by_steps(logs, labels, label_lengths, logit_lengths, blank, strict)
    return loss.to(native)


def _ctc_by_steps(
    logs: torch.Tensor,
    labels: torch.Tensor,
    label_lengths: torch.Tensor,
    logit_lengths: torch.Tensor,
    blank: int,
    strict: bool,
) -> torch.Tensor:
    steps, batch, classes = logs.shape
    width = labels.shape[1]
    # The states: the start, then blank, label, blank, label, ..., blank.
    states = 2 * width + 2
    place = torch.full((batch, states), blank, device=logs.device)
    place[:, 2::2] = labels.long()
    # A label that is no class costs nothing.
    valid = (place >= 0) & (place < classes)
    place = torch.where(valid, place, 0)
    skip = torch.zeros((batch, states), dtype=torch.bool, device=logs.device)
    skip[:, 2:3] = True
    skip[:, 4::2] = place[:, 4::2] != place[:, 2:-2:2]
    mass = torch.full((batch, states), _NOTHING, dtype=logs.dtype, device=logs.device)
    mass[:, 0] = 0
    for step in range(steps):
        seen = torch.where(valid, torch.gather(logs[step], 1, place), 0.0)
        seen[:, 0] = _NOTHING
        stay = torch.stack(
            [
                mass,
                functional.pad(mass[:, :-1], (1, 0), value=_NOTHING),
                torch.where(skip, functional.pad(mass[:, :-2], (2, 0), value=_NOTHING), _NOTHING),
            ]
        )
        moved = torch.logsumexp(stay, 0) + seen
        mass = torch.where((logit_lengths > step)[:, None], moved, mass)
    numbers = torch.arange(states, device=logs.device) // 2
    final = numbers == label_lengths[:, None]
    reached = torch.logsumexp(torch.where(final, mass, _NOTHING), 1)
    if strict:
        return torch.where(reached < _NOTHING / 2, torch.inf, -reached)
    missed = torch.logsumexp(torch.where(final, _NOTHING, mass), 1)
    return -torch.logaddexp(reached, missed + _IMPOSSIBLE)
