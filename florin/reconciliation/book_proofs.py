"""Proofs 1 to 8: the book by itself, its balances, statements, holds, owners, journals, operations and seals."""

from typing import Final

from florin.reconciliation.proof import Proof, Reach
from florin.storage.proofs import balances, later, records

BOOK_PROOFS: Final = (
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
)
