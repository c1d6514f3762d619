"""Arguments and methods of TensorFlow's earlier versions, with the form of today."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class Old(NamedTuple):
    """An old form: what to write today, and whether it works here all the same."""

    instead: str
    works: bool = True


_NOTHING = "nothing: it has no effect"

# Pattern of symbols -> their old arguments.
_ARGUMENTS: tuple[tuple[re.Pattern[str], dict[str, Old]], ...] = tuple(
    (re.compile(pattern), arguments)
    for pattern, arguments in (
        (
            r"tf\.keras\.optimizers\.\w+",
            {
                "lr": Old("learning_rate"),
                "decay": Old("tf.keras.optimizers.schedules.InverseTimeDecay as learning_rate"),
            },
        ),
        (
            r"tf\.keras\.layers\.\w+",
            {
                "batch_input_shape": Old("tf.keras.Input(batch_shape=...)"),
                "weights": Old("set_weights, or an initializer"),
                "input_length": Old(_NOTHING),
                "implementation": Old(_NOTHING),
                "fused": Old(_NOTHING),
                "dynamic": Old("run_eagerly=True in compile"),
                "time_major": Old("tf.transpose of the input and output", works=False),
                "renorm": Old("no renormalization", works=False),
            },
        ),
        (
            r"tf\.keras\.callbacks\.ModelCheckpoint",
            {"period": Old("save_freq"), "load_weights_on_restart": Old("load_weights")},
        ),
        (
            r"tf\.keras\.callbacks\.TensorBoard",
            {"write_grads": Old(_NOTHING), "batch_size": Old(_NOTHING)},
        ),
        (
            r"tf\.(math\.)?reduce_\w+|tf\.norm|tf\.(math\.)?argm(ax|in)|tf\.squeeze|tf\.expand_dims",
            {
                "keep_dims": Old("keepdims", works=False),
                "reduction_indices": Old("axis", works=False),
                "squeeze_dims": Old("axis", works=False),
                "dimension": Old("axis", works=False),
                "dim": Old("axis", works=False),
            },
        ),
        (r"tf\.nn\.(log_)?softmax", {"dim": Old("axis", works=False)}),
        (r"tf\.nn\.dropout", {"keep_prob": Old("rate=1 - keep_prob", works=False)}),
        (r"tf\.concat|tf\.stack|tf\.split", {"concat_dim": Old("axis", works=False)}),
        (r"tf\.image\.resize", {"align_corners": Old(_NOTHING, works=False)}),
        (r"tf\.data\.Dataset\.map", {"num_threads": Old("num_parallel_calls", works=False)}),
        (r"tf\.random\.categorical", {"output_dtype": Old("dtype", works=False)}),
    )
)

# Arguments of a method called on a model, or on what may be one.
_OF_METHODS: dict[str, dict[str, Old]] = {
    "compile": {
        "experimental_run_tf_function": Old(_NOTHING),
        "experimental_steps_per_execution": Old("steps_per_execution"),
        "sample_weight_mode": Old(_NOTHING),
    },
    "fit": {
        name: Old("arguments of tf.keras.utils.PyDataset")
        for name in ("max_queue_size", "use_multiprocessing", "workers")
    }
    | {"nb_epoch": Old("epochs")},
    "save": {"save_format": Old("the ending of the file's name")},
    "save_weights": {"save_format": Old("the ending of the file's name, .weights.h5")},
}

_METHODS: dict[str, Old] = {
    "fit_generator": Old("fit"),
    "evaluate_generator": Old("evaluate"),
    "predict_generator": Old("predict"),
    "predict_classes": Old("argmax of predict"),
    "predict_proba": Old("predict"),
    "export": Old("model.save('name.keras')", works=False),
    "make_one_shot_iterator": Old("iter(dataset)", works=False),
    "make_initializable_iterator": Old("iter(dataset)", works=False),
}


def old_arguments(symbol: str, keywords: tuple[str, ...]) -> Iterator[tuple[str, Old]]:
    """The keyword arguments of a call that are old forms; ".fit" is a method of something."""
    if symbol.startswith("."):
        table = _OF_METHODS.get(symbol[1:], {})
        yield from ((name, table[name]) for name in keywords if name in table)
        return
    for pattern, table in _ARGUMENTS:
        if pattern.fullmatch(symbol):
            yield from ((name, table[name]) for name in keywords if name in table)


def old_method(symbol: str, has_arguments: bool) -> Old | None:
    """What is old about a method called by this name, as ".fit_generator"."""
    if symbol == ".export" and not has_arguments:
        return None  # of a lookup table
    return _METHODS.get(symbol[1:]) if symbol.startswith(".") else None
