"""Training steps of models as TensorFlow programs: `tf` is tfcompat or the real TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import model_data as data
from .step import Step, flat

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]
RATE = 1e-3


def build(name: str, tf: Any, wrap: Wrap) -> Step:
    """Makes the step `name`; `wrap` is the identity or a form of tf.function."""
    builders: dict[str, Callable[[Any, Wrap], Step]] = {
        "cnn": cnn,
        "lstm": lstm,
        "transformer": transformer,
        "while": loop,
        "pinn": pinn,
    }
    return builders[name](tf, wrap)


def _training(tf: Any, wrap: Wrap, loss: Callable[[], Any], variables: list[Any]) -> Step:
    def step() -> None:
        with tf.GradientTape() as tape:
            value = loss()
        for variable, slope in zip(variables, tape.gradient(value, variables), strict=True):
            variable.assign_sub(RATE * slope)

    call = wrap(step)

    def run(n: int) -> None:
        for _ in range(n):
            call()
        for variable in variables:
            variable.numpy()

    return Step(run, lambda: flat(*(v.numpy() for v in variables)))


def cnn(tf: Any, wrap: Wrap) -> Step:
    parameters, images_data, labels_data = data.cnn()
    images, labels = tf.constant(images_data), tf.constant(labels_data)
    variables = [tf.Variable(p) for p in parameters]
    f1, c1, f2, c2, w3, b3, w4, b4, w5, b5 = variables

    def loss() -> Any:
        x = tf.nn.relu(tf.nn.conv2d(images, f1, 1, "SAME") + c1)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.nn.relu(tf.nn.conv2d(x, f2, 1, "VALID") + c2)
        x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.reshape(x, [-1, 400])
        x = tf.nn.relu(x @ w3 + b3)
        x = tf.nn.relu(x @ w4 + b4)
        losses = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=x @ w5 + b5)
        return tf.reduce_mean(losses)

    return _training(tf, wrap, loss, variables)


def lstm(tf: Any, wrap: Wrap) -> Step:
    parameters, inputs_data, targets_data = data.lstm()
    inputs, targets = tf.constant(inputs_data), tf.constant(targets_data)
    variables = [tf.Variable(p) for p in parameters]
    kernel, recurrent, bias, out = variables

    def cell(at: Any, h: Any, c: Any) -> Any:
        z = inputs[at] @ kernel + h @ recurrent + bias
        i, f, g, o = tf.split(z, 4, axis=1)
        c = tf.sigmoid(f) * c + tf.sigmoid(i) * tf.tanh(g)
        return at + 1, tf.sigmoid(o) * tf.tanh(c), c

    def loss() -> Any:
        zeros = tf.zeros([data.SEQUENCES, data.UNITS])
        _, h, _ = tf.while_loop(
            lambda at, h, c: at < data.STEPS,
            cell,
            (tf.constant(0), zeros, zeros),
            maximum_iterations=data.STEPS,
        )
        return tf.reduce_mean(tf.square(h @ out - targets))

    return _training(tf, wrap, loss, variables)


def transformer(tf: Any, wrap: Wrap) -> Step:
    layers_data, tokens_data = data.transformer()
    tokens = tf.constant(tokens_data)
    layers = [[tf.Variable(p) for p in layer] for layer in layers_data]
    size = data.WIDTH // data.HEADS

    def normalized(x: Any, gain: Any) -> Any:
        mean, variance = tf.nn.moments(x, axes=[-1], keepdims=True)
        return (x - mean) * tf.math.rsqrt(variance + 1e-5) * gain

    def heads(x: Any) -> Any:
        return tf.transpose(
            tf.reshape(x, [data.BATCH, data.TOKENS, data.HEADS, size]), [0, 2, 1, 3]
        )

    def loss() -> Any:
        x = tokens
        for query, key, value, out, wide, narrow, gain1, gain2 in layers:
            y = normalized(x, gain1)
            q, k, v = heads(y @ query), heads(y @ key), heads(y @ value)
            weights = tf.nn.softmax(tf.matmul(q, k, transpose_b=True) / size**0.5)
            y = tf.transpose(tf.matmul(weights, v), [0, 2, 1, 3])
            x = x + tf.reshape(y, [data.BATCH, data.TOKENS, data.WIDTH]) @ out
            x = x + tf.nn.gelu(normalized(x, gain2) @ wide) @ narrow
        return tf.reduce_mean(tf.square(x))

    return _training(tf, wrap, loss, [p for layer in layers for p in layer])


def loop(tf: Any, wrap: Wrap) -> Step:
    # A variable: of a constant a compiler knows the result.
    start = tf.Variable(data.loop())

    def body(i: Any, x: Any) -> Any:
        return i + 1, x + 0.01 * tf.sin(x) - 0.001 * x

    def steps() -> Any:
        return tf.while_loop(
            lambda i, x: i < data.LOOP_STEPS, body, (tf.constant(0), start.read_value())
        )[1]

    call = wrap(steps)

    def run(n: int) -> None:
        for _ in range(n):
            call().numpy()

    return Step(run, lambda: flat(call().numpy()))


def pinn(tf: Any, wrap: Wrap) -> Step:
    parameters, points_data = data.pinn()
    points = tf.constant(points_data)
    variables = [tf.Variable(p) for p in parameters]
    w1, b1, w2, b2, w3, b3 = variables

    def network(x: Any) -> Any:
        return tf.tanh(tf.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3

    def loss() -> Any:
        with tf.GradientTape() as outer:
            outer.watch(points)
            with tf.GradientTape() as inner:
                inner.watch(points)
                u = network(points)
            slope = inner.gradient(u, points)
        curvature = outer.gradient(slope, points)
        start = network(points[:1])
        return tf.reduce_mean(tf.square(curvature + u)) + tf.reduce_sum(tf.square(start - 1.0))

    return _training(tf, wrap, loss, variables)
