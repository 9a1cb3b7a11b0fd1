from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date

import pytest

from florin.clearing.configuration.set_loyalty_terms import SetLoyaltyTerms, set_loyalty_terms
from florin.clearing.house import ClearingHouse
from florin.domain.loyalty_terms import DatedTerms, LoyaltyTerms
from florin.domain.points import PointsRule, Reward
from florin.storage.audit_trail import Author
from florin.storage.configuration import configuration_change
from tests.till import Till
from tests.world import World

TERMS = LoyaltyTerms(
    points=PointsRule(100, (8,), (), keep_from_points=500),
    monthly=(Reward(100, 5_00), Reward(300, 20_00)),
    offers=(Reward(50, 10_00),),
    voucher_days=30,
    referral_face_minor=50_00,
)


@dataclass(frozen=True)
class Farm:
    """A programme with loyalty terms, and a till of its shop."""

    world: World
    house: ClearingHouse
    till: Till

    async def set_terms(self, terms: LoyaltyTerms = TERMS, effective_on: date | None = None) -> object:
        """The terms, or why they are not set."""
        async with configuration_change(self.house.pool, Author(None, self.world.clock.now)) as change:
            return await set_loyalty_terms(change, SetLoyaltyTerms(self.world.home, terms, effective_on))


@pytest.fixture
async def farm(shared_world: World) -> AsyncIterator[Farm]:
    """A world in which nothing has happened yet but that its programme has terms."""
    world = shared_world.start_over()
    async with world.clearing_house() as house:
        made = Farm(world, house, Till(house, world.shop))
        assert isinstance(await made.set_terms(), DatedTerms)
        yield made
