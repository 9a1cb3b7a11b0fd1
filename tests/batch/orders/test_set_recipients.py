"""A recipients' file takes the place of a draft's lines and recipients as a whole, or changes nothing at all."""

import asyncio
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import IO
from uuid import UUID

import pytest

from florin.batch.orders import reading_process
from florin.batch.orders import set_recipients as module
from florin.batch.orders.recipients_file import Checked
from florin.batch.orders.set_recipients import check_recipients, set_recipients
from florin.clearing.house import ClearingHouse
from florin.clearing.orders.recipients import opened_recipient, recipients_digest
from florin.domain.declines import Decline
from florin.domain.identity import DocumentKind
from florin.domain.order_life import OrderStatus
from florin.domain.people import Actor, Role
from florin.domain.recipient import Recipient
from florin.storage.corporate.orders import find_order
from florin.storage.corporate.recipients import all_recipients
from florin.storage.fresh_ids import fresh_id
from tests.batch.orders.recipient_sheets import HEADER, delimited, workbook
from tests.corporate import Corporate
from tests.world import NOON, World

EVERYTHING = """
SELECT md5(concat((SELECT string_agg(t::text, ',' ORDER BY t::text) FROM corporate_order t),
                  (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM order_line t),
                  (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM order_recipient t),
                  (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM audit t)))
"""


@contextmanager
def file_of(raw: bytes) -> Iterator[IO[bytes]]:
    with tempfile.TemporaryFile() as file:
        file.write(raw)
        file.flush()
        yield file


def row(number: int, product: str = "bearer-gift", face: str = "100", *more: str) -> tuple[str, ...]:
    return f"王{number}", f"139{number:08}", f"N{number}", product, face, *more


GOOD = workbook([HEADER, row(1), row(2, face="500"), row(3, "recharge"), row(4)])
BAD = delimited([HEADER, row(1), row(2, face="7")])


@pytest.fixture
def customer(corporate: Corporate) -> UUID:
    return corporate.customer()


@pytest.fixture
def buyer(corporate: Corporate, customer: UUID) -> Actor:
    return corporate.person(Role.BUYER, customer=customer)


@pytest.fixture
def draft(corporate: Corporate, customer: UUID) -> UUID:
    return corporate.order(customer, OrderStatus.DRAFT).id


async def put(house: ClearingHouse, actor: Actor, order_id: UUID, raw: bytes) -> Checked | Decline:
    with file_of(raw) as file:
        return await set_recipients(house, actor, order_id, file, NOON)


async def people_of(house: ClearingHouse, order_id: UUID) -> list[tuple[int, int, Recipient]]:
    async with house.pool.connection() as connection:
        return [
            (*each.place, opened_recipient(house.vault, order_id, each))
            async for page in all_recipients(connection, order_id)
            for each in page
        ]


def lines_of(taken: Checked | Decline) -> list[tuple[int, int]]:
    assert isinstance(taken, Checked), taken
    assert taken.is_accepted, taken.findings
    return [(each.denomination_minor, each.quantity) for each in taken.lines]


async def test_the_people_of_a_file_become_lines_and_recipients(
    house: ClearingHouse, buyer: Actor, draft: UUID
) -> None:
    assert [(100_00, 2), (500_00, 1), (100_00, 1)] == lines_of(await put(house, buyer, draft, GOOD))
    order = await find_order(house.pool, draft)
    assert order is not None
    assert [(1, 100_00, 2), (2, 500_00, 1), (3, 100_00, 1)] == [
        (each.line, each.denomination_minor, each.quantity) for each in order.lines
    ]
    assert [(1, 1, "王1"), (1, 2, "王4"), (2, 1, "王2"), (3, 1, "王3")] == [
        (line, serial, who.name) for line, serial, who in await people_of(house, draft)
    ]


async def test_another_file_takes_the_place_of_the_first(house: ClearingHouse, buyer: Actor, draft: UUID) -> None:
    await put(house, buyer, draft, GOOD)
    first = await recipients_digest(house, draft)
    assert [(500_00, 1)] == lines_of(await put(house, buyer, draft, delimited([HEADER, row(9, face="500")])))
    assert ["王9"] == [who.name for _, _, who in await people_of(house, draft)]
    assert first != await recipients_digest(house, draft)


async def test_the_identity_for_a_registered_card_is_kept(house: ClearingHouse, buyer: Actor, draft: UUID) -> None:
    header = (*HEADER, "id_type", "id_number")
    raw = delimited([header, row(1, "registered-gift", "2000", "护照", "E12345678")])
    assert [(2000_00, 1)] == lines_of(await put(house, buyer, draft, raw))
    ((_, _, who),) = await people_of(house, draft)
    assert who.identity is not None
    assert ("王1", DocumentKind.PASSPORT, "E12345678") == (
        who.identity.name, who.identity.document_kind, who.identity.document_number,
    )  # fmt: skip


