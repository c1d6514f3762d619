"""What of tf.compat.v1 says something that is true in TensorFlow 2 too."""

from __future__ import annotations

from tfcompat._src import removed


def enable_eager_execution(
    config: object = None, device_policy: object = None, execution_mode: object = None
) -> None:
    """Accepted: operations run at once unless tf.function says otherwise."""


def enable_v2_behavior() -> None:
    """Accepted: there is no other behaviour."""


def enable_v2_tensorshape() -> None:
    """Accepted: shapes have plain numbers."""


def enable_resource_variables() -> None:
    """Accepted: every variable is one."""


def disable_eager_execution() -> None:
    """Refused: there are no graphs of TensorFlow 1."""
    raise NotImplementedError(
        "tf.compat.v1.disable_eager_execution: tfcompat has no graphs of TensorFlow 1 on any "
        "backend; operations run at once, and tf.function makes a graph of a function"
    )


def disable_v2_behavior() -> None:
    """Refused: there is no behaviour of TensorFlow 1."""
    raise NotImplementedError(
        "tf.compat.v1.disable_v2_behavior: tfcompat has the behaviour of TensorFlow 2 only, on "
        "any backend; write the program for TensorFlow 2"
    )


def attribute_error(name: str) -> AttributeError:
    """The error for what tf.compat.v1 lacks here, with the form of TensorFlow 2."""
    message = f"module 'tensorflow.compat.v1' has no attribute {name!r}: tfcompat does not have it"
    instead = removed.instead(f"tf.{name}") or f"tf.{name} if it is there"
    return AttributeError(f"{message}; for TensorFlow 2 write {instead}")
