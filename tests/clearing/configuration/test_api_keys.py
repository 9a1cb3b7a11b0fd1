from typing import Any
from uuid import UUID

import pytest

from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.add_terminal import AddTerminal, add_terminal
from florin.clearing.configuration.issue_api_key import IssueApiKey, IssuedKey, issue_api_key
from florin.clearing.configuration.revoke_api_key import revoke_api_key
from florin.crypto.tokens import API_KEY
from florin.domain.declines import Decline
from florin.domain.invalid_field import InvalidField
from florin.domain.programme import Merchant, Terminal
from florin.storage.configuration import ConfigurationChange

NOBODY = UUID(int=7)


@pytest.fixture
async def shop(change: ConfigurationChange) -> Merchant:
    added = await add_merchant(change, AddMerchant("shop", "The Shop"))
    assert isinstance(added, Merchant)
    return added


async def test_a_token_leads_to_its_key(change: ConfigurationChange, shop: Merchant) -> None:
    issued = await issue_api_key(change, IssueApiKey(name="Till", scopes=["cards:sell"], merchant_id=shop.id))

    assert isinstance(issued, IssuedKey)
    digest = API_KEY.digest(issued.token)
    assert digest is not None
    found = change.catalogue.keys_by_digest[digest]
    assert issued.key == found
    assert (shop.id, None, frozenset({"cards:sell"})) == (found.merchant_id, found.terminal_id, found.scopes)


async def test_a_token_does_not_show_in_a_repr(change: ConfigurationChange) -> None:
    issued = await issue_api_key(change, IssueApiKey(name="Operator", scopes=["keys:write"]))

    assert isinstance(issued, IssuedKey)
    assert issued.token not in repr(issued)


async def test_a_revoked_key_opens_nothing_and_is_not_found_again(change: ConfigurationChange) -> None:
    issued = await issue_api_key(change, IssueApiKey(name="Operator", scopes=["keys:write"]))
    assert isinstance(issued, IssuedKey)
    version = change.catalogue.version

    assert issued.key == await revoke_api_key(change, issued.key.id)
    assert version < change.catalogue.version
    assert {} == change.catalogue.keys_by_digest
    assert {} == change.catalogue.keys_by_id
    assert Decline.API_KEY_NOT_FOUND == await revoke_api_key(change, issued.key.id)
    assert Decline.API_KEY_NOT_FOUND == await revoke_api_key(change, NOBODY)


async def test_a_key_for_a_till_names_a_till_of_its_merchant(change: ConfigurationChange, shop: Merchant) -> None:
    other = await add_merchant(change, AddMerchant("other", "The Other"))
    assert isinstance(other, Merchant)
    till = await add_terminal(change, AddTerminal(shop.id, "T1"))
    assert isinstance(till, Terminal)

    def key(merchant_id: UUID, terminal_id: UUID) -> IssueApiKey:
        return IssueApiKey(name="Till", scopes=["cards:sell"], merchant_id=merchant_id, terminal_id=terminal_id)

    assert isinstance(await issue_api_key(change, key(shop.id, till.id)), IssuedKey)
    assert Decline.TERMINAL_NOT_FOUND == await issue_api_key(change, key(other.id, till.id))
    assert Decline.TERMINAL_NOT_FOUND == await issue_api_key(change, key(shop.id, NOBODY))
    assert Decline.MERCHANT_NOT_FOUND == await issue_api_key(change, key(NOBODY, till.id))


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("name", {"name": ""}),
        ("scopes", {"scopes": []}),
        ("scopes", {"scopes": ["cards:sell"]}),
        ("scopes", {"scopes": ["cards:issue"], "merchant_id": NOBODY}),
        ("terminal_id", {"terminal_id": NOBODY}),
    ],
)
def test_a_key_that_could_never_be_is_not_even_asked_for(field: str, changes: dict[str, Any]) -> None:
    wanted: dict[str, Any] = {"name": "Operator", "scopes": ["keys:write"], **changes}
    with pytest.raises(InvalidField) as refusal:
        IssueApiKey(**wanted)

    assert field == refusal.value.field
