"""repr, str and format of eager tensors, letter by letter.

One difference is meant. TensorFlow's repr of a scalar follows NumPy: since NumPy 2 it writes the
Python number (-0.3333333432674408), before and in its tutorials the fewest digits that give the
value back (-0.33333334). tfcompat prints what the tutorials show, with any NumPy.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import IS_TENSORFLOW, tf

# tensor, dtype, TensorFlow's digits in repr, digits in str (and in tfcompat's repr)
SCALARS: list[tuple[Callable[[], Any], str, str, str | None]] = [
    (lambda: tf.constant(9.0), "float32", "9.0", "9.0"),
    (lambda: tf.constant(9), "int32", "9", "9"),
    (lambda: tf.constant(True), "bool", "True", "True"),
    (lambda: tf.constant([-0.0])[0], "float32", "-0.0", "-0.0"),
    (lambda: tf.constant(float("nan")), "float32", "nan", "nan"),
    (lambda: tf.constant(float("-inf")), "float32", "-inf", "-inf"),
    (lambda: tf.constant(0.1), "float32", "0.10000000149011612", "0.1"),
    (lambda: tf.constant(1e-10), "float32", "1.000000013351432e-10", "1e-10"),
    (lambda: tf.constant(1e20), "float32", "1.0000000200408773e+20", "1e+20"),
    (lambda: tf.constant(123456789.0), "float32", "123456792.0", "1.2345679e+08"),
    (lambda: tf.constant(0.1, tf.float64), "float64", "0.1", "0.1"),
    (lambda: tf.constant(0.1, tf.float16), "float16", "0.0999755859375", "0.1"),
    (lambda: tf.constant(0.1, tf.bfloat16), "bfloat16", "0.10009765625", "0.100098"),
    (lambda: tf.constant(1, tf.bfloat16), "bfloat16", "1.0", "1"),
    (lambda: tf.constant(1e20, tf.bfloat16), "bfloat16", "9.972771014849226e+19", "9.97277e+19"),
    (lambda: tf.constant(5, tf.int8), "int8", "5", "5"),
    (lambda: tf.constant(2**64 - 1, tf.uint64), "uint64", "18446744073709551615", None),
    (lambda: tf.constant(1 + 2j), "complex128", "(1+2j)", "(1+2j)"),
    (lambda: tf.constant(-0.0 + 1j), "complex128", "1j", "1j"),
    (
        lambda: tf.constant(0.1 + 0.2j, tf.complex64),
        "complex64",
        "(0.10000000149011612+0.20000000298023224j)",
        "(0.1+0.2j)",
    ),
    (lambda: tf.constant("abc"), "string", "b'abc'", "b'abc'"),
    (lambda: tf.constant(""), "string", "b''", "b''"),
    (lambda: tf.constant("né"), "string", r"b'n\xc3\xa9'", r"b'n\xc3\xa9'"),
    (lambda: tf.constant("it's"), "string", 'b"it\'s"', 'b"it\'s"'),
    (lambda: tf.constant(b"a\x00\x00"), "string", r"b'a\x00\x00'", r"b'a\x00\x00'"),
    (lambda: tf.constant("a\nb"), "string", r"b'a\nb'", r"b'a\nb'"),
]


@pytest.mark.parametrize(
    ("make", "dtype", "in_repr", "in_str"), SCALARS, ids=[f"{r[1]}-{r[2]}" for r in SCALARS]
)
def test_scalar(make: Callable[[], Any], dtype: str, in_repr: str, in_str: str | None) -> None:
    tensor = make()
    in_str = in_str or in_repr
    shown = in_repr if IS_TENSORFLOW else in_str
    assert repr(tensor) == f"<tf.Tensor: shape=(), dtype={dtype}, numpy={shown}>"
    assert str(tensor) == f"tf.Tensor({in_str}, shape=(), dtype={dtype})"
    assert f"{tensor}" == in_repr
    assert f"{[tensor]}" == f"[{tensor!r}]"


ARRAYS: dict[str, tuple[Callable[[], Any], str, str]] = {
    "vector": (
        lambda: tf.constant([1.0, 2.0]),
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1., 2.], dtype=float32)>",
        "tf.Tensor([1. 2.], shape=(2,), dtype=float32)",
    ),
    "matrix": (
        lambda: tf.constant([[1.0, 2.0], [3.0, 4.0]]),
        """<tf.Tensor: shape=(2, 2), dtype=float32, numpy=
