"""Kernels for products of matrices."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import torch

from . import large

matmul = large.matmul


def _turned(x: torch.Tensor, how: int) -> torch.Tensor:
    return x.mH if how == 2 else x.mT if how else x


def matmul_with(a: torch.Tensor, b: torch.Tensor, turn_a: int, turn_b: int) -> torch.Tensor:
    if turn_a:
        a = _turned(a, turn_a)
    return large.matmul(a, b.mT if turn_b == 1 else _turned(b, turn_b))


def integer_matmul(a: torch.Tensor, b: torch.Tensor, turn_a: int, turn_b: int) -> torch.Tensor:
    a, b = _turned(a, turn_a), _turned(b, turn_b)
    if a.is_cuda:
        # There PyTorch multiplies no matrices of integers.
        return (a.unsqueeze(-1) * b.unsqueeze(-3)).sum(-2, dtype=a.dtype)
    return torch.matmul(a, b)


def matvec(a: torch.Tensor, b: torch.Tensor, turn: int) -> torch.Tensor:
    if not turn and a.dim() == 2 and b.dim() == 1 and b.is_floating_point():
        return torch.mv(a, b)
    b = b.unsqueeze(-1)
    product = integer_matmul if not (b.is_floating_point() or b.is_complex()) else matmul_with
    return product(a, b, turn, 0).squeeze(-1)


def tensordot(
    a: torch.Tensor, b: torch.Tensor, of_a: tuple[int, ...], of_b: tuple[int, ...]
) -> torch.Tensor:
    if of_a == tuple(range(a.dim() - len(of_a), a.dim())) and of_b == tuple(range(len(of_b))):
        if b.dtype is torch.float32 and len(of_a) == 1 and b.dim() == 2 and a.dim() > 1:
            return large.matmul(a, b)
    if b.is_floating_point() or b.is_complex() or not b.is_cuda:
        return torch.tensordot(a, b, (of_a, of_b))
    a = a.movedim(of_a, tuple(range(-len(of_a), 0)))
    b = b.movedim(of_b, tuple(range(len(of_b))))
    outer = a.shape[: a.dim() - len(of_a)], b.shape[len(of_b) :]
    inner = b.shape[: len(of_b)].numel()
    product = integer_matmul(a.reshape(-1, inner), b.reshape(inner, -1), 0, 0)
    return product.reshape(*outer[0], *outer[1])


@lru_cache(maxsize=256)
def _is_product(equation: str) -> bool:
    """Whether it is that of two matrices, or of a stack of them and one."""
    terms, _, result = equation.partition("->")
    a, _, b = terms.partition(",")
    letters = a + b[1:]
    return (
        letters.isalpha()
        and len(a) >= 2 == len(b)
        and len(set(letters)) == len(letters)
        and a[-1] == b[0]
        and result == a[:-1] + b[1]
    )


def einsum(*args: Any) -> torch.Tensor:
    *arrays, equation = args
    first = arrays[0]
    if first.dtype is torch.float32 and _is_product(equation):
        return large.matmul(first, arrays[1])
    if first.is_cuda and not (first.is_floating_point() or first.is_complex()):
        return _integer_einsum(equation, arrays)
    found = torch.einsum(equation, arrays)
    # A sum of int32 alone is int64.
    return found if found.dtype is first.dtype else found.to(first.dtype)


def _integer_einsum(equation: str, arrays: list[torch.Tensor]) -> torch.Tensor:
    # One operand at a time PyTorch needs no product of matrices: bring all to one set of axes.
    subscripts, result = equation.split("->")
    terms = subscripts.split(",")
    labels = sorted({c for term in terms for c in term if c.isalpha()})
    dots = "..." if "..." in subscripts else ""
    product: Any = 1
    for term, x in zip(terms, arrays, strict=True):
        kept = "".join([c for c in labels if c in term])
        x = torch.einsum(f"{term}->{'...' if '...' in term else ''}{kept}", x)
        rank = x.dim() - len(kept)
        sizes = iter(x.shape[rank:])
        product = product * x.reshape(
            *x.shape[:rank], *[next(sizes) if c in kept else 1 for c in labels]
        )
    return torch.einsum(f"{dots}{''.join(labels)}->{result}", product)


def matrix_transpose(x: torch.Tensor, turn: int) -> torch.Tensor:
    return _turned(x, turn)


def cross(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.linalg.cross(a, b)
