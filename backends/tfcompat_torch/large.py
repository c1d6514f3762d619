"""Large arrays in the processor's memory, for which there is something faster than PyTorch's op.

NumPy has vector loops for comparisons, and where the processor has AVX-512 for functions, too.
They run here in as many threads as PyTorch has. oneDNN multiplies matrices twice as fast as MKL
does on processors that are not Intel's. Small arrays, recorded ones, those of a GPU and those
without values stay PyTorch's.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._src import threads
from tfcompat._src.memory import aligned
from tfcompat._src.sums import MOST_IN_A_ROW, squares

from .derivative import derived

Kernel = Callable[..., torch.Tensor]
Array = np.ndarray[Any, Any]

LARGE = 1 << 15
#: The same for functions that PyTorch computes element by element.
FEWER = 1 << 12
_QUICK = 8  # A comparison takes a fraction of a function's time.
_SINGLE = frozenset({torch.float32})
_FLOATS = frozenset({torch.float32, torch.float64})
_COMPARED = _FLOATS | {torch.int8, torch.int16, torch.int32, torch.int64, torch.uint8}
_NUMPY = {torch.float32: np.float32, torch.float64: np.float64, torch.bool: np.bool_}
_BITS = {1: torch.int8, 2: torch.int16, 4: torch.int32, 8: torch.int64}


def room(shape: tuple[int, ...], native: torch.dtype) -> torch.Tensor:
    """`torch.empty` of many elements, where the last large array of this size lay if it is gone.

    PyTorch's own has aligned blocks cut out of larger ones, which are too small for the next array
    when they are free again: that is then new memory, where each page comes from the system.
    """
    return torch.from_numpy(aligned(shape, _NUMPY[native]))


def _room_like(x: torch.Tensor, native: torch.dtype) -> torch.Tensor:
    if x.numel() < LARGE or not x.is_contiguous():
        return torch.empty_like(x, dtype=native)
    return room(tuple(x.shape), native)


def _filled(
    ufunc: Any, inputs: tuple[torch.Tensor, ...], native: torch.dtype, quick: int = 1
) -> torch.Tensor:
    """The ufunc of arrays of one shape, or of some beside single elements."""
    like = inputs[0] if len(inputs) == 1 else max(inputs, key=torch.Tensor.numel)
    found = _room_like(like, native)
    arrays = [x.numpy() for x in inputs]
    out = found.numpy()
    work = out.size // quick
    if _threads(work) < 2 or not all([a.flags.c_contiguous for a in (*arrays, out)]):
        with np.errstate(all="ignore"):
            ufunc(*arrays, out=out)
        return found
    arrays = [a.reshape(-1) for a in arrays]
    flat = out.reshape(-1)

    def part(low: int, high: int) -> None:
        ufunc(*[a if a.size == 1 else a[low:high] for a in arrays], out=flat[low:high])

    in_parts(part, flat.size, work)
    return found


def _threads(size: int) -> int:
    return min(torch.get_num_threads(), threads.MOST_THREADS, size // threads.SHARE)


def in_parts(work: Callable[[int, int], None], count: int, size: int, shares: int = 4) -> None:
    """`work(first, last)` on parts of `count` rows, of `size` elements in all, in some threads.

    There are `shares` parts a thread.
    """
    threads.in_parts(work, count, _threads(size), shares)


def function(kernel: Kernel, ufunc: Any, least: int = LARGE) -> Kernel:
    """An element-wise function of one input, or of two of one shape.

    least: from so many elements on NumPy takes less time.
    """

    def run(x: torch.Tensor, y: torch.Tensor | None = None) -> torch.Tensor:
        if x.numel() < least or x.requires_grad or not x.is_cpu or x.dtype not in _SINGLE:
            return kernel(x) if y is None else kernel(x, y)
        inputs = (x,) if y is None else (x, y)
        if not threads.has_vector_functions():
            return kernel(*inputs)
        if y is not None and (y.shape != x.shape or y.requires_grad):
            return kernel(x, y)
        try:
            if x.numel() < LARGE and y is None:
                # What is quick for few numbers raises no flag for any float: nothing to silence.
                return torch.from_numpy(ufunc(x.numpy()))
            return _filled(ufunc, inputs, x.dtype)
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            return kernel(*inputs)

    run.__name__ = ufunc.__name__
    return run


def expm1_below_zero(x: torch.Tensor) -> torch.Tensor | None:
    """exp(min(x, 0)) - 1 as new memory, where x is large and NumPy has a vector loop for it."""
    if (
        x.numel() < LARGE
        or not x.is_cpu
        or x.dtype not in _SINGLE
        or not threads.has_vector_functions()
    ):
        return None
    try:
        x.numpy()
    except RuntimeError:
        # A tensor that stands for many, of torch.vmap, or that is recorded.
        return None
    found = torch.clamp_max(x, 0, out=_room_like(x, x.dtype))
    array = found.numpy()
    flat = array.reshape(-1) if array.flags.c_contiguous else array

    def part(low: int, high: int) -> None:
        np.expm1(flat[low:high], out=flat[low:high])

    in_parts(part, len(flat), array.size)
    return found


def test(kernel: Kernel, ufunc: Any) -> Kernel:
    """A truth about each float."""

    def run(x: torch.Tensor) -> torch.Tensor:
        if x.numel() < LARGE or not x.is_cpu or x.dtype not in _FLOATS:
            return kernel(x)
        try:
            return _filled(ufunc, (x,), torch.bool, _QUICK)
        except RuntimeError:
            return kernel(x)

    run.__name__ = ufunc.__name__
    return run


def comparison(kernel: Kernel, ufunc: Any) -> Kernel:
    """A comparison of two inputs."""

    def run(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        if x.numel() < LARGE or x.dtype not in _COMPARED or not x.is_cpu:
            return kernel(x, y)
        if y.dtype is not x.dtype or not y.is_cpu or not (y.shape == x.shape or not y.dim()):
            return kernel(x, y)
        try:
            return _filled(ufunc, (x, y), torch.bool, _QUICK)
        except RuntimeError:
            return kernel(x, y)

    run.__name__ = ufunc.__name__
    return run


def nowhere_zero(x: torch.Tensor) -> bool:
    """Whether an array is large and has no 0, so that nothing needs to be chosen for zeros."""
    if x.numel() < LARGE or x.requires_grad or not x.is_cpu or x.dtype not in _FLOATS:
        return False
    try:
        return not (x.numpy() == 0).any()
    except RuntimeError:
        return False


def all_finite(x: torch.Tensor) -> bool:
    """Whether all elements are, and their sum or its squares', as far as that is quick to say."""
    if not x.is_cpu:
        return False
    try:
        small = x.numel() <= MOST_IN_A_ROW and x.dtype in _FLOATS
        total = float(squares(x.numpy())) if small else x.sum().item()
    except RuntimeError:
        return False
    # Of real numbers and of complex ones.
    return bool(total - total == 0)


