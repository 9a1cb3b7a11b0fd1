"""The proofs of the book: what each promises, and the question that finds whatever breaks the promise.

The numbers are those of the ledger's design. A number can have several proofs, so that a finding says at once which
promise is broken. Proof 10 (settlement) comes with settlement.
"""

from dataclasses import dataclass
from enum import StrEnum, auto
from typing import Final

from florin.storage.proofs import (
    balances,
    breaks,
    closures,
    corporate,
    dormancy,
    later,
    loyalty,
    netting,
    payments,
    records,
    settlement,
    suspense,
)


class Reach(StrEnum):
    """How much of the book a proof looks at when only what came since the last sealed days is proven."""

    WHOLE = auto()  # all of it: it is about how things stand now, or about few rows
    LATER = auto()  # what came since: it looks at journals, or at accounts, one by one
    FULL_ONLY = auto()  # nothing: it compares what sealed days say with all their transfers


@dataclass(frozen=True, slots=True)
class Proof:
    """One promise. ``looks_at`` is the kind of row it looks at; ``question`` returns the rows that break it.

    ``question`` is None for the seals, which are hashed again rather than asked about. ``reach`` is how much of the
    book a run since the last seals asks about, by ``later`` where another question says it of later rows.
    """

    number: int
    name: str
    promise: str
    looks_at: str
    question: str | None
    reach: Reach = Reach.WHOLE
    later: str | None = None


