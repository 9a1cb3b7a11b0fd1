"""Examples of points, vouchers and loyalty terms, as the API's document shows them."""

from typing import Final

from florin.api.examples import CARD_ID, cny
from florin.api.management_examples import JOURNAL_ID, Json

VOUCHER_ID: Final = CARD_ID.replace("card", "vch")

TERMS: Final[Json] = {
    "minor_per_point": 100,
    "double_days": [8, 18, 28],
    "double_dates": ["2026-12-25"],
    "keep_from_points": 3_000,
    "monthly": [{"points": 1_000, "face": cny(1_000)}, {"points": 2_000, "face": cny(2_500)}],
    "offers": [{"points": 500, "face": cny(500)}],
    "voucher_days": 90,
    "referral_face": cny(5_000),
    "referral_due": "first_load",
}
NEW_TERMS: Final[Json] = {"effective_on": None, **TERMS}
DATED_TERMS: Final[Json] = {"effective_on": "2026-11-22", **TERMS}
ALL_TERMS: Final[Json] = {"items": [DATED_TERMS]}
TIER: Final[Json] = {"name": "yellow", "price_basis_points": 9_800, "spent": cny(120_000)}
POINTS: Final[Json] = {"balance": 1_250, "this_month": 250, "this_year": 1_750}
POINTS_LINE: Final[Json] = {
    "sequence": 7,
    "event": "points_earned",
    "points": 88,
    "balance_after": 1_250,
    "posted_at": "2026-11-22T16:10:00.123456Z",
    "journal_id": JOURNAL_ID,
}
EXCHANGE: Final[Json] = {"points": 500}
VOUCHER: Final[Json] = {
    "id": VOUCHER_ID,
    "cause": "month:2026-10",
    "face": cny(1_000),
    "status": "granted",
    "expires_on": "2027-01-30",
    "granted_at": "2026-11-01T16:10:00.123456Z",
    "ended_at": None,
}
GRANTED: Final[Json] = {
    "member_id": VOUCHER_ID.replace("vch", "mbr"),
    "voucher": {**VOUCHER, "cause": VOUCHER_ID.replace("vch_", "case:")},
}
EXCHANGED: Final[Json] = {"voucher": VOUCHER, "points": 500, "balance": 750, "journal_id": JOURNAL_ID}
USE: Final[Json] = {"voucher_id": VOUCHER_ID}
USED: Final[Json] = {
    **VOUCHER,
    "status": "used",
    "ended_at": "2026-11-22T08:30:00.123456Z",
    "journal_id": JOURNAL_ID,
    "balance": cny(9_800),
    "available": cny(9_800),
}
