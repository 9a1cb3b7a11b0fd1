"""API keys: how machines get in. A key's token is shown once, when it is made."""

from typing import Annotated

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.fields import Choice, Fields, KeyId, MerchantId, TerminalId
from florin.api.given import TheAuthor, TheHouse, ThePage, accepted
from florin.api.programmes.programme_bodies import Name
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View, page_by_id
from florin.clearing.configuration.issue_api_key import IssueApiKey, issue_api_key
from florin.clearing.configuration.revoke_api_key import revoke_api_key
from florin.domain.declines import Decline
from florin.domain.programme import ApiKey
from florin.domain.scopes import Scope
from florin.storage.configuration import configuration_change

ROUTES = Routes("API keys")


class ApiKeyFields(Fields, example=examples.NEW_KEY):
    """A new key: a merchant's, for one of its tills or for all of them, or without a merchant an operator's."""

    name: Name
    scopes: Annotated[list[Annotated[Scope, Choice]], Field(min_length=1, max_length=len(Scope))]
    merchant_id: MerchantId | None = None
    terminal_id: TerminalId | None = None


class ApiKeyView(View):
    """A key that opens something, without its token."""

    id: KeyId
    name: str
    merchant_id: MerchantId | None
    terminal_id: TerminalId | None
    scopes: list[str]


class IssuedKeyView(ApiKeyView):
    """A new key with its token, which is kept nowhere."""

    token: Annotated[str, Field(repr=False)]


class ApiKeyPage(View):
    """Some keys, and the cursor of the next page."""

    items: list[ApiKeyView]
    next_cursor: str | None


@ROUTES.get("/v1/api-keys", allows=Scope.KEYS_WRITE, example=examples.page_of(examples.KEY))
async def list_keys(configuration: TheConfiguration, page: ThePage) -> ApiKeyPage:
    """List the keys that have not been revoked, the oldest first."""
    shown, cursor = page_by_id("api-keys", configuration.catalogue.keys_by_id.values(), page)
    return ApiKeyPage(items=[_key_view(each) for each in shown], next_cursor=cursor)


@ROUTES.post(
    "/v1/api-keys",
    allows=Scope.KEYS_WRITE,
    status=201,
    problems=(Decline.MERCHANT_NOT_FOUND, Decline.TERMINAL_NOT_FOUND),
    example={**examples.KEY, "token": "fl_key_..."},
)
async def create_key(fields: ApiKeyFields, house: TheHouse, author: TheAuthor) -> IssuedKeyView:
    """Issue a key; its token is in this answer and nowhere else.

    Every process of the service knows it within a second.
    """
    command = IssueApiKey(
        name=fields.name, scopes=fields.scopes, merchant_id=fields.merchant_id, terminal_id=fields.terminal_id
    )
    async with configuration_change(house.pool, author) as change:
        issued = accepted(await issue_api_key(change, command))
    return IssuedKeyView(**dict(_key_view(issued.key)), token=issued.token)


@ROUTES.delete("/v1/api-keys/{key_id}", allows=Scope.KEYS_WRITE, status=204, problems=(Decline.API_KEY_NOT_FOUND,))
async def delete_key(key_id: KeyId, house: TheHouse, author: TheAuthor) -> None:
    """Revoke a key for good.

    No posting that begins afterwards accepts it, and every process knows within a second.
    """
    async with configuration_change(house.pool, author) as change:
        accepted(await revoke_api_key(change, key_id))


def _key_view(key: ApiKey) -> ApiKeyView:
    return ApiKeyView(
        id=key.id,
        name=key.name,
        merchant_id=key.merchant_id,
        terminal_id=key.terminal_id,
        scopes=sorted(map(str, key.scopes)),
    )
