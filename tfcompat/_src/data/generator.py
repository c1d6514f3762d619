"""Dataset.from_generator: the elements that a Python generator yields."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetSource, DatasetV2
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import OpError, UnknownError, invalid_argument
from tfcompat._src.python_values import to_array
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec

_OP = "Dataset.from_generator"


def _signature(output_types: Any, output_shapes: Any, output_signature: Any) -> Any:
    """The structure of types of an element."""
    if output_types is not None and output_signature is not None:
        raise TypeError(
            "The `output_types` argument can not be used together with the `output_signature` "
            "argument."
        )
    if output_signature is not None:
        if output_shapes is not None:
            raise TypeError(
                "The `output_shapes` argument can not be used together with the "
                "`output_signature` argument."
            )
        for spec in structure.flatten(output_signature):
            if not isinstance(spec, TypeSpec):
                raise TypeError(
                    "`output_signature` must contain objects that are subclass of `tf.TypeSpec` "
                    f"but found {type(spec)} which is not."
                )
        return output_signature
    if output_types is None:
        raise TypeError(
            "To specify the output signature you need to provide either the `output_signature` "
            "argument or the `output_types` argument."
        )
    if isinstance(output_types, list):
        output_types = tuple(output_types)
    if output_shapes is None:
        return structure.map_structure(lambda t: TensorSpec(None, as_dtype(t)), output_types)
    types = structure.flatten(output_types)
    shapes = _shapes_like(output_types, output_shapes)
    return structure.pack(
        output_types, [TensorSpec(s, t) for s, t in zip(shapes, types, strict=True)]
    )


def _shapes_like(like: Any, shapes: Any) -> list[Any]:
    """The shapes in a structure, where a tuple may be one itself."""
    children = _children(like)
    if children is None:
        return [TensorShape(shapes)]
    if isinstance(shapes, TensorShape):
        raise TypeError(f"{_OP}: received the shapes {shapes!r} for the types {like!r}")
    if isinstance(like, dict):
        inner = [shapes[key] for key, _ in children]
    else:
        inner = list(shapes)
    if len(inner) != len(children):
        raise ValueError(
            f"{_OP}: received {len(inner)} shapes for {len(children)} types: {shapes!r}"
        )
    found = []
    for (_, kind), shape in zip(children, inner, strict=True):
        found += _shapes_like(kind, shape)
    return found


def _children(value: Any) -> list[tuple[Any, Any]] | None:
    from tfcompat._src import nest

    return nest.children_by_key(value) if structure.is_nested(value) else None


def from_generator(
    generator: Any, output_types: Any, output_shapes: Any, args: Any, output_signature: Any
) -> DatasetV2:
    """A dataset of what a generator yields."""
    if not callable(generator):
        raise TypeError("`generator` must be a Python callable.")
    signature = _signature(output_types, output_shapes, output_signature)
    given = () if args is None else tuple(args)
    return _FlatMapDataset(generator, signature, tuple([to_tensor(arg) for arg in given]))


class GeneratorWalk(Walk):
    """What one call of the function yields."""

    def __init__(self, generator: Callable[..., Any], spec: Any, args: tuple[Any, ...]) -> None:
        self._generator, self._spec, self._args = generator, spec, args
        self._specs = structure.flatten(spec)
        self._single = not structure.is_nested(spec)
        self._yields: Iterator[Any] | None = None
        self._over = False
        self._taken = 0

    def _begun(self) -> Iterator[Any]:
        try:
            args = [arg._numpy() for arg in self._args]
            args = [a if a.ndim else a[()] for a in args]
            found: Iterator[Any] = iter(self._generator(*args))
        except Exception as error:
            self._over = True
            raise _failed(error) from error
        self._yields = found
        return found

    def take(self) -> Components:
        if self._over:
            raise StopIteration
        yields = self._yields or self._begun()
        try:
            value = next(yields)
        except StopIteration:
            self._over = True
            raise
        except Exception as error:
            self._over = True
            raise _failed(error) from error
        self._taken += 1
        if self._single:
            return (_checked(self._specs[0], value, self._spec),)
        return self._components(value)

    def _components(self, value: Any) -> Components:
        if isinstance(value, list):
            value = tuple(value)
        try:
            structure.assert_same(self._spec, value)
        except (TypeError, ValueError) as error:
            raise _mismatch(self._spec, value) from error
        leaves = structure.flatten(value)
        return tuple([_checked(s, v, self._spec) for s, v in zip(self._specs, leaves, strict=True)])

    def state(self) -> State:
        return {"taken": self._taken, "over": self._over}

    def restore(self, state: State) -> None:
        self._over = state["over"]
        self._taken = state["taken"]
        if not self._over:
            yields = self._begun()
            for _ in range(self._taken):
                next(yields, None)

    def close(self) -> None:
        close = getattr(self._yields, "close", None)
        self._over = True
        if close is not None:
            close()


def _failed(error: Exception) -> Exception:
    """What an iterator raises for an error in the generator."""
    if isinstance(error, OpError):
        return error
    text = f"{type(error).__name__}: {error}"
    if isinstance(error, (TypeError, ValueError)):
        return invalid_argument(_OP, text)
    return UnknownError(None, None, f"{_OP}: {text}")


def _mismatch(spec: Any, value: Any) -> Exception:
    return invalid_argument(
        _OP,
        "TypeError: `generator` yielded an element that did not match the expected structure. The "
        f"expected structure was {spec!r}, but the yielded element was {value!r}.",
    )


def _checked(spec: Any, value: Any, whole: Any) -> Any:
    """A yielded leaf as a component. Raises InvalidArgumentError where it is of another type."""
    if spec.__class__ is not TensorSpec:
        if not spec.is_compatible_with(value):
            raise _mismatch(whole, value)
        return value
    kind = value.__class__
    if kind is np.ndarray and value.dtype == spec.dtype.as_numpy_dtype and value.dtype != object:
        array = value.copy()
    else:
        try:
            if isinstance(value, Tensor):
                array = value._numpy()
                array, _ = to_array(array, spec.dtype)
            elif hasattr(value, "numpy") and not isinstance(value, (np.ndarray, np.generic)):
                array, _ = to_array(to_tensor(value)._numpy(), spec.dtype)
            elif hasattr(value, "__array__"):
                # Of another library: NumPy reads it.
                array, _ = to_array(np.asarray(value), spec.dtype)
            else:
                array, _ = to_array(value, spec.dtype)
        except (TypeError, ValueError, OpError) as error:
            raise _mismatch(whole, value) from error
    shape = spec.shape
    if not shape.is_compatible_with(array.shape):
        raise invalid_argument(
            _OP,
            f"TypeError: `generator` yielded an element of shape {array.shape} where an element "
            f"of shape {shape} was expected.",
        )
    return array


class _FlatMapDataset(DatasetSource):
    """What a generator yields; of the class that it has in TensorFlow, too."""

    def __init__(self, generator: Callable[..., Any], spec: Any, args: tuple[Any, ...]) -> None:
        self._generator, self._spec, self._args = generator, spec, args

    def _start(self, context: Context) -> Walk:
        return GeneratorWalk(self._generator, self._spec, self._args)
