"""The certificate of a closed account, read back: what was closed, when, what was paid, and no more of it than that."""

import itertools
from datetime import UTC, datetime, time
from io import BytesIO
from typing import Any, Final
from uuid import UUID

import pypdf
import pytest

from florin.batch.closures.certificate import certificate_pdf
from florin.clearing.closures.read_closure import ClosureInFull
from florin.domain.bank_account import BankAccount
from florin.domain.closure import Closure, ClosureStatus, ProofOfHolder
from florin.domain.closure_payout import ClosurePayout, PayoutCause
from florin.domain.identity import DocumentKind, Identity
from florin.domain.lots import SpendOrder
from florin.domain.money import format_minor
from florin.domain.payout import PayoutStatus
from florin.domain.programme import Programme
from florin.domain.purchase import OwnerKind

ID: Final = UUID("0197c0de-0000-7a3b-8c4d-5e6f70819203")
ACCOUNT: Final = BankAccount.read("张小蜜", "中国蜂蜜银行上海分行", "6222021001234567")
HOLDER: Final = Identity.read("张小蜜", DocumentKind.PASSPORT, "E12345678")
# An hour after midnight in Shanghai, and before this programme's day begins.
AT_NIGHT: Final = datetime(2026, 11, 24, 17, tzinfo=UTC)
PROGRAMME: Final = Programme(
    id=ID,
    code="honeynut",
    name="蜂蜜坚果农场 Honeynut",
    unit="CNY",
    time_zone="Asia/Shanghai",
    cut_off=time(3),
    issuer_prefix="912345",
    policy_pack="cn",
    low_balance_threshold_minor=0,
    hold_lifetime_s=600,
    hold_lifetime_limit_s=3600,
    payment_code_lifetime_s=60,
    dormancy_days=365,
    spend_order=SpendOrder.BONUS_FIRST,
)


def closure(**changed: Any) -> Closure:  # noqa: ANN401 (a column's value)
    """A closure of a member who had 1000.00 paid in, 80.01 given back since the request, and 5.00 granted."""
    row: dict[str, Any] = {
        "id": ID, "shard": 0, "programme_id": ID, "owner_kind": OwnerKind.MEMBER, "owner_id": ID, "unit": "CNY",
        "principal_minor": 1000_00, "bonus_minor": 5_00, "added_minor": 80_01, "in_cash": False, "account_id": ID,
        "details_hash": b"", "status": ClosureStatus.APPROVED, "requested_by": ID, "requested_person": None,
        "requested_at": datetime(2026, 11, 20, 4, tzinfo=UTC), "verify_until": AT_NIGHT,
        "verified_by": ProofOfHolder.CODE, "decided_at": AT_NIGHT,
    }  # fmt: skip
    return Closure(**{**row, **changed})


def payout(amount_minor: int, cause: PayoutCause, status: PayoutStatus, **changed: Any) -> ClosurePayout:  # noqa: ANN401
    """A payout of the closure."""
    row: dict[str, Any] = {
        "id": ID, "shard": 0, "closure_id": ID, "programme_id": ID, "owner_id": ID, "unit": "CNY",
        "amount_minor": amount_minor, "cause": cause, "source_journal_id": ID, "in_cash": False, "account_id": ID,
        "status": status, "made_at": AT_NIGHT,
    }  # fmt: skip
    return ClosurePayout(**{**row, **changed})


PAID: Final = (
    payout(
        1080_01,
        PayoutCause.CLOSURE,
        PayoutStatus.RETURNED,
        sent_at=datetime(2026, 11, 25, 4, tzinfo=UTC),
        returned_at=datetime(2026, 11, 27, 4, tzinfo=UTC),
    ),
    payout(1080_01, PayoutCause.RETURNED, PayoutStatus.SETTLED, settled_at=datetime(2026, 12, 1, 4, tzinfo=UTC)),
    payout(15_00, PayoutCause.GIVEN_BACK, PayoutStatus.DUE),
)
IN_FULL: Final = ClosureInFull(closure(), PAID, ACCOUNT.last4, HOLDER, ACCOUNT)


def text(found: ClosureInFull) -> str:
    """Its words without spaces. The reader takes a character's two bytes for two characters, one of them NUL."""
    pages = pypdf.PdfReader(BytesIO(certificate_pdf(found, PROGRAMME, AT_NIGHT))).pages
    return "".join("".join(page.extract_text().replace("\0", "").split()) for page in pages)


@pytest.fixture(scope="module")
def words() -> str:
    """The certificate of the closure above; writing one takes half a second."""
    return text(IN_FULL)


def test_everything_that_the_holder_wants_to_show_can_be_read(words: str) -> None:
    for expected in (
        "销户证明Certificateofclosure",
        "发卡方Programme蜂蜜坚果农场Honeynut",
        "持有人Holder张小蜜",
        "账户Accountmbr_0197c0de00007a3b8c4d5e6f70819203",
        "销户编号Closureclo_0197c0de00007a3b8c4d5e6f70819203",
        "退还本金Principalpaidout1080.01CNY",
        "作废赠送金额Bonusgivenup5.00CNY",
        "收款账户Paidto中国蜂蜜银行上海分行****4567",
        "2026-11-27销户Closure转账Banktransfer已退汇Returned1080.01CNY",
        "2026-12-01退汇重付Paidanew转账Banktransfer已付款Paid1080.01CNY",
        "2026-11-25退货Refund转账Banktransfer待付款Due15.00CNY",
        "账户已关闭,不能再使用。Theaccountisclosedandcannotbeusedanymore.",
    ):
        assert expected in words


def test_its_days_are_those_of_the_programmes_place_and_in_order(words: str) -> None:
    for expected in ("出具日期Issuedon2026-11-25", "申请日期Requestedon2026-11-20", "销户日期Closedon2026-11-25"):
        assert expected in words


def test_neither_the_document_nor_the_whole_account_number_stands_on_it(words: str) -> None:
    assert HOLDER.document_number not in words
    assert ACCOUNT.number[:-4] not in words


def test_cash_is_called_so() -> None:
    handed_over = payout(50_00, PayoutCause.CLOSURE, PayoutStatus.SENT, in_cash=True, sent_at=AT_NIGHT)
    words = text(ClosureInFull(closure(in_cash=True, account_id=None), (handed_over,), None, HOLDER, None))
    assert "收款账户Paidto现金Cash" in words
    assert "销户Closure现金Cash付款中Onitsway50.00CNY" in words


def test_who_has_been_forgotten_is_not_named() -> None:
    words = text(ClosureInFull(closure(account_id=None), PAID, None, None, None))
    assert "持有人Holder-账户" in words
    assert "收款账户Paidto-日期" in words


def test_every_way_in_which_a_payout_may_stand_has_a_name() -> None:
    ways = list(itertools.product(PayoutCause, PayoutStatus))
    payouts = tuple(payout(amount_minor, *way) for amount_minor, way in enumerate(ways, start=1_01))
    words = text(ClosureInFull(closure(), payouts, None, None, None))
    for amount_minor in range(1_01, 1_01 + len(ways)):
        assert f"{format_minor(amount_minor, 'CNY')}CNY" in words
