"""Making the cards that were ordered and not made yet: what a serving process does for orders over HTTP.

What is to be made stands in the database, so nothing is lost when a process ends: the next one goes on where it was.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

import structlog

from florin.batch.issue import fill_issue
from florin.crypto.vault import Vault
from florin.domain.identifiers import wire_id
from florin.storage.cards.card_issue import unfinished_issues
from florin.storage.connect import Pool

_log: Final = structlog.get_logger("florin.batch")


async def fill_waiting_issues(
    pool: Pool, vault: Vault, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
) -> None:
    """Fill every unfinished issue, one after another, the oldest first: making cards leaves the machine to the tills.

    An issue that fails is logged and holds up no other.
    """
    for issue_id in await unfinished_issues(pool):
        try:
            await fill_issue(pool, vault, issue_id, clock=clock)
        except Exception as error:  # noqa: BLE001 (a database that went away, or no free numbers: the next try tells)
            _log.warning("issue_not_filled", issue=wire_id("issue", issue_id), error=type(error).__name__)
