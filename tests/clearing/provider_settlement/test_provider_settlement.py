"""What a provider keeps and pays out is posted once, from its statement, and found on the bank's; or it is a break."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import msgspec
import pytest

from florin.clearing.banking.approve_resolution import ApproveResolution, approve_resolution
from florin.clearing.banking.identify_payouts import ProposePayout, propose_payout
from florin.clearing.provider_settlement.book_total import book_total
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.matching import MatchPass, Relation
from florin.domain.statement_file import FileFormat
from florin.reconciliation.match_views import found_by, match_view
from florin.storage.posting.request import Answer
from florin.storage.reconciliation.matches import WhichMatches, list_matches
from florin.storage.reconciliation.provider_totals import totals_to_be_posted
from tests.clearing.customers.cashier import refusal
from tests.clearing.every_proof import connect_to_prove, findings
from tests.clearing.provider_settlement.settling import FLOW, Settling, fee, payout
from tests.corporate import Corporate
from tests.reconciliation.statements import Breaks, Line
from tests.till import Till, fresh
from tests.world import TODAY, World

NEXT_DAY = TODAY + timedelta(days=1)
NUMBER = "PO-2026-0301"
PAID_OUT = ("provider_paid_out", 1010, 1020, 99_40)
KEPT = ("provider_fee", 5020, 1020, 60)


@pytest.fixture
async def desk(shared_world: World, shared_till: Till) -> AsyncIterator[Settling]:
    world = shared_world.start_over()
    yield Settling(shared_till.house, shared_till.at(world.shop), Corporate(world))
    async with await connect_to_prove(world.database.url) as connection:
        assert [] == await findings(connection)


def trades(desk: Settling) -> None:
    """A payment of 100.00 that nothing is wrong with."""
    desk.provider_says(Line(100_00, desk.top_up(100_00)), form=FileFormat.WECHAT_TRADE)


async def test_fees_and_payout_are_posted_once_and_told_three_times(desk: Settling) -> None:
    trades(desk)
    desk.provider_says(fee(60), payout(99_40))
    desk.bank_says(Line(99_40, mentions=("WECHAT", NUMBER)), day=NEXT_DAY)
    run = await desk.match()
    again = await desk.match()
    assert ([KEPT, PAID_OUT], {}, {}) == (desk.journals(), desk.statements.breaks(), again.opened)
    assert {"settled": 2, "key": 1, "payout": 1} == {name: count for name, count in run.matched.items() if count}
    assert (0, -60) == (desk.standing(1020), desk.standing(5020))
    (match,) = (await list_matches(desk.house.pool, WhichMatches(counterparty_id=desk.statements.bank), None, 2)).items
    assert f" by payout {NUMBER}: " in match_view(match)["explanation"]
    (of_provider,) = (await list_matches(desk.house.pool, WhichMatches(relation=Relation.PAYOUTS), None, 2)).items
    assert (match.journal_id, NUMBER) == (of_provider.journal_id, of_provider.payout)


async def test_a_total_is_posted_once_however_often_it_is_asked_for(desk: Settling) -> None:
    desk.provider_says(payout(99_40))
    (total,) = await totals_to_be_posted(desk.house.pool)
    first, second = await book_total(desk.house, total), await book_total(desk.house, total)
    assert (first.body, True, [PAID_OUT]) == (second.body, second.replayed, desk.journals())
    assert [] == await totals_to_be_posted(desk.house.pool)


Planted = Callable[[Settling], None]


def bank(*amounts: int) -> Planted:
    """The bank shows these credits, each under the number of the payout."""

    def say(desk: Settling) -> None:
        desk.bank_says(*(Line(each, mentions=(NUMBER,)) for each in amounts), day=NEXT_DAY)

    return say


@pytest.mark.parametrize(
    ("lines", "also", "expected"),
    [
        ([fee(60), payout(99_40)], bank(99_39), {"amount_diff": [-1]}),
        ([fee(60), payout(99_40)], bank(), {"missing_bank": [-99_40]}),
        ([fee(60), payout(99_40)], bank(99_40, 99_40), {"duplicate": [99_40]}),
        ([fee(60), payout(99_40), payout(99_40)], bank(99_40), {"duplicate": [-99_40]}),
        # By then no bill can tell of it any more, and the money is in suspense.
        ([fee(60)], bank(99_40), {}),
        (
            [Line(100_00, "x", payout_key=NUMBER), fee(60), payout(99_39)],
            bank(99_40),
            {"amount_diff": [-99_39 + 100_00], "unidentified_receipt": [99_40]},
        ),
    ],
    ids=[
        "the bank shows a fen less", "the bank shows nothing", "the bank shows it twice", "the bill has it twice",
        "the bill has it not", "the payout is not what its lines come to",
    ],
)  # fmt: skip
async def test_a_planted_difference_is_exactly_its_break(
    desk: Settling, lines: list[Line], also: Planted, expected: Breaks
) -> None:
    trades(desk)
    desk.provider_says(*lines)
    also(desk)
    await desk.match()
    first = desk.statements.breaks()
    await desk.match()
    assert (expected, expected) == (first, desk.statements.breaks())


async def test_a_payout_is_found_by_amount_and_days_where_its_number_is_not_told(desk: Settling) -> None:
    desk.provider_says(payout(99_40))
    desk.bank_says(Line(99_40), day=NEXT_DAY)
    assert 1 == (await desk.match()).matched["amount_and_day"]


async def test_a_short_number_of_a_payout_is_never_looked_for_in_a_text(desk: Settling) -> None:
    desk.provider_says(payout(99_40, "B1"))
    desk.bank_says(Line(99_40, mentions=("B1",)), Line(99_40, mentions=("B2",)), day=NEXT_DAY)
    run = await desk.match()
    assert (0, 0) == (run.matched["payout"], run.matched["amount_and_day"])


async def test_the_late_file_of_a_provider_ends_what_the_bank_alone_had_shown(desk: Settling) -> None:
    desk.bank_says(Line(99_40, mentions=(NUMBER,)))
    await desk.match(timedelta(days=2))
    before = desk.statements.breaks()
    desk.provider_says(payout(99_40))
    await desk.match()
    ended = {"unidentified_receipt": [99_40]}
    assert (ended, {}, ended) == (before, desk.statements.breaks(), desk.statements.breaks(ended=True))


@pytest.mark.parametrize(
    ("lines", "numbers", "is_found"),
    [
        ([Line(99_40, mentions=("WECHAT", NUMBER))], [NUMBER], True),
        ([Line(99_40, NUMBER)], [NUMBER], True),
        ([Line(99_40, mentions=(NUMBER, "PO-2026-0302"))], [NUMBER, "PO-2026-0302"], False),
        ([Line(99_40, mentions=(NUMBER,)), Line(99_40, mentions=(NUMBER,))], [NUMBER], False),
        ([Line(99_39, mentions=(NUMBER,))], [NUMBER], False),
        ([Line(99_40)], [NUMBER], False),
        ([Line(99_40, mentions=("B1",))], ["B1"], False),
    ],
    ids=["in its text", "as its reference", "two payouts", "two credits", "a fen less", "no number", "a short number"],
)
async def test_the_late_bill_finds_its_payout_in_suspense_by_its_number_and_amount_only(
    desk: Settling, lines: list[Line], numbers: list[str], *, is_found: bool
) -> None:
    desk.bank_says(*lines)
    await desk.match()
    suspended = sum(each.amount_minor for each in lines)
    assert suspended == desk.in_suspense
    desk.provider_says(*(payout(99_40, each) for each in numbers), day=NEXT_DAY)
    desk.bank_says(day=NEXT_DAY)
    run = await desk.match()
    again = await desk.match()
    assert [PAID_OUT] * len(numbers) == desk.journals()
    expected: Breaks = {} if is_found else {"missing_bank": [-99_40] * len(numbers)}
    assert (2 * is_found, expected, {}) == (run.matched["identified"], desk.statements.breaks(), again.opened)
    taken = 99_40 * is_found
    at_bank = -desk.standing(1010)
    assert (suspended - taken, suspended + 99_40 * len(numbers) - taken) == (desk.in_suspense, at_bank)


async def test_two_people_say_which_payout_stands_in_suspense(desk: Settling) -> None:
    desk.bank_says(Line(99_40), Line(5_00))
    await desk.match()
    desk.provider_says(payout(99_40), payout(99_40, "PO-2026-0302"), day=NEXT_DAY)
    desk.bank_says(Line(99_40, mentions=("PO-2026-0302",)), day=NEXT_DAY)
    await desk.match()
    small, item = desk.world.rows("SELECT id FROM suspense_item ORDER BY amount_minor")
    query = "SELECT journal_id, account_code = 1010 FROM break WHERE ended_at IS NULL"
    ((journal, is_of_bank),) = desk.world.rows(query)
    (shown,) = desk.world.one("SELECT journal_id FROM matched WHERE pass = 'payout'")
    corporate = desk.corporate

    async def propose(which: tuple[UUID], payout_journal: UUID) -> Answer | Decline:
        command = ProposePayout(which[0], payout_journal, "by their letter")
        return await propose_payout(desk.house, corporate.finance, command, fresh("key"))

    assert Decline.PAYOUT_NOT_IN_STATE is refusal(await propose(item, shown))
    assert Decline.PAYOUT_NOT_FOUND is refusal(await propose(item, item[0]))
    with pytest.raises(InvalidField, match="another amount"):
        await propose(small, journal)
    proposed = await propose(item, journal)
    assert isinstance(proposed, Answer)
    hashed = bytes.fromhex(msgspec.json.decode(proposed.body)["resolution"]["details_hash"])
    command = ApproveResolution(item[0], hashed)
    manager = corporate.manager
    await desk.match()
    approved = await approve_resolution(desk.house, manager, command, desk.proof(manager), fresh("key"))
    assert (None, True) == (refusal(approved), is_of_bank)
    await desk.match()
    at_bank = -desk.standing(1010)
    assert (5_00, 99_40 + 99_40 + 5_00, {}) == (desk.in_suspense, at_bank, desk.statements.breaks())
    of_payout = WhichMatches(journal_id=journal)
    (match,) = (await list_matches(desk.house.pool, of_payout, None, 2)).items
    (taken_back,) = desk.world.one("SELECT journal_id FROM suspense_resolution")
    assert f" by posting jrn_{taken_back.hex}: " in match_view(match)["explanation"]


async def test_fees_that_are_told_with_each_payment_are_posted_in_one_sum_and_back(desk: Settling) -> None:
    desk.sends(FileFormat.ALIPAY_TRADE)
    paid = [Line(each, desk.top_up(each), fee_minor=kept) for each, kept in ((100_00, 60), (50_00, 30))]
    back = Line(10_00, "back", "out", fee_minor=-6)
    desk.provider_says(*paid, back, Line(3, kind="fee", direction="out"), form=FileFormat.ALIPAY_TRADE)
    await desk.match()
    assert [("provider_fee", 1020, 5020, 6), ("provider_fee", 5020, 1020, 93)] == desk.journals()


async def test_fees_of_a_provider_that_tells_of_its_funds_are_not_posted_from_its_trades_as_well(
    desk: Settling,
) -> None:
    desk.provider_says(Line(100_00, desk.top_up(100_00), fee_minor=60), form=FileFormat.WECHAT_TRADE)
    desk.provider_says(fee(60))
    await desk.match()
    assert [KEPT] == desk.journals()


async def test_an_itemised_payout_is_what_its_lines_come_to(desk: Settling) -> None:
    desk.sends(FileFormat.STRIPE_PAYOUTS)
    lines = [Line(100_00, desk.top_up(100_00), fee_minor=60, payout_key=NUMBER), Line(7_00, payout_key="po_other1")]
    back = Line(40_00, "back", "out", payout_key=NUMBER)
    desk.provider_says(*lines, back, form=FileFormat.STRIPE_PAYOUTS)
    desk.bank_says(Line(59_40, mentions=(NUMBER,)), Line(7_00, mentions=("po_other1",)), day=NEXT_DAY)
    run = await desk.match()
    assert (2, [7_00, 59_40]) == (run.matched["payout"], [each[3] for each in desk.journals()[1:]])
    desk.provider_says(Line(1_00, desk.top_up(1_00), payout_key=NUMBER), form=FileFormat.STRIPE_PAYOUTS, day=NEXT_DAY)
    await desk.match()
    assert [-1_00] == desk.statements.breaks()["duplicate"]


async def test_what_a_provider_collects_beyond_what_it_held_leaves_our_bank(desk: Settling) -> None:
    desk.sends(FileFormat.STRIPE_PAYOUTS)
    desk.provider_says(Line(40_00, "back", "out", payout_key=NUMBER), form=FileFormat.STRIPE_PAYOUTS)
    desk.bank_says(Line(40_00, direction="out", mentions=(NUMBER,)), day=NEXT_DAY)
    assert 1 == (await desk.match()).matched["payout"]
    assert [("provider_paid_out", 1020, 1010, 40_00)] == desk.journals()


TAKEN_BACK = ("provider_paid_out", 1020, 1010, 99_40)


@pytest.mark.parametrize(
    ("said", "forms", "shown"),
    [
        ([payout(99_40), payout(99_40, direction="in")], [FLOW], (NUMBER, NUMBER)),
        ([payout(99_40), payout(99_40, "PO-2026-0302", "in")], [FLOW], (NUMBER, "PO-2026-0302")),
        ([payout(99_40), payout(99_40, direction="in")], [FLOW], (None, None)),
        (
            [
                Line(100_00, "x", payout_key=NUMBER),
                fee(60, payout_key=NUMBER),
                payout(99_40),
                payout(99_40, direction="in"),
            ],
            [FileFormat.MAPPED_CSV],
            (NUMBER, NUMBER),
        ),
    ],
    ids=["under its number", "under a number of its own", "nameless at the bank", "with its lines"],
)
async def test_a_payout_that_the_provider_takes_back_leaves_our_bank(
    desk: Settling, said: list[Line], forms: list[FileFormat], shown: tuple[str | None, str | None]
) -> None:
    desk.sends(*forms)
    desk.provider_says(*said, form=forms[0])
    mentions = [(number,) if number else () for number in shown]
    ways = zip(("in", "out"), mentions, strict=True)
    desk.bank_says(*(Line(99_40, direction=way, mentions=named) for way, named in ways), day=NEXT_DAY)
    run = await desk.match()
    assert [PAID_OUT, TAKEN_BACK] == sorted(each for each in desk.journals() if each[0] == "provider_paid_out")
    assert (0, 2) == (desk.standing(1010), run.matched["payout"] + run.matched["amount_and_day"])
    expected: Breaks = {"missing_internal": [100_00]} if len(said) > 2 else {}
    assert expected == desk.statements.breaks()


@pytest.mark.parametrize(
    ("shown", "passes", "expected"),
    [
        ([], 2, {}),
        ([Line(99_40, mentions=(NUMBER,))], 0, {"missing_bank": [99_40]}),
        ([Line(99_39, mentions=(NUMBER,))], 0, {"amount_diff": [-1], "missing_bank": [99_40]}),
    ],
    ids=["nothing", "the credit", "another amount"],
)
async def test_a_payout_that_failed_is_no_break_where_the_bank_never_had_it(
    desk: Settling, shown: list[Line], passes: int, expected: Breaks
) -> None:
    desk.provider_says(payout(99_40), payout(99_40, direction="in"))
    await desk.match(timedelta(0))
    desk.bank_says(*shown, day=NEXT_DAY)
    run = await desk.match()
    again = await desk.match()
    assert (passes, expected, {}) == (run.matched["put_back"], desk.statements.breaks(), again.opened)
    found = (await list_matches(desk.house.pool, WhichMatches(name=MatchPass.PUT_BACK), None, 9)).items
    assert [f"payout {NUMBER}"] * passes == [found_by(each) for each in found]


async def test_the_banks_debit_waits_for_the_bill_that_tells_of_it(desk: Settling) -> None:
    desk.provider_says(payout(99_40))
    lines = [Line(99_40, direction=way, mentions=(NUMBER,)) for way in ("in", "out")]
    desk.bank_says(*lines, day=NEXT_DAY)
    await desk.match()
    before = desk.statements.breaks()
    desk.provider_says(payout(99_40, direction="in"), day=NEXT_DAY)
    await desk.match()
    await desk.match()
    assert ({"missing_internal": [-99_40]}, {}) == (before, desk.statements.breaks())
    assert [PAID_OUT, TAKEN_BACK] == desk.journals()


async def test_a_payout_that_did_not_foot_is_posted_when_the_missing_line_has_come(desk: Settling) -> None:
    desk.sends(FileFormat.MAPPED_CSV)
    form = FileFormat.MAPPED_CSV
    key = desk.top_up(100_00)
    desk.provider_says(Line(100_00, key, payout_key=NUMBER), payout(99_40), form=form)
    await desk.match()
    before = (desk.statements.breaks(), desk.journals())
    desk.provider_says(Line(60, "k", "out", payout_key=NUMBER, kind="fee"), form=form, day=NEXT_DAY)
    desk.bank_says(Line(99_40, mentions=(NUMBER,)), day=NEXT_DAY)
    await desk.match()
    ended = {"amount_diff": [60]}
    assert ((ended, []), {}, ended) == (before, desk.statements.breaks(), desk.statements.breaks(ended=True))
    assert [KEPT, PAID_OUT] == desk.journals()


async def test_other_movements_of_a_fund_flow_bill_have_to_be_in_our_book(desk: Settling) -> None:
    desk.provider_says(Line(5_00, kind="other"), Line(1_00, "w", kind="credit"), form=FLOW)
    await desk.match()
    assert {"missing_internal": [5_00]} == desk.statements.breaks()
