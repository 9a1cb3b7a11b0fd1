"""Key check values beside the data, so that a wrong keyring is noticed before anything is read or written with it."""

from collections.abc import Mapping
from typing import Final

from florin.storage.connect import Pool, transaction

# Of two processes that are first at once, the one that comes second waits here and then sees what the first one wrote.
RECORD: Final = """
INSERT INTO keyring_check (key_id, check_value)
SELECT * FROM unnest(%(key_ids)s::smallint[], %(check_values)s::text[])
ON CONFLICT (key_id) DO NOTHING
"""
READ: Final = "SELECT key_id, check_value FROM keyring_check"


class WrongKeyring(Exception):
    """The data was written under other keys than those of this keyring. The message says what to do."""


async def require_same_keyring(pool: Pool, check_values: Mapping[int, str]) -> None:
    """Return when the keyring is the one that the data was written with; its new keys are noted.

    Args:
        pool: connections to the database.
        check_values: the check value of every key in the keyring, by key id.

    Raises:
        WrongKeyring: a key is another one than before, or is missing; nothing was noted.
    """
    async with transaction(pool) as connection:
        noted = {"key_ids": list(check_values), "check_values": list(check_values.values())}
        await connection.execute(RECORD, noted)
        for key_id, check_value in await (await connection.execute(READ)).fetchall():
            if key_id not in check_values:
                raise WrongKeyring(_message(f"the data was written with key {key_id}, which this keyring lacks"))
            if check_values[key_id] != check_value:
                raise WrongKeyring(_message(f"key {key_id} is not the one that the data was written with"))


def _message(reason: str) -> str:
    return f"wrong keyring: {reason}. Bring back the keyring that belongs to this database (FLORIN_KEYRING_PATH)"
