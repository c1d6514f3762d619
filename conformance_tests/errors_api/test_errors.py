"""The exception classes of tf.errors, as a program that catches or raises them sees them."""

from __future__ import annotations

import pickle

import pytest

from ..subject import tf

CODES = {
    "CancelledError": ("CANCELLED", 1),
    "UnknownError": ("UNKNOWN", 2),
    "InvalidArgumentError": ("INVALID_ARGUMENT", 3),
    "DeadlineExceededError": ("DEADLINE_EXCEEDED", 4),
    "NotFoundError": ("NOT_FOUND", 5),
    "AlreadyExistsError": ("ALREADY_EXISTS", 6),
    "PermissionDeniedError": ("PERMISSION_DENIED", 7),
    "ResourceExhaustedError": ("RESOURCE_EXHAUSTED", 8),
    "FailedPreconditionError": ("FAILED_PRECONDITION", 9),
    "AbortedError": ("ABORTED", 10),
    "OutOfRangeError": ("OUT_OF_RANGE", 11),
    "UnimplementedError": ("UNIMPLEMENTED", 12),
    "InternalError": ("INTERNAL", 13),
    "UnavailableError": ("UNAVAILABLE", 14),
    "DataLossError": ("DATA_LOSS", 15),
    "UnauthenticatedError": ("UNAUTHENTICATED", 16),
}
each_class = pytest.mark.parametrize("name", CODES)


@each_class
def test_attributes(name: str) -> None:
    constant, code = CODES[name]
    assert getattr(tf.errors, constant) == code
    error = getattr(tf.errors, name)(None, None, "what happened")
    assert isinstance(error, tf.errors.OpError)
    assert isinstance(error, Exception)
    assert not isinstance(error, ValueError | TypeError | RuntimeError)
    assert type(error).__name__ == name
    assert error.error_code == code
    assert error.message == "what happened"
    assert error.op is None
    assert error.node_def is None
    assert error.experimental_payloads == {}
    assert error.args == ()
    assert str(error) == "what happened"
    assert repr(error) == f"{name}()"


@each_class
def test_pickle(name: str) -> None:
    error = getattr(tf.errors, name)(None, None, "what happened")
    back = pickle.loads(pickle.dumps(error))
    assert type(back) is type(error)
    assert (back.message, back.error_code) == ("what happened", CODES[name][1])


@each_class
def test_raised_and_caught(name: str) -> None:
    cls = getattr(tf.errors, name)
    with pytest.raises(tf.errors.OpError, match="what happened") as caught:
        raise cls(None, None, "what happened")
    assert caught.type is cls


def test_ok() -> None:
    assert tf.errors.OK == 0


def test_base_class_takes_a_code() -> None:
    error = tf.errors.OpError(None, None, "text", tf.errors.NOT_FOUND)
    assert (error.error_code, error.message, str(error)) == (5, "text", "text")
    assert not isinstance(error, tf.errors.NotFoundError)
    with pytest.raises(TypeError):
        tf.errors.OpError("text")


def test_arguments() -> None:
    error = tf.errors.InvalidArgumentError(node_def=1, op=None, message="text")
    assert (error.node_def, error.op, error.message) == (1, None, "text")
    payloads = {"key": "value"}
    assert (
        tf.errors.InvalidArgumentError(None, None, "text", payloads).experimental_payloads
        == payloads
    )
    with pytest.raises(TypeError):
        tf.errors.InvalidArgumentError("text")


def test_operator_in_graph() -> None:
    assert issubclass(tf.errors.OperatorNotAllowedInGraphError, TypeError)
    assert not issubclass(tf.errors.OperatorNotAllowedInGraphError, tf.errors.OpError)
    assert str(tf.errors.OperatorNotAllowedInGraphError("text")) == "text"
