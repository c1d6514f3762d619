"""Kernels on the rows of arrays: one of them, and programs of one after the other or of all."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch

from . import large, rounds, small
from .control import joined

Tensors = tuple[torch.Tensor, ...]


def put_row(rows: torch.Tensor, index: torch.Tensor, row: torch.Tensor) -> torch.Tensor:
    return rows.index_copy(0, index.reshape(1).long(), row.unsqueeze(0))


def take_row(rows: torch.Tensor, index: torch.Tensor) -> torch.Tensor:
    return rows.index_select(0, index.reshape(1).long()).squeeze(0)


Products = list[tuple[int, int]]
# None where a program has no such products: held by itself, it would never go.
_APART: weakref.WeakKeyDictionary[Any, tuple[Any, Products] | None] = weakref.WeakKeyDictionary()


def _without_products(body: Any, carried: int, rows: int) -> tuple[Any, Products]:
    """A program without its products of a row and a matrix, which are rows of their own instead.

    One product of all rows costs less than a product of each, and so does its derivative. Gives the
    columns and the other arguments that are multiplied, too.
    """
    if body not in _APART:
        products = _products(body, carried, rows)
        _APART[body] = body.without(products, carried + rows) if products else None
    return _APART[body] or (body, [])


def _products(body: Any, carried: int, rows: int) -> dict[int, tuple[int, int]]:
    """By the number of an instruction: which column it multiplies, and by which other argument."""
    columns = {slot: i for i, slot in enumerate(body.leaves[carried : carried + rows])}
    others = {slot: i for i, slot in enumerate(body.leaves[carried + rows : len(body.inputs)])}
    found = {}
    for n, op in enumerate(body.instructions):
        if getattr(op, "kernel", None) is large.matmul and op.differentiable and not op.attrs:
            row, matrix = op.ins
            if row in columns and matrix in others and body.rank(row) == body.rank(matrix) == 2:
                found[n] = columns[row], others[matrix]
    return found


def scan(*args: Any) -> Tensors:
    *xs, body, carried, rows, backwards = args
    values, columns = tuple(xs[:carried]), xs[carried : carried + rows]
    others = xs[carried + rows :]
    count = columns[0].shape[0]
    if any(x.is_meta for x in xs):
        # As many steps as it takes until every result depends on what it may depend on.
        for _ in range(min(count, carried + 2)):
            found = body.pure(*values, *[column[0] for column in columns], *others)
            values = found[:carried]
        stacked = [y.unsqueeze(0).expand(count, *y.shape) for y in found[carried:]]
        return _connected(body, carried, xs, (*values, *[y.clone() for y in stacked]))
    if not any([x.requires_grad for x in xs]):
        found = small.scan(body, values, columns, others, backwards)
        if found is not None:
            return found
    body, products = _without_products(body, carried, rows)
    columns = [*columns, *[large.matmul(columns[i], others[j]) for i, j in products]]
    factors = [(carried + i, carried + rows + j) for i, j in products]
    loop = _Scan(body, carried, len(columns), backwards, factors)
    xs = [*values, *columns, *others]
    if count > _A_FEW and any([x.requires_grad for x in xs]):
        found = rounds.run(loop, tuple(xs))
        if found is not None:
            return found
    return loop.anew(xs)


# So many rounds are run and differentiated before their code is written.
_A_FEW = 4


@dataclass(eq=False)
class _Scan:
    """A loop over the rows of columns, which gives a row of each of its other results."""

    body: Any
    carried: int
    rows: int
    backwards: bool
    # The numbers of what is multiplied, among the inputs without the products.
    products: Sequence[tuple[int, int]] = ()

    def forward(self, step: Callable[..., Tensors], xs: Sequence[torch.Tensor]) -> Tensors:
        state = tuple(xs[: self.carried])
        columns = xs[self.carried : self.carried + self.rows]
        collected = []
        # Not one by one: autograd would make a column of zeros for each row.
        rows_of_all = list(zip(*[column.unbind(0) for column in columns], strict=True))
        for row in reversed(rows_of_all) if self.backwards else rows_of_all:
            found = step(*state, *row)
            state = found[: self.carried]
            collected.append(found[self.carried :])
        if self.backwards:
            collected.reverse()
        return (*state, *[torch.stack(column) for column in zip(*collected, strict=True)])

    def anew(self, xs: Sequence[torch.Tensor]) -> Tensors:
        others = xs[self.carried + self.rows :]
        run = self.body.function(any([x.requires_grad for x in xs]))
        results = self.forward(lambda *inputs: run(*inputs, *others), xs)
        return _connected(self.body, self.carried, xs, results)


def _connected(body: Any, carried: int, xs: Sequence[torch.Tensor], results: Tensors) -> Tensors:
    """With a gradient of 0 by what another number of rows would have connected them with."""
    if not any([x.requires_grad for x in xs]):
        return results
    does = [frozenset([i for i in reach if i >= carried]) for reach in body.reach]
    return joined(results, xs, rounds.reached(body, carried, len(xs)), does)


# Programs with branches or loops that depend on values: these cannot take all rows at once.
_SINGLE: weakref.WeakSet[Any] = weakref.WeakSet()


def vectorized(*args: Any) -> Tensors:
    *xs, body, rows = args
    if body not in _SINGLE:
        axes = (0,) * rows + (None,) * (len(xs) - rows)
        try:
            return tuple(torch.func.vmap(body.pure, in_dims=axes)(*xs))
        except RuntimeError:
            # What is wrong with the values, if anything is, is said again below.
            _SINGLE.add(body)
    columns, others = xs[:rows], xs[rows:]
    count = columns[0].shape[0]
    found = [body.pure(*[column[at] for column in columns], *others) for at in range(count)]
    return tuple([torch.stack(column) for column in zip(*found, strict=True)])
