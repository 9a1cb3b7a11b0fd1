"""What may be proposed for a break of each kind, how far it may go, and who must agree."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from florin.domain.break_life import BreakKind, BreakState
from florin.domain.break_proposal import (
    BreakProposal,
    ProposalKind,
    details_hash,
    ends_alone,
    movement_for,
    require_cause,
)
from florin.domain.break_record import Break, BreakReason, BreakSeverity
from florin.domain.chart import AccountCode
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.journal import FlowAccount
from florin.domain.people import Role

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)
PROGRAMME, PROVIDER, LINE, ENTRY = (UUID(int=each) for each in range(1, 5))
DIFFERENCES, FEES = AccountCode.RECONCILIATION_DIFFERENCES, AccountCode.PROVIDER_FEES


def a_break(kind: BreakKind = BreakKind.MISSING_INTERNAL, to_post_minor: int = 5_00, **fields: object) -> Break:
    values: dict[str, object] = {
        "id": UUID(int=9), "kind": kind, "programme_id": PROGRAMME, "counterparty_id": UUID(int=8), "line_id": LINE,
        "journal_id": None, "amount_minor": to_post_minor, "currency": "CNY", "value_on": date(2026, 3, 2),
        "opened_at": NOON, "state": BreakState.OPEN, "severity": BreakSeverity.NORMAL, "owner_id": None,
        "reason": None, "ended_at": None, "counterparty_code": "sandbox", "lag_days": 0, "tolerance_minor": 0,
        "write_off_limit_minor": 0, "account_code": AccountCode.PROVIDER_RECEIVABLE, "account_owner": PROVIDER,
        "to_post_minor": to_post_minor,
    }  # fmt: skip
    return Break(**{**values, **fields})  # type: ignore[arg-type]  # fields of any type


KINDS = """
kind                  5030  5020
missing_internal      yes   yes
unidentified_receipt  yes   no
missing_provider      yes   no
missing_bank          yes   no
amount_diff           yes   no
fee_diff              yes   no
date_cutoff           no    no
duplicate             yes   no
status_diff           yes   no
file_gap              no    no
control_total         no    no
"""
ALLOWED = [line.split() for line in KINDS.strip().splitlines()[1:]]


def test_every_kind_is_in_the_table() -> None:
    assert set(BreakKind) == {kind for kind, _, _ in ALLOWED}


@pytest.mark.parametrize(("kind", "differences", "fees"), ALLOWED)
def test_where_a_break_of_each_kind_may_be_posted(kind: str, differences: str, fees: str) -> None:
    known = a_break(BreakKind(kind), journal_id=ENTRY)
    for account, may in ((DIFFERENCES, differences), (FEES, fees)):
        posted = movement_for(known, ProposalKind.ADJUST, account)
        assert (may == "no") is (posted == Decline.BREAK_NOT_POSTABLE)


@pytest.mark.parametrize("account", sorted(set(AccountCode) - {DIFFERENCES, FEES}))
def test_nothing_is_posted_to_accounts_of_others(account: AccountCode) -> None:
    assert Decline.BREAK_NOT_POSTABLE == movement_for(a_break(), ProposalKind.ADJUST, account)


def test_what_they_say_more_is_debited_and_what_they_say_less_is_credited() -> None:
    own, other = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, PROVIDER), FlowAccount(DIFFERENCES, PROGRAMME)
    assert (5_00, own, other) == movement_for(a_break(), ProposalKind.ADJUST, DIFFERENCES)
    assert (5_00, other, own) == movement_for(a_break(to_post_minor=-5_00), ProposalKind.ADJUST, DIFFERENCES)


def test_a_charge_goes_to_the_fees_of_who_has_charged() -> None:
    own, fees = FlowAccount(AccountCode.PROVIDER_RECEIVABLE, PROVIDER), FlowAccount(FEES, PROVIDER)
    assert (3_00, fees, own) == movement_for(a_break(to_post_minor=-3_00), ProposalKind.ADJUST, FEES)


@pytest.mark.parametrize(("amount_minor", "is_within"), [(5_00, True), (-5_00, True), (5_01, False), (-5_01, False)])
def test_a_write_off_ends_at_the_limit_and_a_tolerance_at_its_own(amount_minor: int, *, is_within: bool) -> None:
    of_limit = a_break(to_post_minor=amount_minor, write_off_limit_minor=5_00)
    of_tolerance = a_break(to_post_minor=amount_minor, tolerance_minor=5_00)
    for known, kind in ((of_limit, ProposalKind.WRITE_OFF), (of_tolerance, ProposalKind.TOLERATE)):
        assert is_within is (movement_for(known, kind, DIFFERENCES) != Decline.BREAK_ABOVE_LIMIT)
        assert movement_for(known, ProposalKind.ADJUST, DIFFERENCES) != Decline.BREAK_ABOVE_LIMIT


def test_only_an_adjusting_posting_goes_to_fees() -> None:
    known = a_break(write_off_limit_minor=5_00)
    assert Decline.BREAK_NOT_POSTABLE == movement_for(known, ProposalKind.WRITE_OFF, FEES)


def test_a_payment_of_another_amount_that_is_in_no_book_is_not_posted() -> None:
    known = a_break(BreakKind.AMOUNT_DIFF, journal_id=None)
    assert Decline.BREAK_NOT_POSTABLE == movement_for(known, ProposalKind.ADJUST, DIFFERENCES)


def test_an_explanation_posts_nothing() -> None:
    assert movement_for(a_break(BreakKind.FILE_GAP), ProposalKind.EXPLAIN, DIFFERENCES) is None


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (ProposalKind.ADJUST, BreakReason.UNKNOWN),
        (ProposalKind.EXPLAIN, BreakReason.UNKNOWN),
        (ProposalKind.WRITE_OFF, BreakReason.WITHIN_TOLERANCE),
    ],
)
def test_a_cause_is_known_unless_it_is_written_off(kind: ProposalKind, reason: BreakReason) -> None:
    with pytest.raises(InvalidField):
        require_cause(kind, reason)
    require_cause(ProposalKind.WRITE_OFF, BreakReason.UNKNOWN)


def test_one_person_closes_nothing_but_a_difference_in_date() -> None:
    assert [BreakKind.DATE_CUTOFF] == [each for each in BreakKind if ends_alone(each)]


def proposed(kind: ProposalKind, debit: AccountCode, credit: AccountCode) -> BreakProposal:
    return BreakProposal(
        id=UUID(int=7), break_id=UUID(int=9), kind=kind, reason=BreakReason.CHARGE, amount_minor=1, debit_code=debit,
        debit_owner=PROGRAMME, credit_code=credit, credit_owner=PROVIDER, limit_minor=None, proposed_by=UUID(int=5),
        proposed_person=UUID(int=6), proposed_at=NOON,
    )  # fmt: skip


def test_what_goes_to_the_differences_needs_a_manager() -> None:
    own = AccountCode.BANK
    for debit, credit in ((own, DIFFERENCES), (DIFFERENCES, own)):
        assert frozenset({Role.MANAGER}) == proposed(ProposalKind.ADJUST, debit, credit).deciders
    assert frozenset({Role.MANAGER, Role.FINANCE_APPROVER}) == proposed(ProposalKind.ADJUST, FEES, own).deciders


def test_the_hash_is_another_one_when_anything_that_is_decided_on_is() -> None:
    waiting = proposed(ProposalKind.ADJUST, FEES, AccountCode.BANK)
    other = proposed(ProposalKind.ADJUST, DIFFERENCES, AccountCode.BANK)
    hashes = [
        details_hash(a_break(), None),
        details_hash(a_break(state=BreakState.PROPOSED), None),
        details_hash(a_break(to_post_minor=5_01), None),
        details_hash(a_break(), waiting),
        details_hash(a_break(), other),
    ]
    assert len(hashes) == len(set(hashes))
