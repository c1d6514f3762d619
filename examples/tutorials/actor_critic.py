"""Actor-critic on a corridor of our own: an episode in tf.TensorArrays, returns, two losses."""

import numpy as np
import tensorflow as tf

tf.keras.utils.set_random_seed(22)
eps = np.finfo(np.float32).eps.item()


class Corridor:
    """A walk on -3..3 that begins at 0; +1 at the right end, -1 at the left, -0.05 a step."""

    def reset(self):
        self.position, self.steps = 0, 0
        return self.observe()

    def observe(self):
        return np.array([self.position / 3.0, 1.0], np.float32)

    def step(self, action):
        self.position += 1 if action == 1 else -1
        self.steps += 1
        reward = -0.05 + (self.position == 3) - (self.position == -3)
        done = abs(self.position) == 3 or self.steps == 9
        return self.observe(), np.float32(reward), np.int32(done)


env = Corridor()


class ActorCritic(tf.keras.Model):
    def __init__(self, num_actions, num_hidden_units):
        super().__init__()
        self.common = tf.keras.layers.Dense(num_hidden_units, activation="relu")
        self.actor = tf.keras.layers.Dense(num_actions)
        self.critic = tf.keras.layers.Dense(1)

    def call(self, inputs):
        x = self.common(inputs)
        return self.actor(x), self.critic(x)


model = ActorCritic(2, 16)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.03)
huber_loss = tf.keras.losses.Huber(reduction="sum")


def env_step(action):
    return env.step(int(action))


def tf_env_step(action):
    return tf.numpy_function(env_step, [action], [tf.float32, tf.float32, tf.int32])


def run_episode(initial_state, max_steps):
    action_probs = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    values = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    rewards = tf.TensorArray(dtype=tf.float32, size=0, dynamic_size=True)
    state = initial_state
    for t in range(max_steps):
        action_logits, value = model(tf.expand_dims(state, 0))
        action = tf.random.categorical(action_logits, 1)[0, 0]
        probs = tf.nn.softmax(action_logits)
        values = values.write(t, tf.squeeze(value))
        action_probs = action_probs.write(t, probs[0, action])
        state, reward, done = tf_env_step(action)
        state.set_shape(initial_state.shape)
        rewards = rewards.write(t, reward)
        if tf.cast(done, tf.bool):
            break
    return action_probs.stack(), values.stack(), rewards.stack()


def get_expected_return(rewards, gamma, standardize=True):
    n = tf.shape(rewards)[0]
    returns = tf.TensorArray(dtype=tf.float32, size=n)
    rewards = tf.cast(rewards[::-1], dtype=tf.float32)
    discounted_sum = tf.constant(0.0)
    for i in tf.range(n):
        discounted_sum = rewards[i] + gamma * discounted_sum
        returns = returns.write(i, discounted_sum)
    returns = returns.stack()[::-1]
    if standardize:
        returns = (returns - tf.math.reduce_mean(returns)) / (tf.math.reduce_std(returns) + eps)
    return returns


print("returns:", get_expected_return(tf.constant([1.0, 0.0, 2.0]), 0.5, False).numpy())


def compute_loss(action_probs, values, returns):
    advantage = returns - values
    actor_loss = -tf.math.reduce_sum(tf.math.log(action_probs) * advantage)
    return actor_loss + huber_loss(values, returns)


def train_episode():
    with tf.GradientTape() as tape:
        action_probs, values, rewards = run_episode(tf.constant(env.reset()), 9)
        returns = get_expected_return(rewards, 0.98, standardize=False)
        loss = compute_loss(*[x[:, tf.newaxis] for x in (action_probs, values, returns)])
    gradients = tape.gradient(loss, model.trainable_variables)
    optimizer.apply_gradients(zip(gradients, model.trainable_variables))
    return float(tf.math.reduce_sum(rewards))


rewards = [train_episode() for _ in range(10)]
print("episodes:", len(rewards), "best below 1:", max(rewards) < 1.0)
print("it learns:", np.mean(rewards[-5:]) >= np.mean(rewards[:5]))
logits, value = model(tf.constant([[0.0, 1.0]]))
print("right is preferred:", bool(logits[0, 1] > logits[0, 0]), "shape:", value.shape)
