"""Shapes and dtypes of what a function of symbolic Keras tensors returns.

Keras on TensorFlow asks a graph. Here the function runs twice, with two sizes in the place of each
unknown one: what differs between the two results is unknown too.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src.convert import is_tensor
from tfcompat._src.errors import OpError

# (first axis, any other): a batch may be small, while pictures have to survive a few poolings.
# Sizes with many divisors, since functions split and reshape.
_TRIALS = ((4, 64), (8, 96))


def patch(module: ModuleType) -> None:
    """Replaces `compute_output_spec` in Keras' module `backend.tensorflow.core`."""
    tree = module.tree
    stateless, symbolic = module.StatelessScope, module.SymbolicScope
    symbolic_tensor = module.KerasTensor

    def compute_output_spec(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """The structure that `fn` returns, with a KerasTensor for each tensor in it."""
        given = [x for x in tree.flatten((args, kwargs)) if isinstance(x, symbolic_tensor)]
        unknown = any(size is None for x in given for size in x.shape)
        with stateless(), symbolic():
            first = _trial(tree, symbolic_tensor, fn, args, kwargs, _TRIALS[0])
            second = first
            if unknown:
                second = _trial(tree, symbolic_tensor, fn, args, kwargs, _TRIALS[1])

        def spec(x: Any, y: Any) -> Any:
            if not is_tensor(x):
                return x
            shape = [m if m == n else None for m, n in zip(x.shape, y.shape, strict=True)]
            return symbolic_tensor(shape, module.standardize_dtype(x.dtype))

        return tree.map_structure(spec, first, second)

    module.__dict__["compute_output_spec"] = compute_output_spec


def _trial(
    tree: Any,
    symbolic_tensor: type,
    fn: Callable[..., Any],
    args: Any,
    kwargs: Any,
    sizes: tuple[int, int],
) -> Any:
    from tfcompat._src.ops.array import ones

    def filled(x: Any) -> Any:
        if not isinstance(x, symbolic_tensor):
            return x
        shape = [
            sizes[axis > 0] if size is None else size
            for axis, size in enumerate(x.shape)  # type: ignore[attr-defined]
        ]
        return ones(shape, x.dtype)  # type: ignore[attr-defined]

    args, kwargs = tree.map_structure(filled, (args, kwargs))
    try:
        return fn(*args, **kwargs)
    except OpError as error:
        raise ValueError(
            f"Keras could not infer the shapes that {getattr(fn, '__qualname__', fn)} returns, by "
            f"running it with {sizes[0]} for an unknown batch and {sizes[1]} for any other unknown "
            f"size: {error}. Give the layer a method compute_output_shape"
        ) from error
