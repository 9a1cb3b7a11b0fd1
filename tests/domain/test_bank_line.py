"""What a line of a bank is for: only what fits exactly does something by itself."""

from dataclasses import replace
from typing import Any, Final
from uuid import UUID

import pytest

from florin.domain.bank_line import (
    Known,
    Leave,
    LeftReason,
    LineFacts,
    NamedDebtor,
    NamedOrder,
    NamedPayment,
    PayDebt,
    Purpose,
    Receive,
    ReceiveNetting,
    Return,
    Settle,
    Suspend,
    purpose_of,
)
from florin.domain.payout import PayoutKind, PayoutStatus
from florin.domain.statement_line import Direction, LineKind
from florin.domain.suspense import SuspenseReason

HOME, ABROAD, CUSTOMER = UUID(int=1), UUID(int=2), UUID(int=3)
SHOWN, BACK, TOLD = UUID(int=4), UUID(int=5), UUID(int=6)

CREDIT: Final = LineFacts(
    kind=LineKind.CREDIT, direction=Direction.IN, their_type="NTRF", amount_minor=100_00, currency="CNY",
    programme_id=HOME, unit="CNY", has_payer=True,
)  # fmt: skip
DEBIT: Final = replace(CREDIT, kind=LineKind.DEBIT, direction=Direction.OUT)
ORDER: Final = NamedOrder("ACDEFGHJ", CUSTOMER, HOME, is_active=True)
SENT: Final = NamedPayment(
    PayoutKind.MERCHANT, UUID(int=7), HOME, "CNY", 100_00, PayoutStatus.SENT, was_shown=False,
    free_shown_journal_id=None, free_returned_journal_id=None,
)  # fmt: skip
SETTLED: Final = replace(SENT, status=PayoutStatus.SETTLED, was_shown=True, free_shown_journal_id=SHOWN)
RETURNED: Final = replace(SETTLED, status=PayoutStatus.RETURNED, free_returned_journal_id=BACK)
DEBTOR: Final = NamedDebtor(CUSTOMER, 100_00)
REFUND: Final = replace(SETTLED, kind=None)
ARRIVES: Final = replace(SENT, kind=PayoutKind.NETTING, programme_id=ABROAD, creditor_id=HOME)
ARRIVED: Final = replace(ARRIVES, was_received=True)


