"""What a serving process does besides answering: every so often, for as long as it serves."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from florin.batch.close_cases import close_ended_cases
from florin.batch.closures.cooled import tell_of_cooled_closures
from florin.batch.closures.unconfirmed import cancel_unconfirmed_closures
from florin.batch.default_reviews import review_by_default
from florin.batch.dormancy.end_balances import end_approved_balances, restore_who_is_back
from florin.batch.dormancy.sweep import sweep_if_due
from florin.batch.forget_what_is_over import forget_what_is_over
from florin.batch.loyalty.carry_out import carry_out_loyalty
from florin.batch.notices.daily import write_notices_of_the_day
from florin.batch.notices.deliver_webhooks import deliver_webhooks
from florin.batch.notices.fan_out_everything import fan_out_everything
from florin.batch.notices.forget_what_was_sent import forget_what_was_sent
from florin.batch.notices.send_notices import send_notices
from florin.batch.orders.carry_out import carry_out_what_waits
from florin.batch.orders.fund_orders import fund_every_order
from florin.batch.orders.replace_cards import replace_cards_that_wait
from florin.batch.orders.waiting_links import send_waiting_links
from florin.batch.orders.waiting_orders import make_ordered_cards, recall_given_up_cards
from florin.batch.payments.follow_payments import follow_payments
from florin.batch.payments.send_refunds import send_refunds
from florin.batch.payouts.payout_files import finish_payout_files
from florin.batch.waiting_issues import fill_waiting_issues
from florin.clearing.banking.book_bank_lines import book_bank_lines
from florin.clearing.expire_holds import expire_holds
from florin.clearing.house import ClearingHouse
from florin.cli.house import OpenHouse
from florin.cli.notice_gateways import notice_gateways, webhook_senders
from florin.reconciliation.day_close.by_itself import close_days_by_themselves
from florin.reconciliation.fetch_bills import fetch_bills
from florin.reconciliation.match import match_if_due
from florin.reconciliation.run_what_is_asked import run_what_is_asked
from florin.reconciliation.waiting_files import read_waiting_files
from florin.reconciliation.watch_custody import watch_custody
from florin.settings import Settings
from florin.storage.catalogue import catalogue_version
from florin.storage.connect import is_connection_failure
from florin.storage.embedded import EmbeddedServer
from florin.storage.payments.payment_codes import forget_expired_codes
from florin.storage.people.throttle import forget_ended_windows

_CODES_AT_ONCE: Final = 10_000
_CODES_ARE_KEPT: Final = timedelta(days=1)
"""Long enough to tell a customer why yesterday's code did not work."""

_log: Final = structlog.get_logger("florin.duties")


@dataclass(frozen=True, slots=True)
class Duty:
    """Work that is done again and again, safe in several processes at once; ``every_s`` seconds lie in between.

    One that is ``endless`` looks for its work itself, and ends only when it fails.
    """

    name: str
    every_s: int
    work: Callable[[], Awaitable[object]]
    endless: bool = False


