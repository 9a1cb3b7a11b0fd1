"""The application: every route and door put together around one clearing house."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Final

import structlog
from fastapi import FastAPI
from fastapi_offline import FastAPIOffline
from starlette.types import ASGIApp

from florin.api import problem_routes, status_routes
from florin.api.addresses import answer_for_address
from florin.api.breaks import break_routes
from florin.api.callers import REFRESH_EVERY_S, Doorkeeper
from florin.api.cards import card_routes, card_statement_routes, issue_routes
from florin.api.cases import case_routes, loss_routes, merchant_case_routes
from florin.api.cash_orders import cash_order_routes
from florin.api.closures import closure_routes, own_closure_routes, payout_routes
from florin.api.corporate import (
    activation_routes,
    claim_routes,
    customer_routes,
    delivery_key_routes,
    delivery_routes,
    funding_refund_routes,
    generation_routes,
    link_routes,
    order_routes,
    pro_forma_routes,
    receipt_routes,
    recipients_routes,
    refund_account_routes,
    replacement_routes,
    statement_routes,
)
from florin.api.dormancy import balance_ending_routes, dormancy_routes
from florin.api.ledger import (
    day_close_routes,
    day_report_routes,
    day_routes,
    ledger_routes,
    proof_routes,
    reopening_routes,
)
from florin.api.ledger.event_streams import EventStreams
from florin.api.loyalty import loyalty_routes, loyalty_terms_routes, member_loyalty_routes
from florin.api.matching import matching_routes, suggestion_routes
from florin.api.members import contact_routes, member_routes, registration_routes, wallet_routes
from florin.api.metrics import Metrics
from florin.api.money import hold_routes, inquiry_routes, operation_routes, purchase_routes, refund_routes
from florin.api.money.money_door import MoneyDoor
from florin.api.money.money_routes import MONEY_ROUTES
from florin.api.netting import netting_payout_routes, netting_routes
from florin.api.notices import login_preference_routes, notice_routes, preference_routes, webhook_routes
from florin.api.openapi import API_VERSION, document_as_yaml, openapi_document
from florin.api.payments import callback_routes, card_sale_routes, payment_desk_routes, payment_routes, split_routes
from florin.api.payouts import payout_file_routes
from florin.api.people import api_key_routes, desk_routes, people_routes, profile_routes
from florin.api.programmes import agreement_routes, merchant_routes, programme_routes, tier_routes
from florin.api.reports import report_routes
from florin.api.routes import GuardedRoute
from florin.api.settlement import (
    acceptor_routes,
    calendar_routes,
    merchant_agreement_routes,
    merchant_debt_routes,
    merchant_payout_routes,
    merchant_statement_routes,
)
from florin.api.side_door import SideDoor
from florin.api.statements import counterparty_routes, fee_terms_routes, statement_file_routes
from florin.api.suspense import suspense_payout_routes, suspense_routes
from florin.clearing.guess_limit import GuessLimit
from florin.clearing.house import ClearingHouse
from florin.settings import Settings
from florin.storage.connect import Pool
from florin.storage.notices.told_notices import read_queue

ROUTES: Final = (
    purchase_routes.ROUTES,
    refund_routes.ROUTES,
    hold_routes.ROUTES,
    operation_routes.ROUTES,
    card_routes.ROUTES,
    inquiry_routes.ROUTES,
    card_statement_routes.ROUTES,
    issue_routes.ROUTES,
    loss_routes.ROUTES,
    case_routes.ROUTES,
    merchant_case_routes.ROUTES,
    cash_order_routes.ROUTES,
    registration_routes.ROUTES,
    profile_routes.ROUTES,
    preference_routes.ROUTES,
    wallet_routes.ROUTES,
    payment_routes.ROUTES,
    card_sale_routes.ROUTES,
    payment_desk_routes.ROUTES,
    callback_routes.ROUTES,
    loyalty_routes.ROUTES,
    split_routes.ROUTES,
    own_closure_routes.ROUTES,
    member_routes.ROUTES,
    dormancy_routes.ROUTES,
    contact_routes.ROUTES,
    balance_ending_routes.ROUTES,
    programme_routes.ROUTES,
    tier_routes.ROUTES,
    loyalty_terms_routes.ROUTES,
    merchant_routes.ROUTES,
    agreement_routes.ROUTES,
    member_loyalty_routes.ROUTES,
    notice_routes.ROUTES,
    login_preference_routes.ROUTES,
    webhook_routes.ROUTES,
    api_key_routes.ROUTES,
    desk_routes.ROUTES,
    people_routes.ROUTES,
    customer_routes.ROUTES,
    refund_account_routes.ROUTES,
    delivery_key_routes.ROUTES,
    receipt_routes.ROUTES,
    funding_refund_routes.ROUTES,
    closure_routes.ROUTES,
    payout_routes.ROUTES,
    payout_file_routes.ROUTES,
    counterparty_routes.ROUTES,
    statement_file_routes.ROUTES,
    break_routes.ROUTES,
    matching_routes.ROUTES,
    suggestion_routes.ROUTES,
    fee_terms_routes.ROUTES,
    merchant_statement_routes.ROUTES,
    merchant_debt_routes.ROUTES,
    merchant_payout_routes.ROUTES,
    merchant_agreement_routes.ROUTES,
    acceptor_routes.ROUTES,
    calendar_routes.ROUTES,
    netting_routes.ROUTES,
    netting_payout_routes.ROUTES,
    suspense_routes.ROUTES,
    suspense_payout_routes.ROUTES,
    order_routes.ROUTES,
    recipients_routes.ROUTES,
    pro_forma_routes.ROUTES,
    generation_routes.ROUTES,
    delivery_routes.ROUTES,
    activation_routes.ROUTES,
    replacement_routes.ROUTES,
    statement_routes.ROUTES,
    link_routes.ROUTES,
    claim_routes.ROUTES,
    ledger_routes.ROUTES,
    proof_routes.ROUTES,
    day_routes.ROUTES,
    report_routes.ROUTES,
    day_close_routes.ROUTES,
    reopening_routes.ROUTES,
    day_report_routes.ROUTES,
    problem_routes.ROUTES,
    status_routes.ROUTES,
)
"""Every file of routes."""

_LOOK_AT_QUEUE_EVERY: Final = 15
"""Refreshments between two looks at what waits to be sent: counting it takes longer the more there is."""

_log: Final = structlog.get_logger("florin.api")


def create_app(house: ClearingHouse, settings: Settings, streams: EventStreams | None = None) -> ASGIApp:
    """The ASGI application of an open clearing house; its lifespan keeps fresh which API keys may do what.

    It copies the figures of the engine too, for the other processes of the service. Whoever stops the service gives it
    the ``streams``, which must be ended first.
    """
    framework = routes_app()
    framework.state.house = house
    framework.state.settings = settings
    framework.state.doorkeeper = doorkeeper = Doorkeeper(house)
    framework.state.guesses = guesses = GuessLimit(house.pool, house.vault)
    framework.state.streams = streams or event_streams(settings)
    framework.state.metrics = metrics = Metrics(house.engine)
    side_door = SideDoor(framework, metrics, settings.slow_request_limit)
    return MoneyDoor(MONEY_ROUTES, house, doorkeeper, guesses, metrics, side_door)


def event_streams(settings: Settings) -> EventStreams:
    """The places for streams in a process with these settings: half of what it works on at once, for the other half."""
    return EventStreams(max(1, settings.slow_request_limit // 2))


def routes_app() -> FastAPI:
    """FastAPI's part of the application, without a clearing house: enough to write the document of the API."""
    app = FastAPIOffline(
        title="Florin",
        version=API_VERSION,
        docs_url="/docs",
        redoc_url=None,
        routes=[route for routes in ROUTES for route in routes],
        redirect_slashes=False,
        lifespan=_keep_fresh,
        exception_handlers={404: answer_for_address, 405: answer_for_address},
    )
    app.openapi = lambda: openapi_document(guarded_routes(app))  # type: ignore[method-assign]
    return app


