"""The rows of new cards and of their strict accounts, packed for PostgreSQL's binary COPY.

The format (PostgreSQL's page on COPY, "Binary Format") is a signature, rows, and a trailer; a row is its number of
columns, then each column's width in bytes (-1 for NULL) and its bytes. All our widths are fixed, so one call packs a
row, which takes a tenth of the time of handing every value to the driver.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.card_life import CardStatus
from florin.domain.chart import AccountCode
from florin.domain.identifiers import shard_of

COPY_CARDS: Final = """
COPY card (id, shard, programme_id, product_id, issue_id, serial, denomination_minor, number_index, number_encrypted,
           last4, ecode_index, key_id, status, sold_by, sold_at)
FROM STDIN (FORMAT binary)
"""
COPY_ACCOUNTS: Final = "COPY strict_account (owner_id, code, shard, programme_id, unit) FROM STDIN (FORMAT binary)"

_HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_TRAILER: Final = b"\xff\xff"
_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)


class NewCard(NamedTuple):
    """What a new card has of its own. In a chunk a field has one width, and all cards have e-codes or none has."""

    id: UUID
    number_index: bytes
    number_encrypted: bytes
    last4: bytes
    ecode_index: bytes | None


class Origin(NamedTuple):
    """What the cards of an issue have in common; the denomination in minor units.

    ``sold_to`` is the corporate customer for whose order they are made, None when they are made for stock.
    """

    programme_id: UUID
    product_id: UUID
    issue_id: UUID
    denomination_minor: int
    unit: str
    key_id: int
    sold_to: UUID | None = None
    sold_online: bool = False


def card_rows(origin: Origin, cards: Sequence[NewCard], first_serial: int, now: datetime) -> bytes:
    """The rows for `COPY_CARDS`, numbered from ``first_serial`` in the issue.

    A chunk is complete in itself, so its cards are in stock at once, or sold when they are made for an order. What
    keeps a half-made issue off the counter is that numbers leave only in card files, and a card file is made only of an
    issue that is ready.
    """
    if not cards:
        return _HEADER + _TRAILER
    status = (CardStatus.IN_STOCK if origin.sold_to is None else CardStatus.SOLD).encode()
    sealed = len(cards[0].number_encrypted)
    ecode = len(cards[0].ecode_index or b"")
    sold = ("16s", "q") if origin.sold_to else ("0s", "0s")
    pack = _row(
        *("16s", "h", "16s", "16s", "16s", "i", "q", "16s", f"{sealed}s", "4s", f"{ecode}s", "h", f"{len(status)}s"),
        *sold,
    )
    common = 16, origin.programme_id.bytes, 16, origin.product_id.bytes, 16, origin.issue_id.bytes
    face = 8, origin.denomination_minor
    buyer = (-1, b"", -1, b"") if origin.sold_to is None else (16, origin.sold_to.bytes, 8, _microseconds(now))
    last = 2, origin.key_id, len(status), status, *buyer
    rows = [
        pack(
            15,
            *(16, card.id.bytes, 2, shard_of(card.id)),
            *common,
            *(4, serial),
            *face,
            *(16, card.number_index, sealed, card.number_encrypted, 4, card.last4),
            *(ecode or -1, card.ecode_index or b""),
            *last,
        )
        for serial, card in enumerate(cards, first_serial)
    ]
    return b"".join([_HEADER, *rows, _TRAILER])


def account_rows(origin: Origin, cards: Sequence[NewCard]) -> bytes:
    """The rows for `COPY_ACCOUNTS`: the account stands from the beginning, for whoever decides on the card locks it."""
    pack = _row("16s", "h", "h", "16s", "3s")
    code, unit = AccountCode.CARD_PRINCIPAL.value, origin.unit.encode()
    programme = 16, origin.programme_id.bytes, 3, unit
    rows = [pack(5, 16, card.id.bytes, 2, code, 2, shard_of(card.id), *programme) for card in cards]
    return b"".join([_HEADER, *rows, _TRAILER])


def _microseconds(moment: datetime) -> int:
    """A ``timestamptz`` on the wire: microseconds since the year 2000."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def _row(*columns: str) -> Callable[..., bytes]:
    return Struct(">h" + "".join(f"i{column}" for column in columns)).pack
