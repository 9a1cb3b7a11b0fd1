"""Whoever holds the whole database and no keyring finds no token, no password and no card's secret of any delivery."""

import base64
from io import BytesIO

import psycopg
import pytest

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.claim import ClaimedCard
from florin.crypto.password_file import unzip
from florin.storage.corporate.deliveries import find_delivery
from tests.batch.orders.delivery_desk import NUMBERS, PINS, ZIP, DeliveryDesk
from tests.batch.orders.link_desk import LinkDesk
from tests.batch.test_no_secret_in_a_dump import dump
from tests.corporate import Corporate, KnownOrder
from tests.whole.secret_search import SecretSearch


def secrets_of(order: KnownOrder) -> dict[str, str]:
    return {
        f"{name} of {card.id}": secret
        for of_line in order.cards
        for card in of_line
        for name, secret in (("number", card.number), ("PIN", card.pin), ("e-code", card.ecode))
    }


async def delivered(house: ClearingHouse, corporate: Corporate) -> dict[str, str]:
    """Every secret of an order whose files were fetched, with their passwords and what is in the files."""
    desk = DeliveryDesk(house, corporate)
    order = desk.order()
    secrets = secrets_of(order)
    for part in (NUMBERS, PINS):
        delivery = await desk.requested(order.id, part, ZIP)
        password = await desk.password(delivery)
        file = await desk.fetch(delivery)
        assert isinstance(password, str)
        assert isinstance(file, bytes)
        assert 1 == len(unzip(BytesIO(file), password))
        assert (await find_delivery(house.pool, delivery.id)) is not None
        secrets[f"password of {part}"] = password
        secrets[f"password of {part} without hyphens"] = password.replace("-", "")
    return secrets


async def claimed(house: ClearingHouse, corporate: Corporate) -> dict[str, str]:
    """Every secret of an order whose links were sent, some of them once more, and some claimed."""
    desk = LinkDesk(house, corporate)
    order = desk.order()
    await desk.send(order.id)
    desk.world.clock.now = desk.world.clock.now.replace(month=4)
    await desk.resend(order.id, "1-1")
    tokens = desk.tokens(order.id)
    assert isinstance(await desk.claim(tokens[1, 1, 2]), ClaimedCard)
    assert 6 == len(tokens)
    bodies = {f"128 bits of {name}": token[7:-8] for name, token in tokens.items()}
    return {**secrets_of(order), **{f"token {name}": token for name, token in tokens.items()}, **bodies}


@pytest.mark.parametrize("happened", [delivered, claimed])
async def test_the_bytes_of_the_database_hold_no_secret_of_a_delivery(
    house: ClearingHouse, corporate: Corporate, happened: object
) -> None:
    secrets = await happened(house, corporate)  # type: ignore[operator]  # one of the two above

    everything = dump(corporate.world.database.owner_url)

    assert len(secrets) > 9
    raw = [bytes.fromhex(text) for name, text in secrets.items() if name.startswith("128 bits")]
    assert [] == [secret for secret in raw if secret in everything]
    assert [] == SecretSearch(secrets).found_in(everything.decode("latin-1"))


async def test_the_search_finds_a_secret_that_is_there(house: ClearingHouse, corporate: Corporate) -> None:
    secrets = await claimed(house, corporate)
    token = next(secret for name, secret in secrets.items() if name.startswith("token"))
    with psycopg.connect(corporate.world.database.owner_url, autocommit=True) as connection:
        connection.execute(
            "UPDATE card SET block_reason = %s WHERE id = (SELECT min(id::text)::uuid FROM card)",
            (base64.b64encode(token.encode()).decode(),),
        )
        everything = dump(corporate.world.database.owner_url)

    assert [] != SecretSearch(secrets).found_in(everything.decode("latin-1"))
