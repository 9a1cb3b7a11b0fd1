"""The lines of an order as rows: put in place while it is a draft, priced when it is submitted."""

from collections.abc import Sequence
from typing import Final
from uuid import UUID

from florin.domain.order_rules import WantedLine
from florin.storage.connect import Connection

DELETE_LINES: Final = "DELETE FROM order_line WHERE order_id = %(order_id)s"
INSERT_LINES: Final = """
INSERT INTO order_line (order_id, line, product_id, denomination_minor, quantity, status)
SELECT %(order_id)s, line, product_id, denomination_minor, quantity, 'waiting'
FROM unnest(%(products)s::uuid[], %(faces_minor)s::bigint[], %(quantities)s::integer[])
     WITH ORDINALITY AS wanted (product_id, denomination_minor, quantity, line)
"""
FREEZE_PRICES: Final = """
UPDATE order_line l SET principal_minor = p.principal_minor
FROM unnest(%(lines)s::smallint[], %(principals_minor)s::bigint[]) AS p (line, principal_minor)
WHERE l.order_id = %(order_id)s AND l.line = p.line
"""
FORGET_PRICES: Final = "UPDATE order_line SET principal_minor = NULL WHERE order_id = %(order_id)s"


async def replace_lines(connection: Connection, order_id: UUID, lines: Sequence[WantedLine]) -> None:
    """Put lines, numbered from 1, in place of those of a draft that the caller's transaction has locked.

    The recipients of the lines that go away go with them.
    """
    await connection.execute(DELETE_LINES, {"order_id": order_id})
    columns = {
        "products": [each.product_id for each in lines],
        "faces_minor": [each.denomination_minor for each in lines],
        "quantities": [each.quantity for each in lines],
    }
    await connection.execute(INSERT_LINES, {"order_id": order_id, **columns})


async def freeze_prices(connection: Connection, order_id: UUID, principals_minor: Sequence[int]) -> None:
    """Write what is paid for one card (minor units) of each line, in the order of the lines."""
    lines = list(range(1, len(principals_minor) + 1))
    columns = {"lines": lines, "principals_minor": list(principals_minor)}
    await connection.execute(FREEZE_PRICES, {"order_id": order_id, **columns})


async def forget_prices(connection: Connection, order_id: UUID) -> None:
    """Make the lines of an order that is a draft again such as have no price yet."""
    await connection.execute(FORGET_PRICES, {"order_id": order_id})
