"""The bank accounts that merchants are paid to; the accounts themselves arrive here sealed."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.people import Actor
from florin.storage.connect import Connection, Pool
from florin.storage.proposals import Proposal, ProposalStatus, decided_in, decision

_COLUMNS: Final = """
p.id, p.merchant_id, p.last4, p.account_encrypted, p.status, p.proposed_by, p.proposed_person, p.proposed_at,
p.decided_by, p.decided_at
"""
LOCK_MERCHANT: Final = "SELECT FROM merchant WHERE id = %(merchant_id)s FOR NO KEY UPDATE"
FIND: Final = f"SELECT {_COLUMNS} FROM merchant_account p WHERE p.id = %(id)s"  # noqa: S608 (our own columns)
OF_MERCHANT: Final = f"""
SELECT {_COLUMNS} FROM merchant_account p WHERE p.merchant_id = %(merchant_id)s ORDER BY p.id DESC
"""  # noqa: S608 (as above)
INSERT: Final = """
INSERT INTO merchant_account (id, merchant_id, last4, account_encrypted, status, proposed_by, proposed_person,
                              proposed_at)
VALUES (%(id)s, %(merchant_id)s, %(last4)s, %(account_encrypted)s, 'proposed', %(proposed_by)s, %(proposed_person)s,
        %(proposed_at)s)
"""
REPLACE: Final = "UPDATE merchant_account SET status = 'replaced' WHERE merchant_id = %(id)s AND status = 'in_force'"
DECIDE: Final = decided_in("merchant_account")


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantProposal(Proposal):
    """What is proposed for a merchant."""

    merchant_id: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MerchantAccount(MerchantProposal):
    """A merchant's bank account as it was proposed and decided, sealed but for the end of its number."""

    last4: str
    account_encrypted: bytes


async def lock_merchant(connection: Connection, merchant_id: UUID) -> None:
    """Let changes of a merchant's account follow one another."""
    await connection.execute(LOCK_MERCHANT, {"merchant_id": merchant_id})


async def read_merchant_account(connection: Connection, account_id: UUID) -> MerchantAccount | None:
    """The account of that id, if there is one."""
    async with connection.cursor(row_factory=class_row(MerchantAccount)) as accounts:
        await accounts.execute(FIND, {"id": account_id})
        found = await accounts.fetchone()
    return None if found is None else _read(found)


async def find_merchant_account(pool: Pool, account_id: UUID) -> MerchantAccount | None:
    """The same in a transaction of its own."""
    async with pool.connection() as connection:
        return await read_merchant_account(connection, account_id)


async def accounts_of_merchant(connection: Connection, merchant_id: UUID) -> list[MerchantAccount]:
    """All that were ever proposed for a merchant, the latest first."""
    async with connection.cursor(row_factory=class_row(MerchantAccount)) as accounts:
        await accounts.execute(OF_MERCHANT, {"merchant_id": merchant_id})
        return [_read(each) for each in await accounts.fetchall()]


async def insert_merchant_account(connection: Connection, account: MerchantAccount) -> None:
    """Write a proposal, of which a merchant has one at a time."""
    row = {
        "id": account.id,
        "merchant_id": account.merchant_id,
        "last4": account.last4,
        "account_encrypted": account.account_encrypted,
        "proposed_by": account.proposed_by,
        "proposed_person": account.proposed_person,
        "proposed_at": account.proposed_at,
    }
    await connection.execute(INSERT, row)


async def settle_merchant_account(
    connection: Connection, account: MerchantAccount, actor: Actor, now: datetime, *, accept: bool
) -> None:
    """Write what was decided; an accepted account takes the place of the one in force."""
    if accept:
        await connection.execute(REPLACE, {"id": account.merchant_id})
    await connection.execute(DECIDE.encode(), decision(account.id, actor, now, accept=accept))


def _read(row: MerchantAccount) -> MerchantAccount:
    return replace(row, status=ProposalStatus(row.status))
