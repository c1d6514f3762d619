"""The ops of a graph, as programs print them."""

from __future__ import annotations

from typing import Any

import pytest

from ..helpers import refuses
from ..subject import tf


def _sign(x: Any) -> Any:
    if x > 0:
        return x
    return -x


PROGRAMS: dict[str, tuple[Any, Any, list[str]]] = {
    "arithmetic": (
        lambda x: x * x + 1.0,
        2.0,
        ["x Placeholder", "mul Mul x x", "add/y Const", "add AddV2 mul add/y",
         "Identity Identity add"],
    ),
    "strings": (
        lambda x: x + x,
        "a",
        ["x Placeholder", "add Add x x", "Identity Identity add"],
    ),
    "reduction": (
        lambda x: tf.reduce_sum(x) - x % 2.0,
        [1.0, 2.0],
        ["x Placeholder", "Const Const", "Sum Sum x Const", "mod/y Const", "mod FloorMod x mod/y",
         "sub Sub Sum mod", "Identity Identity sub"],
    ),
    "branches": (
        _sign,
        1,
        ["x Placeholder", "Greater/y Const", "Greater Greater x Greater/y",
         "cond StatelessIf Greater x", "cond/Identity Identity cond",
         "cond/Identity_1 Identity cond:1", "Identity Identity cond/Identity_1"],
    ),
    "shapes": (
        lambda x: (tf.reshape(x, [-1]), tf.concat([x, x], 0), tf.gather(x, [0]) @ x),
        [[1.0]],
        ["x Placeholder", "Reshape/shape Const", "Reshape Reshape x Reshape/shape",
         "concat/axis Const", "concat ConcatV2 x x concat/axis", "GatherV2/indices Const"],
    ),
    "random": (
        lambda x: x + tf.random.uniform([2]),
        1.0,
        ["x Placeholder", "random_uniform/shape Const",
         "random_uniform/RandomUniform RandomUniform random_uniform/shape",
         "add AddV2 x random_uniform/RandomUniform", "Identity Identity add"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PROGRAMS)
def test_ops(name: str) -> None:
    make, value, expected = PROGRAMS[name]

    @tf.function
    def program(x: Any) -> Any:
        return make(x)

    graph = program.get_concrete_function(tf.constant(value)).graph
    nodes = graph.as_graph_def().node
    lines = [" ".join([node.name, node.op, *node.input]) for node in nodes]
    assert lines[: len(expected)] == expected
    assert [(op.name, op.type) for op in graph.get_operations()] == [
        (node.name, node.op) for node in nodes
    ]


def test_operations() -> None:
    @tf.function
    def program(x: Any) -> Any:
        return x**3

    graph = program.get_concrete_function(tf.constant(2.0)).graph
    power = graph.get_operations()[2]
    assert [(x.name, x.shape) for x in power.inputs] == [("x:0", ()), ("pow/y:0", ())]
    assert graph.get_tensor_by_name("Identity:0").op.name == "Identity"
    assert [x.name for x in power.outputs] == ["pow:0"] and power.graph is graph
    assert power.node_def.op == "Pow" and list(power.node_def.input) == ["x", "pow/y"]
    assert repr(graph.get_operation_by_name("x")) == "<tf.Operation 'x' type=Placeholder>"
    assert str(power) == str(power.node_def)
    with refuses(KeyError, "nothing"):
        graph.get_operation_by_name("nothing")


def test_operations_of_loops() -> None:
    @tf.function
    def program(x: Any) -> Any:
        for _ in tf.range(40):
            x *= 2.0
        return x

    graph = program.get_concrete_function(tf.constant(1.0)).graph
    assert graph.get_operation_by_name("Identity").inputs[0].op.name == "while"


def test_attributes() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32)])
    def program(x: Any) -> Any:
        return x + 3.0

    found = program.get_concrete_function().graph.as_graph_def(add_shapes=True)
    x, constant, add, _ = found.node
    assert x.attr["dtype"].type == tf.float32.as_datatype_enum
    assert [d.size for d in x.attr["shape"].shape.dim] == [-1, 2]
    assert x.attr["_user_specified_name"].s == b"x"
    assert tf.make_ndarray(constant.attr["value"].tensor) == 3.0
    assert add.attr["T"].type == tf.float32.as_datatype_enum
    assert [d.size for d in add.attr["_output_shapes"].list.shape[0].dim] == [-1, 2]
    assert 'op: "AddV2"' in str(found)
    assert type(found).__name__ == "GraphDef"
    assert type(found).FromString(found.SerializeToString()) == found


def test_names_and_types_of_ops() -> None:
    found = []

    @tf.function
    def f(x: Any) -> Any:
        first, _ = tf.split(x, 2)
        made = [
            x + x, x / x, x // x, tf.concat([x, x], 0), tf.stack([x, x]), tf.transpose(x), x[0],
            tf.math.top_k(x).values, tf.reverse(x, [0]), first, tf.unstack(x)[0],
            tf.tensor_scatter_nd_update(x, [[0]], x[:1]), tf.linalg.inv(x),
            tf.nn.conv2d(x[None, :, :, None], tf.ones([1, 1, 1, 1]), 1, "SAME"),
        ]  # fmt: skip
        found.extend([(y.name, y.op.type) for y in made])
        return made

    f.get_concrete_function(tf.TensorSpec([2, 2], tf.float32))
    assert found == [
        ("add:0", "AddV2"),
        ("truediv:0", "RealDiv"),
        ("floordiv:0", "FloorDiv"),
        ("concat:0", "ConcatV2"),
        ("stack:0", "Pack"),
        ("transpose:0", "Transpose"),
        ("strided_slice:0", "StridedSlice"),
        ("TopKV2:0", "TopKV2"),
        ("ReverseV2:0", "ReverseV2"),
        ("split:0", "Split"),
        ("unstack:0", "Unpack"),
        ("TensorScatterUpdate:0", "TensorScatterUpdate"),
        ("MatrixInverse:0", "MatrixInverse"),
        ("Conv2D:0", "Conv2D"),
    ]
