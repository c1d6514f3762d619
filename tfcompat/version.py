"""tf.version: the TensorFlow whose API this is; `tfcompat info` tells tfcompat's own version."""

VERSION = "2.21.0"
"""The version of TensorFlow that values, errors and printed forms are compared with."""

GIT_VERSION = "v2.21.0-rc1-5-ga481b10260d"
"""The commit of that TensorFlow."""

COMPILER_VERSION = "Clang 18.1.8"
"""The compiler of that TensorFlow; nothing here is compiled by it."""

GRAPH_DEF_VERSION = 2474
"""The version of that TensorFlow's graphs, of which there are none here."""

GRAPH_DEF_VERSION_MIN_CONSUMER = 0
"""The oldest program that would read such a graph."""

GRAPH_DEF_VERSION_MIN_PRODUCER = 0
"""The oldest graph that such a program would read."""