async def test_who_has_put_which_file_is_on_record(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID
) -> None:
    await put(house, buyer, draft, GOOD)
    ((actor_id, detail),) = world.rows("SELECT actor_id, detail FROM audit WHERE subject_id = %s", draft)
    assert buyer.session_id == actor_id
    assert (4, 3, 64) == (detail["recipients"], detail["lines"], len(detail["file_sha256"]))


async def test_a_file_with_findings_changes_nothing(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID
) -> None:
    await put(house, buyer, draft, GOOD)
    before = world.one(EVERYTHING)
    report = await put(house, buyer, draft, BAD)
    assert isinstance(report, Checked)
    assert [(3, "denomination")] == [each[:2] for each in report.findings]
    assert before == world.one(EVERYTHING)


@pytest.mark.parametrize("raw", [GOOD, BAD])
async def test_a_check_changes_nothing(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID, raw: bytes
) -> None:
    before = world.one(EVERYTHING)
    with file_of(raw) as file:
        report = await check_recipients(house, buyer, draft, file)
    assert isinstance(report, Checked)
    assert (raw is GOOD) == report.is_accepted
    assert before == world.one(EVERYTHING)


@pytest.mark.parametrize("status", [each for each in OrderStatus if each is not OrderStatus.DRAFT])
async def test_only_a_draft_takes_recipients(
    house: ClearingHouse, world: World, corporate: Corporate, status: OrderStatus
) -> None:
    customer = corporate.customer(funding_minor=300_00)
    order = corporate.order(customer, status)
    buyer = corporate.person(Role.BUYER, customer=customer)
    before = world.one(EVERYTHING)
    assert Decline.ORDER_NOT_IN_STATE == await put(house, buyer, order.id, GOOD)
    assert before == world.one(EVERYTHING)


async def test_who_is_not_to_change_an_order_reads_no_file_for_it(
    house: ClearingHouse, corporate: Corporate, customer: UUID, buyer: Actor, draft: UUID
) -> None:
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    approver = corporate.person(Role.APPROVER, customer=customer)
    for actor, order_id, expected in (
        (stranger, draft, Decline.ORDER_NOT_FOUND),
        (buyer, fresh_id(), Decline.ORDER_NOT_FOUND),
        (approver, draft, Decline.ROLE_REQUIRED),
        (corporate.manager, draft, Decline.ROLE_REQUIRED),
    ):
        assert expected == await put(house, actor, order_id, GOOD)
        with file_of(GOOD) as file:
            assert expected == await check_recipients(house, actor, order_id, file)
    assert lines_of(await put(house, corporate.operator, draft, GOOD))


async def test_a_product_of_another_programme_is_not_offered(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID
) -> None:
    world.connection.execute(
        "UPDATE product SET code = 'abroad-only' WHERE programme_id = %s AND kind = 'recharge'", (world.abroad,)
    )
    report = await put(house, buyer, draft, delimited([HEADER, row(1, "abroad-only")]))
    assert isinstance(report, Checked)
    assert ["abroad-only"] == [each.found for each in report.findings]


async def test_an_order_that_was_submitted_while_its_file_was_read_stays_as_it_is(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    digest = module._digest  # noqa: SLF001 (the step between the two looks at the order)

    def submitted_meanwhile(file: IO[bytes]) -> str:
        world.connection.execute("UPDATE corporate_order SET status = 'cancelled' WHERE id = %s", (draft,))
        return digest(file)

    monkeypatch.setattr(module, "_digest", submitted_meanwhile)
    assert Decline.ORDER_NOT_IN_STATE == await put(house, buyer, draft, GOOD)
    assert [] == await people_of(house, draft)


async def test_a_reading_that_is_ended_half_way_changes_nothing(
    house: ClearingHouse, world: World, buyer: Actor, draft: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.one(EVERYTHING)
    monkeypatch.setattr(reading_process, "READER", "tests.batch.orders.short_reader")
    with pytest.raises(EOFError):
        await put(house, buyer, draft, workbook([HEADER, *map(row, range(1_500))]))
    assert before == world.one(EVERYTHING)


async def test_of_two_files_at_once_one_is_there_whole(house: ClearingHouse, buyer: Actor, draft: UUID) -> None:
    def sheet(face: str) -> bytes:
        return workbook([HEADER, *(row(number, face=face) for number in range(1_200))])

    async def one(face: str) -> Checked | Decline:
        return await put(house, buyer, draft, sheet(face))

    results: Sequence[Checked | Decline] = await asyncio.gather(one("100"), one("500"))
    assert [1, 1] == [len(lines_of(each)) for each in results]
    people = await people_of(house, draft)
    assert [(1, serial) for serial in range(1, 1_201)] == [(line, serial) for line, serial, _ in people]
