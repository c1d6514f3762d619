"""Deep Q-learning on a small grid: a replay buffer, a target network, epsilon-greedy actions."""

from collections import deque

import numpy as np
import tensorflow as tf
from tensorflow.keras import layers

tf.keras.utils.set_random_seed(23)
rng = np.random.default_rng(23)
SIZE, GOAL = 3, 8


def step(state, action):
    row, column = divmod(state, SIZE)
    if action == 0:
        row = max(0, row - 1)
    elif action == 1:
        row = min(SIZE - 1, row + 1)
    elif action == 2:
        column = max(0, column - 1)
    else:
        column = min(SIZE - 1, column + 1)
    state = row * SIZE + column
    return state, 1.0 if state == GOAL else -0.05, state == GOAL


def create_q_model():
    return tf.keras.Sequential(
        [layers.Input((9,)), layers.Dense(24, activation="relu"), layers.Dense(4)]
    )


model, model_target = create_q_model(), create_q_model()
model_target.set_weights(model.get_weights())
optimizer = tf.keras.optimizers.Adam(learning_rate=0.01, clipnorm=1.0)
loss_function = tf.keras.losses.Huber()
gamma, batch_size = 0.9, 32


@tf.function
def train(states, actions, rewards, next_states, done):
    future = tf.reduce_max(model_target(tf.one_hot(next_states, 9)), axis=1)
    updated = rewards + gamma * future * (1.0 - done)
    masks = tf.one_hot(actions, 4)
    with tf.GradientTape() as tape:
        q_values = model(tf.one_hot(states, 9))
        loss = loss_function(updated, tf.reduce_sum(q_values * masks, axis=1))
    grads = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(grads, model.trainable_variables))
    return loss


buffer = deque(maxlen=500)
frame, losses = 0, []
for episode in range(24):
    state = 0
    for _ in range(25):
        frame += 1
        if rng.random() < max(0.1, 1.0 - frame / 150):
            action = int(rng.integers(4))
        else:
            action = int(tf.argmax(model(tf.one_hot([state], 9))[0]))
        next_state, reward, done = step(state, action)
        buffer.append((state, action, reward, next_state, float(done)))
        state = next_state
        if frame % 4 == 0 and len(buffer) > batch_size:
            chosen = [buffer[i] for i in rng.integers(0, len(buffer), batch_size)]
            s, a, r, n, d = map(np.array, zip(*chosen))
            losses.append(float(train(s, a, r.astype("f4"), n, d.astype("f4"))))
        if frame % 40 == 0:
            model_target.set_weights(model.get_weights())
        if done:
            break

print("first loss: %.2f" % losses[0])
print("trained more than 20 times:", len(losses) > 20)
q_values = model(tf.one_hot(tf.range(9), 9)).numpy()
print("next to the goal:", bool(q_values[5].argmax() == 1), bool(q_values[7].argmax() == 3))
print("values fall with distance:", bool(q_values[7].max() > q_values[0].max()))
