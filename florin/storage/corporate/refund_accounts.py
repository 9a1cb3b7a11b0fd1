"""The bank accounts that refunds of customers' money go to; the accounts themselves arrive here sealed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.corporate.proposals import PROPOSAL_COLUMNS, Proposal, ProposalStatus, decision_of

_COLUMNS: Final = f"{PROPOSAL_COLUMNS}, p.last4, p.account_encrypted"

FIND: Final = f"SELECT {_COLUMNS} FROM refund_account p WHERE p.id = %(id)s"  # noqa: S608 (our own columns)
OF_CUSTOMER: Final = f"""
SELECT {_COLUMNS} FROM refund_account p WHERE p.customer_id = %(customer_id)s ORDER BY p.id DESC
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO refund_account (id, customer_id, account_encrypted, last4, status, proposed_by, proposed_person,
                            proposed_at)
VALUES (%(id)s, %(customer_id)s, %(account_encrypted)s, %(last4)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
"""
REPLACE: Final = "UPDATE refund_account SET status = 'replaced' WHERE customer_id = %(id)s AND status = 'in_force'"
DECIDE: Final = """
UPDATE refund_account SET status = %(status)s, decided_by = %(decided_by)s, decided_person = %(decided_person)s,
    decided_at = %(decided_at)s
WHERE id = %(id)s
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundAccount(Proposal):
    """A bank account, sealed but for the last four characters of its number."""

    last4: str
    account_encrypted: bytes


async def find_refund_account(pool: Pool, account_id: UUID) -> RefundAccount | None:
    """The account of that id, if there is one."""
    async with pool.connection() as connection:
        return await read_refund_account(connection, account_id)


async def read_refund_account(connection: Connection, account_id: UUID) -> RefundAccount | None:
    """The same in the caller's transaction."""
    async with connection.cursor(row_factory=class_row(RefundAccount)) as accounts:
        await accounts.execute(FIND, {"id": account_id})
        found = await accounts.fetchone()
    return None if found is None else _read(found)


async def refund_accounts_of(connection: Connection, customer_id: UUID) -> list[RefundAccount]:
    """All that were ever proposed for a customer, the latest first."""
    async with connection.cursor(row_factory=class_row(RefundAccount)) as accounts:
        await accounts.execute(OF_CUSTOMER, {"customer_id": customer_id})
        return [_read(each) for each in await accounts.fetchall()]


async def insert_refund_account(connection: Connection, account: RefundAccount) -> None:
    """Write a proposal, of which a customer has one at a time."""
    row = {
        "id": account.id,
        "customer_id": account.customer_id,
        "account_encrypted": account.account_encrypted,
        "last4": account.last4,
        "proposed_by": account.proposed_by,
        "proposed_person": account.proposed_person,
        "proposed_at": account.proposed_at,
    }
    await connection.execute(INSERT, row)


async def settle_refund_account(
    connection: Connection, account: RefundAccount, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; an accepted account takes the place of the one in force."""
    if accept:
        await connection.execute(REPLACE, {"id": account.customer_id})
    await connection.execute(DECIDE, decision_of(account.id, actor, now, accept=accept))


def _read(row: RefundAccount) -> RefundAccount:
    return replace(row, status=ProposalStatus(row.status))
