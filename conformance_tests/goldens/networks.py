"""Softmaxes, cross-entropies, losses and the small ops of tf.nn."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import EVERY, HALVES, Case, Input


def _softmaxes(tf: Any, x: Any) -> Any:
    return {
        "softmax": tf.nn.softmax(x),
        "softmax 0": tf.nn.softmax(x, axis=0),
        "log_softmax": tf.nn.log_softmax(x),
        "log_softmax 0": tf.nn.log_softmax(x, axis=0),
    }


def _dense_entropy(tf: Any, logits: Any, labels: Any) -> Any:
    wanted = tf.nn.softmax(labels)
    return {
        "last": tf.nn.softmax_cross_entropy_with_logits(labels=wanted, logits=logits),
        "axis": tf.nn.softmax_cross_entropy_with_logits(labels=wanted, logits=logits, axis=0),
        "not normalised": tf.nn.softmax_cross_entropy_with_logits(labels=labels, logits=logits),
    }


def _sparse_entropy(tf: Any, logits: Any) -> Any:
    def entropy(labels: Any) -> Any:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=labels, logits=logits)

    return {"int32": entropy([0, 3, 1]), "int64": entropy(tf.constant([2, 2, 0], tf.int64))}


def _sigmoid_entropy(tf: Any, logits: Any, labels: Any) -> Any:
    return {
        "plain": tf.nn.sigmoid_cross_entropy_with_logits(labels=labels, logits=logits),
        "weighted": tf.nn.weighted_cross_entropy_with_logits(
            labels=labels, logits=logits, pos_weight=2.0
        ),
    }


def _regressions(tf: Any, given: Any, wanted: Any) -> Any:
    losses = tf.keras.losses
    return {
        name: getattr(losses, name)(wanted, given)
        for name in (
            "mse", "mae", "mape", "msle", "logcosh", "huber", "poisson", "kld",
            "kullback_leibler_divergence", "cosine_similarity", "hinge", "squared_hinge",
            "categorical_hinge",
        )
    }  # fmt: skip


def _aliases(tf: Any, given: Any, wanted: Any) -> Any:
    return {
        name: getattr(tf.losses, name)(wanted, given)
        for name in ("MSE", "mse", "MAE", "mae", "MAPE", "mape", "MSLE", "msle", "KLD", "kld")
    }


def _classifications(tf: Any, logits: Any) -> Any:
    losses, likely = tf.keras.losses, tf.nn.softmax(logits)
    labels = tf.constant([0, 3, 1])
    wanted = tf.one_hot(labels, 4)
    return {
        "categorical": losses.categorical_crossentropy(wanted, likely),
        "categorical logits": losses.categorical_crossentropy(wanted, logits, from_logits=True),
        "smoothed": losses.categorical_crossentropy(wanted, likely, label_smoothing=0.1),
        "sparse": losses.sparse_categorical_crossentropy(labels, likely),
        "sparse logits": losses.sparse_categorical_crossentropy(labels, logits, True),
        "binary": losses.binary_crossentropy(wanted, likely),
        "binary logits": losses.binary_crossentropy(wanted, logits, from_logits=True),
    }


def _moments(tf: Any, x: Any) -> Any:
    mean, variance = tf.nn.moments(x, axes=[0])
    kept, _ = tf.nn.moments(x, axes=[0, 1], keepdims=True)
    return {"mean": mean, "variance": variance, "kept": kept}


def _special() -> Iterator[Case]:
    for dtype in ("float32", "float64", *HALVES):
        given = Input((3, 10), dtype, "special")
        slack = 4 if dtype in HALVES else 3
        for kind in ("special", "edges"):
            yield Case(
                f"softmax {dtype} {kind}", _softmaxes, (Input((3, 10), dtype, kind),), 0, slack
            )
        yield Case(f"l2_loss {dtype} special", lambda tf, x: tf.nn.l2_loss(x), (given,))
        yield Case(
            f"sigmoid entropy {dtype} special",
            lambda tf, x: tf.nn.sigmoid_cross_entropy_with_logits(labels=x * 0 + 1, logits=x),
            (given,),
            0,
            slack,
        )
    for dtype in EVERY:
        order = {"float32": 1, "float64": 2}.get(dtype, 0)
        yield Case(
            f"bias_add {dtype}",
            lambda tf, x, b: tf.nn.bias_add(x, b),
            (Input((2, 3), dtype), Input((3,), dtype)),
            order,
        )
        yield Case(f"l2_loss {dtype}", lambda tf, x: tf.nn.l2_loss(x), (Input((2, 3), dtype),),
                   order, 2)  # fmt: skip
        yield Case(
            f"moments {dtype}",
            lambda tf, x: tf.nn.moments(x, [0]),
            (Input((2, 3), dtype),),
            0,
            6 if dtype in HALVES else 3,
        )
    for shape in ((0, 3), (1, 3), (3, 1), (2, 0)):
        yield Case(
            f"entropies {shape}",
            lambda tf, x: (
                {
                    "dense": tf.nn.softmax_cross_entropy_with_logits(labels=x, logits=x),
                    "sparse": tf.nn.sparse_softmax_cross_entropy_with_logits(
                        labels=tf.zeros(x.shape[:1], tf.int32), logits=x
                    ),
                    "sigmoid": tf.nn.sigmoid_cross_entropy_with_logits(labels=x, logits=x),
                }
                if x.shape[1]
                else tf.nn.softmax(x)
            ),
            (Input(shape),),
            1,
            3,
        )


def cases() -> Iterator[Case]:
    yield from _special()
    for dtype in EVERY:
        order = {"float32": 1, "float64": 2}.get(dtype, 0)
        slack = 4 if dtype in HALVES else 3
        given = Input((3, 4), dtype)
        yield Case(f"softmax {dtype}", _softmaxes, (given,), order, slack)
        yield Case(f"softmax entropy {dtype}", _dense_entropy, (given, given), min(order, 1), slack)
        yield Case(f"sparse entropy {dtype}", _sparse_entropy, (given,), order, slack)
        if dtype != "bool":
            labels = Input((3, 4), dtype, "positive")
            yield Case(f"sigmoid entropy {dtype}", _sigmoid_entropy, (given, labels), order, slack)
    # TensorFlow leaves out the second derivative by the labels, so they are no input here.
    yield Case(
        "softmax entropy second order",
        lambda tf, x: _dense_entropy(tf, x, tf.constant([[1, 2, 0, 1]] * 3, x.dtype)),
        (Input((3, 4), "float64"),),
        2,
        3,
    )
    for shape in ((5,), (1, 1), (0, 3), (2, 2, 3)):
        yield Case(
            f"softmax {shape}",
            lambda tf, x: {"softmax": tf.nn.softmax(x), "log": tf.nn.log_softmax(x)},
            (Input(shape),),
            1,
            3,
        )
    # A power of two: exact, so that a compiler may take product and difference together.
    yield Case(
        "softmax of large values", lambda tf, x: _softmaxes(tf, x * 1024.0), (Input((3, 4)),), 1, 3
    )
    yield Case(
        "entropies of large logits",
        lambda tf, x, y: {
            "dense": tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x * 1024.0),
            "sparse": tf.nn.sparse_softmax_cross_entropy_with_logits(
                labels=[0, 3, 1], logits=x * 1024.0
            ),
            "sigmoid": tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x * 1024.0),
        },
        (Input((3, 4)), Input((3, 4), kind="positive")),
        1,
        3,
    )
    both = (Input((3, 4)), Input((3, 4), kind="positive"))
    positive = (Input((3, 4), kind="positive"), Input((3, 4), kind="positive"))
    yield Case("regression losses", _regressions, positive, 1, 5)
    yield Case(
        "squared and absolute errors of any sign",
        lambda tf, given, wanted: {
            "squared": tf.keras.losses.mse(wanted, given),
            "absolute": tf.keras.losses.mae(wanted, given),
        },
        both,
        2,
        2,
    )
    yield Case("aliases of losses", _aliases, positive, 1, 5)
    yield Case("classification losses", _classifications, (Input((3, 4)),), 1, 5)
    yield Case("moments", _moments, (Input((3, 4), "float64"),), 2, 3)
    yield Case("bias_add", lambda tf, x, b: tf.nn.bias_add(x, b), (Input((2, 3)), Input((3,))), 1)
    yield Case("l2_loss", lambda tf, x: tf.nn.l2_loss(x), (Input((2, 3)),), 2, 2)
    yield Case(
        "log_poisson_loss",
        lambda tf, t, x: tf.nn.log_poisson_loss(t, x),
        (Input((4,), kind="positive"), Input((4,))),
        1,
        2,
    )
