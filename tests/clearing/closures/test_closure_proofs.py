"""Whatever is changed behind the book of closures is found, and named."""

from typing import Final, LiteralString

import pytest
from psycopg.rows import dict_row

from florin.reconciliation.findings import name_rows
from florin.reconciliation.proofs import PROOFS
from tests.clearing.closures.leaving import Leaving, as_caller, subject

QUESTIONS: Final = {each.name: each.question for each in PROOFS}

TAMPERED: list[tuple[LiteralString, str]] = [
    ("UPDATE closure SET principal_minor = principal_minor - 1", "closures"),
    ("UPDATE closure SET added_minor = added_minor + 1 WHERE status = 'approved'", "what is owed"),
    ("UPDATE closure SET journal_id = id WHERE journal_id IS NOT NULL", "closures"),
    ("UPDATE closure_payout SET amount_minor = amount_minor + 1", "what is owed"),
    ("DELETE FROM closure_payout WHERE status = 'due'", "what is owed"),
    ("UPDATE closure_payout SET source_journal_id = id WHERE status = 'due'", "what is owed"),
    ("UPDATE closure_payout SET paid_journal_id = id WHERE paid_journal_id IS NOT NULL", "payouts"),
    ("UPDATE closure SET status = 'verified', decided_at = NULL WHERE status = 'approved'", "closure payable"),
    ("UPDATE closure_payout SET file_id = NULL, in_cash = true WHERE file_id IS NOT NULL", "payout files"),
    ("UPDATE closure SET bonus_minor = bonus_minor + 1 WHERE status = 'requested'", "holds"),
]


@pytest.fixture(scope="module")
def prepared() -> dict[str, bool]:
    """Whether the file's world has its closures yet."""
    return {"made": False}


@pytest.mark.parametrize(("change", "proof"), TAMPERED)
async def test_what_was_changed_behind_the_book_is_found(
    leaving: Leaving, prepared: dict[str, bool], change: LiteralString, proof: str
) -> None:
    if not prepared["made"]:
        prepared["made"] = True
        await leaving.request(await leaving.member(20_00, bonus_minor=5_00))
        who = await leaving.member(100_00)
        purchase_id = subject(await leaving.till.purchase(leaving.world.payment_code(as_caller(who)), 10_00))
        await leaving.approved(who)
        await leaving.pay()
        await leaving.till.refund(purchase_id)
        await leaving.proven()
    connection, question = leaving.world.connection, QUESTIONS[proof]
    assert question is not None
    with connection.transaction(force_rollback=True), connection.cursor(row_factory=dict_row) as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for constraint in ("closure_by_second_person", "money_moves_after_verification", "payout_source_is_one"):
            table = "closure_payout" if "payout" in constraint else "closure"
            cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {constraint}".encode())
        cursor.execute(change)
        cursor.execute(f"SELECT * FROM ({question}) AS wrong WHERE detail IS NOT NULL".encode())  # noqa: S608
        wrong = cursor.fetchall()
    # Each row is one that the report can name.
    assert [name_rows(each) for each in wrong]
