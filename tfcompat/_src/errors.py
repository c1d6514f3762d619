"""tf.errors: the exceptions that operations raise, and their codes."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tfcompat._src.naming import public

OK: Final = 0
CANCELLED: Final = 1
UNKNOWN: Final = 2
INVALID_ARGUMENT: Final = 3
DEADLINE_EXCEEDED: Final = 4
NOT_FOUND: Final = 5
ALREADY_EXISTS: Final = 6
PERMISSION_DENIED: Final = 7
RESOURCE_EXHAUSTED: Final = 8
FAILED_PRECONDITION: Final = 9
ABORTED: Final = 10
OUT_OF_RANGE: Final = 11
UNIMPLEMENTED: Final = 12
INTERNAL: Final = 13
UNAVAILABLE: Final = 14
DATA_LOSS: Final = 15
UNAUTHENTICATED: Final = 16


@public("tfcompat.errors")
class OpError(Exception):
    """The base of the exceptions that operations raise."""

    def __init__(self, node_def: Any, op: Any, message: str, error_code: int, *args: Any) -> None:
        super().__init__()
        self._node_def = node_def
        self._op = op
        self._message = message
        self._error_code = error_code
        # Keras gives the error code here when it raises an error again with a longer message.
        given = {} if not args or isinstance(args[0], int) else args[0]
        self._payloads: dict[Any, Any] = dict(given)

    @property
    def message(self) -> str:
        """What went wrong."""
        return self._message

    @property
    def op(self) -> Any:
        """The graph operation that failed; None outside graphs."""
        return self._op

    @property
    def error_code(self) -> int:
        """The number of this kind of error, such as `tf.errors.INVALID_ARGUMENT`."""
        return self._error_code

    @property
    def node_def(self) -> Any:
        """The graph node that failed; None outside graphs."""
        return self._node_def

    @property
    def experimental_payloads(self) -> dict[Any, Any]:
        """Further details by key."""
        return self._payloads

    def __str__(self) -> str:
        return self._message

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self), (
            self._node_def,
            self._op,
            self._message,
            self._error_code,
            self._payloads,
        )


class _CodedError(OpError):
    """An OpError whose class fixes the code."""

    _code: ClassVar[int]

    def __init__(self, node_def: Any, op: Any, message: str, *args: Any) -> None:
        super().__init__(node_def, op, message, self._code, *args)

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return type(self), (self._node_def, self._op, self._message, self._payloads)


@public("tfcompat.errors")
class CancelledError(_CodedError):
    """The operation was cancelled."""

    _code = CANCELLED


@public("tfcompat.errors")
class UnknownError(_CodedError):
    """The cause is not known."""

    _code = UNKNOWN


@public("tfcompat.errors")
class InvalidArgumentError(_CodedError):
    """An operation received a value, shape or dtype that it does not accept."""

    #: Whether it is a number that is wrong, which a graph finds out when it runs.
    of_values: bool = False

    _code = INVALID_ARGUMENT


@public("tfcompat.errors")
class DeadlineExceededError(_CodedError):
    """The time allowed ran out."""

    _code = DEADLINE_EXCEEDED


@public("tfcompat.errors")
class NotFoundError(_CodedError):
    """A file or another named thing does not exist."""

    _code = NOT_FOUND


@public("tfcompat.errors")
class AlreadyExistsError(_CodedError):
    """What should be created exists already."""

    _code = ALREADY_EXISTS


@public("tfcompat.errors")
class PermissionDeniedError(_CodedError):
    """The caller may not do this."""

    _code = PERMISSION_DENIED


@public("tfcompat.errors")
class ResourceExhaustedError(_CodedError):
    """Memory, disk or another resource ran out."""

    _code = RESOURCE_EXHAUSTED


@public("tfcompat.errors")
class FailedPreconditionError(_CodedError):
    """The state of something involved does not allow the operation yet."""

    _code = FAILED_PRECONDITION


@public("tfcompat.errors")
class AbortedError(_CodedError):
    """The operation was given up, usually because of another one running beside it."""

    _code = ABORTED


@public("tfcompat.errors")
class OutOfRangeError(_CodedError):
    """The end of the valid input has been passed."""

    _code = OUT_OF_RANGE


@public("tfcompat.errors")
class UnimplementedError(_CodedError):
    """The operation does not exist for these arguments."""

    _code = UNIMPLEMENTED


@public("tfcompat.errors")
class InternalError(_CodedError):
    """Something that must always hold did not."""

    _code = INTERNAL


@public("tfcompat.errors")
class UnavailableError(_CodedError):
    """What is needed cannot be reached at present."""

    _code = UNAVAILABLE


@public("tfcompat.errors")
class DataLossError(_CodedError):
    """Stored data is lost or damaged."""

    _code = DATA_LOSS


@public("tfcompat.errors")
class UnauthenticatedError(_CodedError):
    """The caller has not proven who it is."""

    _code = UNAUTHENTICATED


@public("tfcompat.errors")
class OperatorNotAllowedInGraphError(TypeError):
    """Python asked a symbolic tensor for its value, as in `if tensor:`."""


def invalid_argument(op: str, message: str) -> InvalidArgumentError:
    """The InvalidArgumentError of our op `op`; `message`: what was received and is accepted."""
    return InvalidArgumentError(None, None, f"{op}: {message}")


def wrong_value(op: str, message: str) -> InvalidArgumentError:
    """An `invalid_argument` for a number, no shape or dtype: graphs raise it when they run."""
    error = invalid_argument(op, message)
    error.of_values = True
    return error


def failed_precondition(op: str, message: str) -> FailedPreconditionError:
    """The FailedPreconditionError of our op `op`."""
    return FailedPreconditionError(None, None, f"{op}: {message}")


def out_of_range(op: str, message: str) -> OutOfRangeError:
    """The OutOfRangeError of our op `op`."""
    return OutOfRangeError(None, None, f"{op}: {message}")


def unimplemented(op: str, message: str) -> UnimplementedError:
    """The UnimplementedError of our op `op`."""
    return UnimplementedError(None, None, f"{op}: {message}")


def not_found(op: str, message: str) -> NotFoundError:
    """The NotFoundError of our op `op`."""
    return NotFoundError(None, None, f"{op}: {message}")


def internal(op: str, message: str) -> InternalError:
    """The InternalError of our op `op`."""
    return InternalError(None, None, f"{op}: {message}")
