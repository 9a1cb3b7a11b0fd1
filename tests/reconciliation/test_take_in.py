"""Files of statements are taken in whole, once, or kept apart whole; and what is missing between them is found."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO
from typing import Any
from uuid import UUID

import pytest

from florin.clearing.banking.line_details import opened_details
from florin.clearing.house import ClearingHouse
from florin.domain.column_mapping import ColumnMapping
from florin.domain.counterparty import Counterparty, CounterpartyKind, CounterpartyTerms
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.people import Actor, Role
from florin.domain.statement_file import FileFormat, FileState, ProblemCode
from florin.domain.statement_line import LineDetails
from florin.reconciliation import reading_process, take_in
from florin.reconciliation.counterparties import RegisterCounterparty, change_terms, register_counterparty
from florin.reconciliation.reading_process import BATCH
from florin.reconciliation.take_in import hand_in, hand_in_again, read_received
from florin.reconciliation.waiting_files import read_waiting_files
from florin.storage.reconciliation.counterparties import find_counterparty
from florin.storage.reconciliation.statement_files import StatementFile, find_file, parts_of, waiting_files
from florin.storage.reconciliation.statement_lines import lines_of, statements_of
from tests.corporate import Corporate
from tests.reconciliation.files import written
from tests.reconciliation.files.written import COLUMNS, Movement
from tests.world import NOON, World

DAY = date(2026, 11, 20)
HEAD = ":20:S{n}\r\n:25:{account}\r\n:28C:{n}/1\r\n"
MT940 = HEAD + ":60F:C26112{n}CNY{opening},00\r\n{entries}:62F:C26112{n}CNY{closing},00\r\n"


@dataclass(frozen=True)
class Desk:
    """Somebody of finance, who hands in what banks and providers have sent."""

    world: World
    house: ClearingHouse
    finance: Actor
    auditor: Actor

    async def register(
        self, code: str, kind: CounterpartyKind = CounterpartyKind.PROVIDER, **given: object
    ) -> Counterparty:
        terms: dict[str, Any] = {"name": "Somebody", "formats": frozenset({FileFormat.WECHAT_TRADE}), **given}
        number = terms.pop("account_number", None)
        command = RegisterCounterparty(
            kind=kind, code=code, programme_id=self.world.home, account_number=number, currency="CNY",
            terms=CounterpartyTerms(**terms),
        )  # fmt: skip
        counterparty = await register_counterparty(self.house, self.finance, command, NOON)
        assert isinstance(counterparty, Counterparty)
        return counterparty

    async def bank(self, code: str, number: str, **given: object) -> Counterparty:
        formats = frozenset({FileFormat.MT_940})
        return await self.register(
            code, CounterpartyKind.BANK, **{"account_number": number, "formats": formats, "is_numbered": True, **given}
        )

    async def take_in(
        self,
        counterparty: Counterparty,
        raw: bytes,
        form: FileFormat = FileFormat.WECHAT_TRADE,
        day: date | None = None,
    ) -> StatementFile:
        kept = await hand_in(self.house, self.finance, counterparty.id, form, "a.csv", BytesIO(raw), NOON, day)
        assert isinstance(kept, StatementFile)
        file = await read_received(self.house, kept.id, NOON)
        assert file is not None
        return file

    def gaps(self, counterparty: Counterparty) -> list[tuple[Any, ...]]:
        query = (
            "SELECT kind, expected, found, filled_at IS NULL FROM statement_gap WHERE counterparty_id = %s ORDER BY id"
        )
        return self.world.connection.execute(query, (counterparty.id,)).fetchall()


@pytest.fixture(scope="module")
async def desk(shared_world: World) -> AsyncIterator[Desk]:
    people = Corporate(shared_world)
    async with shared_world.clearing_house() as house:
        yield Desk(shared_world, house, people.finance, people.person(Role.AUDITOR))


def mt940(n: int, account: str, opening: int, *moves: int) -> bytes:
    entries = "".join(
        f":61:26112{n}{'C' if each > 0 else 'D'}{abs(each)},00NTRFNONREF//B{n}\r\n:86:payout 42000{n}{place} Anna\r\n"
        for place, each in enumerate(moves)
    )
    closing = opening + sum(moves)
    return MT940.format(n=n, account=account, opening=opening, entries=entries, closing=closing).encode()


async def test_a_bill_is_taken_in_line_by_line(desk: Desk) -> None:
    counterparty = await desk.register("lines")
    file = await desk.take_in(counterparty, written.wechat_trade([Movement(10_000, 60), Movement(-2_500, 15)]))
    assert (FileState.TAKEN_IN, 1, 2, None) == (file.state, file.statements, file.lines, file.problem)
    (statement,) = await statements_of(desk.house.pool, file.id, 10)
    assert (DAY, DAY, 10_000, 2_500) == (statement.from_on, statement.to_on, statement.in_minor, statement.out_minor)
    payment, refund = (await lines_of(desk.house.pool, file.id, 0, 10)).items
    assert ("KEY00000", 2, 9_940) == (payment.key, payment.line_number, payment.net_minor)
    assert ("KEY00001", "origin", -2_485) == (refund.key, refund.origin_key, refund.net_minor)
    assert payment.details_encrypted is not None
    sealed = opened_details(payment.details_encrypted, payment.id, desk.world.vault.statement_details)
    assert LineDetails("a, card") == sealed
    assert b"card" not in payment.details_encrypted


async def test_the_bytes_of_a_file_are_kept_as_they_came_and_sealed(desk: Desk) -> None:
    counterparty = await desk.register("bytes")
    raw = written.wechat_trade([Movement(10_001)])
    file = await desk.take_in(counterparty, raw)
    async with desk.house.pool.connection() as connection:
        parts = [part async for part in parts_of(connection, file.id, desk.world.vault.statement_parts)]
    assert raw == b"".join(parts)
    query = "SELECT content_encrypted FROM statement_file_part WHERE file_id = %s"
    (stored,) = desk.world.connection.execute(query, (file.id,)).fetchone() or ()
    assert b"KEY00000" not in stored


async def test_the_same_bytes_twice_are_the_same_file(desk: Desk) -> None:
    one, other = await desk.register("twice"), await desk.register("twice-too")
    raw = written.wechat_trade([Movement(10_002)])
    first = await desk.take_in(one, raw)
    assert first == await desk.take_in(one, raw) == await desk.take_in(other, raw)
    assert 1 == len((await lines_of(desk.house.pool, first.id, 0, 10)).items)


async def test_a_day_without_business_is_a_file_of_its_own_each_time(desk: Desk) -> None:
    counterparty = await desk.register("nothing")
    raw = written.wechat_trade([])
    files = [await desk.take_in(counterparty, raw, day=DAY + timedelta(days=n)) for n in (0, 1, 1)]
    assert [FileState.TAKEN_IN] * 3 == [each.state for each in files]
    assert files[0].id != files[1].id == files[2].id


@pytest.mark.parametrize(
    ("raw", "day", "code"),
    [
        (written.wechat_trade([Movement(10_003)]).replace(b"`1,`100.03", b"`1,`100.04"), None,
         ProblemCode.TOTALS_DIFFER),
        (written.wechat_trade([Movement(10_004)]).rsplit(b"\r\n", 2)[0], None, ProblemCode.ENDS_EARLY),
        (written.wechat_trade([Movement(10_005)]), DAY + timedelta(days=1), ProblemCode.FIELD_UNREADABLE),
        (written.wechat_trade([]), None, ProblemCode.FIELD_MISSING),
        (b"", None, ProblemCode.NOTHING_IN_IT),
        (written.wechat_trade([Movement(10_006)]).replace(b"`CNY", b"`EUR"), None,
         ProblemCode.CURRENCY_REFUSED),
    ],
    ids=["totals", "cut off", "another day", "no day", "empty", "currency"],
)  # fmt: skip
async def test_a_file_that_cannot_be_taken_in_is_kept_apart_whole(
    desk: Desk, raw: bytes, day: date | None, code: ProblemCode
) -> None:
    counterparty = await desk.register(f"apart-{code.value.replace('_', '-')[:20]}")
    file = await desk.take_in(counterparty, raw, day=day)
    assert (FileState.QUARANTINED, code, 0, 0) == (file.state, file.problem, file.statements, file.lines)
    assert file.problem_detail
    assert () == (await lines_of(desk.house.pool, file.id, 0, 10)).items


async def test_a_file_that_was_kept_apart_is_read_again_when_we_know_better(desk: Desk) -> None:
    formats = frozenset({FileFormat.MAPPED_CSV})
    wrong = ColumnMapping(day="day", amount="sum")
    counterparty = await desk.bank("again", "6222000000000001", formats=formats, columns=wrong, is_numbered=False)
    file = await desk.take_in(counterparty, written.mapped_csv([Movement(500)]), FileFormat.MAPPED_CSV)
    assert (ProblemCode.FIELD_MISSING, "the column sum is missing") == (file.problem, file.problem_detail)
    terms = CounterpartyTerms(name="Somebody", formats=formats, columns=COLUMNS)
    assert not isinstance(await change_terms(desk.house, desk.finance, counterparty.id, terms, NOON), Decline)
    assert not isinstance(await hand_in_again(desk.house, desk.finance, file.id, None, None, NOON), Decline)
    read = await read_received(desk.house, file.id, NOON)
    assert read is not None
    assert (FileState.TAKEN_IN, 1, None) == (read.state, read.lines, read.problem)
    again = await hand_in_again(desk.house, desk.finance, file.id, None, None, NOON)
    assert Decline.STATEMENT_FILE_NOT_IN_STATE is again


async def test_a_statement_that_comes_again_in_other_bytes_is_kept_apart(desk: Desk) -> None:
    counterparty = await desk.bank("resent", "6222000000000002")
    raw = mt940(1, "6222000000000002", 100, 5)
    await desk.take_in(counterparty, raw, FileFormat.MT_940)
    again = await desk.take_in(counterparty, raw + b"\r\n", FileFormat.MT_940)
    assert (FileState.QUARANTINED, ProblemCode.TAKEN_IN_BEFORE) == (again.state, again.problem)
    bill = await desk.register("resent-bill")
    await desk.take_in(bill, written.wechat_trade([Movement(10_007)]))
    other = await desk.take_in(bill, written.wechat_trade([Movement(10_008)]))
    assert ProblemCode.TAKEN_IN_BEFORE == other.problem


async def test_a_file_with_statements_of_several_accounts_gives_each_its_own(desk: Desk) -> None:
    one = await desk.bank("several-a", "6222000000000003")
    two = await desk.bank("several-b", "6222000000000004")
    raw = mt940(1, "6222000000000003CNY", 100, 5) + mt940(2, "BANK/6222000000000004", 200, -7)
    file = await desk.take_in(one, raw, FileFormat.MT_940)
    assert [one.id, two.id] == [each.counterparty_id for each in await statements_of(desk.house.pool, file.id, 10)]
    strange = await desk.take_in(one, mt940(3, "6222000000000999", 1, 1), FileFormat.MT_940)
    assert (ProblemCode.ACCOUNT_UNKNOWN, True) == (strange.problem, "...0999" in (strange.problem_detail or ""))


async def test_what_payers_write_is_sealed_and_its_references_can_be_found(desk: Desk) -> None:
    counterparty = await desk.bank("mentions", "6222000000000005")
    file = await desk.take_in(counterparty, mt940(1, "6222000000000005", 100, 5), FileFormat.MT_940)
    (line,) = (await lines_of(desk.house.pool, file.id, 0, 10)).items
    assert ["4200010"] == line.mentions
    assert line.details_encrypted is not None
    sealed = opened_details(line.details_encrypted, line.id, desk.world.vault.statement_details)
    assert "payout 4200010 Anna" == sealed.text


async def test_a_missing_statement_is_a_gap_by_number_and_balance_until_it_comes(desk: Desk) -> None:
    counterparty = await desk.bank("gap", "6222000000000006")
    first, second, third = (mt940(n, "6222000000000006", 100 * n, 100) for n in (1, 2, 3))
    await desk.take_in(counterparty, first, FileFormat.MT_940)
    assert [] == desk.gaps(counterparty)
    await desk.take_in(counterparty, third, FileFormat.MT_940)
    assert {("balance", 20_000, 30_000, True), ("sequence", 2, 3, True)} == set(desk.gaps(counterparty))
    await desk.take_in(counterparty, second, FileFormat.MT_940)
    assert {("balance", 20_000, 30_000, False), ("sequence", 2, 3, False)} == set(desk.gaps(counterparty))


async def test_a_bank_that_does_not_count_has_gaps_by_balance_only(desk: Desk) -> None:
    counterparty = await desk.bank("uncounted", "6222000000000007", is_numbered=False)
    for n in (1, 3):
        await desk.take_in(counterparty, mt940(n, "6222000000000007", 100 * n, 100), FileFormat.MT_940)
    assert [("balance", 20_000, 30_000, True)] == desk.gaps(counterparty)


async def test_a_file_that_two_read_at_once_is_taken_in_once(desk: Desk) -> None:
    counterparty = await desk.register("at-once")
    raw = written.wechat_trade([Movement(10_009)] * 3)
    kept = await hand_in(desk.house, desk.finance, counterparty.id, FileFormat.WECHAT_TRADE, "a", BytesIO(raw), NOON)
    assert isinstance(kept, StatementFile)
    await asyncio.gather(*(read_received(desk.house, kept.id, NOON) for _ in range(3)))
    assert 3 == len((await lines_of(desk.house.pool, kept.id, 0, 10)).items)


@pytest.fixture
def _apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(take_in, "READ_HERE_BYTES", 0)


@pytest.mark.usefixtures("_apart")
async def test_what_another_process_reads_is_taken_in_as_it_stands(desk: Desk) -> None:
    counterparty = await desk.register("apart")
    moves = [Movement(10_000 + n, 60) for n in range(2 * BATCH + 1)]
    file = await desk.take_in(counterparty, written.wechat_trade(moves))
    assert (FileState.TAKEN_IN, 1, len(moves)) == (file.state, file.statements, file.lines)
    lines = (await lines_of(desk.house.pool, file.id, 0, len(moves))).items
    assert [10_000 + n for n in range(len(moves))] == [each.amount_minor for each in lines]
    assert {"a, card"} == {
        opened_details(each.details_encrypted or b"", each.id, desk.world.vault.statement_details).text
        for each in lines
    }


@pytest.mark.usefixtures("_apart")
async def test_what_another_process_finds_wrong_keeps_the_file_apart(desk: Desk) -> None:
    counterparty = await desk.register("apart-wrong")
    file = await desk.take_in(counterparty, written.wechat_trade([Movement(10_077)]).replace(b"100.77", b"100.78", 1))
    assert (FileState.QUARANTINED, ProblemCode.TOTALS_DIFFER) == (file.state, file.problem)


@pytest.mark.usefixtures("_apart")
async def test_a_file_whose_reading_was_killed_is_read_again_and_nothing_is_half(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    counterparty = await desk.register("killed")
    raw = BytesIO(written.wechat_trade([Movement(20_000 + n) for n in range(2 * BATCH)]))
    kept = await hand_in(desk.house, desk.finance, counterparty.id, FileFormat.WECHAT_TRADE, "a", raw, NOON)
    assert isinstance(kept, StatementFile)
    with monkeypatch.context() as killed:
        killed.setattr(reading_process, "READER", "tests.reconciliation.ended_reader")
        await read_waiting_files(desk.house, NOON)
    assert () == (await lines_of(desk.house.pool, kept.id, 0, 10)).items
    assert kept.id in await waiting_files(desk.house.pool)
    await read_waiting_files(desk.house, NOON)
    read = await find_file(desk.house.pool, kept.id)
    assert read is not None
    assert (FileState.TAKEN_IN, 2 * BATCH) == (read.state, read.lines)


@pytest.mark.usefixtures("_apart")
async def test_a_file_that_breaks_its_reader_is_kept_apart(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading_process, "READER", "tests.reconciliation.ended_reader")
    counterparty = await desk.register("breaks")
    file = await desk.take_in(counterparty, written.wechat_trade([Movement(10_078)]).replace(b"KEY00000", b"broken00"))
    assert (FileState.QUARANTINED, ProblemCode.OUT_OF_BOUNDS, 0) == (file.state, file.problem, file.lines)


async def test_only_finance_registers_and_hands_in(desk: Desk) -> None:
    counterparty = await desk.register("roles")
    refused = await hand_in(desk.house, desk.auditor, counterparty.id, FileFormat.WECHAT_TRADE, "a", BytesIO(b""), NOON)
    assert Decline.ROLE_REQUIRED is refused
    terms = counterparty.terms
    assert Decline.ROLE_REQUIRED is await change_terms(desk.house, desk.auditor, counterparty.id, terms, NOON)
    unknown = await hand_in(desk.house, desk.finance, UUID(int=1), FileFormat.WECHAT_TRADE, "a", BytesIO(b""), NOON)
    assert Decline.COUNTERPARTY_NOT_FOUND is unknown


async def test_a_counterparty_is_registered_once_and_found_as_it_was(desk: Desk) -> None:
    terms: dict[str, Any] = {"lag_days": 2, "fee_tolerance_minor": 1, "fetched_from": DAY, "write_off_limit_minor": 100}
    first = await desk.register("once", **terms)
    assert first == await desk.register("once", **terms) == await find_counterparty(desk.house.pool, first.id)
    command = RegisterCounterparty(
        kind=CounterpartyKind.PROVIDER, code="once", programme_id=desk.world.home, account_number=None, currency="CNY",
        terms=CounterpartyTerms(name="Another", formats=frozenset({FileFormat.ALIPAY_TRADE})),
    )  # fmt: skip
    taken = await register_counterparty(desk.house, desk.finance, command, NOON)
    assert Decline.COUNTERPARTY_TAKEN is taken


async def test_a_format_that_a_counterparty_does_not_send_is_refused(desk: Desk) -> None:
    counterparty = await desk.register("formats")
    with pytest.raises(InvalidField, match="wechat_trade"):
        await desk.take_in(counterparty, b"", FileFormat.MT_940)
