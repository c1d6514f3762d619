"""tf.version: the TensorFlow whose API this is; `tfcompat info` tells tfcompat's own version."""

VERSION = "2.21.0"
"""The version of TensorFlow that values, errors and printed forms are compared with."""
