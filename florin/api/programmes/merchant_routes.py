"""Merchants, their tills, and the network in which a programme's cards are sold and accepted."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from florin.api import management_examples as examples
from florin.api.fields import Fields, MerchantId, ProgrammeId, TerminalId
from florin.api.given import TheAuthor, TheHouse, ThePage, accepted
from florin.api.programmes.programme_bodies import Code, Name
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import View, page_by_id
from florin.clearing.configuration.add_merchant import AddMerchant, add_merchant
from florin.clearing.configuration.add_terminal import AddTerminal, add_terminal
from florin.clearing.configuration.set_network import SetNetwork, set_network
from florin.clearing.configuration.suspend_merchant import resume_merchant, suspend_merchant
from florin.domain.declines import Decline
from florin.domain.scopes import Scope
from florin.storage.configuration import configuration_change

ROUTES = Routes("Merchants")

_NOT_FOUND = (Decline.MERCHANT_NOT_FOUND,)


class MerchantFields(Fields, example=examples.NEW_MERCHANT):
    """A new merchant, active from the start."""

    code: Code
    name: Name


class MerchantView(View):
    """A shop or chain of shops; suspended, its tills may do nothing."""

    id: MerchantId
    code: str
    name: str
    status: str


class MerchantPage(View):
    """Some merchants, and the cursor of the next page."""

    items: list[MerchantView]
    next_cursor: str | None


class TerminalFields(Fields, example=examples.NEW_TERMINAL):
    """A new till of a merchant."""

    code: Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,32}$")]


class TerminalView(View):
    """A till of a merchant."""

    id: TerminalId
    merchant_id: MerchantId
    code: str
    status: str


class TerminalPage(View):
    """Some tills, and the cursor of the next page."""

    items: list[TerminalView]
    next_cursor: str | None


class NetworkFields(Fields, example=examples.NETWORK_PLACE):
    """What a merchant does for a programme: take its cards as payment, sell and activate them."""

    accepts: bool
    sells: bool


class NetworkView(View):
    """What a merchant does for a programme."""

    merchant_id: MerchantId
    accepts: bool
    sells: bool


class NetworkPage(View):
    """Some merchants of a programme's network, and the cursor of the next page."""

    items: list[NetworkView]
    next_cursor: str | None


@ROUTES.get("/v1/merchants", allows=Scope.PROGRAMMES_READ, example=examples.page_of(examples.MERCHANT))
async def list_merchants(configuration: TheConfiguration, page: ThePage) -> MerchantPage:
    """List merchants, the oldest first; a till sees its own."""
    shown, cursor = page_by_id("merchants", configuration.merchants, page)
    return MerchantPage(items=[MerchantView.model_validate(each) for each in shown], next_cursor=cursor)


@ROUTES.post(
    "/v1/merchants", allows=Scope.MERCHANTS_WRITE, status=201, problems=(Decline.CODE_TAKEN,), example=examples.MERCHANT
)
async def create_merchant(fields: MerchantFields, house: TheHouse, author: TheAuthor) -> MerchantView:
    """Add a merchant."""
    command = AddMerchant(fields.code, fields.name)
    async with configuration_change(house.pool, author) as change:
        return MerchantView.model_validate(accepted(await add_merchant(change, command)))


@ROUTES.get("/v1/merchants/{merchant_id}", allows=Scope.PROGRAMMES_READ, problems=_NOT_FOUND, example=examples.MERCHANT)
async def read_merchant(merchant_id: MerchantId, configuration: TheConfiguration) -> MerchantView:
    """Show a merchant; a till sees its own."""
    return MerchantView.model_validate(configuration.merchant(merchant_id))


@ROUTES.post(
    "/v1/merchants/{merchant_id}/suspend",
    allows=Scope.MERCHANTS_WRITE,
    problems=_NOT_FOUND,
    example={**examples.MERCHANT, "status": "suspended"},
)
async def suspend(merchant_id: MerchantId, house: TheHouse, author: TheAuthor) -> MerchantView:
    """Stop everything at a merchant's tills."""
    async with configuration_change(house.pool, author) as change:
        return MerchantView.model_validate(accepted(await suspend_merchant(change, merchant_id)))