def duties_of(
    house: OpenHouse, settings: Settings, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> tuple[Duty, ...]:
    """The duties of a process that serves this house and goes by that clock.

    Raises:
        AccountsMisconfigured: the file of the carriers of short messages cannot be used.
    """
    clearing, embedded = house.clearing, house.address.embedded
    mail, short_messages = notice_gateways(settings)
    duties = [
        Duty("expire_holds", 5, lambda: expire_holds(clearing, clock())),
        Duty("make_cards", 2, lambda: fill_waiting_issues(clearing.pool, clearing.vault, clock)),
        Duty("send_links", 2, lambda: send_waiting_links(clearing, clock)),
        Duty("fund_orders", 5, lambda: fund_every_order(clearing)),
        Duty("make_ordered_cards", 2, lambda: make_ordered_cards(clearing, clock)),
        Duty("recall_given_up_cards", 2, lambda: recall_given_up_cards(clearing, clock)),
        Duty("carry_out_instructions", 2, lambda: carry_out_what_waits(clearing, clock)),
        Duty("replace_cards", 2, lambda: replace_cards_that_wait(clearing, clock)),
        Duty("sweep_dormancy", 600, lambda: sweep_if_due(clearing.pool, clock())),
        Duty("carry_out_loyalty", 60, lambda: carry_out_loyalty(clearing, clock())),
        Duty("follow_payments", 5, lambda: follow_payments(clearing, clock())),
        Duty("send_refunds", 5, lambda: send_refunds(clearing, clock())),
        Duty("fan_out", 1, lambda: fan_out_everything(clearing, clock())),
        Duty("send_notices", 5, lambda: send_notices(clearing, mail, short_messages, clock), endless=True),
        Duty("deliver_webhooks", 5, lambda: deliver_webhooks(clearing, webhook_senders(settings), clock), endless=True),
        Duty("write_notices_of_the_day", 600, lambda: write_notices_of_the_day(clearing, clock())),
        Duty("cancel_unconfirmed_closures", 60, lambda: cancel_unconfirmed_closures(clearing, clock())),
        Duty("close_ended_cases", 600, lambda: close_ended_cases(clearing, clock())),
        Duty("review_by_default", 60, lambda: review_by_default(clearing, clock())),
        Duty("tell_of_cooled_closures", 60, lambda: tell_of_cooled_closures(clearing, clock())),
        Duty("finish_payout_files", 10, lambda: finish_payout_files(clearing, clock())),
        Duty("forget_what_is_over", 3600, lambda: forget_what_is_over(clearing, clock())),
        Duty("end_balances", 60, lambda: end_approved_balances(clearing, clock())),
        Duty("restore_balances", 60, lambda: restore_who_is_back(clearing)),
        Duty("fetch_bills", 300, lambda: fetch_bills(clearing, clock())),
        Duty("book_bank_lines", 10, lambda: book_bank_lines(clearing, clock())),
        Duty("read_statement_files", 2, lambda: read_waiting_files(clearing, clock())),
        Duty("match_statements", 30, lambda: match_if_due(clearing, clock())),
        Duty("run_what_is_asked", 2, lambda: run_what_is_asked(clearing, clock)),
        Duty("close_days", 60, lambda: close_days_by_themselves(clearing, clock())),
        Duty("watch_custody", 600, lambda: watch_custody(clearing.pool, clock())),
        Duty("forget", 600, lambda: _forget(clearing, clock())),
    ]
    if embedded is not None:
        duties.append(Duty("watch_database", 1, lambda: _bring_back(clearing, embedded)))
    return tuple(duties)


@asynccontextmanager
async def on_duty(duties: Sequence[Duty]) -> AsyncIterator[None]:
    """Carry out the duties for as long as the context lasts."""
    tasks = [asyncio.create_task(_repeat(duty)) for duty in duties]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _repeat(duty: Duty) -> None:
    while True:
        try:
            await duty.work()
        except Exception as error:  # noqa: BLE001 (the next time may be better, and a service without duties is worse)
            _log.warning("duty_failed", duty=duty.name, error=type(error).__name__)
        await asyncio.sleep(duty.every_s)


async def _forget(house: ClearingHouse, now: datetime) -> None:
    """Delete what decides nothing any more: throttle windows, payment codes, notices and deliveries of long ago."""
    await forget_what_was_sent(house, now)
    await forget_ended_windows(house.pool, now)
    while await forget_expired_codes(house.pool, now - _CODES_ARE_KEPT, _CODES_AT_ONCE) == _CODES_AT_ONCE:
        pass


async def _bring_back(house: ClearingHouse, server: EmbeddedServer) -> None:
    """Start the embedded server again when it is gone, as after a kill of its postmaster."""
    try:
        await catalogue_version(house.pool)
    except Exception as error:
        if not is_connection_failure(error):
            raise
        _log.warning("database_gone", error=type(error).__name__)
        await asyncio.to_thread(server.ensure_running)
