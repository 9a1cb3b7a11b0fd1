"""Referrals: a new member names the member who brought it in, and both get a voucher, once."""

from enum import StrEnum, auto
from typing import Final

FOR_NEWCOMER: Final = "referral"
"""The cause of the new member's voucher: whoever names somebody does so once, at registration."""


class ReferralDue(StrEnum):
    """When a referral is rewarded; a setting of the programme."""

    REGISTRATION = auto()  # as soon as the new member has registered
    FIRST_LOAD = auto()  # when value first came into the new member's wallet: names alone bring nothing


class ReferralStatus(StrEnum):
    """What has become of a referral."""

    WAITING = auto()
    REWARDED = auto()
    REFUSED = auto()  # both turned out to be one person


def cause_for_referrer(newcomer_hex: str) -> str:
    """The cause of the voucher of whoever was named, by the id of the new member in hexadecimal digits."""
    return f"referral:{newcomer_hex}"