array([[1., 2.],
       [3., 4.]], dtype=float32)>""",
        """tf.Tensor(
[[1. 2.]
 [3. 4.]], shape=(2, 2), dtype=float32)""",
    ),
    "one row": (
        lambda: tf.constant([[1, 2]]),
        "<tf.Tensor: shape=(1, 2), dtype=int32, numpy=array([[1, 2]], dtype=int32)>",
        "tf.Tensor([[1 2]], shape=(1, 2), dtype=int32)",
    ),
    "rank 3, float64 goes without saying": (
        lambda: tf.constant([[[1.5, 2], [3, 4]], [[5, 6], [7, 8]]], tf.float64),
        """<tf.Tensor: shape=(2, 2, 2), dtype=float64, numpy=
array([[[1.5, 2. ],
        [3. , 4. ]],

       [[5. , 6. ],
        [7. , 8. ]]])>""",
        """tf.Tensor(
[[[1.5 2. ]
  [3.  4. ]]

 [[5.  6. ]
  [7.  8. ]]], shape=(2, 2, 2), dtype=float64)""",
    ),
    "rank 4": (
        lambda: tf.constant(0, tf.int32, shape=[2, 1, 2, 2]),
        """<tf.Tensor: shape=(2, 1, 2, 2), dtype=int32, numpy=
array([[[[0, 0],
         [0, 0]]],


       [[[0, 0],
         [0, 0]]]], dtype=int32)>""",
        """tf.Tensor(
[[[[0 0]
   [0 0]]]


 [[[0 0]
   [0 0]]]], shape=(2, 1, 2, 2), dtype=int32)""",
    ),
    "int64 goes without saying": (
        lambda: tf.constant([1, 2], tf.int64),
        "<tf.Tensor: shape=(2,), dtype=int64, numpy=array([1, 2])>",
        "tf.Tensor([1 2], shape=(2,), dtype=int64)",
    ),
    "uint8": (
        lambda: tf.constant([1, 2], tf.uint8),
        "<tf.Tensor: shape=(2,), dtype=uint8, numpy=array([1, 2], dtype=uint8)>",
        "tf.Tensor([1 2], shape=(2,), dtype=uint8)",
    ),
    "bool": (
        lambda: tf.constant([True, False]),
        "<tf.Tensor: shape=(2,), dtype=bool, numpy=array([ True, False])>",
        "tf.Tensor([ True False], shape=(2,), dtype=bool)",
    ),
    "complex": (
        lambda: tf.constant([1 + 2j, 3]),
        "<tf.Tensor: shape=(2,), dtype=complex128, numpy=array([1.+2.j, 3.+0.j])>",
        "tf.Tensor([1.+2.j 3.+0.j], shape=(2,), dtype=complex128)",
    ),
    "float16": (
        lambda: tf.constant([0.1, 2], tf.float16),
        "<tf.Tensor: shape=(2,), dtype=float16, numpy=array([0.1, 2. ], dtype=float16)>",
        "tf.Tensor([0.1 2. ], shape=(2,), dtype=float16)",
    ),
    "bfloat16": (
        lambda: tf.constant([[1, 2.5], [3, 4]], tf.bfloat16),
        """<tf.Tensor: shape=(2, 2), dtype=bfloat16, numpy=
array([[1, 2.5],
       [3, 4]], dtype=bfloat16)>""",
        """tf.Tensor(
[[1 2.5]
 [3 4]], shape=(2, 2), dtype=bfloat16)""",
    ),
    "strings": (
        lambda: tf.constant([["a", "bcd"], ["é", ""]]),
        r"""<tf.Tensor: shape=(2, 2), dtype=string, numpy=
