"""Carrying out the sending of claim links: chunk by chunk, resumable at every point, in any process at any time."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import structlog

from florin.clearing.house import ClearingHouse
from florin.clearing.orders.link_tokens import token_index
from florin.storage.corporate.link_sendings import LinkSending, find_sending, send_chunk, unfinished_sendings

CHUNK: Final = 1_000
"""Links a transaction: large enough that its commit costs nothing, small enough that it ends well within the limits."""

_log: Final = structlog.get_logger("florin.batch")

Progress = Callable[[int, int], None]
"""Called after every chunk with the number of links sent and of cards that are to get one."""


async def send_waiting_links(house: ClearingHouse, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
    """Finish every sending that was asked for, the oldest first; one that fails is logged and holds up no other."""
    for sending_id in await unfinished_sendings(house.pool):
        try:
            await carry_out(house, sending_id, clock=clock)
        except Exception as error:  # noqa: BLE001 (a database that went away, most likely: the next try tells)
            _log.warning("links_not_sent", sending=str(sending_id), error=type(error).__name__)


async def carry_out(
    house: ClearingHouse,
    sending_id: UUID,
    *,
    progress: Progress = lambda _sent, _cards: None,
    chunk: int = CHUNK,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> LinkSending:
    """Make the links that a sending still wants, and return it as it is then; call it again after a kill.

    Each card gets one link, also when several processes carry out the same sending.
    """

    def index_of(key_id: int, card_id: UUID, number: int) -> bytes:
        return token_index(house.vault, key_id, card_id, number)

    while await send_chunk(house.pool, sending_id, index_of, chunk, clock()):
        progress(*_figures(await _present(house, sending_id)))
    return await _present(house, sending_id)


def _figures(sending: LinkSending) -> tuple[int, int]:
    return sending.sent, sending.cards


async def _present(house: ClearingHouse, sending_id: UUID) -> LinkSending:
    sending = await find_sending(house.pool, sending_id)
    if sending is None:
        raise LookupError(f"there is no sending {sending_id}")
    return sending
