"""The functions and operators that know weak tensors, in the modes "safe" and "all".

Only those modes pay for them: enabling one puts these in the place of the functions that the
public namespaces show. Ops among themselves call the plain ones.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes, operators
from tfcompat._src.convert import to_tensor
from tfcompat._src.numpy.lattice import common, is_weak, kind_of, mark, plain_tensor, strong
from tfcompat._src.numpy.state import STATE
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.variable import Variable

Function = Callable[..., Any]

# TensorFlow's lists: what of one argument keeps weakness, and what of two promotes.
_UNARY = """
abs acos acosh angle asin asinh atan atanh bessel_i0 bessel_i0e bessel_i1 bessel_i1e ceil conj cos
cosh cumsum cumprod diag diag_part digamma erf erfc erfcinv erfinv exp expm1 floor gelu identity
imag leaky_relu lgamma log log1p log_sigmoid log_softmax matrix_transpose ndtri negative ones_like
real reciprocal reciprocal_no_nan reduce_euclidean_norm reduce_logsumexp reduce_max reduce_mean
reduce_min reduce_prod reduce_std reduce_sum reduce_variance relu6 reshape rint round rsqrt sigmoid
sign silu sin sinh softplus sqrt square squeeze stop_gradient swish tan tanh tensor_diag_part trace
transpose expand_dims zeros_like
""".split()
_BINARY = """
add divide divide_no_nan equal floordiv floormod matmul matvec mod multiply
multiply_no_nan not_equal pow realdiv squared_difference subtract truediv truncatediv truncatemod
""".split()
# These promote, but their results are never weak.
_PROMOTING = ("maximum", "minimum")
_STRONG = ("cast", "convert_to_tensor")
_NUMPY_UNARY = """
abs absolute amax amin angle arccos arccosh arcsin arcsinh arctan arctanh around array asanyarray
asarray ascontiguousarray atleast_1d atleast_2d atleast_3d average bitwise_not cbrt ceil conj
conjugate copy cos cosh cumprod cumsum deg2rad diag diagflat diagonal diff empty_like exp exp2
expand_dims expm1 fabs fix flatten flip fliplr flipud floor imag log log10 log1p log2 max mean min
negative ones_like positive prod ptp ravel real reciprocal repeat reshape roll rot90 round sign sin
sinc sinh sort sqrt square squeeze std sum swapaxes tan tanh trace transpose tril triu vander var
zeros_like
""".split()
_NAMESPACES = ("tfcompat", "tfcompat.math", "tfcompat.nn", "tfcompat.linalg", "tfcompat.bitwise")
_OPERATORS = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")


def _is_weak_value(value: Any) -> bool:
    if isinstance(value, TensorBase):
        return is_weak(value)
    try:
        return kind_of(value)[1]
    except (TypeError, ValueError):
        return False


def keeping(function: Function, count: int = 1) -> Function:
    """A function whose result is weak where its first arguments, `count` of them, are."""

    @functools.wraps(function)
    def keeps(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        if not STATE.weak:
            return result
        given = (*arguments, *keywords.values())[:count]
        asked = keywords.get("dtype") is not None
        if isinstance(result, Tensor) and not asked and all(map(_is_weak_value, given)):
            return mark(result)
        return result

    return keeps


def promoting(function: Function, *, keeps: bool = True) -> Function:
    """A function of two operands that first get a common dtype, weak if both give way."""

    @functools.wraps(function)
    def promotes(x: Any, y: Any, *arguments: Any, **keywords: Any) -> Any:
        if not STATE.weak:
            return function(x, y, *arguments, **keywords)
        dtype, weak = common((x, y))
        result = function(_as(x, dtype), _as(y, dtype), *arguments, **keywords)
        return mark(result) if weak and keeps and isinstance(result, Tensor) else result

    return promotes


def _as(value: Any, dtype: dtypes.DType) -> Tensor:
    if isinstance(value, TensorBase):
        return strong(cast(to_tensor(value), dtype))
    if value.__class__ is bool and dtype is not dtypes.bool_:
        return to_tensor(value, dtype)
    return plain_tensor(value, dtype)


def _forgetting(function: Function) -> Function:
    @functools.wraps(function)
    def forgets(*arguments: Any, **keywords: Any) -> Any:
        result = function(*arguments, **keywords)
        return strong(result) if isinstance(result, Tensor) else result

    return forgets


def _constant(function: Function) -> Function:
    @functools.wraps(function)
    def constant(value: Any, dtype: Any = None, shape: Any = None, name: str = "Const") -> Tensor:
        given = dtype is not None or isinstance(value, TensorBase)
        if given or not STATE.weak or not _is_weak_value(value):
            if dtype is not None:
                value = _fitting(value, dtypes.as_dtype(dtype), "constant")
            return function(value, dtype, shape, name)
        return mark(function(plain_tensor(value, kind_of(value)[0]), None, shape, name))

    return constant


def _fitting(value: Any, dtype: dtypes.DType, op: str) -> Any:
    """A tensor that gives way to `dtype` as such; TypeError where the two meet in another dtype."""
    if not STATE.weak or not isinstance(value, TensorBase):
        return value
    own = kind_of(value)[0]
    met, _ = common((own, dtype))
    if met is not dtype:
        raise TypeError(
            f"{op}: received a tensor of {own.name}, which meets {dtype.name} in "
            f"{met.name}; expected a dtype that gives way to {dtype.name}"
        )
    return value if own is dtype else strong(cast(to_tensor(value), dtype))


def _assigning(function: Function) -> Function:
    @functools.wraps(function)
    def assigns(self: Variable, value: Any, *arguments: Any, **keywords: Any) -> Any:
        value = _fitting(value, self.dtype, function.__name__)
        return function(self, value, *arguments, **keywords)

    return assigns


def _replace(module: Any, names: Any, wrap: Callable[[Function], Function]) -> None:
    for name in names:
        function = getattr(module, name, None)
        if function is not None and not hasattr(function, "__wrapped__"):
            setattr(module, name, wrap(function))


def install() -> None:
    """Puts the functions that know weak tensors into the public namespaces, once."""
    for name in _NAMESPACES:
        module = importlib.import_module(name)
        _replace(module, _UNARY, keeping)
        _replace(module, _BINARY, promoting)
        _replace(module, _PROMOTING, functools.partial(promoting, keeps=False))
        _replace(module, _STRONG, _forgetting)
        _replace(module, ("constant",), _constant)
    numpy = importlib.import_module("tfcompat.experimental.numpy")
    _replace(numpy, _NUMPY_UNARY, keeping)
    _replace(numpy, ("hypot", "matmul"), functools.partial(keeping, count=2))
    _replace(Variable, ("assign", "assign_add", "assign_sub"), _assigning)
    if not hasattr(Tensor.__repr__, "__wrapped__"):
        Tensor.__repr__ = _showing(Tensor.__repr__, ">")  # type: ignore[method-assign]
        Tensor.__str__ = _showing(Tensor.__str__, ")")  # type: ignore[method-assign]


def _showing(function: Function, end: str) -> Function:
    @functools.wraps(function)
    def show(self: Tensor) -> str:
        text: str = function(self)
        return f"{text.removesuffix(end)}, weak=True{end}" if is_weak(self) else text

    return show


def binary_operators() -> dict[str, Function]:
    """Python's operators of two operands; bits and comparisons do not promote here."""
    found: dict[str, Function] = dict(operators.BINARY)
    for name in _OPERATORS:
        found[name] = promoting(found[name])
    return found


def other_operators() -> dict[str, Function]:
    """Comparisons and the operators of one operand."""
    found: dict[str, Function] = dict(operators.OTHERS)
    for name in ("neg", "abs", "invert"):
        found[name] = keeping(found[name])
    for name in ("eq", "ne"):
        found[name] = _comparing(found[name])
    return found


def _comparing(function: Function) -> Function:
    promotes = promoting(function)

    def compare(self: Any, other: Any) -> Any:
        return function(self, other) if other is None else promotes(self, other)

    return compare