def guarded_routes(app: FastAPI) -> list[GuardedRoute]:
    """The routes that are ours; what else there is are the pages of the document."""
    return [route for route in app.routes if isinstance(route, GuardedRoute)]


def openapi_yaml() -> str:
    """The document of the API as it stands in ``openapi.yaml``."""
    return document_as_yaml(openapi_document(guarded_routes(routes_app())))


@asynccontextmanager
async def _keep_fresh(app: FastAPI) -> AsyncIterator[None]:
    state = app.state
    task = asyncio.create_task(_refresh_for_ever(state.doorkeeper, state.guesses, state.metrics, state.house.pool))
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def _refresh_for_ever(doorkeeper: Doorkeeper, guesses: GuessLimit, metrics: Metrics, pool: Pool) -> None:
    for turn in itertools.count():
        await asyncio.sleep(REFRESH_EVERY_S)
        metrics.copy_engine_figures()
        try:
            await doorkeeper.refresh()
            await guesses.refresh()
            if turn % _LOOK_AT_QUEUE_EVERY == 0:
                metrics.copy_queue(await read_queue(pool, datetime.now(UTC)))
        except Exception as error:  # noqa: BLE001 (while the database is away, nothing is posted either)
            _log.warning("keys_not_refreshed", error=type(error).__name__)
