"""What a statement pays goes into a payout file, and is paid when the bank's statement shows it."""

import csv
import io
from xml.etree import ElementTree as ET

from florin.batch.payouts.pain_001 import NAMESPACE
from florin.batch.payouts.payout_files import FileForm, fetch_payout_file, finish_payout_files
from florin.domain.bank_account import BankAccount
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.payout import PayoutStatus
from florin.storage.payouts.payout_files import PayoutFile, put_into_file
from tests.clearing.settlement.settling import OTHER_ACCOUNT, Settling


async def due(settling: Settling, amount_minor: int = 100_00) -> None:
    """Something is to be paid."""
    await settling.buy(amount_minor)
    await settling.settle_day()


async def made(settling: Settling) -> PayoutFile:
    file = await settling.pay()
    assert isinstance(file, PayoutFile), file
    return file


async def test_a_payout_is_paid_when_the_bank_shows_it(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    file = await made(settling)
    (payout,) = await settling.payouts()
    assert (PayoutStatus.SENT, file.id, 1, 100_00) == (payout.status, payout.file_id, file.payouts, file.total_minor)
    assert (0, 100_00) == (settling.payable, settling.standing(1090))
    assert not isinstance(await settling.shown(payout.id, "B-1"), Decline)
    (payout,) = await settling.payouts()
    assert (PayoutStatus.SETTLED, "B-1") == (payout.status, payout.bank_reference)
    assert (0, 100_00) == (settling.standing(1090), settling.standing(1010))


async def test_the_file_says_whom_how_much_and_for_which_statement(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    file, (payout,) = await made(settling), await settling.payouts()
    reference = wire_id("merchant_statement", payout.statement_id)
    finance = settling.corporate.finance
    sheet = await fetch_payout_file(settling.house, finance, file.id, FileForm.CSV, settling.now)
    assert isinstance(sheet, bytes)
    row = list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))[1]
    assert [payout.id.hex, "Shop 商店", "Bank of Honey", "6222021001234567", "100.00", "CNY", reference] == row
    document = await fetch_payout_file(settling.house, finance, file.id, FileForm.PAIN_001, settling.now)
    assert isinstance(document, bytes)
    transfer = next(ET.fromstring(document).iter(f"{{{NAMESPACE}}}CdtTrfTxInf"))  # noqa: S314 (our own file)
    told = {each.tag.rpartition("}")[2]: each.text for each in transfer.iter() if each.text and each.text.strip()}
    assert (payout.id.hex, "100.00", reference) == (told["EndToEndId"], told["InstdAmt"], told["Ustrd"])


async def test_a_holder_that_looks_like_a_formula_stays_text(settling: Settling) -> None:
    await settling.confirm_account(BankAccount.read("=Shop", "@Bank", "6222021001234567"))
    await due(settling)
    file = await made(settling)
    sheet = await fetch_payout_file(settling.house, settling.corporate.finance, file.id, FileForm.CSV, settling.now)
    assert isinstance(sheet, bytes)
    assert ["'=Shop", "'@Bank"] == list(csv.reader(io.StringIO(sheet.decode("utf-8-sig"))))[1][1:3]


async def test_nobody_is_paid_without_an_account_that_two_people_know(settling: Settling) -> None:
    await due(settling)
    assert Decline.NOTHING_TO_PAY is await settling.pay()
    assert not isinstance(await settling.confirm_account(), Decline)
    assert 1 == (await made(settling)).payouts


async def test_nothing_is_paid_before_its_day(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    settling.world.connection.execute("UPDATE merchant_payout SET pays_on = pays_on + 1")
    assert Decline.NOTHING_TO_PAY is await settling.pay()


async def test_what_the_bank_sends_back_is_paid_again_once_the_account_is_confirmed(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    await made(settling)
    (payout,) = await settling.payouts()
    assert not isinstance(await settling.sent_back(payout.id), Decline)
    assert (100_00, 0) == (settling.payable, settling.standing(1090))
    assert Decline.NOTHING_TO_PAY is await settling.pay()
    settling.close_day()
    assert not isinstance(await settling.confirm_account(OTHER_ACCOUNT), Decline)
    await made(settling)
    returned, again = await settling.payouts()
    assert (PayoutStatus.RETURNED, PayoutStatus.SENT, returned.id) == (
        returned.status,
        again.status,
        again.replaces_id,
    )
    assert (returned.statement_id, 100_00) == (again.statement_id, again.amount_minor)
    assert 0 == settling.payable


async def test_a_payment_that_the_bank_had_shown_comes_back_onto_its_account(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    await made(settling)
    (payout,) = await settling.payouts()
    await settling.shown(payout.id)
    assert not isinstance(await settling.sent_back(payout.id), Decline)
    assert (100_00, 0, 0) == (settling.payable, settling.standing(1090), settling.standing(1010))


async def test_a_bank_reference_stands_for_one_movement(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    for amount_minor in (100_00, 50_00):
        await due(settling, amount_minor)
        await made(settling)
    first, second = await settling.payouts()
    await settling.shown(first.id, "B-1")
    refused = await settling.shown(second.id, "B-1")
    assert not isinstance(refused, Decline)
    assert Decline.DUPLICATE_REFERENCE is refused.decline


async def test_a_file_that_a_kill_has_left_is_finished_once(settling: Settling) -> None:
    assert not isinstance(await settling.confirm_account(), Decline)
    await due(settling)
    payer = BankAccount.read("Honeynut", "Bank of Honey", "6222021000000001")
    finance, home = settling.corporate.finance, settling.world.home
    # The process is gone after the first step: what is in the file is not posted yet.
    file_id = await put_into_file(settling.house.pool, home, payer, settling.day, finance, settling.now)
    assert file_id is not None
    for _ in range(2):
        await finish_payout_files(settling.house, settling.now)
        (payout,) = await settling.payouts()
        assert (PayoutStatus.SENT, 0, 100_00) == (payout.status, settling.payable, settling.standing(1090))


async def test_what_was_not_sent_is_not_shown_by_any_bank(settling: Settling) -> None:
    await due(settling)
    (payout,) = await settling.payouts()
    refused = await settling.shown(payout.id)
    assert not isinstance(refused, Decline)
    assert Decline.PAYOUT_NOT_IN_STATE is refused.decline


async def test_merchants_share_a_file(settling: Settling) -> None:
    rival = Settling(settling.house, settling.till.at(settling.world.rival), settling.corporate)
    assert not isinstance(await settling.confirm_account(), Decline)
    assert not isinstance(await rival.confirm_account(OTHER_ACCOUNT), Decline)
    await settling.buy(100_00)
    await rival.buy(30_00)
    await settling.settle_day()
    (statement,) = await rival.statements()
    assert (await rival.approve(statement))[1] is None
    file = await made(settling)
    assert (2, 130_00) == (file.payouts, file.total_minor)
