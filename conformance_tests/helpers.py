"""Comparisons. Each fails with a message that says what was got and what was expected.

An expected value is a literal, a NumPy array, ``None``, or a structure of them. A literal stands
for the tensor TensorFlow makes of it (1 is int32, 1.0 is float32, True bool, 1j complex128, "a"
string), unless ``dtype`` says otherwise; a NumPy array stands for itself.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

import ml_dtypes
import numpy as np
import pytest

from .subject import IS_TENSORFLOW, tf

Function = TypeVar("Function", bound=Callable[..., Any])


class Tolerance(NamedTuple):
    """``|got - expected| <= absolute + relative * |expected|``."""

    relative: float
    absolute: float


EXACT = Tolerance(0.0, 0.0)

#: A few units in the last place for one op, and what a short chain of ops adds to that.
TOLERANCES: dict[str, Tolerance] = {
    "bfloat16": Tolerance(2e-2, 1e-2),
    "float16": Tolerance(2e-3, 1e-3),
    "float32": Tolerance(1e-5, 1e-6),
    "float64": Tolerance(1e-12, 1e-13),
    "complex64": Tolerance(1e-5, 1e-6),
    "complex128": Tolerance(1e-12, 1e-13),
}

_LITERAL_KINDS = {"b": "bool", "i": "int32", "f": "float32", "c": "complex128", "U": "string"}


def tolerance_of(dtype: Any) -> Tolerance:
    """What is allowed for a dtype: nothing, except for floating and complex ones."""
    return TOLERANCES.get(getattr(dtype, "name", str(dtype)), EXACT)


def near(got: Any, expected: Any, tolerance: Tolerance) -> bool:
    """True where every pair agrees. NaN agrees with NaN, an infinity only with itself."""
    got, expected = _comparable(got), _comparable(expected)
    if got.shape != expected.shape:
        return False
    if got.dtype.kind not in "fc":
        return bool(np.all(got == expected))
    if got.dtype.kind == "c":
        parts = ((got.real, expected.real), (got.imag, expected.imag))
        return all(near(a, b, tolerance) for a, b in parts)
    with np.errstate(invalid="ignore"):
        difference = np.abs(got - expected)
        allowed = tolerance.absolute + tolerance.relative * np.abs(expected)
        finite = np.isfinite(got) & np.isfinite(expected)
        same = (got == expected) | (np.isnan(got) & np.isnan(expected))
        return bool(np.all(np.where(finite, difference <= allowed, same)))


def _comparable(value: Any) -> np.ndarray:
    array = np.asarray(value)
    if array.dtype.kind == "V" or array.dtype in (ml_dtypes.bfloat16, np.float16):
        return array.astype(np.float32)
    return array


def agree(
    got: Any, expected: Any, *, dtype: Any = None, tolerance: Tolerance | None = None
) -> None:
    """``got`` is a tensor (or a structure of them) of this value, dtype, static shape and class."""
    __tracebackhide__ = True
    _agree(got, expected, dtype, tolerance, "")


def _agree(got: Any, expected: Any, dtype: Any, tolerance: Tolerance | None, where: str) -> None:
    __tracebackhide__ = True
    at = f" at {where}" if where else ""
    if expected is None:
        if got is not None:
            pytest.fail(f"expected None{at}, got {got!r}")
        return
    if isinstance(expected, Mapping):
        if not isinstance(got, Mapping) or set(got) != set(expected):
            pytest.fail(f"expected a mapping with keys {sorted(expected)}{at}, got {got!r}")
        for key, item in expected.items():
            _agree(got[key], item, dtype, tolerance, f"{where}[{key!r}]")
        return
    if isinstance(expected, list | tuple) and not isinstance(got, tf.Tensor):
        if type(got) is not type(expected) or len(got) != len(expected):
            kind = type(expected).__name__
            pytest.fail(f"expected a {kind} of {len(expected)}{at}, got {got!r}")
        for number, (one, other) in enumerate(zip(got, expected, strict=True)):
            _agree(one, other, dtype, tolerance, f"{where}[{number}]")
        return
    _agree_tensor(got, expected, dtype, tolerance, at)


def _agree_tensor(
    got: Any, expected: Any, dtype: Any, tolerance: Tolerance | None, at: str
) -> None:
    __tracebackhide__ = True
    if not isinstance(got, tf.Tensor):
        pytest.fail(f"expected a tf.Tensor{at}, got {type(got).__name__}: {got!r}")
    wanted_dtype, array = expectation(expected, dtype)
    if got.dtype != wanted_dtype:
        pytest.fail(f"expected dtype {wanted_dtype}{at}, got {got!r}")
    if got.shape.as_list() != list(array.shape):
        pytest.fail(f"expected shape {array.shape}{at}, got {got!r}")
    value = got.numpy()
    scalar_class = bytes if wanted_dtype == tf.string else np.generic
    wanted_class = np.ndarray if array.ndim else scalar_class
    if not isinstance(value, wanted_class):
        name = wanted_class.__name__
        pytest.fail(f"expected numpy() to be a {name}{at}, got {type(value).__name__}")
    kind = np.asarray(value).dtype
    if array.ndim and kind != wanted_dtype.as_numpy_dtype:
        pytest.fail(f"expected numpy() of {wanted_dtype.as_numpy_dtype}{at}, got {kind}")
    if wanted_dtype == tf.string:
        if np.asarray(value, object).tolist() != array.tolist():
            pytest.fail(f"expected {array.tolist()!r}{at}, got {value!r}")
        return
    allowed = tolerance_of(wanted_dtype) if tolerance is None else tolerance
    if not near(value, array, allowed):
        pytest.fail(
            f"values differ{at} (relative {allowed.relative:g}, absolute {allowed.absolute:g})\n"
            f"expected: {array!r}\ngot:      {value!r}"
        )


def expectation(expected: Any, dtype: Any = None) -> tuple[Any, np.ndarray]:
    """The dtype and array an expected value stands for."""
    if isinstance(expected, tf.Tensor | tf.Variable):
        expected = expected.numpy()
    if isinstance(expected, bytes):
        expected = expected.decode()
    if isinstance(expected, np.ndarray | np.generic):
        array = np.asarray(expected)
        if array.dtype.kind in "OSU":
            return tf.string, _as_bytes(array)
        chosen = tf.as_dtype(array.dtype if dtype is None else dtype)
        return chosen, array
    array = np.asarray(expected)
    if array.dtype.kind in "USO":
        return tf.string, _as_bytes(array)
    if array.size == 0 and dtype is None:
        chosen = tf.float32
    else:
        chosen = tf.as_dtype(_LITERAL_KINDS[array.dtype.kind] if dtype is None else dtype)
    return chosen, array.astype(chosen.as_numpy_dtype)


def _as_bytes(array: np.ndarray) -> np.ndarray:
    encoded = [s if isinstance(s, bytes) else str(s).encode() for s in array.ravel().tolist()]
    result = np.empty(len(encoded), object)
    result[:] = encoded
    return result.reshape(array.shape)


def agree_slices(got: Any, values: Any, indices: Any, dense_shape: Any = None) -> None:
    """``got`` is tf.IndexedSlices with these parts."""
    __tracebackhide__ = True
    if not isinstance(got, tf.IndexedSlices):
        pytest.fail(f"expected tf.IndexedSlices, got {got!r}")
    agree(got.values, values)
    if np.asarray(got.indices).tolist() != indices:
        pytest.fail(f"expected indices {indices}, got {got.indices!r}")
    if dense_shape is not None and np.asarray(got.dense_shape).tolist() != dense_shape:
        pytest.fail(f"expected dense_shape {dense_shape}, got {got.dense_shape!r}")


def mentions(text: str, name: str) -> bool:
    """Whether a message says this, or one of several things with ``|`` between.

    Spelling is free where TensorFlow's own is: ``logical_and`` is also LogicalAnd, the shape
    ``(2, 3)`` also [2,3].
    """
    spoken = _folded(text)
    return any(_folded(one) in spoken for one in name.split("|"))


def _folded(text: str) -> str:
    plain = text.lower().replace(" ", "").replace("_", "")
    return plain.replace(",)", "]").translate(str.maketrans("()", "[]"))


class Caught:
    """What ``refuses`` caught; ``error`` is set when the block ends."""

    error: Any


@contextlib.contextmanager
def refuses(kind: type[BaseException], *names: str) -> Iterator[Caught]:
    """The block raises exactly this class (no subclass, no parent).

    ``names`` are what tfcompat's message must mention: the op, what was received, what is
    accepted. TensorFlow words its messages differently, so they are not looked at there.
    """
    __tracebackhide__ = True
    caught = Caught()
    try:
        yield caught
    except Exception as error:
        caught.error = error
        if type(error) is not kind:
            told = f"{type(error).__name__}: {error}"
            raise AssertionError(f"expected {kind.__name__}, got {told}") from error
        if not IS_TENSORFLOW:
            missing = [name for name in names if not mentions(str(error), name)]
            if missing:
                raise AssertionError(
                    f"the message of {kind.__name__} lacks {missing}: {error}"
                ) from error
        return
    pytest.fail(f"expected {kind.__name__}, nothing was raised")


class Cases:
    """A table of functions and what they give: ``@cases.gives(expected)`` adds a line.

    A test marked ``@cases.each`` runs once per line and calls ``case.check()``.
    """

    def __init__(self) -> None:
        self._cases: list[Case] = []

    def gives(self, expected: Any, **how: Any) -> Callable[[Function], Function]:
        """The decorated function returns this; ``how`` goes to ``agree``."""

        def add(function: Function) -> Function:
            self._cases.append(Case(function, expected, how))
            return function

        return add

    def __iter__(self) -> Iterator[Case]:
        return iter(self._cases)

    @property
    def each(self) -> pytest.MarkDecorator:
        """Runs a test once per case, as its argument ``case``."""
        named = [pytest.param(case, id=case.function.__name__) for case in self._cases]
        return pytest.mark.parametrize("case", named)


class Case(NamedTuple):
    """One line of a table."""

    function: Callable[..., Any]
    expected: Any
    how: dict[str, Any]

    def check(self, *arguments: Any) -> None:
        __tracebackhide__ = True
        agree(self.function(*arguments), self.expected, **self.how)
