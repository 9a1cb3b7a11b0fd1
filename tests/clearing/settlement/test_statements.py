"""A merchant's closed day becomes a statement that two people have looked at."""

from datetime import date, timedelta
from typing import LiteralString
from uuid import UUID

import psycopg
import pytest

from florin.clearing.settlement.draft_statements import draft_statements
from florin.clearing.settlement.set_bank_calendar import SetBankCalendar, set_bank_calendar
from florin.domain.bank_calendar import CHINA
from florin.domain.declines import Decline
from florin.domain.merchant_statement import MerchantStatement, StatementStatus
from florin.domain.merchant_terms import FeeBand, FeesOnRefund, MerchantTerms
from florin.domain.payout import PayoutStatus
from florin.domain.people import Role
from florin.storage.settlement import draft
from tests.clearing.every_proof import findings
from tests.clearing.settlement.settling import Settling
from tests.world import TODAY

TERMS = MerchantTerms(
    flat_fee_minor=10,
    bands=(FeeBand(0, 60), FeeBand(1_000_00, 30)),
    fees_on_refund=FeesOnRefund.RETURNED,
    reserve_basis_points=1_000,
    reserve_days=2,
    pays_after=1,
)


def figures(statement: MerchantStatement) -> dict[str, int]:
    names = ("carried_in", "purchases", "undone", "refunds", "fees", "fees_returned", "reserve_kept",
             "reserve_released", "payout", "carried_out")  # fmt: skip
    return {name: value for name in names if (value := getattr(statement, f"{name}_minor"))}


async def test_a_day_is_what_was_bought_less_what_went_back_fees_and_reserve(settling: Settling) -> None:
    await settling.agree(TERMS)
    bought = await settling.buy(100_00)
    await settling.buy(200_00, bonus_minor=50_00)
    await settling.void(await settling.buy(30_00))
    await settling.refund(bought, 20_00)
    settling.close_day()
    assert [TODAY] == await settling.draft()
    (statement,) = await settling.statements()
    assert {
        "purchases": 380_00, "undone": 30_00, "refunds": 20_00, "fees": 2_28 + 30, "fees_returned": 30 + 10,
        "reserve_kept": 33_00, "payout": 380_00 - 50_00 - 2_58 + 40 - 33_00,
    } == figures(statement)  # fmt: skip
    assert (3, 1, 1) == (statement.purchases, statement.undone, statement.refunds)
    # Nothing is posted before somebody else has approved it.
    assert 330_00 == settling.payable
    assert (await settling.approve(statement))[1] is None
    assert (330_00 - 2_18 - 33_00, 33_00) == (settling.payable, settling.reserve)
    assert 2_18 == settling.standing(4010)
    (payout,) = await settling.payouts()
    assert (statement.payout_minor, PayoutStatus.DUE, date(2026, 3, 3)) == (
        payout.amount_minor,
        payout.status,
        payout.pays_on,
    )


async def test_drawing_up_again_changes_nothing(settling: Settling) -> None:
    await settling.agree(TERMS)
    await settling.buy(100_00)
    settling.close_day()
    await settling.draft()
    before = await settling.statements()
    assert [] == await settling.draft()
    assert before == await settling.statements()


async def test_a_day_that_is_open_has_no_statement(settling: Settling) -> None:
    await settling.buy(100_00)
    assert [] == await settling.draft()
    assert [] == await settling.statements()


async def test_a_negative_net_is_carried_forward_until_it_is_made_good(settling: Settling) -> None:
    bought = await settling.buy(100_00)
    await settling.settle_day()
    await settling.refund(bought, 60_00)
    negative = await settling.settle_day()
    assert {"refunds": 60_00, "carried_out": -60_00} == figures(negative)
    await settling.buy(50_00)
    still = await settling.settle_day()
    assert {"carried_in": -60_00, "purchases": 50_00, "carried_out": -10_00} == figures(still)
    await settling.buy(50_00)
    good = await settling.settle_day()
    assert {"carried_in": -10_00, "purchases": 50_00, "payout": 40_00} == figures(good)
    assert [100_00, 40_00] == [each.amount_minor for each in await settling.payouts()]


