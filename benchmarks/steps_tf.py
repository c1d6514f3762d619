"""The steps as TensorFlow programs, written once: `tf` is tfcompat or the real TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import data
from .step import Step, calls_only, flat

Wrap = Callable[[Callable[..., Any]], Callable[..., Any]]


def build(name: str, tf: Any, wrap: Wrap) -> Step:
    """Makes the step `name`; `wrap` is the identity or a form of tf.function."""
    builders: dict[str, Callable[[Any, Wrap], Step]] = {
        "a": linear_regression,
        "b": gradient_descent,
        "c": mlp,
        "d": chain,
        "e": hessian_rows,
        "e-jacobian": hessian_jacobian,
        "f": gradient_penalty,
    }
    if name in builders:
        return builders[name](tf, wrap)
    if name.startswith("g-"):
        return single_op(name, tf)
    if name.startswith("fit-"):
        from . import fits

        return fits.build(name, tf.keras)
    if name.startswith("data-"):
        from . import pipelines

        return pipelines.build(name, tf)
    from . import models_tf

    return models_tf.build(name, tf, wrap)


def linear_regression(tf: Any, wrap: Wrap) -> Step:
    x_data, y_data = data.regression()
    inputs, targets = tf.constant(x_data), tf.constant(y_data)
    a, b = tf.Variable(0.0), tf.Variable(0.0)
    variables = [a, b]
    optimizer = tf.keras.optimizers.SGD(learning_rate=1e-3)
    optimizer.build(variables)

    def step() -> None:
        with tf.GradientTape() as tape:
            predicted = a * inputs + b
            loss = 0.5 * tf.reduce_sum(tf.square(predicted - targets))
        grads = tape.gradient(loss, variables)
        optimizer.apply_gradients(grads_and_vars=zip(grads, variables, strict=True))

    return _training(wrap(step), variables)


def gradient_descent(tf: Any, wrap: Wrap) -> Step:
    x = tf.Variable(-1.0)
    rate = 0.1

    def step() -> None:
        with tf.GradientTape() as tape:
            z = 3.0 * x**2 + 2.0 * x - 1
        slope = tape.gradient(z, x)
        x.assign_sub(rate * slope)

    return _training(wrap(step), [x])


def mlp(tf: Any, wrap: Wrap) -> Step:
    parameters, images_data, labels_data = data.mlp()
    images, labels = tf.constant(images_data), tf.constant(labels_data)
    variables = [tf.Variable(p) for p in parameters]
    w1, b1, w2, b2, w3, b3 = variables
    optimizer = tf.keras.optimizers.SGD(learning_rate=1e-2)
    optimizer.build(variables)

    def step() -> None:
        with tf.GradientTape() as tape:
            hidden = tf.nn.relu(images @ w1 + b1)
            hidden = tf.nn.relu(hidden @ w2 + b2)
            logits = hidden @ w3 + b3
            loss = tf.reduce_mean(
                tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)
            )
        grads = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(grads, variables, strict=True))

    return _training(wrap(step), variables)


def chain(tf: Any, wrap: Wrap) -> Step:
    x = tf.Variable(data.chain())

    def step() -> Any:
        with tf.GradientTape() as tape:
            y = x
            for _ in range(data.CHAIN_ROUNDS):
                y = tf.sin(y)
                y = y * 1.05
                y = y + 0.1
                y = tf.tanh(y)
        return tape.gradient(y, x)

    return _reading(wrap(step))


def _bowl(tf: Any, x: Any) -> Any:
    return tf.reduce_sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)


def hessian_rows(tf: Any, wrap: Wrap) -> Step:
    x = tf.Variable(data.hessian())

    def step() -> Any:
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape() as inner:
                y = _bowl(tf, x)
            slopes = tf.unstack(inner.gradient(y, x))
        return tf.stack([outer.gradient(slope, x) for slope in slopes])

    return _reading(wrap(step))


def hessian_jacobian(tf: Any, wrap: Wrap) -> Step:
    x = tf.Variable(data.hessian())

    def step() -> Any:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                y = _bowl(tf, x)
            slope = inner.gradient(y, x)
        return outer.jacobian(slope, x)

    return _reading(wrap(step))


def gradient_penalty(tf: Any, wrap: Wrap) -> Step:
    parameters, inputs_data = data.penalty()
    inputs = tf.constant(inputs_data)
    variables = [tf.Variable(p) for p in parameters]
    optimizer = tf.keras.optimizers.SGD(learning_rate=1e-3)
    optimizer.build(variables)

    def critic(x: Any) -> Any:
        w1, b1, w2, b2, w3, b3, w4, b4 = variables
        hidden = tf.tanh(x @ w1 + b1)
        hidden = tf.tanh(hidden @ w2 + b2)
        hidden = tf.tanh(hidden @ w3 + b3)
        return hidden @ w4 + b4

    def step() -> None:
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                inner.watch(inputs)
                score = critic(inputs)
            slope = inner.gradient(score, inputs)
            length = tf.sqrt(tf.reduce_sum(tf.square(slope), axis=1))
            penalty = tf.reduce_mean(tf.square(length - 1.0))
            loss = tf.reduce_mean(score) + data.PENALTY_WEIGHT * penalty
        grads = outer.gradient(loss, variables)
        optimizer.apply_gradients(zip(grads, variables, strict=True))

    return _training(wrap(step), variables)


def single_op(name: str, tf: Any) -> Step:
    a_data, b_data = data.small()
    a, b = tf.constant(a_data), tf.constant(b_data)
    calls: dict[str, Callable[[], Any]] = {
        "g-add": lambda: tf.add(a, b),
        "g-square": lambda: tf.square(a),
        "g-sum": lambda: tf.reduce_sum(a),
    }
    call = calls[name.removesuffix("-read")]
    if name.endswith("-read"):
        return _reading(call)

    run = calls_only(call, lambda out: out.numpy())
    return Step(run, lambda: flat(call().numpy()))


def _training(step: Callable[[], Any], variables: list[Any]) -> Step:
    def run(n: int) -> None:
        for _ in range(n):
            step()
        for variable in variables:
            variable.numpy()

    return Step(run, lambda: flat(*(v.numpy() for v in variables)))


def _reading(step: Callable[[], Any]) -> Step:
    def run(n: int) -> None:
        for _ in range(n):
            step().numpy()

    return Step(run, lambda: flat(step().numpy()))
