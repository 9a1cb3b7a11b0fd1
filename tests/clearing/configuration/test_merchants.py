from dataclasses import replace
from uuid import UUID

import pytest

from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.add_terminal import AddTerminal, add_terminal
from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.set_network import SetNetwork, set_network
from florin.clearing.configuration.suspend_merchant import resume_merchant, suspend_merchant
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.programme import Merchant, Programme, Terminal
from florin.storage.configuration import ConfigurationChange

NOBODY = UUID(int=7)


@pytest.fixture
async def shop(change: ConfigurationChange) -> Merchant:
    added = await add_merchant(change, AddMerchant("shop", "The Shop"))
    assert isinstance(added, Merchant)
    return added


async def test_a_new_merchant_is_active_and_its_code_is_used_once(change: ConfigurationChange, shop: Merchant) -> None:
    assert shop.is_active
    assert shop == change.catalogue.merchant_by_code("shop")
    assert Decline.CODE_TAKEN == await add_merchant(change, AddMerchant("shop", "Another"))


async def test_a_merchant_is_suspended_and_resumed(change: ConfigurationChange, shop: Merchant) -> None:
    assert replace(shop, status="suspended") == await suspend_merchant(change, shop.id)
    assert not change.catalogue.merchants[shop.id].is_active
    assert shop == await resume_merchant(change, shop.id)
    assert change.catalogue.merchants[shop.id].is_active


async def test_suspending_a_suspended_merchant_changes_nothing(change: ConfigurationChange, shop: Merchant) -> None:
    await suspend_merchant(change, shop.id)
    version = change.catalogue.version

    assert replace(shop, status="suspended") == await suspend_merchant(change, shop.id)
    assert version == change.catalogue.version


async def test_an_unknown_merchant_is_not_found(change: ConfigurationChange) -> None:
    assert Decline.MERCHANT_NOT_FOUND == await suspend_merchant(change, NOBODY)
    assert Decline.MERCHANT_NOT_FOUND == await resume_merchant(change, NOBODY)
    assert Decline.MERCHANT_NOT_FOUND == await add_terminal(change, AddTerminal(NOBODY, "T1"))


async def test_a_terminal_code_is_used_once_with_a_merchant(change: ConfigurationChange, shop: Merchant) -> None:
    other = await add_merchant(change, AddMerchant("other", "The Other"))
    assert isinstance(other, Merchant)

    terminal = await add_terminal(change, AddTerminal(shop.id, "T1"))

    assert isinstance(terminal, Terminal)
    assert terminal == change.catalogue.terminals[terminal.id]
    assert Decline.CODE_TAKEN == await add_terminal(change, AddTerminal(shop.id, "T1"))
    assert isinstance(await add_terminal(change, AddTerminal(other.id, "T1")), Terminal)


async def test_the_network_says_who_accepts_and_who_sells(
    change: ConfigurationChange, shop: Merchant, farm: CreateProgramme
) -> None:
    programme = await create_programme(change, farm)
    assert isinstance(programme, Programme)
    wanted = SetNetwork(programme_id=programme.id, merchant_id=shop.id, accepts=True, sells=False)

    def membership() -> tuple[bool, bool]:
        pair = (programme.id, shop.id)
        return change.catalogue.accepts(*pair), change.catalogue.sells(*pair)

    assert (False, False) == membership()
    assert wanted == await set_network(change, wanted)
    assert (True, False) == membership()
    await set_network(change, replace(wanted, accepts=False, sells=True))
    assert (False, True) == membership()
    await set_network(change, replace(wanted, accepts=False))
    assert (False, False) == membership()
    assert Decline.PROGRAMME_NOT_FOUND == await set_network(change, replace(wanted, programme_id=NOBODY))
    assert Decline.MERCHANT_NOT_FOUND == await set_network(change, replace(wanted, merchant_id=NOBODY))


@pytest.mark.parametrize("code", ["S", "Shop", ""])
def test_a_bad_merchant_code_is_refused(code: str) -> None:
    with pytest.raises(InvalidField):
        AddMerchant(code, "The Shop")
