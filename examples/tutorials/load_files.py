"""Loading data: CSV and NumPy files, folders of texts and pictures, and lines."""

import gzip
import os
import pathlib

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(40)
rng = np.random.default_rng(40)
rows = [
    "survived,sex,age,fare,class",
    *[
        f"{i % 2},{'fmm'[i % 3]},{20 + i}.0,{7.25 * (i % 5 + 1):.4f},{['First', 'Third'][i % 2]}"
        for i in range(12)
    ],
    "1,f,,8.0500,Third",
]
pathlib.Path("titanic.csv").write_text("\n".join(rows) + "\n")

batches = tf.data.experimental.make_csv_dataset(
    "titanic.csv",
    batch_size=5,
    label_name="survived",
    num_epochs=1,
    ignore_errors=True,
    shuffle=False,
)
for feature_batch, label_batch in batches.take(1):
    print("'survived':", label_batch.numpy())
    for key, value in feature_batch.items():
        print(f"{key!r:8s}: {value.numpy().tolist()}")
chosen = tf.data.experimental.make_csv_dataset(
    "titanic.csv", 4, select_columns=["age", "fare"], column_defaults=[-1.0, tf.float32],
    num_epochs=1, shuffle=False,
)  # fmt: skip
print(float(list(chosen)[-1]["age"][0]), chosen.element_spec["fare"].dtype.name)

lines = tf.data.TextLineDataset("titanic.csv").skip(1)
types = [0, "", 0.0, 0.0, ""]
features = tf.io.decode_csv(next(iter(lines)), record_defaults=types)
for x in features:
    print(f"type: {x.dtype.name}, shape: {x.shape}")
typed = tf.data.experimental.CsvDataset(
    "titanic.csv", [tf.int32, tf.string, 0.0, tf.float32, tf.string], header=True
)
print([element[2].numpy() for element in typed.skip(11)])
narrow = tf.data.experimental.CsvDataset(
    "titanic.csv", [0.0, tf.float32], header=True, select_cols=[2, 3]
)
dear = narrow.filter(lambda age, fare: fare > 30)
print(dear.map(lambda age, fare: age).reduce(0.0, tf.add).numpy())
with gzip.open("lines.gz", "wt") as file:
    file.write("a,1\nb,2\n")
print(list(tf.data.TextLineDataset("lines.gz", compression_type="GZIP").as_numpy_iterator()))
try:
    list(tf.data.experimental.CsvDataset("titanic.csv", [tf.int32, tf.int32], select_cols=[1, 2]))
except tf.errors.InvalidArgumentError as error:
    print("refused:", type(error).__name__)

np.savez("digits.npz", x_train=rng.integers(0, 9, (20, 4)), y_train=np.arange(20) % 2)
with np.load("digits.npz") as data:
    dataset = tf.data.Dataset.from_tensor_slices((data["x_train"], data["y_train"]))
print(dataset.shuffle(20, seed=1).batch(8).element_spec[0])

for label in ("python", "java"):
    os.makedirs(f"questions/{label}", exist_ok=True)
    os.makedirs(f"flowers/{label}", exist_ok=True)
    for i in range(5):
        pathlib.Path(f"questions/{label}/{i}.txt").write_text(f"how to print {i} in {label}?")
        pixels = np.full((6, 8, 3), 40 * i + (label == "java"), "uint8")
        tf.io.write_file(f"flowers/{label}/{i}.png", tf.io.encode_png(pixels))
raw = tf.keras.utils.text_dataset_from_directory(
    "questions", batch_size=4, validation_split=0.2, subset="training", seed=42
)
print(raw.class_names, [len(batch) for batch, _ in raw])
pictures = tf.keras.utils.image_dataset_from_directory(
    "flowers", image_size=(3, 4), batch_size=10, shuffle=False
)
for images, labels in pictures:
    print(images.shape, labels.numpy(), images.numpy()[:, 0, 0, 0].tolist())

list_ds = tf.data.Dataset.list_files("flowers/*/*", shuffle=False)


def process_path(file_path):
    parts = tf.strings.split(file_path, os.path.sep)
    label = tf.argmax(parts[-2] == ["java", "python"])
    image = tf.io.decode_png(tf.io.read_file(file_path), channels=3)
    return tf.image.resize(image, [2, 2]), label


for image, label in list_ds.map(process_path, num_parallel_calls=tf.data.AUTOTUNE).skip(4).take(2):
    print(image.shape, float(image[0, 0, 0]), int(label))

names = ["cowper.txt", "derby.txt"]
for i, name in enumerate(names):
    pathlib.Path(name).write_text("".join(f"line {k} of {name}\n" for k in range(3)))
labeled = [
    tf.data.TextLineDataset(name).map(lambda line, i=i: (line, tf.cast(i, tf.int64)))
    for i, name in enumerate(names)
]
together = labeled[0].concatenate(labeled[1]).shuffle(6, reshuffle_each_iteration=False, seed=3)
for text, label in together.take(3):
    print("Sentence:", text.numpy(), "Label:", label.numpy())
