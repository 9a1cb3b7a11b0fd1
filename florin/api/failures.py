"""What went wrong, as the problem that the caller is told: here the exceptions of all rooms below are known."""

import re
from typing import Final

import structlog

from florin.api.problems.codes import DoorProblem
from florin.api.problems.document import Refused
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.storage.connect import DatabaseUnavailable, gave_way, is_connection_failure
from florin.storage.posting.request import BrokenError, BusyError, KeyReusedError, OutcomeUnknownError

_ON_THE_WIRE: Final = {
    "denominations_minor": "denominations",
    "low_balance_threshold_minor": "low_balance_threshold",
    "quantity": "count",
    "unit": "currency",
}
"""Fields that callers know by another name than we do: on the wire an amount carries its currency."""

MISSING: Final = "needed, and not there"
UNKNOWN: Final = "there is no such field here"
"""What is said of a field, the same at both doors."""

_NAME: Final = re.compile(r"[A-Za-z][A-Za-z_-]{0,39}")
_log: Final = structlog.get_logger("florin.api")


def refusal_of(error: Exception, request_id: str) -> Refused:
    """The refusal for any exception; what nobody foresaw is an `INTERNAL_ERROR`, and an alarm in the log."""
    match error:
        case Refused():
            return error
        case InvalidField():
            return invalid_field(_ON_THE_WIRE.get(error.field, error.field), error.reason)
        case KeyReusedError():
            return Refused(DoorProblem.IDEMPOTENCY_KEY_REUSED)
        case BusyError() | DatabaseUnavailable():
            return Refused(Decline.BUSY)
        case OutcomeUnknownError():
            return Refused(DoorProblem.OUTCOME_UNKNOWN)
        case BrokenError():
            # The engine has raised the alarm, with all that it knows.
            return Refused(DoorProblem.INTERNAL_ERROR)
        case _ if is_connection_failure(error) or gave_way(error):
            _log.warning("database_unavailable", request_id=request_id, error=type(error).__name__)
            return Refused(Decline.BUSY)
        case _:
            _log.critical("request_failed", request_id=request_id, error=type(error).__name__, exc_info=error)
            return Refused(DoorProblem.INTERNAL_ERROR)


def invalid_field(field: str, reason: str) -> Refused:
    """The refusal of a field: ``field`` is its path in the request, the reason never repeats its value."""
    return Refused(DoorProblem.INVALID_REQUEST, f"{field}: {reason}" if field else reason, details={"field": field})


def nameable(field: str | int) -> str:
    """The name of a field, or the place of an item, as an answer may repeat it.

    Callers choose the names of unknown fields: one that could be a card number, a PIN or a token is not repeated.
    """
    return str(field) if isinstance(field, int) or _NAME.fullmatch(field) else "(unknown)"
