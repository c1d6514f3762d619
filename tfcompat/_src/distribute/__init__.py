"""tf.distribute on one device: strategies with one replica, and what they are asked for."""
