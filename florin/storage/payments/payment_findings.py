"""Findings about payments: opened once each, and read by whoever looks into them."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from psycopg.rows import class_row

from florin.domain.paging import Page, page_of
from florin.domain.payment_finding import FindingKind, PaymentFinding
from florin.storage.connect import Pool, transaction

OPEN_FINDING: Final = """
INSERT INTO payment_finding (id, kind, provider, reference, payment_id, expected_minor, expected_unit, found_minor,
                             found_unit, detail, opened_at)
VALUES (%(id)s, %(kind)s, %(provider)s, %(reference)s, %(payment_id)s, %(expected_minor)s, %(expected_unit)s,
        %(found_minor)s, %(found_unit)s, %(detail)s, %(opened_at)s)
ON CONFLICT ON CONSTRAINT payment_finding_is_opened_once DO NOTHING
"""
FINDINGS: Final = """
SELECT id, kind, provider, reference, payment_id, expected_minor, expected_unit, found_minor, found_unit, detail,
       opened_at
FROM payment_finding
WHERE (%(kind)s::text IS NULL OR kind = %(kind)s) AND (%(before)s::uuid IS NULL OR id < %(before)s)
ORDER BY id DESC LIMIT %(limit)s
"""


async def open_finding(pool: Pool, finding: PaymentFinding) -> None:
    """Write a finding down; one that was opened before stays as it was."""
    async with transaction(pool) as connection:
        await connection.execute(OPEN_FINDING, asdict(finding))


async def list_findings(
    pool: Pool, kind: FindingKind | None, before: UUID | None, limit: int
) -> Page[PaymentFinding, UUID]:
    """A page of findings, the latest first, from those before ``before``; of one kind unless it is None."""
    where = {"kind": kind, "before": before, "limit": limit + 1}
    async with pool.connection() as connection, connection.cursor(row_factory=class_row(PaymentFinding)) as findings:
        await findings.execute(FINDINGS, where)
        return page_of([(each.id, each) for each in await findings.fetchall()], limit)
