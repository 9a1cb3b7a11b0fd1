"""The bank accounts of programmes, which their corporate customers pay to."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from florin.domain.bank_account import BankAccount
from florin.storage.connect import Connection, Pool
from florin.storage.read_rows import read_row

READ_ACCOUNT: Final = "SELECT holder, bank, number FROM programme_bank_account WHERE programme_id = %(programme_id)s"
WRITE_ACCOUNT: Final = """
INSERT INTO programme_bank_account (programme_id, holder, bank, number)
VALUES (%(programme_id)s, %(holder)s, %(bank)s, %(number)s)
ON CONFLICT (programme_id) DO UPDATE SET holder = excluded.holder, bank = excluded.bank, number = excluded.number
"""


async def bank_account_of(pool: Pool, programme_id: UUID) -> BankAccount | None:
    """The account that a programme's customers pay to; None when none is set."""
    return await read_row(pool, BankAccount, READ_ACCOUNT, {"programme_id": programme_id})


async def write_bank_account(connection: Connection, programme_id: UUID, account: BankAccount) -> None:
    """Put an account in place of a programme's, in the transaction of a change of the configuration."""
    await connection.execute(WRITE_ACCOUNT, {"programme_id": programme_id, **asdict(account)})
