"""The names of tensors in graphs, which programs print; TensorFlow 2.21's answers."""

from __future__ import annotations

from typing import Any

from ..subject import tf

NAMES = {
    "add:0": lambda x: x + 1.0,
    "Add_1:0": lambda x: tf.add(x, 1.0),
    "mul:0": lambda x: x * x,
    "sub:0": lambda x: x - 1.0,
    "matmul:0": lambda x: x @ x,
    "MatMul_1:0": lambda x: tf.matmul(x, x),
    "strided_slice:0": lambda x: x[0],
    "Sum:0": tf.reduce_sum,
    "Mean:0": tf.reduce_mean,
    "Square:0": tf.square,
    "Relu:0": tf.nn.relu,
    "Const_2:0": lambda x: tf.constant(1.0),
    "zeros:0": lambda x: tf.zeros([2]),
    "range:0": lambda x: tf.range(3),
    "Cast:0": lambda x: tf.cast(x, tf.int32),
    "Reshape:0": lambda x: tf.reshape(x, [-1]),
    "transpose:0": tf.transpose,
    "Shape:0": tf.shape,
    "concat:0": lambda x: tf.concat([x, x], 0),
    "stack:0": lambda x: tf.stack([x, x]),
    "Greater:0": lambda x: x > 0.0,
    "Neg:0": lambda x: -x,
    "truediv:0": lambda x: x / 2.0,
    "SelectV2:0": lambda x: tf.where(x > 0.0, x, x),
    "random_normal:0": lambda x: tf.random.normal([2]),
    "Softmax:0": tf.nn.softmax,
    "foo:0": lambda x: tf.add(x, 1.0, name="foo"),
    "GatherV2:0": lambda x: tf.gather(x, [0]),
    "ExpandDims:0": lambda x: tf.expand_dims(x, 0),
    "unstack:0": lambda x: tf.unstack(x)[0],
    "unstack_1:1": lambda x: tf.unstack(x)[1],
}


def test_names_of_ops() -> None:
    found = []

    @tf.function(autograph=False)
    def program(x: Any) -> Any:
        found.append(x.name)
        for make in NAMES.values():
            found.append(make(x).name)
        return x

    program(tf.ones([2, 2]))
    assert found == ["x:0", *NAMES]


def test_name_scopes() -> None:
    found = []

    @tf.function(autograph=False)
    def program(x: Any) -> Any:
        with tf.name_scope("one"):
            found.append(tf.add(x, 1.0).name)
            with tf.name_scope("two"):
                found.append((x * 2.0).name)
                found.append(tf.square(x, name="mine").name)
        with tf.name_scope("one"):
            found.append(tf.add(x, 1.0).name)
        return x

    with tf.name_scope("around"):
        program(tf.constant(1.0))
    assert found == ["one/Add:0", "one/two/mul:0", "one/two/mine:0", "one_1/Add:0"]
