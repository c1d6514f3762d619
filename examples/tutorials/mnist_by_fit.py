"""The quickstart: flatten, dense, dropout; fit, evaluate, probabilities."""

import tensorflow as tf
from toy_data import digits

tf.keras.utils.set_random_seed(0)
(x_train, y_train), (x_test, y_test) = digits(512, seed=1), digits(128, seed=2)
print(x_train.shape, x_train.dtype, y_train[:8])

model = tf.keras.models.Sequential(
    [
        tf.keras.layers.Input(shape=(14, 14)),
        tf.keras.layers.Flatten(),
        tf.keras.layers.Dense(64, activation="relu"),
        tf.keras.layers.Dropout(0.2),
        tf.keras.layers.Dense(10),
    ]
)
predictions = model(x_train[:1]).numpy()
print("logits of one:", predictions.shape)
print("probabilities add up to %.3f" % tf.reduce_sum(tf.nn.softmax(predictions)).numpy())

loss_fn = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
print("initial loss: %.3f" % loss_fn(y_train[:1], predictions).numpy())

model.compile(optimizer="adam", loss=loss_fn, metrics=["accuracy"])
history = model.fit(x_train, y_train, epochs=8, batch_size=32, verbose=0)
losses = history.history["loss"]
print("first epoch: %.2f" % losses[0])
print("the loss falls:", losses[-1] < 0.5 * losses[0])
loss, accuracy = model.evaluate(x_test, y_test, verbose=0)
print("accuracy above 0.8:", accuracy > 0.8)

probability_model = tf.keras.Sequential([model, tf.keras.layers.Softmax()])
print("shape:", probability_model(x_test[:5]).shape)
print("layers:", [layer.name for layer in model.layers])
print("parameters:", model.count_params())
