"""Closing and sealing the days of a measurement's book, as the close of a day does when its proofs hold."""

from datetime import date, datetime

from florin.storage.audit_trail import Author
from florin.storage.book.sealing import close_days, seal_day
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import Pool


async def seal_days(pool: Pool, through: date, now: datetime) -> None:
    """Close and seal every day of the book up to one, at a moment."""
    author = Author(None, now, "bench")
    (programme,) = list((await read_catalogue(pool)).programmes.values())[:1]
    for day in await close_days(pool, programme.id, through, author):
        await seal_day(pool, programme.id, day, author)
