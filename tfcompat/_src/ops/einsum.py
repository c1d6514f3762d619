"""tf.einsum: sums of products named by letters."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.naming import public
from tfcompat._src.ops.common import mismatch
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("linalg")

_ACCEPTED = dtypes.FLOAT_OR_COMPLEX | dtypes.INDEX
_KEYWORDS = {"name", "optimize", "greedy"}
_TERM = r"[a-zA-Z]*(?:\.\.\.)?[a-zA-Z]*"
_EQUATION = re.compile(rf"{_TERM}(?:,{_TERM})*(?:->{_TERM})?")


@public("tfcompat")
def einsum(equation: str, *inputs: Any, **kwargs: Any) -> Tensor:
    """The sum of the products of tensors whose axes are named by letters.

    `ij,jk->ik` multiplies matrices. "..." stands for further axes, which broadcast. Without "->"
    the result has the letters that occur once, in order. Keywords are `name` and `optimize`.

    Raises:
      ValueError: an equation that cannot be read, or another number of inputs than it names.
      InvalidArgumentError: ranks, sizes or dtypes that do not fit.
      NotFoundError: dtypes other than floating, complex, int32 and int64.
      TypeError: an unknown keyword.
    """
    unknown = set(kwargs) - _KEYWORDS
    if unknown:
        raise TypeError(
            f"einsum: received the keywords {sorted(unknown)}; accepted are {sorted(_KEYWORDS)}"
        )
    terms, result = _parse(equation)
    if len(terms) != len(inputs):
        raise ValueError(
            f"einsum: received {len(inputs)} inputs for the equation {equation!r}; expected "
            f"{len(terms)}"
        )
    tensors = _tensors(inputs)
    shapes = [tuple(x._shape) for x in tensors]
    return dispatch.execute(
        kernels.einsum,
        tuple(tensors),
        (_explicit(terms, result, tuple(shapes)),),
        tensors[0]._dtype,
    )


def _tensors(inputs: tuple[Any, ...]) -> list[Tensor]:
    first = to_tensor(inputs[0]) if len(inputs) == 1 else operands(inputs[0], inputs[1])[0]
    tensors = [first, *[operands(first, x)[1] for x in inputs[1:]]]
    for position, x in enumerate(tensors):
        if x._dtype is not first._dtype:
            raise mismatch("Einsum", first, x, position)
    if first._dtype not in _ACCEPTED:
        raise not_found(
            "Einsum",
            f"received {first._dtype.name}; accepted are {sorted(d.name for d in _ACCEPTED)}",
        )
    return tensors


@lru_cache(maxsize=1024)
def _parse(equation: str) -> tuple[tuple[str, ...], str]:
    text = equation.replace(" ", "")
    if not _EQUATION.fullmatch(text):
        raise ValueError(
            f"einsum: received the equation {equation!r}; expected letters and '...' separated by "
            "commas, and at most one '->'"
        )
    subscripts, arrow, result = text.partition("->")
    letters = subscripts.replace(".", "").replace(",", "")
    if not arrow:
        once = "".join(sorted({c for c in letters if letters.count(c) == 1}))
        result = ("..." if "..." in subscripts else "") + once
    shown = result.replace(".", "")
    if len(set(shown)) < len(shown):
        raise ValueError(f"einsum: received {equation!r}; expected each letter of the result once")
    missing = sorted(set(shown) - set(letters))
    if missing:
        raise ValueError(
            f"einsum: received {equation!r}, whose result names {missing}; expected letters that "
            "an input has"
        )
    return tuple(subscripts.split(",")), result


@lru_cache(maxsize=1024)
def _explicit(terms: tuple[str, ...], result: str, shapes: tuple[tuple[int, ...], ...]) -> str:
    """The equation with "..." only where axes stand behind it; checks ranks and sizes."""
    sizes: dict[str, int] = {}
    outer: tuple[int, ...] = ()
    written = []
    for position, (term, shape) in enumerate(zip(terms, shapes, strict=True)):
        before, dots, after = term.partition("...")
        rest = len(shape) - len(before) - len(after)
        if rest < 0 or (rest and not dots):
            raise invalid_argument(
                "Einsum",
                f"received input {position} of rank {len(shape)}; expected rank "
                f"{len(before) + len(after)}{' or more' if dots else ''} for {term!r}",
            )
        ends = len(before), len(shape) - len(after)
        named = zip(before + after, shape[: ends[0]] + shape[ends[1] :], strict=True)
        for axis, (letter, size) in enumerate(named):
            if sizes.setdefault(letter, size) != size:
                raise invalid_argument(
                    "Einsum",
                    f"received input {position} of shape {list(shape)} for {term!r}; expected "
                    f"size {sizes[letter]} for {letter!r} at its letter {axis}, got {size}",
                )
        outer = broadcast_shapes(outer, shape[ends[0] : ends[1]], "Einsum")
        written.append(term if rest else before + after)
    if outer and "..." not in result:
        raise invalid_argument(
            "Einsum",
            f"received a result {result!r} without '...'; expected it, because the inputs have "
            f"{len(outer)} axes there",
        )
    return f"{','.join(written)}->{result if outer else result.replace('...', '')}"
