"""What the proofs say of a test's book."""

from florin.domain.identifiers import wire_id
from florin.reconciliation.run_proofs import run_proofs
from florin.storage.connect import Pool
from tests.reconciliation.book import PROGRAMME

PRG = wire_id("programme", PROGRAMME.id)


async def findings(pool: Pool) -> dict[str, list[str]]:
    """What the proofs find, by the proof's name; those that hold are left out."""
    report = await run_proofs(pool)
    return {each.name: [str(finding) for finding in each.findings] for each in report.results if not each.holds}
