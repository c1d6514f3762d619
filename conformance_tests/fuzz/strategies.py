"""What the letters of `ops.txt` stand for, as hypothesis strategies.

X  a tensor                       Y  one of its dtype, mostly of a shape that goes with it
V  a vector of the dtype          Q  square matrices of the dtype, mostly well conditioned
W  the same, always so            B  three boxes, as float32
E  pictures, NHWC                 C  a filter for them
J  colour pictures, 0 to 1        O  "SAME" or "VALID"
I  integers, mostly good indices  G  ascending integers, as many as X has rows
M  booleans in the shape of X     P  a Python number
A  an axis                        L  None, an axis or axes
T  all the axes, in some order    H  a shape, or as many integers as X has axes
R  paddings of X                  N  a small integer         F  a float         K  True or False
D  a dtype

Most draws are valid; some are not, and then TensorFlow's refusal is what is expected. What has no
answer to compare is not drawn: NaN to be put in order, for which TensorFlow has no rule, complex
numbers that are not finite, on which libraries differ by quadrant, sums of integers too large, and
what LAPACK, a convolution or a special function makes of NaN and of the ends of the range.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np
from hypothesis import strategies as st

FLOATS = ("float32", "float64", "float16", "bfloat16")
INTEGERS = ("int32", "int64", "int8", "uint8", "int16", "uint16", "uint32", "uint64")
OTHERS = ("bool", "complex64", "complex128")
TENSORS = "XYVQWECJBIGM"
#: Calls that get no NaN, no infinity and no number at the end of a range.
PLAIN = re.compile(
    r"sort|top_k|approx_m|unique|conv|image|dilation|erosion|pool|bincount|cumprod|signal|linalg"
    r"|argm|isotonic|gelu|special|cross|cross_entropy|gcd|lcm|cumulative|quantiz|segment_m|histogram|zeta|gamma|bessel|betainc"
)
LETTER = re.compile(r"\b([A-Z])\b")

Array = np.ndarray[Any, Any]


@dataclass
class Call:
    """A call, whose letters name these arrays."""

    text: str
    arrays: dict[str, Array] = field(default_factory=dict)

    def __repr__(self) -> str:
        tensors = [
            f"{letter} = {a.dtype.name}{list(a.shape)} {a.tolist()}"
            for letter, a in self.arrays.items()
        ]
        return "\n    ".join([self.text, *tensors])


def calls() -> list[str]:
    """The lines of ops.txt."""
    lines = Path(__file__).with_name("ops.txt").read_text().splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def numpy_dtype(name: str) -> np.dtype[Any]:
    return np.dtype(ml_dtypes.bfloat16 if name == "bfloat16" else name)


SIZES = st.sampled_from((0, 1, 1, 2, 2, 3, 3, 4))
SHAPES = st.one_of(
    st.lists(SIZES, max_size=4), st.sampled_from(([2, 3], [3, 3], [2], [], [4, 2], [2, 3, 2]))
)
DTYPES = st.one_of(
    st.just("float32"), st.just("float32"), st.just("int32"), st.sampled_from(FLOATS),
    st.sampled_from(INTEGERS), st.sampled_from(OTHERS),
)  # fmt: skip
SMALL = st.sampled_from((1, 2, 0, 3, -1, 4, -2))


@st.composite
def call(draw: st.DrawFn, text: str) -> Call:
    """Everything that the letters of a line need."""
    found = Call(text)
    dtype = draw(DTYPES)
    shape = draw(SHAPES)
    letters = list(dict.fromkeys(LETTER.findall(text)))
    if "E" in letters:
        shape = draw(st.sampled_from(([1, 4, 4, 2], [2, 3, 5, 1], [1, 2, 2, 3], [0, 4, 4, 2])))
    for letter in letters:
        if letter in TENSORS:
            found.arrays[letter] = draw(tensor(letter, dtype, shape, bool(PLAIN.search(text))))
    found.text = LETTER.sub(
        lambda m: m[1] if m[1] in TENSORS else draw(argument(m[1], shape)), text
    )
    return found


@st.composite
def tensor(draw: st.DrawFn, letter: str, dtype: str, shape: list[int], plain: bool) -> Array:
    """The array of one letter beside an X of this dtype and shape."""
    if letter == "M":
        cut = draw(st.sampled_from((len(shape), len(shape), 1)))
        return draw(values("bool", shape[:cut]))
    if letter == "I":
        place = draw(st.lists(st.sampled_from((1, 2, 3)), max_size=2))
        most = max(min(shape, default=1), 1)
        low = draw(st.sampled_from((0, 0, 0, -1)))
        dtype = draw(st.sampled_from(("int32", "int32", "int64", "float32")))
        return draw(filled(place, st.integers(low, most - (low == 0)))).astype(dtype)
    if letter == "G":
        rows = draw(st.sampled_from((*shape[:1] * 4, 2)))
        ascending = np.sort(draw(filled([rows], st.integers(0, 3))))
        return (ascending - draw(st.sampled_from((0, 0, 0, 1)))).astype(
            draw(st.sampled_from(("int32", "int64")))
        )
    if letter == "B":
        corners = draw(filled([3, 2, 2], st.integers(0, 8))).astype(np.float32) / 8
        return np.sort(corners, 1).reshape(3, 4)
    if letter == "J":
        sizes = draw(st.sampled_from(([4, 4, 3], [2, 3, 3], [1, 3, 4, 3], [2, 2, 2, 3])))
        part = draw(filled(sizes, st.integers(0, 16))).astype(np.float64)
        real = numpy_dtype(dtype).kind not in "biu"
        return (part / 16 if real else part * 7).astype(numpy_dtype(dtype))
    if letter == "W":
        side = draw(st.sampled_from((1, 2, 3)))
        part = draw(values(dtype, [*draw(st.sampled_from(([], [], [2]))), side, side], True))
        if part.dtype.kind == "b":
            return part
        with np.errstate(all="ignore"):
            return (
                part % 3 + 8 * np.eye(side, dtype=part.dtype)
                if part.dtype.kind != "c"
                else (part + 12 * np.eye(side, dtype=part.dtype))
            )
    if letter == "Q":
        side = draw(st.sampled_from((1, 2, 3)))
        lead = draw(st.sampled_from(([], [2])))
        part = draw(values(dtype, [*lead, side, side], plain))
        if draw(st.booleans()) and np.dtype(part.dtype).kind != "b":
            with np.errstate(all="ignore"):
                return (np.eye(side) * 4 + part.astype(np.complex128).real % 1).astype(part.dtype)
        return part
    if letter == "C":
        return draw(values(dtype, [draw(st.sampled_from((1, 2, 3))), 2, shape[-1], 2], plain))
    if letter == "V":
        return draw(values(dtype, [draw(st.sampled_from((*shape[-1:] * 3, 3)))], plain))
    if letter == "Y":
        shape = draw(st.sampled_from((shape, shape, shape[::-1], [1] * len(shape), shape[1:], [2])))
    return draw(values(dtype, shape, plain))


@st.composite
def filled(draw: st.DrawFn, shape: list[int], elements: st.SearchStrategy[Any]) -> Array:
    size = int(np.prod(shape))
    drawn = draw(st.lists(elements, min_size=size, max_size=size))
    # As objects: NumPy would make floats of some of uint64.
    return np.array(drawn, np.object_).reshape(shape)


@st.composite
def values(draw: st.DrawFn, dtype: str, shape: list[int], plain: bool = False) -> Array:
    """An array of the dtype: mostly small numbers, sometimes the ends of its range and NaN."""
    native = numpy_dtype(dtype)
    if dtype == "bool":
        return draw(filled(shape, st.booleans())).astype(bool)
    if dtype in INTEGERS:
        info = np.iinfo(native)
        low = -5 if info.min < 0 else 0
        small, ends = st.integers(low, 6), st.sampled_from((info.min, info.max))
    else:
        small = st.sampled_from([n / 4 for n in range(-10, 13)])
        about = ml_dtypes.finfo(native if native.kind != "c" else np.float32)
        tiny, huge = float(about.smallest_normal), float(about.max)
        special = (float("nan"), float("inf"), float("-inf"), -0.0, tiny, huge, -huge)
        ends = st.sampled_from(special)
    rare = not plain and native.kind != "c" and draw(st.sampled_from((False, False, False, True)))
    found = draw(filled(shape, st.one_of(small, ends) if rare else small))
    if native.kind == "c":
        imaginary = draw(filled(shape, small)).astype(np.float64)
        return (found.astype(np.complex128) + 1j * imaginary).astype(native)
    if dtype in INTEGERS:
        return found.astype(native)
    with np.errstate(all="ignore"):
        return found.astype(native)


@st.composite
def argument(draw: st.DrawFn, letter: str, shape: list[int]) -> str:
    """A Python value, as its text."""
    rank = len(shape)
    axis = st.integers(-rank, max(rank - 1, 0))
    wrong = st.integers(-rank - 1, rank)
    if letter == "A":
        return repr(draw(st.one_of(axis, axis, axis, wrong)))
    if letter == "L":
        several = st.lists(axis, max_size=3)
        return repr(draw(st.one_of(st.none(), axis, axis, several, wrong)))
    if letter == "T":
        some = st.lists(wrong, max_size=3)
        return repr(draw(st.one_of(*[st.permutations(list(range(rank)))] * 3, some)))
    if letter == "H":
        same = st.lists(SMALL, min_size=rank, max_size=rank)
        size = int(np.prod(shape))
        choices = ([size], [-1], shape[::-1], [2, *shape], [1, -1])
        return repr(draw(st.one_of(same, st.sampled_from(choices), st.lists(SMALL, max_size=3))))
    if letter == "R":
        pair = st.lists(st.sampled_from((0, 1, 1, 2, -1)), min_size=2, max_size=2)
        return repr(draw(st.lists(pair, min_size=rank, max_size=rank)))
    if letter == "D":
        return f"tf.{draw(DTYPES)}"
    if letter == "P":
        numbers = st.sampled_from((2, 2.5, -1, 0, 0.0, True, 300, [1, 2], [1.5], 1j, "a"))
        return repr(draw(numbers))
    if letter == "F":
        return repr(draw(st.sampled_from((0.5, 1.0, 0.0, -0.5, 2.5))))
    if letter == "O":
        return draw(st.sampled_from(('"SAME"', '"VALID"')))
    if letter == "K":
        return repr(draw(st.booleans()))
    return repr(draw(SMALL))
