"""What is refused about notices and webhooks: status, meaning, and what the caller does."""

from typing import Final

from florin.domain.declines import Decline

NOTICE_DECLINES: Final[dict[Decline, tuple[int, str, str]]] = {
    Decline.WEBHOOK_NOT_FOUND: (
        404,
        "The caller has no such endpoint.",
        "Check the id, or read the list.",
    ),
    Decline.TOO_MANY_WEBHOOKS: (
        409,
        "The owner has as many endpoints as one may have.",
        "Remove one, or let one endpoint take more events.",
    ),
    Decline.NOTICE_ALWAYS_SENT: (
        409,
        "Notices of this kind must be sent, so nobody can switch them off.",
        "Leave the kind out.",
    ),
}
