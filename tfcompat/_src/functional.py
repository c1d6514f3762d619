"""tf.foldl, tf.foldr, tf.scan, tf.map_fn and tf.vectorized_map: loops over the rows of tensors.

`parallel_iterations`, `back_prop` and `swap_memory` mean something only in graphs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from tfcompat._src import batches, nest
from tfcompat._src.autograph.context import callback
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument, out_of_range
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import stack, unstack
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec, as_tensor, is_composite, type_spec_from_value

_Step = Callable[[Any, Any], Any]


def _checked(fn: Any, op: str) -> Any:
    if not callable(fn):
        raise TypeError(f"{op}: received fn={fn!r}; fn must be callable")
    return callback(fn)


def _rows(elems: Any, op: str) -> list[Any]:
    """The structures of rows, in order; all tensors must have as many as the first."""
    columns = []
    for item in nest.flatten(elems):
        tensor = to_tensor(item)
        if not tensor._shape:
            raise IndexError(f"{op}: received a scalar in elems; expected rank 1 or more")
        columns.append(tensor)
    count = columns[0]._shape[0]
    for column in columns:
        if column._shape[0] != count:
            raise ValueError(
                f"{op}: received elems with {count} and with {column._shape[0]} rows; expected as "
                "many in all"
            )
    if not count:
        return []
    lists = [list(unstack(column)) for column in columns]
    return [nest.pack_sequence_as(elems, list(row)) for row in zip(*lists, strict=True)]


def _first(rows: list[Any], initializer: Any, op: str) -> tuple[Any, list[Any]]:
    """What the loop starts with, and the rows that are left."""
    if initializer is not None:
        return initializer, rows
    if not rows:
        raise out_of_range(
            op, "Tried to read from index 0 but array size is: 0; give an initializer"
        )
    return rows[0], rows[1:]


def _fold(fn: _Step, elems: Any, initializer: Any, backwards: bool, op: str) -> Any:
    fn = _checked(fn, op)
    if tracing.current() is not None:
        from tfcompat._src.function import row_loops

        return row_loops.folded(fn, elems, initializer, backwards, False, op, None)
    rows = _rows(elems, op)
    if backwards:
        rows.reverse()
    value, rows = _first(rows, initializer, op)
    for row in rows:
        found = fn(value, row)
        nest.assert_same_structure(value, found)
        value = found
    return nest.map_structure(to_tensor, value)


@public("tfcompat")
def foldl(
    fn: _Step,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """What is left of `value = fn(value, row)` over the rows from first to last.

    The first value is `initializer`, or else the first row.

    Raises:
      OutOfRangeError: there are no rows and no initializer.
      ValueError: `fn` returns another structure, or the numbers of rows differ.
    """
    return _fold(fn, elems, initializer, False, "foldl")


@public("tfcompat")
def foldr(
    fn: _Step,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    name: str | None = None,
) -> Any:
    """As `foldl`, over the rows from last to first."""
    return _fold(fn, elems, initializer, True, "foldr")


@public("tfcompat")
def scan(
    fn: _Step,
    elems: Any,
    initializer: Any = None,
    parallel_iterations: int = 10,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """All values of `value = fn(value, row)` over the rows, stacked.

    The first value is `initializer`, or else the first row, which is then part of the result.
    `reverse` goes from the last row to the first; each value stays at the place of its row.

    Raises:
      InvalidArgumentError: `fn` returns another dtype than the first value's.
      OutOfRangeError: there are no rows and no initializer.
      ValueError: it returns another structure or shape, or the numbers of rows differ.
    """
    fn = _checked(fn, "scan")
    if tracing.current() is not None:
        from tfcompat._src.function import row_loops

        return row_loops.folded(fn, elems, initializer, reverse, True, "scan", name)
    rows = _rows(elems, "scan")
    if reverse:
        rows.reverse()
    value, rest = _first(rows, initializer, "scan")
    like = value = nest.map_structure(to_tensor, value)
    flat = nest.flatten(value)
    collected = [[item] if initializer is None else [] for item in flat]
    for row in rest:
        value = fn(value, row)
        nest.assert_same_structure(like, value)
        value = nest.map_structure(to_tensor, value)
        for column, first, item in zip(collected, flat, nest.flatten(value), strict=True):
            _same_kind(item, first._dtype, column if infer_shape else (), "scan")
            column.append(item)
    if reverse:
        for column in collected:
            column.reverse()
    results = [
        stack(column) if column else zeros([0, *first._shape], first._dtype)
        for column, first in zip(collected, flat, strict=True)
    ]
    return nest.pack_sequence_as(like, results)


def _same_kind(item: Tensor, dtype: DType, column: Sequence[Tensor], op: str) -> None:
    if item._dtype is not dtype:
        raise invalid_argument(
            op,
            f"received a result of dtype {item._dtype.name}; the results before, or the signature, "
            f"are of {dtype.name}",
        )
    if column and item._shape != column[0]._shape:
        raise ValueError(
            f"{op}: Incompatible shape for value ({tuple(item._shape)}), expected "
            f"({tuple(column[0]._shape)})"
        )


# -------------------------------------------------------------------------------------- map_fn
def _row_count(value: Any) -> int:
    if is_composite(value):
        rows = getattr(value, "shape", (None,))[0]
        if rows is not None:
            return int(rows)
        value = nest.flatten(value, expand_composites=True)[0]
    if not value._shape:
        raise ValueError(
            "map_fn: received a scalar; Elements in elems must be 1+ dimensional Tensors, not "
            "scalars"
        )
    return int(value._shape[0])


def _signature(wanted: Any, flat: list[Any]) -> Any:
    """The specs that results have, one for each leaf; their shapes may be unknown."""
    if wanted is None:
        return [
            type_spec_from_value(item)._unbatch()  # type: ignore[attr-defined]
            if is_composite(item)
            else TensorSpec(None, item._dtype)
            for item in flat
        ]
    return [item if isinstance(item, TypeSpec) else TensorSpec(None, item) for item in wanted]


@public("tfcompat")
def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """What `fn` makes of each row of the tensors in a structure, stacked.

    `fn` takes a structure like `elems`, which are tensors with as many rows. Where it returns
    anything but a structure like `elems` of the same dtypes, `fn_output_signature` is the structure
    of dtypes or specs that it returns; `dtype` is an older name of it.

    Raises:
      InvalidArgumentError: a result of another dtype.
      TypeError: a structure of other types.
      ValueError: scalars, none at all, different numbers of rows, or results of another structure
        or of different shapes.
    """
    fn = _checked(fn, "map_fn")
    wanted = dtype if fn_output_signature is None else fn_output_signature
    flat = [as_tensor(item) for item in nest.flatten(elems)]
    if not flat:
        raise ValueError(
            "map_fn: elems must be a Tensor or (possibly nested) sequence of Tensors. Got "
            f"{elems!r}, which does not contain any Tensors."
        )
    if tracing.current() is not None:
        return _traced_map(fn, elems, flat, wanted, name)
    counts = [_row_count(item) for item in flat]
    if len(set(counts)) > 1:
        raise ValueError(f"map_fn: Dimensions {counts[0]} and {min(counts[1:])} are not compatible")
    structure = elems if wanted is None else wanted
    specs = _signature(None if wanted is None else nest.flatten(wanted), flat)
    columns = [batches.rows_of(item, "map_fn") for item in flat]
    collected: list[list[Any]] = [[] for _ in specs]
    for row in zip(*columns, strict=True):
        found = fn(nest.pack_sequence_as(elems, list(row)))
        nest.assert_same_structure(structure, found)
        for column, spec, item in zip(collected, specs, nest.flatten(found), strict=True):
            column.append(_fitting(item, spec, column))
    results = [batches.batched(column, spec) for column, spec in zip(collected, specs, strict=True)]
    return nest.pack_sequence_as(structure, results)


def _traced_map(
    fn: Callable[[Any], Any], elems: Any, flat: list[Any], wanted: Any, name: str | None
) -> Any:
    """`map_fn` in a graph."""
    from tfcompat._src.function import row_loops

    structure = elems if wanted is None else wanted
    specs = _signature(None if wanted is None else nest.flatten(wanted), flat)
    parts = [batches.encoded(item, "map_fn") for item in flat]

    def of_row(row: list[Any]) -> list[Any]:
        given = iter(row)
        items = [make([next(given) for _ in columns]) for columns, make in parts]
        found = fn(nest.pack_sequence_as(elems, items))
        nest.assert_same_structure(structure, found)
        results: list[Any] = []
        for item, spec in zip(nest.flatten(found), specs, strict=True):
            results += [item] if isinstance(spec, TensorSpec) else batches.taken_apart(item, spec)
        return results

    inner = [
        part
        for spec in specs
        for part in ([spec] if isinstance(spec, TensorSpec) else nest.flatten(batches.like(spec)))
    ]
    columns = [column for some, _ in parts for column in some]
    stacked = iter(row_loops.mapped(of_row, columns, inner, name))
    results = []
    for spec in specs:
        if isinstance(spec, TensorSpec):
            results.append(next(stacked))
        else:
            tensors = [next(stacked) for _ in nest.flatten(batches.like(spec))]
            results.append(batches.put_together(tensors, spec))
    return nest.pack_sequence_as(structure, results)


def _fitting(item: Any, spec: Any, column: list[Any]) -> Any:
    if not isinstance(spec, TensorSpec):
        item = batches.adapted(item, spec)
        if not spec.is_compatible_with(item):
            raise ValueError(f"map_fn: received the result {item!r}; expected one of {spec!r}")
        return item
    tensor = convert_to_tensor(item, dtype_hint=spec.dtype)
    _same_kind(tensor, spec.dtype, column, "map_fn")
    if not spec.shape.is_compatible_with(tensor._shape):
        raise ValueError(
            f"map_fn: Incompatible shape for value ({tuple(tensor._shape)}), expected "
            f"({spec.shape})"
        )
    return tensor


@public("tfcompat")
def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """What `fn` makes of each row of the tensors in a structure, stacked.

    A tensor with one row serves for all. `fn` is traced, as by tf.function, and where the backend
    can it runs for all rows at once.

    Raises:
      IndexError: a scalar.
      InvalidArgumentError: different numbers of rows.
      OperatorNotAllowedInGraphError: `fn` asks in Python what the value of a row is.
      TypeError: `fn` cannot be called.
    """
    from tfcompat._src.function.vectorize import vectorized

    fn = _checked(fn, "vectorized_map")
    items = [as_tensor(item) for item in nest.flatten(elems)]
    parts = [
        batches.encoded(item, "vectorized_map") if is_composite(item) else None for item in items
    ]
    columns: list[Any] = []
    for item, part in zip(items, parts, strict=True):
        columns += [item] if part is None else part[0]
    found: list[Any] = []

    def of_row(row: list[Any]) -> list[Any]:
        given = iter(row)
        values = [
            next(given) if part is None else part[1]([next(given) for _ in part[0]])
            for part in parts
        ]
        found.append(fn(nest.pack_sequence_as(elems, values)))
        return [part for leaf in nest.flatten(found[0]) for part in _parts_of(leaf)]

    stacked = iter(vectorized(of_row, columns))
    return nest.map_structure(lambda leaf: _of_parts(leaf, stacked), found[0])


def _parts_of(leaf: Any) -> list[Any]:
    if leaf is None:
        return []
    return batches.taken_apart(leaf, type_spec_from_value(leaf)) if is_composite(leaf) else [leaf]


def _of_parts(leaf: Any, stacked: Iterator[Any]) -> Any:
    if leaf is None:
        return None
    if not is_composite(leaf):
        return next(stacked)
    spec = type_spec_from_value(leaf)
    return batches.put_together([next(stacked) for _ in nest.flatten(batches.like(spec))], spec)