PROOFS: Final = (
    Proof(
        1,
        "trial balance",
        "Debits equal credits in each programme and unit, over sealed totals, later transfers and strict balances.",
        "accounts",
        balances.TRIAL_BALANCE,
        Reach.LATER,
    ),
    Proof(
        1,
        "permitted postings",
        "Every transfer is one that the chart permits, positive and in its programme's unit.",
        "transfers",
        balances.PERMITTED_POSTINGS,
        Reach.LATER,
    ),
    Proof(
        1,
        "flow balances",
        "The sealed totals of each flow account are the sum of its transfers up to that day.",
        "flow_balances",
        balances.FLOW_BALANCES,
        Reach.FULL_ONLY,
    ),
    Proof(
        1,
        "posting totals",
        "What each sealed day moved by event and accounts, as reports add it up, is the sum of its transfers.",
        "posting_totals",
        balances.POSTING_TOTALS,
        Reach.FULL_ONLY,
    ),
    Proof(
        2,
        "strict balances",
        "Each strict balance is the sum of its transfers and what the last of them leaves; its sequence counts them.",
        "accounts",
        balances.STRICT_BALANCES,
        Reach.LATER,
        later.STRICT_BALANCES,
    ),
    Proof(
        2,
        "statements",
        "Each statement is numbered from 1 without gaps, and each balance follows from the one before.",
        "transfers",
        balances.STATEMENTS,
        Reach.LATER,
        later.STATEMENTS,
    ),
    Proof(
        3,
        "nothing overspent",
        "No strict account's balance, held or available amount is below zero.",
        "accounts",
        balances.NOTHING_OVERSPENT,
    ),
    Proof(4, "holds", "What is held on each account is what its open holds reserve.", "holds", records.HOLDS),
    Proof(
        5,
        "clearing accounts",
        "Each journal leaves every clearing account as it found it, so all of them stand at zero.",
        "transfers",
        balances.CLEARING,
        Reach.LATER,
    ),
    Proof(
        6,
        "owners of value",
        "Each card and member has accounts, each account an owner; inactive cards and members who left have nothing.",
        "owners",
        records.OWNERS,
    ),
    Proof(
        7,
        "whole journals",
        "The transfers of a journal are numbered from 0 without gaps and agree in event, unit, programme and time.",
        "transfers",
        records.WHOLE_JOURNALS,
        Reach.LATER,
    ),
    Proof(
        7,
        "operations",
        "Each journal was asked for by one operation that was not declined, and was announced once.",
        "operations",
        records.OPERATIONS,
        Reach.LATER,
    ),
    Proof(
        8,
        "seals",
        "Every day that was sealed hashes to its seal, and each seal is chained to the day before.",
        "transfers",
        None,
        Reach.LATER,
    ),
    Proof(
        9,
        "roll-forward",
        "All value received, less what went to merchants, is the liability outstanding to customers.",
        "transfers",
        balances.ROLL_FORWARD,
        Reach.FULL_ONLY,
    ),
    Proof(
        9,
        "purchases",
        "Each purchase took what its transfers moved.",
        "purchases",
        records.PURCHASES,
        Reach.LATER,
        later.PURCHASES,
    ),
    Proof(
        9,
        "given back",
        "What each purchase says was given back is what refunds, voids and reversals moved.",
        "purchases",
        records.GIVEN_BACK,
    ),
    Proof(9, "refunds", "Each refund gave back what its transfers moved.", "refunds", records.REFUNDS, Reach.LATER),
    Proof(
        9,
        "replaced cards",
        "What was on a replaced card went to the one card that has its place, and each lost card's is that one.",
        "replacements",
        records.REPLACED_CARDS,
    ),
    Proof(9, "receipts", "Each receipt of a customer is what its transfers received.", "receipts", corporate.RECEIPTS),
    Proof(
        9,
        "funding refunds",
        "Each refund of a customer's money took, and the bank paid, what its transfers moved.",
        "funding_refunds",
        corporate.FUNDING_REFUNDS,
    ),
    Proof(
        9,
        "corporate orders",
        "Each order has used what its cards took of the customer's money, and reserves what those that wait will take.",
        "orders",
        corporate.ORDERS,
    ),
    Proof(
        9,
        "payments",
        "Each payment brought in what its transfers credited, no top-up lacks one, and its refunds are what goes back.",
        "payments",
        payments.PAYMENTS,
    ),
    Proof(
        9,
        "payment refunds",
        "Each refund of a payment took from the wallet, and put back where it failed, what its transfers moved.",
        "payment_refunds",
        payments.PAYMENT_REFUNDS,
    ),
    Proof(
        9,
        "closures",
        "Each closure kept, added or put back what its transfers moved.",
        "closures",
        closures.CLOSURES,
    ),
    Proof(
        9,
        "what is owed",
        "What closures, later refunds and returned payments put aside is owed by one payout each.",
        "payouts",
        closures.OWED,
    ),
    Proof(
        9,
        "payouts",
        "Each payout was sent, settled and returned as its transfers say.",
        "payouts",
        closures.PAYOUTS,
    ),
    Proof(
        9,
        "closure payable",
        "The account of closures holds what open closures keep and what is owed and not sent.",
        "closures",
        closures.CLOSURE_PAYABLE,
    ),
    Proof(
        9,
        "payout files",
        "Each payout file has the payments that it was made of, and they are posted once it is finished.",
        "payout_files",
        settlement.PAYOUT_FILES,
    ),
    Proof(
        9,
        "suspense items",
        "Each item in suspense came in, was assigned and went back as its transfers say.",
        "suspense_items",
        suspense.ITEMS,
    ),
    Proof(
        9,
        "suspense",
        "Suspense holds exactly the items that nobody has been found for yet.",
        "suspense_items",
        suspense.STANDING,
    ),
    Proof(
        9,
        "lines of banks",
        "Each line of a bank's statement has posted one thing at most, and stands for what moved the bank account.",
        "booked_lines",
        suspense.LINES,
    ),
    Proof(
        9,
        "redemptions",
        "Each redemption loaded what its transfers moved.",
        "redemptions",
        records.REDEMPTIONS,
        Reach.LATER,
    ),
    Proof(9, "points", "Each entry of a member's points is what its transfers moved.", "points", loyalty.POINTS),
    Proof(
        9,
        "points of days",
        "No business day has cost a member points, and the entries of each day are numbered without gaps.",
        "points",
        loyalty.POINTS_OF_DAYS,
    ),
    Proof(9, "vouchers", "Each voucher came and went as its transfers say.", "vouchers", loyalty.VOUCHERS),
    Proof(
        9,
        "balance endings",
        "Each dormant balance that ended, or was restored, is a line of an approved proposal, at its amount.",
        "balance_endings",
        dormancy.BALANCE_ENDINGS,
    ),
    Proof(
        9, "used vouchers", "Each voucher that was used became its face in bonus.", "vouchers", loyalty.USED_VOUCHERS
    ),
    Proof(
        9,
        "adjusted differences",
        "Each difference that was put right is a break that ended so, as its proposal says, and nothing else is.",
        "break_proposals",
        breaks.ADJUSTMENTS,
    ),
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
"""Every proof, in the order in which they run."""
