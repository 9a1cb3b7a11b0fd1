"""Programmes, and the kinds of cards that they issue."""

from dataclasses import replace

from florin.api import management_examples as examples
from florin.api.callers import READERS_OF_PROGRAMMES
from florin.api.fields import ProductId, ProgrammeId, time_of
from florin.api.given import TheAuthor, TheHouse, ThePage, accepted
from florin.api.problems.document import Refused
from florin.api.programmes.programme_bodies import (
    ProductFields,
    ProductPage,
    ProductView,
    ProgrammeChangeFields,
    ProgrammeFields,
    ProgrammePage,
    ProgrammeView,
    ReturnUrlsFields,
    ReturnUrlsView,
    TrialCardFields,
    minor_of,
    product_view,
    programme_view,
    terms_given,
)
from florin.api.programmes.visible_configuration import TheConfiguration
from florin.api.routes import Routes
from florin.api.views import page_by_id
from florin.clearing.configuration.add_product import AddProduct, add_product
from florin.clearing.configuration.create_programme import CreateProgramme, create_programme
from florin.clearing.configuration.set_return_urls import SetReturnUrls, set_return_urls
from florin.clearing.configuration.set_trial_card import SetTrialCard, TrialCard, set_trial_card
from florin.clearing.configuration.update_programme import UpdateProgramme, update_programme
from florin.domain.declines import Decline
from florin.domain.programme_terms import ProgrammeTerms, terms_of
from florin.domain.scopes import Scope
from florin.storage.configuration import configuration_change

ROUTES = Routes("Programmes")


@ROUTES.get("/v1/programmes", allows=READERS_OF_PROGRAMMES, example=examples.page_of(examples.PROGRAMME))
async def list_programmes(configuration: TheConfiguration, page: ThePage) -> ProgrammePage:
    """List programmes, the oldest first.

    A till sees those whose cards its merchant accepts or sells, a customer's people the one that they order from.
    """
    shown, cursor = page_by_id("programmes", configuration.programmes, page)
    return ProgrammePage(items=[programme_view(each) for each in shown], next_cursor=cursor)


@ROUTES.post(
    "/v1/programmes",
    allows=Scope.PROGRAMMES_WRITE,
    status=201,
    problems=(Decline.CODE_TAKEN, Decline.ISSUER_PREFIX_TAKEN, Decline.CURRENCY_MISMATCH),
    example=examples.PROGRAMME,
)
async def add_programme(fields: ProgrammeFields, house: TheHouse, author: TheAuthor) -> ProgrammeView:
    """Create a programme."""
    command = CreateProgramme(
        code=fields.code,
        unit=fields.currency,
        time_zone=fields.time_zone,
        cut_off=time_of(fields.cut_off),
        issuer_prefix=fields.issuer_prefix,
        terms=ProgrammeTerms(**terms_given(fields, fields.currency)),
    )
    async with configuration_change(house.pool, author) as change:
        return programme_view(accepted(await create_programme(change, command)))


@ROUTES.get(
    "/v1/programmes/{programme_id}",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.PROGRAMME,
)
async def read_programme(programme_id: ProgrammeId, configuration: TheConfiguration) -> ProgrammeView:
    """Show a programme."""
    return programme_view(configuration.programme(programme_id))


@ROUTES.patch(
    "/v1/programmes/{programme_id}",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(
        Decline.PROGRAMME_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.LIMIT_EXCEEDED,
        Decline.VALIDITY_TOO_SHORT,
    ),
    example=examples.PROGRAMME,
)
async def change_programme(
    programme_id: ProgrammeId, fields: ProgrammeChangeFields, house: TheHouse, author: TheAuthor
) -> ProgrammeView:
    """Change the terms of a programme; what is left out stays as it is.

    Code, currency, time zone, cut-off and issuer prefix are fixed: the book was written under them.
    """
    async with configuration_change(house.pool, author) as change:
        programme = change.catalogue.programmes.get(programme_id)
        if programme is None:
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        terms = replace(terms_of(programme), **terms_given(fields, programme.unit))
        return programme_view(accepted(await update_programme(change, UpdateProgramme(programme_id, terms))))


