"""What is in the two files of a delivery, and who can open them."""

import re
from io import BytesIO

import pytest

from florin.batch.orders import card_parts
from florin.clearing.house import ClearingHouse
from florin.clearing.inquire import inquire
from florin.clearing.payer import CardAndPin, CardEcode
from florin.crypto.password_file import WrongPassword, unzip
from florin.crypto.recipient_file import FileNotForUs, decrypt_file, new_identity
from florin.domain.declines import Decline
from florin.domain.identifiers import wire_id
from florin.domain.order_life import OrderStatus
from tests.batch.orders.delivery_desk import AGE, NUMBERS, PINS, ZIP, DeliveryDesk, rows_of
from tests.corporate import Corporate, KnownOrder

LINES = (("bearer_gift", 100_00, 7), ("registered_gift", 500_00, 4))


@pytest.fixture
def desk(house: ClearingHouse, corporate: Corporate) -> DeliveryDesk:
    return DeliveryDesk(house, corporate)


def places(order: KnownOrder) -> list[tuple[str, str]]:
    return [
        (str(line), str(serial)) for line, cards in enumerate(order.cards, 1) for serial in range(1, len(cards) + 1)
    ]


async def test_the_two_files_fit_together_line_by_line(desk: DeliveryDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(card_parts, "PAGE", 3)
    order = desk.order(LINES)

    numbers = desk.opened(await desk.fetched(order.id, NUMBERS), NUMBERS)
    pins = desk.opened(await desk.fetched(order.id, PINS), PINS)

    cards = [card for of_line in order.cards for card in of_line]
    assert places(order) == [(row["line"], row["serial"]) for row in numbers]
    assert places(order) == [(row["line"], row["serial"]) for row in pins]
    for card, number, pin in zip(cards, numbers, pins, strict=True):
        assert (card.number, card.pin) == (number["number"], pin["pin"])
        assert card.ecode == (number["e_code_begins"] + pin["e_code_ends"]).replace("-", "")
        assert wire_id("card", card.id) == number["card"]
    assert {("bearer-gift", "100.00", "CNY", ""), ("registered-gift", "500.00", "CNY", "")} == {
        (row["product"], row["denomination"], row["currency"], row["expires"]) for row in numbers
    }


async def test_neither_file_alone_opens_a_card(desk: DeliveryDesk) -> None:
    order = desk.order(LINES, OrderStatus.READY)
    numbers = desk.opened(await desk.fetched(order.id, NUMBERS), NUMBERS)
    pins = desk.opened(await desk.fetched(order.id, PINS), PINS)
    desk.world.connection.execute("UPDATE card SET status = 'active' WHERE sold_by = %s", (desk.customer,))

    cards = [card for of_line in order.cards for card in of_line]
    texts = {NUMBERS: str(numbers), PINS: str(pins)}
    for card in cards:
        assert card.pin not in texts[NUMBERS]
        assert card.number not in texts[PINS]
        assert not any(code in text for text in texts.values() for code in (card.ecode, card.ecode[:11]))

    house, caller = desk.house, desk.world.shop
    wrong: list[CardAndPin | CardEcode] = [
        *(CardEcode(row["e_code_begins"]) for row in numbers),
        *(CardEcode(row["e_code_ends"]) for row in pins),
        *(CardAndPin(row["number"], "00000000") for row in numbers[:3]),
        CardAndPin(pins[0]["pin"], pins[0]["pin"]),
    ]
    for shown in wrong:
        answer = await house.engine.submit(inquire(house, caller, shown))
        assert Decline.CARD_NOT_ACCEPTED == answer.decline
    both = CardAndPin(numbers[0]["number"], pins[0]["pin"])
    assert None is (await house.engine.submit(inquire(house, caller, both))).decline


async def test_a_sealed_file_opens_with_the_key_of_its_part_and_no_other(desk: DeliveryDesk) -> None:
    order = desk.order()
    file = await desk.fetched(order.id, NUMBERS)

    for identity in (desk.identities[PINS], new_identity()[0]):
        with pytest.raises(FileNotForUs):
            decrypt_file(BytesIO(file), BytesIO(), identity)
    assert 3 == len(desk.opened(file, NUMBERS))


async def test_a_zip_file_opens_with_the_password_that_the_approver_reads(desk: DeliveryDesk) -> None:
    order = desk.order()
    delivery = await desk.requested(order.id, PINS, ZIP)
    file = await desk.fetch(delivery)
    password = await desk.password(delivery)

    assert isinstance(file, bytes)
    assert isinstance(password, str)
    members = unzip(BytesIO(file), password)
    assert [f"{wire_id('delivery', delivery.id)}.csv"] == list(members)
    (plain,) = members.values()
    assert [card.pin for card in order.cards[0]] == [row["pin"] for row in rows_of(plain)]
    other = await desk.requested(order.id, NUMBERS, ZIP)
    with pytest.raises(WrongPassword):
        unzip(BytesIO(file), str(await desk.password(other)))


@pytest.mark.parametrize("form", [AGE, ZIP])
async def test_a_file_shows_nothing_to_whoever_cannot_open_it(desk: DeliveryDesk, form: object) -> None:
    order = desk.order((("bearer_gift", 100_00, 30),))
    for part in (NUMBERS, PINS):
        file = await desk.fetched(order.id, part, form)  # type: ignore[arg-type]  # a form
        secrets = [text for card in order.cards[0] for text in (card.number, card.pin, card.ecode)]
        assert [] == [text for text in secrets if text.encode() in file]


async def test_no_cell_could_be_taken_for_a_formula(desk: DeliveryDesk) -> None:
    order = desk.order((("bearer_gift", 100_00, 30),))
    for part in (NUMBERS, PINS):
        cells = [cell for row in desk.opened(await desk.fetched(order.id, part), part) for cell in row.values()]
        assert [] == [cell for cell in cells if not re.fullmatch(r"([A-Za-z0-9][A-Za-z0-9_.-]*)?", cell)]


async def test_cards_without_e_codes_have_empty_columns(desk: DeliveryDesk) -> None:
    order = desk.order()
    desk.world.connection.execute(
        "UPDATE card SET ecode_index = NULL WHERE id = ANY(%s)", ([card.id for card in order.cards[0]],)
    )

    numbers = desk.opened(await desk.fetched(order.id, NUMBERS), NUMBERS)
    pins = desk.opened(await desk.fetched(order.id, PINS), PINS)

    assert [""] * 3 == [row["e_code_begins"] for row in numbers]
    assert [""] * 3 == [row["e_code_ends"] for row in pins]


async def test_only_cards_that_nobody_uses_yet_are_in_the_file_of_an_order(desk: DeliveryDesk) -> None:
    order = desk.order((("bearer_gift", 100_00, 5),))
    statuses = ("active", "voided", "replaced")
    for card, status in zip(order.cards[0], statuses, strict=False):
        desk.world.connection.execute("UPDATE card SET status = %s WHERE id = %s", (status, card.id))

    rows = desk.opened(await desk.fetched(order.id))

    assert ["4", "5"] == [row["serial"] for row in rows]
    desk.world.connection.execute("UPDATE card SET status = 'active' WHERE sold_by = %s", (desk.customer,))
    assert Decline.NOTHING_TO_DELIVER == await desk.request(order.id)


async def test_a_failed_file_costs_its_buyer_nothing(desk: DeliveryDesk) -> None:
    order = desk.order()
    delivery = await desk.requested(order.id)
    whole = desk.world.one("SELECT number_encrypted FROM card WHERE id = %s", order.cards[0][1].id)
    broken = "UPDATE card SET number_encrypted = %s WHERE id = %s"
    desk.world.connection.execute(broken, (b"\0", order.cards[0][1].id))

    with pytest.raises(Exception, match="sealed"):
        await desk.fetch(delivery)

    desk.world.connection.execute(broken, (*whole, order.cards[0][1].id))
    file = await desk.fetch(delivery)
    assert isinstance(file, bytes)
    assert 3 == len(desk.opened(file))