async def test_a_reserve_is_given_back_on_its_day_also_without_trade(settling: Settling) -> None:
    await settling.agree(MerchantTerms(reserve_basis_points=1_000, reserve_days=2))
    await settling.buy(100_00)
    await settling.settle_day()
    assert 10_00 == settling.reserve
    settling.close_day()
    assert 1 == len(await settling.draft())
    assert 1 == len(await settling.statements())
    released = await settling.settle_day()
    assert {"reserve_released": 10_00, "payout": 10_00} == figures(released)
    assert (TODAY + timedelta(days=2), 0) == (released.business_date, settling.reserve)


async def test_the_bands_are_of_the_month_and_begin_anew_with_the_next(settling: Settling) -> None:
    await settling.agree(MerchantTerms(bands=(FeeBand(0, 100), FeeBand(100_00, 0))))
    await settling.buy(60_00)
    assert 60 == (await settling.settle_day()).fees_minor
    await settling.buy(60_00)
    assert 40 == (await settling.settle_day()).fees_minor
    settling.day = date(2026, 4, 1)
    settling.world.close_days(date(2026, 3, 31))
    await settling.buy(60_00)
    assert 60 == (await settling.settle_day()).fees_minor


async def test_it_is_paid_on_a_banking_day(settling: Settling) -> None:
    for year, differs in CHINA.items():
        command = SetBankCalendar(settling.world.home, year, {**differs, TODAY + timedelta(days=1): False})
        assert not isinstance(
            await set_bank_calendar(settling.house, settling.corporate.finance, command, settling.now), Decline
        )
    await settling.buy(60_00)
    assert TODAY + timedelta(days=2) == (await settling.settle_day()).pays_on


async def test_what_the_shop_owes_for_cards_is_shown_and_set_off_where_agreed(settling: Settling) -> None:
    settling.world.card(principal_minor=80_00)
    await settling.buy(60_00)
    shown = await settling.settle_day()
    assert (1, 80_00, 0, 80_00, 60_00) == (
        shown.sold,
        shown.sold_minor,
        shown.set_off_minor,
        shown.receivable_out_minor,
        shown.payout_minor,
    )
    await settling.agree(MerchantTerms(sets_off=True))
    await settling.buy(50_00)
    some = await settling.settle_day()
    assert (80_00, 50_00, 30_00, 0) == (
        some.receivable_in_minor,
        some.set_off_minor,
        some.receivable_out_minor,
        some.payout_minor,
    )
    assert (60_00, -30_00) == (settling.payable, settling.standing(1030, settling.merchant))
    await settling.buy(50_00)
    rest = await settling.settle_day()
    assert (30_00, 0, 20_00) == (rest.set_off_minor, rest.receivable_out_minor, rest.payout_minor)
    assert (80_00, 0) == (settling.payable, settling.standing(1030, settling.merchant))


# Two people -------------------------------------------------------------------------------------------------------


async def drafted(settling: Settling) -> MerchantStatement:
    await settling.buy(60_00)
    settling.close_day()
    await settling.draft()
    return (await settling.statements())[-1]


async def test_who_has_drawn_it_up_does_not_approve_it(settling: Settling) -> None:
    statement = await drafted(settling)
    both = settling.corporate.person(Role.MANAGER, same_as=settling.corporate.finance)
    assert Decline.SAME_PERSON is (await settling.approve(statement, by=both))[1]


async def test_finance_does_not_approve(settling: Settling) -> None:
    statement = await drafted(settling)
    assert Decline.ROLE_REQUIRED is (await settling.approve(statement, by=settling.corporate.finance))[1]


async def test_a_manager_does_not_draw_up(settling: Settling) -> None:
    drawn = await draft_statements(settling.house, settling.corporate.manager, settling.world.home, settling.now)
    assert Decline.ROLE_REQUIRED is drawn


async def test_what_a_clock_has_drawn_up_waits_for_finance(settling: Settling) -> None:
    await settling.buy(60_00)
    settling.close_day()
    assert [TODAY] == await settling.draft(clock=True)
    (statement,) = await settling.statements()
    assert Decline.MERCHANT_STATEMENT_NOT_DRAFTED is (await settling.approve(statement))[1]
    assert [] == await settling.draft()
    assert (await settling.approve(statement))[1] is None


async def test_what_was_looked_at_is_what_is_approved(settling: Settling) -> None:
    statement = await drafted(settling)
    await settling.agree(MerchantTerms(flat_fee_minor=1_00), TODAY)
    assert Decline.MERCHANT_STATEMENT_CHANGED is (await settling.approve(statement))[1]
    (again,) = await settling.statements()
    assert {"purchases": 60_00, "fees": 1_00, "payout": 59_00} == figures(again)
    assert (await settling.approve(again))[1] is None


