"""Vouchers of members, and those whose last day is closed."""

from dataclasses import dataclass, fields
from datetime import date
from typing import Final
from uuid import UUID

from florin.domain.paging import Page, page_of
from florin.domain.vouchers import Voucher, VoucherStatus
from florin.storage.connect import Pool
from florin.storage.read_rows import read_rows

COLUMNS: Final = ", ".join(each.name for each in fields(Voucher))

OF_MEMBER: Final = f"""
SELECT {COLUMNS} FROM voucher
WHERE member_id = %(member_id)s AND (%(after)s::uuid IS NULL OR id < %(after)s)
ORDER BY id DESC LIMIT %(rows)s
"""  # noqa: S608 (the columns are the names of our own dataclass's fields)
OVERDUE: Final = """
SELECT id, member_id FROM voucher
WHERE programme_id = %(programme_id)s AND status = 'granted' AND expires_on <= %(closed)s AND id > %(after)s
ORDER BY id LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Overdue:
    """A voucher that nobody has used in time."""

    id: UUID
    member_id: UUID


async def vouchers_of(pool: Pool, member_id: UUID, limit: int, after: UUID | None = None) -> Page[Voucher, UUID]:
    """A page of a member's vouchers, newest first, that are older than the voucher ``after``."""
    wanted = {"member_id": member_id, "after": after, "rows": limit + 1}
    found = await read_rows(pool, Voucher, OF_MEMBER, wanted)
    for each in found:
        each.status = VoucherStatus(each.status)
    return page_of([(each.id, each) for each in found], limit)


async def overdue_vouchers(pool: Pool, programme_id: UUID, closed: date, after: UUID, limit: int) -> list[Overdue]:
    """The next vouchers behind ``after`` whose last day is no later than the last closed one."""
    wanted = {"programme_id": programme_id, "closed": closed, "after": after, "limit": limit}
    return await read_rows(pool, Overdue, OVERDUE, wanted)
