"""Runs a program in a library and tells what each of its lines gave, as lists that JSON can hold.

A line is an expression, or `name = expression`; one that raises gives the class of its exception,
leaves its name as it was, and the next line follows.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

Told = Any

#: Elements of a dataset that are looked at, and errors after which it is left.
MOST, ERRORS = 40, 3

ASSIGNMENT = re.compile(r"(\w+) = (.*)")


def run(tf: Any, lines: list[str]) -> list[Told]:
    """What each line gives."""
    tf.random.set_seed(7)
    names: dict[str, Any] = {"tf": tf, "np": np, "tnp": tf.experimental.numpy, **_helpers(tf)}
    return [_line(tf, line, names) for line in lines]


def _line(tf: Any, line: str, names: dict[str, Any]) -> Told:
    assignment = ASSIGNMENT.fullmatch(line)
    try:
        # The text is this package's own grammar, never a user's.
        value = eval(assignment[2] if assignment else line, names)
        told = tell(tf, value)
    except Exception as problem:
        return ["raised", type(problem).__name__]
    if assignment:
        names[assignment[1]] = value
    return told


def _helpers(tf: Any) -> dict[str, Any]:
    """What programs call beside the library."""

    def read(dataset: Any) -> Told:
        return ["read", _elements(tf, iter(dataset))]

    def read_numpy(dataset: Any) -> Told:
        return ["read", _elements(tf, dataset.as_numpy_iterator())]

    def resumed(dataset: Any, count: int) -> Told:
        """An iterator saved after some elements, and what is left of it, twice."""
        with tempfile.TemporaryDirectory() as folder:
            iterator = iter(dataset)
            before = _elements(tf, iterator, count)
            path = tf.train.Checkpoint(it=iterator).save(f"{folder}/c")
            rest = _elements(tf, iterator)
            other = iter(dataset)
            tf.train.Checkpoint(it=other).restore(path)
            return ["read", [before, rest, _elements(tf, other)]]

    def generator(elements: list[Any], fails_at: int = -1) -> Callable[[], Iterator[Any]]:
        def generate() -> Iterator[Any]:
            for place, element in enumerate(elements):
                if place == fails_at:
                    raise ValueError("as wished")
                yield element

        return generate

    def slope(function: Callable[[Any], Any], x: Any) -> Any:
        """The gradient of all numbers of a function's result by those of its argument."""
        source = x.flat_values if isinstance(x, tf.RaggedTensor) else x
        with tf.GradientTape() as tape:
            if not isinstance(x, tf.Variable):
                tape.watch(source)
            weighed = _weighed(tf, function(x))
        found = tape.gradient(weighed, source)
        return tf.convert_to_tensor(found) if isinstance(found, tf.IndexedSlices) else found

    def slope2(function: Callable[[Any], Any], x: Any) -> Any:
        """The gradient of the gradient."""
        return slope(lambda inner: slope(function, inner), x)

    def forward(function: Callable[[Any], Any], x: Any) -> Any:
        """The derivative of a function's result in the direction 1, 2, 3, 1, ..."""
        with tf.autodiff.ForwardAccumulator(x, tf.cast(_weights(tf, x), x.dtype)) as along:
            result = function(x)
        return along.jvp(result)

    return {
        "read": read,
        "read_numpy": read_numpy,
        "resumed": resumed,
        "generator": generator,
        "slope": slope,
        "slope2": slope2,
        "forward": forward,
    }


def _weighed(tf: Any, result: Any) -> list[Any]:
    """The numbers of each part, by different weights, in one number."""
    numbers = [_numbers(tf, part) for part in tf.nest.flatten(result)]
    return [tf.reduce_sum(n * tf.cast(_weights(tf, n), n.dtype)) for n in numbers]


def _numbers(tf: Any, value: Any) -> Any:
    if isinstance(value, tf.RaggedTensor):
        return value.flat_values
    return value.values if isinstance(value, tf.SparseTensor) else value


