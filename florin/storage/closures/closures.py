"""Reading closures, their payouts and what stands in their way, outside any posting."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from florin.domain.chart import AccountCode
from florin.domain.closure import Closure, ClosureStatus, PayoutAccount, ProofOfHolder
from florin.domain.closure_payout import OWED, ClosurePayout, PayoutCause
from florin.domain.paging import Page, page_of
from florin.domain.payout import PayoutStatus
from florin.domain.purchase import OwnerKind
from florin.storage.connect import Pool
from florin.storage.posting.fact_queries import CLOSURE_COLUMNS, PAYOUT_COLUMNS
from florin.storage.read_rows import read_row, read_rows

ACCOUNT_COLUMNS: Final = ", ".join("a." + each.name for each in fields(PayoutAccount))

FIND_CLOSURE: Final = f"SELECT {CLOSURE_COLUMNS} FROM closure l WHERE l.id = %(id)s"  # noqa: S608 (a dataclass's fields)
# Cancelled ones are history; of the others an account has one at most.
STANDING_CLOSURE: Final = f"""
SELECT {CLOSURE_COLUMNS} FROM closure l WHERE l.owner_id = %(owner_id)s AND l.status <> 'cancelled'
"""  # noqa: S608 (as above)
# Ids begin with their time, so the order of ids is the order of time.
CLOSURES: Final = f"""
SELECT {CLOSURE_COLUMNS} FROM closure l
WHERE (%(status)s::text IS NULL OR l.status = %(status)s)
  AND (%(owner_id)s::uuid IS NULL OR l.owner_id = %(owner_id)s)
  AND (%(before)s::uuid IS NULL OR l.id < %(before)s)
ORDER BY l.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
UNCONFIRMED: Final = f"""
SELECT {CLOSURE_COLUMNS} FROM closure l
WHERE l.status = 'requested' AND l.verify_until <= %(now)s
ORDER BY l.verify_until LIMIT %(limit)s
"""  # noqa: S608 (as above)
# That a holder has been told shows from the notice; it is deleted long after the closure has been decided.
COOLED: Final = f"""
SELECT {CLOSURE_COLUMNS} FROM closure l
WHERE l.status = 'verified' AND l.cools_until <= %(now)s
  AND NOT EXISTS (SELECT FROM notice n
                  WHERE n.recipient_id = l.owner_id AND n.cause = 'closure:' || l.id || ':cooled')
ORDER BY l.cools_until LIMIT %(limit)s
"""  # noqa: S608 (as above)
FIND_PAYOUT: Final = f"SELECT {PAYOUT_COLUMNS} FROM closure_payout y WHERE y.id = %(id)s"  # noqa: S608 (as above)
PAYOUTS_OF: Final = f"""
SELECT {PAYOUT_COLUMNS} FROM closure_payout y WHERE y.closure_id = %(closure_id)s ORDER BY y.id
"""  # noqa: S608 (as above)
PAYOUTS: Final = f"""
SELECT {PAYOUT_COLUMNS} FROM closure_payout y
WHERE (%(status)s::text IS NULL OR y.status = %(status)s) AND (%(before)s::uuid IS NULL OR y.id < %(before)s)
ORDER BY y.id DESC LIMIT %(limit)s
"""  # noqa: S608 (as above)
FIND_ACCOUNT: Final = f"SELECT {ACCOUNT_COLUMNS} FROM payout_account a WHERE a.id = %(id)s"  # noqa: S608 (as above)
# A refund of a payment that fails is put back into the wallet, so it is over before the wallet is.
OPEN_BUSINESS: Final = """
SELECT EXISTS (
           SELECT FROM service_case WHERE owner_id = %(owner_id)s AND kind = 'dispute' AND ended_at IS NULL
       ) AS disputes,
       EXISTS (SELECT FROM payment WHERE member_id = %(owner_id)s AND ended_at IS NULL)
       OR EXISTS (SELECT FROM payment_refund WHERE member_id = %(owner_id)s AND ended_at IS NULL) AS payments
"""
# The request has left nothing of the principal there.
STANDING: Final = """
SELECT l.id, (SELECT coalesce(sum(a.balance_minor), 0) FROM strict_account a
              WHERE a.owner_id = l.owner_id AND a.code = ANY(%(principals)s))::bigint,
       (SELECT coalesce(sum(y.amount_minor), 0) FROM closure_payout y
        WHERE y.closure_id = l.id AND y.status = ANY(%(owed)s))::bigint
FROM closure l WHERE l.id = ANY(%(ids)s)
"""
CARD_HOLDER: Final = "SELECT identity_encrypted FROM card_holder WHERE card_id = %(card_id)s"


class OpenBusiness(NamedTuple):
    """What stands in the way of a closure."""

    disputes: bool
    payments: bool


