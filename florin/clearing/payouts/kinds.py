"""The kinds of payouts that there are."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from florin.clearing.banking.suspense_payouts import SUSPENSE_PAYOUTS
from florin.clearing.closures.closure_payouts import CLOSURE_PAYOUTS
from florin.clearing.netting.netting_payouts import NETTING_PAYOUTS
from florin.clearing.payouts.payout_rules import PayoutRules
from florin.clearing.settlement.merchant_payouts import MERCHANT_PAYOUTS
from florin.domain.payout import PayoutKind

PAYOUT_RULES: Final[Mapping[PayoutKind, PayoutRules[Any]]] = MappingProxyType(
    {
        PayoutKind.CLOSURE: CLOSURE_PAYOUTS,
        PayoutKind.MERCHANT: MERCHANT_PAYOUTS,
        PayoutKind.NETTING: NETTING_PAYOUTS,
        PayoutKind.SUSPENSE: SUSPENSE_PAYOUTS,
    }
)
"""What differs between them."""