def _weights(tf: Any, value: Any) -> Any:
    return tf.reshape(tf.range(tf.size(value)) % 3 + 1, tf.shape(value))


def _elements(tf: Any, iterator: Iterator[Any], most: int = MOST) -> list[Told]:
    found: list[Told] = []
    errors = 0
    while len(found) < most and errors < ERRORS:
        try:
            found.append(tell(tf, next(iterator)))
        except StopIteration:
            found.append("end")
            break
        except Exception as problem:
            found.append(["raised", type(problem).__name__])
            errors += 1
    return found


def tell(tf: Any, value: Any) -> Told:
    """A value of any class that a line may give."""
    if isinstance(value, dict):
        return {str(key): tell(tf, part) for key, part in sorted(value.items())}
    if isinstance(value, tf.data.Dataset):
        return ["dataset", tell(tf, value.element_spec), int(value.cardinality())]
    if isinstance(value, tf.RaggedTensor):
        return _ragged(tf, value)
    if isinstance(value, (tf.SparseTensor, tf.IndexedSlices)):
        return _sparse(tf, value)
    if isinstance(value, (tf.Tensor, tf.Variable)):
        return ["tensor", value.dtype.name, str(value.shape), _plain(value.numpy())]
    if isinstance(value, (np.ndarray, np.generic)):
        return ["array", value.dtype.name, str(value.shape), _plain(value)]
    if isinstance(value, (list, tuple)) and not isinstance(value, tf.TensorShape):
        kind = "list" if isinstance(value, list) else "tuple"
        if kind == "list" and value and isinstance(value[0], str) and value[0] == "read":
            return value
        return [kind, *[tell(tf, part) for part in value]]
    if isinstance(value, bytes):
        return ["bytes", value.decode("latin-1")]
    if isinstance(value, complex):
        return ["complex", value.real, value.imag]
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, tf.dtypes.DType):
        return ["dtype", value.name]
    return _other(tf, value)


def _other(tf: Any, value: Any) -> Told:
    if type(value).__module__.split(".")[0] in ("builtins", "numpy"):
        return ["python", str(value)]
    if type(value).__name__ == "EagerWeakTensor":
        return tell(tf, value.tensor)
    if hasattr(value, "has_value"):
        held = bool(value.has_value())
        return ["optional", held, tell(tf, value.get_value()) if held else None]
    if type(value).__name__ == "_NestedVariant" or hasattr(value, "element_spec"):
        return ["dataset", tell(tf, value.element_spec), _elements(tf, iter(value))]
    if isinstance(value, tf.linalg.LinearOperator):
        return [type(value).__name__, str(value.shape), value.dtype.name]
    # Where an object lies is nobody's promise.
    return [type(value).__name__.strip("_"), re.sub(r"<.* object at .*>", "an object", str(value))]


def _ragged(tf: Any, value: Any) -> Told:
    partitions = []
    inner = value
    while isinstance(inner, tf.RaggedTensor):
        length = inner.uniform_row_length
        known = None if length is None else int(length)
        partitions.append([_plain(inner.row_splits.numpy()), known])
        inner = inner.values
    return [
        "ragged",
        value.dtype.name,
        str(value.shape),
        value.row_splits.dtype.name,
        partitions,
        tell(tf, inner),
    ]


def _sparse(tf: Any, value: Any) -> Told:
    shape = value.dense_shape
    return [
        type(value).__name__,
        str(value.shape),
        tell(tf, value.indices),
        tell(tf, value.values),
        None if shape is None else tell(tf, shape),
    ]


def _plain(array: Any) -> Any:
    """Nested lists; complex numbers as pairs, bytes as text."""
    array = np.asarray(array)
    if array.dtype.kind == "c":
        return _plain(np.stack([array.real, array.imag], -1))
    if array.dtype.kind in "OSU":
        flat = [x.decode("latin-1") if isinstance(x, bytes) else str(x) for x in array.ravel()]
        return np.array(flat, object).reshape(array.shape).tolist()
    if array.dtype.kind == "V":
        return array.astype(np.float64).tolist()
    return array.tolist()