def sum_of_squares(x: torch.Tensor) -> torch.Tensor:
    """Without an array of the squares, where there is none that a derivative asks for."""
    if x.numel() < LARGE or x.requires_grad or not x.is_cpu or x.dtype not in _FLOATS:
        return torch.square(x).sum()
    try:
        array = x.numpy()
    except RuntimeError:
        return torch.square(x).sum()
    with np.errstate(all="ignore"):
        return torch.from_numpy(np.asarray(squares(array)))


# ----------------------------------------------------------------------------------------- choice
def where(condition: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """`torch.where`, which for large arrays waits for every element's condition."""
    if condition.numel() < LARGE or not condition.is_cpu or x.dtype is not y.dtype:
        return torch.where(condition, x, y)
    shape = condition.shape
    if x.shape != shape and (x.dim() or y.shape != shape):
        return torch.where(condition, x, y)
    if y.shape != shape and y.dim():
        return torch.where(condition, x, y)
    if x.is_complex() or condition.dtype is not torch.bool:
        return torch.where(condition, x, y)
    return _where(condition, x, y)


def _by_bits(condition: torch.Tensor, x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    bits = _BITS[x.element_size()]
    try:
        first, second = x.view(bits), y.view(bits)
    except RuntimeError:
        # What is not stored as it reads: the imaginary part of what was conjugated.
        return torch.where(condition, x, y)
    found = torch.bitwise_xor(first, second).mul_(condition).bitwise_xor_(second)
    return found.view(x.dtype)


def _where_gradient(
    g: torch.Tensor, z: torch.Tensor, condition: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[None, torch.Tensor | None, torch.Tensor | None]:
    zero = torch.zeros((), dtype=g.dtype)
    by_x = where(condition, g, zero) if x.requires_grad else None
    return None, by_x, where(condition, zero, g) if y.requires_grad else None


_where = derived(_by_bits, _where_gradient)


# --------------------------------------------------------------------------------------- matrices
linear = getattr(getattr(torch.ops, "mkldnn", None), "_linear_pointwise", None)
# From so many elements of either matrix and so many multiplications on oneDNN is faster. Where
# there is AVX-512 MKL has loops for it on any processor, and oneDNN gains with larger ones alone.
# A first matrix that is turned it copies, which only many columns of the second one are worth.
_MATRIX, _PRODUCT = 1 << 12, 1 << 21
_LARGE_PRODUCT, _LARGE_TURNED, _MANY_COLUMNS = 1 << 24, 1 << 26, 1 << 10
# AMD's processors from this family on (Zen 5) compute with 512 bits at once; MKL's loops do not.
_WIDE_AMD, _SOME_COLUMNS = 26, 128


def matmul(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """`torch.matmul`."""
    rank = b.dim()
    if a.numel() < _MATRIX or _is_few(a, b) or not _is_plain(a) or not _is_plain(b):
        if rank == 2 and a.dim() == 2:
            return torch.mm(a, b)
        if rank == 3 and a.dim() == 3 and a.shape[0] == b.shape[0]:
            return torch.bmm(a, b)
        return torch.matmul(a, b)
    if rank == 2 and a.dim() >= 2:
        return _product(a, b)
    if a.requires_grad or b.requires_grad:
        return torch.matmul(a, b)
    if rank == 3 and a.dim() == 3 and len(a) == len(b) and a[0].numel() * b.shape[-1] >= _PRODUCT:
        found = a.new_empty(len(a), a.shape[1], b.shape[2])
        for x, y, z in zip(a.unbind(), b.unbind(), found.unbind(), strict=True):
            # Moved while it is in the cache.
            z.copy_(product(x, y))
        return found
    return torch.matmul(a, b)


def _is_few(a: torch.Tensor, b: torch.Tensor) -> bool:
    """Whether oneDNN gains nothing."""
    work = a.numel() * b.shape[-1]
    if work < _PRODUCT or a.numel() < _MATRIX or b.numel() < _MATRIX:
        return True
    if not threads.has_vector_functions():
        return False
    if amd_family() >= _WIDE_AMD:
        return a.stride(-1) != 1 and b.shape[-1] < _SOME_COLUMNS
    if a.stride(-1) == 1:
        return work <= _LARGE_PRODUCT
    return work <= _LARGE_TURNED or b.shape[-1] < _MANY_COLUMNS


def _is_plain(x: torch.Tensor) -> bool:
    return x.dtype is torch.float32 and x.is_cpu


def product(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    """The product of large matrices of float32, of which the first may be a stack."""
    if a.shape[-1] != b.shape[0] or not _has_onednn():
        return torch.matmul(a, b)
    try:
        # A tensor that stands for many, of torch.vmap, has no address.
        a.data_ptr(), b.data_ptr()
        return linear(a, b.mT, None, "none", [], "")  # type: ignore[misc]
    except (RuntimeError, TypeError):
        return torch.matmul(a, b)


def _product_gradient(
    g: torch.Tensor, y: None, a: torch.Tensor, b: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor | None]:
    by_a = matmul(g, b.mT) if a.requires_grad else None
    if not b.requires_grad:
        return by_a, None
    rows, columns = a.reshape(-1, a.shape[-1]), g.reshape(-1, g.shape[-1])
    return by_a, matmul(rows.mT, columns)


_product = derived(product, _product_gradient, keeps=False)


@functools.cache
def _has_onednn() -> bool:
    """Whether it is there, and MKL is not at home here."""
    return linear is not None and torch.backends.mkldnn.is_available() and not is_intel()


@functools.cache
def _processor() -> str:
    """The system's description of the first processor; nothing where it has none."""
    try:
        with open("/proc/cpuinfo") as lines:
            return lines.read(4096)
    except OSError:
        return ""


@functools.cache
def is_intel() -> bool:
    """Whether the processor is Intel's, as far as that can be told, for which MKL is made."""
    return not _processor() or "GenuineIntel" in _processor()


@functools.cache
def amd_family() -> int:
    """The number of the family where the processor is AMD's; 0 for others."""
    found = re.search(r"^cpu family\s*:\s*(\d+)", _processor(), re.MULTILINE)
    return int(found[1]) if found and "AuthenticAMD" in _processor() else 0
