"""Payouts of merchants: what a statement has found to be paid, on its way to the merchant's bank account."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from florin.domain.payout import Payout


@dataclass(slots=True, kw_only=True)
class MerchantPayout(Payout):
    """The payout of a merchant.

    Which account it goes to is settled when it is put into a file: the one that is in force then. After the bank has
    sent one back, ``replaces_id`` names it, and the account must have been confirmed again since.
    """

    statement_id: UUID
    merchant_id: UUID
    pays_on: date
    replaces_id: UUID | None = None
