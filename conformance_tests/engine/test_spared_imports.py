"""Tracing imports neither PyTorch's compiler nor SymPy, and symbolic shapes work all the same."""

from __future__ import annotations

import pytest

from ..processes import printed
from ..subject import backend_name

pytestmark = [
    pytest.mark.tfcompat_only,
    pytest.mark.skipif(backend_name() != "torch", reason="PyTorch's imports"),
]

TRACED = """
import sys, warnings
import tfcompat as tf

w = tf.Variable(tf.ones((3, 2)))
table = tf.Variable(tf.ones((5, 3)))

@tf.function
def step(x, rows):
    with tf.GradientTape() as tape:
        y = tf.nn.relu(x @ w) + tf.constant([0.5, 1.5])
        z = tf.where(y > 1.0, tf.tanh(y), y / 2.0)
        z = tf.concat([z, tf.reshape(tf.gather(table, rows)[:, :2], (2, 2))], 0)
        loss = tf.reduce_mean(tf.nn.softmax(z)[:, 0] + tf.reduce_sum(z ** 2, 1))
    dw, dt = tape.gradient(loss, [w, table])
    return loss, dw, tf.convert_to_tensor(dt)

def run():
    loss, dw, dt = step(tf.ones((4, 3)), tf.constant([1, 3]))
    return round(float(loss), 4), dw.shape.as_list(), dt.shape.as_list()

first = run()
heavy = [name for name in ("sympy", "torch._dynamo", "torch._inductor") if name in sys.modules]
"""

SYMBOLIC = """
warnings.simplefilter("ignore")
import torch
from torch.fx.experimental.proxy_tensor import make_fx
from torch.fx.experimental.symbolic_shapes import guard_or_false, ShapeEnv

module = sys.modules["torch.fx.experimental.symbolic_shapes"]
assert module is torch.fx.experimental.symbolic_shapes and module.__file__
assert guard_or_false is module.guard_or_false and ShapeEnv is module.ShapeEnv
graph = make_fx(lambda x: torch.relu(x + x[:1]).sum(0) / x.shape[0], tracing_mode="symbolic")(
    torch.ones(3, 2)
)
assert "sym_size" in graph.code
print(graph(torch.ones(6, 2)).tolist())
step = tf.function(step.python_function)
"""


def test_a_step_is_traced_without_them() -> None:
    assert printed(TRACED + "print(heavy)") == "[]"


def test_symbolic_shapes_work_where_they_are_asked_for() -> None:
    first, symbolic, again = printed(
        TRACED + "print(first)\n" + SYMBOLIC + "print(run())"
    ).splitlines()
    assert symbolic == "[2.0, 2.0]"
    assert first == again
