"""What a merchant owes programmes for cards that it has sold, by their books."""

from datetime import date
from typing import Any, Final
from uuid import UUID

from florin.domain.chart import STRICT_CODES, AccountCode
from florin.domain.merchant_debt import MerchantDebt
from florin.domain.programme import Programme
from florin.storage.connect import Pool
from florin.storage.reports.account_balances import FLOW_TOTALS

# What a statement that waits for its approval sets off is as good as paid.
DEBT: Final = f"""
SELECT coalesce((SELECT sum(debits_minor - credits_minor) FROM ({FLOW_TOTALS}) AS flow
                 WHERE owner_id = %(merchant_id)s), 0)
     - coalesce((SELECT sum(set_off_minor) FROM merchant_statement
                 WHERE programme_id = %(programme_id)s AND merchant_id = %(merchant_id)s AND status = 'drafted'
                   AND set_off_minor > 0), 0)
"""  # noqa: S608 (our own question)


async def debt_of(pool: Pool, programme: Programme, merchant_id: UUID) -> MerchantDebt:
    """What a merchant owes a programme for cards; below nought what it has paid or given back too much."""
    where: dict[str, Any] = {
        "programme_id": programme.id,
        "merchant_id": merchant_id,
        "through": date.max,
        "codes": [int(AccountCode.MERCHANT_RECEIVABLE)],
        "strict": sorted(map(int, STRICT_CODES)),
    }
    async with pool.connection() as connection:
        row = await (await connection.execute(DEBT.encode(), where)).fetchone()
    return MerchantDebt(programme.id, merchant_id, programme.unit, 0 if row is None else int(row[0]))
