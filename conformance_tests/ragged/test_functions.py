"""Ragged tensors as arguments, results, variables of loops and captures of functions."""

from __future__ import annotations

from typing import Any

import pytest

from .. import recorded_calls
from ..subject import tf
from .names import names

CALLS = """
rt+rt
rt*2
rt+[[10],[20],[30]]
rt3+[[[1]],[[2]],[[3]]]
ri+[1.,2]
-rf
rs+'x'
rt>2
b&b
tf.reduce_sum(rt,1)
tf.reduce_sum(rt,0)
tf.reduce_sum(rt)
tf.reduce_sum(rt3,1)
tf.reduce_sum(rt3,[1,2])
tf.reduce_mean(rf,1)
tf.reduce_max(rt,1,keepdims=True)
tf.reduce_any(b,1)
tf.math.reduce_std(rf,1)
tf.concat([rt,rt],0)
tf.concat([rt,rt],1)
tf.concat([rt3,rt3],2)
tf.stack([rt,rt],1)
tf.expand_dims(rt,1)
tf.squeeze(tf.expand_dims(rt,0),[0])
tf.gather(rt,[2,0])
tf.gather(rt,C([[0,2],[],[1]]))
tf.gather(rt,C([[1,0],[],[0]]),batch_dims=1)
tf.gather_nd(rt3,[[0,1],[2,0]])
tf.where(rt>1,rt,0)
tf.where(b)
tf.tile(rt,[1,2])
tf.reverse(rt,[0,1])
tf.one_hot(rt,4)
tf.split(rt,3)
tf.size(rt)
tf.cast(rt,tf.float32)
tf.matmul(ri,ri,transpose_b=True)
tf.nn.softmax(rf)
tf.cumsum(rt,1)
tf.math.bincount(rt,axis=-1)
tf.math.unsorted_segment_sum(rt,[0,1,0],2)
tf.dynamic_partition(rt,[0,1,0],2)
tf.ragged.boolean_mask(rt,b)
tf.ragged.map_flat_values(tf.add,rt,5)
tf.ragged.stack_dynamic_partitions(rt,[1,0,1],2)
tf.ragged.cross([rs,rs])
tf.ragged.range(rt.row_lengths())
tf.reshape(tf.range(3),tf.shape(rt))
tf.nn.embedding_lookup(tf.eye(4),rt)
tf.nn.embedding_lookup_sparse(tf.eye(4),rt,rf,combiner='sum')
tf.strings.join([rs,'!'])
tf.strings.reduce_join(rs,axis=1)
tf.strings.length(rs)
tf.strings.format('{}',rt)
tf.map_fn(tf.reduce_sum,rt,fn_output_signature=tf.int32)
tf.map_fn(lambda x:x*2,rt)
rt[0]
rt[-1]
rt[0,1]
rt[1:]
rt[::-1]
rt[:,:1]
rt[:,::-1]
rt[tf.newaxis]
rt[:,tf.newaxis]
rt3[0]
rt3[:,:,:1]
ri[:,:,0]
rt[tf.reduce_sum(rt)-6]
rt[tf.size(rt)-2:]
rt.to_tensor()
rt.to_tensor(-1,shape=[4,3])
rt3.to_tensor()
ri.to_tensor()
rs.to_tensor('-')
rt.to_sparse()
R.from_sparse(rt.to_sparse())
R.from_tensor(rt.to_tensor(),padding=0)
R.from_tensor(rt.to_tensor(),lengths=[1,0,2])
rt3.bounding_shape()
rt3.row_lengths(2)
rt3.merge_dims(0,1)
rt3.merge_dims(1,2)
rt.value_rowids()
rt.with_values([7,8,9])
R.from_row_lengths(rt.flat_values,rt.row_lengths())
R.from_value_rowids(rt.flat_values,rt.value_rowids(),rt.nrows())
R.from_row_starts(rt.flat_values,rt.row_starts())
R.from_uniform_row_length(rt.flat_values,3)
tf.cond(tf.size(rt)>2,lambda:rt*2,lambda:rt)
tf.while_loop(lambda i,x:i<3,lambda i,x:(i+1,x*2),[0,rt])[1]
""".split("\n")[1:-1]


def arguments(line: str) -> list[str]:
    import re

    known = set(names(tf)) - {"R", "C", "P", "D"}
    return sorted(known & set(re.findall(r"\w+", line)))


def plain(value: Any) -> Any:
    shown = recorded_calls.shown(tf, value)

    def values_only(item: Any) -> Any:
        if isinstance(item, list) and item[:1] == ["ragged"]:
            return ["ragged", *item[3:]]
        return [values_only(i) for i in item] if isinstance(item, list) else item

    return values_only(shown)


