"""Every proof in one question, for a test that proves the book after each step and has not the time for one by one."""

from typing import Final

from florin.reconciliation.findings import SHOWN
from florin.reconciliation.proofs import PROOFS
from florin.reconciliation.verify_seals import check_seals
from florin.settings import Settings
from florin.storage.connect import Connection, connect
from florin.storage.proofs.findings import ask

EVERY_QUESTION: Final = " UNION ALL ".join(
    f"SELECT '{each.name}' AS proof, wrong::text AS row, wrong.detail FROM ({each.question}) AS wrong"  # noqa: S608
    for each in PROOFS
    if each.question is not None
)


async def connect_to_prove(database_url: str) -> Connection:
    """A connection for many proofs, which plans the question once: that takes longer than to answer it."""
    connection = await connect(database_url, Settings(), application_name="florin test")
    connection.prepare_threshold = 0
    await connection.execute("SET plan_cache_mode = force_generic_plan")
    return connection


async def findings(connection: Connection) -> list[str]:
    """What the proofs find in a book that nobody is writing to meanwhile."""
    async with connection.transaction():
        _, wrong = await ask(connection, EVERY_QUESTION, SHOWN)
        _, broken = await check_seals(connection)
    return [f"{each['proof']}: {each['row']}" for each in wrong] + [f"seals: {each}" for each in broken]
