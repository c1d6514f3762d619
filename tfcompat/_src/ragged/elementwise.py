"""Element-wise ops on ragged tensors, by their public names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.overloads.redirect import parameters
from tfcompat._src.ragged.broadcasting import elementwise, together
from tfcompat._src.ragged.tensor import RaggedTensor, nested, values_of

UNARY = """
bitcast bitwise.invert cast clip_by_value debugging.check_numerics saturate_cast identity
image.adjust_brightness image.adjust_gamma image.convert_image_dtype image.random_brightness
image.stateless_random_brightness io.decode_base64 io.decode_compressed io.encode_base64 math.abs
math.acos math.acosh math.angle math.asin math.asinh math.atan math.atanh math.bessel_i0
math.bessel_i0e math.bessel_i1 math.bessel_i1e math.ceil math.conj math.cos math.cosh math.digamma
math.erf math.erfc math.erfcinv math.erfinv math.exp math.expm1 math.floor math.imag math.is_finite
math.is_inf math.is_nan math.lgamma math.log math.log1p math.log_sigmoid math.logical_not math.ndtri
math.negative math.nextafter math.real math.reciprocal math.reciprocal_no_nan math.rint math.round
math.rsqrt math.sigmoid math.sign math.sin math.sinh math.softplus math.special.bessel_j0
math.special.bessel_j1 math.special.bessel_k0 math.special.bessel_k0e math.special.bessel_k1
math.special.bessel_k1e math.special.bessel_y0 math.special.bessel_y1 math.special.dawsn
math.special.expint math.special.fresnel_cos math.special.fresnel_sin math.special.spence math.sqrt
math.square math.tan math.tanh nn.elu nn.gelu nn.leaky_relu nn.relu nn.relu6 nn.selu nn.silu
math.softsign ones_like stop_gradient strings.as_string strings.length strings.lower
strings.regex_full_match strings.regex_replace strings.strip strings.substr strings.to_hash_bucket
strings.to_hash_bucket_fast strings.to_hash_bucket_strong strings.to_number strings.unicode_script
strings.unicode_transcode strings.upper zeros_like
"""
BINARY = """
bitwise.bitwise_and bitwise.bitwise_or bitwise.bitwise_xor bitwise.left_shift bitwise.right_shift
complex math.add math.atan2 math.divide math.divide_no_nan math.equal math.floordiv math.floormod
math.greater math.greater_equal math.less math.less_equal math.logical_and math.logical_or
math.logical_xor math.maximum math.minimum math.multiply math.multiply_no_nan math.not_equal
math.pow math.squared_difference math.subtract math.truediv math.xdivy math.xlog1py math.xlogy
math.zeta nn.sigmoid_cross_entropy_with_logits realdiv truncatediv truncatemod
"""
ASSERTING = """
debugging.assert_equal debugging.assert_greater debugging.assert_greater_equal
debugging.assert_less debugging.assert_less_equal debugging.assert_near debugging.assert_none_equal
"""


def unary(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the elements of its first argument."""
    given = dict(zip(parameters(function), args, strict=False)) | kwargs
    first = parameters(function)[0]
    x = given.pop(first)
    if not isinstance(x, RaggedTensor):
        raise ValueError(f"{function.__name__}: received a tf.RaggedTensor that is not `{first}`")
    return nested(function(x.flat_values, **given), x._nested_row_partitions)


def binary(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the elements of its first two arguments, which broadcast."""
    names = parameters(function)
    given = dict(zip(names, args, strict=False)) | kwargs
    x, y = operands(given.pop(names[0]), given.pop(names[1]))
    given.pop("name", None)

    def call(a: Any, b: Any) -> Any:
        return function(**{names[0]: a, names[1]: b}, **given)

    return elementwise(call, [x, y])


def operands(x: Any, y: Any) -> tuple[Any, Any]:
    """Two operands, of which a Python value takes the dtype of the other."""
    if not isinstance(x, RaggedTensor):
        return convert_to_tensor(x, dtype_hint=y._dtype), y
    return x, y if isinstance(y, RaggedTensor) else convert_to_tensor(y, dtype_hint=x._dtype)


def asserting(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A check of all elements."""
    names = parameters(function)
    given = dict(zip(names, args, strict=False)) | kwargs
    flat, _ = together(operands(given.pop(names[0]), given.pop(names[1])))
    return function(*flat, **given)


def scalar_mul(function: Callable[..., Any], scalar: Any, x: Any, name: str | None = None) -> Any:
    """tf.math.scalar_mul."""
    return nested(function(scalar, x.flat_values), x._nested_row_partitions)


def add_n(function: Callable[..., Any], inputs: Any, name: str | None = None) -> Any:
    """tf.math.add_n."""
    return elementwise(lambda *flat: function(list(flat)), [values_of(x) for x in inputs])


def assert_type(function: Callable[..., Any], tensor: Any, *args: Any, **kwargs: Any) -> Any:
    """tf.debugging.assert_type."""
    return function(tensor.flat_values, *args, **kwargs)


def repeat(
    function: Callable[..., Any],
    input: Any,
    repeats: Any,
    axis: Any = None,
    name: str | None = None,
) -> Any:
    """tf.repeat of all values."""
    if axis is not None:
        raise ValueError("tf.repeat: received a tf.RaggedTensor and an axis; use tf.gather")
    return function(input.flat_values, repeats)


def join(
    function: Callable[..., Any], inputs: Any, separator: Any = "", name: str | None = None
) -> Any:
    """tf.strings.join."""
    values = [values_of(x) for x in inputs]
    return elementwise(lambda *flat: function(list(flat), separator), values)


def dropout(function: Callable[..., Any], x: Any, *args: Any, **kwargs: Any) -> Any:
    """tf.nn.dropout and its stateless form."""
    if kwargs.get("noise_shape") is not None:
        raise ValueError("noise_shape is not supported yet for RaggedTensor x")
    return nested(function(x.flat_values, *args, **kwargs), x._nested_row_partitions)
