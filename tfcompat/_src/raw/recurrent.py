"""Raw ops of recurrent networks: one step, or many, of an LSTM or a GRU."""

from __future__ import annotations

from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import array, creation, joining, linalg, norms
from tfcompat._src.ops.transcendental import sigmoid, tanh
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _step(
    x: Tensor,
    state: Tensor,
    h: Tensor,
    weights: tuple[Any, ...],
    forget_bias: float,
    clip: float,
    peephole: bool,
    order: str,
) -> tuple[Tensor, ...]:
    """The gates i, f, o, the cell's state and input, and the output of one step."""
    w, wci, wcf, wco, b = weights
    gates = linalg.matmul(joining.concat([x, h], 1), w) + b
    parts = dict(zip(order, joining.split(gates, 4, 1), strict=True))
    i, f, o, c = parts["i"], parts["f"] + forget_bias, parts["o"], parts["c"]
    if peephole:
        i, f = i + state * wci, f + state * wcf
    i, f, ci = sigmoid(i), sigmoid(f), tanh(c)
    cs = ci * i + state * f
    if clip > 0:
        cs = norms.clip_by_value(cs, -clip, clip)
    o = sigmoid(o + cs * wco if peephole else o)
    co = tanh(cs)
    return i, cs, f, o, ci, co, co * o


def _cell(
    x: Any,
    cs_prev: Any,
    h_prev: Any,
    w: Any,
    wci: Any,
    wcf: Any,
    wco: Any,
    b: Any,
    forget_bias: float,
    cell_clip: float,
    use_peephole: bool,
) -> tuple[Tensor, ...]:
    first, state, h = to_tensor(x), to_tensor(cs_prev), to_tensor(h_prev)
    weights = (w, wci, wcf, wco, b)
    return _step(first, state, h, weights, forget_bias, cell_clip, use_peephole, "icfo")


def _block(
    seq_len_max: Any,
    x: Any,
    cs_prev: Any,
    h_prev: Any,
    weights: tuple[Any, ...],
    forget_bias: float,
    clip: float,
    peephole: bool,
    order: str,
) -> tuple[Tensor, ...]:
    inputs, state, h = to_tensor(x), to_tensor(cs_prev), to_tensor(h_prev)
    steps = []
    for at in range(int(to_tensor(seq_len_max))):
        found = _step(inputs[at], state, h, weights, forget_bias, clip, peephole, order)
        state, h = found[1], found[6]
        steps.append(found)
    rest = inputs._shape[0] - len(steps)
    nothing = creation.zeros((rest, *state._shape), state._dtype)
    return tuple(
        [
            joining.concat([joining.stack(parts), nothing], 0) if rest else joining.stack(parts)
            for parts in zip(*steps, strict=True)
        ]
    )


def _block_v1(
    seq_len_max: Any,
    x: Any,
    cs_prev: Any,
    h_prev: Any,
    w: Any,
    wci: Any,
    wcf: Any,
    wco: Any,
    b: Any,
    forget_bias: float,
    cell_clip: float,
    use_peephole: bool,
) -> tuple[Tensor, ...]:
    weights = (w, wci, wcf, wco, b)
    return _block(
        seq_len_max, x, cs_prev, h_prev, weights, forget_bias, cell_clip, use_peephole, "icfo"
    )


def _block_v2(
    seq_len_max: Any,
    x: Any,
    cs_prev: Any,
    h_prev: Any,
    w: Any,
    wci: Any,
    wcf: Any,
    wco: Any,
    b: Any,
    cell_clip: float,
    use_peephole: bool,
) -> tuple[Tensor, ...]:
    weights = (w, wci, wcf, wco, b)
    return _block(seq_len_max, x, cs_prev, h_prev, weights, 0.0, cell_clip, use_peephole, "ifco")


def _gru(x: Any, h_prev: Any, w_ru: Any, w_c: Any, b_ru: Any, b_c: Any) -> tuple[Tensor, ...]:
    first, h = to_tensor(x), to_tensor(h_prev)
    gates = sigmoid(linalg.matmul(joining.concat([first, h], 1), w_ru) + b_ru)
    r, u = joining.split(gates, 2, 1)
    c = tanh(linalg.matmul(joining.concat([first, h * r], 1), w_c) + b_c)
    return r, u, c, array.identity((1 - u) * c + u * h)


TABLE: Table = {
    (
        "BlockLSTM seq_len_max x cs_prev h_prev w wci wcf wco b forget_bias=1 "
        "cell_clip=3 use_peephole=False -> i cs f o ci co h"
    ): _block_v1,
    (
        "BlockLSTMV2 seq_len_max x cs_prev h_prev w wci wcf wco b cell_clip=0 "
        "use_peephole=False -> i cs f o ci co h"
    ): _block_v2,
    "GRUBlockCell x h_prev w_ru w_c b_ru b_c -> r u c h": _gru,
    (
        "LSTMBlockCell x cs_prev h_prev w wci wcf wco b forget_bias=1 cell_clip=3 "
        "use_peephole=False -> i cs f o ci co h"
    ): _cell,
}