class Standing(NamedTuple):
    """How a closure stands, in minor units.

    ``come_in_minor`` has been given back or topped up since the request, if the account is still open;
    ``owed_minor`` is what payouts are to pay that have not been sent yet.
    """

    come_in_minor: int
    owed_minor: int


async def find_closure(pool: Pool, closure_id: UUID) -> Closure | None:
    """The closure of that id, if there is one."""
    return await _one_closure(pool, FIND_CLOSURE, {"id": closure_id})


async def closure_of(pool: Pool, owner_id: UUID) -> Closure | None:
    """The closure of an account that was not called off, if there is one."""
    return await _one_closure(pool, STANDING_CLOSURE, {"owner_id": owner_id})


async def list_closures(
    pool: Pool, status: ClosureStatus | None, owner_id: UUID | None, before: UUID | None, limit: int
) -> Page[Closure, UUID]:
    """A page of closures, the latest first, from those before ``before``; of a status or account unless it is None."""
    where = {"status": status, "owner_id": owner_id, "before": before, "limit": limit + 1}
    return page_of([(each.id, each) for each in await _closures(pool, CLOSURES, where)], limit)


async def unconfirmed_closures(pool: Pool, now: datetime, limit: int) -> list[Closure]:
    """Closures that nobody has confirmed in time, those first that have waited longest."""
    return await _closures(pool, UNCONFIRMED, {"now": now, "limit": limit})


async def cooled_closures(pool: Pool, now: datetime, limit: int) -> list[Closure]:
    """Confirmed closures whose cooling-off is over at ``now`` and whose holders have not been told so."""
    return await _closures(pool, COOLED, {"now": now, "limit": limit})


async def standing_of(pool: Pool, closure_ids: Sequence[UUID]) -> dict[UUID, Standing]:
    """How closures stand now."""
    where = {
        "ids": closure_ids,
        "principals": [AccountCode.CARD_PRINCIPAL, AccountCode.WALLET_PRINCIPAL],
        "owed": [str(each) for each in OWED],
    }
    async with pool.connection() as connection:
        rows = await (await connection.execute(STANDING, where)).fetchall()
    return {closure_id: Standing(*amounts_minor) for closure_id, *amounts_minor in rows}


async def find_payout(pool: Pool, payout_id: UUID) -> ClosurePayout | None:
    """The payout of that id, if there is one."""
    found = await _payouts(pool, FIND_PAYOUT, {"id": payout_id})
    return found[0] if found else None


async def payouts_of(pool: Pool, closure_id: UUID) -> list[ClosurePayout]:
    """The payouts of a closure, the earliest first."""
    return await _payouts(pool, PAYOUTS_OF, {"closure_id": closure_id})


async def list_payouts(
    pool: Pool, status: PayoutStatus | None, before: UUID | None, limit: int
) -> Page[ClosurePayout, UUID]:
    """A page of payouts, the latest first, from those before ``before``; of a status unless it is None."""
    where = {"status": status, "before": before, "limit": limit + 1}
    return page_of([(each.id, each) for each in await _payouts(pool, PAYOUTS, where)], limit)


async def find_payout_account(pool: Pool, account_id: UUID) -> PayoutAccount | None:
    """The sealed bank account of that id, if there is one."""
    return await read_row(pool, PayoutAccount, FIND_ACCOUNT, {"id": account_id})


async def sealed_holder_of(pool: Pool, card_id: UUID) -> bytes | None:
    """The sealed identity of a registered card's holder, if one is on record."""
    async with pool.connection() as connection:
        row = await (await connection.execute(CARD_HOLDER, {"card_id": card_id})).fetchone()
    return None if row is None else bytes(row[0])


async def open_business(pool: Pool, owner_id: UUID) -> OpenBusiness:
    """Whether a dispute about the account's purchases is open, or a payment into it under way."""
    found = await read_row(pool, OpenBusiness, OPEN_BUSINESS, {"owner_id": owner_id})
    if found is None:
        raise TypeError("the question always has an answer")
    return found


async def _one_closure(pool: Pool, query: str, where: Mapping[str, object]) -> Closure | None:
    found = await _closures(pool, query, where)
    return found[0] if found else None


async def _closures(pool: Pool, query: str, where: Mapping[str, object]) -> list[Closure]:
    found = await read_rows(pool, Closure, query, where)
    for each in found:
        each.owner_kind, each.status = OwnerKind(each.owner_kind), ClosureStatus(each.status)
        each.verified_by = None if each.verified_by is None else ProofOfHolder(each.verified_by)
    return found


async def _payouts(pool: Pool, query: str, where: Mapping[str, object]) -> list[ClosurePayout]:
    found = await read_rows(pool, ClosurePayout, query, where)
    for each in found:
        each.cause, each.status = PayoutCause(each.cause), PayoutStatus(each.status)
    return found
