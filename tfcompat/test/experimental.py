"""tf.test.experimental."""

from tfcompat._src.testing.environment import sync_devices as sync_devices
