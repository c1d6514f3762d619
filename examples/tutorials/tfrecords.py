"""TFRecord files of tf.train.Example: writing, reading, parsing, images in them."""

import numpy as np
import tensorflow as tf


def _bytes_feature(value):
    if isinstance(value, type(tf.constant(0))):
        value = value.numpy()
    return tf.train.Feature(bytes_list=tf.train.BytesList(value=[value]))


def _float_feature(value):
    return tf.train.Feature(float_list=tf.train.FloatList(value=[value]))


def _int64_feature(value):
    return tf.train.Feature(int64_list=tf.train.Int64List(value=[value]))


print(_bytes_feature(b"text"))
print(_int64_feature(1))

rng = np.random.default_rng(0)
integers = rng.integers(0, 5, 40)
strings = np.array([b"cat", b"dog", b"chicken", b"horse", b"goat"])[integers]
floats = rng.standard_normal(40)


def serialize_example(integer, text, number):
    feature = {
        "integer": _int64_feature(integer),
        "text": _bytes_feature(text),
        "number": _float_feature(number),
    }
    example = tf.train.Example(features=tf.train.Features(feature=feature))
    return example.SerializeToString()


serialized = serialize_example(4, b"goat", 0.9876)
print(len(serialized), tf.train.Example.FromString(serialized).features.feature["text"])

filename = "test.tfrecord"
with tf.io.TFRecordWriter(filename) as writer:
    for row in zip(integers, strings, floats):
        writer.write(serialize_example(int(row[0]), bytes(row[1]), float(row[2])))

raw = tf.data.TFRecordDataset([filename])
print(raw.element_spec, sum(1 for _ in raw))
description = {
    "integer": tf.io.FixedLenFeature([], tf.int64, default_value=0),
    "text": tf.io.FixedLenFeature([], tf.string, default_value=""),
    "number": tf.io.FixedLenFeature([], tf.float32, default_value=0.0),
    "missing": tf.io.FixedLenFeature([2], tf.float32, default_value=[1.0, 2.0]),
}
parsed = raw.map(lambda record: tf.io.parse_single_example(record, description))
for record in parsed.take(2):
    print({key: np.asarray(value).tolist() for key, value in sorted(record.items())})

batches = raw.batch(16).map(lambda records: tf.io.parse_example(records, description))
total = sum(int(tf.reduce_sum(batch["integer"])) for batch in batches)
print("sum:", total, total == integers.sum())

picture = tf.cast(tf.reshape(tf.range(48) * 5, [4, 4, 3]), tf.uint8)
example = tf.train.Example()
example.features.feature["image"].bytes_list.value.append(tf.io.encode_png(picture).numpy())
example.features.feature["shape"].int64_list.value.extend([4, 4, 3])
with tf.io.TFRecordWriter("image.tfrecord", options="GZIP") as writer:
    writer.write(example.SerializeToString())
features = {"image": tf.io.FixedLenFeature([], tf.string), "shape": tf.io.VarLenFeature(tf.int64)}
for record in tf.data.TFRecordDataset("image.tfrecord", compression_type="GZIP"):
    record = tf.io.parse_single_example(record, features)
    image = tf.io.decode_png(record["image"])
    print("picture:", bool(tf.reduce_all(image == picture)), tf.sparse.to_dense(record["shape"]))

with open(filename, "r+b") as file:
    file.seek(20)
    file.write(b"\xff")
try:
    list(tf.data.TFRecordDataset(filename))
except tf.errors.DataLossError as error:
    print("a broken file:", type(error).__name__)
