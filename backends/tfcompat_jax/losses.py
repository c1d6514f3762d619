"""Kernels for cross entropies, over the last axis of logits."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax
from jax.custom_derivatives import SymbolicZero

from .nn import log_softmax, softmax


@jax.custom_jvp
def softmax_cross_entropy_with_logits(labels: Array, logits: Array) -> Array:
    # The loss of certainty is 0, which a change of sign would make -0.
    return 0 - (labels * log_softmax(logits)).sum(-1)


# TensorFlow takes the labels of a row to add up to 1, whatever they are.
def _softmax_cross_entropy_rule(primals: Any, tangents: Any) -> Any:
    labels, logits = primals
    by_labels, by_logits = tangents
    moved = jnp.zeros(logits.shape[:-1], logits.dtype)
    if not isinstance(by_logits, SymbolicZero):
        # TensorFlow's second derivative by the labels is 0.
        moved = ((softmax(logits) - lax.stop_gradient(labels)) * by_logits).sum(-1)
    if not isinstance(by_labels, SymbolicZero):
        moved = moved - (log_softmax(logits) * by_labels).sum(-1)
    return softmax_cross_entropy_with_logits(labels, logits), moved


softmax_cross_entropy_with_logits.defjvp(_softmax_cross_entropy_rule, symbolic_zeros=True)


refuses_labels = False


@jax.custom_jvp
def sparse_softmax_cross_entropy_with_logits(labels: Array, logits: Array) -> Array:
    return _loss_of_chosen(labels, logits, _looked_up)


def _loss_of_chosen(labels: Array, logits: Array, choose: Any) -> Array:
    if logits.size == 0:
        return jnp.zeros(labels.shape, logits.dtype)
    z = logits - lax.stop_gradient(logits.max(-1, keepdims=True))
    loss = jnp.log(jnp.exp(z).sum(-1)) - choose(labels, z)
    # What cannot be refused, because the labels are not known yet, is NaN, as on TensorFlow's GPU.
    return jnp.where((labels >= 0) & (labels < logits.shape[-1]), loss, jnp.nan)


def _looked_up(labels: Array, z: Array) -> Array:
    return jnp.take_along_axis(z, labels[..., None], -1, mode="clip")[..., 0]


def _compared(labels: Array, z: Array) -> Array:
    columns = lax.broadcasted_iota(labels.dtype, z.shape, z.ndim - 1)
    return jnp.where(columns == labels[..., None], z, 0).sum(-1)


# By comparison, whose derivative is no scatter.
@sparse_softmax_cross_entropy_with_logits.defjvp
def _sparse_softmax_cross_entropy_rule(primals: Any, tangents: Any) -> Any:
    labels, logits = primals
    _, moved = jax.jvp(lambda x: _loss_of_chosen(labels, x, _compared), (logits,), tangents[1:])
    return sparse_softmax_cross_entropy_with_logits(labels, logits), moved


@jax.custom_jvp
def sigmoid_cross_entropy_with_logits(labels: Array, logits: Array) -> Array:
    linear = jnp.maximum(logits, 0) - logits * labels
    return linear + jnp.log1p(jnp.exp(-jnp.abs(logits)))


def _sigmoid_cross_entropy_rule(primals: Any, tangents: Any) -> Any:
    labels, logits = primals
    by_labels, by_logits = tangents
    moved = jnp.zeros_like(logits)
    if not isinstance(by_logits, SymbolicZero):
        moved = (lax.logistic(logits) - labels) * by_logits
    if not isinstance(by_labels, SymbolicZero):
        moved = moved - logits * by_labels
    return sigmoid_cross_entropy_with_logits(labels, logits), moved


sigmoid_cross_entropy_with_logits.defjvp(_sigmoid_cross_entropy_rule, symbolic_zeros=True)


# TensorFlow's logarithm of the probability of what cannot be: that of 1e-307.
_IMPOSSIBLE = -706.8936235492473
_NOTHING = -1e30


def ctc_loss(
    logits: Array,
    labels: Array,
    label_lengths: Array,
    logit_lengths: Array,
    blank: int,
    strict: bool,
) -> Array:
    # Logits of [time, batch, classes]. Where no path fits, `strict` gives infinity.
    native = logits.dtype
    logs = jax.nn.log_softmax(logits.astype(jnp.float32) if native.itemsize < 4 else logits)
    steps, batch, classes = logs.shape
    width = labels.shape[1]
    # The states: the start, then blank, label, blank, label, ..., blank.
    states = 2 * width + 2
    place = jnp.full((batch, states), blank).at[:, 2::2].set(labels)
    # A label that is no class costs nothing.
    valid = (place >= 0) & (place < classes)
    place = jnp.where(valid, place, 0)
    skip = jnp.zeros((batch, states), bool).at[:, 2:3].set(True)
    skip = skip.at[:, 4::2].set(place[:, 4::2] != place[:, 2:-2:2])
    seen = jnp.take_along_axis(logs, jnp.broadcast_to(place, (steps, batch, states)), 2)
    seen = jnp.where(valid, seen, 0).at[:, :, 0].set(_NOTHING)
    first = jnp.full((batch, states), _NOTHING, logs.dtype).at[:, 0].set(0)

    def step(mass: Array, given: tuple[Array, Array]) -> tuple[Array, None]:
        number, now = given
        one = jnp.pad(mass[:, :-1], ((0, 0), (1, 0)), constant_values=_NOTHING)
        two = jnp.pad(mass[:, :-2], ((0, 0), (2, 0)), constant_values=_NOTHING)
        stay = jnp.stack([mass, one, jnp.where(skip, two, _NOTHING)])
        moved = jax.nn.logsumexp(stay, 0) + now
        return jnp.where((logit_lengths > number)[:, None], moved, mass), None

    mass, _ = lax.scan(step, first, (jnp.arange(steps), seen))
    final = jnp.arange(states) // 2 == label_lengths[:, None]
    reached = jax.nn.logsumexp(jnp.where(final, mass, _NOTHING), 1)
    if strict:
        loss = jnp.where(reached < _NOTHING / 2, jnp.inf, -reached)
    else:
        missed = jax.nn.logsumexp(jnp.where(final, _NOTHING, mass), 1)
        loss = -jnp.logaddexp(reached, missed + _IMPOSSIBLE)
    return loss.astype(native)