def unknown(value: Any) -> Any:
    """The spec of a ragged tensor of which no size outside of its values is known."""
    levels = value.ragged_rank
    shape = [None] * (levels + 1) + value.flat_values.shape.as_list()[1:]
    return tf.RaggedTensorSpec(shape, value.dtype, levels)


@pytest.mark.parametrize("line", CALLS)
def test_gives_in_a_function_what_it_gives_outside(line: str) -> None:
    made = names(tf)
    used = arguments(line)
    values = [made[name] for name in used]

    def call(*args: Any) -> Any:
        return eval(line, {"tf": tf, **made, **dict(zip(used, args, strict=True))})

    expected = plain(call(*values))
    for signature in (None, [unknown(v) for v in values]):
        if signature is not None and "tf.split" in line and tf.__name__ == "tensorflow":
            continue  # which needs to know the number of rows
        function = tf.function(call, input_signature=signature, autograph=False)
        for _ in range(2):
            assert recorded_calls.agree(plain(function(*values)), expected)


def test_one_trace_serves_all_tensors_of_a_signature() -> None:
    traces = []

    @tf.function(input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)])
    def double(x: Any) -> Any:
        traces.append(x.shape.as_list())
        assert isinstance(x, tf.RaggedTensor)
        return x * 2

    assert double(tf.ragged.constant([[1, 2], [3]])).to_list() == [[2, 4], [6]]
    assert double(tf.ragged.constant([[], [5], []], dtype=tf.int32)).to_list() == [[], [10], []]
    assert traces == [[None, None]]


@pytest.mark.parametrize("value", [[[1.5]], [[[1]]], None])
def test_a_signature_refuses_what_does_not_fit(value: Any) -> None:
    function = tf.function(
        lambda x: x, input_signature=[tf.RaggedTensorSpec([None, None], tf.int32)]
    )
    given = tf.constant([[1, 2]]) if value is None else tf.ragged.constant(value)
    with pytest.raises(TypeError):
        function(given)


def test_wrong_row_splits_are_found_when_the_function_runs() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None], tf.int64)])
    def build(splits: Any) -> Any:
        return tf.RaggedTensor.from_row_splits(tf.range(3), splits)

    assert build(tf.constant([0, 1, 3], tf.int64)).to_list() == [[0], [1, 2]]
    for wrong in ([0, 2], [1, 3], [0, 2, 1, 3]):
        with pytest.raises(tf.errors.InvalidArgumentError):
            build(tf.constant(wrong, tf.int64))


def test_a_captured_ragged_tensor() -> None:
    held = tf.ragged.constant([[1.0], [2.0, 3.0]])
    function = tf.function(lambda x: tf.reduce_sum(held * x, 1))
    assert function(2.0).numpy().tolist() == [2.0, 10.0]


def test_a_loop_whose_rows_grow() -> None:
    @tf.function
    def grown(x: Any) -> Any:
        return tf.while_loop(
            lambda i, v: i < 2,
            lambda i, v: (i + 1, tf.concat([v, x], 1)),
            [0, x],
            shape_invariants=[tf.TensorShape([]), tf.RaggedTensorSpec([None, None], tf.int32)],
        )[1]

    assert grown(tf.ragged.constant([[1], [2, 3]])).to_list() == [[1] * 3, [2, 3] * 3]


def test_ragged_results_of_branches() -> None:
    @tf.function
    def chosen(flag: Any, x: Any) -> Any:
        if flag:
            y = x + 1
        else:
            y = x[::-1]
        return y

    x = tf.ragged.constant([[1], [2, 3]])
    assert chosen(tf.constant(True), x).to_list() == [[2], [3, 4]]
    assert chosen(tf.constant(False), x).to_list() == [[2, 3], [1]]


def test_structures_with_ragged_tensors() -> None:
    @tf.function
    def swap(batch: Any) -> Any:
        return {"x": batch["y"], "y": batch["x"] * 2}

    found = swap({"x": tf.ragged.constant([[1], []]), "y": tf.constant(3)})
    assert found["y"].to_list() == [[2], []]
    assert int(found["x"]) == 3


def test_map_fn_gives_rows_of_its_own_lengths() -> None:
    @tf.function
    def ranges(counts: Any) -> Any:
        spec = tf.RaggedTensorSpec([None], tf.int32)
        return tf.map_fn(tf.range, counts, fn_output_signature=spec)

    assert ranges(tf.constant([3, 0, 2])).to_list() == [[0, 1, 2], [], [0, 1]]


def test_rows_keep_their_number_in_a_tensor() -> None:
    # The state of a recurrent layer that takes the rows must not lose its batch.
    @tf.function
    def padded(texts: Any) -> Any:
        found = tf.strings.unicode_split(texts, "UTF-8").to_tensor()
        assert found.shape.as_list() == [2, None]
        return found

    assert padded(tf.constant(["ab", "c"])).numpy().tolist() == [[b"a", b"b"], [b"c", b""]]
