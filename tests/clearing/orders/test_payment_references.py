"""A new order gets a payment reference of its own, also when the first one drawn is taken."""

import secrets

import pytest

from florin.domain.payment_reference import compose_reference
from tests.clearing.orders.ordering import Ordering


async def test_a_reference_that_is_taken_is_drawn_again(ordering: Ordering, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([7, 7, 7, 8])
    monkeypatch.setattr(secrets, "randbelow", lambda _: next(drawn))
    first, second = await ordering.drafted(), await ordering.drafted()
    assert [compose_reference(7), compose_reference(8)] == [first.payment_reference, second.payment_reference]


async def test_an_order_without_a_free_reference_is_not_made(
    ordering: Ordering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(secrets, "randbelow", lambda _: 9)
    await ordering.drafted()
    with pytest.raises(LookupError, match="no payment reference is free"):
        await ordering.drafted()
    query = "SELECT count(*) FROM corporate_order WHERE customer_id = %s"
    assert (1,) == ordering.corporate.world.one(query, ordering.customer)
