"""How old a callback may be: a signature says who has written it, not when it was sent to us."""

from datetime import UTC, datetime, timedelta
from typing import Final

from florin.gateways.payment_provider import CallbackRefusedError

MOST_SKEW: Final = timedelta(minutes=5)
"""Both ways, for clocks differ: the limit that WeChat Pay and Stripe document. Repetitions are signed anew."""


def require_recent(signed_at_s: str, now: datetime) -> None:
    """Refuse a callback that was not signed just now.

    Args:
        signed_at_s: seconds since 1970, as the callback says them in its signed part.
        now: the moment of its arrival.

    Raises:
        CallbackRefusedError: it is too old, or from the future, or says no time at all.
    """
    if not (signed_at_s.isascii() and signed_at_s.isdigit() and len(signed_at_s) <= len("9999999999")):
        raise CallbackRefusedError("no time of signing")
    if abs(now - datetime.fromtimestamp(int(signed_at_s), UTC)) > MOST_SKEW:
        raise CallbackRefusedError("too old, or from the future")