@ROUTES.get(
    "/v1/programmes/{programme_id}/products",
    allows=READERS_OF_PROGRAMMES,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.page_of(examples.PRODUCT),
)
async def list_products(programme_id: ProgrammeId, configuration: TheConfiguration, page: ThePage) -> ProductPage:
    """List the kinds of cards of a programme, the oldest first."""
    programme = configuration.programme(programme_id)
    products = [each for each in configuration.catalogue.products.values() if each.programme_id == programme.id]
    shown, cursor = page_by_id("products", products, page)
    return ProductPage(items=[product_view(each, programme.unit) for each in shown], next_cursor=cursor)


@ROUTES.post(
    "/v1/programmes/{programme_id}/products",
    allows=Scope.PROGRAMMES_WRITE,
    status=201,
    problems=(
        Decline.PROGRAMME_NOT_FOUND,
        Decline.CODE_TAKEN,
        Decline.CURRENCY_MISMATCH,
        Decline.LIMIT_EXCEEDED,
        Decline.VALIDITY_TOO_SHORT,
    ),
    example=examples.PRODUCT,
)
async def add_card_product(
    programme_id: ProgrammeId, fields: ProductFields, house: TheHouse, author: TheAuthor
) -> ProductView:
    """Add a kind of card to a programme."""
    async with configuration_change(house.pool, author) as change:
        programme = change.catalogue.programmes.get(programme_id)
        if programme is None:
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        command = AddProduct(
            programme_id=programme_id,
            code=fields.code,
            name=fields.name,
            kind=fields.kind,
            denominations_minor=tuple(minor_of(each, programme.unit) for each in fields.denominations),
            has_ecode=fields.has_e_code,
            validity_years=fields.validity_years,
        )
        return product_view(accepted(await add_product(change, command)), programme.unit)


@ROUTES.put(
    "/v1/programmes/{programme_id}/products/{product_id}/trial-card",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(
        Decline.PROGRAMME_NOT_FOUND,
        Decline.PRODUCT_NOT_FOUND,
        Decline.CURRENCY_MISMATCH,
        Decline.DENOMINATION_NOT_OFFERED,
        Decline.NOT_SOLD_ONLINE,
    ),
    example={**examples.PRODUCT, "trial_card": examples.TRIAL_CARD},
)
async def put_trial_card(
    programme_id: ProgrammeId, product_id: ProductId, fields: TrialCardFields, house: TheHouse, author: TheAuthor
) -> ProductView:
    """Set which first card of a product costs members less than its face online; what was begun keeps its price."""
    async with configuration_change(house.pool, author) as change:
        programme = change.catalogue.programmes.get(programme_id)
        if programme is None:
            raise Refused(Decline.PROGRAMME_NOT_FOUND)
        asked, unit = fields.trial_card, programme.unit
        trial = None if asked is None else TrialCard(minor_of(asked.denomination, unit), minor_of(asked.price, unit))
        command = SetTrialCard(programme_id, product_id, trial)
        return product_view(accepted(await set_trial_card(change, command)), unit)


@ROUTES.put(
    "/v1/programmes/{programme_id}/return-urls",
    allows=Scope.PROGRAMMES_WRITE,
    problems=(Decline.PROGRAMME_NOT_FOUND,),
    example=examples.RETURN_URLS,
)
async def put_return_urls(
    programme_id: ProgrammeId, fields: ReturnUrlsFields, house: TheHouse, author: TheAuthor
) -> ReturnUrlsView:
    """Set the pages to which a programme's members may be sent back from a provider's pay page, word for word."""
    async with configuration_change(house.pool, author) as change:
        changed = accepted(await set_return_urls(change, SetReturnUrls(programme_id, tuple(fields.urls))))
        return ReturnUrlsView(urls=list(changed.return_urls))
