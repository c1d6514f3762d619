"""Raw ops that act on each element, and reductions."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, operands, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.numerics import check_numerics
from tfcompat._src.ops import (
    bitwise,
    casting,
    comparisons,
    complex as complex_ops,
    creation,
    division,
    linalg,
    math,
    nn,
    norms,
    reductions,
    special,
    transcendental as functions,
)
from tfcompat._src.raw.common import check_result, first
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _div(x: Any, y: Any) -> Tensor:
    a, b = operands(x, y)
    return division.truncatediv(a, b) if a._dtype.is_integer else division.realdiv(a, b)


def _add(x: Any, y: Any) -> Tensor:
    # Either operand takes the other's dtype here, not only the second the first's.
    return math.add(*operands(x, y))


def _approximate_equal(x: Any, y: Any, tolerance: float) -> Tensor:
    a, b = operands(x, y)
    return comparisons.less(math.abs(math.subtract(a, b)), to_tensor(tolerance, a._dtype))


def _population_count(x: Any) -> Tensor:
    tensor = to_tensor(x)
    if not tensor._dtype.is_integer:
        raise invalid_argument("PopulationCount", f"received {tensor._dtype.name}; expected ints")
    counts = np.bitwise_count(tensor._numpy().view(f"u{tensor._dtype.size}"))
    return from_numpy(counts.astype(np.uint8), dtypes.uint8)


def _part(function: Any, op: str) -> Any:
    def call(input: Any, wanted: Any) -> Tensor:
        result: Tensor = function(input)
        check_result(op, result._dtype, wanted)
        return result

    call.__name__ = function.__name__
    return call


def _complex(real: Any, imag: Any, wanted: Any) -> Tensor:
    result = complex_ops.complex(real, imag)
    check_result("Complex", result._dtype, wanted)
    return result


def _to_bool(input: Any) -> Tensor:
    """Whether a scalar is not zero, a string not empty, or another tensor has elements."""
    x = to_tensor(input)
    array = x._numpy()
    found = bool(array.item()) if not x._shape else array.size > 0
    return from_numpy(np.array(found), dtypes.bool_)


TABLE: Table = {
    "Abs x": math.abs,
    "Acos x": functions.acos,
    "Acosh x": functions.acosh,
    "Asin x": functions.asin,
    "Asinh x": functions.asinh,
    "Atan x": functions.atan,
    "Atanh x": functions.atanh,
    "BesselI0 x": functions.bessel_i0,
    "BesselI0e x": functions.bessel_i0e,
    "BesselI1 x": functions.bessel_i1,
    "BesselI1e x": functions.bessel_i1e,
    "BesselJ0 x": special.bessel_j0,
    "BesselJ1 x": special.bessel_j1,
    "BesselK0 x": special.bessel_k0,
    "BesselK0e x": special.bessel_k0e,
    "BesselK1 x": special.bessel_k1,
    "BesselK1e x": special.bessel_k1e,
    "BesselY0 x": special.bessel_y0,
    "BesselY1 x": special.bessel_y1,
    "Ceil x": math.ceil,
    "Cos x": functions.cos,
    "Cosh x": functions.cosh,
    "Dawsn x": special.dawsn,
    "Digamma x": functions.digamma,
    "Erf x": functions.erf,
    "Erfc x": functions.erfc,
    "Erfinv x": functions.erfinv,
    "Exp x": functions.exp,
    "Expint x": special.expint,
    "Expm1 x": functions.expm1,
    "Floor x": math.floor,
    "FresnelCos x": special.fresnel_cos,
    "FresnelSin x": special.fresnel_sin,
    "Inv x": functions.reciprocal,
    "Invert x": bitwise.invert,
    "IsFinite x": comparisons.is_finite,
    "IsInf x": comparisons.is_inf,
    "IsNan x": comparisons.is_nan,
    "Lgamma x": functions.lgamma,
    "Log x": functions.log,
    "Log1p x": functions.log1p,
    "LogicalNot x": comparisons.logical_not,
    "Ndtri x": functions.ndtri,
    "Neg x": math.negative,
    "OnesLike x": creation.ones_like,
    "PopulationCount x": _population_count,
    "Reciprocal x": functions.reciprocal,
    "Rint x": math.rint,
    "Round x": math.round,
    "Rsqrt x": functions.rsqrt,
    "Sigmoid x": functions.sigmoid,
    "Sign x": math.sign,
    "Sin x": functions.sin,
    "Sinh x": functions.sinh,
    "Spence x": special.spence,
    "Sqrt x": functions.sqrt,
    "Square x": math.square,
    "Tan x": functions.tan,
    "Tanh x": functions.tanh,
    "ZerosLike x": creation.zeros_like,
    "Angle input Tout=float32": _part(complex_ops.angle, "Angle"),
    "Complex real imag Tout=complex64": _complex,
    "ComplexAbs x Tout=float32": _part(math.abs, "ComplexAbs"),
    "Conj input": complex_ops.conj,
    "Imag input Tout=float32": _part(complex_ops.imag, "Imag"),
    "Real input Tout=float32": _part(complex_ops.real, "Real"),
    "Bitcast input type": casting.bitcast,
    "Cast x DstT Truncate=False": first(casting.cast, 2),
    "CheckNumerics tensor message": check_numerics,
    "ClipByValue t clip_value_min clip_value_max": norms.clip_by_value,
    "AccumulateNV2 inputs shape": first(math.add_n),
    "AddN inputs": math.add_n,
    "L2Loss t": nn.l2_loss,
    "Add x y": _add,
    "AddV2 x y": _add,
    "ApproximateEqual x y tolerance=1e-05": _approximate_equal,
    "Atan2 y x": functions.atan2,
    "Betainc a b x": functions.betainc,
    "BitwiseAnd x y": bitwise.bitwise_and,
    "BitwiseOr x y": bitwise.bitwise_or,
    "BitwiseXor x y": bitwise.bitwise_xor,
    "Cross a b": linalg.cross,
    "Div x y": _div,
    "DivNoNan x y": division.divide_no_nan,
    "Equal x y incompatible_shape_error=True": first(comparisons.equal, 2),
    "FloorDiv x y": division.floordiv,
    "FloorMod x y": division.floormod,
    "Greater x y": comparisons.greater,
    "GreaterEqual x y": comparisons.greater_equal,
    "Igamma a x": functions.igamma,
    "Igammac a x": functions.igammac,
    "LeftShift x y": bitwise.left_shift,
    "Less x y": comparisons.less,
    "LessEqual x y": comparisons.less_equal,
    "LogicalAnd x y": comparisons.logical_and,
    "LogicalOr x y": comparisons.logical_or,
    "Maximum x y": math.maximum,
    "Minimum x y": math.minimum,
    "Mod x y": division.truncatemod,
    "Mul x y": math.multiply,
    "MulNoNan x y": math.multiply_no_nan,
    "NextAfter x1 x2": math.nextafter,
    "NotEqual x y incompatible_shape_error=True": first(comparisons.not_equal, 2),
    "Polygamma a x": functions.polygamma,
    "Pow x y": math.pow,
    "RealDiv x y": division.realdiv,
    "RightShift x y": bitwise.right_shift,
    "SquaredDifference x y": math.squared_difference,
    "Sub x y": math.subtract,
    "TruncateDiv x y": division.truncatediv,
    "TruncateMod x y": division.truncatemod,
    "Xdivy x y": math.xdivy,
    "Xlog1py x y": math.xlog1py,
    "Xlogy x y": math.xlogy,
    "Zeta x q": functions.zeta,
    "All input axis keep_dims=False": reductions.reduce_all,
    "Any input axis keep_dims=False": reductions.reduce_any,
    "ArgMax input dimension output_type=int64": reductions.argmax,
    "ArgMin input dimension output_type=int64": reductions.argmin,
    "Cumprod x axis exclusive=False reverse=False": reductions.cumprod,
    "Cumsum x axis exclusive=False reverse=False": reductions.cumsum,
    "CumulativeLogsumexp x axis exclusive=False reverse=False": reductions.cumulative_logsumexp,
    "EuclideanNorm input axis keep_dims=False": reductions.reduce_euclidean_norm,
    "Max input axis keep_dims=False": reductions.reduce_max,
    "Mean input axis keep_dims=False": reductions.reduce_mean,
    "Min input axis keep_dims=False": reductions.reduce_min,
    "Prod input axis keep_dims=False": reductions.reduce_prod,
    "Sum input axis keep_dims=False": reductions.reduce_sum,
    "CheckNumericsV2 tensor message": check_numerics,
    "ToBool input": _to_bool,
}
