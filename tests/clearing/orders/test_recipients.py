"""Recipients are kept sealed where they stand, and one digest says whether all of them are who they were."""

import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.list_recipients import MaskedRecipient, list_recipients, place_number
from florin.clearing.orders.recipients import opened_recipient, recipients_digest, sealed_recipient
from florin.crypto.envelope import DecryptionFailed
from florin.domain.declines import Decline
from florin.domain.paging import Page
from florin.domain.people import Role
from florin.storage.corporate.orders import OrderView
from florin.storage.corporate.recipients import SealedRecipient, count_recipients, read_recipients
from florin.storage.fresh_ids import fresh_id
from tests.clearing.orders.ordering import Ordering, recipient
from tests.world import World

LINES = (("bearer_gift", 100_00, 3), ("recharge", 200_00, 2))


@pytest.fixture
async def order(ordering: Ordering) -> OrderView:
    """A draft of five cards for five people."""
    draft = await ordering.drafted(LINES)
    await ordering.name_recipients(draft)
    return draft


async def stored(house: ClearingHouse, order: OrderView) -> list[SealedRecipient]:
    async with house.pool.connection() as connection:
        return list(await read_recipients(connection, order.id))


@pytest.mark.parametrize("identified", [True, False])
def test_a_recipient_opens_where_it_was_sealed_for(world: World, identified: bool) -> None:  # noqa: FBT001 (a case)
    order_id, somebody = fresh_id(), recipient(1, identified=identified)
    sealed = sealed_recipient(world.vault, order_id, (2, 100_000), somebody)
    assert somebody == opened_recipient(world.vault, order_id, sealed)
    assert "王".encode() not in b"".join(each for each in sealed if isinstance(each, bytes))


@pytest.mark.parametrize("moved", ["order", "line", "serial"])
@pytest.mark.parametrize("field", ["name_encrypted", "contact_encrypted", "identity_encrypted"])
def test_a_recipient_that_was_moved_does_not_open(world: World, moved: str, field: str) -> None:
    order_id, other = fresh_id(), fresh_id()
    there = {"order": (other, (1, 1)), "line": (order_id, (2, 1)), "serial": (order_id, (1, 2))}[moved]
    taken = sealed_recipient(world.vault, *there, recipient(7, identified=True))
    sealed = sealed_recipient(world.vault, order_id, (1, 1), recipient(1, identified=True))
    with pytest.raises(DecryptionFailed):
        opened_recipient(world.vault, order_id, sealed._replace(**{field: getattr(taken, field)}))


async def test_an_order_without_recipients_has_no_digest(house: ClearingHouse, ordering: Ordering) -> None:
    assert await recipients_digest(house, (await ordering.drafted()).id) is None


async def test_the_digest_is_that_of_the_people_and_not_of_how_they_are_sealed(
    house: ClearingHouse, world: World, order: OrderView
) -> None:
    before = await recipients_digest(house, order.id)
    assert before is not None
    first = (await stored(house, order))[0]
    anew = sealed_recipient(house.vault, order.id, first.place, opened_recipient(house.vault, order.id, first))
    assert anew.name_encrypted != first.name_encrypted
    write(world, order, anew)
    assert before == await recipients_digest(house, order.id)


@pytest.mark.parametrize("number", [0, 2, 4])
async def test_another_recipient_anywhere_is_another_digest(
    house: ClearingHouse, world: World, order: OrderView, number: int
) -> None:
    before = await recipients_digest(house, order.id)
    place = (await stored(house, order))[number].place
    write(world, order, sealed_recipient(house.vault, order.id, place, recipient(99, identified=False)))
    assert before != await recipients_digest(house, order.id)


async def test_another_employee_number_is_another_digest(house: ClearingHouse, world: World, order: OrderView) -> None:
    before = await recipients_digest(house, order.id)
    world.connection.execute(
        "UPDATE order_recipient SET employee_number = 'X' WHERE order_id = %s AND line = 2 AND serial = 2", (order.id,)
    )
    assert before != await recipients_digest(house, order.id)


async def test_recipients_that_were_exchanged_do_not_pass(house: ClearingHouse, world: World, order: OrderView) -> None:
    first, second, *_ = await stored(house, order)
    write(world, order, second._replace(line=first.line, serial=first.serial))
    with pytest.raises(DecryptionFailed):
        await recipients_digest(house, order.id)


async def test_a_missing_recipient_is_another_digest(house: ClearingHouse, world: World, order: OrderView) -> None:
    before = await recipients_digest(house, order.id)
    world.connection.execute("DELETE FROM order_recipient WHERE order_id = %s AND line = 1 AND serial = 3", (order.id,))
    assert before != await recipients_digest(house, order.id)


async def test_recipients_are_counted_by_line(house: ClearingHouse, ordering: Ordering) -> None:
    draft = await ordering.drafted(LINES)
    await ordering.name_recipients(draft, identified=True)
    async with house.pool.connection() as connection:
        assert [(1, 3, 3), (2, 2, 2)] == await count_recipients(connection, draft.id)


async def test_a_list_shows_of_people_what_tells_them_apart(
    house: ClearingHouse, ordering: Ordering, order: OrderView
) -> None:
    page = await list_recipients(house, ordering.buyer, order.id, limit=4)
    assert isinstance(page, Page)
    assert MaskedRecipient(1, 1, "王*", "+86*******0000", "N-0", has_identity=False) == page.items[0]
    assert [(1, 1), (1, 2), (1, 3), (2, 1)] == [each[:2] for each in page.items]
    assert place_number((2, 1)) == page.next_after
    rest = await list_recipients(house, ordering.buyer, order.id, page.next_after, limit=4)
    assert isinstance(rest, Page)
    assert [(2, 2)] == [each[:2] for each in rest.items]
    assert rest.next_after is None


async def test_the_recipients_of_another_customer_are_not_there(
    house: ClearingHouse, ordering: Ordering, order: OrderView
) -> None:
    corporate = ordering.corporate
    stranger = corporate.person(Role.BUYER, customer=corporate.customer())
    assert Decline.ORDER_NOT_FOUND == await list_recipients(house, stranger, order.id)
    assert Decline.ORDER_NOT_FOUND == await list_recipients(house, ordering.buyer, fresh_id())
    administrator = corporate.person(Role.ADMINISTRATOR)
    assert Decline.ROLE_REQUIRED == await list_recipients(house, administrator, order.id)
    assert isinstance(await list_recipients(house, ordering.operator, order.id), Page)


def write(world: World, order: OrderView, sealed: SealedRecipient) -> None:
    """Put a recipient in place of whoever stands there, behind everybody's back."""
    world.connection.execute(
        """UPDATE order_recipient
           SET name_encrypted = %(name_encrypted)s, contact_encrypted = %(contact_encrypted)s,
               employee_number = %(employee_number)s, identity_encrypted = %(identity_encrypted)s
           WHERE order_id = %(order_id)s AND line = %(line)s AND serial = %(serial)s""",
        {**sealed._asdict(), "order_id": order.id},
    )
