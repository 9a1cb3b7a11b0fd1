"""The words of the API as people say them."""

from typing import Any, Final

from florin.domain.declines import Decline
from florin.domain.money import format_minor
from florin.domain.order_line import LineFailure

_FAILURES: Final = {
    LineFailure.ORDER_ALTERED: "the order is not what was submitted and approved",
    LineFailure.PRODUCT_NOT_FOUND: "the product is gone",
    LineFailure.DENOMINATION_NOT_OFFERED: "the product is not issued with this face any more",
    LineFailure.REFUSED_BY_POLICY: "the policy in force does not allow cards of this face any more",
    LineFailure.NUMBERS_USED_UP: "no free card numbers are left under the programme's issuer prefix",
    LineFailure.UNEXPECTED: "something that nobody has foreseen; the service's log tells what",
}


def words(code: object) -> str:
    """A code, a status or the name of a field as words: ``waiting_for_approval`` is waiting for approval."""
    return str(code).replace("_", " ")


def money_cells(amount: dict[str, Any] | None) -> tuple[str, str]:
    """An amount of a view and its currency, each for a column of its own."""
    return ("", "") if amount is None else (format_minor(amount["amount"], amount["currency"]), amount["currency"])


def plain(value: Any) -> Any:  # noqa: ANN401 (any value of a view)
    """A value of a view as people read it: an amount with its currency, anything else as it is."""
    match value:
        case {"amount": int(amount_minor), "currency": str(unit)}:
            return f"{format_minor(amount_minor, unit)} {unit}"
        case _:
            return value


def failure(code: str | None) -> str | None:
    """Why the cards of a line could not be made."""
    if code is None:
        return None
    return _FAILURES[LineFailure(code)] if code in set(LineFailure) else words(code)


def meaning(code: str | None) -> str | None:
    """What a decline means, in the sentence that callers over HTTP get; any other code as words."""
    # Of the API's room this is the one page that knows sentences, and only a table of refusals needs it.
    from florin.api.problems.catalogue import PROBLEMS  # noqa: PLC0415 (see above)

    if code is None:
        return None
    return PROBLEMS[Decline(code)].meaning if code in set(Decline) else words(code)
