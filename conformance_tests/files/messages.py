"""Serialized examples for the tests, and results as plain Python."""

from __future__ import annotations

from typing import Any

from ..subject import tf


def features(values: dict[str, Any]) -> Any:
    """A tf.train.Features; None for a feature without a list."""
    made = {}
    for name, items in values.items():
        if items is None:
            made[name] = tf.train.Feature()
        elif items and isinstance(items[0], bytes):
            made[name] = tf.train.Feature(bytes_list=tf.train.BytesList(value=items))
        elif items and isinstance(items[0], float):
            made[name] = tf.train.Feature(float_list=tf.train.FloatList(value=items))
        else:
            made[name] = tf.train.Feature(int64_list=tf.train.Int64List(value=items))
    return tf.train.Features(feature=made)


def example(**values: Any) -> bytes:
    """A serialized tf.train.Example."""
    data: bytes = tf.train.Example(features=features(values)).SerializeToString()
    return data


def sequence(context: dict[str, Any] | None = None, **lists: Any) -> bytes:
    """A serialized tf.train.SequenceExample; a list of values for each step."""
    made = {
        name: tf.train.FeatureList(feature=[features({"x": step}).feature["x"] for step in steps])
        for name, steps in lists.items()
    }
    message = tf.train.SequenceExample(
        context=features(context or {}), feature_lists=tf.train.FeatureLists(feature_list=made)
    )
    data: bytes = message.SerializeToString()
    return data
