"""Names of what tfcompat does not have yet: Keras may know of them, using them says what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NoReturn


def refuse(name: str, instead: str) -> Callable[..., NoReturn]:
    """A function of that name that raises NotImplementedError."""

    def refused(*args: Any, **kwargs: Any) -> NoReturn:
        raise NotImplementedError(f"{name}: not in tfcompat yet; {instead}")

    refused.__name__ = refused.__qualname__ = name.rpartition(".")[2]
    return refused


LOOP = (
    "model.fit, evaluate and predict need it; train in a loop of your own, with tf.GradientTape "
    "and optimizer.apply_gradients"
)

function = refuse("tf.function", LOOP)
sparse = refuse("tf.sparse", "use a dense tensor")
dynamic_update_slice = refuse("keras.ops.slice_update", "use tf.tensor_scatter_nd_update")
FuncGraph = refuse("tf.__internal__.FuncGraph", "functions run eagerly")


class Dataset:
    """tf.data.Dataset, which Keras asks about with isinstance."""

    range = staticmethod(refuse("tf.data.Dataset.range", LOOP))
    zip = staticmethod(refuse("tf.data.Dataset.zip", LOOP))
    from_tensors = staticmethod(refuse("tf.data.Dataset.from_tensors", LOOP))
    from_tensor_slices = staticmethod(refuse("tf.data.Dataset.from_tensor_slices", LOOP))
    from_generator = staticmethod(refuse("tf.data.Dataset.from_generator", LOOP))


class Iterator:
    """tf.data.Iterator, which Keras asks about with isinstance."""
