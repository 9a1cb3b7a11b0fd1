"""Every operation of a case against every status."""

import pytest

from florin.domain.case_life import (
    BY_ITSELF,
    MEMBERS_OWN,
    OPEN,
    CaseOperation,
    CaseStatus,
    permit_case,
    permit_member_step,
    permit_merchant_step,
    read_text,
)
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField

# The status that follows, by a letter: opened, assigned, member, Merchant, resolved, x: rejected, again, closed.
LETTERS = dict(zip("oamMrxgc", CaseStatus, strict=True))
EXPECTED = {
    CaseOperation.NOTE: "oamMrxg-",
    CaseOperation.ASSIGN: "aamM--a-",
    CaseOperation.ASK_MEMBER: "-m-m----",
    CaseOperation.ASK_MERCHANT: "-MM-----",
    CaseOperation.ANSWER: "--aa----",
    CaseOperation.REFUND: "-amM----",
    CaseOperation.VOUCHER: "-amM----",
    CaseOperation.RESOLVE: "-rrr----",
    CaseOperation.REJECT: "-xxx----",
    CaseOperation.REOPEN: "----gg--",
    CaseOperation.CLOSE: "----cc--",
}


def test_the_table_has_every_operation() -> None:
    assert set(CaseOperation) == set(EXPECTED)


@pytest.mark.parametrize("operation", CaseOperation)
def test_every_status_allows_what_the_table_says(operation: CaseOperation) -> None:
    found = [permit_case(operation, status) for status in CaseStatus]
    assert [LETTERS.get(each, Decline.CASE_NOT_IN_STATE) for each in EXPECTED[operation]] == found


@pytest.mark.parametrize("operation", CaseOperation)
@pytest.mark.parametrize("status", CaseStatus)
def test_a_member_does_no_step_of_ours_and_no_merchants(operation: CaseOperation, status: CaseStatus) -> None:
    following = permit_member_step(operation, status)
    theirs = operation in MEMBERS_OWN and (operation, status) != (
        CaseOperation.ANSWER,
        CaseStatus.WAITING_FOR_MERCHANT,
    )
    assert (permit_case(operation, status) if theirs else Decline.CASE_NOT_IN_STATE) == following


@pytest.mark.parametrize("operation", CaseOperation)
@pytest.mark.parametrize("status", CaseStatus)
def test_a_merchant_answers_what_it_was_asked_and_nothing_else(operation: CaseOperation, status: CaseStatus) -> None:
    is_asked = (operation, status) == (CaseOperation.ANSWER, CaseStatus.WAITING_FOR_MERCHANT)
    assert (CaseStatus.ASSIGNED if is_asked else Decline.CASE_NOT_IN_STATE) == permit_merchant_step(operation, status)


def test_what_happens_by_itself_is_permitted() -> None:
    operation, statuses = BY_ITSELF
    assert {CaseStatus.CLOSED} == {permit_case(operation, status) for status in statuses}


def test_a_case_is_open_until_it_is_decided() -> None:
    assert {"resolved", "rejected", "closed"} == set(CaseStatus) - set(OPEN)


def test_a_text_says_something_and_not_too_much() -> None:
    assert "a b" == read_text(" a b\n")
    for text in ("", " \n", "x" * 2_001, "a\0b"):
        with pytest.raises(InvalidField):
            read_text(text)