async def test_days_are_approved_in_their_order(settling: Settling) -> None:
    first, second = await drafted(settling), await drafted(settling)
    assert Decline.MERCHANT_STATEMENT_WAITS is (await settling.approve(second))[1]
    assert (await settling.approve(first))[1] is None
    assert (await settling.approve(second))[1] is None


async def test_a_repetition_is_a_replay_and_another_try_is_refused(settling: Settling) -> None:
    statement = await drafted(settling)
    first, _ = await settling.approve(statement, key="the-same-key")
    second, _ = await settling.approve(statement, key="the-same-key")
    assert not isinstance(first, Decline)
    assert not isinstance(second, Decline)
    assert (first.body, True) == (second.body, second.replayed)
    assert Decline.MERCHANT_STATEMENT_NOT_IN_STATE is (await settling.approve(statement))[1]
    assert 1 == len(await settling.payouts())


async def test_terms_of_a_settled_day_stay(settling: Settling) -> None:
    statement = await drafted(settling)
    assert (await settling.approve(statement))[1] is None
    assert Decline.MERCHANT_DAY_SETTLED is await settling.agree(TERMS, TODAY)
    assert not isinstance(await settling.agree(TERMS, TODAY + timedelta(days=1)), Decline)


async def test_the_schema_compares_the_persons_too(settling: Settling) -> None:
    statement = await drafted(settling)
    with pytest.raises(psycopg.errors.CheckViolation, match="statement_by_second_person"):
        settling.world.connection.execute(
            "UPDATE merchant_statement SET status = 'approved', approved_at = now(), approved_hash = '',"
            " approved_person = drafted_person WHERE id = %s",
            (statement.id,),
        )


async def test_a_day_has_one_statement_in_the_schema_too(settling: Settling) -> None:
    statement = await drafted(settling)
    assert StatementStatus.DRAFTED is statement.status
    with pytest.raises(psycopg.errors.UniqueViolation, match="transfer_is_in_one_statement"):
        settling.world.connection.execute(
            "INSERT INTO merchant_statement SELECT (jsonb_populate_record(s, jsonb_build_object('id', %s::text))).*"
            " FROM merchant_statement s",
            (str(UUID(int=5)),),
        )


# What is broken ---------------------------------------------------------------------------------------------------


async def test_a_kill_while_a_day_is_drawn_up_leaves_nothing_and_the_next_try_does_it_all(
    settling: Settling, monkeypatch: pytest.MonkeyPatch
) -> None:
    await settling.agree(TERMS)
    await settling.buy(60_00)
    settling.close_day()
    with monkeypatch.context() as killing:
        killing.setattr(draft, "_draw_up", _killed)
        with pytest.raises(ConnectionResetError):
            await settling.draft()
    assert [] == await settling.statements()
    assert [TODAY] == await settling.draft()
    assert {"purchases": 60_00, "fees": 46, "reserve_kept": 6_00, "payout": 53_54} == figures(
        (await settling.statements())[0]
    )


def _killed(*_: object) -> None:
    raise ConnectionResetError


@pytest.mark.parametrize(
    ("tampering", "found"),
    [
        (
            "UPDATE merchant_statement SET purchases_minor = 6001, payout_minor = 5355",
            "merchant statements",
        ),
        ("UPDATE merchant_statement SET fees_minor = 0, payout_minor = payout_minor + 46", "merchant payable"),
        ("UPDATE merchant_statement SET sold_minor = 5, receivable_out_minor = 5", "merchant receivable"),
        ("DELETE FROM merchant_payout", "merchant payouts"),
        ("UPDATE merchant_payout SET amount_minor = 1", "merchant payouts"),
        ("UPDATE merchant_statement SET business_date = '2026-01-01'", "transfers in statements"),
    ],
)
async def test_what_was_changed_by_hand_is_found(settling: Settling, tampering: LiteralString, found: str) -> None:
    await settling.agree(TERMS)
    await settling.buy(60_00)
    await settling.settle_day()
    settling.world.connection.execute(tampering)
    async with settling.house.pool.connection() as connection:
        wrong = await findings(connection)
    assert any(each.startswith(f"{found}:") for each in wrong), wrong
    # The fixture proves the book when the test is over, so it begins anew.
    settling.world.start_over()
