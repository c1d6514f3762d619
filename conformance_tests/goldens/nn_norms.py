"""Golden cases of tf.nn: normalization and activations."""

from __future__ import annotations

from collections.abc import Iterator

from .cases import FLOATS, HALVES, Case, Input, doubles


# ------------------------------------------------------------------------------------------- norms
def _norms() -> Iterator[Case]:
    for name, how in {
        "default": {},
        "radius": {"depth_radius": 1},
        "none": {"depth_radius": 0},
        "wide": {"depth_radius": 9, "bias": 2.0, "alpha": 0.3, "beta": 0.75},
    }.items():
        yield Case(f"lrn {name}", lambda tf, x, how=how: tf.nn.lrn(x, **how),
                   (Input((2, 2, 3, 7)),), 1, 6)  # fmt: skip
    yield Case("lrn float16", lambda tf, x: tf.nn.local_response_normalization(x, 2),
               (Input((1, 2, 2, 5), "float16"),), 0, 8)  # fmt: skip
    vectors = (Input((4,), "float64"), Input((4,), "float64", "positive"),
               Input((4,), "float64"), Input((4,), "float64"))  # fmt: skip
    for scaled in (True, False):
        yield Case(
            f"batch_norm_with_global_normalization {scaled}",
            lambda tf, x, m, v, b, g, s=scaled: tf.nn.batch_norm_with_global_normalization(
                x, m, v, b, g, 0.01, s
            ),
            (Input((2, 2, 3, 4), "float64"), *vectors),
            1,
            3,
        )
    for name, used in (("all", (1, 1)), ("offset", (1, 0)), ("scale", (0, 1)), ("none", (0, 0))):
        yield Case(
            f"batch_normalization {name}",
            lambda tf, x, m, v, b, g, used=used: tf.nn.batch_normalization(
                x, m, v, b if used[0] else None, g if used[1] else None, 0.01
            ),
            (Input((3, 4), "float64"), *vectors),
            2,
            4,
        )
    for dtype in FLOATS:
        x = Input((3, 4), dtype)
        slack = 6 if dtype in HALVES else 4
        yield Case(
            f"moments of axes {dtype}",
            lambda tf, x: {
                name: part
                for number, how in enumerate(
                    ({"axes": 0}, {"axes": [0, 1]}, {"axes": [-1], "keepdims": True},
                     {"axes": [0], "shift": 1.0}, {"axes": None}, {"axes": []})
                )
                for name, part in zip(
                    (f"mean {number}", f"variance {number}"), tf.nn.moments(x, **how), strict=True
                )
            },
            (x,),
            1 if dtype in ("float32", "float64") else 0,
            slack,
        )  # fmt: skip
        yield Case(
            f"weighted_moments {dtype}",
            lambda tf, x, w: (
                *tf.nn.weighted_moments(x, [0], w),
                *tf.nn.weighted_moments(x, [0, 1], w[:1], keepdims=True),
                *tf.nn.weighted_moments(x, 1, w[:, :1]),
            ),
            (x, Input((3, 4), dtype, "positive")),
            1 if dtype == "float64" else 0,
            slack,
        )
        yield Case(
            f"sufficient_statistics {dtype}",
            lambda tf, x: {
                f"{name} {part}": value
                for name, how in (("plain", {"axes": [0]}),
                                  ("shift", {"axes": [0, 1], "shift": 0.5, "keepdims": True}))
                for part, value in enumerate(tf.nn.sufficient_statistics(x, **how)[:3])
            },
            (x,),
            1 if dtype == "float64" else 0,
            slack,
        )  # fmt: skip
    yield Case(
        "normalize_moments",
        lambda tf, n, m, v: (
            *tf.nn.normalize_moments(n, m, v, None),
            *tf.nn.normalize_moments(n, m, v, 0.5),
        ),
        doubles((1,), (3,), (3,), kind="positive"),
        2,
        4,
    )


# ------------------------------------------------------------------------------------- activations
def _activations() -> Iterator[Case]:
    for dtype in ("float32", "float64"):
        for kind in ("any", "edges"):
            yield Case(
                f"activations' arguments {dtype} {kind}",
                lambda tf, x: {
                    "gelu": tf.nn.gelu(x, approximate=False),
                    "approximate": tf.nn.gelu(x, approximate=True),
                    "crelu": tf.nn.crelu(x),
                    "crelu 0": tf.nn.crelu(x, axis=0),
                    "leaky": tf.nn.leaky_relu(x, 0.1),
                    "leaky steep": tf.nn.leaky_relu(x, alpha=0.9),
                    "beta": tf.nn.silu(x, beta=2.0),
                    "swish": tf.nn.swish(x, 0.5),
                    "selu": tf.nn.selu(x),
                    "elu": tf.nn.elu(x),
                    "softplus": tf.nn.softplus(x),
                    "softsign": tf.nn.softsign(x),
                },
                (Input((2, 4), dtype, kind),),
                1 if kind == "edges" else 2,
                6,
            )
    yield Case(
        "losses' arguments",
        lambda tf, x, y: {
            "poisson": tf.nn.log_poisson_loss(y, x, compute_full_loss=True),
            "weights": tf.nn.weighted_cross_entropy_with_logits(y, x, pos_weight=y[0]),
            "axis": tf.nn.softmax_cross_entropy_with_logits(y, x, axis=0),
            "normalized": tf.nn.l2_normalize(x, [0, 1], epsilon=0.5),
            "softmax": tf.nn.log_softmax(x, axis=-2),
        },
        (Input((3, 4), "float64"), Input((3, 4), "float64", "positive")),
        1,
        6,
    )


def cases() -> Iterator[Case]:
    yield from _norms()
    yield from _activations()
