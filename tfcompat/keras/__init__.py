"""tf.keras: the real Keras 3, running on tfcompat. Importing this imports Keras."""

import sys

from tfcompat._src import keras as _door

# As in TensorFlow, this name is Keras' own module.
sys.modules[__name__] = _door.load()
