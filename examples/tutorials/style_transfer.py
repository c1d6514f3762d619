"""Style transfer on random pictures: features of an untrained network, Gram matrices."""

import tensorflow as tf

tf.keras.utils.set_random_seed(24)
content_image = tf.random.stateless_uniform([1, 24, 24, 3], [1, 1])
stripes = tf.cast((tf.range(24) // 3) % 2, tf.float32)
style_image = tf.ones([1, 24, 24, 3]) * stripes[None, :, None, None]

vgg = tf.keras.Sequential(
    [
        tf.keras.Input((24, 24, 3)),
        tf.keras.layers.Conv2D(8, 3, padding="same", activation="relu", name="block1_conv1"),
        tf.keras.layers.AveragePooling2D(2),
        tf.keras.layers.Conv2D(16, 3, padding="same", activation="relu", name="block2_conv1"),
        tf.keras.layers.AveragePooling2D(2),
        tf.keras.layers.Conv2D(16, 3, padding="same", activation="relu", name="block3_conv1"),
    ]
)
vgg.trainable = False
content_layers = ["block3_conv1"]
style_layers = ["block1_conv1", "block2_conv1"]


def gram_matrix(input_tensor):
    result = tf.linalg.einsum("bijc,bijd->bcd", input_tensor, input_tensor)
    input_shape = tf.shape(input_tensor)
    num_locations = tf.cast(input_shape[1] * input_shape[2], tf.float32)
    return result / num_locations


class StyleContentModel(tf.keras.models.Model):
    def __init__(self, style_layers, content_layers):
        super().__init__()
        outputs = [vgg.get_layer(name).output for name in style_layers + content_layers]
        self.features = tf.keras.Model(vgg.inputs, outputs)
        self.style_layers, self.content_layers = style_layers, content_layers

    def call(self, inputs):
        outputs = self.features(inputs * 2.0 - 1.0)
        style = [gram_matrix(output) for output in outputs[: len(self.style_layers)]]
        content = outputs[len(self.style_layers) :]
        return {
            "content": dict(zip(self.content_layers, content)),
            "style": dict(zip(self.style_layers, style)),
        }


extractor = StyleContentModel(style_layers, content_layers)
style_targets = extractor(style_image)["style"]
content_targets = extractor(content_image)["content"]
for name, output in sorted(style_targets.items()):
    print(name, output.shape, "mean: %.4f" % tf.reduce_mean(output))

image = tf.Variable(content_image)
optimizer = tf.keras.optimizers.Adam(learning_rate=0.02, beta_1=0.99, epsilon=1e-1)


def style_content_loss(outputs):
    style_loss = tf.add_n(
        [tf.reduce_mean((outputs["style"][n] - style_targets[n]) ** 2) for n in style_targets]
    )
    content_loss = tf.add_n(
        [tf.reduce_mean((outputs["content"][n] - content_targets[n]) ** 2) for n in content_targets]
    )
    return 10.0 * style_loss / len(style_layers) + content_loss


@tf.function()
def train_step(image):
    with tf.GradientTape() as tape:
        loss = style_content_loss(extractor(image))
        loss += 1e-5 * tf.reduce_sum(tf.image.total_variation(image))
    grad = tape.gradient(loss, image)
    optimizer.apply_gradients([(grad, image)])
    image.assign(tf.clip_by_value(image, clip_value_min=0.0, clip_value_max=1.0))
    return loss


losses = [float(train_step(image)) for _ in range(15)]
print("losses: %.4f %.4f ... %.4f" % (losses[0], losses[1], losses[-1]))
print("in range:", bool(tf.reduce_max(image) <= 1.0), "edges:", tf.image.sobel_edges(image).shape)
