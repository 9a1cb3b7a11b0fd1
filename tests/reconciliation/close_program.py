"""Processes that close a day one after another, each killed (SIGKILL) where it begins another step.

python -m tests.reconciliation.close_program DATABASE_URL KEYRING PROGRAMME DAY CLERK NOW
"""

import os
import signal
import sys
from datetime import date, datetime
from pathlib import Path
from uuid import UUID

from florin.crypto.keyring import Keyring
from florin.crypto.vault import Vault
from florin.domain.day_close import Checklist, CloseStep, StepState
from florin.reconciliation.day_close.close_days import CloseUnderWayError
from florin.settings import Settings
from florin.storage.audit_trail import Author
from florin.storage.catalogue import read_catalogue
from florin.storage.connect import open_pool
from tests.killed import die_one_after_another
from tests.reconciliation.closing import close


def main(url: str, keyring: str, programme_id: str, day: str, clerk: str, now: str) -> None:
    """Let one process after another go through the close until it dies."""
    author = Author(UUID(clerk), datetime.fromisoformat(now))
    vault = Vault(Keyring.load(Path(keyring)))

    async def live(point: int) -> None:
        fatal = list(CloseStep)[point]

        def die(checklist: Checklist) -> None:
            if checklist.step(fatal).state is StepState.RUNNING:
                os.kill(os.getpid(), signal.SIGKILL)

        async with open_pool(url, Settings(pool_size=3)) as pool:
            programme = (await read_catalogue(pool)).programmes[UUID(programme_id)]
            while True:
                # The server takes a moment to learn that the process before is dead.
                try:
                    await close(pool, programme, date.fromisoformat(day), author, die, vault)
                except CloseUnderWayError:
                    continue
                break

    die_one_after_another(range(len(CloseStep)), live)


if __name__ == "__main__":
    main(*sys.argv[1:])
