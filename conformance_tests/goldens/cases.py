"""What a golden case is, and how its inputs come out of a seed."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import ml_dtypes
import numpy as np

SIGNED = ("int8", "int16", "int32", "int64")
UNSIGNED = ("uint8", "uint16", "uint32", "uint64")
HALVES = ("float16", "bfloat16")
FLOATS = ("float16", "bfloat16", "float32", "float64")
COMPLEX = ("complex64", "complex128")
REAL = (*SIGNED, *UNSIGNED, *FLOATS)
EVERY = ("bool", *SIGNED, *UNSIGNED, *FLOATS, *COMPLEX)

#: Where zero, one and a tie are: the points at which derivatives are a matter of definition.
EDGES = (0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 6.0, 2.0)


def numpy_dtype(name: str) -> np.dtype[Any]:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


def extremes(name: str) -> list[Any]:
    """Values at the end of a dtype's range, and those beyond it."""
    if name in SIGNED or name in UNSIGNED:
        whole = np.iinfo(name)
        return [whole.min, whole.max, 0, 1, whole.max - 1, whole.min + 1, 7, whole.max // 2]
    about = ml_dtypes.finfo(numpy_dtype(name))
    ends = [float(about.max), float(about.min), float(about.smallest_normal), float(about.eps)]
    return [float("nan"), float("inf"), float("-inf"), 0.0, -0.0, 1.0, *ends]


def pairs(name: str) -> list[float]:
    """Special values of which every two have a product and a quotient that is not denormal."""
    large = 4 * float(ml_dtypes.finfo(numpy_dtype(name)).max) ** 0.5
    beyond = [float("nan"), float("inf"), float("-inf")]
    return [*beyond, 0.0, -0.0, 1.0, -1.0, large, -large, 0.25]


@dataclass(frozen=True)
class Input:
    """Shape, dtype and the kind of values of one argument."""

    shape: tuple[int, ...]
    dtype: str = "float32"
    kind: str = "any"

    def draw(self, random: np.random.RandomState) -> np.ndarray:
        """An array of these values; the old generator, whose streams never change."""
        dtype = numpy_dtype(self.dtype)
        if self.kind in ("edges", "special"):
            values = EDGES if self.kind == "edges" else extremes(self.dtype)
            whole = dtype if dtype.kind in "iu" else None
            return np.resize(np.array(values, whole), self.shape).astype(dtype)
        if self.kind in ("each first", "each second"):
            values = np.array(pairs(self.dtype)).astype(dtype)
            return np.repeat(values, 10) if self.kind == "each first" else np.tile(values, 10)
        if self.dtype == "bool":
            return random.randint(0, 2, self.shape).astype(bool)
        if dtype.kind in "iu":
            return _integers(random, self).astype(dtype)
        if dtype.kind == "c":
            parts = [_floats(random, self) for _ in range(2)]
            return (parts[0] + 1j * parts[1]).astype(dtype)
        return _floats(random, self).astype(dtype)


def _integers(random: np.random.RandomState, wanted: Input) -> np.ndarray:
    unsigned = wanted.dtype in UNSIGNED
    if wanted.kind in ("positive", "above one"):
        return random.randint(1, 6, wanted.shape)
    if wanted.kind == "nonzero":
        sign = 1 if unsigned else random.choice([-1, 1], wanted.shape)
        return random.randint(1, 6, wanted.shape) * sign
    return random.randint(0 if unsigned else -5, 8, wanted.shape)


def _floats(random: np.random.RandomState, wanted: Input) -> np.ndarray:
    if wanted.kind == "positive":
        return random.uniform(0.2, 3.0, wanted.shape)
    if wanted.kind == "probability":
        return random.uniform(0.1, 0.9, wanted.shape)
    if wanted.kind == "counts":
        return random.randint(0, 5, wanted.shape).astype(float)
    if wanted.kind == "unit":
        return random.uniform(-0.9, 0.9, wanted.shape)
    if wanted.kind == "above one":
        return random.uniform(1.1, 4.0, wanted.shape)
    if wanted.kind == "nonzero":
        return random.uniform(0.5, 3.0, wanted.shape) * random.choice([-1, 1], wanted.shape)
    if wanted.kind == "ties":
        return random.randint(-2, 3, wanted.shape).astype(float)
    if wanted.kind == "distinct":
        size = int(np.prod(wanted.shape))
        return (random.permutation(size).reshape(wanted.shape) - size / 2.3) / 2
    return random.standard_normal(wanted.shape) * 1.5


def doubles(*shapes: tuple[int, ...], kind: str = "any") -> tuple[Input, ...]:
    """Inputs of float64, one for each shape."""
    return tuple(Input(shape, "float64", kind) for shape in shapes)


@dataclass(frozen=True)
class Case:
    """One call: its name, the function of (tf, *tensors), its inputs, what is compared.

    ``order`` is how often it is differentiated; ``slack`` widens the tolerances of the dtype.
    """

    name: str
    call: Callable[..., Any]
    inputs: tuple[Input, ...] = ()
    order: int = 0
    slack: float = 1.0
    exact: bool = False
    family: str = field(default="", compare=False)

    def arrays(self) -> list[np.ndarray]:
        random = np.random.RandomState(zlib.crc32(self.name.encode()))
        return [wanted.draw(random) for wanted in self.inputs]


@dataclass
class Answer:
    """What a call gave: outputs by name, derivatives by input, or the class of its refusal."""

    outputs: dict[str, np.ndarray] = field(default_factory=dict)
    dtypes: dict[str, str] = field(default_factory=dict)
    refusal: str = ""


def answer(tf: Any, case: Case) -> Answer:
    """Makes the call and differentiates it; an exception of the call itself is an answer too."""
    tensors = [tf.constant(array) for array in case.arrays()]
    sources = {
        f"by {number}": tensor
        for number, tensor in enumerate(tensors)
        if tensor.dtype.is_floating or tensor.dtype.is_complex
    }
    result = Answer()
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(list(sources.values()))
        with tf.GradientTape() as inner:
            inner.watch(list(sources.values()))
            try:
                outputs = named(tf, case.call(tf, *tensors))
            except NotImplementedError:
                # Not an answer: tfcompat says that this backend has no such kernel.
                raise
            except Exception as error:
                result.refusal = type(error).__name__
                return result
        first = _gradients(tf, inner, outputs, sources) if case.order >= 1 else {}
    try:
        second = _gradients(tf, outer, first, sources) if case.order >= 2 else {}
    except LookupError:
        # TensorFlow has no derivative for some of its derivatives; then nothing is compared.
        second = {}
    _add(result, "", outputs)
    _add(result, "first ", first)
    _add(result, "second ", second)
    return result


def answer_at_once(tf: Any, case: Case, is_computed: Callable[[Any], bool]) -> Answer:
    """What the call gives that no tape follows, of that what is computed when it returns."""
    result = Answer()
    try:
        outputs = named(tf, case.call(tf, *[tf.constant(array) for array in case.arrays()]))
    except Exception as error:
        result.refusal = type(error).__name__
        return result
    _add(result, "", {name: value for name, value in outputs.items() if is_computed(value)})
    return result


def named(tf: Any, outputs: Any) -> dict[str, Any]:
    """Outputs by name; what has none is numbered."""
    if isinstance(outputs, dict):
        return {str(name): value for name, value in outputs.items()}
    return {str(number): value for number, value in enumerate(tf.nest.flatten(outputs))}


def _gradients(
    tf: Any, tape: Any, targets: dict[str, Any], sources: dict[str, Any]
) -> dict[str, Any]:
    """The gradient of all floating targets, each weighted by numbers of its own."""
    kept = [t for t in targets.values() if t is not None and is_differentiable(t.dtype)]
    if not kept or not sources:
        return dict.fromkeys(sources)
    weights = [tf.constant(weights_for(t.shape.as_list(), t.dtype.name)) for t in kept]
    found = tape.gradient(kept, list(sources.values()), output_gradients=weights)
    dense = [None if g is None else tf.convert_to_tensor(g) for g in found]
    return dict(zip(sources, dense, strict=True))


def is_differentiable(dtype: Any) -> bool:
    return bool(dtype.is_floating or dtype.is_complex)


def weights_for(shape: Sequence[int], dtype: str) -> np.ndarray:
    """Fixed cotangents: different in every place, around one."""
    size = int(np.prod(shape))
    return (0.5 + (np.arange(size) * 7 % 11) / 8).reshape(shape).astype(numpy_dtype(dtype))


def _add(result: Answer, prefix: str, values: dict[str, Any]) -> None:
    for name, value in values.items():
        if value is None:
            result.dtypes[prefix + name] = "None"
            continue
        value = np.asarray(value.numpy()) if hasattr(value, "numpy") else np.asarray(value)
        result.outputs[prefix + name] = value
        result.dtypes[prefix + name] = value.dtype.name
