"""The namespace: its names, its constants and types, when it is imported."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree
from ..processes import printed
from ..subject import tf

NAMES = """
abs absolute add all allclose amax amin angle any append arange arccos arccosh arcsin arcsinh
arctan arctan2 arctanh argmax argmin argsort around array array_equal asanyarray asarray
ascontiguousarray atleast_1d atleast_2d atleast_3d average bitwise_and bitwise_not bitwise_or
bitwise_xor bool_ broadcast_arrays broadcast_to cbrt ceil clip complex128 complex64 complex_
compress concatenate conj conjugate copy cos cosh count_nonzero cross cumprod cumsum deg2rad diag
diag_indices diagflat diagonal diff divide divmod dot dsplit dstack e einsum empty empty_like equal
exp exp2 expand_dims experimental_enable_numpy_behavior expm1 eye fabs finfo fix flatten flip
fliplr flipud float16 float32 float64 float_ float_power floor floor_divide full full_like gcd
geomspace greater greater_equal heaviside hsplit hstack hypot identity iinfo imag inexact inf inner
int16 int32 int64 int8 int_ isclose iscomplex iscomplexobj isfinite isinf isnan isneginf isposinf
isreal isrealobj isscalar issubdtype ix_ kron lcm less less_equal linspace log log10 log1p log2
logaddexp logaddexp2 logical_and logical_not logical_or logical_xor logspace matmul max maximum mean
meshgrid min minimum mod moveaxis multiply nanmean nanprod nansum ndarray ndim negative newaxis
nextafter nonzero not_equal object_ ones ones_like outer pad pi polyval positive power prod
promote_types ptp rad2deg random ravel real reciprocal remainder repeat reshape result_type roll
rot90 round select shape sign signbit sin sinc sinh size sort split sqrt square squeeze stack std
string_ subtract sum swapaxes take take_along_axis tan tanh tensordot tile trace transpose tri tril
triu true_divide uint16 uint32 uint64 uint8 unicode_ vander var vdot vsplit vstack where zeros
zeros_like
""".split()

tnp = tf.experimental.numpy


@pytest.mark.parametrize("name", NAMES)
def test_has(name: str) -> None:
    assert hasattr(tnp, name)


def test_has_random() -> None:
    for name in "poisson rand randint randn random seed standard_normal uniform".split():
        assert callable(getattr(tnp.random, name))


def test_types_are_those_of_numpy() -> None:
    assert tnp.float32 is np.float32 and tnp.bool_ is np.bool_ and tnp.int_ is np.int64
    assert tnp.float_ is np.float64 and tnp.complex_ is np.complex128
    assert tnp.string_ is np.bytes_ and tnp.unicode_ is np.str_ and tnp.object_ is np.object_
    assert tnp.inexact is np.inexact and tnp.iinfo is np.iinfo and tnp.newaxis is None
    assert (tnp.pi, tnp.e, tnp.inf) == (np.pi, np.e, np.inf)


def test_arrays_are_tensors() -> None:
    assert tnp.ndarray is tf.Tensor
    assert isinstance(tnp.ones(2), tf.Tensor)


def test_result_type_is_a_dtype_and_promote_types_is_numpys() -> None:
    assert tnp.result_type(1, 2.5) is tf.float64
    assert tnp.result_type(tf.constant([1]), tf.constant([1.0])) is tf.float64
    assert tnp.promote_types(tf.int8, tf.float16) == np.dtype("float16")
    assert isinstance(tnp.promote_types("int8", "uint8"), np.dtype)


def test_types_that_do_not_meet() -> None:
    half, brain = tf.ones(2, tf.float16), tf.ones(2, tf.bfloat16)
    for function in (tnp.add, tnp.result_type, tnp.equal):
        with pytest.raises(TypeError) as caught:
            function(half, brain)
        assert type(caught.value).__name__ == "DTypePromotionError"


def test_values_of_other_kinds() -> None:
    assert tnp.shape([[1, 2]]) == tf.TensorShape([1, 2])
    assert tnp.ndim([[1]]) == 2 and type(tnp.size([1, 2])) is np.int64 and tnp.size(5) == 1
    assert tnp.isscalar("a") is True and tnp.iscomplexobj([1j]) is True
    assert tnp.isinf(tf.constant(1)) is False


@pytest.mark.tfcompat_only
def test_is_imported_when_it_is_used() -> None:
    code = (
        "import sys, tfcompat as tf\n"
        "assert 'tfcompat.experimental.numpy' not in sys.modules\n"
        "tf.experimental.numpy.ones(2)\n"
        "assert 'tfcompat.experimental.numpy' in sys.modules\n"
    )
    printed(code)


@pytest.mark.tfcompat_only
@pytest.mark.parametrize("name", NAMES)
def test_functions_say_where_they_live(name: str) -> None:
    item = getattr(tnp, name)
    if getattr(item, "__module__", "").startswith("tfcompat") and callable(item):
        if not isinstance(item, type):
            assert item.__module__ == "tfcompat.experimental.numpy"
            assert item.__name__ == name


def test_dtypes_of_pythons_values() -> None:
    agree(tnp.array([1, 2]), np.array([1, 2]))
    agree(tnp.array([1.0]), np.array([1.0]))
    agree(tnp.array(1j), np.array(1j))
    agree(tnp.array(True), np.array(True))
    agree(tnp.zeros(2), np.zeros(2))
    agree(tnp.array([tf.constant(1), 2.5]), np.array([1, 2.5]))