@ROUTES.post(
    "/v1/merchants/{merchant_id}/resume", allows=Scope.MERCHANTS_WRITE, problems=_NOT_FOUND, example=examples.MERCHANT
)
async def resume(merchant_id: MerchantId, house: TheHouse, author: TheAuthor) -> MerchantView:
    """Let a suspended merchant work again."""
    async with configuration_change(house.pool, author) as change:
        return MerchantView.model_validate(accepted(await resume_merchant(change, merchant_id)))


@ROUTES.get(
    "/v1/merchants/{merchant_id}/terminals",
    allows=Scope.PROGRAMMES_READ,
    problems=_NOT_FOUND,
    example=examples.page_of(examples.TERMINAL),
)
async def list_terminals(merchant_id: MerchantId, configuration: TheConfiguration, page: ThePage) -> TerminalPage:
    """List the tills of a merchant, the oldest first."""
    merchant = configuration.merchant(merchant_id)
    terminals = [each for each in configuration.catalogue.terminals.values() if each.merchant_id == merchant.id]
    shown, cursor = page_by_id("terminals", terminals, page)
    return TerminalPage(items=[TerminalView.model_validate(each) for each in shown], next_cursor=cursor)


@ROUTES.post(
    "/v1/merchants/{merchant_id}/terminals",
    allows=Scope.MERCHANTS_WRITE,
    status=201,
    problems=(*_NOT_FOUND, Decline.CODE_TAKEN),
    example=examples.TERMINAL,
)
async def create_terminal(
    merchant_id: MerchantId, fields: TerminalFields, house: TheHouse, author: TheAuthor
) -> TerminalView:
    """Add a till to a merchant."""
    command = AddTerminal(merchant_id, fields.code)
    async with configuration_change(house.pool, author) as change:
        return TerminalView.model_validate(accepted(await add_terminal(change, command)))


@ROUTES.get(
    "/v1/programmes/{programme_id}/network",
    allows=Scope.PROGRAMMES_READ,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.page_of({"merchant_id": examples.MERCHANT_ID, **examples.NETWORK_PLACE}),
)
async def list_network(programme_id: ProgrammeId, configuration: TheConfiguration, page: ThePage) -> NetworkPage:
    """List the merchants that sell or accept a programme's cards; a till sees its own."""
    programme = configuration.programme(programme_id)
    catalogue = configuration.catalogue

    def place(merchant_id: UUID) -> NetworkView:
        accepts, sells = catalogue.accepts(programme.id, merchant_id), catalogue.sells(programme.id, merchant_id)
        return NetworkView(merchant_id=merchant_id, accepts=accepts, sells=sells)

    pairs = catalogue.accepting | catalogue.selling
    members = [each for each in configuration.merchants if (programme.id, each.id) in pairs]
    shown, cursor = page_by_id("network", members, page)
    return NetworkPage(items=[place(each.id) for each in shown], next_cursor=cursor)


@ROUTES.put(
    "/v1/programmes/{programme_id}/network/{merchant_id}",
    allows=Scope.MERCHANTS_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND, Decline.MERCHANT_NOT_FOUND),
    example={"merchant_id": examples.MERCHANT_ID, **examples.NETWORK_PLACE},
)
async def set_place(
    programme_id: ProgrammeId, merchant_id: MerchantId, fields: NetworkFields, house: TheHouse, author: TheAuthor
) -> NetworkView:
    """Set whether a merchant accepts and sells a programme's cards."""
    command = SetNetwork(programme_id=programme_id, merchant_id=merchant_id, accepts=fields.accepts, sells=fields.sells)
    async with configuration_change(house.pool, author) as change:
        place = accepted(await set_network(change, command))
    return NetworkView(merchant_id=place.merchant_id, accepts=place.accepts, sells=place.sells)
