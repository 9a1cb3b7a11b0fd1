"""Proofs 10: what is settled with merchants and between programmes, and what is owed, are what the book says."""

from typing import Final

from florin.reconciliation.proof import Proof
from florin.storage.proofs import netting, settlement

SETTLEMENT_PROOFS: Final = (
    Proof(
        10,
        "merchant statements",
        "Each merchant's statement adds up to its transfers, and carries in what the one before carried on.",
        "merchant_statements",
        settlement.STATEMENTS,
    ),
    Proof(
        10,
        "transfers in statements",
        "Every transfer of a merchant's payable on a settled day is in exactly one statement.",
        "transfers",
        settlement.IN_ONE_STATEMENT,
    ),
    Proof(
        10,
        "merchant payable",
        "Merchants are owed, and have in reserve, what their statements and payouts leave.",
        "merchant_statements",
        settlement.MERCHANT_PAYABLE,
    ),
    Proof(
        10,
        "merchant payouts",
        "Each approved statement is paid by its payouts, and each payout moved what its transfers say.",
        "merchant_payouts",
        settlement.MERCHANT_PAYOUTS,
    ),
    Proof(
        10,
        "merchant receivable",
        "Merchants owe for cards that they have sold what their statements say.",
        "merchant_statements",
        settlement.MERCHANT_RECEIVABLE,
    ),
    Proof(
        10,
        "merchant debt payments",
        "Each payment of what a merchant owes for cards moved what its transfer says, and nothing else did.",
        "merchant_debt_payments",
        settlement.DEBT_PAYMENTS,
    ),
    Proof(
        10,
        "taken over",
        "What a programme passes on of a merchant's statement, the one that pays the merchant has taken over.",
        "merchant_statements",
        settlement.TAKEN_OVER,
    ),
    Proof(
        10,
        "between programmes",
        "What a programme owes another one is what that one's book has coming from it.",
        "transfers",
        settlement.BETWEEN_PROGRAMMES,
    ),
    Proof(
        10,
        "nettings",
        "Each netting statement is the sum of merchants' statements and of what came back, and its payout the rest.",
        "netting_statements",
        netting.NETTINGS,
    ),
    Proof(
        10,
        "netting journals",
        "Whatever netting posted is of one statement or payout, at its amount and in its book.",
        "transfers",
        netting.NETTING_JOURNALS,
    ),
    Proof(
        10,
        "open between programmes",
        "What a programme owes another one is what was passed on, less what was set off and is paid.",
        "netting_statements",
        netting.OPEN_BETWEEN_PROGRAMMES,
    ),
)