array([[b'a', b'bcd'],
       [b'\xc3\xa9', b'']], dtype=object)>""",
        r"""tf.Tensor(
[[b'a' b'bcd']
 [b'\xc3\xa9' b'']], shape=(2, 2), dtype=string)""",
    ),
    "strings with zeros at the end": (
        lambda: tf.constant([b"a\x00", b"b"]),
        r"<tf.Tensor: shape=(2,), dtype=string, numpy=array([b'a\x00', b'b'], dtype=object)>",
        r"tf.Tensor([b'a\x00' b'b'], shape=(2,), dtype=string)",
    ),
    "empty": (
        lambda: tf.constant([], tf.float32),
        "<tf.Tensor: shape=(0,), dtype=float32, numpy=array([], dtype=float32)>",
        "tf.Tensor([], shape=(0,), dtype=float32)",
    ),
    "empty strings": (
        lambda: tf.constant([], tf.string),
        "<tf.Tensor: shape=(0,), dtype=string, numpy=array([], dtype=object)>",
        "tf.Tensor([], shape=(0,), dtype=string)",
    ),
    "empty matrix": (
        lambda: tf.constant(np.zeros([3, 0], np.float32)),
        "<tf.Tensor: shape=(3, 0), dtype=float32, numpy=array([], shape=(3, 0), dtype=float32)>",
        "tf.Tensor([], shape=(3, 0), dtype=float32)",
    ),
    "wide range": (
        lambda: tf.constant([1e-10, 1.0]),
        "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1.e-10, 1.e+00], dtype=float32)>",
        "tf.Tensor([1.e-10 1.e+00], shape=(2,), dtype=float32)",
    ),
    "nan and inf": (
        lambda: tf.constant([float("nan"), float("inf"), -1]),
        "<tf.Tensor: shape=(3,), dtype=float32, numpy=array([nan, inf, -1.], dtype=float32)>",
        "tf.Tensor([nan inf -1.], shape=(3,), dtype=float32)",
    ),
    "a vector of several lines": (
        lambda: tf.constant(np.arange(30, dtype=np.float32) * np.float32(1.1)),
        """<tf.Tensor: shape=(30,), dtype=float32, numpy=
array([ 0.       ,  1.1      ,  2.2      ,  3.3000002,  4.4      ,
        5.5      ,  6.6000004,  7.7000003,  8.8      ,  9.900001 ,
       11.       , 12.1      , 13.200001 , 14.3      , 15.400001 ,
       16.5      , 17.6      , 18.7      , 19.800001 , 20.9      ,
       22.       , 23.1      , 24.2      , 25.300001 , 26.400002 ,
       27.5      , 28.6      , 29.7      , 30.800001 , 31.900002 ],
      dtype=float32)>""",
        """tf.Tensor(
[ 0.         1.1        2.2        3.3000002  4.4        5.5
  6.6000004  7.7000003  8.8        9.900001  11.        12.1
 13.200001  14.3       15.400001  16.5       17.6       18.7
 19.800001  20.9       22.        23.1       24.2       25.300001
 26.400002  27.5       28.6       29.7       30.800001  31.900002 ], shape=(30,), dtype=float32)""",
    ),
    "a long string": (
        lambda: tf.constant(["a" * 75, "b"]),
        f"""<tf.Tensor: shape=(2,), dtype=string, numpy=
