"""Creation and shape ops."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import EVERY, Case, Input

CUBE = Input((2, 3, 4))
DTYPES = tuple(dtype for dtype in EVERY if dtype != "float32")


def _slices(tf: Any, x: Any) -> Any:
    return {
        "inner": tf.slice(x, [0, 1, 1], [2, 2, 2]),
        "to the end": tf.slice(x, [1, 0, 2], [-1, -1, -1]),
        "nothing": tf.slice(x, [0, 0, 0], [0, 3, 4]),
        "strided": tf.strided_slice(x, [0, 0, 1], [2, 3, 4], [1, 2, 2]),
        "backwards": tf.strided_slice(x, [1, 2, 3], [-3, -4, 0], [-1, -1, -2]),
        "begin mask": tf.strided_slice(x, [1, 1, 1], [2, 2, 2], begin_mask=2, end_mask=4),
        "shrink": tf.strided_slice(x, [1, 0, 1], [2, 3, 2], shrink_axis_mask=5),
        "ellipsis": tf.strided_slice(x, [0, 1], [0, 3], ellipsis_mask=1),
        "new axis": tf.strided_slice(x, [0, 1], [0, 2], new_axis_mask=1),
    }


def _pads(tf: Any, x: Any) -> Any:
    where = [[1, 0], [0, 2], [1, 1]]
    return {
        "constant": tf.pad(x, where),
        "value": tf.pad(x, where, constant_values=7),
        "reflect": tf.pad(x, where, "REFLECT"),
        "symmetric": tf.pad(x, where, "symmetric"),
        "nothing": tf.pad(x, [[0, 0]] * 3),
    }


def _gathers(tf: Any, x: Any) -> Any:
    return {
        "rows": tf.gather(x, [1, 0, 1]),
        "one": tf.gather(x, 1),
        "matrix": tf.gather(x, [[0, 1], [1, 1]]),
        "axis 1": tf.gather(x, [2, 0], axis=1),
        "last axis": tf.gather(x, [[3], [0]], axis=-1),
        "batch": tf.gather(x, [[0, 2], [1, 1]], batch_dims=1),
        "batch and axis": tf.gather(x, [[0, 2], [1, 3]], batch_dims=1, axis=2),
        "nothing": tf.gather(x, tf.zeros([0], tf.int32)),
        "int64": tf.gather(x, tf.constant([1], tf.int64)),
        "nd full": tf.gather_nd(x, [[0, 1, 2], [1, 2, 3], [0, 1, 2]]),
        "nd part": tf.gather_nd(x, [[0, 1], [1, 2]]),
        "nd nested": tf.gather_nd(x, [[[0, 1]], [[1, 2]]]),
        "nd batch": tf.gather_nd(x, [[[0, 1]], [[1, 2]]], batch_dims=1),
    }


def _shapes(tf: Any, x: Any) -> Any:
    return {
        "reshape": tf.reshape(x, [4, 6]),
        "reshape -1": tf.reshape(x, [3, -1]),
        "flat": tf.reshape(x, [-1]),
        "reshape tensor": tf.reshape(x, tf.constant([6, 4])),
        "reshape mixed": tf.reshape(x, [tf.constant(6), 4]),
        "transpose": tf.transpose(x),
        "transpose perm": tf.transpose(x, [1, 2, 0]),
        "expand 0": tf.expand_dims(x, 0),
        "expand -1": tf.expand_dims(x, -1),
        "expand -2": tf.expand_dims(x, -2),
        "reverse": tf.reverse(x, [0]),
        "reverse two": tf.reverse(x, [-1, 0]),
        "reverse none": tf.reverse(x, []),
        "roll": tf.roll(x, 1, 0),
        "roll two": tf.roll(x, [1, -2], [0, 2]),
        "tile": tf.tile(x, [1, 2, 1]),
        "tile nothing": tf.tile(x, [0, 1, 1]),
        "repeat": tf.repeat(x, 2, axis=1),
        "repeat each": tf.repeat(x, [1, 0, 2], axis=1),
        "repeat flat": tf.repeat(x, 2),
        "broadcast": tf.broadcast_to(x, [2, 2, 3, 4]),
        "identity": tf.identity(x),
    }


def _joins(tf: Any, x: Any, y: Any) -> Any:
    return {
        "concat 0": tf.concat([x, y], 0),
        "concat -1": tf.concat([x, y, x], -1),
        "concat one": tf.concat([x], 1),
        "stack": tf.stack([x, y]),
        "stack 1": tf.stack([x, y], axis=1),
        "stack -1": tf.stack([x, y], axis=-1),
    }


def _parts(tf: Any, x: Any) -> Any:
    found = {
        "unstack": tf.unstack(x),
        "unstack 1": tf.unstack(x, axis=1),
        "unstack -1": tf.unstack(x, num=4, axis=-1),
        "split": tf.split(x, 2, axis=2),
        "split sizes": tf.split(x, [1, 3], axis=-1),
        "split rest": tf.split(x, [1, -1, 1], axis=2),
    }
    return {f"{label} {i}": part for label, parts in found.items() for i, part in enumerate(parts)}


def _scatters(tf: Any, x: Any, rows: Any) -> Any:
    where = [[1], [0], [1]]
    found = {
        "scatter_nd": tf.scatter_nd(where, rows, [3, 4]),
        "add": tf.tensor_scatter_nd_add(x, where, rows),
        "sub": tf.tensor_scatter_nd_sub(x, where, rows),
        "elements": tf.tensor_scatter_nd_update(x, [[0, 1], [1, 2]], rows[0, :2]),
        "rows": tf.tensor_scatter_nd_update(x, [[1], [0]], rows[:2]),
    }
    return found


def _one_hots(tf: Any, indices: Any) -> Any:
    return {
        "plain": tf.one_hot(indices, 4),
        "values": tf.one_hot(indices, 4, on_value=5.0, off_value=-1.0),
        "axis 0": tf.one_hot(indices, 4, axis=0),
        "axis 1": tf.one_hot(indices, 4, axis=1),
        "integers": tf.one_hot(indices, 4, dtype=tf.int32),
        "bools": tf.one_hot(indices, 4, on_value=True, off_value=False),
        "no depth": tf.one_hot(indices, 0),
    }


def _made(tf: Any) -> Any:
    made: dict[str, Any] = {
        "zeros": tf.zeros([2, 3]),
        "zeros int": tf.zeros([2], tf.int32),
        "zeros scalar": tf.zeros([]),
        "zeros tensor": tf.zeros(tf.constant([2, 1])),
        "zeros number": tf.zeros(3),
        "ones": tf.ones((2, 3), "float64"),
        "ones bool": tf.ones([2], tf.bool),
        "fill": tf.fill([2, 3], 7),
        "fill float": tf.fill([2], 0.5),
        "fill nothing": tf.fill([0], True),
        "eye": tf.eye(3),
        "eye columns": tf.eye(2, 3, dtype=tf.int32),
        "eye batch": tf.eye(2, batch_shape=[2, 1]),
        "constant shape": tf.constant(3, shape=[2, 2]),
        "constant reshaped": tf.constant([1.0, 2.0, 3.0, 4.0], shape=(2, 2)),
        "range": tf.range(5),
        "range step": tf.range(1, 10, 3),
        "range back": tf.range(5, 0, -2),
        "range float": tf.range(0.0, 1.0, 0.25),
        "range mixed": tf.range(0, 2.5),
        "range dtype": tf.range(3, dtype=tf.float64),
        "range int64": tf.range(tf.constant(3, tf.int64)),
        "range empty": tf.range(3, 3),
        "linspace": tf.linspace(0.0, 1.0, 5),
        "linspace one": tf.linspace(2.0, 5.0, 1),
        "linspace float64": tf.linspace(tf.constant(0.0, tf.float64), 1.0, 4),
        "linspace rows": tf.linspace([0.0, 1.0], [1.0, 3.0], 3),
        "linspace axis": tf.linspace([0.0, 1.0], [1.0, 3.0], 3, axis=-1),
        "sequence_mask": tf.sequence_mask([1, 3, 2], 4),
        "sequence_mask float": tf.sequence_mask([1, 0], 2, dtype=tf.float32),
    }
    for indexing in ("xy", "ij"):
        for number, part in enumerate(tf.meshgrid([1, 2, 3], [4, 5], indexing=indexing)):
            made[f"meshgrid {indexing} {number}"] = part
    return made


def cases() -> Iterator[Case]:
    yield Case("creation", _made)
    yield Case("shape ops", _shapes, (CUBE,), 1, exact=True)
    yield Case("slices", _slices, (CUBE,), 1, exact=True)
    yield Case("pads", _pads, (CUBE,), 1, exact=True)
    yield Case("gathers", _gathers, (CUBE,), 1, exact=True)
    yield Case("joins", _joins, (Input((2, 3)), Input((2, 3))), 1, exact=True)
    yield Case("parts", _parts, (CUBE,), 1, exact=True)
    yield Case("scatters", _scatters, (Input((3, 4)), Input((3, 4))), 1)
    for call in (_shapes, _slices, _gathers, _parts):
        name = call.__name__.strip("_")

        def square(tf: Any, x: Any, call: Any = call) -> Any:
            return {label: part * part for label, part in call(tf, x).items()}

        yield Case(f"{name} squared", square, (Input((2, 3, 4), "float64"),), 2)
        for dtype in DTYPES:
            yield Case(f"{name} {dtype}", call, (Input((2, 3, 4), dtype),), exact=True)
    for dtype in DTYPES:
        given = Input((2, 3), dtype), Input((2, 3), dtype)
        yield Case(f"joins {dtype}", _joins, given, exact=True)
        rows = Input((3, 4), dtype), Input((3, 4), dtype)
        yield Case(f"scatters {dtype}", _scatters, rows)
    for dtype in DTYPES:
        yield Case(f"pads {dtype}", _pads, (Input((2, 3, 4), dtype),), exact=True)
    for dtype in EVERY:
        yield Case(
            f"zeros_like, ones_like {dtype}",
            lambda tf, x: {
                "zeros": tf.zeros_like(x),
                "ones": tf.ones_like(x),
                "as float": tf.zeros_like(x, dtype=tf.float32),
            },
            (Input((2, 2), dtype),),
            exact=True,
        )
    for dtype in ("int32", "int64", "uint8", "int8"):
        yield Case(f"one_hot {dtype}", _one_hots, (Input((2, 3), dtype),), exact=True)
    yield Case("one_hot scalar", lambda tf: tf.one_hot(2, 4), exact=True)
    yield Case(
        "squeeze",
        lambda tf, x: {
            "all": tf.squeeze(x),
            "first": tf.squeeze(x, 0),
            "last": tf.squeeze(x, [-1]),
            "two": tf.squeeze(x, [0, 2]),
            "none": tf.squeeze(x, []),
        },
        (Input((1, 3, 1, 1)),),
        1,
        exact=True,
    )
    for shape in ((), (0, 3), (2, 3)):
        yield Case(
            f"shape, size, rank {shape}",
            lambda tf, x: {
                "shape": tf.shape(x),
                "shape int64": tf.shape(x, out_type=tf.int64),
                "size": tf.size(x),
                "size int64": tf.size(x, tf.int64),
                "rank": tf.rank(x),
            },
            (Input(shape),),
            1,
            exact=True,
        )
    yield Case(
        "boolean_mask",
        lambda tf, x, mask: {
            "rows": tf.boolean_mask(x, mask),
            "axis": tf.boolean_mask(x, [True, False, True, True], axis=2),
            "elements": tf.boolean_mask(x, x > 0),
        },
        (CUBE, Input((2, 3), "bool")),
        1,
        exact=True,
    )
    yield Case(
        "broadcast_to",
        lambda tf, x: {
            "same": tf.broadcast_to(x, [3, 1]),
            "wider": tf.broadcast_to(x, [3, 2]),
            "deeper": tf.broadcast_to(x, [2, 3, 4]),
            "empty": tf.broadcast_to(x, [0, 3, 1]),
        },
        (Input((3, 1)),),
        1,
        exact=True,
    )
    yield Case(
        "of empty tensors",
        lambda tf, x: {
            "reshape": tf.reshape(x, [3, 0]),
            "transpose": tf.transpose(x),
            "concat": tf.concat([x, x], 1),
            "stack": tf.stack([x, x]),
            "reverse": tf.reverse(x, [0]),
            "tile": tf.tile(x, [2, 2]),
            "pad": tf.pad(x, [[1, 0], [0, 0]]),
            "gather": tf.gather(x, [1], axis=1),
        },
        (Input((0, 3)),),
        1,
        exact=True,
    )
    yield Case(
        "gather of rows squared",
        lambda tf, x: tf.gather(x, [1, 0, 1]) ** 3,
        (Input((2, 3), "float64"),),
        2,
    )
    yield Case(
        "unique",
        lambda tf, x: {
            "values": tf.unique(x).y,
            "indices": tf.unique(x).idx,
        },
        (Input((12,), "int32"),),
        exact=True,
    )
    yield Case(
        "searchsorted",
        lambda tf, x: {
            "left": tf.searchsorted([-1.0, 0.0, 0.0, 1.0], x),
            "right": tf.searchsorted([-1.0, 0.0, 0.0, 1.0], x, side="right"),
        },
        (Input((8,), "float32", "edges"),),
        exact=True,
    )
