"""The codes of problems: the domain's declines, and what can be wrong before any business is looked at."""

from enum import StrEnum, auto

from florin.domain.declines import Decline


class DoorProblem(StrEnum):
    """What is wrong with a request in form, with its caller or its address, or with the service itself."""

    # The request
    MALFORMED_JSON = auto()
    INVALID_REQUEST = auto()
    UNSUPPORTED_MEDIA_TYPE = auto()
    BODY_TOO_LARGE = auto()
    IDEMPOTENCY_KEY_MISSING = auto()
    IDEMPOTENCY_KEY_INVALID = auto()
    IDEMPOTENCY_KEY_REUSED = auto()

    # The caller
    UNAUTHENTICATED = auto()
    INSUFFICIENT_SCOPE = auto()
    ENROLMENT_REQUIRED = auto()
    RELEASE_REQUIRED = auto()

    # The address
    NOT_FOUND = auto()
    METHOD_NOT_ALLOWED = auto()

    # The service
    OUTCOME_UNKNOWN = auto()
    INTERNAL_ERROR = auto()


Code = Decline | DoorProblem
"""What stands as ``code`` in a problem."""

ALL_CODES: tuple[Code, ...] = (*DoorProblem, *Decline)
