from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.set_tiers import SetTiers, set_tiers
from florin.domain.declines import Decline
from florin.domain.programme import Programme
from florin.domain.tiers import Tier
from florin.storage.configuration import ConfigurationChange
from florin.storage.connect import Connection
from florin.storage.fresh_ids import fresh_id

BRONZE, GOLD = Tier("bronze", 5_000_00, 9_800), Tier("gold", 30_000_00, 9_300)


async def test_tiers_take_the_place_of_those_before(
    change: ConfigurationChange, farm: CreateProgramme, connection: Connection
) -> None:
    programme = await create_programme(change, farm)
    assert isinstance(programme, Programme)
    assert () == await change.tiers(programme.id)
    assert (BRONZE, GOLD) == await set_tiers(change, SetTiers(programme.id, (GOLD, BRONZE)))
    assert (BRONZE, GOLD) == await change.tiers(programme.id)
    version = change.catalogue.version
    assert (BRONZE, GOLD) == await set_tiers(change, SetTiers(programme.id, (BRONZE, GOLD)))
    assert version == change.catalogue.version
    assert () == await set_tiers(change, SetTiers(programme.id, ()))
    assert () == await change.tiers(programme.id)
    # Nothing is committed while the change is open.
    assert [] == await (await connection.execute("SELECT FROM tier")).fetchall()


async def test_an_unknown_programme_has_no_tiers(change: ConfigurationChange) -> None:
    assert await set_tiers(change, SetTiers(fresh_id(), (BRONZE,))) is Decline.PROGRAMME_NOT_FOUND
