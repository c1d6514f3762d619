"""Structured data: preprocessing layers for numbers, words and classes of a table, in a model."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(37)
rng = np.random.default_rng(37)
count = 160
table = {
    "Type": rng.choice(["Cat", "Dog"], count),
    "Age": rng.integers(0, 6, count),
    "Breed": rng.choice(["Tabby", "Siamese", "Husky", "Mixed"], count),
    "Fee": rng.uniform(0, 100, count).round(2),
    "PhotoAmt": rng.integers(0, 9, count).astype("float32"),
}
target = ((table["Fee"] < 50) & (table["Age"] < 4)).astype("int64")


def df_to_dataset(columns, labels, shuffle=True, batch_size=32):
    columns = {key: np.asarray(value)[:, np.newaxis] for key, value in columns.items()}
    ds = tf.data.Dataset.from_tensor_slices((columns, labels))
    if shuffle:
        ds = ds.shuffle(buffer_size=len(labels), seed=4)
    return ds.batch(batch_size).prefetch(batch_size)


train_ds = df_to_dataset(table, target, batch_size=5)
[(features, labels)] = train_ds.take(1)
print("Every feature:", list(features.keys()))
print("A batch of ages:", features["Age"].numpy().tolist())
print("A batch of targets:", labels.numpy())


def get_normalization_layer(name, dataset):
    normalizer = tf.keras.layers.Normalization(axis=None)
    normalizer.adapt(dataset.map(lambda x, y: x[name]))
    return normalizer


def get_category_encoding_layer(name, dataset, dtype, max_tokens=None):
    if dtype == "string":
        index = tf.keras.layers.StringLookup(max_tokens=max_tokens)
    else:
        index = tf.keras.layers.IntegerLookup(max_tokens=max_tokens)
    index.adapt(dataset.map(lambda x, y: x[name]))
    encoder = tf.keras.layers.CategoryEncoding(num_tokens=index.vocabulary_size())
    return index, lambda feature: encoder(index(feature))


print(get_normalization_layer("PhotoAmt", train_ds)(features["PhotoAmt"]).numpy().round(3).tolist())
index, encode = get_category_encoding_layer("Type", train_ds, "string")
print(sorted(index.get_vocabulary()), encode(features["Type"]).shape)
index, encode = get_category_encoding_layer("Age", train_ds, "int64", max_tokens=5)
print(encode(tf.constant([[1], [77]], tf.int64)).numpy().sum(), index.vocabulary_size())

train_ds = df_to_dataset(table, target)
inputs, encoded = {}, []
for header in ["PhotoAmt", "Fee"]:
    column = tf.keras.Input(shape=(1,), name=header)
    encoded.append(get_normalization_layer(header, train_ds)(column))
    inputs[header] = column
age = tf.keras.Input(shape=(1,), name="Age", dtype="int64")
encoded.append(get_category_encoding_layer("Age", train_ds, "int64", 7)[1](age))
inputs["Age"] = age
for header in ["Type", "Breed"]:
    column = tf.keras.Input(shape=(1,), name=header, dtype="string")
    encoded.append(get_category_encoding_layer(header, train_ds, "string", 5)[1](column))
    inputs[header] = column
x = tf.keras.layers.concatenate(encoded)
x = tf.keras.layers.Dense(32, activation="relu")(x)
x = tf.keras.layers.Dropout(0.2)(x)
model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(x))
model.compile(
    optimizer=tf.keras.optimizers.Adam(0.02),
    loss=tf.keras.losses.BinaryCrossentropy(from_logits=True),
    metrics=["accuracy"],
)
history = model.fit(train_ds, epochs=6, verbose=0)
print("the loss falls:", history.history["loss"][-1] < 0.8 * history.history["loss"][0])
model.save("my_pet_classifier.keras")
reloaded = tf.keras.models.load_model("my_pet_classifier.keras")
sample = {"Type": "Cat", "Age": 3, "Breed": "Tabby", "Fee": 10.0, "PhotoAmt": 2.0}
input_dict = {name: tf.convert_to_tensor([[value]]) for name, value in sample.items()}
input_dict["Age"] = tf.cast(input_dict["Age"], tf.int64)
both = [tf.nn.sigmoid(m.predict(input_dict, verbose=0)).numpy() for m in (model, reloaded)]
print("the file predicts the same:", np.allclose(*both), both[0].shape)

crossed = tf.keras.layers.HashedCrossing(num_bins=8, output_mode="one_hot")
print(crossed((features["Type"], features["Breed"])).numpy().sum(0).sum())
buckets = tf.keras.layers.Discretization(bin_boundaries=[20.0, 50.0, 80.0])
print(buckets(np.array([[10.0], [50.0], [99.0]])).numpy().ravel())
hashing = tf.keras.layers.Hashing(num_bins=6, salt=133)
print(hashing(features["Breed"]).numpy().ravel())
