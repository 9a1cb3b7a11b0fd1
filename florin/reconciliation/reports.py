"""The reports of the book: each reads one snapshot and returns lines that print as a table."""

from datetime import date
from uuid import UUID

from florin.storage.book.balances import (
    FlowBalanceLine,
    OutstandingLine,
    RollForwardLine,
    TrialBalanceLine,
    read_flow_balances,
    read_outstanding,
    read_roll_forward,
    read_trial_balance,
)
from florin.storage.connect import Pool
from florin.storage.long_work import one_snapshot


async def trial_balance(pool: Pool, programme_id: UUID, through: date | None = None) -> list[TrialBalanceLine]:
    """Debits and credits of a programme by account code, up to and including a business date (None: all)."""
    async with one_snapshot(pool) as connection:
        return await read_trial_balance(connection, programme_id, through)


async def flow_balances(pool: Pool, programme_id: UUID) -> list[FlowBalanceLine]:
    """The balance of every flow account of a programme: what banks, tills and providers owe, what merchants are due."""
    async with one_snapshot(pool) as connection:
        return await read_flow_balances(connection, programme_id)


async def outstanding(pool: Pool, programme_id: UUID) -> list[OutstandingLine]:
    """The cards of a programme and what is on them, by product, denomination and status."""
    async with one_snapshot(pool) as connection:
        return await read_outstanding(connection, programme_id)


async def roll_forward(pool: Pool, programme_id: UUID) -> list[RollForwardLine]:
    """How the liability to a programme's customers came about: what each kind of event brought and took."""
    async with one_snapshot(pool) as connection:
        return await read_roll_forward(connection, programme_id)
