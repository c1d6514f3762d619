"""tf.distribute with one replica: the same program with and without a strategy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

MADE: dict[str, Callable[[], Any]] = {
    "default": lambda: tf.distribute.get_strategy(),
    "one device": lambda: tf.distribute.OneDeviceStrategy("/cpu:0"),
    "mirrored": lambda: tf.distribute.MirroredStrategy(["/cpu:0"]),
}


@pytest.fixture(params=MADE)
def strategy(request: pytest.FixtureRequest) -> Any:
    return MADE[request.param]()


@pytest.fixture(params=["one device", "mirrored"])
def chosen(request: pytest.FixtureRequest) -> Any:
    return MADE[request.param]()


def where() -> tuple[bool, bool, bool]:
    replica = tf.distribute.get_replica_context()
    return (
        tf.distribute.has_strategy(),
        tf.distribute.in_cross_replica_context(),
        replica is not None,
    )


class TestContexts:
    def test_outside(self) -> None:
        assert where() == (False, False, True)

    def test_a_chosen_strategy_is_in_force_in_its_scope(self, chosen: Any) -> None:
        with chosen.scope() as given:
            assert given is chosen is tf.distribute.get_strategy()
            assert where() == (True, True, False)
            with chosen.scope():
                assert where() == (True, True, False)
            assert chosen.run(where) == (True, False, True)
        assert where() == (False, False, True)

    def test_the_default_one_changes_nothing(self) -> None:
        default = tf.distribute.get_strategy()
        with default.scope() as given:
            assert given is default
            assert where() == (False, False, True)
        assert default.run(where) == (False, False, True)

    def test_two_strategies_do_not_mix(self, chosen: Any) -> None:
        other = tf.distribute.OneDeviceStrategy("/cpu:0")
        with chosen.scope(), pytest.raises(RuntimeError, match="Mixing different"):
            other.scope().__enter__()
        with chosen.scope(), pytest.raises(RuntimeError, match="Mixing different"):
            other.run(where)
        assert where() == (False, False, True)

    def test_what_is_for_all_replicas_is_refused_in_one(self, strategy: Any) -> None:
        def inside() -> None:
            with pytest.raises(RuntimeError, match="cross-replica"):
                strategy.reduce("sum", tf.constant(1.0), axis=None)

        strategy.run(inside)

    def test_a_replica_hands_over_to_all_replicas(self, strategy: Any) -> None:
        def inside() -> Any:
            replica = tf.distribute.get_replica_context()
            return replica.merge_call(lambda s, x: (s is strategy, where()[1], x), args=(5,))

        assert tuple(strategy.run(inside)) == (True, True, 5)

    def test_a_strategy_for_the_rest_of_the_program(self) -> None:
        chosen = tf.distribute.OneDeviceStrategy("/cpu:0")
        tf.distribute.experimental_set_strategy(chosen)
        try:
            assert tf.distribute.get_strategy() is chosen
            assert where() == (True, True, False)
        finally:
            tf.distribute.experimental_set_strategy(None)
        assert where() == (False, False, True)

    def test_a_replica_is_told_about_itself(self, strategy: Any) -> None:
        def inside() -> tuple[Any, ...]:
            replica = tf.distribute.get_replica_context()
            assert replica.strategy is strategy
            number = replica.replica_id_in_sync_group
            return replica.num_replicas_in_sync, int(number), number.dtype == tf.int32

        assert tuple(strategy.run(inside)) == (1, 0, True)
        assert strategy.num_replicas_in_sync == 1


class TestValues:
    def test_run_gives_what_the_function_gives(self, strategy: Any) -> None:
        found = strategy.run(lambda x, y: {"sum": x + y}, args=(tf.constant(1.0),), kwargs={"y": 2})
        assert float(found["sum"]) == 3.0
        assert [float(x["sum"]) for x in strategy.experimental_local_results(found)] == [3.0]

    @pytest.mark.parametrize("op", ["SUM", "sum", "mean", tf.distribute.ReduceOp.MEAN])
    def test_reduce_over_the_replicas(self, strategy: Any, op: Any) -> None:
        np.testing.assert_array_equal(
            strategy.reduce(op, tf.constant([1.0, 3.0]), axis=None), [1, 3]
        )

    def test_reduce_over_an_axis_too(self, strategy: Any) -> None:
        rows = tf.constant([[1.0, 3.0], [4.0, 5.0]])
        np.testing.assert_array_equal(strategy.reduce("mean", rows, axis=0), [2.5, 4.0])
        assert float(strategy.reduce("sum", rows, axis=(0, 1))) == 13.0

    def test_another_op_is_refused(self, strategy: Any) -> None:
        with pytest.raises(ValueError, match="MAX"):
            strategy.reduce("max", tf.constant(1.0), axis=None)

    def test_reductions_within_a_replica(self, strategy: Any) -> None:
        def inside(x: Any) -> Any:
            replica = tf.distribute.get_replica_context()
            return replica.all_reduce("mean", x), replica.all_gather(x, axis=0)

        for found in strategy.run(inside, args=(tf.constant([4.0, 2.0]),)):
            np.testing.assert_array_equal(found, [4.0, 2.0])
        np.testing.assert_array_equal(strategy.gather(tf.constant([4.0]), axis=0), [4.0])

    def test_the_gradient_of_a_reduction(self, strategy: Any) -> None:
        def inside(x: Any) -> Any:
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = tf.distribute.get_replica_context().all_reduce("sum", x * x)
            return tape.gradient(y, x)

        assert float(strategy.run(inside, args=(tf.constant(3.0),))) == 6.0

    def test_variables_of_a_scope(self, strategy: Any) -> None:
        with strategy.scope():
            variable = tf.Variable(2.0)
        assert isinstance(variable, tf.Variable)
        strategy.run(lambda: variable.assign_add(1.0))
        assert float(variable.read_value()) == 3.0
        strategy.extended.update(variable, lambda v, x: v.assign_sub(x), args=(2.0,))
        assert float(variable.read_value()) == 1.0

    def test_a_variable_knows_its_strategy(self, strategy: Any) -> None:
        outside = tf.Variable(1.0)
        with strategy.scope():
            inside = tf.Variable(1.0)
        with tf.distribute.OneDeviceStrategy("/cpu:0").scope():
            others = tf.Variable(1.0)
        is_own = strategy.extended.variable_created_in_scope
        assert is_own(inside) and not is_own(others)
        assert is_own(outside) == (strategy is tf.distribute.get_strategy())


class TestDatasets:
    def test_a_replica_takes_whole_batches(self, strategy: Any) -> None:
        dataset = tf.data.Dataset.range(6).batch(4)
        given = strategy.experimental_distribute_dataset(dataset)
        assert given.element_spec == tf.TensorSpec([None], tf.int64)
        assert [x.numpy().tolist() for x in given] == [[0, 1, 2, 3], [4, 5]]

    def test_a_function_makes_the_dataset(self, strategy: Any) -> None:
        def make(context: Any) -> Any:
            assert (context.num_input_pipelines, context.input_pipeline_id) == (1, 0)
            size = context.get_per_replica_batch_size(4)
            return tf.data.Dataset.range(6).batch(size)

        given = strategy.distribute_datasets_from_function(make)
        assert [x.numpy().tolist() for x in given] == [[0, 1, 2, 3], [4, 5]]

    def test_a_batch_that_does_not_divide(self) -> None:
        context = tf.distribute.InputContext(2, 1, 4)
        assert str(context) == "tf.distribute.InputContext(input pipeline id 1, total: 2)"
        assert context.get_per_replica_batch_size(8) == 2
        with pytest.raises(ValueError, match="10"):
            context.get_per_replica_batch_size(10)


# TensorFlow warns of its own code when a function reads such a dataset.
@pytest.mark.filterwarnings("ignore:To make it possible")
class TestTraining:
    def test_a_loop_of_ones_own(self, chosen: Any) -> None:
        with chosen.scope():
            weight = tf.Variable(1.0)
        batches = tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0, 4.0]).batch(2)
        dataset = chosen.experimental_distribute_dataset(batches)

        def step(x: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(weight * x)
            gradient = tape.gradient(loss, weight)
            if tf.reduce_sum(x) > 5.0:  # converted by AutoGraph
                weight.assign_sub(0.5 * gradient)
            return loss

        @tf.function
        def epoch(batches: Any) -> Any:
            total = 0.0
            for x in batches:
                total += chosen.reduce("sum", chosen.run(step, args=(x,)), axis=None)
            return total

        assert float(epoch(dataset)) == 10.0
        assert float(weight.read_value()) == -2.5

    def test_a_model_of_keras(self, chosen: Any) -> None:
        def train() -> list[float]:
            tf.keras.utils.set_random_seed(3)
            model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
            model.compile("adam", "mse", metrics=["mae"])
            x = np.arange(16, dtype="float32").reshape(8, 2) / 8
            found = model.fit(x, x.sum(1), batch_size=4, epochs=3, verbose=0)
            return list(found.history["loss"])

        alone = train()
        with chosen.scope():
            np.testing.assert_allclose(train(), alone, rtol=1e-5)


@pytest.mark.tfcompat_only
class TestRefused:
    def test_several_devices(self) -> None:
        with pytest.raises(NotImplementedError, match="one replica"):
            tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])

    @pytest.mark.parametrize(
        "name", ["MultiWorkerMirroredStrategy", "ParameterServerStrategy", "TPUStrategy"]
    )
    def test_several_machines(self, name: str) -> None:
        with pytest.raises(NotImplementedError, match=name):
            getattr(tf.distribute, name)()
