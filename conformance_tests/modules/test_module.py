"""tf.Module: which variables and modules belong to one, in which order, under which names."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from ..helpers import refuses
from ..subject import tf


class Inner(tf.Module):
    def __init__(self) -> None:
        super().__init__()
        self.w = tf.Variable(9.0, name="w")


class Outer(tf.Module):
    def __init__(self, name: str | None = None) -> None:
        super().__init__(name=name)
        self.z = tf.Variable(1.0, name="z")
        self.a = tf.Variable(2.0, name="a", trainable=False)
        self.items = [tf.Variable(3.0, name="l0"), {"q": tf.Variable(4.0, name="q")}]
        self.items[1]["b"] = tf.Variable(5.0, name="b")
        self.inner = Inner()
        self.pair = (tf.Variable(6.0, name="t0"), 3)
        self.plain = {"number": 1, "none": None}

    @tf.Module.with_name_scope
    def late(self) -> str:
        self.made = tf.Variable(7.0, name="made")
        return str(tf.get_current_name_scope())


def names(values: Any) -> list[str]:
    return [value.name for value in values]


def test_the_order_of_attribute_names_and_submodules_last() -> None:
    module = Outer()
    assert names(module.variables) == ["a:0", "l0:0", "b:0", "q:0", "t0:0", "z:0", "w:0"]
    assert names(module.trainable_variables) == ["l0:0", "b:0", "q:0", "t0:0", "z:0", "w:0"]
    assert names(module.non_trainable_variables) == ["a:0"]
    assert module.submodules == (module.inner,)
    for found in (module.variables, module.submodules):
        assert isinstance(found, tuple)


def test_what_comes_later_belongs_to_it() -> None:
    module = Outer()
    module.items.append(tf.Variable(8.0, name="later"))
    assert "later:0" in names(module.variables)
    del module.z
    assert "z:0" not in names(module.variables)
    module.a = 3
    assert "a:0" not in names(module.variables)


def test_paths() -> None:
    found = Outer()._flatten(with_path=True, predicate=lambda v: isinstance(v, tf.Variable))
    assert [path for path, _ in found] == [
        ("a",), ("items", 0), ("items", 1, "b"), ("items", 1, "q"), ("pair", 0), ("z",),
        ("inner", "w"),
    ]  # fmt: skip


def test_each_once() -> None:
    module = tf.Module()
    module.one = module.two = tf.Variable(1.0)
    module.three = [module.one]
    module.parent = module
    assert len(module.variables) == 1
    assert module.submodules == ()


def test_objects_of_other_classes_are_not_looked_into() -> None:
    module = tf.Module()
    module.other = type("Other", (), {"v": tf.Variable(1.0)})()
    assert module.variables == ()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("MLP", "mlp"),
        ("HTTPServer2Foo", "http_server2_foo"),
        ("myModule_X", "my_module_x"),
        ("_Priv", "__priv"),
        ("DeepMind2D", "deep_mind2_d"),
    ],
)
def test_names_of_classes(kind: str, expected: str) -> None:
    assert type(kind, (tf.Module,), {})().name == expected


def test_a_name_of_its_own() -> None:
    module = Outer(name="Mine")
    assert module.name == "Mine"
    assert module.name_scope.name == "Mine/"
    assert module.late() == "Mine"
    assert module.made.name == "Mine/made:0"
    with tf.name_scope("outside"):
        assert Outer(name="inn").name_scope.name == "outside/inn/"
    with refuses(ValueError, "my-name"):
        Outer(name="my-name")


def test_without_the_base_constructor() -> None:
    class Careless(tf.Module):
        def __init__(self) -> None:
            self.v = tf.Variable(1.0)

    module = Careless()
    assert len(module.variables) == 1
    with refuses(AttributeError):
        module.name  # noqa: B018


def test_keys_that_cannot_be_sorted() -> None:
    module = tf.Module()
    module.mixed = {1: tf.Variable(1.0), "a": tf.Variable(2.0)}
    with refuses(ValueError, "mixed"):
        module.variables  # noqa: B018


def test_deep_copies_have_variables_of_their_own() -> None:
    module = Outer()
    other = copy.deepcopy(module)
    other.z.assign(5.0)
    assert float(module.z) == 1.0
    assert names(other.variables) == names(module.variables)


def test_lists_and_dictionaries_stay_what_they_are() -> None:
    module = tf.Module()
    source = [1, 2]
    module.items = source
    module.items.append(3)
    assert module.items == [1, 2, 3]
    assert source == [1, 2, 3]
    assert isinstance(module.items, list)
    assert repr(module.items) == "ListWrapper([1, 2, 3])"
    module.table = {"a": 1}
    module.table["b"] = 2
    assert module.table == {"a": 1, "b": 2}
    assert dict(module.table) == {"a": 1, "b": 2}
    assert isinstance(module.table, dict)
    assert list(module.items) == [1, 2, 3]
    assert [*module.items, 4][-1] == 4
    assert module.items + [4] == [1, 2, 3, 4]  # noqa: RUF005  this very operator
    assert module.items[-1] == 3
    assert module.items[:2] == [1, 2]
