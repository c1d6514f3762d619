"""Name scopes, creators of variables, and what orders the ops of a graph."""

from __future__ import annotations

from typing import Any

from ..helpers import agree, refuses
from ..subject import tf


def test_name_scopes() -> None:
    assert tf.get_current_name_scope() == ""
    with tf.name_scope("a") as outer:
        assert outer == "a/"
        with tf.name_scope("b") as inner:
            assert (inner, tf.get_current_name_scope()) == ("a/b/", "a/b")
            assert tf.Variable(1.0, name="v").name == "a/b/v:0"
            assert tf.Variable(1.0).name == "a/b/Variable:0"
        with tf.name_scope("") as nothing:
            assert (nothing, tf.get_current_name_scope()) == ("", "")
        with tf.name_scope("c/") as whole:
            assert (whole, tf.get_current_name_scope()) == ("c/", "c")
        with tf.name_scope(outer):
            assert tf.get_current_name_scope() == "a"
    assert tf.get_current_name_scope() == ""
    assert tf.name_scope("x").name == "x"


def test_a_scope_ends_with_an_exception() -> None:
    try:
        with tf.name_scope("a"):
            raise KeyError
    except KeyError:
        pass
    assert tf.get_current_name_scope() == ""
    with refuses(ValueError, "name_scope"):
        tf.name_scope(3)


def test_creators_see_and_change_the_arguments() -> None:
    seen: list[Any] = []

    def inner(next_creator: Any, **kwargs: Any) -> Any:
        seen.append(("inner", kwargs["trainable"]))
        return next_creator(**kwargs)

    def outer(next_creator: Any, **kwargs: Any) -> Any:
        seen.append(("outer", sorted(kwargs)))
        kwargs["name"] = "made"
        kwargs["initial_value"] = 5.0
        return next_creator(**kwargs)

    with tf.variable_creator_scope(outer), tf.variable_creator_scope(inner):
        v = tf.Variable(1.0, trainable=False)
    assert (v.name, float(v), v.trainable) == ("made:0", 5.0, False)
    assert seen[0] == ("inner", False)
    assert seen[1] == (
        "outer",
        [
            "aggregation", "caching_device", "constraint", "dtype",
            "experimental_enable_variable_lifting", "import_scope", "initial_value", "name",
            "shape", "synchronization", "trainable", "validate_shape", "variable_def",
        ],
    )  # fmt: skip
    assert tf.Variable(1.0).name == "Variable:0"
    with tf.variable_creator_scope(lambda next_creator, **kwargs: 5):
        assert tf.Variable(1.0) == 5


def test_what_orders_ops_does_nothing_here() -> None:
    called = []
    with tf.control_dependencies([tf.constant(1), lambda: called.append(1)]) as nothing:
        assert nothing is None
    assert called == [1]
    with tf.control_dependencies(None):
        pass
    assert tf.group(tf.constant(1), [2]) is None
    assert tf.no_op() is None
    kept = tf.tuple([tf.constant(1), None, 2], control_inputs=[tf.constant(3)])
    agree(kept[0], 1)
    assert kept[1:] == [None, 2]
    assert tf.inside_function() is False


def test_init_scope_leaves_tapes() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with tf.init_scope():
            y = x * x
        z = x * 2.0
    assert tape.gradient([y, z], x).numpy() == 2.0


def test_the_logger() -> None:
    assert tf.get_logger().name == "tensorflow"
