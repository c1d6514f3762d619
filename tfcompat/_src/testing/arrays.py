"""The assertions of tf.test.TestCase that compare arrays, tensors and structures of them."""

from __future__ import annotations

import unittest
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NoReturn

import numpy as np

from tfcompat._src import dtypes, nest
from tfcompat._src.convert import is_tensor, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.tensor import Tensor

_TOLERANCE = 1e-6


def to_array(value: Any) -> np.ndarray[Any, Any]:
    """A tensor, variable, array or sequence as a NumPy array."""
    if isinstance(value, IndexedSlices):
        value = to_tensor(value)
    if hasattr(value, "numpy") and not isinstance(value, np.ndarray):
        value = value.numpy()
    if isinstance(value, (list, tuple)):
        value = nest.map_structure(lambda x: x.numpy() if hasattr(x, "numpy") else x, value)
    return value if isinstance(value, np.ndarray) else np.array(value)


def _comparable(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return array.astype(np.float32) if array.dtype.name == "bfloat16" else array


def _fields(value: Any) -> Any:
    """Named tuples and attrs classes as mappings."""
    if hasattr(value, "_asdict"):
        return value._asdict()
    described = getattr(type(value), "__attrs_attrs__", None)
    if described is not None:
        return {field.name: getattr(value, field.name) for field in described}
    return value


class ArrayAssertions(unittest.TestCase):
    """Assertions about the elements of tensors and arrays."""

    # --------------------------------------------------------------------------------- closeness
    def assertAllClose(
        self, a: Any, b: Any, rtol: Any = _TOLERANCE, atol: Any = _TOLERANCE, msg: Any = None
    ) -> None:
        """Fails unless two arrays, or structures of them, have one shape and are near everywhere.

        Near: |a - b| <= atol + rtol * |b|, or both NaN. Raises ValueError for a mapping and none.
        """
        self._close(a, b, rtol, atol, msg or "", "")

    def _close(self, a: Any, b: Any, rtol: Any, atol: Any, msg: str, path: str) -> None:
        a, b = _fields(a), _fields(b)
        where = f"a{path} is different from b{path}" if path else "a is different from b"
        if isinstance(a, Mapping) or isinstance(b, Mapping):
            if not (isinstance(a, Mapping) and isinstance(b, Mapping)):
                raise ValueError(f"Can't compare dict to non-dict, a{path} vs b{path}. {msg}")
            self.assertCountEqual(
                a.keys(),
                b.keys(),
                f"mismatched keys: a{path} has keys {a.keys()}, but b{path} has keys {b.keys()}. "
                f"{msg}",
            )
            for key in a:
                self._close(a[key], b[key], rtol, atol, msg, f"{path}[{key}]")
        elif isinstance(a, (list, tuple)) and self._nested(a, b):
            self.assertEqual(
                len(a), len(b), f"Mismatched length: a{path} has {len(a)} items. {msg}"
            )
            for i, (x, y) in enumerate(zip(a, b, strict=True)):
                self._close(x, y, rtol, atol, msg, f"{path}[{i}]")
        else:
            text = f"Mismatched value: {where}. {msg}"
            self._arrays_close(to_array(a), to_array(b), rtol, atol, text)

    @staticmethod
    def _nested(a: Any, b: Any) -> bool:
        """Whether two sequences have to be compared item by item, not as one array each."""
        if not isinstance(b, (list, tuple)):
            return False
        try:
            return bool(to_array(a).dtype == object or to_array(b).dtype == object)
        except (TypeError, ValueError):
            return True

    def _arrays_close(
        self, a: np.ndarray[Any, Any], b: np.ndarray[Any, Any], rtol: Any, atol: Any, msg: str
    ) -> None:
        self.assertEqual(
            a.shape,
            b.shape,
            f"Shape mismatch: expected {a.shape}, got {b.shape} with contents {b}.",
        )
        x, y = _comparable(a), _comparable(b)
        near = np.isclose(x, y, rtol=rtol, atol=atol, equal_nan=True)
        if near.all():
            return
        lhs, rhs = np.atleast_1d(x)[~np.atleast_1d(near)], np.atleast_1d(y)[~np.atleast_1d(near)]
        with np.errstate(all="ignore"):
            apart, limit = np.abs(lhs - rhs), atol + rtol * np.abs(rhs)
        lines = [msg]
        if x.ndim:
            lines.append(f"not close where = {np.where(~near)}")
        else:
            lhs, rhs, apart, limit = lhs[0], rhs[0], apart[0], limit[0]
        lines += [f"not close lhs = {lhs}", f"not close rhs = {rhs}"]
        lines += [f"not close dif = {apart}", f"not close tol = {limit}"]
        lines.append(f"dtype = {a.dtype}, shape = {a.shape}")
        # NumPy adds how many elements differ, which, and by how much.
        np.testing.assert_allclose(x, y, rtol, atol, err_msg="\n".join(lines), equal_nan=True)

    def assertAllCloseAccordingToType(
        self,
        a: Any,
        b: Any,
        rtol: Any = 1e-6,
        atol: Any = 1e-6,
        float_rtol: Any = 1e-6,
        float_atol: Any = 1e-6,
        half_rtol: Any = 1e-3,
        half_atol: Any = 1e-3,
        bfloat16_rtol: Any = 1e-2,
        bfloat16_atol: Any = 1e-2,
        msg: Any = None,
    ) -> None:
        """`assertAllClose` with the tolerance of the less exact of the two dtypes."""
        names = {to_array(a).dtype.name, to_array(b).dtype.name}
        if names & {"float32", "complex64"}:
            rtol, atol = max(rtol, float_rtol), max(atol, float_atol)
        if "float16" in names:
            rtol, atol = max(rtol, half_rtol), max(atol, half_atol)
        if "bfloat16" in names:
            rtol, atol = max(rtol, bfloat16_rtol), max(atol, bfloat16_atol)
        self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)

    def assertNotAllClose(
        self, a: Any, b: Any, rtol: Any = _TOLERANCE, atol: Any = _TOLERANCE, msg: Any = None
    ) -> None:
        """Fails if `assertAllClose` would pass."""
        try:
            self.assertAllClose(a, b, rtol=rtol, atol=atol, msg=msg)
        except self.failureException:
            return
        self._fail("The two values are close at all elements. ", msg)

    def _fail(self, text: str, msg: Any = None) -> NoReturn:
        raise self.failureException(text + (str(msg) if msg else ""))

    # ---------------------------------------------------------------------------------- equality
    def assertAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Fails unless two arrays have one shape and equal elements; NaN equals NaN."""
        message = msg or ""
        x, y = to_array(a), to_array(b)
        self.assertEqual(
            x.shape,
            y.shape,
            f"Shape mismatch: expected {x.shape}, got {y.shape}. Contents: {y!r}. \n{message}.",
        )
        same = _equal(x, y)
        if same.all():
            return
        different = ~np.atleast_1d(same)
        lhs, rhs = np.atleast_1d(x)[different], np.atleast_1d(y)[different]
        lines = [message]
        if x.ndim:
            lines.append(f"not equal where = {np.where(~same)}")
        lines += [f"not equal lhs = {lhs!r}", f"not equal rhs = {rhs!r}"]
        np.testing.assert_array_equal(x, y, err_msg="\n".join(lines))

    def assertNotAllEqual(self, a: Any, b: Any, msg: Any = None) -> None:
        """Fails if `assertAllEqual` would pass."""
        try:
            self.assertAllEqual(a, b)
        except self.failureException:
            return
        self._fail("The two values are equal at all elements. ", msg)

    # -------------------------------------------------------------------------------- comparisons
    def assertAllGreater(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is greater than the target."""
        self.assertGreater(np.min(to_array(a)), _number(comparison_target))

    def assertAllLess(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is less than the target."""
        self.assertLess(np.max(to_array(a)), _number(comparison_target))

    def assertAllGreaterEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is at least the target."""
        self.assertGreaterEqual(np.min(to_array(a)), _number(comparison_target))

    def assertAllLessEqual(self, a: Any, comparison_target: Any) -> None:
        """Fails unless every element is at most the target."""
        self.assertLessEqual(np.max(to_array(a)), _number(comparison_target))

    def assertAllInRange(
        self,
        target: Any,
        lower_bound: Any,
        upper_bound: Any,
        open_lower_bound: bool = False,
        open_upper_bound: bool = False,
    ) -> None:
        """Fails unless every element lies between the bounds, of which either may be open."""
        array = to_array(target)
        if array.dtype.kind not in "iufb" and array.dtype.name != "bfloat16":
            self._fail(
                f"The value of {target} does not have an ordered numeric type, instead it has "
                f"type: {array.dtype}"
            )
        array = _comparable(array)
        nans = np.isnan(array) if array.dtype.kind == "f" else np.zeros(array.shape, bool)
        if nans.any():
            self._fail(
                f"{int(nans.sum())} of the {array.size} element(s) are NaN. Subscripts(s) and "
                f"value(s) of the NaN element(s):\n  {_listed(array, nans)}"
            )
        below = array <= lower_bound if open_lower_bound else array < lower_bound
        above = array >= upper_bound if open_upper_bound else array > upper_bound
        outside = below | above
        if outside.any():
            left, right = "(" if open_lower_bound else "[", ")" if open_upper_bound else "]"
            self._fail(
                f"{int(outside.sum())} of the {array.size} element(s) are outside the range "
                f"{left}{lower_bound}, {upper_bound}{right}. Subscript(s) and value(s) of the "
                f"offending elements:\n  {_listed(array, outside)}"
            )

    def assertAllInSet(self, target: Any, expected_set: Any) -> None:
        """Fails unless every element is a member of the set."""
        array = to_array(target)
        rest = np.setdiff1d(array.reshape(-1), list(expected_set))
        if rest.size:
            self._fail(f"{rest.size} unique element(s) are not in the set {expected_set}: {rest}")

    # ----------------------------------------------------------------------------- single numbers
    def assertNear(self, f1: Any, f2: Any, err: Any, msg: Any = None) -> None:
        """Fails unless two numbers are equal or differ by at most `err`."""
        self.assertTrue(
            f1 == f2 or abs(f1 - f2) <= err,
            f"{f1:f} != {f2:f} +/- {err:f} (difference: {abs(f1 - f2):g})"
            + (f" ({msg})" if msg is not None else ""),
        )

    def assertArrayNear(self, farray1: Any, farray2: Any, err: Any, msg: Any = None) -> None:
        """Fails unless two sequences are of one length and `assertNear` each other."""
        self.assertEqual(len(farray1), len(farray2), msg=msg)
        for f1, f2 in zip(farray1, farray2, strict=True):
            self.assertNear(float(f1), float(f2), err, msg=msg)

    def assertNDArrayNear(self, ndarray1: Any, ndarray2: Any, err: Any, msg: Any = None) -> None:
        """Fails unless the Euclidean norm of the difference of two arrays is less than `err`."""
        apart = np.linalg.norm(to_array(ndarray1) - to_array(ndarray2))
        self.assertTrue(apart < err, msg=msg)

    # --------------------------------------------------------------------------- shapes and types
    def assertShapeEqual(self, input_a: Any, input_b: Any, msg: Any = None) -> None:
        """Fails unless two arrays or tensors have one shape. Raises TypeError for anything else."""
        for name, value in (("input_a", input_a), ("input_b", input_b)):
            if not isinstance(value, (np.ndarray, np.generic, Tensor)):
                raise TypeError(
                    f"{name} must be a Numpy ndarray, Numpy scalar, or a Tensor. Instead received "
                    f"{type(value)}"
                )
        self.assertAllEqual(np.array(input_a.shape, int), np.array(input_b.shape, int), msg=msg)

    def assertDTypeEqual(self, target: Any, expected_dtype: Any) -> None:
        """Fails unless a tensor or array has that dtype."""
        found = to_array(target).dtype if not is_tensor(target) else target.dtype.as_numpy_dtype
        wanted = as_dtype(expected_dtype)
        actual = dtypes.string if isinstance(target, HostTensor) else as_dtype(found)
        if actual is not wanted:
            self._fail(f"{np.dtype(found)!r} != {expected_dtype!r}")


def _equal(x: np.ndarray[Any, Any], y: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    if x.dtype.kind in "USO" or y.dtype.kind in "USO":
        first, second = _texts(x), _texts(y)
        return np.array(first == second, bool).reshape(x.shape)
    same = np.asarray(x == y)
    inexact = [_comparable(each) for each in (x, y)]
    if all(each.dtype.kind in "fc" for each in inexact):
        same = same | (np.isnan(inexact[0]) & np.isnan(inexact[1]))
    return same


def _texts(array: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """Strings as bytes, so that both spellings compare."""
    encode: Callable[[Any], Any] = lambda item: item.encode() if isinstance(item, str) else item  # noqa: E731
    result = np.empty(array.shape, object)
    for at in np.ndindex(array.shape):
        result[at] = encode(array[at])
    return result


def _number(value: Any) -> Any:
    return value.numpy() if isinstance(value, Tensor) else value


def _listed(array: np.ndarray[Any, Any], chosen: np.ndarray[Any, Any]) -> str:
    """The subscripts and values of the chosen elements, at most five at either end."""
    at: Sequence[Any] = [tuple(row) for row in np.argwhere(chosen)]
    texts = [f"{np.array(where)} : {array[where]}" for where in at]
    if len(texts) > 10:
        texts = [*texts[:5], "...", *texts[-5:]]
    return "\n  ".join(texts)
