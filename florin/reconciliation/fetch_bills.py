"""Fetching the files of providers: of each day on the next, once they are made."""

import io
from collections.abc import Awaitable, Callable, Mapping
from datetime import date, datetime, timedelta, timezone
from types import MappingProxyType
from typing import Final

import structlog

from florin.clearing.house import ClearingHouse
from florin.domain.statement_file import FileFormat
from florin.gateways.payment_provider import PaymentProvider, ProviderRefusedError, ProviderUnavailableError
from florin.reconciliation.take_in import receive
from florin.storage.reconciliation.counterparties import fetched_counterparties, find_counterparty
from florin.storage.reconciliation.statement_fetches import (
    WantedFile,
    claim_wanted,
    want_files,
    write_fetched,
    write_not_yet,
)

READY_AFTER: Final = timedelta(hours=10)
"""How long after midnight in Beijing the files of the day before are made (WeChat Pay: 10:00; Alipay: 09:00)."""

FIRST_WAIT: Final = timedelta(minutes=5)
LONGEST_WAIT: Final = timedelta(hours=6)
GIVEN_UP_AFTER: Final = timedelta(days=8)
"""How long after its day a file is asked for. A provider that did no business on a day makes none of it."""

BEIJING: Final = timezone(timedelta(hours=8))

_ONE_DAY: Final = timedelta(days=1)

_Fetch = Callable[[PaymentProvider, date], Awaitable[bytes]]

FETCHED: Final[Mapping[FileFormat, _Fetch]] = MappingProxyType(
    {
        FileFormat.WECHAT_TRADE: lambda provider, day: provider.bill(day),
        FileFormat.ALIPAY_TRADE: lambda provider, day: provider.bill(day),
        FileFormat.WECHAT_FUND_FLOW: lambda provider, day: provider.fund_flow_bill(day),
        FileFormat.STRIPE_PAYOUTS: lambda provider, day: provider.fund_flow_bill(day),
    }
)
"""What is asked of a provider for a file of each format."""

_log: Final = structlog.get_logger("florin.reconciliation")


async def fetch_bills(house: ClearingHouse, now: datetime) -> int:
    """Ask for every file that is due at ``now``, keep those that there are, and return how many came.

    Days on which nobody has asked, as during an outage, are made up for. A file is asked for by one process at a time;
    whoever is killed over one leaves it to the next time.
    """
    last_day = (now.astimezone(BEIJING) - READY_AFTER).date() - _ONE_DAY
    for counterparty in await fetched_counterparties(house.pool):
        formats = sorted(FETCHED.keys() & counterparty.terms.formats)
        if counterparty.terms.fetched_from is not None and formats:
            await want_files(house.pool, counterparty.id, formats, counterparty.terms.fetched_from, last_day, now)
    fetched = 0
    while (wanted := await claim_wanted(house.pool, now, now + FIRST_WAIT)) is not None:
        fetched += await _fetch(house, wanted, now)
    return fetched


async def _fetch(house: ClearingHouse, wanted: WantedFile, now: datetime) -> bool:
    counterparty = await find_counterparty(house.pool, wanted.counterparty_id)
    account = None if counterparty is None else house.providers.get(counterparty.code)
    if counterparty is None or account is None:
        await write_not_yet(house.pool, wanted, _next_try(wanted, now), "no_such_provider")
        return False
    try:
        raw = await FETCHED[wanted.format](account.provider, wanted.day)
    except ProviderRefusedError as refused:
        await write_not_yet(house.pool, wanted, _next_try(wanted, now), refused.code)
        return False
    except ProviderUnavailableError as error:
        # Nothing is known of a file while its provider does not answer, so it is never given up for that.
        await write_not_yet(house.pool, wanted, now + _wait(wanted.tries), str(error))
        _log.warning("bill_not_fetched", counterparty=counterparty.code, day=str(wanted.day), reason=str(error))
        return False
    name = f"{counterparty.code}-{wanted.format}-{wanted.day}"
    file = await receive(house, counterparty, wanted.format, name, io.BytesIO(raw), now, day=wanted.day)
    await write_fetched(house.pool, wanted, file.id)
    return True


def _next_try(wanted: WantedFile, now: datetime) -> datetime | None:
    """When a file that was refused is asked for again; None when it is too late for there to be one."""
    too_late = now.astimezone(BEIJING).date() > wanted.day + GIVEN_UP_AFTER
    return None if too_late else now + _wait(wanted.tries)


def _wait(tries: int) -> timedelta:
    """Twice as long each time, up to a quarter of a day."""
    return min(FIRST_WAIT * (1 << min(tries - 1, 10)), LONGEST_WAIT)