def of(line: LineFacts, **changes: Any) -> LineFacts:  # noqa: ANN401 (any field of it)
    return replace(line, **changes)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (of(CREDIT, orders=(ORDER,)), Receive(ORDER)),
        (of(CREDIT, orders=(ORDER,), amount_minor=1), Receive(ORDER)),
        (of(CREDIT, orders=(ORDER,), known_receipt_journal_id=TOLD), Known(TOLD)),
        (of(CREDIT, known_receipt_journal_id=TOLD), Known(TOLD)),
        (of(CREDIT, orders=(ORDER, ORDER)), Suspend(SuspenseReason.SEVERAL_NAMED)),
        (of(CREDIT, orders=(ORDER,), payments=(SENT,)), Suspend(SuspenseReason.SEVERAL_NAMED)),
        (of(CREDIT, orders=(replace(ORDER, programme_id=ABROAD),)), Suspend(SuspenseReason.OTHER_PROGRAMME)),
        (of(CREDIT, orders=(replace(ORDER, is_active=False),)), Suspend(SuspenseReason.CUSTOMER_NOT_ACTIVE)),
        (of(CREDIT, orders=(ORDER,), has_payer=False), Suspend(SuspenseReason.PAYER_UNKNOWN)),
        (of(CREDIT, orders=(ORDER,), kind=LineKind.REVERSAL), Receive(ORDER)),
        (CREDIT, Suspend(SuspenseReason.NOBODY_NAMED)),
        (of(CREDIT, kind=LineKind.REVERSAL), Leave(LeftReason.REVERSAL)),
        (of(CREDIT, orders=(ORDER,), currency="EUR"), Leave(LeftReason.OTHER_CURRENCY)),
        (of(CREDIT, their_type="INTR"), Leave(LeftReason.INTEREST)),
        (of(CREDIT, payments=(SENT,)), Return(SENT, PayoutKind.MERCHANT)),
        (of(CREDIT, payments=(SETTLED,)), Return(SETTLED, PayoutKind.MERCHANT)),
        (of(CREDIT, payments=(SETTLED,), kind=LineKind.REVERSAL), Return(SETTLED, PayoutKind.MERCHANT)),
        (of(CREDIT, payments=(RETURNED,)), Known(BACK)),
        (
            of(CREDIT, payments=(replace(RETURNED, free_returned_journal_id=None),)),
            Suspend(SuspenseReason.PAYOUT_NOT_SENT),
        ),
        (of(CREDIT, payments=(replace(SENT, status=PayoutStatus.DUE),)), Suspend(SuspenseReason.PAYOUT_NOT_SENT)),
        (of(CREDIT, payments=(SENT,), amount_minor=99_00), Suspend(SuspenseReason.OTHER_AMOUNT)),
        (of(CREDIT, payments=(replace(SENT, programme_id=ABROAD),)), Suspend(SuspenseReason.OTHER_AMOUNT)),
        (of(CREDIT, payments=(ARRIVES,)), ReceiveNetting(ARRIVES)),
        (
            of(CREDIT, payments=(replace(ARRIVES, status=PayoutStatus.SETTLED),)),
            ReceiveNetting(replace(ARRIVES, status=PayoutStatus.SETTLED)),
        ),
        (of(CREDIT, payments=(replace(ARRIVED, free_received_journal_id=TOLD),)), Known(TOLD)),
        (of(CREDIT, payments=(ARRIVED,)), Suspend(SuspenseReason.PAYOUT_NOT_SENT)),
        (of(CREDIT, payments=(replace(ARRIVES, status=PayoutStatus.DUE),)), Suspend(SuspenseReason.PAYOUT_NOT_SENT)),
        (
            of(CREDIT, payments=(replace(ARRIVES, status=PayoutStatus.RETURNED),)),
            Suspend(SuspenseReason.PAYOUT_NOT_SENT),
        ),
        (of(CREDIT, payments=(ARRIVES,), amount_minor=100_01), Suspend(SuspenseReason.OTHER_AMOUNT)),
        (of(CREDIT, payments=(ARRIVES,), kind=LineKind.REVERSAL), Leave(LeftReason.REVERSAL)),
        (of(CREDIT, payments=(replace(ARRIVES, creditor_id=CUSTOMER),)), Suspend(SuspenseReason.OTHER_AMOUNT)),
        (
            of(CREDIT, payments=(replace(ARRIVES, programme_id=HOME, creditor_id=ABROAD),)),
            Return(replace(ARRIVES, programme_id=HOME, creditor_id=ABROAD), PayoutKind.NETTING),
        ),
        (of(DEBIT, payments=(ARRIVES,)), Leave(LeftReason.OTHER_AMOUNT)),
        (of(CREDIT, payments=(REFUND,)), Suspend(SuspenseReason.REFUND_CAME_BACK)),
        (of(CREDIT, debtors=(DEBTOR,)), PayDebt(DEBTOR)),
        (of(CREDIT, debtors=(DEBTOR,), amount_minor=1), PayDebt(DEBTOR)),
        (of(CREDIT, debtors=(DEBTOR,), amount_minor=100_01), Suspend(SuspenseReason.MORE_THAN_OWED)),
        (of(CREDIT, debtors=(DEBTOR,), known_receipt_journal_id=TOLD), Known(TOLD)),
        (of(CREDIT, debtors=(DEBTOR,), orders=(ORDER,)), Suspend(SuspenseReason.SEVERAL_NAMED)),
        (of(DEBIT, debtors=(DEBTOR,)), Leave(LeftReason.NOTHING_NAMED)),
        (of(DEBIT, payments=(SENT,)), Settle(SENT)),
        (of(DEBIT, payments=(SETTLED,)), Known(SHOWN)),
        (of(DEBIT, payments=(RETURNED,)), Known(SHOWN)),
        (of(DEBIT, payments=(replace(SETTLED, free_shown_journal_id=None),)), Leave(LeftReason.SHOWN_BEFORE)),
        (of(DEBIT, payments=(replace(SENT, status=PayoutStatus.DUE),)), Leave(LeftReason.NOT_SENT)),
        (of(DEBIT, payments=(SENT,), amount_minor=100_01), Leave(LeftReason.OTHER_AMOUNT)),
        (of(DEBIT, payments=(replace(SENT, unit="EUR"),)), Leave(LeftReason.OTHER_AMOUNT)),
        (of(DEBIT, payments=(SENT, SETTLED)), Leave(LeftReason.SEVERAL_NAMED)),
        (DEBIT, Leave(LeftReason.NOTHING_NAMED)),
        (of(DEBIT, orders=(ORDER,)), Leave(LeftReason.NOTHING_NAMED)),
        (of(DEBIT, kind=LineKind.FEE, payments=(SENT,)), Leave(LeftReason.FEE)),
        (of(DEBIT, kind=LineKind.REVERSAL, payments=(SENT,)), Leave(LeftReason.REVERSAL)),
    ],
)
def test_a_line_does_what_it_fits_exactly(line: LineFacts, expected: Purpose) -> None:
    assert expected == purpose_of(line)