array([b'{"a" * 75}',
       b'b'], dtype=object)>""",
        f"""tf.Tensor(
[b'{"a" * 75}'
 b'b'], shape=(2,), dtype=string)""",
    ),
}


@pytest.mark.parametrize(("make", "in_repr", "in_str"), ARRAYS.values(), ids=ARRAYS)
def test_array(make: Callable[[], Any], in_repr: str, in_str: str) -> None:
    tensor = make()
    assert repr(tensor) == in_repr
    assert str(tensor) == in_str


def test_long_arrays_are_shortened() -> None:
    vector = tf.constant(np.arange(2000, dtype=np.int32))
    assert (
        str(vector) == "tf.Tensor([   0    1    2 ... 1997 1998 1999], shape=(2000,), dtype=int32)"
    )
    assert repr(vector).startswith("<tf.Tensor: shape=(2000,), dtype=int32, numpy=")
    assert "array([   0,    1,    2, ..., 1997, 1998, 1999]," in repr(vector)
    matrix = tf.constant(np.ones([50, 50], np.float32))
    assert str(matrix) == (
        "tf.Tensor(\n"
        "[[1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " ...\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]\n"
        " [1. 1. 1. ... 1. 1. 1.]], shape=(50, 50), dtype=float32)"
    )


def test_numpy_print_options_apply() -> None:
    with np.printoptions(precision=3, suppress=True):
        assert str(tf.constant([1.23456, 1e-5])) == (
            "tf.Tensor([1.235 0.   ], shape=(2,), dtype=float32)"
        )
        assert repr(tf.constant([1.23456, 1e-5])) == (
            "<tf.Tensor: shape=(2,), dtype=float32, numpy=array([1.235, 0.   ], dtype=float32)>"
        )
        assert str(tf.constant(1.23456789)) == "tf.Tensor(1.2345679, shape=(), dtype=float32)"
    with np.printoptions(threshold=5, edgeitems=1):
        assert str(tf.constant(["a"] * 10)) == (
            "tf.Tensor([b'a' ... b'a'], shape=(10,), dtype=string)"
        )
    with np.printoptions(formatter={"float": lambda value: f"<{value:.1f}>"}):
        assert str(tf.constant([1.0])) == "tf.Tensor([<1.0>], shape=(1,), dtype=float32)"
        assert str(tf.constant(1.0)) == "tf.Tensor(1.0, shape=(), dtype=float32)"


def test_text_is_that_of_the_numpy_array() -> None:
    generator = np.random.default_rng(1)
    for dtype in (np.float32, np.float64, np.int16, np.complex64, np.bool_):
        for shape in ((4,), (3, 7), (2, 3, 4), (1, 2, 1, 2), (40,), (0, 2)):
            array = (generator.normal(size=shape) * 100).astype(dtype)
            tensor = tf.constant(array)
            text = repr(array)
            newline = "\n" if "\n" in text else ""
            assert repr(tensor).endswith(f"numpy={newline}{text}>")
            text = str(array)
            newline = "\n" if "\n" in text else ""
            name = np.dtype(dtype).name
            assert str(tensor) == f"tf.Tensor({newline}{text}, shape={shape}, dtype={name})"


# tensor, format specification, text; an exception class where it raises
FORMATS: list[tuple[Any, str, Any]] = [
    (3.14159, ".2f", "3.14"),
    (3.14159, "", "3.141590118408203"),
    (3.0, ">8", "     3.0"),
    (1234.5, ",.1f", "1,234.5"),
    (3, "5d", "    3"),
    (3, ".2f", "3.00"),
    (255, "x", "ff"),
    (True, "", "True"),
    (True, "d", "1"),
    (1 + 2j, ".1f", "1.0+2.0j"),
    ("a", "", "b'a'"),
    ("a", ">5", TypeError),
    (3.0, "s", ValueError),
    (3.0, "zzz", ValueError),
    ([1.0, 2.0], "", "[1. 2.]"),
    ([[1, 2], [3, 4]], "", "[[1 2]\n [3 4]]"),
    (["a", "b"], "", "[b'a' b'b']"),
    ([1.0, 2.0], ".2f", TypeError),
    ([1, 2], ">10", TypeError),
]


@pytest.mark.parametrize(("value", "specification", "expected"), FORMATS, ids=repr)
def test_format(value: Any, specification: str, expected: Any) -> None:
    tensor = tf.constant(value)
    if isinstance(expected, str):
        assert format(tensor, specification) == expected
        return
    with pytest.raises(expected):
        format(tensor, specification)


def test_older_formatting() -> None:
    assert "%s" % tf.constant(1.0) == "tf.Tensor(1.0, shape=(), dtype=float32)"  # noqa: UP031
    assert "%r" % tf.constant(1.0) == "<tf.Tensor: shape=(), dtype=float32, numpy=1.0>"  # noqa: UP031
    assert "%.2f" % tf.constant(1.0) == "1.00"  # noqa: UP031
    assert "%d" % tf.constant(1) == "1"  # noqa: UP031
    assert f"{tf.constant(1)!s:>40}" == " " + "tf.Tensor(1, shape=(), dtype=int32)".rjust(39)


def test_print(capsys: pytest.CaptureFixture[str]) -> None:
    print(tf.constant(1.0), [tf.constant([1, 2])])
    assert capsys.readouterr().out == (
        "tf.Tensor(1.0, shape=(), dtype=float32) "
        "[<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 2], dtype=int32)>]\n"
    )
