"""The declines of points, vouchers and referrals, as `catalogue` explains codes.

For each: its HTTP status, what it means, and what the caller does about it.
"""

from collections.abc import Mapping
from typing import Final

from florin.domain.declines import Decline

LOYALTY_DECLINES: Final[Mapping[Decline, tuple[int, str, str]]] = {
    Decline.LOYALTY_NOT_OFFERED: (
        409,
        "The programme offers nothing of the kind now.",
        "Read the programme's loyalty terms: they name what points are exchanged for and whether referrals count.",
    ),
    Decline.POINTS_NOT_ENOUGH: (
        409,
        "The member has fewer points than that.",
        "See `points`, what there is; a day's points come when the day is closed.",
    ),
    Decline.VOUCHER_NOT_FOUND: (404, "The member has no such voucher.", "Read the member's vouchers."),
    Decline.VOUCHER_NOT_USABLE: (
        409,
        "The voucher has been used, or its last day has passed.",
        "Read the member's vouchers: only one that is granted and not past its last day is used.",
    ),
    Decline.REFERRER_NOT_FOUND: (
        404,
        "No member of the programme who could have brought anybody in has this user name.",
        "Correct the name, or register without one.",
    ),
    Decline.DAY_CLOSED: (
        409,
        "The day is closed, and what it has earned stays.",
        "Let the terms begin on a day that is still open.",
    ),
}
